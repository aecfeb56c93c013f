from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import permutations

import pytest

from pollex.model.codesets import Source
from pollex.model.tables import NOT_LISTED, UNKNOWN, Absent, Column, Row, Table, TableVersion, Value
from pollex.source.span import Span

HERE = Span("table.yaml", 7, 11)
COLUMNS = {
    "work-rvu": Column("work-rvu", "number"),
    "status": Column("status", "code"),
    "since": Column("since", "date"),
}
IN_2026 = date(2026, 6, 1)
RESECTION: Mapping[str, Value | None] = {
    "work-rvu": Fraction("20.30"),
    "status": "A",
    "since": date(1990, 1, 1),
}


def version(
    *rows: Row, absent: Absent = UNKNOWN, start: date | None = None, end: date | None = None
) -> TableVersion:
    return TableVersion("t", ("cpt",), absent, "T", Source("S"), COLUMNS, rows, HERE, start, end)


def table(*versions: TableVersion) -> Table:
    return Table("t", ("cpt",), versions[0].absent, COLUMNS, versions)


def test_cells_are_exact() -> None:
    fees = table(version(Row(("44120",), RESECTION)))
    assert fees.cell(("44120",), "work-rvu", IN_2026) == Fraction(203, 10)
    assert fees.cell(("44120",), "status", IN_2026) == "A"
    assert fees.cell(("44120",), "since", IN_2026) == date(1990, 1, 1)


@pytest.mark.parametrize(("absent", "has_row"), [(UNKNOWN, None), (NOT_LISTED, False)])
def test_what_is_absent_is_what_the_table_says(absent: Absent, has_row: bool | None) -> None:
    fees = table(version(Row(("44120",), {"status": "A"}), absent=absent))
    assert fees.cell(("44121",), "status", IN_2026) is absent
    assert fees.cell(("44120",), "work-rvu", IN_2026) is absent
    assert fees.has_row(("44121",), IN_2026) is has_row
    assert fees.has_row(("44120",), IN_2026) is True


def test_null_is_not_known_even_where_the_absent_is() -> None:
    fees = table(version(Row(("44120",), {"status": None}), absent=NOT_LISTED))
    assert fees.cell(("44120",), "status", IN_2026) is UNKNOWN


def test_nothing_is_known_outside_every_version() -> None:
    year = version(
        Row(("44120",), RESECTION), absent=NOT_LISTED, start=date(2026, 1, 1), end=date(2026, 12, 31)
    )
    fees = table(year)
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        assert fees.cell(("44120",), "status", day) is UNKNOWN
        assert fees.has_row(("44120",), day) is None
        assert fees.has_row(("99999",), day) is None
    assert fees.cell(("44120",), "status", date(2026, 12, 31)) == "A"


def test_a_row_has_days_of_its_own() -> None:
    ended = Row(("44120",), {"status": "A"}, through=date(2025, 12, 31))
    follows = Row(("44120",), {"status": "R"}, from_=date(2026, 1, 1), through=date(2026, 1, 31))
    fees = table(version(ended, follows, absent=NOT_LISTED))
    assert fees.cell(("44120",), "status", date(2025, 12, 31)) == "A"
    assert fees.cell(("44120",), "status", date(2026, 1, 31)) == "R"
    assert fees.cell(("44120",), "status", date(2026, 2, 1)) is NOT_LISTED
    assert fees.has_row(("44120",), date(2026, 2, 1)) is False


def test_each_version_answers_for_its_own_days() -> None:
    old = version(Row(("44120",), {"work-rvu": Fraction("20.82")}), end=date(2025, 12, 31))
    new = version(Row(("44120",), {"work-rvu": Fraction("20.30")}), start=date(2026, 1, 1))
    fees = table(old, new)
    assert fees.cell(("44120",), "work-rvu", date(2024, 1, 1)) == Fraction("20.82")
    assert fees.cell(("44120",), "work-rvu", IN_2026) == Fraction("20.30")


def test_pairs_have_an_order() -> None:
    rows = (Row(("44120", "44005"), {"status": "0"}),)
    pairs = Table(
        "p",
        ("cpt", "cpt"),
        NOT_LISTED,
        COLUMNS,
        (TableVersion("p", ("cpt", "cpt"), NOT_LISTED, "P", Source("S"), COLUMNS, rows, HERE),),
    )
    assert pairs.has_row(("44120", "44005"), IN_2026) is True
    assert pairs.has_row(("44005", "44120"), IN_2026) is False


def test_the_canonical_form_does_not_know_the_order_of_the_file() -> None:
    rows = (
        Row(("44120",), RESECTION),
        Row(("44121",), dict(reversed(RESECTION.items())), through=date(2026, 1, 1)),
        Row(("44121",), {"status": None}, from_=date(2026, 1, 2)),
    )
    forms = {table(version(*order)).canonical() for order in permutations(rows)}
    assert len(forms) == 1
    turned = [version(*rows, start=date(2026, 1, 1)), version(end=date(2025, 12, 31))]
    assert table(*turned).canonical() == table(*reversed(turned)).canonical()


@pytest.mark.parametrize(
    "other",
    [
        version(Row(("44120",), {"status": "R"})),
        version(Row(("44120",), {"status": None})),
        version(Row(("44120",), {})),
        version(Row(("44121",), {"status": "A"})),
        version(Row(("44120",), {"status": "A"}, through=date(2026, 1, 1))),
        version(Row(("44120",), {"status": "A"}), start=date(2026, 1, 1)),
        version(Row(("44120",), {"status": "A"}), absent=NOT_LISTED),
    ],
)
def test_the_canonical_form_knows_whatever_changes_an_answer(other: TableVersion) -> None:
    assert table(other).canonical() != table(version(Row(("44120",), {"status": "A"}))).canonical()


def test_equal_numbers_have_one_canonical_form() -> None:
    one, other = (table(version(Row(("A",), {"work-rvu": Fraction(text)}))) for text in ("2.50", "2.5"))
    assert one.canonical() == other.canonical()
