"""Positions in a text, and typographic characters read as plain ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollex.source.span import Span, cover, whole_file
from pollex.source.text import SourceText, normalise

MESSY = st.text(
    alphabet="ab#\"'-\u201c\u201d\u201e\u00ab\u00bb\u2019\u2013\u2212\xa0\u2009\ufeff \t\r\n\x0b\u2028漢"
)


@pytest.mark.parametrize(
    ("offset", "position"),
    [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (4, (3, 1)), (6, (3, 3)), (99, (3, 3)), (-1, (1, 1))],
)
def test_positions_count_from_one(offset: int, position: tuple[int, int]) -> None:
    assert SourceText("a.pol", "ab\n\ncd").position(offset) == position


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85"])
def test_a_line_may_end_in_any_way(end: str) -> None:
    source = SourceText("a.pol", f"deny{end}allow{end}")
    assert [source.line_text(number) for number in (1, 2, 3)] == ["deny", "allow", ""]
    assert source.position(source.text.index("allow")) == (2, 1)
    assert source.normalise().position(source.text.index("allow")) == (2, 1)


def test_a_line_that_is_not_there_is_empty() -> None:
    source = SourceText("a.pol", "deny")
    assert (source.line_text(0), source.line_text(2)) == ("", "")


def test_an_empty_text_has_one_line() -> None:
    source = SourceText("a.pol", "")
    assert source.position(0) == (1, 1)
    assert source.line_text(1) == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\u201ctitle\u201d", '"title"'),
        ("\u201etitle\u201c", '"title"'),
        ("\u00abtitle\u00bb", '"title"'),
        ("\u00bbtitle\u00ab", '"title"'),
        ("\u201dtitle\u201d", '"title"'),
        ('"title\u201d, at "x"', '"title", at "x"'),
        ('\u201ctitle", at \u201cx\u201d', '"title", at "x"'),
        ("patient\u2019s", "patient's"),
        ("small\u2013bowel \u2014 \u2212 \u2011", "small-bowel - - -"),
        ("modifier\xa022", "modifier 22"),
        ("\ufeffpolicy x", " policy x"),
        ("deny\r\nallow\rpend", "deny \nallow\npend"),
    ],
)
def test_pasted_characters_become_plain_ones(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"the \u201cusual\u201d fee"', "\"the 'usual' fee\""),
        ("\u201cthe \u00abusual\u00bb fee\u201d", "\"the 'usual' fee\""),
        ('"a" and \u201cb \u201ec\u201d', '"a" and "b \'c"'),
    ],
)
def test_a_quote_inside_a_string_does_not_end_it(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize("quote", ["\u201c", "\u201d", "\u201e", "\u00bb", '"'])
def test_a_string_that_is_not_closed_takes_its_line(quote: str) -> None:
    assert normalise(f"note {quote}an \u201ex\nnote \u201cb\u201d") == 'note "an \'x\nnote "b"'


def test_many_open_quotes_are_read_in_one_pass() -> None:
    assert normalise("\u201c " * 200_000) == '" ' + "' " * 199_999


def test_a_quote_in_a_comment_opens_no_string() -> None:
    text = "# the \u201cusual fee\nwhen modifier 22 note \u201cx\u201d"
    assert normalise(text).splitlines()[1] == 'when modifier 22 note "x"'


def test_a_hash_in_a_string_is_no_comment() -> None:
    assert normalise("\u201cno. #1\u201d \u201cx\u201d") == '"no. #1" "x"'


@given(MESSY)
def test_every_character_stays_at_its_place(text: str) -> None:
    plain = normalise(text)
    assert len(plain) == len(text)
    source = SourceText("a.pol", text)
    offsets = range(len(text) + 1)
    assert [source.position(o) for o in offsets] == [source.normalise().position(o) for o in offsets]


@given(MESSY)
def test_plain_text_is_left_as_it_is(text: str) -> None:
    plain = normalise(text)
    assert normalise(plain) == plain
    assert not set(plain) & set("\u2019\u2013\u2212\xa0\u2009\ufeff\r\x0b\u2028")


@given(MESSY, st.integers(0, 50))
def test_a_position_finds_its_character_again(text: str, offset: int) -> None:
    source = SourceText("a.pol", text)
    line, column = source.position(min(offset, len(text)))
    assert source.line_starts[line - 1] + column - 1 == min(offset, len(text))


def test_normalising_keeps_the_name_and_whether_the_text_is_shown() -> None:
    claim = SourceText("claim.json", "\u201cx\u201d", shown=False).normalise()
    assert (claim.name, claim.text, claim.shown) == ("claim.json", '"x"', False)


def test_a_span_covers_two_others() -> None:
    assert cover(Span("a.pol", 9, 12), Span("a.pol", 2, 5)) == Span("a.pol", 2, 12)
    assert whole_file("a.pol") == Span("a.pol", 0, 0)
