"""Text to tree: what each mistake says and where, that none hides another, and that no text is too odd."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollex.source.diagnostic import Diagnostic
from pollex.source.text import SourceText
from pollex.syntax import ast as a
from pollex.syntax import conditions as c
from pollex.syntax import scenarios as t
from pollex.syntax.ast import PolicyFile
from pollex.syntax.format import format_file
from pollex.syntax.parse import DEEPEST, parse
from property.trees import PHRASES

SAMPLE = """policy small-bowel "Small-bowel resection"  # the header
  payer medicare
  applies to cpt in resection-family, cpt 44120
  in effect from 2026-01-01, by date of service
  source PFS "Fee schedule", published 2026-06-30, primary data

# about assistants
rule assistant "Assistants"
  when modifier any of 80, AS and mpfs assistant-indicator is 2
  pay 13.6 * (1 + 2) percent of fee, with co carc 45
  because "A share." [PFS]

rule stays
  when at least 2 of:
    - place of service 21
    - history has cpt 44120 within 90 days before the service date
  require documentation of increased-work, otherwise note "Paid."

test "t"
  given clean
    where line 1 modifier is 22
    where documentation of increased-work is not found
  expect line 1 allow, amount $1,136.30

examples "e" given clean
  | modifier | expect amount |
  | 80       | $181.81       |
"""


def read(text: str) -> tuple[PolicyFile, tuple[Diagnostic, ...]]:
    return parse(SourceText("t.pol", text), PHRASES)


def good(text: str) -> PolicyFile:
    tree, diagnostics = read(text)
    assert diagnostics == ()
    return tree


def mistakes(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of each diagnostic."""
    source = SourceText("t.pol", text)
    _, diagnostics = parse(source, PHRASES)
    return [(found.code, *source.position(found.span.start)) for found in diagnostics]


def only(text: str) -> tuple[Diagnostic, str]:
    """The one diagnostic of a text, and the words that it marks."""
    _, diagnostics = read(text)
    (found,) = diagnostics
    return found, text[found.span.start : found.span.end]


def names(tree: PolicyFile) -> list[str]:
    return [getattr(getattr(item, "name", None), "text", "") for item in tree.items]


# ------------------------------------------------------------------ one mistake


@pytest.mark.parametrize(
    ("text", "code", "marked", "said"),
    [
        ("rule a when modifier 22 and cpt 1 or cpt 2 deny", "POL101", "or", "next comes `allow`, `and`"),
        ("rule a always deny }", "POL101", "}", "next comes `allow`, `because`"),
        ("rule a when modifier 22a deny", "POL101", "22a", "next comes a code or a number, text in quotes"),
        ("rule a when cpt K56.50x deny", "POL101", "K56.50x", "next comes a code or a number"),
        ("rule a when all of:\n modifier 22\n deny", "POL101", "modifier", "next comes a line `- condition`"),
        ("rule a when fee is $1,00 deny", "POL101", ",", "next comes `allow`"),
        ("rule a when service date is before 1/1/2026 deny", "POL101", "1", "a date such as `2026-01-31`"),
        ('rule a always note ""  "x"', "POL101", '"x"', "does not fit"),
        ("foo", "POL101", "foo", "next comes `define`"),
        ("rule a always \x01 deny", "POL101", "\x01", "the character U+0001 does not fit here"),
        ("rule a when modifier 22 dney", "POL102", "dney", "did you mean `deny`?"),
        ('test "t" given a expect line 1 alow', "POL102", "alow", "did you mean `allow`?"),
        ("rule a always deny rul b always deny", "POL102", "rul", "did you mean `rule`?"),
        ("rule a when units >= 2 deny", "POL102", ">=", "write `is at least`"),
        ("rule a always pay 5% of fee", "POL102", "%", "write `percent`"),
        ("rule mod_22 always deny", "POL102", "_", "write `-`"),
        ('rule a when cpt "22 deny', "POL103", '"22 deny', "no closing quote"),
        (
            "rule a when plase of service is 21 deny",
            "POL104",
            "plase of service",
            "no word `plase of service`",
        ),
        ("rule a when modifer 22 deny", "POL104", "modifer", "no word `modifer`"),
        ("rule a when cpt 1 and no modifer 22 deny", "POL104", "modifer", "no word `modifer`"),
        ("rule a always pay 16 percent of fees", "POL104", "fees", "no word `fees`"),
        ("rule a when modifier 22", "POL105", "2", "next comes `allow`"),
        ("rule a when modifier in # \n", "POL105", "n", "next comes a name"),
        ("rule a When modifier 22 deny", "POL106", "When", "small letters here: `when`"),
        ("rule a when Place of Service 21 deny", "POL106", "Place of Service", "`place of service`"),
        ("policy p payer Medicare", "POL106", "Medicare", "`medicare`"),
        ("policy a\npolicy b", "POL109", "policy b", "one header, at its top"),
        ("rule a always deny\npart of b", "POL109", "part of b", "one header, at its top"),
    ],
)
def test_a_mistake(text: str, code: str, marked: str, said: str) -> None:
    found, words = only(text)
    assert (found.code, words) == (code, marked)
    assert said in found.message


