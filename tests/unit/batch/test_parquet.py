from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pollex.batch import parquet
from pollex.batch.columns import COLUMNS
from pollex.batch.deciding import Desk
from pollex.batch.inputs import Input, chunks
from pollex.batch.layout import write_claims
from pollex.intake.claims import check_claim
from pollex.intake.document import DEFAULT
from pollex.intake.faults import ClaimError
from pollex.source.text import UnreadableFile
from unit.batch.claims import Seen, Stopped, engine, job, mixed, ndjson, run

pyarrow = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

CLAIMS = mixed(20)
COLUMNAR = Desk(engine(), DEFAULT, frozenset(), columns=True)


def as_typed(claim: dict[str, Any]) -> dict[str, Any]:
    """The claim with days as dates and amounts as decimals, as a warehouse keeps them."""
    lines = [
        {
            **line,
            "service_date": date.fromisoformat(line["service_date"]),
            "charge_amount": line["charge_amount"] and Decimal(line["charge_amount"]),
            "fee_schedule_amount": Decimal(line["fee_schedule_amount"]).quantize(Decimal("0.0001")),
        }
        for line in claim["lines"]
    ]
    return {**claim, "lines": lines}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").write_bytes(ndjson(CLAIMS))
    pq.write_table(pyarrow.Table.from_pylist(CLAIMS), tmp_path / "in.parquet", row_group_size=8)
    pq.write_table(pyarrow.Table.from_pylist([as_typed(one) for one in CLAIMS]), tmp_path / "typed.parquet")
    return tmp_path


# ------------------------------------------------------------------ in


@pytest.mark.parametrize("name", ["in.parquet", "typed.parquet"])
@pytest.mark.parametrize("workers", [1, 2])
def test_rows_are_decided_like_the_claims_that_they_are(folder: Path, name: str, workers: int) -> None:
    text, _ = run(job(folder, "in"))
    rows, watch = run(job(folder, name, out="other", workers=workers))
    assert (folder / "other").read_bytes() == (folder / "out").read_bytes()
    assert rows == text
    assert [reject.position for reject in watch.rejects] == [5, 10, 15, 20]
    assert {reject.line for reject in watch.rejects} == {None}


def test_claims_laid_out_in_columns_give_the_documents_of_the_claims_that_they_were(folder: Path) -> None:
    """Without keys for what is not there, and with units and cents as claims have them."""
    claims = [
        {
            **one,
            "payer": {"id": one["payer"]["id"]},
            "lines": [{**line, "units": units} for line in one["lines"]],
        }
        for one in CLAIMS
        for units in ("1", "2.5")
        if check_claim(one) == ()
    ]
    (folder / "in").write_bytes(ndjson(claims))
    write_claims(iter(claims), folder / "columns.parquet")
    run(job(folder, "in"))
    run(job(folder, "columns.parquet", out="other"))
    assert (folder / "other").read_bytes() == (folder / "out").read_bytes()
    for row, claim in zip(pq.read_table(folder / "columns.parquet").to_pylist(), claims, strict=True):
        assert parquet.plain(row) == plain(claim)


def test_a_column_that_is_no_element_of_a_claim_is_refused_empty_as_well(folder: Path) -> None:
    table = pyarrow.Table.from_pylist([{**CLAIMS[0], "modifers": None}])
    pq.write_table(table, folder / "more.parquet")
    _, watch = run(job(folder, "more.parquet"))
    (reject,) = watch.rejects
    assert "modifers" in str(reject.faults)


def test_a_run_over_rows_goes_on_where_it_stopped(folder: Path) -> None:
    run(job(folder, "in"))
    with pytest.raises(Stopped):
        run(job(folder, "in.parquet", out="other"), Seen(3))
    _, watch = run(job(folder, "in.parquet", out="other"))
    assert watch.before
    assert (folder / "other").read_bytes() == (folder / "out").read_bytes()


def test_a_money_column_of_floats_is_refused_claim_by_claim(folder: Path) -> None:
    table = pyarrow.Table.from_pylist([{**CLAIMS[0], "total_charge_amount": 1000.5}])
    pq.write_table(table, folder / "floats.parquet")
    _, watch = run(job(folder, "floats.parquet"))
    ((fault,),) = [reject.faults for reject in watch.rejects]
    assert fault.pointer == "/total_charge_amount"
    assert "not a number with a decimal point" in fault.message


