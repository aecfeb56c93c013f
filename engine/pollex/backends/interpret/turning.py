"""Conditions that are not known, for a backend that knows the rest of a line: how they can turn out together.

What the line comes to in each of these ways, the other backend works out; which missing elements can change
that is said here, as for a line that is decided here (`complete.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pollex.backends.foreknown import Reckoned
from pollex.backends.interpret.complete import PARTS, Affects, bounded, turned, variables
from pollex.backends.interpret.elements import Element, Leaf, LineRef
from pollex.backends.interpret.evaluate import LeafKey
from pollex.backends.interpret.line import LineDecider
from pollex.backends.interpret.missing import missing
from pollex.backends.interpret.ways import Set, Variable, Ways, apart
from pollex.ir.nodes import Condition
from pollex.model.decision import Missing


@dataclass(frozen=True, slots=True)
class Turning:
    """The answers that conditions can give together, each row of them once, and what they hang on."""

    rows: tuple[tuple[bool, ...], ...]
    _where: tuple[Set, ...]
    _ways: Ways
    _variables: Sequence[Variable]
    _elements: Sequence[frozenset[Element]]

    def missing(
        self, results: Sequence[Reckoned], rules: Sequence[str], lacking: Iterable[tuple[str, str, str]]
    ) -> tuple[Missing, ...]:
        """What can change the results of the rows; `rules` says whose each condition is, `lacking` which
        rule's numbers lack which element.
        """
        affects: Affects = {}
        for part, of in PARTS.items():
            values = [of(result) for result in results]
            if values.count(values[0]) == len(values):
                continue
            where: dict[object, Set] = {}
            for among, value in zip(self._where, values, strict=True):
                where[value] = where.get(value, 0) | among
            turned(part, where.values(), self._variables, self._ways, affects)
        for result in results:
            for pointer, term in result.lacks:
                affects.setdefault(Element(pointer, term), set()).add("amount")
        rules_of: dict[Element, frozenset[str]] = {}
        for elements, rule in zip(self._elements, rules, strict=True):
            for element in elements:
                rules_of[element] = rules_of.get(element, frozenset()) | {rule}
        for rule, pointer, term in lacking:
            element = Element(pointer, term)
            rules_of[element] = rules_of.get(element, frozenset()) | {rule}
        return missing(affects, rules_of)


def turning(decider: LineDecider, this: LineRef, conditions: Sequence[Condition]) -> Turning | None:
    """How conditions can turn out on a line; None where there are too many ways to tell."""
    evaluator = decider.silent()
    leaves: dict[LeafKey, Leaf] = {}
    elements: list[frozenset[Element]] = []
    for condition in conditions:
        evaluator.leaves = {}
        evaluator.holds(condition, this)
        leaves.update(evaluator.leaves)
        elements.append(frozenset[Element]().union(*[leaf.elements for leaf in evaluator.leaves.values()]))
    asked = variables(leaves, evaluator)
    if bounded(asked) is not None:
        return None
    ways = Ways(asked, evaluator)
    true = [ways.true(condition, this) for condition in conditions]
    found = apart(ways.all, lambda branch: tuple([branch.holds(one) for one in true]))
    rows, where = tuple([row for _, row in found]), tuple([among for among, _ in found])
    return Turning(rows, where, ways, asked, elements)
