"""What a rule that holds has read, as Python statements: the `because` of a decision.

Of conditions that are joined, all are read, but what a list of conditions that must all hold has read is
of no account where it does not hold. Of other lines, those of the first line that was found are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from pollex.backends.providers import RELATIONS
from pollex.backends.python.emit.conditions import Writer, every
from pollex.backends.python.emit.values import key_of, value
from pollex.backends.python.emit.words import At
from pollex.ir.nodes import (
    All,
    AnyOf,
    Arith,
    AtLeast,
    Column,
    Compare,
    Condition,
    Const,
    Count,
    DaysFromTo,
    Denied,
    Documented,
    Exists,
    Field,
    Lines,
    Member,
    Not,
    OnFile,
    PairListed,
    Quantity,
    Ranks,
    Same,
    SameProvider,
    Shift,
    Sum,
    Value,
)
from pollex.ir.program import ExceptionRule, Rule

STEP = "    "
SEVERAL = "days of care"
"""The one word that is shown by two others where it is not known."""


def because(writer: Writer, rule: Rule) -> tuple[str, ...]:
    """The statements that read what a rule that holds, and its exceptions, have read."""
    evidence = Evidence(writer)
    return tuple(once((*evidence.of(rule.condition, At(), True), *evidence.of_exceptions(rule.exceptions))))


def once(statements: Iterable[str]) -> Iterator[str]:
    """Statements without those that read what was surely read before: in the same block, or further out."""
    read: list[tuple[int, str]] = []
    for statement in statements:
        text = statement.lstrip()
        depth = len(statement) - len(text)
        read = [(above, done) for above, done in read if above <= depth]
        if not text.startswith(("read.field(", "read.listing(")):
            yield statement
        elif all(done != text for _, done in read):
            read.append((depth, text))
            yield statement
        elif depth:
            yield f"{' ' * depth}pass"


def words_alone(statements: Iterable[str], phrases: Iterable[str]) -> tuple[str, ...] | None:
    """Where nothing but words of the line is read, whatever it says: these words, in order."""
    plain = {text: phrase for phrase in phrases for text in (field(phrase, "line"), listing(phrase, "line"))}
    found = [plain.get(statement) for statement in statements]
    return None if None in found else tuple(sorted({phrase for phrase in found if phrase is not None}))


def field(phrase: str, variable: str) -> str:
    return f"read.field({phrase!r}, {variable})"


def listing(phrase: str, variable: str) -> str:
    return f"read.listing({phrase!r}, {variable})"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Writes statements that call `read`."""

    writer: Writer

    def of_exceptions(self, exceptions: Iterable[ExceptionRule]) -> Iterator[str]:
        for exception in exceptions:
            lines = [
                *self.of(exception.condition, At(), False),
                *guarded(
                    self.writer.could(exception.condition, At()), self.of_exceptions(exception.exceptions)
                ),
            ]
            period = f"({exception.from_date and exception.from_date.isoformat()!r}, "
            period += f"{exception.through_date and exception.through_date.isoformat()!r})"
            if exception.from_date or exception.through_date:
                yield from guarded(f"day.is_in{period}", lines)
            else:
                yield from lines

    # ------------------------------------------------------------ conditions

    def of(self, condition: Condition, at: At, holds: bool) -> Iterator[str]:
        """What a condition has read; `holds` says that it is known to be true."""
        match condition:
            case All(items):
                found = [line for item in items for line in self.of(item, at, holds)]
                yield from found if holds else guarded(self.writer.could(condition, at), found)
            case AnyOf(items) | AtLeast(_, items):
                for item in items:
                    yield from self.of(item, at, False)
            case Not(item):
                yield from self.of(item, at, False)
            case Compare(_, left, right):
                yield from self.value(left, at)
                yield from self.value(right, at)
            case Member(phrase, subject):
                variable, _ = at.subject(subject)
                shown = listing if self.writer.words.word(phrase).many else field
                yield shown(phrase, variable)
            case Same(phrase):
                yield from self.same(phrase, at)
            case SameProvider(relation):
                for phrase in RELATIONS[relation]:
                    yield from self.same(phrase, at)
            case Documented(concept, document):
                yield f"read.documented({concept!r}, {document!r}, {at.this})"
            case OnFile(phrase):
                yield listing(phrase, at.this)
            case Denied():
                pass
            case Exists():
                yield from self.exists(condition, at)
            case Ranks():
                yield from self.ranks(condition, at)
            case PairListed():
                asked = f"read.pair({at.other}, {self.writer.sure(condition, at)})"
                yield from guarded(self.writer.could(condition, at), (asked,))
            case _:
                assert_never(condition)

    def same(self, phrase: str, at: At) -> Iterator[str]:
        if self.writer.words.word(phrase).many:
            yield f"read.same_listing({phrase!r}, {at.this}, {at.other})"
        else:
            yield field(phrase, at.this)
            yield field(phrase, str(at.other))

    def exists(self, exists: Exists, at: At) -> Iterator[str]:
        """Those of the line that was found; where none was, what bounds the history."""
        inner = At(at.this, "other", exists.lines.of == "history")
        asked = every((self.writer.sure(exists.lines.where, inner), self.writer.sure(exists.fact, inner)))
        found = [*self.of(exists.lines.where, inner, True), *self.of(exists.fact, inner, True)]
        gap = list(self.gap(exists.lines, at))
        if not found and not gap:
            return
        yield f"for other in {self.writer.lines(exists.lines, at)}:"
        yield f"{STEP}if {asked}:"
        yield from (f"{STEP * 2}{line}" for line in found or ("pass",))
        yield f"{STEP * 2}break"
        if gap:
            yield "else:"
            yield from (f"{STEP}{line}" for line in gap)

    def gap(self, lines: Lines, at: At) -> Iterator[str]:
        if lines.of == "history":
            for since in lines.since:
                yield from self.value(since, At(at.this))
            yield f"read.gap({self.writer.open_since(lines, at)})"

    def ranks(self, ranks: Ranks, at: At) -> Iterator[str]:
        """The ranked amount of every line, where this line is among them."""
        inner = At(at.this, "other", ranks.lines.of == "history")
        yield from self.value(ranks.by, At(at.this, at.this))
        others = list(self.value(ranks.by, inner))
        if others:
            by = value(self.writer, ranks.by, At(at.this, at.this))
            is_listed = f"({by.source}) is not NOT_LISTED" if by.unlisted else "True"
            could = self.writer.could(ranks.lines.where, At(at.this, at.this))
            loop = (
                f"for other in {self.writer.lines(ranks.lines, at)}:",
                *(f"{STEP}{line}" for line in others),
            )
            yield from guarded(every((could, is_listed)), loop)

    # ------------------------------------------------------------ values

    def value(self, node: Value, at: At) -> Iterator[str]:
        """What a value has read."""
        match node:
            case Const() | Quantity():
                return
            case Field(phrase, subject):
                yield field(phrase, at.subject(subject)[0])
            case Column(table, column):
                key = key_of(self.writer, self.writer.program.tables[table], node, at).source
                cell = value(self.writer, node, at).source
                yield f"read.cell({table!r}, {column!r}, {key}, {cell})"
            case Arith(_, left, right) | Shift(left, right):
                yield from self.value(left, at)
                yield from self.value(right, at)
            case DaysFromTo(start, end):
                yield from self.value(start, at)
                yield from self.value(end, at)
            case Count(lines):
                yield from self.gap_of_total(lines, at)
            case Sum(phrase, lines):
                inner = At(at.this, "other", lines.of == "history")
                yield f"for other in {self.writer.lines(lines, at)}:"
                yield f"{STEP}if {self.writer.could(lines.where, inner)}:"
                yield STEP * 2 + field(phrase, "other")
                yield from self.gap_of_total(lines, at)
            case _:
                assert_never(node)

    def gap_of_total(self, lines: Lines, at: At) -> Iterator[str]:
        if lines.of == "history":
            for since in lines.since:
                yield from self.value(since, At(at.this))


def guarded(condition: str, lines: Iterable[str]) -> Iterator[str]:
    """Statements that run where a condition holds."""
    found = list(lines)
    if found and condition == "True":
        yield from found
    elif found and condition != "False":
        yield f"if {condition}:"
        yield from (f"{STEP}{line}" for line in found)
