"""Days that nothing covers, against a count of every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollex.compare.stretches import Stretch, between, shared, uncovered
from pollex.model.dated import in_force

START = date(2026, 1, 1)


def days(first: int | None, last: int | None) -> Stretch:
    return Stretch(
        None if first is None else START + timedelta(first), None if last is None else START + timedelta(last)
    )


@pytest.mark.parametrize(
    ("whole", "parts", "left"),
    [
        ((0, 9), [], [(0, 9)]),
        ((0, 9), [(0, 9)], []),
        ((0, 9), [(None, None)], []),
        ((0, None), [(0, 4)], [(5, None)]),
        ((None, None), [(0, 4)], [(None, -1), (5, None)]),
        ((0, 9), [(0, 3), (4, 9)], []),
        ((0, 9), [(5, 6), (0, 3)], [(4, 4), (7, 9)]),
        ((0, 9), [(-5, -1), (12, None)], [(0, 9)]),
        ((0, 9), [(0, 8), (2, 3)], [(9, 9)]),
    ],
)
def test_what_no_part_covers(
    whole: tuple[int | None, int | None],
    parts: list[tuple[int | None, int | None]],
    left: list[tuple[int | None, int | None]],
) -> None:
    assert uncovered(days(*whole), [days(*part) for part in parts]) == tuple(days(*one) for one in left)


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([], []),
        ([(0, 3)], []),
        ([(0, 3), (6, 9)], [(4, 5)]),
        ([(6, None), (None, 3)], [(4, 5)]),
        ([(0, 9), (2, 3), (12, 15)], [(10, 11)]),
    ],
)
def test_what_lies_between(
    parts: list[tuple[int | None, int | None]], left: list[tuple[int | None, int | None]]
) -> None:
    assert between([days(*part) for part in parts]) == tuple(days(*one) for one in left)


ends = st.one_of(st.none(), st.integers(-12, 12))
stretches = (
    st.tuples(ends, ends).filter(lambda two: None in two or two[0] <= two[1]).map(lambda two: days(*two))
)


@given(stretches, st.lists(stretches, max_size=4))
def test_every_day_of_the_whole_is_covered_or_left(whole: Stretch, parts: list[Stretch]) -> None:
    left = uncovered(whole, parts)
    for number in range(-14, 15):
        day = START + timedelta(number)
        open_day = in_force(whole, day) and not any(in_force(part, day) for part in parts)
        assert sum(in_force(one, day) for one in left) == open_day


@given(stretches, stretches)
def test_what_two_share(one: Stretch, other: Stretch) -> None:
    both = shared(one, other)
    for number in range(-14, 15):
        day = START + timedelta(number)
        assert (both is not None and in_force(both, day)) == (in_force(one, day) and in_force(other, day))
