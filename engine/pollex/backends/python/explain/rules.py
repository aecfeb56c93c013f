"""The rules of a policy on a day, each with what it comes to on a line and what it reads there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any, TypeAlias

from pollex.backends.firing import applies, in_period
from pollex.backends.kleene import Tri
from pollex.backends.python.asked import Asked
from pollex.backends.python.claims import Line
from pollex.backends.python.code import Because, RuleCode
from pollex.backends.python.days import Day
from pollex.backends.python.emit.rules import all_exceptions
from pollex.backends.python.explain.gathered import Gathered
from pollex.backends.python.explain.reads import Always, reads
from pollex.backends.python.explain.shown import shown
from pollex.backends.python.reading import Words
from pollex.backends.python.unit import Unit
from pollex.backends.wording import effect_text, sources_of
from pollex.ir.nodes import Condition
from pollex.model.decision import Reading
from pollex.model.explanation import RuleExplanation
from pollex.model.quick import quick

Read: TypeAlias = tuple[Reading, ...]
Pick: TypeAlias = Callable[[list[Reading]], Read]
Names: TypeAlias = tuple[str, ...]
new_explanation = quick(RuleExplanation)
MOST_WAYS = 64
"""In which a rule's exceptions stand: so many are kept."""


class Written(dict[RuleCode, tuple[tuple[Always, ...], Mapping[str, Any]]]):
    """For each rule, what it reads on every line, and the functions that gather the rest."""

    def __missing__(self, code: RuleCode) -> tuple[tuple[Always, ...], Mapping[str, Any]]:
        rule, shared = code.rule, code.shared
        found = reads(rule, shared.writer)
        functions: Mapping[str, Any] = {}
        if found.text.defined:
            functions = shared.run(found.text, f"what rule {rule.name} reads", rule.span)
        self[code] = found.always, functions
        return self[code]


class Rules:
    """What is read on every line is read once for all rules, and so are the same words of several rules."""

    def __init__(self, unit: Unit, day: Day, words: Words, written: Written) -> None:
        always: dict[Always, int] = {}
        picks: dict[tuple[Always, ...], int] = {}
        self._rules: list[OfRule] = []
        self._on_trial: list[OfRule] = []
        for code in unit.rules:
            those, functions = written[code] if in_period(code.rule, day.on) else ((), {})
            for read in those:
                always.setdefault(read, len(always))
            of_rule = OfRule(code, day, words, picks.setdefault(those, len(picks)), functions)
            (self._on_trial if code.rule.trial else self._rules).append(of_rule)
        self._shown = [shown(read, words, unit.program, day.on) for read in always]
        self._picks = [pick([always[read] for read in those]) for those in picks]

    def on(
        self, line: Line, asked: Mapping[int, Asked]
    ) -> tuple[list[RuleExplanation], list[RuleExplanation]]:
        """Those in force and those on trial, on a line; `asked` are the ones that could hold, by their
        places.
        """
        found = [show(line) for show in self._shown]
        always = [pick(found) for pick in self._picks]
        return (
            [rule.on(line, asked.get(rule.position), always) for rule in self._rules],
            [rule.on(line, asked.get(rule.position), always) for rule in self._on_trial],
        )


def pick(places: list[int]) -> Pick:
    """What takes the readings at these places."""
    match places:
        case []:
            return lambda found: ()
        case [one]:
            return lambda found: (found[one],)
    return itemgetter(*places)


class OfRule:
    """A rule; `always` is where what it reads on every line is found."""

    __slots__ = (
        "_always",
        "_because",
        "_code",
        "_day",
        "_effects",
        "_excepted",
        "_names",
        "_rule",
        "_sources",
        "_words",
        "position",
    )

    def __init__(
        self, code: RuleCode, day: Day, words: Words, always: int, functions: Mapping[str, Any]
    ) -> None:
        self.position = code.position
        self._code = code
        self._rule = code.rule
        self._day = day
        self._words = words
        self._always = always
        self._because: Because | None = functions.get("because")
        self._excepted: Because | None = functions.get("excepted")
        self._effects = tuple(effect_text(effect) for effect in code.rule.effects)
        self._sources = sources_of(code.rule)
        self._names: dict[tuple[Tri, ...], Names] = {}

    def on(self, line: Line, asked: Asked | None, always: list[Read]) -> RuleExplanation:
        """The rule on a line, by what was found of it; where nothing was, it does not hold."""
        rule = self._rule
        because = always[self._always]
        if self._because is not None or (asked is not None and self._excepted is not None):
            because = self._all(line, asked, because)
        holds: Tri = False
        exceptions: Names = ()
        if asked is not None:
            holds = None if asked.is_unknown else True
            if asked.firings is not None:
                holds = next((one.holds for one in asked.firings if one.clause is rule), False)
                exceptions = self._exceptions(line)
        return new_explanation(
            rule.name,
            rule.title,
            self._effects,
            holds,
            rule.trial,
            because,
            exceptions,
            rule.because,
            self._sources,
            rule.span,
        )

    def _all(self, line: Line, asked: Asked | None, always: Read) -> Read:
        gathered = Gathered(self._words)
        if self._because is not None:
            self._because(line, line.claim, self._day, gathered)
        if asked is not None and self._excepted is not None:
            self._excepted(line, line.claim, self._day, gathered)
        return gathered.with_those(always) if gathered.found else always

    def _exceptions(self, line: Line) -> Names:
        """The exceptions that apply, or may."""
        answers = self._code.exceptions(line, self._day)
        names = self._names.get(answers)
        if names is None:
            if len(self._names) >= MOST_WAYS:
                self._names.clear()
            names = self._names[answers] = tuple(self._applying(answers))
        return names

    def _applying(self, answers: tuple[Tri, ...]) -> Iterator[str]:
        rule, on = self._rule, self._day.on
        excepted = [one.condition for one in all_exceptions(rule.exceptions)]

        def holds(condition: Condition) -> Tri:
            return next(answer for one, answer in zip(excepted, answers, strict=True) if one is condition)

        for one in rule.exceptions:
            if applies(one, rule, on, holds) is not False:
                yield one.name
