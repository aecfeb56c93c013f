"""Deciding a claim: the policies of each line, the rules that can concern it, and what they come to.

A rule that is not sure could still matter: then the line goes the exact way, with the rules that are
left. Where a rule that is sure denies, nothing else can change that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from pollex.backends.assumed import assumptions
from pollex.backends.firing import Clause, Firing, firings
from pollex.backends.kleene import Tri
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import RuleCode
from pollex.backends.python.combine import Open, Total
from pollex.backends.python.days import Day, turns
from pollex.backends.python.load import explain
from pollex.backends.python.reading import Inexact, Readings, Shown
from pollex.backends.python.unit import Entry, Plan, Unit
from pollex.backends.wording import effect_text
from pollex.ir.nodes import Condition
from pollex.ir.program import Deny, ExceptionRule, Policy, Program, Rule
from pollex.model.decision import Decision, LineDecision, PolicyRef, Reading, TrialReport

Relevant: TypeAlias = Callable[[int, tuple[int, ...], bool], Iterable[Rule]]


class ExactLines(Protocol):
    """The exact way: lines of a claim by their index."""

    def line(self, index: int) -> LineDecision: ...

    def is_denied(self, index: int) -> Tri: ...


Exact: TypeAlias = Callable[[Program, Mapping[str, Any], Collection[str], Relevant], ExactLines]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A rule that could hold on a line: what is in force of it, each an effect's clause and whether it is."""

    code: RuleCode
    day: Day
    firings: tuple[Firing, ...] | None
    is_unknown: bool


@dataclass(slots=True)
class Chosen:
    """A line with the policies that speak of it, and the rules that could hold, stratum by stratum."""

    line: Line
    units: list[tuple[Unit, Day, Plan]]
    is_unsure: bool
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    denied: Tri = None
    knows_denied: bool = False


class PythonBackend:
    """A program, ready to decide claims. It never changes but for what it remembers."""

    def __init__(self, program: Program, exact: Exact, engine_version: str) -> None:
        self.program = program
        self._exact = exact
        self._version = engine_version
        self._policies: dict[str, list[Policy]] = {}
        for policy in program.policies:
            for payer in policy.payers:
                self._policies.setdefault(payer, []).append(policy)
        self._turns = turns(program)
        self._units: dict[tuple[str, str], Unit] = {}

    def decide(self, raw: Mapping[str, Any], assume: Collection[str]) -> Decision:
        """Decide a valid claim."""
        try:
            return _Run(self, raw, assume).decision()
        except Exception as error:
            explain(error)
            raise

    # ------------------------------------------------------------ for one claim

    def choose(self, line: Line, claim_type: str) -> Chosen:
        """The policies that speak of a line."""
        chosen = Chosen(line, [], False)
        for policy in self._policies.get(line.claim.raw["payer"]["id"], ()):
            unit = self._unit(policy)
            if not unit.first <= line.on <= unit.last:
                continue
            if policy.claim_type is not None and policy.claim_type != claim_type:
                continue
            day = unit.days[line.on]
            plan = unit.plan(line, day)
            if plan.covers:
                chosen.units.append((unit, day, plan))
            elif plan.covers is None:
                chosen.is_unsure = True
        return chosen

    def _unit(self, policy: Policy) -> Unit:
        key = policy.id, policy.version
        found = self._units.get(key)
        if found is None:
            found = self._units[key] = Unit(self.program, policy, self._turns)
        return found

    def exactly(self, raw: Mapping[str, Any], assume: Collection[str], relevant: Relevant) -> ExactLines:
        return self._exact(self.program, raw, assume, relevant)

    def version(self) -> str:
        return self._version