@pytest.mark.parametrize(
    ("table", "code", "marked", "said"),
    [
        (
            "| modifier | expect amount |\n | 80 | $1 | 3 |",
            "POL107",
            "| 80 | $1 | 3 |",
            "3 cells where the table has 2",
        ),
        ("| modifier | expect amount |\n | 80 | # $1 |", "POL107", "| 80 |", "1 cell where the table has 2"),
        ("| modifier | |\n | 80 | $1 |", "POL108", " ", "needs a head"),
        ("| modifier | expect ammount |\n | 80 | $1 |", "POL102", "ammount", "did you mean `amount`?"),
        ("| modifer | expect amount |\n | 80 | $1 |", "POL104", "modifer", "no word `modifer`"),
        ('| modifier | expect amount |\n | "80 | $1 |', "POL103", '"80 | $1 |', "no closing quote"),
        ("| modifier | expect amount |\n | 80 | not |", "POL105", "t", "next comes `found` or `reviewed`"),
        ("| modifier | expect amount |\n | 80, | $1 |", "POL105", ",", "the text stops in the middle"),
    ],
)
def test_a_mistake_in_an_example_table(table: str, code: str, marked: str, said: str) -> None:
    text = f'examples "e" given clean\n {table}\nrule stays always deny\n'
    found, words = only(text)
    assert (found.code, words) == (code, marked)
    assert said in found.message
    assert names(read(text)[0]) == ["stays"]


def test_each_bad_row_and_cell_is_reported() -> None:
    text = 'examples "e" given c\n | cpt | fee |\n | 1 |\n | a+ | $2 |\n | ! | ? |\n | 1 | $2 | 3 |\n'
    assert sorted(mistakes(text)) == [
        ("POL101", 4, 5),
        ("POL101", 5, 4),
        ("POL101", 5, 8),
        ("POL107", 3, 2),
        ("POL107", 6, 2),
    ]


def test_and_with_or_says_what_to_do() -> None:
    found, _ = only("rule a when modifier 22 or cpt 1 and cpt 2 deny")
    assert found.help is not None
    assert "define" in found.help


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("rule a when modifer 22 deny", "rule a when modifier 22 deny"),
        ("rule a when units > 2 deny", "rule a when units is more than 2 deny"),
        ("rule a When cpt 1 deny", "rule a when cpt 1 deny"),
        ("rule a when cpt 1 dney", "rule a when cpt 1 deny"),
    ],
)
def test_the_offered_fix_repairs_the_text(text: str, repaired: str) -> None:
    found, _ = only(text)
    assert found.fix is not None
    span = found.fix.span
    assert text[: span.start] + found.fix.replacement + text[span.end :] == repaired
    good(repaired)


