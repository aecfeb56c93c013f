"""Two versions of a policy tree: what changed in meaning, and what that does to claims.

`versions.py` pairs the policies of both; `clauses.py` and `data.py` say what changed, rule by rule and code
by code, as the values of `changes.py`. `meaning.py` tells a change of meaning from one of layout. `blend.py`
makes the programs in between, with some of the changes made: with them `attribute.py` says which change a
different decision comes from. `touch.py` knows claims that no change can reach. `impact.py` adds up.

All of it is values: how claims are read and decided is the caller's.
"""
