"""Completing a decision: every way in which what is missing could turn out, as far as the rules can tell.

The unknown leaves of a line's rules are grouped into *variables*. Leaves that hang on the value of one
missing element are one variable: the element is tried at every value where one of them turns, between
those values, and beyond them, and each distinct row of answers is kept. Any other unknown leaf (history,
ranks, sums, two elements at once) is a variable of its own that may be true or false; that can only add
ways, so nothing is decided too early.

The work is bounded: more than `LIMIT` combinations are not tried, and every element that they hang on is
asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import TypeAlias

from pollex.backends.calendar import shift
from pollex.backends.foreknown import Outcome
from pollex.backends.interpret.combine import Open, Result
from pollex.backends.interpret.elements import Element, Leaf, Scalar
from pollex.backends.interpret.evaluate import Evaluator, LeafKey
from pollex.backends.interpret.ways import Set, Variable, Ways
from pollex.model.tables import NOT_LISTED
from pollex.model.vocabulary import Kind

LIMIT = 4096
ELSE = "\x00"
PARTS: dict[str, Callable[[Outcome], object]] = {
    "outcome": lambda result: result.outcome,
    "percent": lambda result: result.percent,
    "requirements": lambda result: result.owed,
    "amount": lambda result: result.amount,
}
Affects: TypeAlias = dict[Element, set[str]]


@dataclass(frozen=True, slots=True)
class Completed:
    """All results over all completions, and which elements can change what. `exact` is false where the bound
    was met; `every` gives the results once more, with all that is applied.
    """

    results: tuple[Result, ...]
    affects: Affects
    exact: bool
    every: Callable[[], Sequence[Result]] = tuple


def variables(leaves: Mapping[LeafKey, Leaf], evaluator: Evaluator) -> tuple[Variable, ...]:
    """Group unknown leaves, in a fixed order."""
    alone: dict[Element, list[LeafKey]] = {}
    found: list[Variable] = []
    for key, leaf in leaves.items():
        if leaf.direct is not None and leaf.elements == frozenset((leaf.direct,)):
            alone.setdefault(leaf.direct, []).append(key)
        else:
            found.append(Variable((key,), ((False,), (True,)), leaf.elements))
    for element, keys in alone.items():
        rows = _rows(element, keys, [leaves[key] for key in keys], evaluator)
        found.append(Variable(tuple(keys), rows, frozenset((element,))))
    return tuple(sorted(found, key=lambda variable: sorted(variable.elements)))


def _rows(
    element: Element, keys: list[LeafKey], leaves: list[Leaf], evaluator: Evaluator
) -> tuple[tuple[bool, ...], ...]:
    """Each row of answers that the leaves can give together."""
    rows: set[tuple[bool, ...]] = set()
    trial = Evaluator(evaluator.view, evaluator.program, evaluator.denied, silent=True)
    for value in _values(element, leaves, evaluator):
        trial.overlay = {element: value}
        rows.add(tuple([trial.answer(*key) is True for key in keys]))
        if len(keys) == 1 and len(rows) == 2:
            break
    table = evaluator.program.tables.get(element.table)
    if table is not None and table.absent is NOT_LISTED:
        rows.add((False,) * len(keys))
    return tuple(sorted(rows))


def _values(element: Element, leaves: list[Leaf], evaluator: Evaluator) -> Iterator[Scalar]:
    """Values of an element, one at least for each row of answers that the leaves can give."""
    if element.pointer == "/documentation" and not any(leaf.turns for leaf in leaves):
        yield from ("found", "not_found")
        return
    turns = {turn for leaf in leaves for turn in leaf.turns}
    dates = sorted(turn for turn in turns if isinstance(turn, date))
    numbers = {turn for turn in turns if isinstance(turn, Fraction)}
    if dates:
        yield from sorted({shift(day, days, "day") for day in dates for days in (-1, 0, 1)})
        return
    if numbers:
        yield from (number for number in _around(numbers) if number >= 0 or element.table)
        return
    word = evaluator.view.vocabulary.words.get(element.term)
    if word is not None and word.kind is Kind.CHOICE:
        yield from word.choices
        return
    codes = {turn for turn in turns if isinstance(turn, str)}
    sets = {name for leaf in leaves for name in leaf.sets}
    yield from sorted(codes.union(*(evaluator.program.sets[name].codes for name in sets)))
    yield ELSE


def _around(numbers: set[Fraction]) -> Iterator[Fraction]:
    """The numbers themselves and zero, and something below, between and above them."""
    points = sorted({Fraction(0), *numbers})
    yield points[0] - 1
    yield from points
    yield from ((low + high) / 2 for low, high in pairwise(points))
    yield points[-1] + 1


def bounded(found: Sequence[Variable]) -> Completed | None:
    """Where there are too many combinations to try: what then is asked for."""
    if prod(len(variable.rows) for variable in found) <= LIMIT:
        return None
    asked = {element for variable in found for element in variable.elements}
    return Completed((), {element: set(PARTS) for element in asked}, False)


def complete(
    found: Sequence[Variable],
    ways: Ways,
    results: Sequence[tuple[Set, Result]],
    every: Callable[[], Sequence[Result]],
) -> Completed:
    """Compare the results of all ways: what differs between two that differ in one variable hangs on it."""
    affects: Affects = {}
    for part, value in PARTS.items():
        where: dict[object, Set] = {}
        for among, result in results:
            where[value(result)] = where.get(value(result), 0) | among
        if len(where) > 1:
            turned(part, where.values(), found, ways, affects)
    for _, result in results:
        for part, number in (("percent", result.percent), ("amount", result.amount)):
            if isinstance(number, Open):
                for element in number.elements:
                    affects.setdefault(element, set()).add(part)
    return Completed(tuple(result for _, result in results), affects, True, every)


def turned(
    part: str, among: Collection[Set], found: Sequence[Variable], ways: Ways, affects: Affects
) -> None:
    """Note what a part hangs on that is not the same in all ways: `among` are those in which it is."""
    for place, variable in enumerate(found):
        if len(found) == 1 or any(ways.turns(some, place) for some in among):
            for element in variable.elements:
                affects.setdefault(element, set()).add(part)
