"""Code systems and sets of codes.

A code system says what a code looks like, and lists codes where they are known. A set is a list of codes of
one system, made of versions with periods that do not overlap. Whether a code is in a set is asked for a day:
yes, no, or not known where no version speaks of that day. A member has days of its own; outside them it is
known not to be in the set.

Codes stand here in the normal form that `normal_code` gives, and are to be asked in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pollex.model.dated import find_in_force
from pollex.source.span import Span

DOT_PLACE = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list comes from; `evidence` says how strong the sighting is, `facts` names its notes."""

    title: str
    at: str | None = None
    published: date | None = None
    evidence: str | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A code of a list, what it means in our own words, and its first and last day."""

    code: str
    text: str | None = None
    from_: date | None = None
    through: date | None = None


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """What its codes look like (`pattern`, of the normal form) and the codes that are known.

    `closed` says that the known codes are all there are for us; `dotted` that a dot may stand after the third
    character without being part of the code.
    """

    name: str
    title: str
    pattern: str
    help: str = ""
    dotted: bool = False
    closed: bool = False
    members: tuple[Member, ...] = ()
    _index: Mapping[str, tuple[Member, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _by_code(self.members))

    @property
    def codes(self) -> tuple[str, ...]:
        """The known codes, ended ones too."""
        return tuple(self._index)

    def matches(self, code: str) -> bool:
        """Whether the code, in normal form, looks like one of the system."""
        return re.fullmatch(self.pattern, code, re.ASCII) is not None

    def lists(self, code: str) -> bool:
        """Whether the code is one of those known."""
        return code in self._index

    def meaning(self, code: str) -> str | None:
        """What the code means, in our own words, where we have them."""
        return next((member.text for member in self._index.get(code, ()) if member.text), None)

    def ended(self, code: str) -> date | None:
        """The last day of a code that has ended; None of one that has not, or is not known."""
        last = [member.through for member in self._index.get(code, ())]
        ends = [day for day in last if day is not None]
        return max(ends) if ends and len(ends) == len(last) else None


def normal_code(system: CodeSystem, code: str) -> str:
    """The form in which codes are compared: of a dotted system in capitals and without the dot."""
    if not system.dotted:
        return code
    capital = code.upper()
    if len(capital) > DOT_PLACE + 1 and capital[DOT_PLACE] == ".":
        return capital[:DOT_PLACE] + capital[DOT_PLACE + 1 :]
    return capital


@dataclass(frozen=True, slots=True)
class CodeSetVersion:
    """One file of a set: what it holds for its period. `span` is the place of the set's name."""

    name: str
    system: str
    title: str
    source: Source
    members: tuple[Member, ...]
    span: Span = field(compare=False)
    from_: date | None = None
    through: date | None = None
    _index: Mapping[str, tuple[Member, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _by_code(self.members))

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that is a member on some day, sorted."""
        return tuple(self._index)

    def holds(self, code: str, on: date) -> bool:
        """Whether the code is a member on a day of the version's period."""
        return find_in_force(self._index.get(code, ()), on) is not None


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A set by its name: its versions, in order of time."""

    name: str
    system: str
    versions: tuple[CodeSetVersion, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Every code that is a member on some day."""
        return frozenset(code for version in self.versions for code in version.codes)

    def version(self, on: date) -> CodeSetVersion | None:
        """The version that speaks of that day."""
        return find_in_force(self.versions, on)

    def membership(self, code: str, on: date) -> bool | None:
        """Whether the code is in the set on that day; None where no version speaks of it: not known."""
        version = self.version(on)
        return None if version is None else version.holds(code, on)

    def canonical(self) -> str:
        """All that can change an answer, and nothing else, whatever the order in the files."""
        versions = [
            [
                _iso(version.from_),
                _iso(version.through),
                sorted([member.code, _iso(member.from_), _iso(member.through)] for member in version.members),
            ]
            for version in self.versions
        ]
        return json.dumps(["set", self.name, self.system, sorted(versions)], separators=(",", ":"))


def _by_code(members: Iterable[Member]) -> dict[str, tuple[Member, ...]]:
    found: dict[str, tuple[Member, ...]] = {}
    for member in sorted(members, key=lambda member: member.code):
        found[member.code] = (*found.get(member.code, ()), member)
    return found


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
