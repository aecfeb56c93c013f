"""Claims in columns, and back."""

from __future__ import annotations

from pathlib import Path

from pollex.batch.layout import schema, table, write_claims
from pollex.batch.parquet import library, plain
from pollex.intake.claims import check_claim
from pollex.synth.claims import synthesis
from pollex.workspace import shipped, user_cache


def test_every_element_has_its_column() -> None:
    found = schema()
    assert str(found.field("payer").type) == (
        "struct<id: string, line_of_business: string, network_status: string>"
    )
    line = found.field("lines").type.value_type
    types = {name: str(line.field(name).type) for name in ("service_date", "units", "charge_amount")}
    assert types == {
        "service_date": "date32[day]",
        "units": "decimal128(13, 4)",
        "charge_amount": "decimal128(14, 2)",
    }
    assert str(line.field("modifiers").type) == "list<item: string>"


def test_what_is_not_known_stays_apart_from_what_is_known_to_be_empty() -> None:
    claims = [{"prior_authorizations": []}, {"prior_authorizations": None}, {}]
    assert table(claims).column("prior_authorizations").to_pylist() == [[], None, None]


def test_made_up_claims_come_back_from_a_file(tmp_path: Path) -> None:
    """Equal but for NULL in the place of what is absent, and for the places of decimals."""
    claims = list(synthesis(shipped(user_cache()).compilation.program, "layout").claims(40))
    write_claims(iter(claims), tmp_path / "claims.parquet")
    rows = library().parquet.read_table(tmp_path / "claims.parquet")
    assert rows.equals(table(claims))
    found = [plain(row) for row in rows.to_pylist()]
    assert not any(check_claim(one) for one in found)
    assert table(found).equals(rows)
    assert [[line["procedure_code"] for line in one["lines"]] for one in found] == [
        [line["procedure_code"] for line in one["lines"]] for one in claims
    ]
