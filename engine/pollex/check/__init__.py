"""Tree to meaning: every name is found, every comparison compares like with like, every clause can stand.

`names.py` finds what a name means, `typing.py` says what kind each expression has, `conditions.py` and
`effects.py` walk rules, `clauses.py` looks at policies as a whole, `scenarios.py` at tests. What passes is
a `Checked` policy set: no claim can then cause a type error.
"""
