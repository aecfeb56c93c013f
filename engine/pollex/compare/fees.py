"""Fees that are published, for a payer, a code and a day.

They stand in tables called `benchmark-fees-` and the payer's id, keyed by `cpt`. The column `fee` holds the
rate that is used; other columns of money hold rates of other plans, shown beside it. A column's help says
whose rate it is. Where there is no table, no row or no value, no fee is published as far as is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pollex.model.codesets import Source
from pollex.model.decision import SourceRef, money
from pollex.model.tables import Table

TABLES: Final = "benchmark-fees-"
COLUMN: Final = "fee"


@dataclass(frozen=True, slots=True)
class Rate:
    """A published rate, and whose it is."""

    amount: str
    of: str


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee that a line was decided with, None where none is known; where it is published, whose it is, on
    what source, and the rates of other plans.
    """

    amount: str | None
    of: str | None = None
    source: SourceRef | None = None
    others: tuple[Rate, ...] = ()


NOT_AVAILABLE: Final = Fee(None)


def published(tables: Mapping[str, Table], payer: str, code: str, on: date) -> Fee:
    """What is published of a payer's fee for a code on a day."""
    table = tables.get(TABLES + payer)
    version = table.version(on) if table is not None else None
    row = version.row((code,), on) if version is not None else None
    if version is None or row is None:
        return NOT_AVAILABLE
    rates = {
        name: Rate(money(amount), version.columns[name].help)
        for name, amount in row.cells.items()
        if version.columns[name].type == "money" and isinstance(amount, Fraction)
    }
    used = rates.pop(COLUMN, None)
    if used is None:
        return NOT_AVAILABLE
    return Fee(used.amount, used.of, _source(version.name, version.source), tuple(rates.values()))


def _source(name: str, source: Source) -> SourceRef:
    return SourceRef(
        name,
        source.title,
        source.published.isoformat() if source.published else None,
        source.at,
        source.evidence.replace("-", " ") if source.evidence else None,
    )
