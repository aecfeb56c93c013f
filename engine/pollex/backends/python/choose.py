"""Which policies speak of a line, and which of their rules can concern it.

That hangs on the payer, the claim type, the day, the procedure code and the modifiers: lines that have
these in common have one `Choice`, which also remembers what sets of their rules come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, TypeAlias

from pollex.backends.kleene import Tri
from pollex.backends.python.answers import NOT_LISTED
from pollex.backends.python.asked import Open
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import PlaceOf, character
from pollex.backends.python.combine import NOTHING, Given, Total
from pollex.backends.python.days import Day
from pollex.backends.python.evidence import Evidence
from pollex.backends.python.kept import Kept
from pollex.backends.python.pieces import NumberOf, Piece
from pollex.backends.python.settled import Settled
from pollex.backends.python.strata import Found, Stratum
from pollex.backends.python.unit import Plan, Unit
from pollex.ir.program import Policy, Program

Status: TypeAlias = tuple[Any, ...]
"""What was found of the documentation that rules require, and numbers of their effects."""
LAST_DAY = "9999-12-31"
MOST_DAYS = 4096
"""Days of one payer: so many are kept."""


class Version:
    """One version of a policy, made ready when a line of its days first comes."""

    __slots__ = ("_unit", "claim_type", "first", "last", "policy")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.first = policy.from_date.isoformat()
        self.last = LAST_DAY if policy.through_date is None else policy.through_date.isoformat()
        self.claim_type = policy.claim_type
        self._unit: Unit | None = None

    def unit(self, program: Program, days: Iterable[date], place_of: PlaceOf = character) -> Unit:
        if self._unit is None:
            self._unit = Unit(program, self.policy, days, place_of)
        return self._unit


class Speakers:
    """The policies that speak of some lines on days that are alike, and what sets of their rules come to.
    They are unsure where that is not known of one of them.
    """

    __slots__ = ("_by_found", "_evidence", "_kept", "can_deny", "is_unsure", "refs", "shared", "units")

    def __init__(self, found: Iterable[tuple[Unit, Day, Tri]], evidence: Evidence, kept: Kept) -> None:
        given = list(found)
        self._evidence = evidence
        self._kept = kept
        self.units = [(unit, day) for unit, day, covers in given if covers]
        self.is_unsure = any(covers is None for _, _, covers in given)
        self.can_deny = any(unit.can_deny for unit, _ in self.units)
        self.shared = tuple(dict.fromkeys(unit.shared for unit, _ in self.units))
        self.refs = sorted({(unit.ref.id + unit.ref.version, unit.ref) for unit, _ in self.units})
        self._by_found: dict[Found, Together] = {}

    def settled(self, line: Line, found: Found) -> Settled:
        """What rules come to on a line, where all that matters is known."""
        together = self._together(found)
        status = together.status(line)
        settled = together.settled.get(status)
        if settled is None:
            if not together.is_denied and together.is_open:
                raise Open
            total = self.total(line, found, together.is_denied)
            settled = total.settled(lambda: self.texts(found), self._evidence)
            if total.is_fixed:
                self._kept.one_more()
                together.settled[status] = settled
        return settled

    def status(self, line: Line, found: Found) -> Status:
        """What was found of the documentation that rules require."""
        return self._together(found).status(line)

    def is_denied(self, line: Line, found: Found) -> bool:
        """Whether rules of the first stratum deny a line, where that is known."""
        together = self._together(found)
        status = together.status(line)
        denied = together.denied.get(status)
        if denied is None:
            denied = together.denied[status] = self._is_denied(line, found, together)
        return denied

    def _is_denied(self, line: Line, found: Found, together: Together) -> bool:
        if together.is_denied:
            return True
        if self.is_unsure:
            raise Open
        if not self.can_deny and not any(one.code.can_deny for one in found):
            return False
        if together.is_open:
            raise Open
        return bool(self.units) and self.total(line, found, False).outcome() == "deny"

    def _together(self, found: Found) -> Together:
        together = self._by_found.get(found)
        if together is None:
            self._kept.one_more()
            together = self._by_found[found] = Together(found)
        return together

    def total(self, line: Line, asked: Found, is_denied: bool, given: Given = NOTHING) -> Total:
        """All effects in force of the rules that are known."""
        total = Total(line, is_denied, not any(one.is_unknown for one in asked), given)
        for one in asked:
            if not one.is_unknown:
                for piece in one.in_force():
                    total.add(piece, one.day, one)
        if not total.outcomes:
            for unit, day in self.units:
                for piece in unit.default:
                    total.add(piece, day, None)
        return total

    def texts(self, asked: Found) -> dict[str, str | None]:
        """What each rule says, in the order of the policies."""
        order = {unit.shared: at for at, (unit, _) in enumerate(self.units)}
        in_order = sorted(asked, key=lambda one: order[one.code.shared])
        return {one.code.rule.name: one.code.rule.because for one in in_order}


class Together:
    """Rules that meet on a line; what they come to, by the numbers that its code and modifiers settle, and by
    what was found of the documentation they require.
    """

    __slots__ = ("_numbers", "_wanted", "denied", "is_denied", "is_open", "settled")

    def __init__(self, found: Found) -> None:
        self.is_denied = any(one.denies() for one in found)
        self.is_open = any(one.is_open for one in found)
        in_force = [(piece, one.day) for one in found if not one.is_unknown for piece in one.in_force()]
        self._wanted = tuple(dict.fromkeys(wanted for piece, _ in in_force for wanted in required(piece)))
        self._numbers = (
            ()
            if self.is_denied
            else tuple((number_of, day) for piece, day in in_force for number_of in settled_numbers(piece))
        )
        self.settled: dict[Status, Settled] = {}
        self.denied: dict[Status, bool] = {}

    def status(self, line: Line) -> Status:
        """What they come to hangs on this; empty for most."""
        if not self._wanted and not self._numbers:
            return ()
        claim = line.claim
        found = [claim.documented(*wanted, line.number) for wanted in self._wanted]
        numbers = [number_of(line, claim, day) for number_of, day in self._numbers]
        return *found, *("not listed" if number is NOT_LISTED else number for number in numbers)


def required(piece: Piece | None) -> Iterator[tuple[str, str | None]]:
    """The documentation that an effect requires, and what it says otherwise."""
    while piece is not None:
        if piece.require is not None:
            yield piece.require.documented.concept, piece.require.documented.document
        piece = piece.otherwise


def settled_numbers(piece: Piece | None) -> Iterator[NumberOf]:
    """What works out the numbers of an effect, and of what it says otherwise, that a line's code settles."""
    while piece is not None:
        if piece.money is not None and piece.is_settled and piece.number_of is not None:
            yield piece.number_of
        piece = piece.otherwise


