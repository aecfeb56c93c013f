"""Kleene's connectives over sets of answers: what conditions can come to together, each on its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pollex.backends.kleene import Tri

Answers: TypeAlias = frozenset[Tri]
BOTH: Answers = frozenset((True, False))
ANYTHING: Answers = frozenset((True, False, None))


def both(items: Iterable[Answers]) -> Answers:
    """What all of them together can come to."""
    listed = list(items)
    return at_least(len(listed), listed)


def at_least(count: int, items: list[Answers]) -> Answers:
    """What `count` of them can come to, each on its own."""
    ways = {(0, 0)}
    for item in items:
        ways = {(true + (a is True), open_ + (a is None)) for true, open_ in ways for a in item}
    return frozenset(
        True if true >= count else None if true + open_ >= count else False for true, open_ in ways
    )


def negated(answers: Answers) -> Answers:
    return frozenset(None if answer is None else not answer for answer in answers)
