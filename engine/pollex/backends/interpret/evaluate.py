"""Conditions and values: strong Kleene logic over what is known.

A *leaf* is a condition that reads the claim or a table. Where a leaf is unknown it is noted with the
elements that would settle it (`Leaf`), so that a decision can be completed; `assumed` gives such leaves an
answer, `overlay` gives elements a value. Connectives never decide anything a leaf does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias, assert_never

from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.elements import (
    Element,
    Known,
    KnownList,
    Leaf,
    LineRef,
    NotListed,
    Reading,
    Scalar,
    Tri,
    Unknown,
    text_of,
)
from pollex.backends.interpret.values import Values
from pollex.ir.nodes import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Denied,
    Documented,
    Exists,
    Lines,
    Member,
    Not,
    OnFile,
    PairListed,
    Ranks,
    Same,
    SameProvider,
)
from pollex.ir.program import Program

LeafKey: TypeAlias = tuple[Condition, LineRef, LineRef | None]
Overlay: TypeAlias = Mapping[Element, Scalar | tuple[str, ...]]
DeniedOf: TypeAlias = Callable[[LineRef], tuple[Tri, frozenset[Element]]]

RELATIONS: dict[str, tuple[str, ...]] = {
    "provider": ("rendering npi",),
    "group": ("billing tax id", "rendering specialty"),
    "tax-id": ("billing tax id",),
}


@dataclass(slots=True)
class Evaluator:
    """Evaluates for one claim. `leaves` and `readings` are filled as a side effect of evaluating."""

    view: ClaimView
    program: Program
    denied: DeniedOf
    overlay: Overlay = field(default_factory=dict)
    assumed: Mapping[LeafKey, bool] = field(default_factory=dict)
    leaves: dict[LeafKey, Leaf] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    # ------------------------------------------------------------ conditions

    def holds(self, condition: Condition, this: LineRef, other: LineRef | None = None) -> Tri:
        """True, false, or None for unknown."""
        match condition:
            case All(items):
                return self._all([self.holds(item, this, other) for item in items])
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

    @staticmethod
    def _all(answers: list[Tri]) -> Tri:
        return False if False in answers else None if None in answers else True

    @staticmethod
    def _any(answers: list[Tri]) -> Tri:
        return True if True in answers else None if None in answers else False

    def _leaf(self, leaf: Condition, this: LineRef, other: LineRef | None) -> Tri:
        key = (leaf, this, other)
        if key in self.assumed:
            return self.assumed[key]
        answer = self.answer(leaf, this, other)
        if isinstance(answer, Leaf):
            self.leaves[key] = answer
            return None
        return answer

    def answer(self, leaf: Condition, this: LineRef, other: LineRef | None) -> bool | Leaf:
        """A leaf's answer, or what is missing for it."""
        match leaf:
            case Compare():
                return self._compare(leaf, this, other)
            case Member():
                return self._member(leaf, this, other)
            case Same(phrase):
                return self._same(phrase, this, other)
            case SameProvider(relation):
                return self._same_provider(relation, this, other)
            case Documented(concept, document):
                return self._documented(concept, document, this)
            case OnFile(phrase):
                return self._on_file(phrase, this)
            case Denied():
                assert other is not None
                denied, elements = self.denied(other)
                return Leaf(elements) if denied is None else denied
            case Ranks():
                return self._ranks(leaf, this)
            case PairListed():
                return self._pair(leaf, this, other)
            case All() | AnyOf() | AtLeast() | Not() | Exists():
                raise AssertionError("connectives are not leaves")
            case _:
                assert_never(leaf)

    # ------------------------------------------------------------ lines
    def candidates(self, lines: Lines, this: LineRef) -> tuple[LineRef, ...]:
        """The lines that `lines` looks at, before its own condition."""
        if lines.of == "history":
            return self.view.history_lines
        return tuple(ref for ref in self.view.lines if lines.of == "all" or ref != this)

    def gap(self, lines: Lines, this: LineRef) -> Element | None:
        """What keeps `lines` from being a closed list: only the history can be open."""
        if lines.of != "history":
            return None
        since = self.values.value(lines.since, this, None) if lines.since is not None else None
        known = since.value if isinstance(since, Known) and isinstance(since.value, date) else None
        return self.view.history_gap(known)

    def _exists(self, condition: Exists, this: LineRef) -> Tri:
        """Some line with the fact. The readings kept are those of the line that was found."""
        lines, before = condition.lines, self.readings
        answers: list[Tri] = []
        found: list[Reading] = []
        for ref in self.candidates(lines, this):
            self.readings = []
            answer = self._all([self.holds(lines.where, this, ref), self.holds(condition.fact, this, ref)])
            answers.append(answer)
            if answer is True and True not in answers[:-1]:
                found = self.readings
        self.readings = [*before, *found]
        if True in answers:
            return True
        gap = self.gap(lines, this)
        if gap is not None:
            key: LeafKey = (condition, this, None)
            if key in self.assumed:
                answers.append(self.assumed[key])
            else:
                self.leaves[key] = Leaf(frozenset((gap,)))
                answers.append(None)
            self.read(gap.term, gap.pointer, None)
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

    @property
    def values(self) -> Values:
        return Values(self)

    def read(
        self, term: str, pointer: str, value: Scalar | tuple[str, ...] | None, table: str = "", key: str = ""
    ) -> None:
        """Note a value that a condition read."""
        self.readings.append(Reading(term, pointer, text_of(value), table, key))

    def _compare(self, leaf: Compare, this: LineRef, other: LineRef | None) -> bool | Leaf:
        values = self.values
        left, right = values.value(leaf.left, this, other), values.value(leaf.right, this, other)
        if isinstance(left, NotListed) or isinstance(right, NotListed):
            return False
        if isinstance(left, Known) and isinstance(right, Known):
            return compare(leaf.op, left.value, right.value)
        elements = frozenset[Element]().union(
            *(side.elements for side in (left, right) if isinstance(side, Unknown))
        )
        for unknown_side, known_side in ((left, right), (right, left)):
            if (
                isinstance(unknown_side, Unknown)
                and isinstance(known_side, Known)
                and unknown_side.direct is not None
            ):
                return Leaf(elements, unknown_side.direct, frozenset((unknown_side.turn(known_side.value),)))
        return Leaf(elements)

    def _member(self, leaf: Member, this: LineRef, other: LineRef | None) -> bool | Leaf:
        subject = this if leaf.subject.value == "this" or other is None else other
        if self.view.vocabulary.words[leaf.phrase].many:
            return self._member_of_list(leaf, this, self.view.read_list(leaf.phrase, subject))
        datum = self.values.field(leaf.phrase, subject)
        if isinstance(datum, Unknown):
            return Leaf(datum.elements, datum.direct, frozenset(leaf.codes), frozenset(leaf.sets))
        assert isinstance(datum, Known)
        return self._in(str(datum.value), leaf, this)

    def _member_of_list(self, leaf: Member, this: LineRef, listed: KnownList) -> bool | Leaf:
        self.read(leaf.phrase, listed.pointer, None if listed.open else listed.values)
        answers = [self._in(value, leaf, this) for value in listed.values]
        settles = leaf.quantifier == "any"
        if settles in answers:
            return settles
        lacking = [answer.elements for answer in answers if isinstance(answer, Leaf)]
        if listed.open is not None:
            possible = [self._in(value, leaf, this) for value in listed.within or ()]
            if listed.within is None or any(
                answer is settles or isinstance(answer, Leaf) for answer in possible
            ):
                lacking.append(frozenset((listed.open,)))
        return Leaf(frozenset[Element]().union(*lacking)) if lacking else not settles

    def _in(self, code: str, leaf: Member, this: LineRef) -> bool | Leaf:
        """Whether a code is among the codes or in one of the sets, on this line's date of service."""
        if code in leaf.codes:
            return True
        on = self.view.service_date(this)
        answers = {name: self.program.sets[name].membership(code, on) for name in leaf.sets}
        if True in answers.values():
            return True
        lacking = [
            Element("", name, name, code) for name, answer in sorted(answers.items()) if answer is None
        ]
        return Leaf(frozenset(lacking)) if lacking else False

    def _same(self, phrase: str, this: LineRef, other: LineRef | None) -> bool | Leaf:
        assert other is not None
        if self.view.vocabulary.words[phrase].many:
            mine, theirs = self.view.read_list(phrase, this), self.view.read_list(phrase, other)
            gaps = frozenset(listed.open for listed in (mine, theirs) if listed.open is not None)
            if gaps and mine != theirs:
                return Leaf(gaps)
            self.read(phrase, theirs.pointer, theirs.values)
            return sorted(set(mine.values)) == sorted(set(theirs.values))
        left, right = self.values.field(phrase, this), self.values.field(phrase, other)
        if isinstance(left, Known) and isinstance(right, Known):
            return left.value == right.value
        if (
            isinstance(left, Unknown)
            and isinstance(right, Unknown)
            and left.direct is not None
            and left.direct == right.direct
        ):
            return True
        elements = frozenset[Element]().union(
            *(side.elements for side in (left, right) if isinstance(side, Unknown))
        )
        known = [side.value for side in (left, right) if isinstance(side, Known)]
        direct = next((side.direct for side in (left, right) if isinstance(side, Unknown)), None)
        return Leaf(elements, direct, frozenset(known)) if len(known) == 1 else Leaf(elements)

    def _same_provider(self, relation: str, this: LineRef, other: LineRef | None) -> bool | Leaf:
        answers = [self._same(phrase, this, other) for phrase in RELATIONS[relation]]
        if False in answers:
            return False
        leaves = [answer for answer in answers if isinstance(answer, Leaf)]
        if len(leaves) == 1:
            return leaves[0]
        return Leaf(frozenset[Element]().union(*(leaf.elements for leaf in leaves))) if leaves else True

    def _documented(self, concept: str, document: str | None, this: LineRef) -> bool | Leaf:
        datum = self.view.documented(concept, document, this)
        if isinstance(datum, Unknown):
            assert datum.direct is not None
            given = self.overlay.get(datum.direct)
            if given is None:
                self.read(datum.direct.term, datum.direct.pointer, None)
                return Leaf(datum.elements, datum.direct)
            return given == "found"
        self.read(
            f"documentation of {concept}" + (f" in {document}" if document else ""),
            datum.pointer,
            datum.value,
        )
        return datum.value == "found"

    def _on_file(self, phrase: str, this: LineRef) -> bool | Leaf:
        listed = self.view.read_list(phrase, this)
        self.read(phrase, listed.pointer, None if listed.open else listed.values)
        if listed.values:
            return True
        return Leaf(frozenset((listed.open,))) if listed.open is not None else False

    def _pair(self, leaf: PairListed, this: LineRef, other: LineRef | None) -> bool | Leaf:
        """The row (other line's code, this line's code), and its cells."""
        assert other is not None
        table, on = self.program.tables[leaf.table], self.view.service_date(this)
        key = (self.view.code(other), self.view.code(this))
        shown = "/".join(key)
        listed = table.has_row(key, on)
        if listed is None:
            return Leaf(frozenset((Element("", leaf.table, leaf.table, shown),)))
        if not listed:
            return False
        lacking = []
        for column, wanted in leaf.cells:
            datum = self.values.cell(leaf.table, key, column, on)
            if isinstance(datum, Unknown):
                lacking.append(datum.elements)
            elif isinstance(datum, NotListed) or datum.value != wanted:
                return False
        self.read("cpt", f"{other.pointer}/procedure_code", key[0])
        return Leaf(frozenset[Element]().union(*lacking)) if lacking else True


def negate(answer: Tri) -> Tri:
    return None if answer is None else not answer


def compare(op: str, left: Scalar, right: Scalar) -> bool:
    """Two values of one kind; the checker has seen to that."""
    match op:
        case "eq":
            return left == right
        case "ne":
            return left != right
        case "lt":
            return left < right  # type: ignore[operator]
        case "le":
            return left <= right  # type: ignore[operator]
        case "gt":
            return left > right  # type: ignore[operator]
    return left >= right  # type: ignore[operator]
