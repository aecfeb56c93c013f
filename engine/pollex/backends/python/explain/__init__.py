"""Explanations: what every rule of a line's policies came to, and all that it read.

`reads.py` parts what a rule reads: what it reads on every line, and statements for what hangs on the claim,
which call `gathered.py`. `shown.py` shows the first kind. `rules.py` puts the rules of a policy together on a
day, `explainer.py` the lines of a claim. What rules come to is asked as it is for a decision.
"""
