"""Deciding a claim: the policies of each line, the rules that can concern it, and what they come to.

A rule that is not sure could still matter: then the line goes the exact way, with the rules that are
left. Where a rule that is sure denies, nothing else can change that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeAlias

from pollex.backends.assumed import ASSUMED, assumptions
from pollex.backends.firing import Firing, firings
from pollex.backends.kleene import Tri
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import PlaceOf, RuleCode, character
from pollex.backends.python.combine import Open, Total
from pollex.backends.python.days import Day, turns
from pollex.backends.python.load import explain
from pollex.backends.python.pieces import Piece
from pollex.backends.python.reading import Inexact, Locators, Readings, Shown
from pollex.backends.python.unit import Entry, Plan, Unit
from pollex.backends.wording import effect_text
from pollex.ir.nodes import Condition
from pollex.ir.program import ExceptionRule, Policy, Program, Rule
from pollex.model.decision import Decision, LineDecision, Reading, TrialReport

Relevant: TypeAlias = Callable[[int, tuple[int, ...], bool], Iterable[Rule]]


LAST_DAY = "9999-12-31"


class ExactLines(Protocol):
    """The exact way: lines of a claim by their index."""

    def line(self, index: int) -> LineDecision: ...

    def is_denied(self, index: int) -> Tri: ...


Exact: TypeAlias = Callable[[Program, Mapping[str, Any], Collection[str], Relevant], ExactLines]


@dataclass(slots=True, eq=False)
class Asked:
    """A rule that could hold on a line. `firings`, where it has exceptions, says what is in force of it."""

    code: RuleCode
    day: Day
    firings: tuple[Firing, ...] | None
    is_unknown: bool


@dataclass(slots=True, eq=False)
class Chosen:
    """A line with the policies that speak of it, and its rules that could hold, as far as they were asked."""

    line: Line
    units: list[tuple[Unit, Day, Plan]]
    is_unsure: bool
    first: list[Asked] | None = None
    second: list[Asked] | None = None
    trial: list[Asked] | None = None


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


class PythonBackend:
    """A program, ready to decide claims. It never changes but for what it remembers. `place_of` says a place
    in a policy, for errors.
    """

    def __init__(
        self, program: Program, exact: Exact, engine_version: str, place_of: PlaceOf = character
    ) -> None:
        self.place_of = place_of
        self.program = program
        self.exact = exact
        self.engine_version = engine_version
        self.versions: dict[str, list[Version]] = {}
        for policy in program.policies:
            version = Version(policy)
            for payer in policy.payers:
                self.versions.setdefault(payer, []).append(version)
        self.locators = Locators(program.vocabulary.words)
        self._turns = turns(program)

    def decide(self, raw: Mapping[str, Any], assume: Collection[str]) -> Decision:
        """Decide a valid claim."""
        run: _Run | None = None
        try:
            run = _Run(self, raw, assume)
            return run.decision()
        except Exception as error:
            explain(error)
            raise
        finally:
            if run is not None:
                run.claim.let_go()

    def choose(self, line: Line, versions: Iterable[Version], claim_type: str) -> Chosen:
        """The policies that speak of a line."""
        chosen = Chosen(line, [], False)
        on = line.on
        for version in versions:
            if version.first <= on <= version.last and version.claim_type in (None, claim_type):
                unit = version.unit(self.program, self._turns, self.place_of)
                day = unit.days[on]
                plan = day.plans.get((line.code, line.modifier)) or unit.plan(line, day)
                if plan.covers:
                    chosen.units.append((unit, day, plan))
                elif plan.covers is None:
                    chosen.is_unsure = True
        return chosen


class _Run:
    """One claim being decided."""

    __slots__ = ("_exact", "assume", "backend", "chosen", "claim", "raw", "shown")

    def __init__(self, backend: PythonBackend, raw: Mapping[str, Any], assume: Collection[str]) -> None:
        self.backend = backend
        self.raw = raw
        self.assume = assume
        self.claim = claim = Claim(raw, assume, self.is_denied)
        self.shown: dict[tuple[str, Line], tuple[Shown, ...]] = {}
        self._exact: ExactLines | None = None
        versions = backend.versions.get(raw["payer"]["id"], ())
        claim_type = raw.get("claim_type") or ASSUMED["claim type"]
        self.chosen = [backend.choose(line, versions, claim_type) for line in claim.lines]
        for shared in {unit.shared: None for one in self.chosen for unit, _, _ in one.units}:
            read_claim, read_line, read_past = shared.read()
            read_claim(claim, raw)
            for line in claim.lines:
                read_line(line, line.raw, claim)
            for line in claim.past:
                read_past(line, line.raw, claim)

    def decision(self) -> Decision:
        raw = self.raw
        refs = {unit.ref.id + unit.ref.version: unit.ref for one in self.chosen for unit, _, _ in one.units}
        return Decision(
            str(raw["claim_id"]),
            raw["payer"],
            tuple([self.line(one) for one in self.chosen]),
            tuple([refs[key] for key in sorted(refs)]),
            tuple(assumptions(raw, self.assume)),
            self.backend.engine_version,
        )

    def line(self, chosen: Chosen) -> LineDecision:
        if not chosen.is_unsure:
            if not chosen.units:
                return LineDecision(chosen.line.number, chosen.line.code, "no_policy")
            try:
                return self.combined(chosen)
            except (Open, Inexact):
                pass
        return self.exact().line(chosen.line.index)

    def exact(self) -> ExactLines:
        """The exact way."""
        if self._exact is None:
            self._exact = self.backend.exact(self.backend.program, self.raw, self.assume, self.relevant)
        return self._exact

    def relevant(self, index: int, strata: tuple[int, ...], trial: bool) -> Iterator[Rule]:
        """The rules that could hold on a line, in the order of the program."""
        chosen = self.chosen[index]
        asked = self.trial(chosen) if trial else self.first(chosen) if 1 in strata else []
        if 2 in strata and not trial:
            asked = [*asked, *self.second(chosen)]
        for unit, _, _ in chosen.units:
            mine = (one.code for one in asked if one.code.shared is unit.shared)
            yield from (code.rule for code in sorted(mine, key=lambda code: code.position))

    # ------------------------------------------------------------ rules

    def first(self, chosen: Chosen) -> list[Asked]:
        """The rules of the first stratum that could hold on a line, each asked once."""
        if chosen.first is None:
            chosen.first = self.ask(chosen.line, [(day, plan.first) for _, day, plan in chosen.units])
        return chosen.first

    def second(self, chosen: Chosen) -> list[Asked]:
        """Those that run after the other lines are decided."""
        if chosen.second is None:
            chosen.second = self.ask(chosen.line, [(day, plan.second) for _, day, plan in chosen.units])
        return chosen.second

    def trial(self, chosen: Chosen) -> list[Asked]:
        """Those on trial."""
        if chosen.trial is None:
            chosen.trial = self.ask(chosen.line, [(day, plan.trial) for _, day, plan in chosen.units])
        return chosen.trial

    def ask(self, line: Line, plans: Iterable[tuple[Day, Iterable[Entry]]]) -> list[Asked]:
        """The rules that could hold on a line."""
        claim, found = self.claim, []
        for day, entries in plans:
            for could, sure, never_sure, code in entries:
                if could is None or could(line, claim, day):
                    unknown = never_sure or not (sure is None or sure is could or sure(line, claim, day))
                    if code.rule.exceptions:
                        found.append(self.with_exceptions(code, line, day, unknown))
                    else:
                        found.append(Asked(code, day, None, unknown))
        return found

    @staticmethod
    def with_exceptions(code: RuleCode, line: Line, day: Day, is_unknown: bool) -> Asked:
        """What is in force of a rule that has exceptions."""

        def holds(condition: Condition) -> Tri:
            if condition is code.rule.condition:
                return None if is_unknown else True
            return code.exception(condition, line, day)

        fired = firings(code.rule, day.on, holds)
        return Asked(code, day, fired, any(one.holds is None for one in fired))

    def is_denied(self, line: Line) -> Tri:
        """Whether the first stratum denies a line."""
        chosen = self.chosen[line.index]
        asked = self.first(chosen)
        try:
            if any(map(denies, asked)):
                return True
            may = any(one.code.can_deny for one in asked) or any(u.can_deny for u, _, _ in chosen.units)
            if not may and not chosen.is_unsure:
                return False
            if not chosen.is_unsure and not any(map(is_open, asked)):
                return bool(chosen.units) and self.total(chosen, asked, False).outcome() == "deny"
        except Open:
            pass
        return self.exact().is_denied(chosen.line.index)

    # ------------------------------------------------------------ effects

    def combined(self, chosen: Chosen) -> LineDecision:
        """The line, where all that matters is known."""
        asked = self.first(chosen)
        second = self.second(chosen)
        if second:
            asked = [*asked, *second]
        is_denied = any(map(denies, asked))
        if not is_denied and any(map(is_open, asked)):
            raise Open
        total = self.total(chosen, asked, is_denied)
        line, shown, locators = chosen.line, self.shown, self.backend.locators

        def because(of: Asked | None) -> tuple[Reading, ...]:
            if of is None:
                return ()
            readings = Readings(locators, shown)
            of.code.because(line, line.claim, of.day, readings)
            return readings.result()

        def texts() -> dict[str, str | None]:
            in_order = sorted(asked, key=self.place_of(chosen))
            return {one.code.rule.name: one.code.rule.because for one in in_order}

        decided = total.decision(because, texts)
        if any(plan.trial for _, _, plan in chosen.units):
            return replace(decided, trial=tuple(self.reports(chosen)))
        return decided

    @staticmethod
    def place_of(chosen: Chosen) -> Callable[[Asked], int]:
        """The order of the policies of a line."""
        order = {unit.shared: at for at, (unit, _, _) in enumerate(chosen.units)}
        return lambda one: order[one.code.shared]

    @staticmethod
    def total(chosen: Chosen, asked: list[Asked], is_denied: bool) -> Total:
        """All effects in force of the rules that are known."""
        total = Total(chosen.line, is_denied, not any(one.is_unknown for one in asked))
        for one in asked:
            if not one.is_unknown:
                for piece in one.code.own if one.firings is None else in_force(one):
                    total.add(piece, one.day, one)
        if not total.outcomes:
            for unit, day, _ in chosen.units:
                for piece in unit.default:
                    total.add(piece, day, None)
        return total

    def reports(self, chosen: Chosen) -> Iterator[TrialReport]:
        """What rules on trial would have done."""
        for one in self.trial(chosen):
            rule = one.code.rule
            own = (Firing(rule, rule, rule.effects, None if one.is_unknown else True),)
            for firing in own if one.firings is None else one.firings:
                if firing.holds is not False:
                    would = ", ".join(sorted(effect_text(effect) for effect in firing.effects))
                    yield TrialReport(firing.clause.name, would if firing.holds else f"not known: {would}")


def is_open(asked: Asked) -> bool:
    """Whether a rule that is not known could matter."""
    return asked.is_unknown and not asked.code.only_notes


def denies(asked: Asked) -> bool:
    """Whether a rule that is known denies outright."""
    if asked.is_unknown:
        return False
    if asked.firings is None:
        return asked.code.denies
    return any(piece.outcome == "deny" for piece in in_force(asked))


def in_force(asked: Asked) -> list[Piece]:
    """The effects in force of a known rule with exceptions; two that stand in its place go the exact way."""
    found = [one.clause for one in asked.firings or () if one.holds]
    if sum(isinstance(clause, ExceptionRule) for clause in found) > 1:
        raise Open
    return [piece for clause in found for piece in asked.code.pieces[clause.id]]
