"""What of a rule that could hold is not known on a line: the parts of its condition, and its exceptions.

A part that is sure, and of which nothing is missing, is left out, and so is an exception that is known. The
others are whoever's who asks how they can turn out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from pollex.backends.firing import in_period
from pollex.backends.python.asked import Asked, Entry, Open
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.code import RuleCode
from pollex.backends.python.days import Day
from pollex.backends.python.emit.conditions import conjuncts
from pollex.backends.python.emit.evidence import STEP
from pollex.backends.python.emit.rules import RuleText
from pollex.backends.python.emit.whole import whole, whole_and_sure
from pollex.ir.nodes import All, Condition

SURE, WHOLE = "parts_sure", "exceptions_whole"
MOST_WAYS = 64
"""In which the parts of a rule are known: so many are kept."""
Ask: TypeAlias = Callable[[Line, Claim, Day], tuple[bool, ...]]
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
    """A rule's condition in parts."""

    __slots__ = ("_code", "_in_parts", "_parts", "_sure", "_whole")

    def __init__(self, code: RuleCode) -> None:
        writer, rule = code.shared.writer, code.rule
        self._code = code
        self._in_parts: dict[tuple[bool, ...], All] = {}
        sure = {part: whole_and_sure(writer, part) for part in conjuncts(rule.condition)}
        self._parts = tuple(part for part, source in sure.items() if source != "True")
        sources = tuple(source for source in sure.values() if source != "True")
        excepted = tuple(whole(writer, one.condition) for one in rule.exceptions)
        text = f"{_function(SURE, sources)}\n\n{_function(WHOLE, excepted)}"
        found = code.shared.run(RuleText(text, frozenset((SURE, WHOLE))), f"rule {rule.name}", rule.span)
        self._sure: Ask = found[SURE]
        self._whole: Ask = found[WHOLE]

    def questions(self, line: Line, asked: Asked) -> Questions:
        """What is not known of the rule on a line on which it could hold."""
        code, day = self._code, asked.day
        entry = day.entries.get((code.position, True)) or day.entries.get((code.position, False))
        if entry is None:
            raise Open
        sure = self._sure(line, line.claim, day)
        condition = self._in_parts.get(sure)
        if condition is None:
            if len(self._in_parts) >= MOST_WAYS:
                self._in_parts.clear()
            unsure = [part for part, is_sure in zip(self._parts, sure, strict=True) if not is_sure]
            condition = self._in_parts[sure] = All(tuple(unsure))
        exceptions = code.rule.exceptions
        if not exceptions:
            return Questions(entry, (condition,), ())
        if any(one.exceptions for one in exceptions):
            raise Open
        conditions: list[Condition] = [condition]
        answers: list[Known] = []
        are_whole = self._whole(line, line.claim, day)
        for exception, answer, is_whole in zip(
            exceptions, code.exceptions(line, day), are_whole, strict=True
        ):
            if not in_period(exception, day.on):
                answers.append(False)
            elif answer is not None and is_whole:
                answers.append(answer)
            else:
                answers.append(len(conditions))
                conditions.append(exception.condition)
        return Questions(entry, tuple(conditions), tuple(answers))


def _function(name: str, sources: Iterable[str]) -> str:
    return f"def {name}(line, claim, day):\n{STEP}return ({''.join(f'{source}, ' for source in sources)})"
