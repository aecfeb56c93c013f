"""Tests that write themselves: the smallest claims that show what no test shows.

`goals.py` says how far a claim is from showing an answer; `changes.py` and `lines.py` say what to change of
it, by what a condition reads; `search.py` looks for a claim; `choose.py` takes away what is not needed and
keeps few claims; `written.py` writes them as tests.
"""
