"""Which policies speak of a line, and which of their rules can concern it.

That hangs on the payer, the claim type, the day, the procedure code and the modifiers: lines that have
these in common have one `Choice`, which also remembers what sets of their rules come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeAlias

from pollex.backends.python.asked import Open
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import PlaceOf, character
from pollex.backends.python.combine import ReadBy, Total
from pollex.backends.python.days import Day
from pollex.backends.python.kept import Kept
from pollex.backends.python.pieces import Piece
from pollex.backends.python.settled import Settled
from pollex.backends.python.strata import Found, Stratum
from pollex.backends.python.unit import Plan, Unit
from pollex.ir.program import Policy, Program

Status: TypeAlias = tuple[str | None, ...]
"""What was found of the documentation that rules require."""
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


class Choice:
    """What speaks of lines with one code and its modifiers, on days that are alike. It is unsure where that
    is not known.
    """

    __slots__ = (
        "_by_found",
        "_kept",
        "_read_by",
        "can_deny",
        "first",
        "has_second",
        "has_trial",
        "is_unsure",
        "refs",
        "second",
        "shared",
        "trial",
        "units",
    )

    def __init__(self, plans: Iterable[tuple[Unit, Day, Plan]], read_by: ReadBy, kept: Kept) -> None:
        found = list(plans)
        self._read_by = read_by
        self._kept = kept
        self.units = [(unit, day, plan) for unit, day, plan in found if plan.covers]
        self.is_unsure = any(plan.covers is None for _, _, plan in found)
        self.can_deny = any(unit.can_deny for unit, _, _ in self.units)
        self.shared = tuple(dict.fromkeys(unit.shared for unit, _, _ in self.units))
        self.refs = sorted({(unit.ref.id + unit.ref.version, unit.ref) for unit, _, _ in self.units})
        self.first = one_after_another(plan.first for _, _, plan in self.units)
        self.second = one_after_another(plan.second for _, _, plan in self.units)
        self.trial = one_after_another(plan.trial for _, _, plan in self.units)
        self.has_second = any(plan.second.entries for _, _, plan in self.units)
        self.has_trial = any(plan.trial.entries for _, _, plan in self.units)
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
            settled = total.settled(lambda: self.texts(found), self._read_by)
            if total.is_fixed:
                self._kept.one_more()
                together.settled[status] = settled
        return settled

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

    def total(self, line: Line, asked: Found, is_denied: bool) -> Total:
        """All effects in force of the rules that are known."""
        total = Total(line, is_denied, not any(one.is_unknown for one in asked))
        for one in asked:
            if not one.is_unknown:
                for piece in one.in_force():
                    total.add(piece, one.day, one)
        if not total.outcomes:
            for unit, day, _ in self.units:
                for piece in unit.default:
                    total.add(piece, day, None)
        return total

    def texts(self, asked: Found) -> dict[str, str | None]:
        """What each rule says, in the order of the policies."""
        order = {unit.shared: at for at, (unit, _, _) in enumerate(self.units)}
        in_order = sorted(asked, key=lambda one: order[one.code.shared])
        return {one.code.rule.name: one.code.rule.because for one in in_order}


class Together:
    """Rules that meet on a line; what they come to, by what was found of the documentation they require."""

    __slots__ = ("_wanted", "denied", "is_denied", "is_open", "settled")

    def __init__(self, found: Found) -> None:
        self.is_denied = any(one.denies() for one in found)
        self.is_open = any(one.is_open for one in found)
        in_force = (piece for one in found if not one.is_unknown for piece in one.in_force())
        self._wanted = tuple(dict.fromkeys(wanted for piece in in_force for wanted in required(piece)))
        self.settled: dict[Status, Settled] = {}
        self.denied: dict[Status, bool] = {}

    def status(self, line: Line) -> Status:
        if not self._wanted:
            return ()
        return tuple([line.claim.documented(*wanted, line.number) for wanted in self._wanted])


def required(piece: Piece | None) -> Iterator[tuple[str, str | None]]:
    """The documentation that an effect requires, and what it says otherwise."""
    while piece is not None:
        if piece.require is not None:
            yield piece.require.documented.concept, piece.require.documented.document
        piece = piece.otherwise


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
        self, versions: Iterable[Version], unit_of: Callable[[Version], Unit], read_by: ReadBy, kept: Kept
    ) -> None:
        self._versions = tuple(versions)
        self._unit_of = unit_of
        self._read_by = read_by
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
                choices = self._by_units[key] = Choices(units, self._read_by, self._kept)
            if len(self._by_day) >= MOST_DAYS:
                self._by_day.clear()
            self._by_day[on] = choices
        return choices


class Choices:
    """Choices by procedure code and modifiers, on days that are alike."""

    def __init__(self, units: list[tuple[Unit, Day]], read_by: ReadBy, kept: Kept) -> None:
        self._units = units
        self._read_by = read_by
        self._kept = kept
        self._by_key: dict[tuple[str, frozenset[str]], Choice] = {}
        kept.in_tables((self._by_key, *(table for _, day in units for table in (day.entries, day.strata))))

    def of(self, line: Line) -> Choice:
        key = line.code, line.modifier
        choice = self._by_key.get(key)
        if choice is None:
            plans = ((unit, day, unit.plan(line, day)) for unit, day in self._units)
            choice = Choice(plans, self._read_by, self._kept)
            self._kept.one_more()
            self._by_key[key] = choice
        return choice