class _Run:
    """One claim being decided."""

    def __init__(self, backend: PythonBackend, raw: Mapping[str, Any], assume: Collection[str]) -> None:
        self.backend = backend
        self.raw = raw
        self.assume = assume
        self.claim = Claim(raw, frozenset(assume), self.is_denied)
        self.shown: dict[tuple[str, Line], tuple[Shown, ...]] = {}
        self._exact: ExactLines | None = None
        claim_type = raw.get("claim_type") or "professional"
        claim = self.claim
        claim.lines = [Line(claim, one, index, False) for index, one in enumerate(raw["lines"])]
        if claim.history is not None:
            past = claim.history["lines"]
            claim.past = [Line(claim, one, index, True) for index, one in enumerate(past)]
        self.chosen = [backend.choose(line, claim_type) for line in claim.lines]
        for shared in {unit.shared: None for one in self.chosen for unit, _, _ in one.units}:
            read_claim, read_line, read_past = shared.read()
            read_claim(claim, raw)
            for line in claim.lines:
                read_line(line, line.raw, claim)
            for line in claim.past:
                read_past(line, line.raw, claim)

    def decision(self) -> Decision:
        chosen = {
            unit.policy.id + unit.policy.version: unit.policy
            for one in self.chosen
            for unit, _, _ in one.units
        }
        refs = (chosen[key] for key in sorted(chosen))
        return Decision(
            str(self.raw["claim_id"]),
            self.raw["payer"],
            tuple([self.line(one) for one in self.chosen]),
            tuple([PolicyRef(policy.id, policy.version, policy.digest) for policy in refs]),
            tuple(assumptions(self.raw, self.assume)),
            self.backend.version(),
        )

    def line(self, chosen: Chosen) -> LineDecision:
        if not chosen.units and not chosen.is_unsure:
            return LineDecision(chosen.line.number, chosen.line.code, "no_policy")
        if not chosen.is_unsure:
            asked = [*self.asked(chosen, "first"), *self.asked(chosen, "second")]
            try:
                return self.combined(chosen, asked)
            except (Open, Inexact):
                pass
        return self.exact().line(chosen.line.index)

    def exact(self) -> ExactLines:
        """The exact way."""
        if self._exact is None:
            self._exact = self.backend.exactly(self.raw, self.assume, self.relevant)
        return self._exact

    def relevant(self, index: int, strata: tuple[int, ...], trial: bool) -> Iterator[Rule]:
        """The rules that could hold on a line, in the order of the program."""
        chosen = self.chosen[index]
        plans = [name for number, name in ((1, "first"), (2, "second")) if number in strata]
        asked = [one for name in (["trial"] if trial else plans) for one in self.asked(chosen, name)]
        for unit, _, _ in chosen.units:
            mine = (one.code for one in asked if one.code.shared is unit.shared)
            yield from (code.rule for code in sorted(mine, key=lambda code: code.position))

    # ------------------------------------------------------------ rules

    def asked(self, chosen: Chosen, stratum: str) -> list[Asked]:
        """The rules of a stratum that could hold on a line, each asked once."""
        found = chosen.asked.get(stratum)
        if found is None:
            found = []
            for _, day, plan in chosen.units:
                entries: tuple[Entry, ...] = getattr(plan, stratum)
                for entry in entries:
                    one = self.ask(entry, chosen.line, day)
                    if one is not None:
                        found.append(one)
            chosen.asked[stratum] = found
        return found

    def ask(self, entry: Entry, line: Line, day: Day) -> Asked | None:
        """What is in force of a rule; nothing where it cannot hold."""
        code = entry.code
        could, sure = code.could, code.sure
        if could is not None and not could(line, self.claim, day):
            return None
        is_sure = not entry.never_sure and (sure is None or sure is could or sure(line, self.claim, day))
        rule = code.rule
        if not rule.exceptions:
            return Asked(code, day, None, not is_sure)

        def holds(condition: Condition) -> Tri:
            if condition is rule.condition:
                return is_sure or None
            return code.exception(condition, line, day)

        fired = firings(rule, day.on, holds)
        return Asked(code, day, fired, any(one.holds is None for one in fired))

    def is_denied(self, line: Line) -> Tri:
        """Whether the first stratum denies a line."""
        chosen = self.chosen[line.index]
        if not chosen.knows_denied:
            chosen.denied, chosen.knows_denied = self.denied(chosen), True
        return chosen.denied

    def denied(self, chosen: Chosen) -> Tri:
        asked = self.asked(chosen, "first")
        try:
            if any(denies(one) for one in asked):
                return True
            if not chosen.is_unsure and all(one.code.only_notes for one in asked if one.is_unknown):
                return bool(chosen.units) and self.total(chosen, asked, False).outcome() == "deny"
        except Open:
            pass
        return self.exact().is_denied(chosen.line.index)

    # ------------------------------------------------------------ effects

    def combined(self, chosen: Chosen, asked: list[Asked]) -> LineDecision:
        """The line, where all that matters is known."""
        is_denied = any(denies(one) for one in asked)
        if not is_denied and any(one.is_unknown and not one.code.only_notes for one in asked):
            raise Open
        total = self.total(chosen, asked, is_denied)
        owner: dict[str, Asked] = {clause: one for one in asked for clause in one.code.pieces}
        texts = {one.code.rule.name: one.code.rule.because for one in asked}
        read: dict[str, tuple[Reading, ...]] = {}

        def because(clause: Clause) -> tuple[Reading, ...]:
            one = owner.get(clause.id)
            if one is None:
                return ()
            rule = one.code.rule
            if rule.id not in read:
                readings = Readings(self.backend.program.vocabulary, self.shown)
                one.code.because(chosen.line, self.claim, one.day, readings)
                read[rule.id] = readings.result()
            return read[rule.id]

        decided = total.decision(because, texts)
        reports = tuple(self.trials(chosen))
        if not reports:
            return decided
        return LineDecision(
            decided.line_number,
            decided.procedure_code,
            decided.outcome,
            decided.percent,
            decided.allowed_amount,
            decided.adjustments,
            decided.required_documentation,
            decided.missing,
            decided.reasons,
            decided.notes,
            reports,
        )

    def total(self, chosen: Chosen, asked: list[Asked], is_denied: bool) -> Total:
        """All effects in force of the rules that are known."""
        total = Total(chosen.line, is_denied)
        for one in asked:
            if not one.is_unknown:
                for clause in in_force(one):
                    for piece in one.code.pieces[clause.id]:
                        total.add(piece, one.day)
        if not total.outcomes:
            for unit, day, _ in chosen.units:
                for piece in unit.default:
                    total.add(piece, day)
        return total

    def trials(self, chosen: Chosen) -> Iterable[TrialReport]:
        """What rules on trial would have done."""
        for one in self.asked(chosen, "trial"):
            rule = one.code.rule
            own = (Firing(rule, rule, rule.effects, None if one.is_unknown else True),)
            for firing in own if one.firings is None else one.firings:
                if firing.holds is not False:
                    would = ", ".join(sorted(effect_text(effect) for effect in firing.effects))
                    yield TrialReport(firing.clause.name, would if firing.holds else f"not known: {would}")


def denies(asked: Asked) -> bool:
    """Whether a rule that is known denies outright."""
    return not asked.is_unknown and any(
        isinstance(piece.effect, Deny) for clause in in_force(asked) for piece in asked.code.pieces[clause.id]
    )


def in_force(asked: Asked) -> list[Clause]:
    """The clauses of a known rule whose effects are in force."""
    if asked.firings is None:
        return [asked.code.rule]
    found = [one.clause for one in asked.firings if one.holds]
    if sum(isinstance(clause, ExceptionRule) for clause in found) > 1:
        raise Open
    return found
