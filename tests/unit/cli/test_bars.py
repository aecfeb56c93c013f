"""Bars over years."""

from __future__ import annotations

from datetime import date

import pytest

from pollex.cli.bars import PLAIN, UNICODE, Scale, bar, heads, scale_for, strokes_for
from pollex.compare.stretches import Stretch


def days(first: str | None, last: str | None) -> Stretch:
    return Stretch(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("years", "most", "months"),
    [
        (1, 40, 1),
        (3, 40, 1),
        (4, 40, 2),
        (4, 12, 4),
        (4, 8, 6),
        (4, 4, 12),
        (4, 3, 24),
        (200, 40, 60),
        (9, 1, 108),
    ],
)
def test_the_finest_scale_that_fits(years: int, most: int, months: int) -> None:
    scale = scale_for(2000, 2000 + years - 1, most)
    assert (scale.months, scale.cells <= most) == (months, True)


def test_cells_are_whole_months_without_a_day_between() -> None:
    scale = Scale(2023, 2024, 3)
    assert scale.cells == 8
    assert scale.cell(0) == days("2023-01-01", "2023-03-31")
    assert scale.cell(4) == days("2024-01-01", "2024-03-31")
    assert scale.cell(7) == days("2024-10-01", "2024-12-31")


@pytest.mark.parametrize(
    ("stretches", "drawn"),
    [
        ([], " ........ "),
        ([("2023-01-01", "2024-12-31")], " ######## "),
        ([("2023-04-01", "2023-06-30")], " .#...... "),
        ([("2023-04-01", "2023-06-29")], " .+...... "),
        ([("2023-03-31", "2023-07-01")], " +#+..... "),
        ([("2022-12-31", "2023-01-01")], "<+....... "),
        ([(None, "2022-12-31")], "<........ "),
        ([("2024-10-01", None)], " .......#>"),
        ([("2024-12-31", "2025-01-01")], " .......+>"),
        ([("2023-01-01", "2023-02-01"), ("2023-02-02", "2023-03-31")], " #....... "),
        ([(None, None)], "<########>"),
    ],
)
def test_a_cell_is_full_only_where_every_day_is(
    stretches: list[tuple[str | None, str | None]], drawn: str
) -> None:
    assert bar([days(*one) for one in stretches], Scale(2023, 2024, 3), PLAIN) == drawn


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        (Scale(2023, 2024, 1), "2023        2024"),
        (Scale(2023, 2025, 3), "2023    2025"),
        (Scale(2023, 2024, 2), "2023  2024"),
        (Scale(2000, 2009, 24), "2000"),
        (Scale(2000, 2013, 24), "2000 2010"),
    ],
)
def test_years_stand_where_they_begin_and_never_run_together(scale: Scale, said: str) -> None:
    assert heads(scale) == said


def test_characters_that_the_stream_has() -> None:
    assert strokes_for("utf-8") is UNICODE
    assert [strokes_for(name) for name in ("ascii", "latin-1", "nonsense", None)] == [PLAIN] * 4
