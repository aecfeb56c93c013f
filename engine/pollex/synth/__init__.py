"""Made-up claims that look like real ones, to try policies on: what is said of nobody, in any number.

`draws.py` is the stream of choices of one claim, and `world.py` what the policies speak of: payers, days,
codes, modifiers, diagnoses, documents. `ordinary.py` draws a plain claim. `aim.py` (with `values.py` and
`lines.py`) turns a plain claim into one that meets the condition of some rule, or just misses it;
`codes.py` says which procedure codes leave that possible. `gaps.py` takes elements away. `claims.py` puts
them together.

A claim depends on the policies, the seed and its number alone, on every machine: a longer run begins with
the claims of a shorter one. Fees are made up; they are nobody's published figures.
"""
