"""Rows that are not valid: found in columns as they are found one by one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollex.batch import layout
from pollex.batch.parquet import plain
from pollex.batch.validity import doubtful, refused
from pollex.intake.accept import accepts
from pollex.intake.claims import check_claim
from pollex.intake.claimschema import claim_schema
from pollex.intake.document import DEFAULT, Limits
from property.runs import runs
from property.wild import SCHEMA, of_schema
from unit.batch.claims import mixed
from unit.cli.small import claim, line

pyarrow = pytest.importorskip("pyarrow")

PROVIDER = {"npi": "1234567893", "tax_id": "12-3456789", "specialty": "208600000X"}
SPAN = {"service_date": date(2026, 3, 2), "service_date_to": date(2026, 3, 4)}
CARE = {"care_from": date(2026, 3, 5), "care_to": date(2026, 3, 6)}
LINE = {
    "line_number": 1,
    "procedure_code": "44120",
    "modifiers": ["22", "51"],
    "units": Decimal(1),
    "charge_amount": Decimal("2000.00"),
    "fee_schedule_amount": Decimal("1136.30"),
    **SPAN,
    **CARE,
    "place_of_service": "21",
    "diagnosis_pointers": [1, 2],
    "rendering_provider": PROVIDER,
    "prior_authorizations": ["A1", "A2"],
}
EARLIER = {"outcome": "allow", "diagnoses": ["K56.50", "K5660"], "billing_provider": PROVIDER}
FACT = {
    "concept": "lysis",
    "status": "found",
    "document": "operative-note",
    "line_number": 1,
    "quantity": None,
}
FILE = {"report_type": "OB", "loinc": "11504-8", "control_number": "C1", "line_number": 2}
WHOLE: dict[str, Any] = {
    "claim_id": "C-1",
    "claim_type": "professional",
    "received_date": date(2026, 3, 9),
    "payer": {"id": "aetna", "line_of_business": "commercial", "network_status": "in-network"},
    "frequency_code": "7",
    "original_processed_date": date(2026, 3, 8),
    "patient": {"birth_date": date(1960, 1, 1), "sex": "F"},
    "billing_provider": PROVIDER,
    "rendering_provider": PROVIDER,
    "place_of_service": "21",
    "admission_date": date(2026, 3, 1),
    "discharge_date": date(2026, 3, 7),
    "diagnoses": [{"code": "K56.50", "type": "ABK"}, {"code": "K5660", "type": "ABF"}],
    "prior_authorizations": ["A1"],
    "total_charge_amount": Decimal("2000.00"),
    "lines": [LINE, {**LINE, "line_number": 2}],
    "documentation": [FACT, {**FACT, "line_number": 2, "quantity": Decimal("2.5")}],
    "attachments": [FILE, {**FILE, "line_number": 1}],
    "history": {
        "complete_since": date(2025, 1, 1),
        "lines": [{**LINE, **EARLIER, "claim_id": "C-0"}, {**LINE, "claim_id": "C-9"}],
    },
}
TEXTS = ("", " ", "x", "22", "ABC", "44120", "deny", "é", "two\nlines", "ends\n", "y" * 81, "1234567890")
DAYS = (date(1899, 12, 31), date(1900, 1, 1), date(2099, 12, 31), date(2100, 1, 1), date(2026, 3, 5))
NUMBERS = (0, 1, 2, 3, 12, 13, -1, 999_999, 1_000_000)
AMOUNTS = (Decimal(-1), Decimal("-0.01"), Decimal(0), Decimal("99999999.99"))


def table(rows: list[dict[str, Any]]) -> Any:
    return pyarrow.Table.from_pylist(rows, schema=layout.schema())


def expected(rows: Any, limits: Limits = DEFAULT) -> dict[int, Any]:
    """What each row as a claim is told."""
    found = ((place, check_claim(plain(row), limits)) for place, row in enumerate(rows.to_pylist()))
    return {place: faults for place, faults in found if faults}


def changed(value: Any) -> Iterator[Any]:
    """The value with one thing in it different, or gone."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: one} for one in changed(inner))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], one, *value[at + 1 :]] for one in changed(inner))
        yield from ([], value[:1], [*value, value[0]], [*value, None], value * 20)
    elif isinstance(value, str):
        yield from TEXTS
    elif isinstance(value, date):
        yield from DAYS
        yield value + timedelta(days=400)
    else:
        yield from NUMBERS if isinstance(value, int) else AMOUNTS
    yield None


def test_whatever_is_wrong_in_a_row() -> None:
    """One thing in a row with every element, at every place."""
    made = table([WHOLE, *(one for one in changed(WHOLE) if one is not None)])
    may_be_wrong, is_claim = doubtful(made, DEFAULT), accepts(claim_schema())
    wrong = {place for place, row in enumerate(made.to_pylist()) if not is_claim(plain(row))}
    assert len(wrong) > 700
    assert wrong <= may_be_wrong
    assert 0 not in may_be_wrong
    assert len(may_be_wrong - wrong) < 100
    some = made.take(list(range(0, made.num_rows, 17)))
    assert refused(some, DEFAULT) == expected(some)


@runs(25)
@given(st.lists(of_schema(SCHEMA), min_size=1, max_size=6))
def test_rows_whose_elements_may_contradict_each_other(drawn: list[dict[str, Any]]) -> None:
    rows = layout.table(drawn)
    assert refused(rows, DEFAULT) == expected(rows)


def test_a_row_that_is_too_large() -> None:
    rows = [copy.deepcopy(WHOLE) for _ in range(3)]
    rows[1]["history"]["lines"] = [{**LINE, "claim_id": f"{number:080}"} for number in range(200)]
    made, limits = table(rows), Limits(max_bytes=40_000)
    found = refused(made, limits)
    assert found == expected(made, limits)
    assert list(found) == [1]


def test_valid_claims_are_not_looked_at_one_by_one() -> None:
    valid = layout.table([one for number, one in enumerate(mixed(20)) if number % 5 != 4])
    assert doubtful(valid, DEFAULT) == doubtful(table([WHOLE] * 3), DEFAULT) == set()


def test_an_element_that_no_claim_has() -> None:
    made = layout.table([claim("C-1", line(1))])
    more = made.append_column("colour", pyarrow.array(["red"]))
    ((place, faults),) = refused(more, DEFAULT).items()
    assert (place, faults) == (0, check_claim({**claim("C-1", line(1)), "colour": "red"}))


def test_what_cannot_be_read_is_named() -> None:
    rows = table([WHOLE, WHOLE, WHOLE])
    far = pyarrow.array([None, 10**7, None], pyarrow.int32()).cast(pyarrow.date32())
    rows = rows.set_column(rows.column_names.index("received_date"), "received_date", far)
    broken = pyarrow.array([b"aetna", b"aetna", b"\xff"]).cast(pyarrow.string(), safe=False)
    payer = pyarrow.StructArray.from_arrays(
        [broken, *(pyarrow.nulls(3, pyarrow.string()) for _ in range(2))],
        fields=list(rows.schema.field("payer").type),
    )
    rows = rows.set_column(rows.column_names.index("payer"), "payer", payer)
    found = refused(rows, DEFAULT)
    assert {place: [fault.pointer for fault in faults] for place, faults in found.items()} == {
        1: ["/received_date"],
        2: ["/payer/id"],
    }
    assert {fault.message for faults in found.values() for fault in faults} == {
        "cannot be read: a day outside the years 1 to 9999, or text that is not UTF-8"
    }
