"""A rule that could hold on a line, and what of it is in force.

What can be found of a rule are few things: it is sure, it is not known, or its exceptions stand one way or
another. Each is one `Asked`, made once and met again line after line, so that what a set of them comes to
can be remembered (`settled.py`).
"""

from __future__ import annotations

from pollex.backends.firing import Firing, firings
from pollex.backends.kleene import Tri
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import Ask, RuleCode
from pollex.backends.python.days import Day
from pollex.backends.python.emit.rules import all_exceptions
from pollex.backends.python.pieces import Piece
from pollex.ir.nodes import Condition
from pollex.ir.program import ExceptionRule

MOST_WAYS = 64
"""In which a rule's exceptions stand: so many are kept."""


class Open(Exception):  # noqa: N818 - no error: the line goes the exact way
    """Something that an effect reads is not known, or contradicts itself."""


class Asked:
    """A rule that could hold. `firings`, where it has exceptions, says what is in force of it. It is open
    where it is not known and could matter.
    """

    __slots__ = ("code", "day", "firings", "is_open", "is_unknown")

    def __init__(self, code: RuleCode, day: Day, fired: tuple[Firing, ...] | None, is_unknown: bool) -> None:
        self.code = code
        self.day = day
        self.firings = fired
        self.is_unknown = is_unknown
        self.is_open = is_unknown and not code.only_notes

    def denies(self) -> bool:
        """Whether the rule is known, and denies outright."""
        if self.is_unknown:
            return False
        if self.firings is None:
            return self.code.denies
        return any(piece.outcome == "deny" for piece in self.in_force())

    def in_force(self) -> tuple[Piece, ...]:
        """The effects in force of a known rule; two exceptions that stand in its place go the exact way."""
        if self.firings is None:
            return self.code.own
        found = [one.clause for one in self.firings if one.holds]
        if sum(isinstance(clause, ExceptionRule) for clause in found) > 1:
            raise Open
        return tuple(piece for clause in found for piece in self.code.pieces[clause.id])


class Entry:
    """A rule that can concern a line: its two questions, and what was found of it so far. `settled` says
    that its code does not leave it unknown.
    """

    __slots__ = ("_by_exceptions", "code", "could", "day", "is_settled", "known", "sure", "unknown")

    def __init__(self, code: RuleCode, day: Day, is_settled: bool) -> None:
        self.code = code
        self.day = day
        self.is_settled = is_settled
        self.could: Ask | None = code.could
        self.sure: Ask | None = code.sure
        self.known = Asked(code, day, None, False)
        self.unknown = Asked(code, day, None, True)
        self._by_exceptions: dict[tuple[Tri, ...], Asked] = {}

    def asked(self, line: Line, claim: Claim) -> Asked | None:
        """What there is of the rule on a line, if it could hold."""
        if self.could is not None and not self.could(line, claim, self.day):
            return None
        return self.found(line, claim)

    def found(self, line: Line, claim: Claim) -> Asked:
        """What there is of the rule on a line on which it could hold."""
        is_sure = self.is_settled
        if is_sure and self.sure is not None and self.sure is not self.could:
            is_sure = bool(self.sure(line, claim, self.day))
        if self.code.rule.exceptions:
            return self.with_exceptions(line, is_sure)
        return self.known if is_sure else self.unknown

    def with_exceptions(self, line: Line, is_sure: bool) -> Asked:
        """What is in force of a rule that has exceptions."""
        return self.where(is_sure, self.code.exceptions(line, self.day))

    def where(self, is_sure: bool, answers: tuple[Tri, ...]) -> Asked:
        """What is in force of it where its exceptions stand so."""
        key = is_sure, *answers
        asked = self._by_exceptions.get(key)
        if asked is None:
            if len(self._by_exceptions) >= MOST_WAYS:
                self._by_exceptions.clear()
            asked = self._by_exceptions[key] = self._with_exceptions(answers, is_sure)
        return asked

    def _with_exceptions(self, answers: tuple[Tri, ...], is_sure: bool) -> Asked:
        rule = self.code.rule
        excepted = [one.condition for one in all_exceptions(rule.exceptions)]

        def holds(condition: Condition) -> Tri:
            if condition is rule.condition:
                return True if is_sure else None
            return next(answer for one, answer in zip(excepted, answers, strict=True) if one is condition)

        fired = firings(rule, self.day.on, holds)
        return Asked(self.code, self.day, fired, any(one.holds is None for one in fired))
