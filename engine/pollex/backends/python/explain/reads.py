"""All that a rule reads, whatever it comes to: in an explanation nothing that was read is of no account.

Most of it is read on every line: words of the line, cells of tables at its procedure code, documentation.
That needs no code. For the rest, other lines and the history above all, statements are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pollex.backends.documentation import documentation_term
from pollex.backends.python.emit.conditions import Writer
from pollex.backends.python.emit.evidence import SEVERAL, STEP, Evidence, field, guarded, listing
from pollex.backends.python.emit.rules import RuleText
from pollex.backends.python.emit.values import value
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
    DaysFromTo,
    Documented,
    Field,
    Lines,
    Member,
    Not,
    OnFile,
    PairListed,
    Quantity,
    Same,
    Shift,
    Subject,
    Value,
)
from pollex.ir.program import Program, Rule

LINE = At()
KEY = "cpt"
"""The key of a table whose cells are read on every line: no line is without it."""
Always: TypeAlias = Field | Column | Documented


def term(read: Always) -> str:
    """What is read, as a decision calls it."""
    match read:
        case Field(phrase):
            return phrase
        case Column(table, column):
            return f"{table} {column}"
        case Documented(concept, document):
            return documentation_term(concept, document)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a rule reads on every line, in the order of an explanation. Of the text, `because` gathers what
    else its condition reads, `excepted` what its exceptions read where the condition could hold.
    """

    always: tuple[Always, ...]
    text: RuleText


def reads(rule: Rule, writer: Writer) -> Reads:
    """What a rule reads."""
    evidence = Everything(writer)
    always: set[Always] = set()
    because: list[str] = []
    for part in _parts(rule.condition):
        if isinstance(part, Field | Column | Documented) and _is_always(part, writer.program):
            always.add(part)
        elif isinstance(part, Value):
            because += evidence.value(part, LINE)
        else:
            because += evidence.of(part, LINE, False)
    functions = {"because": because, "excepted": list(evidence.of_exceptions(rule.exceptions))}
    texts = {name: _function(name, lines) for name, lines in functions.items() if lines}
    ordered = sorted(always, key=lambda read: (term(read), not isinstance(read, Column)))
    return Reads(tuple(ordered), RuleText("\n".join(texts.values()), frozenset(texts)))


def _is_always(read: Always, program: Program) -> bool:
    """Whether it is one reading on every line; days of care may be shown by two others."""
    match read:
        case Field(phrase):
            return phrase != SEVERAL
        case Column(table):
            return program.tables[table].key == (KEY,)
    return True


def _function(name: str, lines: Iterable[str]) -> str:
    return "\n".join((f"def {name}(line, claim, day, read):", *(f"{STEP}{line}" for line in lines), ""))


def _parts(node: Condition | Value) -> Iterator[Condition | Value]:
    """The words, cells and documents that a condition reads of its line; and the parts that read more."""
    match node:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            for item in items:
                yield from _parts(item)
        case Not(item):
            yield from _parts(item)
        case Compare(_, left, right) | Arith(_, left, right) | Shift(left, right) | DaysFromTo(left, right):
            yield from _parts(left)
            yield from _parts(right)
        case Const() | Quantity():
            return
        case Field(phrase) | Member(phrase) | OnFile(phrase):
            yield Field(phrase, Subject.THIS)
        case Column(table, column):
            yield Column(table, column, Subject.THIS)
        case _:
            yield node


class Everything(Evidence):
    """Writes statements that call `read` for all that is read."""

    __slots__ = ()

    def of(self, condition: Condition, at: At, holds: bool) -> Iterator[str]:
        match condition:
            case All(items):
                for item in items:
                    yield from self.of(item, at, holds)
            case PairListed():
                row = f"{self.writer.rows(condition)}.has_row(({at.other}.code, {at.this}.code))"
                found = (field("cpt", str(at.other)),)
                yield from guarded(self.writer.could(condition, at), guarded(row, found))
            case _:
                yield from super().of(condition, at, holds)

    def same(self, phrase: str, at: At) -> Iterator[str]:
        if not self.writer.words.word(phrase).many:
            yield from super().same(phrase, at)
            return
        sure = self.writer.sure(Same(phrase), at)
        yield f"if {sure} or read.are_known({phrase!r}, {at.this}, {at.other}):"
        yield STEP + listing(phrase, str(at.other))

    def gap(self, lines: Lines, at: At) -> Iterator[str]:
        """What keeps the history from being known back to the day at which it is looked at."""
        if lines.of != "history":
            return
        here = At(at.this)
        for since in lines.since:
            yield from self.value(since, here)
        bounds = "".join(f"{value(self.writer, since, here).source}, " for since in lines.since)
        yield f"read.history(claim, ({bounds}))"