@pytest.mark.parametrize("damage", [b"PAR1", b"PAR1" + b"x" * 40 + b"PAR1"])
def test_a_file_that_is_no_parquet_is_an_error(folder: Path, damage: bytes) -> None:
    (folder / "bad.parquet").write_bytes(damage)
    with pytest.raises(UnreadableFile, match=r"bad\.parquet cannot be read as Parquet"):
        run(job(folder, "bad.parquet"))


@pytest.mark.parametrize("inner", [False, True])
def test_a_column_that_stands_twice_is_an_error(folder: Path, inner: bool) -> None:
    """Which of the two is meant, nobody knows."""
    table = pq.read_table(folder / "in.parquet")
    two = pyarrow.Table.from_arrays([*table.columns, table.column(0)], [*table.column_names, "claim_id"])
    if inner:
        payer = table.column("payer").combine_chunks().field("id")
        both = pyarrow.StructArray.from_arrays([payer, payer], ["id", "id"])
        two = table.set_column(table.column_names.index("payer"), "payer", both)
    pq.write_table(two, folder / "two.parquet")
    said = rf"two\.parquet: the column {'id' if inner else 'claim_id'} stands there twice"
    with pytest.raises(UnreadableFile, match=said):
        run(job(folder, "two.parquet"))


def test_parquet_does_not_come_through_a_pipe(folder: Path) -> None:
    source = Input("standard input", stream=io.BytesIO((folder / "in.parquet").read_bytes()))
    with pytest.raises(UnreadableFile, match="name a file"):
        list(chunks([source], 10, DEFAULT))


# ------------------------------------------------------------------ out


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def test_a_row_is_a_line_with_its_decision(folder: Path) -> None:
    run(job(folder, "in", desk=COLUMNAR))
    table = pq.read_table(folder / "out")
    assert table.column_names == list(COLUMNS)
    rows = iter(table.to_pylist())
    for claim, decision in zip(CLAIMS, engine().decide_many(CLAIMS), strict=True):
        if isinstance(decision, ClaimError):
            continue
        whole: Any = decision.to_dict()
        for asked, decided in zip(claim["lines"], whole["lines"], strict=True):
            row = next(rows)
            assert row["claim_id"] == claim["claim_id"]
            assert row["claim_outcome"] == whole["outcome"]
            assert row["service_date"] == date.fromisoformat(asked["service_date"])
            assert row["modifiers"] == asked["modifiers"]
            for key in ("charge_amount", "fee_schedule_amount", "units"):
                assert row[key] == (None if asked[key] is None else Decimal(asked[key]))
            for key in ("percent", "allowed_amount"):
                assert row[key] == (None if decided[key] is None else Decimal(decided[key]))
            for key in ("outcome", "required_documentation", "notes"):
                assert plain(row[key]) == decided[key]
            for key, part in (("reasons", "rule"), ("adjustments", "carc"), ("missing", "term")):
                assert [one[part] for one in row[key]] == [one[part] for one in decided[key]]
            asked_for = [one["key"] for one in decided["missing"] if "key" in one]
            assert [one["key"] for one in row["missing"] if one["key"]] == [[key] for key in asked_for]
            assert plain(row["policies"]) == whole["policies"]
    assert next(rows, None) is None


def test_the_file_does_not_show_how_it_was_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 4)
    run(job(folder, "in", desk=COLUMNAR, chunk=100))
    run(job(folder, "in", desk=COLUMNAR, workers=2, out="two"))
    with pytest.raises(Stopped):
        run(job(folder, "in", desk=COLUMNAR, chunk=1, out="three"), Seen(6))
    assert not (folder / "three").exists()
    run(job(folder, "in", desk=COLUMNAR, chunk=1, out="three"))
    once = (folder / "out").read_bytes()
    assert (folder / "two").read_bytes() == once
    assert (folder / "three").read_bytes() == once
    assert pq.ParquetFile(folder / "out").num_row_groups == 6
    assert {file.suffix for file in folder.iterdir()} == {"", ".parquet", ".rejects"}


def test_no_decision_at_all_is_a_table_without_rows(folder: Path) -> None:
    (folder / "bad").write_text("{}", encoding="utf-8")
    run(job(folder, "bad", desk=COLUMNAR))
    table = pq.read_table(folder / "out")
    assert (table.num_rows, table.column_names) == (0, list(COLUMNS))


def test_the_columns_are_described(checkout: Path) -> None:
    text = (checkout / "schemas" / "README.md").read_text(encoding="utf-8")
    part = text[text.index("## A batch") : text.index("## The comparison")]
    assert not {name for name in COLUMNS if f"`{name}`" not in part}
