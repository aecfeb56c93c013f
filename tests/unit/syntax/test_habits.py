"""What authors write who come from elsewhere: each habit is known, and what is offered can be read."""

from __future__ import annotations

import re

import pytest

from pollex.syntax.habits import HABITS
from pollex.syntax.mistakes import ALIASES
from property.trees import PHRASES
from unit.syntax.reading import good, only

# A text, the code, the words that are marked, and the text with the fix put in (None: only help).
HABITUAL = [
    ("rule a when service date is before 1/31/2026 deny", "POL305", "1/31/2026", None),
    (
        "rule a when history has cpt 1 in the last 90 days deny",
        "POL102",
        "in the last 90 days",
        "rule a when history has cpt 1 within 90 days before the service date deny",
    ),
    (
        "rule a when patient age is under 18 months deny",
        "POL313",
        "is under 18 months",
        "rule a when patient age under 18 months deny",
    ),
    (
        "rule a when patient age is under 18 deny",
        "POL313",
        "is under 18",
        "rule a when patient age under 18 years deny",
    ),
    (
        "rule a when units is greater than 3 deny",
        "POL102",
        "is greater than",
        "rule a when units is more than 3 deny",
    ),
    ("rule a when units is below 3 deny", "POL102", "is below", "rule a when units is less than 3 deny"),
    ("rule a when units more than 3 deny", "POL102", "more than", "rule a when units is more than 3 deny"),
    (
        "rule a when service date is between 2026-01-01 and 2026-06-30 deny",
        "POL102",
        "is between 2026-01-01 and 2026-06-30",
        None,
    ),
    ("rule a when there is no modifier deny", "POL102", "there is no modifier deny", None),
    ("rule a when not modifier 80 deny", "POL102", "not modifier", None),
    (
        "rule a when either modifier 22 or cpt 1 deny",
        "POL102",
        "either modifier",
        "rule a when modifier 22 or cpt 1 deny",
    ),
    (
        "rule a when modifier 22, 80 and cpt 1 deny",
        "POL102",
        "modifier 22, 80",
        "rule a when modifier any of 22, 80 and cpt 1 deny",
    ),
    ("rule a when modifier 22 or 80\n deny", "POL102", "or 80", None),
    ("rule a always deny with carc 97", "POL102", "with carc", "rule a always deny with co carc 97"),
    ("rule a always deny pr 97", "POL102", "pr", "rule a always deny with pr carc 97"),
    ("rule a always reduce by 50 percent", "POL102", "reduce by 50 percent", None),
    ("rule a always pend", "POL102", "pend", None),
    ("rule a always pend for", "POL102", "pend for", None),
    ("rule a always pay 120 percent", "POL102", "percent", "rule a always pay 120 percent of fee"),
    ("rule a when modifier 22 then deny", "POL102", "then", "rule a when modifier 22  deny"),
    (
        "rule a when modifier 22 but cpt 1 deny",
        "POL102",
        "but",
        "rule a when modifier 22 and cpt 1 deny",
    ),
    ("rule a: when modifier 22 deny", "POL102", ":", "rule a when modifier 22 deny"),
    ('test "t" given c expect line 1 allow $5.00', "POL102", "$5.00", None),
    # slips that hang on what could stand there
    ("rule a when units is 2,000 deny", "POL307", "2,000", "rule a when units is 2000 deny"),
    (
        'test "t" given c expect line 1 amount 5.00',
        "POL309",
        "5.00",
        'test "t" given c expect line 1 amount $5.00',
    ),
    (
        "rule a when service date is before received date deny",
        "POL102",
        "received date",
        "rule a when service date is before the received date deny",
    ),
    ("rule a when any the diagnosis K1 deny", "POL102", "the ", "rule a when any diagnosis K1 deny"),
    (
        "rule a always require operative-note",
        "POL102",
        "operative-note",
        "rule a always require documentation of operative-note",
    ),
    ("rule a when modifier gc deny", "POL111", "gc", "rule a when modifier GC deny"),
    ("rule a when any diagnosis k56.50 deny", "POL111", "k56.50", "rule a when any diagnosis K56.50 deny"),
    ("rule a always approve", "POL102", "approve", "rule a always allow"),
    (
        'test "t" given c with line 1 modifier is 22 expect line 1 allow',
        "POL102",
        "with",
        'test "t" given c where line 1 modifier is 22 expect line 1 allow',
    ),
    (
        "rule a when network status is not in network and cpt 1 deny",
        "POL312",
        "in network",
        "rule a when network status is not in-network and cpt 1 deny",
    ),
    (
        "rule a always require documentation of extra work in operative-note",
        "POL102",
        "extra work",
        "rule a always require documentation of extra-work in operative-note",
    ),
    (
        "rule a when x\n  denny with co carc 97",
        "POL102",
        "denny",
        "rule a when x\n  deny with co carc 97",
    ),
    ("rule a always denying", "POL102", "denying", "rule a always deny"),
    (
        "rule a always deny with co carc 97 rarcs M15",
        "POL102",
        "rarcs",
        "rule a always deny with co carc 97 rarc M15",
    ),
    ("rule a when age under 18 years deny", "POL104", "age", "rule a when patient age under 18 years deny"),
    (
        "rule a when date of service is before 2026-01-01 deny",
        "POL104",
        "date of service",
        "rule a when service date is before 2026-01-01 deny",
    ),
]


@pytest.mark.parametrize(("text", "code", "marked", "repaired"), HABITUAL)
def test_a_habit(text: str, code: str, marked: str, repaired: str | None) -> None:
    found, words = only(text)
    assert (found.code, words) == (code, marked)
    if repaired is None:
        assert found.help is not None
    else:
        assert found.fix is not None
        span = found.fix.span
        assert text[: span.start] + found.fix.replacement + text[span.end :] == repaired
        good(repaired)


def test_each_habit_has_an_example() -> None:
    said = [only(text)[0].message for text, _, _, _ in HABITUAL]
    for habit in HABITS:
        form = re.sub(r"\\\{\d\\\}", ".+", re.escape(habit.message))
        assert any(re.fullmatch(form, message) for message in said), habit.message


def test_each_alias_leads_to_a_phrase() -> None:
    assert set(ALIASES.values()) <= set(PHRASES)
    assert not set(ALIASES) & set(PHRASES)


@pytest.mark.parametrize(
    "text",
    [
        "rule a when units is at least 3 and fee is at most $5 deny",
        "rule a when not visit and modifier 22 deny",
        "rule a when all of:\n - modifier 22\n - cpt 1\n deny",
        'test "t" given c expect line 1 allow, amount $5.00',
        "rule a when modifier 22 or cpt 80 pend for review by coding",
    ],
)
def test_what_is_right_is_not_called_wrong(text: str) -> None:
    good(text)
