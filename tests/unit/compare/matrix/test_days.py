"""Stretches of days with one answer, and how they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollex.compare.matrix.days import runs
from pollex.compare.matrix.values import Answer
from pollex.compare.matrix.words import answer_text, days_text, ladder_text


@given(st.lists(st.integers(9, 60), max_size=5), st.integers(0, 5), st.integers(1, 9))
def test_every_change_further_apart_than_a_stride_is_found(
    lengths: list[int], first: int, stride: int
) -> None:
    bounds = [first + sum(lengths[:n]) for n in range(1, len(lengths) + 1)]
    last = bounds[-1] if bounds else first

    def ask(day: int) -> str:
        return str(sum(day >= bound for bound in bounds))

    found = list(runs(ask, first, last, stride))
    assert [run[0] for run in found] == [first, *bounds]
    assert [run[1] for run in found] == [*(bound - 1 for bound in bounds), None]
    assert [run[2] for run in found] == [ask(run[0]) for run in found]


@pytest.mark.parametrize(
    ("stretches", "said"),
    [
        ([(0, None, "100%")], "100%"),
        ([(0, 0, "deny"), (1, None, "100%")], "day 0 deny, from day 1 100%"),
        ([(1, 90, "deny"), (91, None, "100%")], "days 1 to 90 deny, from day 91 100%"),
    ],
)
def test_days_in_words(stretches: list[tuple[int, int | None, str]], said: str) -> None:
    assert days_text(stretches) == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("allow", "62.5"), "62.5%"),
        (Answer("allow", "100", "950.00"), "100% ($950.00)"),
        (Answer("allow"), "allow"),
        (Answer("deny", "0", None, (), ("CO 97 M144",)), "deny CO 97 M144"),
        (Answer("pend", None, None, ("coding", "pricing")), "pend: coding and pricing"),
        (Answer("pend", None, None, (), (), ("fee",)), "pend: fee missing"),
        (Answer("pend"), "pend"),
        (Answer("no_policy"), "no policy"),
    ],
)
def test_answers_in_words(answer: Answer, said: str) -> None:
    assert answer_text(answer) == said


def test_a_ladder_begins_with_the_highest() -> None:
    answers = [Answer("allow", "50"), Answer("allow", "100"), Answer("pend", None, None, ("pricing",))]
    assert ladder_text(answers) == "100/50%, then pend: pricing"
