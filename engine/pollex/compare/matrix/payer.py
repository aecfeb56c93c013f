"""One payer's side of a matrix: the plain claim for it, and the questions it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from pollex.compare.matrix.asking import Asker
from pollex.compare.matrix.plain import Claim
from pollex.compare.matrix.values import Cell, Question

Row: TypeAlias = tuple[Question, Cell]


@dataclass(frozen=True, slots=True)
class Payer:
    """`claim` is the plain claim for the code and this payer, with the `primary` of an add-on on line 2;
    `visit` is the code of a visit.
    """

    asker: Asker
    id: str
    claim: Claim
    on: date
    visit: str
    primary: str | None = None

    @property
    def code(self) -> str:
        return str(self.claim["lines"][0]["procedure_code"])

    @property
    def alone(self) -> str:
        """What is asked where nothing further stands on the claim."""
        return f"beside {self.primary}" if self.primary else "the code alone"

    def row(self, group: str, name: str, label: str, asked: str, claim: Claim, position: int = 0) -> Row:
        """A question about one claim."""
        return Question(group, name, label, asked), self.asker.cell(claim, position)


Rows: TypeAlias = Iterator[Row]
