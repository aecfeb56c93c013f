"""One version of a policy, ready to run: which of its rules can concern a line.

Rules are found by procedure code, each under the codes that its condition cannot do without; of those
found, the ones out of their period and the ones that code and modifiers rule out are left out too. What
remains is the `Plan` of all lines with that code and those modifiers in a stretch of days without change,
and is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pollex.backends.firing import in_period
from pollex.backends.kleene import Tri
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.combine import Piece, pieces
from pollex.backends.python.days import Day, Days
from pollex.backends.python.emit.module import conjuncts
from pollex.backends.python.reading import Readings
from pollex.backends.python.stretches import always_speaks
from pollex.ir.nodes import All, Condition, Member, Subject
from pollex.ir.program import ExceptionRule, Note, Policy, Program, Rule

Ask: TypeAlias = Callable[[Line, Claim, Day], bool]
Because: TypeAlias = Callable[[Line, Claim, Day, Readings], None]
MOST_PLANS = 4096


@dataclass(frozen=True, slots=True, eq=False)
class RuleCode:
    """A rule and its functions; None asks nothing: the answer is yes."""

    rule: Rule
    position: int
    gate_could: Ask | None
    gate_sure: Ask | None
    could: Ask | None
    sure: Ask | None
    because: Because
    exceptions: dict[int, tuple[Ask | None, Ask | None]]
    pieces: dict[str, tuple[Piece, ...]]
    only_notes: bool

    def answer(self, clause_condition: Condition, line: Line, claim: Claim, day: Day) -> Tri:
        """What the condition of one of its exceptions comes to."""
        could, sure = self.exceptions[id(clause_condition)]
        if could is not None and not could(line, claim, day):
            return False
        return True if sure is None or sure(line, claim, day) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule that can concern a line; `never_sure` where its code leaves something open."""

    code: RuleCode
    never_sure: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of a policy that can concern lines of one code and its modifiers, on days that are alike.

    `covers` says whether the policy speaks of them, None where that is not known.
    """

    covers: Tri
    first: tuple[Entry, ...]
    second: tuple[Entry, ...]
    trial: tuple[Entry, ...]


class Unit:
    """Finds rules for lines."""

    def __init__(self, program: Program, policy: Policy, names: dict[str, Any], position: int) -> None:
        self.program = program
        self.policy = policy
        self.first, self.last = policy.from_date.isoformat(), "9999-12-31"
        if policy.through_date is not None:
            self.last = policy.through_date.isoformat()
        self.rules = [
            _code(rule, position + at, names["RULES"][rule.id]) for at, rule in enumerate(policy.rules)
        ]
        self.default = pieces(_otherwise(policy), (policy.otherwise,), names["OTHERWISE"])
        scopes = [policy.scope, *(rule.scope for rule in policy.rules if rule.scope)]
        day_names = dict(names["DAY"])
        for name in {name for scope in scopes for name in scope.sets}:
            day_names[_scope_name(name)] = ("set", name)
        self.days = Days(program, day_names, _periods(policy.rules))
        self.free, self.by_code = _index(program, policy, self.rules)

    def plan(self, line: Line, day: Day) -> Plan:
        """The plan for a line."""
        key = line.code, line.modifier  # type: ignore[attr-defined]
        plan: Plan | None = day.plans.get(key)
        if plan is None:
            if len(day.plans) >= MOST_PLANS:
                day.plans.clear()
            plan = day.plans[key] = self._plan(line, day)
        return plan

    def _plan(self, line: Line, day: Day) -> Plan:
        covers = self._covers(line, day)
        if not covers:
            return Plan(covers, (), (), ())
        found: tuple[list[Entry], list[Entry], list[Entry]] = ([], [], [])
        claim = line.claim
        for place in sorted((*self.free, *self.by_code.get(line.code, ()))):
            code = self.rules[place]
            if not in_period(code.rule, day.on):
                continue
            if code.gate_could is not None and not code.gate_could(line, claim, day):
                continue
            never_sure = code.gate_sure is not None and not code.gate_sure(line, claim, day)
            found[2 if code.rule.trial else code.rule.stratum - 1].append(Entry(code, never_sure))
        return Plan(covers, tuple(found[0]), tuple(found[1]), tuple(found[2]))

    def _covers(self, line: Line, day: Day) -> Tri:
        """Whether the policy covers a code: by its own scope, or by that of a rule that is in effect."""
        policy = self.policy
        own = [r.scope for r in policy.rules if r.scope and not r.trial and in_period(r, day.on)]
        answer: Tri = False
        for scope in (policy.scope, *own):
            if line.code in scope.codes:
                return True
            for name in scope.sets:
                if line.code in getattr(day, _scope_name(name)):
                    return True
                if self.program.sets[name].version(day.on) is None:
                    answer = None
        return answer


def _scope_name(name: str) -> str:
    return f"scope {name}"


def _periods(rules: Iterable[Rule]) -> Iterator[tuple[Any, Any]]:
    for rule in rules:
        yield rule.from_date, rule.through_date
        yield from ((one.from_date, one.through_date) for one in _all(rule.exceptions))


def _all(exceptions: Iterable[ExceptionRule]) -> Iterator[ExceptionRule]:
    for exception in exceptions:
        yield exception
        yield from _all(exception.exceptions)


def _code(rule: Rule, position: int, functions: tuple[Any, ...]) -> RuleCode:
    gate_could, gate_sure, could, sure, because, asked, numbers = functions
    exceptions = list(_all(rule.exceptions))
    clauses: list[Rule | ExceptionRule] = [rule, *exceptions]
    effects = [*rule.effects, *(effect for one in exceptions for effect in one.instead)]
    return RuleCode(
        rule,
        position,
        gate_could,
        gate_sure,
        could,
        sure,
        because,
        {id(one.condition): ask for one, ask in zip(exceptions, asked, strict=True)},
        {
            clause.id: pieces(clause, clause.effects if isinstance(clause, Rule) else clause.instead, numbers)
            for clause in clauses
        },
        all(isinstance(effect, Note) for effect in effects),
    )


def _otherwise(policy: Policy) -> Rule:
    """What a policy says where no rule gives an outcome, as a rule."""
    return Rule(
        f"{policy.id}/otherwise", "otherwise", None, 1, False, None, All(()), None, None,
        (policy.otherwise,), None, (), (), policy.span,
    )  # fmt: skip


# ------------------------------------------------------------------ the index


def _index(program: Program, policy: Policy, rules: list[RuleCode]) -> tuple[list[int], dict[str, list[int]]]:
    """The rules that may concern any code, and the others by code."""
    free: list[int] = []
    by_code: dict[str, list[int]] = {}
    for place, code in enumerate(rules):
        bound = _bound(program, policy, code.rule)
        if bound is None:
            free.append(place)
        else:
            for one in bound:
                by_code.setdefault(one, []).append(place)
    return free, by_code


def _bound(program: Program, policy: Policy, rule: Rule) -> frozenset[str] | None:
    """The codes without which a rule cannot hold; None where it keeps to none."""
    found: frozenset[str] | None = None
    for part in conjuncts(rule.condition):
        if isinstance(part, Member) and part.phrase == "cpt" and part.subject is Subject.THIS:
            codes = _codes(program, policy, part.codes, part.sets)
            if codes is not None:
                found = codes if found is None else found & codes
    return found


def _codes(
    program: Program, policy: Policy, codes: frozenset[str], sets: tuple[str, ...]
) -> frozenset[str] | None:
    """All codes that can be meant on some day; None where on some day that is not known."""
    for name in sets:
        if not always_speaks(program.sets[name].versions, policy.from_date, policy.through_date):
            return None
        codes |= program.sets[name].codes
    return codes
