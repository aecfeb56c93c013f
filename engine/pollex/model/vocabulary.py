"""The vocabulary: which phrase reads which field of a claim, and what kind of value stands there.

The entries are data (`grammar/vocabulary.yaml`); this is their shape. A field is written as a path into
the claim document: `payer.network_status`, `lines[].units`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a value is, and so what it can be compared with."""

    CODE = "code"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    DAYS = "days"
    AGE = "age"

    @property
    def is_numeric(self) -> bool:
        return self in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.DAYS)


@dataclass(frozen=True, slots=True)
class Word:
    """One entry.

    `of` is claim, line or history; `fallback` the claim's field that answers where a line is silent;
    `history` says whether lines of the history carry it.
    """

    phrase: str
    field: str
    of: str
    kind: Kind
    help: str
    fallback: str | None = None
    system: str | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    article: bool = False
    history: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words, by phrase, and the fields that constructs of the language read."""

    words: dict[str, Word]
    constructs: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        return tuple(sorted(self.words))
