"""The interpreter: the meaning of a policy, said plainly. Every other backend must agree with it.

`claimview.py` reads a claim. `evaluate.py` (with `leaves.py` and `values.py`) gives conditions and
values their three-valued answers. `firing.py` says which effects of a rule are in force, `combine.py`
what they come to together. `complete.py` fills in what is missing in every way that can make a
difference. `line.py` decides a line with these, `claim.py` a claim, and `explain.py` says why.
"""
