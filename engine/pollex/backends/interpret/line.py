"""Deciding a line: Kleene's answer first, and exact completion only where something missing can still matter.

The true rules are applied and the unknown ones set aside. Where a true rule denies, nothing missing can
change that. Otherwise every completion is compared: if they agree on outcome, percent and requirements,
that is the decision; an amount that alone stays open is left open. If they do not agree, the line pends
and names what can change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pollex.backends.firing import Firing, can_deny, firings
from pollex.backends.foreknown import Foreknown
from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.combine import Applied, Number, Open, Owed, Result, combine
from pollex.backends.interpret.complete import Affects, Completed, bounded, complete, variables
from pollex.backends.interpret.elements import Element, Leaf, LineRef, Reading, Unknown
from pollex.backends.interpret.evaluate import Evaluator, LeafKey, Remembered
from pollex.backends.interpret.results import DENIED, Completion, does, rows
from pollex.backends.interpret.ways import Ways
from pollex.backends.kleene import Tri
from pollex.ir.nodes import All, Condition, Documented, Value
from pollex.ir.program import Cap, Deny, Effect, Factor, Note, Off, Policy, Program, Require, Rule, Share


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A rule on a line: its firings, the values it read (None: nobody asked yet), what it lacks where it is
    unknown, and what the numbers of its effects lack.
    """

    rule: Rule
    firings: tuple[Firing, ...]
    readings: tuple[Reading, ...] | None
    leaves: Mapping[LeafKey, Leaf]
    lacking: frozenset[Element] = frozenset()

    @property
    def is_unknown(self) -> bool:
        return any(firing.holds is None for firing in self.firings)


@dataclass(frozen=True, slots=True)
class Decided:
    """A line's result, what is missing and what each missing element affects."""

    result: Result
    owed: frozenset[Owed]
    amount: Number | None
    affects: Affects
    rules_of: Mapping[Element, frozenset[str]]
    evaluated: tuple[Evaluated, ...]
    for_information: bool


