from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from pollex.intake import yamltext
from pollex.intake.yamltext import Mapping, Scalar, Sequence, locate, read, to_plain
from pollex.source.text import SourceText


@pytest.fixture(params=["SafeLoader", "CSafeLoader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser written in C, where PyYAML was built with it, and the one in Python say the same."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yamltext, "_LOADER", getattr(yaml, request.param))


def plain(text: str) -> yamltext.Plain:
    node, found = read(SourceText("f.yaml", text))
    assert not found
    assert node is not None
    return to_plain(node)


def said(text: str) -> list[tuple[str, int, int, str]]:
    """Code, line, column and message of each diagnostic."""
    source = SourceText("f.yaml", text)
    _, found = read(source)
    return [(one.code, *source.position(one.span.start), one.message) for one in found]


def test_a_tree_keeps_places_and_quotes() -> None:
    text = "codés: [\"59\", XE]\nsource: {title: '𝔘 “x”'}\n"
    node, found = read(SourceText("f.yaml", text))
    assert not found
    assert isinstance(node, Mapping)
    codes, source = (entry.value for entry in node.entries)
    assert isinstance(codes, Sequence)
    assert isinstance(source, Mapping)
    title = source.entries[0].value
    spans = [node.entries[0].key.span, codes.span, codes.items[0].span, codes.items[1].span, source.span]
    assert [text[span.start : span.end] for span in spans] == [
        "codés",
        '["59", XE]',
        '"59"',
        "XE",
        "{title: '𝔘 “x”'}",
    ]
    assert isinstance(title, Scalar)
    assert text[title.span.start : title.span.end] == "'𝔘 “x”'"
    assert [item.plain for item in codes.items if isinstance(item, Scalar)] == [False, True]


def test_a_block_is_shown_at_its_first_key() -> None:
    text = "a:\n  b: 1\n  c: 2\n"
    node, _ = read(SourceText("f.yaml", text))
    assert isinstance(node, Mapping)
    inner = node.entries[0].value
    assert isinstance(inner, Mapping)
    assert text[inner.head.start : inner.head.end] == "b"
    assert text[inner.span.start : inner.span.end] == "b: 1\n  c: 2"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"44120"', "44120"),
        ("44120", 44120),
        ("-7", -7),
        ("00", 0),
        ("2400.00", Decimal("2400.00")),
        (".5", Decimal("0.5")),
        ('"2400.00"', "2400.00"),
        ("2026-01-31", "2026-01-31"),
        ("0213T", "0213T"),
        ("K56.50", "K56.50"),
        ("1e5", "1e5"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        (".inf", ".inf"),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("N", "N"),
        ("null", None),
        ("~", None),
        ("", None),
        ('""', ""),
        ('"null"', "null"),
        ("operative-note", "operative-note"),
    ],
)
def test_an_unquoted_text_is_taken_for_what_it_looks_like(text: str, value: object) -> None:
    found = plain(f"a: {text}\n")
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


def test_lists_and_mappings_become_plain_data() -> None:
    text = "a: [1, {b: x}]\nc:\n  - d: 2\n    e: []\n  - {}\n"
    assert plain(text) == {"a": [1, {"b": "x"}], "c": [{"d": 2, "e": []}, {}]}


