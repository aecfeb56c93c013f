"""Leaves: the conditions that read the claim or a table, one at a time.

Each is true or false, or lacks something: then it says which elements would settle it, and at which
values of a single element its answer may turn (`Leaf`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, assert_never

from pollex.backends.interpret.elements import (
    Element,
    Known,
    KnownList,
    Leaf,
    LineRef,
    NotListed,
    Scalar,
    Unknown,
)
from pollex.backends.interpret.values import bounds
from pollex.backends.providers import RELATIONS
from pollex.ir.nodes import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Denied,
    Documented,
    Exists,
    Member,
    Not,
    OnFile,
    PairListed,
    Ranks,
    Same,
    SameProvider,
    Subject,
)

if TYPE_CHECKING:
    from pollex.backends.interpret.evaluate import Evaluator


COMPARISONS: Mapping[str, Callable[[Scalar, Scalar], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
NEGATED = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}
Bounds: TypeAlias = tuple[Scalar | None, Scalar | None]


@dataclass(frozen=True, slots=True)
class Leaves:
    """Answers leaves with an evaluator's claim, tables and overlay."""

    evaluator: Evaluator

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
                denied, elements = self.evaluator.denied(other)
                return Leaf(elements) if denied is None else denied
            case PairListed():
                return self._pair(leaf, this, other)
            case All() | AnyOf() | AtLeast() | Not() | Exists() | Ranks():
                raise AssertionError("not a leaf that can be answered here")
            case _:
                assert_never(leaf)

    def _compare(self, leaf: Compare, this: LineRef, other: LineRef | None) -> bool | Leaf:
        values = self.evaluator.values
        left, right = values.value(leaf.left, this, other), values.value(leaf.right, this, other)
        if isinstance(left, NotListed) or isinstance(right, NotListed):
            return False
        if isinstance(left, Known) and isinstance(right, Known):
            return compare(leaf.op, left.value, right.value)
        settled = _settled(leaf.op, bounds(left), bounds(right))
        if settled is not None:
            return settled
        elements = frozenset[Element]().union(
            *(side.elements for side in (left, right) if isinstance(side, Unknown))
        )
        for unknown_side, known_side in ((left, right), (right, left)):
            if (
                isinstance(unknown_side, Unknown)
                and isinstance(known_side, Known)
                and unknown_side.direct is not None
            ):
                return Leaf(elements, unknown_side.direct, unknown_side.turns(known_side.value))
        return Leaf(elements)

    def _member(self, leaf: Member, this: LineRef, other: LineRef | None) -> bool | Leaf:
        subject = this if leaf.subject is Subject.THIS or other is None else other
        if self.evaluator.view.vocabulary.words[leaf.phrase].many:
            return self._member_of_list(leaf, this, self.evaluator.view.read_list(leaf.phrase, subject))
        datum = self.evaluator.values.field(leaf.phrase, subject)
        if isinstance(datum, Unknown):
            on = self.evaluator.view.service_date(this)
            are_known = all(self.evaluator.program.sets[name].version(on) for name in leaf.sets)
            direct = datum.direct if are_known else None
            return Leaf(datum.elements, direct, frozenset(leaf.codes), frozenset(leaf.sets))
        assert isinstance(datum, Known)
        return self._in(str(datum.value), leaf, this)

    def _member_of_list(self, leaf: Member, this: LineRef, listed: KnownList) -> bool | Leaf:
        self.evaluator.read(leaf.phrase, listed.pointer, listed.shown)
        answers = [self._in(value, leaf, this) for value in listed.values]
        settles = leaf.quantifier == "any"
        if settles in answers:
            return settles
        lacking = [answer.elements for answer in answers if isinstance(answer, Leaf)]
        if listed.open:
            possible = [self._in(value, leaf, this) for value in listed.within or ()]
            if listed.within is None or any(
                answer is settles or isinstance(answer, Leaf) for answer in possible
            ):
                lacking.append(listed.open)
        return Leaf(frozenset[Element]().union(*lacking)) if lacking else not settles

    def _in(self, code: str, leaf: Member, this: LineRef) -> bool | Leaf:
        """Whether a code is among the codes or in one of the sets, on this line's date of service."""
        if code in leaf.codes:
            return True
        on = self.evaluator.view.service_date(this)
        lacking = []
        for name in leaf.sets:
            answer = self.evaluator.program.sets[name].membership(code, on)
            if answer is True:
                return True
            if answer is None:
                lacking.append(Element("", name, name, code))
        return Leaf(frozenset(lacking)) if lacking else False

    def _same(self, phrase: str, this: LineRef, other: LineRef | None) -> bool | Leaf:
        assert other is not None
        if self.evaluator.view.vocabulary.words[phrase].many:
            mine, theirs = (
                self.evaluator.view.read_list(phrase, this),
                self.evaluator.view.read_list(phrase, other),
            )
            gaps = mine.open | theirs.open
            if gaps and mine != theirs:
                return Leaf(gaps)
            self.evaluator.read(phrase, theirs.pointer, theirs.shown)
            return sorted(set(mine.values)) == sorted(set(theirs.values))
        left, right = self.evaluator.values.field(phrase, this), self.evaluator.values.field(phrase, other)
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
        datum = self.evaluator.view.documented(concept, document, this)
        if isinstance(datum, Unknown):
            assert datum.direct is not None
            given = self.evaluator.overlay.get(datum.direct)
            if given is None:
                self.evaluator.read(datum.direct.term, datum.direct.pointer, None)
                return Leaf(datum.elements, datum.direct)
            return given == "found"
        self.evaluator.read(
            f"documentation of {concept}" + (f" in {document}" if document else ""),
            datum.pointer,
            datum.value,
        )
        return datum.value == "found"

    def _on_file(self, phrase: str, this: LineRef) -> bool | Leaf:
        listed = self.evaluator.view.read_list(phrase, this)
        self.evaluator.read(phrase, listed.pointer, listed.shown)
        if listed.values:
            return True
        return Leaf(listed.open) if listed.open else False

    def _pair(self, leaf: PairListed, this: LineRef, other: LineRef | None) -> bool | Leaf:
        """The row (other line's code, this line's code), and its cells."""
        assert other is not None
        table, on = self.evaluator.program.tables[leaf.table], self.evaluator.view.service_date(this)
        key = (self.evaluator.view.code(other), self.evaluator.view.code(this))
        shown = "/".join(key)
        listed = table.has_row(key, on)
        if listed is None:
            return Leaf(frozenset((Element("", leaf.table, leaf.table, shown),)))
        if not listed:
            return False
        lacking = []
        for column, wanted in leaf.cells:
            datum = self.evaluator.values.cell(leaf.table, key, column, on)
            if isinstance(datum, Unknown):
                lacking.append(datum.elements)
            elif isinstance(datum, NotListed) or datum.value != wanted:
                return False
        self.evaluator.read("cpt", f"{other.pointer}/procedure_code", key[0])
        return Leaf(frozenset[Element]().union(*lacking)) if lacking else True


def compare(op: str, left: Scalar, right: Scalar) -> bool:
    """Two values of one kind; the checker has seen to that."""
    return bool(COMPARISONS[op](left, right))


def _settled(op: str, left: Bounds, right: Bounds) -> bool | None:
    """A comparison of two numbers between bounds, where all that lies between them gives the same answer."""
    (low, high), (least, most) = left, right
    if op in ("eq", "ne"):
        return op == "ne" if _is("lt", high, least) or _is("gt", low, most) else None
    if op in ("lt", "le"):
        return True if _is(op, high, least) else False if _is(NEGATED[op], low, most) else None
    return True if _is(op, low, most) else False if _is(NEGATED[op], high, least) else None


def _is(op: str, left: Scalar | None, right: Scalar | None) -> bool:
    return left is not None and right is not None and compare(op, left, right)
