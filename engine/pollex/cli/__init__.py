"""The command line: `pollex COMMAND`, one file a command.

`main.py` reads the arguments (`arguments.py`) and imports the one command that was asked for, so that
`--help` and `version` answer at once. A command has one function, `run(arguments) -> exit code`. Results
go to standard output, everything said about them to standard error.
"""
