"""Conditions as SQL: text, and whether it can be NULL; `all_of`, `any_of` and `negation` put them together.

Connectives are worked out where an answer is known beforehand, so that the query says only what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pollex.backends.sql.dialect import indented

WIDE = 96
LOOKS = ("lambda ", " -> ")
"""What stands in every look at a list of lines, by dialect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A condition; where its text is compound, it stands in parentheses. `maybe`: it can be NULL."""

    text: str
    maybe: bool = True


TRUE, FALSE = Answer("TRUE", False), Answer("FALSE", False)
UNKNOWN = Answer("CAST(NULL AS BOOLEAN)")


def all_of(items: Iterable[Answer]) -> Answer:
    """And. Other lines are looked at only where what is asked of this one holds."""
    cheap, dear = _apart(items)
    if cheap and dear:
        first, rest = all_of(cheap), all_of(dear)
        text = f"CASE WHEN {first.text}\n  THEN {indented(rest.text)}\n  ELSE FALSE END"
        return first if first in (TRUE, FALSE) else Answer(f"({text})", rest.maybe)
    return _joined("AND", cheap + dear, TRUE, FALSE)


def any_of(items: Iterable[Answer]) -> Answer:
    """Or. Other lines are looked at only where what is asked of this one does not hold."""
    cheap, dear = _apart(items)
    if cheap and dear:
        first, rest = any_of(cheap), any_of(dear)
        text = f"CASE WHEN {first.text}\n  THEN TRUE\n  ELSE {indented(rest.text)} END"
        return first if first in (TRUE, FALSE) else Answer(f"({text})", rest.maybe)
    return _joined("OR", cheap + dear, FALSE, TRUE)


def _apart(items: Iterable[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Answers that are always known and cheap, and the others, if one of those looks at lists of lines.

    With what is always known, `and` and `or` are a choice; engines work out both sides of theirs.
    """
    items = tuple(items)
    kept = [item for item in items if item not in (TRUE, FALSE)]
    settled = [item for item in items if item in (TRUE, FALSE)]
    cheap = [item for item in kept if not item.maybe and not _looks(item)]
    dear = [item for item in kept if item.maybe or _looks(item)]
    if settled or not any(map(_looks, dear)):
        return [], [*settled, *kept]
    return cheap, dear


def _looks(item: Answer) -> bool:
    return any(sign in item.text for sign in LOOKS)


def negation(item: Answer) -> Answer:
    """Not."""
    if item in (TRUE, FALSE):
        return FALSE if item == TRUE else TRUE
    return item if item == UNKNOWN else Answer(f"(NOT {item.text})", item.maybe)


def sure(item: Answer) -> str:
    """True where the condition is known to hold, else false."""
    return f"coalesce({item.text}, FALSE)" if item.maybe else item.text


def unsure(item: Answer) -> Answer:
    """Whether it is not known."""
    return Answer(f"({item.text} IS NULL)", False) if item.maybe else FALSE


def chosen(ways: Iterable[tuple[str, str]], otherwise: str) -> str:
    """The first of the ways whose condition is true."""
    said = "".join(f"\n  WHEN {when} THEN {indented(then)}" for when, then in ways)
    return f"CASE{said}\n  ELSE {indented(otherwise)}\nEND" if said else otherwise


def _joined(word: str, items: Iterable[Answer], neutral: Answer, settling: Answer) -> Answer:
    kept = list(dict.fromkeys(item for item in items if item != neutral))
    if settling in kept:
        return settling
    if len(kept) < 2:
        return kept[0] if kept else neutral
    texts = [indented(item.text) for item in kept]
    is_long = sum(map(len, texts)) > WIDE or any("\n" in text for text in texts)
    between = f"\n  {word} " if is_long else f" {word} "
    return Answer(f"({between.join(texts)})", any(item.maybe for item in kept))
