"""Lists of a claim that may be open: more values can stand there than the claim says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pollex.backends.python.claims import Claim, Line
from pollex.model.quick import quick

Among: TypeAlias = Callable[[str], bool]
Normal: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Listed:
    """The values; while it is open there may be others, `within` bounds what they can be. Open lists that
    are `alike` lack the same: they are the same list, whatever else may be in it.
    """

    values: frozenset[str]
    is_open: bool = False
    within: frozenset[str] | None = None
    alike: tuple[object, ...] = ()


closed = quick(Listed)
EMPTY = Listed(frozenset())
OPEN = Listed(frozenset(), True)


def sure_any(listed: Listed, among: Among) -> bool:
    return any(among(value) for value in listed.values)


def could_any(listed: Listed, among: Among) -> bool:
    if any(among(value) for value in listed.values):
        return True
    return listed.is_open and (listed.within is None or any(among(value) for value in listed.within))


def sure_every(listed: Listed, among: Among) -> bool:
    if not all(among(value) for value in listed.values):
        return False
    return not listed.is_open or (listed.within is not None and all(among(value) for value in listed.within))


def could_every(listed: Listed, among: Among) -> bool:
    return all(among(value) for value in listed.values)


def sure_same_list(mine: Listed, theirs: Listed) -> bool:
    if mine.is_open or theirs.is_open:
        return mine.alike != () and mine.alike == theirs.alike
    return mine.values == theirs.values


def could_same_list(mine: Listed, theirs: Listed) -> bool:
    return mine.is_open or theirs.is_open or mine.values == theirs.values


# ------------------------------------------------------------------ reading them


def diagnoses(codes: Iterable[str] | None, normal: Normal) -> Listed:
    """The diagnoses of a line of the history."""
    return OPEN if codes is None else Listed(frozenset(normal(code) for code in codes))


def pointed(line: Line, claim: Claim, normal: Normal) -> Listed:
    """The diagnoses that a line points to."""
    pointers = line.raw.get("diagnosis_pointers")
    given = line.raw.get("diagnoses") if line.is_past else claim.raw["diagnoses"]
    if given is None:
        return EMPTY if pointers == [] else OPEN
    if line.is_past:
        given = [{"code": code} for code in given]
    if pointers is None:
        return Listed(frozenset(), True, frozenset([normal(one["code"]) for one in given]))
    return closed(frozenset([normal(given[at - 1]["code"]) for at in pointers]), False, None, ())


def known_pointed(line: Line, claim: Claim, normal: Normal) -> list[str] | None:
    """The diagnoses that a line of the claim points to; None where that is open."""
    pointers, given = line.raw.get("diagnosis_pointers"), claim.raw["diagnoses"]
    return None if pointers is None else [normal(given[at - 1]["code"]) for at in pointers]


def known_authorizations(line: Line, claim: Claim) -> Sequence[str] | None:
    """The prior authorizations of a line of the claim; None where there may be others."""
    own, shared = line.raw.get("prior_authorizations"), claim.raw.get("prior_authorizations")
    if shared is None and not claim.no_authorization:
        return None
    return (*(own or ()), *(shared or ()))


def authorizations(line: Line, claim: Claim) -> Listed:
    """The prior authorizations of a line and its claim; only the claim's own list closes them."""
    own, shared = line.raw.get("prior_authorizations"), claim.raw.get("prior_authorizations")
    if line.is_past:
        return OPEN if own is None else Listed(frozenset(own))
    values = frozenset((*(own or ()), *(shared or ())))
    if shared is not None or claim.no_authorization:
        return closed(values, False, None, ())
    return Listed(values, True, alike=("prior authorization",) if own is None else ())


def entries(given: Sequence[Mapping[str, Any]], key: str, normal: Normal) -> Listed:
    """One key of each entry of a list; an entry that lacks it leaves the list open."""
    values = [entry.get(key) for entry in given]
    known = [normal(str(value)) for value in values if value is not None]
    if None not in values:
        return closed(frozenset(known), False, None, ())
    lacking = tuple(id(entry) for entry, value in zip(given, values, strict=True) if value is None)
    return Listed(frozenset(known), True, alike=(*known, *lacking))


def attachments(line: Line, claim: Claim, key: str, normal: Normal) -> Listed:
    """One key of each attachment of a line and of the whole claim."""
    given = claim.raw.get("attachments")
    if given is None:
        return Listed(frozenset(), True, alike=("attachments",))
    number = line.raw.get("line_number")
    return entries([one for one in given if one.get("line_number") in (None, number)], key, normal)
