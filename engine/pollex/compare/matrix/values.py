"""The values of a matrix: rows of cells, each cell the answers to one question in its variations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pollex.model.decision import SourceRef


@dataclass(frozen=True, slots=True)
class Deciding:
    """A rule that shaped an answer, with what it rests on."""

    rule: str
    effect: str
    text: str | None
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """How the line is decided.

    `percent` is the share of the fee, `amount` what is paid where that is another amount; `queues` of a
    pend, `codes` (`CO 97 M144`) of its adjustments, `wanting` the elements that the outcome hangs on.
    """

    outcome: str
    percent: str | None = None
    amount: str | None = None
    queues: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    wanting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """What one payer does.

    `answer` holds before anybody reviewed the record. Where documentation can change it, `documents` are
    those it hangs on, `found` and `not_found` the answers once all of them are found, or none is. `capped`:
    more than the fee is paid, but never more than the charge. `text` says it all in a few words; `level` is
    the weakest evidence that it rests on.
    """

    text: str
    answer: Answer | None = None
    documents: tuple[str, ...] = ()
    found: Answer | None = None
    not_found: Answer | None = None
    capped: bool = False
    rules: tuple[Deciding, ...] = ()
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a row asks: `label` names it, `asked` says of which claim."""

    group: str
    id: str
    label: str
    asked: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A row: a question, or several with the same answers, and each payer's cell in the matrix's order."""

    questions: tuple[Question, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`on` is the date of service of what is asked; `primary` the code that an add-on is asked beside."""

    code: str
    primary: str | None
    on: date
    payers: tuple[str, ...]
    topics: tuple[Topic, ...]