def test_a_byte_order_mark_and_windows_lines_move_no_place() -> None:
    assert said("\ufeffa: 1\r\na: 2\r\n") == [("POL502", 2, 1, "the key `a` stands twice")]


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "message"),
    [
        ("", "POL501", 1, 1, "the file is empty"),
        ("# only a remark\n", "POL501", 1, 1, "the file is empty"),
        ("~\n", "POL501", 1, 1, "the file is empty"),
        ("a: 1\n\tb: 2\n", "POL501", 2, 1, "a tab cannot indent a line of YAML"),
        ("a: b: c\n", "POL501", 1, 5, "a `:` stands where none can"),
        ("a\nb: 2\n", "POL501", 2, 2, "a `:` stands where none can"),
        ("a: 1\n- b\n", "POL501", 2, 1, "this stands on no level of the lines above"),
        ("a: 1\nb: 2\n c: 3\n", "POL501", 3, 3, "a `:` stands where none can"),
        ("a: 'x' y\n", "POL501", 1, 8, "this stands on no level of the lines above"),
        ('a: 1\nb: "x\nc: 3\n', "POL501", 2, 4, "this quote is never closed"),
        ("a: [1, 2\nb: 3\n", "POL501", 2, 2, "a list in `[ ]` is not closed, or lacks a comma"),
        ("a: {b: 1\n", "POL501", 2, 1, "a mapping in `{ }` is not closed, or lacks a comma"),
        ("a: [1,\n", "POL501", 2, 1, "something is missing or left over here"),
        ("a: @x\n", "POL501", 1, 4, "this character cannot begin a text"),
        ("a: \x01\n", "POL501", 1, 4, "the character U+0001 cannot stand in YAML"),
        ("\ufeffa: \x01\n", "POL501", 1, 5, "the character U+0001 cannot stand in YAML"),
        ("? [a]\n: b\n", "POL501", 1, 3, "a key is a single word"),
        ("a: 1\n---\nb: 2\n", "POL503", 2, 1, "a file holds one YAML document, and a second one begins here"),
        ("a: 1\nb: 2\na: 3\n", "POL502", 3, 1, "the key `a` stands twice"),
        ("a: {b: 1, b: 2}\n", "POL502", 1, 11, "the key `b` stands twice"),
        ("a: &x 1\n", "POL504", 1, 4, "`&x` names something for use elsewhere, which is not done here"),
        ("a: *x\n", "POL504", 1, 4, "`*x` stands for something written elsewhere, which is not done here"),
        ("a: !!str 1\n", "POL504", 1, 4, "`!!str` gives something a type, which is not done here"),
        ("<<: {a: 1}\n", "POL504", 1, 1, "`<<` takes over what is written elsewhere, which is not done here"),
    ],
)
def test_what_is_refused_has_its_place(text: str, code: str, line: int, column: int, message: str) -> None:
    assert said(text) == [(code, line, column, message)]


def test_a_backslash_in_quotes_is_refused() -> None:
    ((code, line, _, message),) = said('a: "\\q"\n')
    assert (code, line) == ("POL501", 1)
    assert message == "a backslash in double quotes begins no escape of YAML"


def test_nesting_ends_somewhere() -> None:
    deep = "[" * yamltext.DEEPEST + "]" * yamltext.DEEPEST
    assert said(deep) == []
    ((code, _, column, message),) = said(f"[{deep}]")
    assert (code, column) == ("POL501", yamltext.DEEPEST + 1)
    assert message == "lists and mappings stand more than 64 deep in each other"


def test_everything_refused_is_said_at_once() -> None:
    found = said("a: &x 1\nb: !!str 2\na: 3\nc: {d: 1, d: 2}\n")
    assert [(code, line) for code, line, *_ in found] == [
        ("POL504", 1),
        ("POL504", 2),
        ("POL502", 3),
        ("POL502", 4),
    ]


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("", "lines"),
        ("/lines/0/units", '"1"'),
        ("/lines/1", "{units: '2'}"),
        ("/lines/7/units", "[{units: \"1\"}, {units: '2'}]"),
        ("/lines/1/fee", "{units: '2'}"),
        ("/a~1b/c~0d", "x"),
    ],
)
def test_a_json_pointer_finds_its_place_or_the_nearest_above(pointer: str, text: str) -> None:
    whole = "lines: [{units: \"1\"}, {units: '2'}]\na/b: {c~d: x}\n"
    node, _ = read(SourceText("f.yaml", whole))
    assert node is not None
    span = locate(node, pointer)
    assert whole[span.start : span.end] == text
