"""What of a rule that could hold is not known on a line: its condition, and those of its exceptions.

Of these, the leaves that are known are left out. The others are whoever's who asks how they can turn out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from pollex.backends.firing import in_period
from pollex.backends.kleene import Tri
from pollex.backends.python.asked import Asked, Entry, Open
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import RuleCode
from pollex.backends.python.days import Day
from pollex.backends.python.emit.leaves import states
from pollex.backends.python.emit.rules import RuleText
from pollex.backends.python.reduced import TRUE, Reduced, reduced
from pollex.ir.nodes import Condition

MOST_WAYS = 64
"""In which the leaves of a condition are known: so many are kept."""
Ask: TypeAlias = Callable[[Line, Claim, Day], tuple[Tri, ...]]
Known: TypeAlias = bool | int
"""What an exception's condition comes to; or, where that is not known, which of the questions says so."""


class Questions(NamedTuple):
    """What is to be asked of a rule: its own condition first, as far as it is not known."""

    entry: Entry
    conditions: tuple[Condition, ...]
    exceptions: tuple[Known, ...]

    def asked(self, row: tuple[bool, ...]) -> Asked | None:
        """What there is of the rule, where the questions are answered so."""
        if not row[0]:
            return None
        if not self.exceptions:
            return self.entry.known
        answers = [one if one is True or one is False else row[one] for one in self.exceptions]
        return self.entry.where(True, tuple(answers))


class Parts:
    """What a rule's condition, and those of its exceptions, come to where some of their leaves are known."""

    __slots__ = ("_code", "_conditions", "_left", "_states")

    def __init__(self, code: RuleCode) -> None:
        writer, rule = code.shared.writer, code.rule
        self._code = code
        self._conditions = (rule.condition, *(one.condition for one in rule.exceptions))
        names = [f"leaves_{at}" for at in range(len(self._conditions))]
        texts = (states(writer, name, one) for name, one in zip(names, self._conditions, strict=True))
        text = RuleText("\n".join(texts), frozenset(names))
        found = code.shared.run(text, f"rule {rule.name}", rule.span)
        self._states: list[Ask] = [found[name] for name in names]
        self._left: list[dict[tuple[Tri, ...], Reduced]] = [{} for _ in names]

    def questions(self, line: Line, asked: Asked) -> Questions:
        """What is not known of the rule on a line on which it could hold."""
        code, day = self._code, asked.day
        entry = day.entries.get((code.position, True)) or day.entries.get((code.position, False))
        exceptions = code.rule.exceptions
        if entry is None or any(one.exceptions for one in exceptions):
            raise Open
        condition = self._reduced(0, line, day)
        if condition is False:
            raise Open
        conditions: list[Condition] = [TRUE if condition is True else condition]
        answers: list[Known] = []
        for at, exception in enumerate(exceptions, 1):
            answer = self._reduced(at, line, day) if in_period(exception, day.on) else False
            if isinstance(answer, bool):
                answers.append(answer)
            else:
                answers.append(len(conditions))
                conditions.append(answer)
        return Questions(entry, tuple(conditions), tuple(answers))

    def _reduced(self, at: int, line: Line, day: Day) -> Reduced:
        """What is left of a condition."""
        known = self._states[at](line, line.claim, day)
        left = self._left[at].get(known)
        if left is None:
            if len(self._left[at]) >= MOST_WAYS:
                self._left[at].clear()
            left = self._left[at][known] = reduced(self._conditions[at], iter(known))
        return left
