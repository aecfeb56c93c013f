"""The Python backend: plain Python for each rule that concerns a claim, and the little that it calls.

`emit/` writes the text of rules: `words.py`, `values.py`, `conditions.py`, `evidence.py`, `rules.py`, and
`sieve.py` that of many together. Of a condition it writes two questions, *could it hold* and *is it sure to
hold*; where nothing that it reads can be missing they are one. `claims.py`, `lists.py`, `days.py`,
`answers.py` and `reading.py` are what that text calls. `unit.py` finds the rules that can concern a line,
`decide.py` asks them, `combine.py` writes the line down. `explain/` says why.

A line of which something is not sure that could matter goes to the exact path, which the caller brings.
"""
