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
from typing import TypeAlias

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
        covers = self._covers(line, day)
        if not covers:
            return Plan(covers)
        found: tuple[list[Entry], list[Entry], list[Entry]] = ([], [], [])
        near: tuple[list[int], list[int], list[int]] = ([], [], [])
        for place in sorted((*self.free, *self.by_code.get(line.code, ()))):
            code = self.rules[place]
            if in_period(code.rule, day.on):
                stratum = 2 if code.rule.trial else code.rule.stratum - 1
                near[stratum].append(place)
                settled = code.gate(line, day)
                if settled is not False:
                    code.prepare()
                    found[stratum].append(self._entry(place, day, settled is not None))
        strata = (self._stratum(tuple(entries), near[at], day) for at, entries in enumerate(found))
        return Plan(covers, *strata)

    def _entry(self, place: int, day: Day, is_settled: bool) -> Entry:
        key = place, is_settled
        entry: Entry | None = day.entries.get(key)
        if entry is None:
            entry = day.entries[key] = Entry(self.rules[place], day, is_settled)
        return entry

    def _stratum(self, entries: tuple[Entry, ...], near: list[int], day: Day) -> Stratum:
        """The same rules are asked together, whichever code and modifiers lead to them. `near` are those that
        other modifiers would add.
        """
        if not entries:
            return NOTHING_TO_ASK
        stratum: Stratum | None = day.strata.get(entries)
        if stratum is None:
            stratum = day.strata[entries] = Stratum(entries, self._group(entries, near))
        return stratum

    def _group(self, entries: tuple[Entry, ...], near: list[int]) -> Group | None:
        """The rules that are written together with these: those that are near, unless they are too many."""
        if len(near) > min(MOST_RULES, MOST_NEAR * len(entries)):
            near = [entry.code.position for entry in entries]
        return self.shared.group(tuple(near)) if len(entries) > 1 and len(near) <= MOST_RULES else None

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
