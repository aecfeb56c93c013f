"""The list of diagnostic codes."""

from __future__ import annotations

import re

import pytest

from pollex.source.codes import CODES, title


def test_codes_stand_in_order_and_in_a_known_group() -> None:
    assert list(CODES) == sorted(CODES)
    assert all(re.fullmatch(r"POL[12345689]\d\d", code) for code in CODES)


def test_a_title_is_a_short_phrase() -> None:
    assert all(5 <= len(text) <= 80 and not text.endswith(".") for text in CODES.values())
    assert len(set(CODES.values())) == len(CODES)


def test_the_title_of_a_code() -> None:
    assert title("POL101") == "the text cannot be read as a policy"
    with pytest.raises(KeyError):
        title("POL000")
