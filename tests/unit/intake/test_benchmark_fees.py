"""The shipped tables of published fees: of payers that have policies, with a source, and reckoned right."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest

from pollex.compare.chosen import payers_of
from pollex.compare.fees import COLUMN, TABLES, published
from pollex.compiler import Compilation
from pollex.model.decision import money
from pollex.model.tables import Table
from pollex.workspace import open_paths

ON = date(2026, 3, 10)
FACTORS = {date(2023, 3, 10): Fraction("33.8872"), ON: Fraction("33.4009")}
POLICIES = Path(__file__).parents[3] / "policies"


@lru_cache(maxsize=1)
def compilation() -> Compilation:
    return open_paths([POLICIES]).compilation


def tables() -> dict[str, Table]:
    return {
        name: table for name, table in compilation().environment.tables.items() if name.startswith(TABLES)
    }


def fees(payer: str, on: date = ON) -> dict[str, str | None]:
    version = tables()[TABLES + payer].version(on)
    assert version is not None
    return {row.key[0]: published(tables(), payer, row.key[0], on).amount for row in version.rows}


def test_each_says_whose_rate_it_is_where_it_was_seen_when_and_how_strongly() -> None:
    assert tables()
    for table in tables().values():
        assert table.key == ("cpt",)
        for version in table.versions:
            assert version.columns[COLUMN].type == "money"
            assert all(column.help for column in version.columns.values())
            assert version.source.at
            assert version.source.evidence in ("primary-data", "contract-terms")
            assert version.source.facts
            assert all(COLUMN in row.cells for row in version.rows)


def test_contract_rates_are_dated() -> None:
    for table in tables().values():
        for version in table.versions:
            if version.source.evidence == "contract-terms":
                assert version.source.published == date(2026, 7, 1)


@pytest.mark.parametrize("on", FACTORS)
def test_national_amounts_are_relative_values_times_the_conversion_factor(on: date) -> None:
    found = fees("medicare", on)
    assert found
    for code, amount in found.items():
        total = compilation().environment.tables["mpfs"].cell((code,), "total-facility-rvu", on)
        assert isinstance(total, Fraction)
        assert amount == money(total * FACTORS[on]), code


def test_every_code_with_relative_values_has_a_national_amount() -> None:
    mpfs = compilation().environment.tables["mpfs"].version(ON)
    assert mpfs is not None
    assert {row.key[0] for row in mpfs.rows if "total-facility-rvu" in row.cells} == fees("medicare").keys()


@pytest.mark.parametrize(
    ("payer", "amount"),
    [("aetna", "4127.48"), ("bcbs-tx", "2281.29"), ("cigna", "1906.89"), ("uhc", "2496.56")],
)
def test_contract_rates_as_they_were_seen(payer: str, amount: str) -> None:
    assert fees(payer) == {"44120": amount}


def test_no_rate_is_used_where_none_was_seen() -> None:
    assert TABLES + "bcbs-nc" not in tables()
    assert "bcbs-nc" in payers_of(compilation())
