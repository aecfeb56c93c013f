"""The nearest word: near enough to be what the author meant, or none."""

from __future__ import annotations

import pytest

from pollex.source.suggest import is_slip, nearest

WORDS = [
    "modifier",
    "place of service",
    "principal diagnosis",
    "any diagnosis",
    "network status",
    "received date",
    "service date",
    "patient age",
    "patient sex",
    "billed charge",
    "fee",
    "units",
    "cpt",
    "ncci-modifiers",
    "assistant-surgery",
    "resection-family",
    "medicare",
    "aetna",
    "uhc",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("modifer", "modifier"),
        ("modifierr", "modifier"),
        ("modifiers", "modifier"),
        ("unit", "units"),
        ("recieved date", "received date"),
        ("cpt", "cpt"),
        ("ctp", "cpt"),
        ("fees", "fee"),
        ("uch", "uhc"),
        ("assistant-surgry", "assistant-surgery"),
        ("ncci-modifier", "ncci-modifiers"),
        ("ncci modifiers", "ncci-modifiers"),
        ("NCCI_Modifiers", "ncci-modifiers"),
        ("place-of-service", "place of service"),
        ("place of servce", "place of service"),
        ("place  of service", "place of service"),
        ("status network", "network status"),
        ("date of service received", None),
        ("principal diagnoses", "principal diagnosis"),
        ("Medicare", "medicare"),
        ("atena", "aetna"),
    ],
)
def test_a_slip_finds_its_word(written: str, meant: str | None) -> None:
    assert nearest(written, WORDS) == meant


@pytest.mark.parametrize("written", ["", "x", "age", "because", "documentation", "44121", "22", "specialty"])
def test_a_word_unlike_all_others_finds_none(written: str) -> None:
    assert nearest(written, WORDS) is None


def test_a_code_is_never_taken_for_another_code() -> None:
    assert nearest("44121", ["44120", "44125"]) is None


def test_no_candidates_no_suggestion() -> None:
    assert nearest("modifier", []) is None


def test_the_order_of_the_candidates_does_not_matter() -> None:
    alike = ["surgery-a", "surgery-b", "surgery-c"]
    assert nearest("surgery-d", alike) == nearest("surgery-d", alike[::-1]) == "surgery-a"


@pytest.mark.parametrize(
    ("word", "other", "slip"),
    [
        ("increased-work", "increased-wrok", True),
        ("operative-note", "operative-notes", True),
        ("operative-note", "operative_note", True),
        ("operative-note", "operative-note", False),
        ("stage-one-1", "stage-one-2", False),
        ("stage-one-1", "stage-one-12", False),
        ("biopsy", "surgery", False),
        ("abc-d", "abc-e", False),
    ],
)
def test_two_names_that_may_be_one(word: str, other: str, slip: bool) -> None:
    assert is_slip(word, other) is slip
    assert is_slip(other, word) is slip
