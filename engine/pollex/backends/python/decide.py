"""Deciding a claim: the policies of each line, the rules that can concern it, and what they come to.

A rule that is not sure could still matter: then the line goes the exact way, with the rules that are
left. Where a rule that is sure denies, nothing else can change that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pollex.backends.assumed import ASSUMED, assumptions
from pollex.backends.firing import Firing
from pollex.backends.foreknown import ExactLines, Foreknown, Turning
from pollex.backends.kleene import Tri
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.choose import Choice, Days, Speakers, Version
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import PlaceOf, Shared, character
from pollex.backends.python.days import turns
from pollex.backends.python.evidence import Evidence
from pollex.backends.python.kept import Kept
from pollex.backends.python.load import explain
from pollex.backends.python.reading import Inexact, Words
from pollex.backends.python.settled import Settled
from pollex.backends.python.strata import Found
from pollex.backends.python.unit import Unit
from pollex.backends.wording import effect_text
from pollex.ir.nodes import Condition
from pollex.ir.program import Program, Rule
from pollex.model.decision import Decision, LineDecision, PolicyRef, Reading, TrialReport
from pollex.model.quick import quick

Said = TypeVar("Said")
Refs: TypeAlias = list[tuple[str, PolicyRef]]
if TYPE_CHECKING:
    from pollex.backends.python.undecided import Undecided

new_decision = quick(Decision)
Exact: TypeAlias = Callable[[Program, Mapping[str, Any], Collection[str], Foreknown], ExactLines]


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
        self.evidence = Evidence(Words(program.vocabulary.words))
        self._kept = Kept()
        self._turns = turns(program)
        self._days: dict[tuple[str, str], Days] = {}

    @cached_property
    def undecided(self) -> Undecided:
        """Decides lines of which something is open."""
        from pollex.backends.python.undecided import Undecided  # noqa: PLC0415 - most claims do without

        return Undecided(self.evidence, self._kept)

    def decide(self, raw: Mapping[str, Any], assume: Collection[str]) -> Decision:
        """Decide a valid claim."""
        return self.about(raw, assume, Run.decision)

    def about(self, raw: Mapping[str, Any], assume: Collection[str], said: Callable[[Run], Said]) -> Said:
        """Something said of a valid claim."""
        run = Run(self, raw, assume)
        try:
            return said(run)
        except Exception as error:
            explain(error)
            raise
        finally:
            run.let_go()

    def days(self, payer: str, claim_type: str) -> Days:
        """The policies of a payer that has some, by day."""
        found = self._days.get((payer, claim_type))
        if found is None:
            versions = [one for one in self.versions.get(payer, ()) if one.claim_type in (None, claim_type)]
            found = Days(versions, self._unit, self.evidence, self._kept)
            if versions:
                self._days[payer, claim_type] = found
        return found

    def _unit(self, version: Version) -> Unit:
        return version.unit(self.program, self._turns, self.place_of)


class Run(Claim):
    """One claim being decided, or explained."""

    def __init__(self, backend: PythonBackend, raw: Mapping[str, Any], assume: Collection[str]) -> None:
        super().__init__(raw, assume)
        self.backend = backend
        self.assume = assume
        self._exact: ExactLines | None = None
        self.units: tuple[Shared, ...] = ()

    def read(self, line: Line) -> None:
        """Read the words of a line, for every policy that speaks of some line of the claim."""
        for shared in self.units:
            shared.read()[2 if line.is_past else 1](line, line.raw, self)

    def choose(self) -> Refs:
        """Choose what speaks of each line; the policies that do."""
        raw = self.raw
        days = self.backend.days(raw["payer"]["id"], raw.get("claim_type") or ASSUMED["claim type"])
        for line in self.lines:
            line.choice = days[line.on].of(line)
        speakers: Speakers = self.lines[0].choice.speakers
        self.units, refs = speakers.shared, speakers.refs
        if len(self.lines) > 1:
            found = {one.choice.speakers: None for one in self.lines}
            if len(found) > 1:
                self.units = tuple({shared: None for one in found for shared in one.shared})
                refs = sorted({ref for one in found for ref in one.refs})
        return refs

    def read_claim(self) -> None:
        """Read the words of the claim itself, for every policy that speaks of some line of it: then its lines
        can be asked.
        """
        for shared in self.units:
            shared.read()[0](self, self.raw)

    def decision(self) -> Decision:
        raw, refs = self.raw, self.choose()
        self.read_claim()
        return new_decision(
            str(raw["claim_id"]),
            raw["payer"],
            tuple([self.line(line) for line in self.lines]),
            tuple([ref for _, ref in refs]),
            assumptions(raw, self.assume),
            self.backend.engine_version,
        )

    def line(self, line: Line) -> LineDecision:
        choice: Choice = line.choice
        if not choice.speakers.is_unsure:
            if not choice.speakers.units:
                return LineDecision(line.number, line.code, "no_policy")
            try:
                decided = self.settled(line).decision(line)
                if choice.has_trial:
                    return replace(decided, trial=tuple(self.reports(line)))
                return decided
            except (Open, Inexact):
                pass
            try:
                decided = self.undecided(line)
                return replace(decided, trial=tuple(self.reports(line))) if choice.has_trial else decided
            except (Open, Inexact):
                pass
        return self.exact().line(line.index)

    def undecided(self, line: Line) -> LineDecision:
        """A line with rules that are open and could matter."""
        found = (*self.first(line), *self.second(line))
        return self.backend.undecided.decision(line, line.choice.speakers, found, self.turn(line))

    def turn(self, line: Line) -> Callable[[Sequence[Condition]], Turning | None]:
        """What says how conditions can turn out on a line."""
        return lambda conditions: self.exact().turning(line.index, conditions)

    def exact(self) -> ExactLines:
        """The exact way."""
        if self._exact is None:
            self._exact = self.backend.exact(self.backend.program, self.raw, self.assume, self)
        return self._exact

    def relevant(self, index: int, strata: tuple[int, ...], trial: bool) -> Iterator[Rule]:
        """The rules that could hold on a line, in the order of the program."""
        line = self.lines[index]
        found = self.trial(line) if trial else self.first(line) if 1 in strata else ()
        if 2 in strata and not trial:
            found = (*found, *self.second(line))
        return (one.code.rule for one in self.in_order(line, found))

    def in_order(self, line: Line, found: Found) -> Iterator[Asked]:
        """What was found of rules, in the order of the program."""
        for unit, _ in line.choice.speakers.units:
            mine = (one for one in found if one.code.shared is unit.shared)
            yield from sorted(mine, key=lambda one: one.code.position)

    def firings(self, index: int, rule: Rule) -> tuple[Firing, ...] | None:
        """The firings of a rule that is known."""
        one = self.known(index, rule)
        if one is None:
            return None
        return (Firing(rule, rule, rule.effects, True),) if one.firings is None else one.firings

    def readings(self, index: int, rule: Rule) -> tuple[Reading, ...] | None:
        """What a rule that is known has read."""
        one = self.known(index, rule)
        try:
            return None if one is None else self.backend.evidence.read(one)(self.lines[index])
        except Inexact:
            return None

    def known(self, index: int, rule: Rule) -> Asked | None:
        """What was found of a rule that could hold, where it is known."""
        line = self.lines[index]
        found = chain(line.first or (), line.second or (), line.trial or ())
        return next((one for one in found if one.code.rule is rule and not one.is_unknown), None)

    # ------------------------------------------------------------ rules

    def first(self, line: Line) -> Found:
        """The rules of the first stratum that could hold on a line, asked once."""
        found: Found | None = line.first
        if found is None:
            found = line.first = line.choice.first(line, self)
        return found

    def second(self, line: Line) -> Found:
        """Those that run after the other lines are decided."""
        found: Found | None = line.second
        if found is None:
            found = line.second = line.choice.second(line, self)
        return found

    def trial(self, line: Line) -> Found:
        """Those on trial."""
        found: Found | None = line.trial
        if found is None:
            found = line.trial = line.choice.trial(line, self)
        return found

    def is_denied(self, line: Line) -> Tri:
        """Whether the first stratum denies a line."""
        denied = self.denied(line.index)
        if denied is not None:
            return denied
        speakers: Speakers = line.choice.speakers
        try:
            if not speakers.is_unsure:
                return self.backend.undecided.is_denied(line, speakers, self.first(line), self.turn(line))
        except Open:
            pass
        return self.exact().is_denied(line.index)

    def denied(self, index: int) -> Tri:
        """Whether the first stratum denies a line, where that is known without the exact way."""
        line = self.lines[index]
        try:
            denied: bool = line.choice.speakers.is_denied(line, self.first(line))
        except Open:
            return None
        return denied

    # ------------------------------------------------------------ effects

    def settled(self, line: Line) -> Settled:
        """What the rules of a line come to, where all that matters is known."""
        choice: Choice = line.choice
        found = self.first(line)
        if choice.has_second:
            found = (*found, *self.second(line))
        return choice.speakers.settled(line, found)

    def reports(self, line: Line) -> Iterator[TrialReport]:
        """What rules on trial would have done."""
        for one in self.in_order(line, self.trial(line)):
            rule = one.code.rule
            own = (Firing(rule, rule, rule.effects, None if one.is_unknown else True),)
            for firing in own if one.firings is None else one.firings:
                if firing.holds is not False:
                    would = ", ".join(sorted(effect_text(effect) for effect in firing.effects))
                    yield TrialReport(firing.clause.name, would if firing.holds else f"not known: {would}")
