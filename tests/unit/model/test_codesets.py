from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from pollex.model.codesets import CodeSet, CodeSetVersion, CodeSystem, Member, Source, normal_code
from pollex.model.dated import dates_text, overlapping
from pollex.source.span import Span

ICD = CodeSystem("icd-10-cm", "ICD-10-CM", "[A-Z][0-9][0-9AB][0-9A-Z]{0,4}", dotted=True)
HERE = Span("set.yaml", 5, 8)


def version(
    *members: Member, start: date | None = None, end: date | None = None, title: str = "T"
) -> CodeSetVersion:
    return CodeSetVersion("s", "cpt", title, Source("S"), members, HERE, start, end)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("K56.50", "K5650"),
        ("k56.50", "K5650"),
        ("K5650", "K5650"),
        ("C7A.010", "C7A010"),
        ("K37", "K37"),
        ("S36.400A", "S36400A"),
        ("K5.650", "K5.650"),
        ("K56.", "K56."),
        ("K56..5", "K56.5"),
    ],
)
def test_diagnoses_are_compared_in_capitals_without_the_dot(written: str, normal: str) -> None:
    assert normal_code(ICD, written) == normal


@pytest.mark.parametrize("code", ["K5.650", "K56.", "", "5650", "K56501234", "K56.50 "])
def test_a_misplaced_dot_makes_no_diagnosis(code: str) -> None:
    assert not ICD.matches(normal_code(ICD, code))


def test_other_codes_are_compared_as_they_stand() -> None:
    cpt = CodeSystem("cpt", "CPT", "[0-9]{5}")
    assert normal_code(cpt, "g0.63") == "g0.63"
    assert cpt.matches("44120")
    assert not cpt.matches("44120\n")
    assert not cpt.matches("٤٤١٢٠")


def test_a_system_knows_meanings_and_ends() -> None:
    carc = CodeSystem(
        "carc",
        "CARC",
        "[0-9]+",
        members=(
            Member("15", through=date(2018, 5, 1)),
            Member("97", "inside another paid service"),
            Member("7", through=date(2010, 1, 1)),
            Member("7", from_=date(2015, 1, 1)),
        ),
    )
    assert carc.codes == ("15", "7", "97")
    assert carc.lists("15")
    assert not carc.lists("16")
    assert carc.ended("15") == date(2018, 5, 1)
    assert carc.ended("97") is None
    assert carc.ended("7") is None
    assert carc.ended("16") is None
    assert carc.meaning("97") == "inside another paid service"
    assert carc.meaning("15") is None


def test_membership_is_unknown_outside_every_version() -> None:
    year = version(Member("44120"), start=date(2026, 1, 1), end=date(2026, 12, 31))
    codes = CodeSet("s", "cpt", (year,))
    assert codes.membership("44120", date(2025, 12, 31)) is None
    assert codes.membership("44120", date(2026, 1, 1)) is True
    assert codes.membership("44121", date(2026, 1, 1)) is False
    assert codes.membership("44120", date(2026, 12, 31)) is True
    assert codes.membership("44121", date(2027, 1, 1)) is None


def test_outside_a_members_days_it_is_known_not_to_be_in() -> None:
    member = Member("XE", from_=date(2015, 1, 1), through=date(2015, 12, 31))
    again = Member("XE", from_=date(2017, 1, 1))
    codes = CodeSet("s", "cpt", (version(member, again),))
    days = [date(2014, 12, 31), date(2015, 12, 31), date(2016, 6, 1), date(2017, 1, 1)]
    assert [codes.membership("XE", day) for day in days] == [False, True, False, True]


def test_each_version_answers_for_its_own_days() -> None:
    old = version(Member("A"), end=date(2025, 12, 31))
    new = version(Member("B"), start=date(2026, 1, 1))
    codes = CodeSet("s", "cpt", (old, new))
    assert codes.codes == {"A", "B"}
    assert codes.version(date(2025, 1, 1)) is old
    assert codes.membership("A", date(2026, 1, 1)) is False
    assert codes.membership("B", date(2026, 1, 1)) is True


def test_the_canonical_form_does_not_know_the_order_of_the_file() -> None:
    members = (Member("A", "a"), Member("B", through=date(2026, 1, 1)), Member("B", from_=date(2027, 1, 1)))
    forms = {CodeSet("s", "cpt", (version(*order),)).canonical() for order in permutations(members)}
    assert len(forms) == 1


@pytest.mark.parametrize(
    "other",
    [
        version(Member("B")),
        version(Member("A", from_=date(2026, 1, 1))),
        version(Member("A", through=date(2026, 1, 1))),
        version(Member("A"), start=date(2026, 1, 1)),
        version(Member("A"), end=date(2026, 1, 1)),
        version(),
    ],
)
def test_the_canonical_form_knows_whatever_changes_an_answer(other: CodeSetVersion) -> None:
    one = CodeSet("s", "cpt", (version(Member("A")),)).canonical()
    assert CodeSet("s", "cpt", (other,)).canonical() != one
    assert CodeSet("s", "modifier", (version(Member("A")),)).canonical() != one


def test_the_canonical_form_does_not_know_remarks() -> None:
    bare, remarked = version(Member("A")), version(Member("A", "meaning"), title="another")
    assert CodeSet("s", "cpt", (bare,)).canonical() == CodeSet("s", "cpt", (remarked,)).canonical()


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((None, None), (None, None), True),
        ((None, date(2025, 1, 1)), (date(2025, 1, 1), None), True),
        ((None, date(2025, 1, 1)), (date(2025, 1, 2), None), False),
        ((date(2025, 1, 1), date(2025, 3, 1)), (date(2025, 2, 1), date(2025, 2, 2)), True),
        ((date(2025, 1, 1), None), (date(2026, 1, 1), None), True),
    ],
)
def test_overlaps(
    one: tuple[date | None, date | None], other: tuple[date | None, date | None], overlap: bool
) -> None:
    first, second = (Member("A", None, *days) for days in (one, other))
    assert overlapping(first, second) is overlap
    assert overlapping(second, first) is overlap


def test_periods_are_said_in_words() -> None:
    assert dates_text(Member("A")) == "at all times"
    assert dates_text(Member("A", from_=date(2026, 1, 1))) == "from 2026-01-01"
    both = Member("A", from_=date(2026, 1, 1), through=date(2026, 12, 31))
    assert dates_text(both) == "from 2026-01-01 through 2026-12-31"