@dataclass(slots=True)
class LineDecider:
    """Decides the lines of one claim; remembers which lines the first stratum denies.

    Of a line, `policies` speak for certain; `unsure` holds what would say whether another does. `foreknown`,
    where another backend hands the claim on, is what that one knows already.
    """

    view: ClaimView
    program: Program
    policies: Mapping[LineRef, tuple[Policy, ...]]
    unsure: Mapping[LineRef, frozenset[Element]]
    denied: dict[LineRef, tuple[Tri, frozenset[Element]]] = field(default_factory=dict)
    asked: dict[tuple[str, LineRef], Evaluated] = field(default_factory=dict)
    defaults: dict[LineRef, tuple[Firing, ...]] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=dict)
    answers: Remembered = field(default_factory=dict)
    foreknown: Foreknown | None = None

    def decide(self, this: LineRef) -> Decided:
        """A line under all its rules."""
        return self._decide(this, self.rules(this, (1, 2)))

    def rules(self, this: LineRef, strata: tuple[int, ...], trial: bool = False) -> tuple[Rule, ...]:
        """The rules that speak of a line, those on trial or the others."""
        if self.foreknown is not None:
            return tuple(self.foreknown.relevant(this.place, strata, trial))
        return tuple(
            rule
            for policy in self.policies[this]
            for rule in policy.rules
            if rule.stratum in strata and rule.trial == trial
        )

    def is_denied(self, this: LineRef) -> tuple[Tri, frozenset[Element]]:
        """Whether the first stratum denies a line, and what that hangs on."""
        if this not in self.denied:
            known = None if self.foreknown is None else self.foreknown.denied(this.place)
            if known is not None:
                self.denied[this] = known, frozenset()
                return self.denied[this]
            found = self._first_stratum(this) if self.policies[this] else (False, frozenset[Element]())
            if self.unsure[this] and found[0] is not True:
                found = None, found[1] | self.unsure[this]
            self.denied[this] = found
        return self.denied[this]

    def _first_stratum(self, this: LineRef) -> tuple[Tri, frozenset[Element]]:
        evaluated, evaluator = self.evaluate(this, self.rules(this, (1,)))
        fired = (firing for found in evaluated for firing in found.firings if firing.holds is not False)
        if not any(can_deny(effect) for one in (*fired, *self.default(this)) for effect in one.effects):
            return False, frozenset()
        completed, _ = self.completed(evaluated, evaluator, this)
        answers = {result.outcome == "deny" for result in completed.results}
        if completed.exact and len(answers) == 1:
            return answers.pop(), frozenset()
        return None, frozenset(element for element, parts in completed.affects.items() if "outcome" in parts)

    # ------------------------------------------------------------ rules on a line

    def evaluator(self) -> Evaluator:
        return Evaluator(self.view, self.program, self.is_denied, remembered=self.remembered)

    def silent(self) -> Evaluator:
        """One that gives answers and no readings."""
        return Evaluator(self.view, self.program, self.is_denied, remembered=self.answers, silent=True)

    def evaluate(self, this: LineRef, rules: Iterable[Rule]) -> tuple[tuple[Evaluated, ...], Evaluator]:
        """Kleene's answers; each rule is asked once for a line, however often a decision comes back to it."""
        evaluator = self.evaluator()
        found = []
        for rule in rules:
            if (rule.id, this) not in self.asked:
                self.asked[rule.id, this] = self._ask(rule, this, evaluator)
            found.append(self.asked[rule.id, this])
        evaluator.leaves, evaluator.readings = {}, []
        return tuple(found), evaluator

    def _ask(self, rule: Rule, this: LineRef, evaluator: Evaluator) -> Evaluated:
        evaluator.leaves, evaluator.readings = {}, []
        fired = None if self.foreknown is None else self.foreknown.firings(this.place, rule)
        leaves: dict[LeafKey, Leaf] = {}
        readings = None
        if fired is None:
            fired = fire(rule, evaluator, this)
            if not fired:
                return Evaluated(rule, (), (), {})
            leaves = dict(evaluator.leaves) if any(firing.holds is None for firing in fired) else {}
            readings = tuple(dict.fromkeys(evaluator.readings))
            evaluator.leaves = {}
        for documented in _required(fired):
            evaluator.holds(documented, this)
        leaves.update(evaluator.leaves)
        numbers = [evaluator.values.value(number, this, None) for number in _numbers(fired)]
        lacking = (number.elements for number in numbers if isinstance(number, Unknown))
        return Evaluated(rule, fired, readings, leaves, frozenset[Element]().union(*lacking))

    def readings(self, rule: Rule, this: LineRef) -> tuple[Reading, ...]:
        """What a rule reads on a line."""
        evaluator = self.evaluator()
        fire(rule, evaluator, this)
        return tuple(dict.fromkeys(evaluator.readings))

    def completed(
        self, evaluated: tuple[Evaluated, ...], evaluator: Evaluator, this: LineRef
    ) -> tuple[Completed, list[Firing]]:
        """Every completion, and the firings as far as all completions agree on them."""
        default = self.default(this)
        known = [f for found in evaluated if not found.is_unknown for f in found.firings]
        if does(Deny, known):
            return Completed((DENIED,), {}, True), known
        open_rules = [found for found in evaluated if found.is_unknown and not _only_notes(found)]
        leaves: dict[LeafKey, Leaf] = {}
        for found in evaluated:
            if found.leaves and not _only_notes(found):
                leaves.update(found.leaves)
        asked = variables(leaves, evaluator)
        too_many = bounded(asked)
        if too_many is not None:
            return too_many, [*known, *(firing for found in open_rules for firing in found.firings)]
        ways, on = Ways(asked, evaluator), self.view.service_date(this)
        rows_of = [rows(found.rule, on, ways, this) for found in open_rules]
        completion = Completion(tuple(known), rows_of, default, ways, evaluator, this)
        completed = complete(asked, ways, completion.results(), completion.every)
        for found, own in zip(open_rules, rows_of, strict=True):
            known += [_settled(firing, [row for _, row in own]) for firing in found.firings]
        return completed, known

    def default(self, this: LineRef) -> tuple[Firing, ...]:
        """What each policy's header says where no rule gives an outcome."""
        if this not in self.defaults:
            rules = map(_otherwise, self.policies[this])
            self.defaults[this] = tuple(Firing(rule, rule, rule.effects, True) for rule in rules)
        return self.defaults[this]

    # ------------------------------------------------------------ the decision

    def _decide(self, this: LineRef, rules: tuple[Rule, ...]) -> Decided:
        evaluated, evaluator = self.evaluate(this, rules)
        completed, true = self.completed(evaluated, evaluator, this)
        default = self.default(this)
        base = combine(true, default, evaluator, this)
        rules_of = _rules_of(evaluated)
        first = completed.results[0] if len({result.key for result in completed.results}) == 1 else None
        if first is None or (first.outcome == "allow" and isinstance(first.percent, Open)):
            owed = frozenset(
                o for o in base.owed if o.status == "not_found" or _is_asked(o, completed.affects)
            )
            by_default = {firing.clause.id for firing in default}.intersection(
                one.clause.id for one in base.applied
            )
            said = combine(true, (), evaluator, this) if by_default else base
            pended = Result("pend", None, owed, None, in_order(said.applied))
            return Decided(pended, owed, None, completed.affects, rules_of, evaluated, True)
        amounts = {result.amount for result in completed.results}
        amount = first.amount if len(amounts) == 1 else None
        affects = {e: parts & {"amount"} for e, parts in completed.affects.items() if "amount" in parts}
        if first.outcome != "allow":
            affects = {}
        applied = in_order(base.applied)
        if (base.outcome, base.percent) != (first.outcome, first.percent):
            applied = _all_applied(completed.every())
        shown = Result(first.outcome, first.percent, first.owed, first.amount, applied)
        return Decided(shown, first.owed, amount, affects, rules_of, evaluated, False)


