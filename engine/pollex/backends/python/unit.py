"""One version of a policy, ready to run: which of its rules can concern a line.

Rules are found by procedure code, each under the codes that its condition cannot do without; of those
found, the ones out of their period and the ones that code and modifiers rule out are left out too. What
remains is the `Plan` of all lines with that code and those modifiers in a stretch of days without change.
A rule's text is written and compiled when it first gets into a plan: rules that concern no claim cost
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from pollex.backends.firing import can_deny, in_period
from pollex.backends.kleene import Tri
from pollex.backends.python.asked import Entry
from pollex.backends.python.claims import Line
from pollex.backends.python.code import Group, PlaceOf, RuleCode, Shared, character, default_pieces
from pollex.backends.python.days import Day, Days
from pollex.backends.python.emit.conditions import conjuncts
from pollex.backends.python.emit.rules import all_exceptions
from pollex.backends.python.strata import NOTHING_TO_ASK, Stratum
from pollex.backends.python.stretches import always_speaks, starts
from pollex.ir.nodes import Member, Subject
from pollex.ir.program import Policy, Program, Rule, Scope
from pollex.model.decision import PolicyRef

Period: TypeAlias = tuple[date | None, date | None]


UNASKED: Any = object()
MOST_RULES = 250
"""A function of more rules is not written."""
MOST_NEAR = 4
"""Rules are written together if a plan asks one of so many of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of a policy that can concern lines of one code and its modifiers, on days that are alike.

    `covers` says whether the policy speaks of them, None where that is not known.
    """

    covers: Tri
    first: Stratum = NOTHING_TO_ASK
    second: Stratum = NOTHING_TO_ASK
    trial: Stratum = NOTHING_TO_ASK


OfCode: TypeAlias = tuple[RuleCode, Tri]
"""A rule that can concern a code, and whether the code settles its part."""


class Near(NamedTuple):
    """Whether a policy speaks of a code, and the rules that can concern it, by stratum and then on trial."""

    covers: Tri
    strata: tuple[tuple[OfCode, ...], ...]


class Unit:
    """Finds rules for lines."""

    def __init__(
        self, program: Program, policy: Policy, turns: Iterable[date], place_of: PlaceOf = character
    ) -> None:
        self.program = program
        self.policy = policy
        self.first, self.last = policy.from_date.isoformat(), "9999-12-31"
        if policy.through_date is not None:
            self.last = policy.through_date.isoformat()
        self.shared = Shared(program, policy, place_of)
        self.rules = [RuleCode(rule, at, self.shared) for at, rule in enumerate(policy.rules)]
        self.ref = PolicyRef(policy.id, policy.version, policy.digest)
        self.can_deny = can_deny(policy.otherwise)
        self.default = default_pieces(policy, self.shared)
        self.days = Days(program, self.shared.writer.names, (*turns, *starts(_periods(policy.rules))))
        self.free, self.by_code = _index(program, policy)

    def plan(self, line: Line, day: Day) -> Plan:
        """The plan of lines with the code and the modifiers of this one."""
        near = day.near.get(line.code)
        if near is None:
            near = day.near[line.code] = self._near(line, day)
        if not near.covers:
            return Plan(near.covers)
        return Plan(True, *(self._stratum(of_code, line, day) for of_code in near.strata))

    def _near(self, line: Line, day: Day) -> Near:
        """The rules that can concern the code of a line, whatever its modifiers."""
        covers = self._covers(line, day)
        strata: tuple[list[OfCode], ...] = ([], [], [])
        places = sorted((*self.free, *self.by_code.get(line.code, ()))) if covers else ()
        for place in places:
            code = self.rules[place]
            if in_period(code.rule, day.on):
                settled = code.gate("code", line, day)
                if settled is not False:
                    strata[2 if code.rule.trial else code.rule.stratum - 1].append((code, settled))
        return Near(covers, tuple(tuple(found) for found in strata))

    def _stratum(self, of_code: tuple[OfCode, ...], line: Line, day: Day) -> Stratum:
        """The same rules are asked together, whichever code and modifiers lead to them."""
        found = []
        for code, by_code in of_code:
            answers = by_code, _by_modifiers(code, line, day), code.gate("both", line, day)
            if False not in answers:
                found.append(self._entry(code, day, None not in answers))
        if not found:
            return NOTHING_TO_ASK
        entries = tuple(found)
        stratum: Stratum | None = day.strata.get(entries)
        if stratum is None:
            near = tuple([code.position for code, _ in of_code])
            stratum = day.strata[entries] = Stratum(entries, self._group(entries, near))
        return stratum

    def _entry(self, code: RuleCode, day: Day, is_settled: bool) -> Entry:
        key = code.position, is_settled
        entry: Entry | None = day.entries.get(key)
        if entry is None:
            code.prepare()
            entry = day.entries[key] = Entry(code, day, is_settled)
        return entry

    def _group(self, entries: tuple[Entry, ...], near: tuple[int, ...]) -> Group | None:
        """The rules that are written together with these: those that other modifiers would add, unless they
        are too many.
        """
        if len(near) > min(MOST_RULES, MOST_NEAR * len(entries)):
            near = tuple([entry.code.position for entry in entries])
        return self.shared.group(near) if len(entries) > 1 and len(near) <= MOST_RULES else None

    def _covers(self, line: Line, day: Day) -> Tri:
        """Whether the policy covers a code: by its own scope, or by that of a rule that is in effect."""
        own = [r.scope for r in self.policy.rules if r.scope and not r.trial and in_period(r, day.on)]
        answer: Tri = False
        for scope in dict.fromkeys((self.policy.scope, *own)):
            covered = self._is_in(scope, line.code, day)
            if covered:
                return True
            if covered is None:
                answer = None
        return answer

    def _is_in(self, scope: Scope, code: str, day: Day) -> Tri:
        answers = [self.program.sets[name].membership(code, day.on) for name in scope.sets]
        if code in scope.codes or True in answers:
            return True
        return None if None in answers else False


def _by_modifiers(code: RuleCode, line: Line, day: Day) -> Tri:
    """Whether the modifiers of a line let a rule hold; asked once for lines that have them in common."""
    if not code.asks("modifiers"):
        return True
    key = code.position, line.modifier
    answer: Tri = day.by_modifiers.get(key, UNASKED)
    if answer is UNASKED:
        answer = day.by_modifiers[key] = code.gate("modifiers", line, day)
    return answer


def _periods(rules: Iterable[Rule]) -> Iterator[Period]:
    for rule in rules:
        yield rule.from_date, rule.through_date
        yield from ((one.from_date, one.through_date) for one in all_exceptions(rule.exceptions))


# ------------------------------------------------------------------ the index


def _index(program: Program, policy: Policy) -> tuple[list[int], dict[str, list[int]]]:
    """The rules that may concern any code, and the others by code."""
    free: list[int] = []
    by_code: dict[str, list[int]] = {}
    by_bound: dict[frozenset[str], list[int]] = {}
    for place, rule in enumerate(policy.rules):
        bound = _bound(program, policy, rule)
        if bound is None:
            free.append(place)
        else:
            by_bound.setdefault(bound, []).append(place)
    for codes, places in by_bound.items():
        for code in codes:
            by_code.setdefault(code, []).extend(places)
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
