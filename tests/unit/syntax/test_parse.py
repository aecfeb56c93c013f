"""Text to tree, and that no text is too odd."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollex.source.text import SourceText
from pollex.syntax import ast as a
from pollex.syntax import conditions as c
from pollex.syntax import scenarios as t
from pollex.syntax.format import format_file
from unit.syntax.reading import SAMPLE, good, names, read

# ------------------------------------------------------------------ what is read


def test_spans_say_where_each_node_stands() -> None:
    tree = good(SAMPLE)
    assistant = tree.items[0]
    assert isinstance(assistant, a.Rule)
    assert assistant.when is not None
    spans = [condition.span for condition in assistant.when.conditions]
    assert [SAMPLE[span.start : span.end] for span in spans] == [
        "modifier any of 80, AS",
        "mpfs assistant-indicator is 2",
    ]
    examples = tree.items[3]
    assert isinstance(examples, t.Examples)
    cell = examples.rows[0].cells[1].items[0]
    assert isinstance(cell, c.Literal)
    assert SAMPLE[cell.span.start : cell.span.end] == "$181.81"
    assert [SAMPLE[comment.span.start : comment.span.end] for comment in tree.comments] == [
        "# the header",
        "# about assistants",
    ]


def test_typographic_characters_are_read_as_plain_ones() -> None:
    plain = 'rule a\n  when all of:\n    - modifier 22\n  note "It\'s so - here"\n'
    pasted = (
        plain.replace("\n", "\r\n").replace(" a", "\u00a0a").replace("'", "\u2019").replace("-", "\u2013")
    )
    pasted = pasted.replace('"It', "\u201cIt").replace('here"', "here\u201d")
    assert good(pasted) == good(plain)


@pytest.mark.parametrize(
    ("row", "items"),
    [
        ("| 80, AS |", [("atom", "80"), ("atom", "AS")]),
        ("| 80", [("atom", "80")]),
        ("|80|", [("atom", "80")]),
        ("| |", []),
        ("||", []),
        ('| "a | b" |', [("string", "a | b")]),
        ('| "a # b" |  # c "d" |', [("string", "a # b")]),
        ("| in-network |", [("name", "in-network")]),
        ("| $1,136.3 | # two", [("money", "1136.30")]),
        ("| 2026-01-01 |", [("date", "2026-01-01")]),
    ],
)
def test_cells(row: str, items: list[tuple[str, str]]) -> None:
    tree = good(f'examples "e" given c\n| cpt |\n{row}\n')
    examples = tree.items[0]
    assert isinstance(examples, t.Examples)
    (cell,) = examples.rows[0].cells
    assert [(item.kind, item.text) for item in cell.items if isinstance(item, c.Literal)] == items


@pytest.mark.parametrize(
    ("cell", "item"),
    [
        ("missing", "missing"),
        ("none", "none"),
        ("found", "found"),
        ("not found", "not-found"),
        ("not  reviewed", "not-reviewed"),
        ("no policy", "no_policy"),
        ("partial", "partial"),
    ],
)
def test_cells_that_are_no_values(cell: str, item: str) -> None:
    examples = good(f'examples "e" given c\n| cpt |\n| {cell} |\n').items[0]
    assert isinstance(examples, t.Examples)
    assert examples.rows[0].cells[0].items == (item,)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("expect amount $216, because r", ["216"]),
        ("expect amount $1,216, because r", ["1216"]),
        ("expect amount $1,216.5", ["1216.50"]),
    ],
)
def test_money_before_a_comma(text: str, amounts: list[str]) -> None:
    test = good(f'test "t" given c {text}').items[0]
    assert isinstance(test, t.Test)
    values = [one.value for one in test.expectations[0].expected if one.kind == "amount"]
    assert [value.text for value in values if isinstance(value, c.Literal)] == amounts


def test_a_rule_may_be_called_like_a_keyword() -> None:
    assert names(good("rule note always deny rule when when cpt 1 deny")) == ["note", "when"]


def test_an_empty_file_is_a_file() -> None:
    tree = good("")
    assert (tree.header, tree.items, tree.comments) == (None, (), ())


# ------------------------------------------------------------------ any text at all


def survives(text: str) -> None:
    """Nothing is raised; every place lies in the text; and a text without a mistake survives formatting."""
    tree, diagnostics = read(text)
    for found in diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert found.message
    if not diagnostics:
        tidy = format_file(tree, SourceText("t.pol", text))
        assert good(tidy) == tree
        assert [comment.text for comment in good(tidy).comments] == [
            comment.text for comment in tree.comments
        ]


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    survives(text)


WORDS = [
    "rule",
    "when",
    "modifier",
    "22",
    "deny",
    "policy",
    "a",
    '"',
    "#",
    "|",
    "\n",
    "\n- ",
    "(",
    ",",
    "$1",
    "is",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join))
def test_no_heap_of_words_is_too_odd(text: str) -> None:
    survives(text)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_damage_is_too_odd(data: st.DataObject) -> None:
    """Words of a good policy are left out, doubled, swapped or replaced."""
    words = SAMPLE.split(" ")
    places = st.integers(0, len(words) - 1)
    for _ in range(data.draw(st.integers(1, 3))):
        place, other = data.draw(places), data.draw(places)
        match data.draw(st.sampled_from(["leave out", "double", "swap", "replace", "cut"])):
            case "leave out":
                words[place] = ""
            case "double":
                words[place] += f" {words[place]}"
            case "swap":
                words[place], words[other] = words[other], words[place]
            case "replace":
                words[place] = data.draw(st.text(max_size=3))
            case _:
                words[place] = words[place][: len(words[place]) // 2]
    survives(" ".join(words))
