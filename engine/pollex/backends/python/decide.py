"""Deciding a claim: the policies of each line, the rules that can concern it, and what they come to.

A rule that is not sure could still matter: then the line goes the exact way, with the rules that are
left. Where a rule that is sure denies, nothing else can change that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol, TypeAlias

from pollex.backends.assumed import ASSUMED, assumptions
from pollex.backends.firing import Firing
from pollex.backends.foreknown import Foreknown
from pollex.backends.kleene import Tri
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.choose import Choice, Days, Version
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import PlaceOf, character
from pollex.backends.python.days import turns
from pollex.backends.python.evidence import Evidence
from pollex.backends.python.kept import Kept
from pollex.backends.python.load import explain
from pollex.backends.python.reading import Inexact, Words
from pollex.backends.python.settled import Settled
from pollex.backends.python.strata import Found
from pollex.backends.python.unit import Unit
from pollex.backends.wording import effect_text
from pollex.ir.program import Program, Rule
from pollex.model.decision import Decision, LineDecision, Reading, TrialReport
from pollex.model.quick import quick

new_decision = quick(Decision)


class ExactLines(Protocol):
    """The exact way: lines of a claim by their index."""

    def line(self, index: int) -> LineDecision: ...

    def is_denied(self, index: int) -> Tri: ...


Exact: TypeAlias = Callable[[Program, Mapping[str, Any], Collection[str], Foreknown], ExactLines]


class Chosen:
    """A line with what speaks of it, and its rules that could hold, as far as they were asked."""

    __slots__ = ("choice", "first", "line", "second", "trial")

    def __init__(self, line: Line, choice: Choice) -> None:
        self.line = line
        self.choice = choice
        self.first: Found | None = None
        self.second: Found | None = None
        self.trial: Found | None = None


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


class _Run:
    """One claim being decided."""

    __slots__ = ("_exact", "assume", "backend", "chosen", "claim", "raw", "units")

    def __init__(self, backend: PythonBackend, raw: Mapping[str, Any], assume: Collection[str]) -> None:
        self.backend = backend
        self.raw = raw
        self.assume = assume
        self.claim = claim = Claim(raw, assume, self.is_denied, self.read)
        self._exact: ExactLines | None = None
        days = backend.days(raw["payer"]["id"], raw.get("claim_type") or ASSUMED["claim type"])
        self.chosen = [Chosen(line, days[line.on].of(line)) for line in claim.lines]
        units = self.chosen[0].choice.speakers.shared
        if len(self.chosen) > 1:
            units = tuple({shared: None for one in self.chosen for shared in one.choice.speakers.shared})
        self.units = units
        for shared in units:
            shared.read()[0](claim, raw)

    def read(self, line: Line) -> None:
        """Read the words of a line, for every policy that speaks of some line of the claim."""
        for shared in self.units:
            shared.read()[2 if line.is_past else 1](line, line.raw, self.claim)

    def decision(self) -> Decision:
        raw, chosen = self.raw, self.chosen
        refs = chosen[0].choice.speakers.refs
        if len(chosen) > 1:
            refs = sorted({ref for one in chosen for ref in one.choice.speakers.refs})
        return new_decision(
            str(raw["claim_id"]),
            raw["payer"],
            tuple([self.line(one) for one in chosen]),
            tuple([ref for _, ref in refs]),
            assumptions(raw, self.assume),
            self.backend.engine_version,
        )

    def line(self, chosen: Chosen) -> LineDecision:
        line, choice = chosen.line, chosen.choice
        if not choice.speakers.is_unsure:
            if not choice.speakers.units:
                return LineDecision(line.number, line.code, "no_policy")
            try:
                decided = self.settled(chosen).decision(line)
                if choice.has_trial:
                    return replace(decided, trial=tuple(self.reports(chosen)))
                return decided
            except (Open, Inexact):
                pass
        return self.exact().line(line.index)

    def exact(self) -> ExactLines:
        """The exact way."""
        if self._exact is None:
            self._exact = self.backend.exact(self.backend.program, self.raw, self.assume, self)
        return self._exact

    def relevant(self, index: int, strata: tuple[int, ...], trial: bool) -> Iterator[Rule]:
        """The rules that could hold on a line, in the order of the program."""
        chosen = self.chosen[index]
        found = self.trial(chosen) if trial else self.first(chosen) if 1 in strata else ()
        if 2 in strata and not trial:
            found = (*found, *self.second(chosen))
        for unit, _ in chosen.choice.speakers.units:
            mine = (one.code for one in found if one.code.shared is unit.shared)
            yield from (code.rule for code in sorted(mine, key=lambda code: code.position))

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
            return None if one is None else self.backend.evidence.read(one)(self.chosen[index].line)
        except Inexact:
            return None

    def known(self, index: int, rule: Rule) -> Asked | None:
        """What was found of a rule that could hold, where it is known."""
        chosen = self.chosen[index]
        found = chain(chosen.first or (), chosen.second or (), chosen.trial or ())
        return next((one for one in found if one.code.rule is rule and not one.is_unknown), None)

    # ------------------------------------------------------------ rules

    def first(self, chosen: Chosen) -> Found:
        """The rules of the first stratum that could hold on a line, asked once."""
        if chosen.first is None:
            chosen.first = chosen.choice.first(chosen.line, self.claim)
        return chosen.first

    def second(self, chosen: Chosen) -> Found:
        """Those that run after the other lines are decided."""
        if chosen.second is None:
            chosen.second = chosen.choice.second(chosen.line, self.claim)
        return chosen.second

    def trial(self, chosen: Chosen) -> Found:
        """Those on trial."""
        if chosen.trial is None:
            chosen.trial = chosen.choice.trial(chosen.line, self.claim)
        return chosen.trial

    def is_denied(self, line: Line) -> Tri:
        """Whether the first stratum denies a line."""
        denied = self.denied(line.index)
        return self.exact().is_denied(line.index) if denied is None else denied

    def denied(self, index: int) -> Tri:
        """Whether the first stratum denies a line, where that is known without the exact way."""
        chosen = self.chosen[index]
        try:
            return chosen.choice.speakers.is_denied(chosen.line, self.first(chosen))
        except Open:
            return None

    # ------------------------------------------------------------ effects

    def settled(self, chosen: Chosen) -> Settled:
        """What the rules of a line come to, where all that matters is known."""
        choice = chosen.choice
        found = self.first(chosen)
        if choice.has_second:
            found = (*found, *self.second(chosen))
        return choice.speakers.settled(chosen.line, found)

    def reports(self, chosen: Chosen) -> Iterator[TrialReport]:
        """What rules on trial would have done."""
        for one in self.trial(chosen):
            rule = one.code.rule
            own = (Firing(rule, rule, rule.effects, None if one.is_unknown else True),)
            for firing in own if one.firings is None else one.firings:
                if firing.holds is not False:
                    would = ", ".join(sorted(effect_text(effect) for effect in firing.effects))
                    yield TrialReport(firing.clause.name, would if firing.holds else f"not known: {would}")
