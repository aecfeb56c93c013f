"""Changes to a claim, as a test writes them, and the claim that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from pollex.intake.claims import check_claim
from pollex.model.codesets import DOT_PLACE, CodeSystem
from pollex.model.vocabulary import Kind, Vocabulary, Word
from pollex.source.span import Span
from pollex.syntax.conditions import Documentation, Literal, Name, WordRef
from pollex.syntax.scenarios import (
    AddLine,
    Assign,
    AssignProvider,
    DropHistory,
    RemoveLine,
    SetDocumentation,
    SetWord,
    Where,
)
from pollex.testing.claims import ImpossibleChange, changed

NOWHERE = Span("", 0, 0)
Scalar: TypeAlias = Fraction | date | str
Given: TypeAlias = Scalar | tuple[Scalar, ...]
Change: TypeAlias = tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fixture and the changes to it."""

    fixture: str
    wheres: tuple[Where, ...] = ()

    def with_change(self, change: Change) -> Candidate:
        """With more changes; a word that is set again is set once."""
        kept = list(self.wheres)
        for where in change:
            at = next((at for at, one in enumerate(kept) if _is_of(where, one)), None)
            if at is not None:
                kept[at] = _assigned(kept[at], where)
                continue
            kept = [one for one in kept if subject(one) is None or subject(one) != subject(where)]
            kept.append(where)
        return Candidate(self.fixture, tuple(kept))


def _is_of(where: Where, added: Where) -> bool:
    """Whether a change gives a value to a word of a line that was added."""
    return (
        isinstance(where, SetWord)
        and isinstance(added, AddLine)
        and where.state == "values"
        and where.line is not None
        and added.line == where.line
    )


def _assigned(added: Where, where: Where) -> Where:
    """The line, added with that value."""
    assert isinstance(added, AddLine) and isinstance(where, SetWord)
    others = [one for one in added.assignments if not isinstance(one, Assign) or one.word != where.word]
    given = [Assign(where.word, value, NOWHERE) for value in where.values]
    return replace(added, assignments=(*others, *given))


def subject(where: Where) -> tuple[object, ...] | None:
    """What a change sets; None of one that may stand several times."""
    match where:
        case SetWord(line, word):
            return "word", line.text if line else None, word.phrase
        case SetDocumentation(documentation, line):
            return "documentation", documentation, line
        case AddLine(Literal() as line):
            return "line", line.text
        case DropHistory():
            return ("history",)
    return None


def claim_of(
    fixture: Mapping[str, Any], wheres: Iterable[Where], vocabulary: Vocabulary
) -> dict[str, Any] | None:
    """The claim, where it can be made and is valid."""
    try:
        claim = changed(dict(fixture), wheres, vocabulary)
    except (ImpossibleChange, ValueError, KeyError, AttributeError, IndexError):
        return None
    return None if check_claim(claim) else claim


# ------------------------------------------------------------------ making changes


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes values as authors do."""

    vocabulary: Vocabulary
    systems: Mapping[str, CodeSystem]

    def set(self, phrase: str, values: Iterable[Scalar], line: int | None = None) -> SetWord:
        """`where line 1 modifier is 22, 80`; no values: `is none`."""
        word = self.vocabulary.words[phrase]
        listed = tuple(self.literal(value, word) for value in values)
        return SetWord(self._line(word, line), _word(phrase), "values" if listed else "none", listed, NOWHERE)

    def missing(self, phrase: str, line: int | None = None) -> SetWord:
        """`where received date is missing`"""
        word = self.vocabulary.words[phrase]
        return SetWord(self._line(word, line), _word(phrase), "missing", (), NOWHERE)

    def added(
        self, line: int | None, values: Mapping[str, Scalar | tuple[Scalar, ...]], same: bool = False
    ) -> AddLine:
        """`where line 2 is added with cpt 44121`; without a number a line of the history."""
        assigned: list[Assign | AssignProvider] = [AssignProvider(NOWHERE)] if same else []
        for phrase, value in values.items():
            word = self.vocabulary.words[phrase]
            listed = value if isinstance(value, tuple) else (value,)
            assigned += [Assign(_word(phrase), self.literal(one, word), NOWHERE) for one in listed]
        assigned.sort(key=lambda one: isinstance(one, AssignProvider))
        return AddLine(number(line) if line is not None else None, tuple(assigned), NOWHERE)

    def literal(self, value: Scalar, word: Word) -> Literal:
        """A value in the words of the language."""
        if isinstance(value, date):
            return Literal("date", value.isoformat(), NOWHERE)
        if isinstance(value, Fraction):
            if word.kind is Kind.MONEY:
                return Literal("money", f"{_decimal(value):.2f}", NOWHERE)
            return Literal("atom", _plain(value), NOWHERE)
        if word.kind is Kind.TEXT:
            return Literal("string", value, NOWHERE)
        if word.kind is Kind.CHOICE:
            return Literal("name", value, NOWHERE)
        system = self.systems.get(word.system) if word.system else None
        dotted = system is not None and system.dotted and len(value) > DOT_PLACE and "." not in value
        shown = f"{value[:DOT_PLACE]}.{value[DOT_PLACE:]}" if dotted else value
        return Literal("atom", shown, NOWHERE)

    @staticmethod
    def _line(word: Word, line: int | None) -> Literal | None:
        return number(line) if line is not None and word.field.startswith("lines[].") else None


def number(line: int) -> Literal:
    return Literal("atom", str(line), NOWHERE)


def documented(
    concept: str, document: str | None, state: str, quantity: Fraction | None = None
) -> SetDocumentation:
    """`where documentation of X in D is found`"""
    within = Name(document, NOWHERE) if document is not None else None
    stated = Literal("atom", _plain(quantity), NOWHERE) if quantity is not None else None
    return SetDocumentation(
        Documentation(Name(concept, NOWHERE), within, NOWHERE), None, state, stated, NOWHERE
    )


def removed(line: int) -> RemoveLine:
    """`where line 2 is removed`"""
    return RemoveLine(number(line), NOWHERE)


def no_history() -> DropHistory:
    """`where history is missing`"""
    return DropHistory(NOWHERE)


def _word(phrase: str) -> WordRef:
    return WordRef(phrase, NOWHERE)


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{_decimal(value):.6f}".rstrip("0")


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
