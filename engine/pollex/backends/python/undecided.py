"""A line of which something that could matter is missing, decided with what is known of its rules.

The exact way says how the conditions can turn out that are not known (`Turning`); what the line comes to in
each of these ways is what the rules then come to that hold, as on any line. The meaning is that of
`interpret/line.py`: where all ways agree, that is the decision; else the line pends, and names what can
change it. Whatever is not said here goes the exact way as a whole (`Open`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from pollex.backends.foreknown import Turning
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.choose import Speakers
from pollex.backends.python.claims import Line
from pollex.backends.python.code import RuleCode
from pollex.backends.python.combine import Total
from pollex.backends.python.evidence import Evidence
from pollex.backends.python.kept import Kept
from pollex.backends.python.outcomes import Outcome, Reckoned
from pollex.backends.python.questions import Parts, Questions
from pollex.backends.python.settled import Settled
from pollex.backends.python.strata import Found
from pollex.ir.nodes import Condition
from pollex.model.decision import LineDecision

Turn: TypeAlias = Callable[[Sequence[Condition]], Turning | None]
Key: TypeAlias = tuple[Hashable, ...]
T = TypeVar("T")


class Undecided:
    """Decides such lines; remembers what sets of rules come to."""

    def __init__(self, evidence: Evidence, kept: Kept) -> None:
        self._evidence = evidence
        self._kept = kept
        self._parts: dict[RuleCode, Parts] = {}
        self._reckoned: dict[Key, Reckoned] = {}
        self._pending: dict[Key, Settled] = {}
        kept.in_tables((self._reckoned, self._pending))

    def decision(self, line: Line, speakers: Speakers, found: Found, turn: Turn) -> LineDecision:
        """The line, where rules are open that could hold."""
        questions, conditions, names = self._questions(line, found)
        turning = turn(conditions) if conditions else None
        if turning is None:
            raise Open
        ways = [holding(found, questions, row) for row in turning.rows]
        if len(ways) == 1:
            raise Open
        by_ways: dict[Found, Outcome] = {}
        for way in ways:
            if way not in by_ways:
                by_ways[way] = self._reckon(speakers, way, line).on(line)
        results = [by_ways[way] for way in ways]
        missing = turning.missing(results, names)
        always = same_in_all(found, questions, turning.rows)
        first = results[0]
        if any(one[:3] != first[:3] for one in results):
            pended = self._pended(speakers, found, always, line)
            return replace(pended.decision(line), missing=missing)
        if always not in by_ways or first.owed:
            raise Open
        decided = speakers.settled(line, always).decision(line)
        if any(one.amount != first.amount for one in results):
            decided = replace(decided, allowed_amount=None)
        return replace(decided, missing=missing)

    def _questions(
        self, line: Line, found: Found
    ) -> tuple[dict[Asked, tuple[int, Questions]], list[Condition], list[str]]:
        """What is to be asked of each open rule, and from which question on; all questions, and whose."""
        questions: dict[Asked, tuple[int, Questions]] = {}
        conditions: list[Condition] = []
        names: list[str] = []
        for one in found:
            if one.is_unknown:
                if not one.is_open:
                    raise Open
                parts = self._parts.get(one.code)
                if parts is None:
                    parts = self._parts[one.code] = Parts(one.code)
                asked = parts.questions(line, one)
                questions[one] = len(conditions), asked
                conditions += asked.conditions
                names += [one.code.rule.name] * len(asked.conditions)
        return questions, conditions, names

    def _reckon(self, speakers: Speakers, way: Found, line: Line) -> Reckoned:
        """What rules come to that hold."""
        key = speakers, way, speakers.status(line, way)
        reckoned = self._reckoned.get(key)
        if reckoned is None:
            total = whole(speakers.total(line, way, False))
            reckoned = Reckoned(total)
            if total.is_common or (total.is_fixed and not reckoned.denies):
                self._kept.one_more()
                self._reckoned[key] = reckoned
        return reckoned

    def _pended(self, speakers: Speakers, found: Found, always: Found, line: Line) -> Settled:
        """A line that pends, with what holds of it whatever is missing."""
        key = speakers, found, always, speakers.status(line, always)
        settled = self._pending.get(key)
        if settled is None:
            total = Total(line, False, True)
            for one in always:
                for piece in one.in_force():
                    total.add(piece, one.day, one)
            settled = whole(total).settled(lambda: speakers.texts(found), self._evidence, pends=True)
            if total.is_fixed:
                self._kept.one_more()
                self._pending[key] = settled
        return settled


def whole(total: Total) -> Total:
    """What a number would lack that is not applied would have to be named."""
    if not total.all_known:
        raise Open
    return total


def holding(found: Found, questions: dict[Asked, tuple[int, Questions]], row: tuple[bool, ...]) -> Found:
    """The rules that hold where the questions are answered so."""
    held = []
    for one in found:
        if one.is_unknown:
            first, asked = questions[one]
            standing = asked.asked(row[first : first + len(asked.conditions)])
            if standing is not None:
                held.append(standing)
        else:
            held.append(one)
    return tuple(held)


def same_in_all(
    found: Found, questions: dict[Asked, tuple[int, Questions]], rows: Sequence[tuple[bool, ...]]
) -> Found:
    """The rules of which the same is in force whatever the answers are."""
    held = []
    for one in found:
        if not one.is_unknown:
            held.append(one)
            continue
        first, asked = questions[one]
        standing = {asked.asked(row[first : first + len(asked.conditions)]) for row in rows}
        if len(standing) > 1:
            if None not in standing and common(standing):
                raise Open
            continue
        only = standing.pop()
        if only is None:
            raise Open
        held.append(only)
    return tuple(held)


def common(standing: Iterable[Asked | None]) -> set[str]:
    """The clauses of a rule whose effects are in force however its exceptions stand."""
    in_force = [
        {one.clause.id for one in found.firings or () if one.holds is True}
        for found in standing
        if found is not None
    ]
    return set.intersection(*in_force)
