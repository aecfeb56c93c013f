"""Conditions and values: strong Kleene logic over what is known.

A *leaf* is a condition that reads the claim or a table. Where a leaf is unknown it is noted with the
elements that would settle it (`Leaf`), so that a decision can be completed; `assumed` gives such leaves
an answer, `overlay` gives elements a value. `thorough` keeps what was read for conditions that are
false too, `silent` nothing that was read. Connectives never decide anything a leaf does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeAlias

from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.elements import (
    Element,
    Known,
    Leaf,
    LineRef,
    NotListed,
    Reading,
    Scalar,
    Unknown,
    text_of,
)
from pollex.backends.interpret.leaves import Leaves
from pollex.backends.interpret.values import Values
from pollex.backends.kleene import Tri, negate
from pollex.ir.nodes import (
    All,
    AnyOf,
    AtLeast,
    Condition,
    Exists,
    Lines,
    Not,
    Ranks,
)
from pollex.ir.program import Program

LeafKey: TypeAlias = tuple[Condition, LineRef, LineRef | None]
Overlay: TypeAlias = Mapping[Element, Scalar | tuple[str, ...]]
Remembered: TypeAlias = dict[
    tuple[int, LineRef, LineRef | None], tuple[Condition, bool | Leaf, list[Reading]]
]
"""Leaves by their identity, which they keep as long as they stand here, with answers and what they read."""
DeniedOf: TypeAlias = Callable[[LineRef], tuple[Tri, frozenset[Element]]]


class Answers(Protocol):
    """Answers of leaves that are unknown; None where there is none."""

    def get(self, key: LeafKey) -> bool | None: ...


@dataclass(slots=True)
class Evaluator:
    """Evaluates for one claim. `leaves` and `readings` are filled as a side effect of evaluating."""

    view: ClaimView
    program: Program
    denied: DeniedOf
    overlay: Overlay = field(default_factory=dict)
    assumed: Answers | None = None
    leaves: dict[LeafKey, Leaf] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    thorough: bool = False
    remembered: Remembered | None = None
    silent: bool = False
    values: Values = field(init=False, repr=False)
    _leaves: Leaves = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.values, self._leaves = Values(self), Leaves(self)

    # ------------------------------------------------------------ conditions

    def holds(self, condition: Condition, this: LineRef, other: LineRef | None = None) -> Tri:
        """True, false, or None for unknown."""
        match condition:
            case All(items):
                return self._every(items, this, other)
            case AnyOf(items):
                return self._any([self.holds(item, this, other) for item in items])
            case Not(item):
                return negate(self.holds(item, this, other))
            case AtLeast(count, items):
                answers = [self.holds(item, this, other) for item in items]
                if answers.count(True) >= count:
                    return True
                return None if answers.count(True) + answers.count(None) >= count else False
            case Exists():
                return self._exists(condition, this)
            case _:
                return self._leaf(condition, this, other)

    def _every(self, items: tuple[Condition, ...], this: LineRef, other: LineRef | None) -> Tri:
        """One false item settles it, whatever the others are: what was read for them is then of no
        account.
        """
        readings, leaves = len(self.readings), self.leaves and dict(self.leaves)
        answers: list[Tri] = []
        for item in items:
            answers.append(self.holds(item, this, other))
            if answers[-1] is False and not self.thorough:
                del self.readings[readings:]
                self.leaves = leaves or {}
                return False
        return self._all(answers)

    @staticmethod
    def _all(answers: list[Tri]) -> Tri:
        return False if False in answers else None if None in answers else True

    @staticmethod
    def _any(answers: list[Tri]) -> Tri:
        return True if True in answers else None if None in answers else False

    def _leaf(self, leaf: Condition, this: LineRef, other: LineRef | None) -> Tri:
        given = None if self.assumed is None else self.assumed.get((leaf, this, other))
        if given is not None:
            return given
        answer = self.answered(leaf, this, other)
        if isinstance(answer, Leaf):
            self.leaves[leaf, this, other] = answer
            return None
        return answer

    def answered(self, leaf: Condition, this: LineRef, other: LineRef | None) -> bool | Leaf:
        """A leaf's answer, remembered where nothing is assumed."""
        if self.remembered is None:
            return self.answer(leaf, this, other)
        found = self.remembered.get((id(leaf), this, other))
        if found is None:
            before = len(self.readings)
            answer = self.answer(leaf, this, other)
            self.remembered[id(leaf), this, other] = leaf, answer, self.readings[before:]
            return answer
        self.readings += found[2]
        return found[1]

    def answer(self, leaf: Condition, this: LineRef, other: LineRef | None) -> bool | Leaf:
        """A leaf's answer, or what is missing for it."""
        if isinstance(leaf, Ranks):
            return self._ranks(leaf, this)
        return self._leaves.answer(leaf, this, other)

    # ------------------------------------------------------------ lines
    def candidates(self, lines: Lines, this: LineRef) -> tuple[LineRef, ...]:
        """The lines that `lines` looks at, before its own condition."""
        if lines.of == "history":
            return self.view.history_lines
        return tuple(ref for ref in self.view.lines if lines.of == "all" or ref != this)

    def gap(self, lines: Lines, this: LineRef) -> frozenset[Element]:
        """What keeps `lines` from being a closed list: only the history can be open."""
        if lines.of != "history":
            return frozenset()
        known: list[date] = []
        lacking = frozenset[Element]()
        for bound in (self.values.value(since, this, None) for since in lines.since):
            if isinstance(bound, Known) and isinstance(bound.value, date):
                known.append(bound.value)
            elif isinstance(bound, Unknown):
                lacking |= bound.elements
        return self.view.history_gap(max(known, default=None), lacking)

    def _exists(self, condition: Exists, this: LineRef) -> Tri:
        """Some line with the fact. The readings kept are those of the line that was found."""
        lines, before = condition.lines, self.readings
        answers: list[Tri] = []
        found: list[Reading] = []
        for ref in self.candidates(lines, this):
            self.readings = []
            answer = self._every((lines.where, condition.fact), this, ref)
            answers.append(answer)
            if answer is True and True not in answers[:-1]:
                found = self.readings
        self.readings = [*before, *found]
        if True in answers:
            return True
        gap = self.gap(lines, this)
        if gap:
            key: LeafKey = (condition, this, None)
            given = None if self.assumed is None else self.assumed.get(key)
            if given is None:
                self.leaves[key] = Leaf(gap)
            answers.append(given)
            for element in sorted(gap):
                self.read(element.term, element.pointer, None)
        return self._any(answers)

    def apart(
        self, condition: Condition, this: LineRef, other: LineRef | None
    ) -> tuple[Tri, frozenset[Element]]:
        """An answer without noting its leaves, and the elements it lacks."""
        leaves, readings = self.leaves, self.readings
        self.leaves, self.readings = {}, []
        answer = self.holds(condition, this, other)
        elements = frozenset[Element]().union(*(leaf.elements for leaf in self.leaves.values()))
        self.leaves, self.readings = leaves, readings
        return answer, elements if answer is None else frozenset()

    def _ranks(self, leaf: Ranks, this: LineRef) -> bool | Leaf:
        """The range of places this line can have, against the places asked for."""
        mine, missing = self.apart(leaf.lines.where, this, this)
        amount = self.values.value(leaf.by, this, this)
        if mine is False or isinstance(amount, NotListed):
            return False
        lacking = set(missing) | (set(amount.elements) if isinstance(amount, Unknown) else set())
        above = perhaps = 0
        for ref in self.candidates(leaf.lines, this):
            if ref == this:
                continue
            qualifies, missing = self.apart(leaf.lines.where, this, ref)
            theirs = self.values.value(leaf.by, this, ref)
            if qualifies is False or isinstance(theirs, NotListed):
                continue
            lacking |= missing
            if isinstance(theirs, Unknown):
                lacking |= theirs.elements
            if isinstance(amount, Known) and isinstance(theirs, Known):
                higher = self._place(theirs, ref) > self._place(amount, this)
                above += higher and qualifies is True
                perhaps += higher and qualifies is None
            else:
                perhaps += 1
        best, worst = 1 + above, 1 + above + perhaps
        if worst < leaf.low or (leaf.high is not None and best > leaf.high):
            return False
        inside = leaf.low <= best and (leaf.high is None or worst <= leaf.high)
        return True if inside and mine is True else Leaf(frozenset(lacking))

    def _place(self, amount: Known, ref: LineRef) -> tuple[Scalar, int]:
        return amount.value, -int(self.view.line(ref)["line_number"])

    # ------------------------------------------------------------ leaves

    def read(
        self, term: str, pointer: str, value: Scalar | tuple[str, ...] | None, table: str = "", key: str = ""
    ) -> None:
        """Note a value that a condition read."""
        if self.silent:
            return
        self.readings.append(Reading(term, pointer, text_of(value), table, key))