@pytest.mark.parametrize(
    "text", ["rule a when the service date is before 2026-01-01 deny", "rule a when fee fees deny"]
)
def test_a_right_phrase_is_not_called_unknown(text: str) -> None:
    assert [code for code, _, _ in mistakes(text)] == ["POL101"]


def test_a_calculation_nested_too_deep_is_a_mistake() -> None:
    deep = f"rule deep always reduce to {'(' * 500}1{')' * 500} percent"
    long = f"rule long always reduce to {' + '.join('1' * 500)} percent"
    tree, diagnostics = read(f"{deep}\n{long}\nrule stays always deny")
    assert [found.code for found in diagnostics] == ["POL110", "POL110"]
    assert str(DEEPEST) in diagnostics[0].message
    assert names(tree) == ["stays"]


def test_a_calculation_of_ordinary_depth_is_read_and_written() -> None:
    text = f"rule a\n  always\n  reduce to {' + '.join('1' * 60)} percent\n"
    tidy = format_file(good(text), SourceText("t.pol", text))
    assert tidy.split() == text.split()


# ------------------------------------------------------------------ many mistakes


def test_every_mistake_is_reported_in_one_run_and_the_rest_is_read() -> None:
    text = """policy p
  payer medicare
rule a
  when plase of service is 21
  deny
rule b
  always
  deny
define c as modifier
# about d
exception d two b always
when modifier in
when cpt 44120 deny
fixture f from "f.yaml"
test "t" given f expect line 1 alow
examples "e" given f
  | cpt |
  | ?   |
rule z "unclosed
  always deny
rule last
  always
  allow
"""
    tree, _ = read(text)
    assert mistakes(text) == [
        ("POL104", 4, 8),
        ("POL105", 9, 20),
        ("POL102", 11, 13),
        ("POL105", 12, 16),
        ("POL102", 15, 32),
        ("POL101", 18, 5),
        ("POL103", 19, 8),
    ]
    assert isinstance(tree.header, a.PolicyHeader)
    assert names(tree) == ["b", "", "f", "last"]


def test_a_mistake_in_the_header_leaves_the_rules() -> None:
    text = "policy p\n  pays medicare\nrule a\n  always\n  deny\n"
    tree, _ = read(text)
    assert mistakes(text) == [("POL101", 2, 3)]
    assert tree.header is None
    assert names(tree) == ["a"]


def test_a_file_without_indents_is_cut_at_its_items_alone() -> None:
    text = """rule a
when modifier 22
deny
exception e "when" to a
# why
when cpt 1
rule b
when cpt 1
dney
when cpt 2 deny
"""
    tree, _ = read(text)
    assert mistakes(text) == [("POL102", 9, 1)]
    assert names(tree) == ["a", "e", ""]


def test_an_indented_file_is_cut_too() -> None:
    text = "  rule a\n    dney\n  rule b\n    always deny\n\ttest t\n"
    tree, _ = read(text)
    assert mistakes(text) == [("POL101", 2, 5), ("POL101", 5, 7)]
    assert names(tree) == ["b"]


def test_comments_between_items_are_no_part_of_a_mistake() -> None:
    text = 'rule a when modifier in   # which set?\n\n# about "b"\nrule b always deny\n'
    tree, _ = read(text)
    assert mistakes(text) == [("POL105", 1, 23)]
    assert [comment.text for comment in tree.comments] == ["which set?", 'about "b"']


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


def test_a_mistake_in_a_pasted_text_has_its_place_there() -> None:
    found, words = only("rule a \u201cIt\u2019s\u201d when modifer 22 deny")
    assert (found.code, words) == ("POL104", "modifer")


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


def test_damage_is_one_mistake_each() -> None:
    damaged = SAMPLE.replace("when modifier any", "when modifer any").replace(
        "place of service", "plase of service"
    )
    tree, diagnostics = read(damaged)
    assert [found.code for found in diagnostics] == ["POL104", "POL104"]
    assert [type(item).__name__ for item in tree.items] == ["Test", "Examples"]
