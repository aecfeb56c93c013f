"""The Python backend: one module of plain Python for each version of a policy, and the little that it
calls.

`emit/` writes the text of the module: `words.py`, `values.py`, `conditions.py`, `evidence.py`,
`module.py`. Of a condition it writes two questions, *could it hold* and *is it sure to hold*; where
nothing that it reads can be missing they are one. `claims.py`, `lists.py`, `days.py`, `answers.py` and
`reading.py` are what that text calls. `unit.py` finds the rules that can concern a line, `decide.py` asks
them, `combine.py` writes the line down.

A line of which something is not sure that could matter goes to the exact path, which the caller brings.
"""
