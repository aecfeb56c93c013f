"""A line of which something that could matter is missing, decided with what is known of its rules.

The exact way says how the conditions can turn out that are not known (`Turning`); what the line comes to in
each of these ways is what the rules then come to that hold, as on any line. The meaning is that of
`interpret/line.py`: where all ways agree, that is the decision; else the line pends, and names what can
change it. Whatever is not said here goes the exact way as a whole (`Open`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias

from pollex.backends.foreknown import Turning
from pollex.backends.kleene import Tri
from pollex.backends.python.asked import Open
from pollex.backends.python.choose import Speakers
from pollex.backends.python.claims import Line
from pollex.backends.python.code import RuleCode
from pollex.backends.python.combine import Total, Wanted
from pollex.backends.python.evidence import Evidence
from pollex.backends.python.kept import Kept
from pollex.backends.python.opened import Opened
from pollex.backends.python.outcomes import DENIED, Outcome, Reckoned
from pollex.backends.python.questions import Parts
from pollex.backends.python.settled import Settled
from pollex.backends.python.strata import Found
from pollex.ir.nodes import Condition
from pollex.model.decision import LineDecision

Turn: TypeAlias = Callable[[Sequence[Condition]], Turning | None]
Key: TypeAlias = tuple[Hashable, ...]
Way: TypeAlias = tuple[Found, tuple[tuple[Wanted, str], ...]]
"""Rules that hold, and what is taken for granted of documentation."""


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
        """The line, where rules are open that could hold, or what they ask for is."""
        opened, turning, outcomes = self._ways(line, speakers, found, turn)
        results = [outcome for _, outcome in outcomes]
        missing = turning.missing(results, opened.rules, opened.lacking)
        always = opened.always(turning.rows)
        first = results[0]
        if any(one[:3] != first[:3] for one in results):
            terms = opened.terms()
            asked = frozenset([terms[one.term] for one in missing if one.term in terms])
            return self._pended(speakers, found, always, asked, line).lacking(line, None, missing)
        if first.owed or not any(way == (always, ()) for way, _ in outcomes):
            raise Open
        is_one = all(one.amount == first.amount for one in results)
        return speakers.settled(line, always).lacking(line, first.dollars if is_one else None, missing)

    def is_denied(self, line: Line, speakers: Speakers, found: Found, turn: Turn) -> Tri:
        """Whether the rules of the first stratum deny the line, whatever is missing."""
        _, _, outcomes = self._ways(line, speakers, found, turn)
        denied = {one.outcome == "deny" for _, one in outcomes}
        return denied.pop() if len(denied) == 1 else None

    def _ways(
        self, line: Line, speakers: Speakers, found: Found, turn: Turn
    ) -> tuple[Opened, Turning, list[tuple[Way | None, Outcome]]]:
        """What is open of the line, how that can turn out, and what the line comes to in each way. Where a
        rule denies, nothing else is asked.
        """
        opened = Opened(line, found, self._parts)
        turning = turn(opened.conditions)
        if turning is None:
            raise Open
        outcomes: dict[Way, Outcome] = {}
        found_ways: list[tuple[Way | None, Outcome]] = []
        for row in turning.rows:
            if opened.denies(row):
                found_ways.append((None, DENIED))
                continue
            way = opened.holding(row), opened.given(row)
            outcome = outcomes.get(way)
            if outcome is None:
                outcome = outcomes[way] = self._reckon(speakers, way, line).on(line)
            found_ways.append((way, outcome))
        return opened, turning, found_ways

    def _reckon(self, speakers: Speakers, way: Way, line: Line) -> Reckoned:
        """What rules come to that hold."""
        held, given = way
        key = speakers, held, given, speakers.status(line, held)
        reckoned = self._reckoned.get(key)
        if reckoned is None:
            total = speakers.total(line, held, False, dict(given))
            reckoned = Reckoned(total)
            if total.is_fixed:
                self._kept.one_more()
                self._reckoned[key] = reckoned
        return reckoned

    def _pended(
        self, speakers: Speakers, found: Found, always: Found, asked: frozenset[Wanted], line: Line
    ) -> Settled:
        """A line that pends, with what holds of it whatever is missing; documentation is `asked` for, unless
        the line would be denied if nothing else were said.
        """
        key = speakers, found, always, asked, speakers.status(line, always)
        settled = self._pending.get(key)
        if settled is None:
            total = Total(line, False, True, unsure=True)
            for one in always:
                for piece in one.in_force():
                    total.add(piece, one.day, one)
            owed = [one for one in total.owed if one[3] == "not_found" or (one[0], one[1] or None) in asked]
            by_default = [] if total.outcomes else [one for unit, _ in speakers.units for one in unit.default]
            total.owed = [] if any(one.outcome == "deny" for one in by_default) else owed
            settled = total.settled(lambda: speakers.texts(found), self._evidence, pends=True)
            if total.is_fixed:
                self._kept.one_more()
                self._pending[key] = settled
        return settled
