"""The lines of a claim, explained: what their rules come to is asked as it is for a decision.

The first claims are explained by who explains plainly: to write what rules read takes longer than to find it
out so once or twice, and most processes that explain do so for one claim.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from pollex.backends.python.claims import Line
from pollex.backends.python.days import Day
from pollex.backends.python.decide import PythonBackend, Run
from pollex.backends.python.explain.rules import Rules, Written
from pollex.backends.python.reading import Words
from pollex.ir.program import Program
from pollex.model.explanation import LineExplanation, RuleExplanation

Plainly: TypeAlias = Callable[[Program, Mapping[str, Any], Collection[str]], tuple[LineExplanation, ...]]
FIRST = 2


class Explainer:
    """Explains what a backend decides. It never changes but for what it remembers."""

    def __init__(self, backend: PythonBackend, plainly: Plainly, first: int = FIRST) -> None:
        self._backend = backend
        self._plainly = plainly
        self._first = first
        self._words = Words(backend.program.vocabulary.words)
        self._written = Written()
        self._rules: dict[Day, Rules] = {}

    def explain(self, raw: Mapping[str, Any], assume: Collection[str]) -> tuple[LineExplanation, ...]:
        """Explain a valid claim, line by line."""
        if self._first > 0:
            self._first -= 1
            return self._plainly(self._backend.program, raw, assume)
        return self._backend.about(raw, assume, self._lines)

    def _lines(self, run: Run) -> tuple[LineExplanation, ...]:
        run.choose()
        for line in run.lines:
            for unit, day in line.choice.speakers.units:
                if day not in self._rules:
                    self._rules[day] = Rules(unit, day, self._words, self._written)
        run.read_claim()
        return tuple([self._line(run, line) for line in run.lines])

    def _line(self, run: Run, line: Line) -> LineExplanation:
        could_hold = (*run.first(line), *run.second(line), *run.trial(line))
        found: list[RuleExplanation] = []
        on_trial: list[RuleExplanation] = []
        for unit, day in line.choice.speakers.units:
            asked = {one.code.position: one for one in could_hold if one.code.shared is unit.shared}
            rules, trials = self._rules[day].on(line, asked)
            found += rules
            on_trial += trials
        return LineExplanation(line.number, (*found, *on_trial))