class Choice:
    """What speaks of lines with one code and its modifiers, on days that are alike, and the rules to ask."""

    __slots__ = ("first", "has_second", "has_trial", "second", "speakers", "trial")

    def __init__(self, speakers: Speakers, plans: Iterable[Plan]) -> None:
        self.speakers = speakers
        covering = [plan for plan in plans if plan.covers]
        self.first = one_after_another(plan.first for plan in covering)
        self.second = one_after_another(plan.second for plan in covering)
        self.trial = one_after_another(plan.trial for plan in covering)
        self.has_second = any(plan.second.entries for plan in covering)
        self.has_trial = any(plan.trial.entries for plan in covering)


def one_after_another(strata: Iterable[Stratum]) -> Callable[[Line, Claim], Found]:
    """Which rules of several policies could hold on a line."""
    asked = [stratum for stratum in strata if stratum.entries]
    if not asked:
        return nothing
    if len(asked) == 1:
        return asked[0].ask
    return lambda line, claim: tuple([one for stratum in asked for one in stratum.ask(line, claim)])


def nothing(line: Line, claim: Claim) -> Found:
    """No rule."""
    return ()


class Days:
    """The policies of a payer and a claim type, by day of service."""

    def __init__(
        self, versions: Iterable[Version], unit_of: Callable[[Version], Unit], evidence: Evidence, kept: Kept
    ) -> None:
        self._versions = tuple(versions)
        self._unit_of = unit_of
        self._evidence = evidence
        self._kept = kept
        self._by_units: dict[tuple[Day, ...], Choices] = {}
        self._by_day: dict[str, Choices] = {}

    def __getitem__(self, on: str) -> Choices:
        choices = self._by_day.get(on)
        if choices is None:
            in_effect = [one for one in self._versions if one.first <= on <= one.last]
            units = [(unit, unit.days[on]) for unit in map(self._unit_of, in_effect)]
            key = tuple(day for _, day in units)
            choices = self._by_units.get(key)
            if choices is None:
                choices = self._by_units[key] = Choices(units, self._evidence, self._kept)
            if len(self._by_day) >= MOST_DAYS:
                self._by_day.clear()
            self._by_day[on] = choices
        return choices


class Choices:
    """Choices by procedure code and modifiers, on days that are alike. Few of them differ."""

    def __init__(self, units: list[tuple[Unit, Day]], evidence: Evidence, kept: Kept) -> None:
        self._units = units
        self._evidence = evidence
        self._kept = kept
        self._by_key: dict[tuple[str, frozenset[str]], Choice] = {}
        self._by_plans: dict[tuple[Plan, ...], Choice] = {}
        self._speakers: dict[tuple[Tri, ...], Speakers] = {}
        kept.in_tables((self._by_key, self._by_plans, self._speakers))
        kept.in_tables(table for _, day in units for table in day.kept())

    def of(self, line: Line) -> Choice:
        key = line.code, line.modifier
        choice = self._by_key.get(key)
        if choice is None:
            self._kept.one_more()
            plans = tuple([unit.plan(line, day) for unit, day in self._units])
            choice = self._by_plans.get(plans)
            if choice is None:
                choice = self._by_plans[plans] = Choice(self._speaking(plans), plans)
            self._by_key[key] = choice
        return choice

    def _speaking(self, plans: tuple[Plan, ...]) -> Speakers:
        covered = tuple([plan.covers for plan in plans])
        speakers = self._speakers.get(covered)
        if speakers is None:
            found = ((unit, day, covers) for (unit, day), covers in zip(self._units, covered, strict=True))
            speakers = self._speakers[covered] = Speakers(found, self._evidence, self._kept)
        return speakers
