"""Sentences that many commands say."""

from __future__ import annotations

from collections.abc import Sequence

from pollex.source.listing import listed
from pollex.source.suggest import nearest


def no_such(what: str, word: str, known: Sequence[str]) -> str:
    """`there is no command `chek`; did you mean `check`?`"""
    near = nearest(word, known)
    more = f"did you mean `{near}`?" if near else f"there are {listed(known)}"
    return f"there is no {what} `{word}`; {more}"
