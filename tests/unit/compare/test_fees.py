"""Published fees: the rate used, whose it is, its source, and nothing where none is known."""

from __future__ import annotations

from datetime import date

from pollex.compare.fees import NOT_AVAILABLE, Rate, published
from pollex.intake.tables import load_table, merge_tables
from pollex.intake.vocabulary import shipped_systems, shipped_vocabulary
from pollex.model.decision import SourceRef
from pollex.model.tables import Table
from pollex.source.text import SourceText

FEES = """\
table: benchmark-fees-acme
key: cpt
title: Contract rates
source:
  {title: "A hospital's file", at: "https://h.example", published: 2026-07-01, evidence: contract-terms}
from: 2026-01-01
through: 2026-12-31
columns:
  note: {type: code, help: "a remark"}
  hmo: {type: money, help: "HMO"}
  fee: {type: money, help: "PPO"}
rows:
  - {key: "44120", note: "A", hmo: "900", fee: "1000.50"}
  - {key: "44121", hmo: "90.00"}
  - {key: "44125", fee: null}
"""
ON = date(2026, 3, 10)


def tables(text: str = FEES) -> dict[str, Table]:
    version, found = load_table(SourceText("fees.yaml", text), shipped_systems(), shipped_vocabulary())
    assert not found
    assert version is not None
    return merge_tables([version])[0]


def test_a_rate_with_whose_it_is_its_source_and_the_other_rates() -> None:
    fee = published(tables(), "acme", "44120", ON)
    assert (fee.amount, fee.of) == ("1000.50", "PPO")
    assert fee.source == SourceRef(
        "benchmark-fees-acme", "A hospital's file", "2026-07-01", "https://h.example", "contract terms"
    )
    assert fee.others == (Rate("900.00", "HMO"),)


def test_where_none_is_published_none_is_made_up() -> None:
    assert published(tables(), "other", "44120", ON) is NOT_AVAILABLE
    assert published(tables(), "acme", "49000", ON) is NOT_AVAILABLE
    assert published(tables(), "acme", "44121", ON) is NOT_AVAILABLE
    assert published(tables(), "acme", "44125", ON) is NOT_AVAILABLE
    assert published(tables(), "acme", "44120", date(2027, 1, 1)) is NOT_AVAILABLE
    assert NOT_AVAILABLE.amount is None


def test_a_source_may_lack_its_day_and_its_strength() -> None:
    start, end = FEES.index("source:"), FEES.index("from:")
    fee = published(tables(f'{FEES[:start]}source: {{title: "X"}}\n{FEES[end:]}'), "acme", "44120", ON)
    assert fee.source == SourceRef("benchmark-fees-acme", "X")