def fire(rule: Rule, evaluator: Evaluator, this: LineRef) -> tuple[Firing, ...]:
    """The firings of a rule on a line."""

    def holds(condition: Condition) -> Tri:
        return evaluator.holds(condition, this)

    return firings(rule, evaluator.view.service_date(this), holds)


def in_order(applied: Iterable[Applied]) -> tuple[Applied, ...]:
    """Effects in the order in which a decision names them."""
    return tuple(sorted(applied, key=lambda one: one.place))


def _all_applied(results: Iterable[Result]) -> tuple[Applied, ...]:
    """What leads to the one decision in some completion, where no rule that is known to hold leads there."""
    applied = in_order(applied for result in results for applied in result.applied)
    found = {(one.clause.id, one.text): one for one in applied}
    return tuple(found[key] for key in sorted(found))


def _settled(firing: Firing, rows: list[tuple[Firing, ...]]) -> Firing:
    """A firing that is unknown, or what it is in every row of answers that its rule can get."""
    ways = {next((one.holds for one in row if one.clause is firing.clause), False) for row in rows}
    return replace(firing, holds=ways.pop()) if len(ways) == 1 else firing


def _required(fired: Iterable[Firing]) -> list[Documented]:
    return [
        effect.documented
        for firing in fired
        if firing.holds is not False
        for effect in firing.effects
        if isinstance(effect, Require)
    ]


def _numbers(fired: Iterable[Firing]) -> Iterator[Value]:
    """The numbers of effects that are in force or may be."""
    for firing in fired:
        for effect in firing.effects if firing.holds is not False else ():
            match effect.otherwise if isinstance(effect, Require) else effect:
                case Share(number) | Factor(number) | Off(number) | Cap(number):
                    yield number


def _only_notes(found: Evaluated) -> bool:
    return all(isinstance(effect, Note) for firing in found.firings for effect in firing.effects)


def _is_asked(owed: Owed, affects: Affects) -> bool:
    term = f"documentation of {owed.concept}" + (f" in {owed.document}" if owed.document else "")
    return any(element.term == term for element in affects)


def _rules_of(evaluated: Iterable[Evaluated]) -> dict[Element, frozenset[str]]:
    """For each missing element, the rules that read it."""
    found: dict[Element, frozenset[str]] = {}
    for one in evaluated:
        for element in one.lacking.union(*(leaf.elements for leaf in one.leaves.values())):
            found[element] = found.get(element, frozenset()) | {one.rule.name}
    return found


def _otherwise(policy: Policy) -> Rule:
    """A policy's `otherwise`, as a rule."""
    effects: tuple[Effect, ...] = (policy.otherwise,)
    span = policy.span
    return Rule(
        f"{policy.id}/otherwise",
        "otherwise",
        None,
        1,
        False,
        None,
        All(()),
        None,
        None,
        effects,
        None,
        (),
        (),
        span,
    )
