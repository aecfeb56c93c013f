"""Mutation: would the tests of a policy notice if it said something else?

`operators.py` names the changes and `nodes.py` makes them in the tree; `mutants.py` makes the mutants of
clauses and `data.py` those of sets and tables. `programs.py` brings a change into the program without
compiling everything anew, and drops what comes to the same program. `cases.py` holds the tests ready, and
`kill.py` asks those that a change can reach until one fails. `distinguish.py` looks for a claim that tells a
survivor from the original, `attempts.py` says which, and `write.py` writes it down as a test. `run.py` does
all of it. Why it is so: engine/decisions/0011.
"""
