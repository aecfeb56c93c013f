"""What each mistake says and where, and that none hides another or what is right."""

from __future__ import annotations

import pytest

from pollex.source.text import SourceText
from pollex.syntax import ast as a
from pollex.syntax.format import format_file
from pollex.syntax.grammar import DEEPEST
from unit.syntax.reading import SAMPLE, good, mistakes, names, only, read

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
        ("rule a when service date is before 1/1/2026 deny", "POL305", "1/1/2026", "is not a date"),
        ("rule a when units is more than 2,000 deny", "POL307", "2,000", "is not a number"),
        ("rule a when patient age is under 18 deny", "POL313", "is under 18", "without `is`"),
        ("rule a when network status is out of network deny", "POL312", "out of network", "by hyphens"),
        ("rule a when modifier as deny", "POL111", "as", "in capitals"),
        ("rule a if modifier 22 deny", "POL102", "if", "does not fit here"),
        ("rule a always approve", "POL102", "approve", "does not fit here"),
        (
            "rule a when history has cpt 1 in the last 90 days deny",
            "POL102",
            "in the last 90 days",
            "before which day",
        ),
        (
            "rule a when received date is more than 9 days after service date deny",
            "POL102",
            "service date",
            "named with `the`",
        ),
        ("rule a when patient age under 18\n deny", "POL105", "8", "next comes `days`, `months` or `years`"),
        ("rule a always\n deny with co carc # which?\n because [X]", "POL105", "c", "a code or a number"),
        ('rule a always note ""  "x"', "POL101", '"x"', "does not fit"),
        ("foo", "POL101", "foo", "next comes `define`"),
        ("rule a always \x01 deny", "POL101", "\x01", "the character U+0001 does not fit here"),
        ("rule a when modifier 22 dney", "POL102", "dney", "does not fit here"),
        ('test "t" given a expect line 1 alow', "POL102", "alow", "does not fit here"),
        ("rule a always deny rul b always deny", "POL102", "rul", "does not fit here"),
        ("rule a when units >= 2 deny", "POL102", ">=", "does not fit here"),
        ("rule a always pay 5% of fee", "POL102", "%", "does not fit here"),
        ("rule mod_22 always deny", "POL102", "_", "does not fit here"),
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
        ("rule a When modifier 22 deny", "POL106", "When", "small letters here"),
        ("rule a when Place of Service 21 deny", "POL106", "Place of Service", "small letters here"),
        ("policy p payer Medicare", "POL106", "Medicare", "small letters here"),
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
        ("| modifier | expect ammount |\n | 80 | $1 |", "POL102", "ammount", "does not fit here"),
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
        ("rule a when modifier gc deny", "rule a when modifier GC deny"),
        ("rule a when units is 2,000 deny", "rule a when units is 2000 deny"),
        ("rule a when patient age is under 18 years deny", "rule a when patient age under 18 years deny"),
        (
            "rule a when network status is not in network and cpt 1 deny",
            "rule a when network status is not in-network and cpt 1 deny",
        ),
        (
            "rule a when history has cpt 1 in the past 2 years deny",
            "rule a when history has cpt 1 within 2 years before the service date deny",
        ),
        (
            "rule a when service date is before received date deny",
            "rule a when service date is before the received date deny",
        ),
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


def test_a_mistake_in_the_header_leaves_its_other_clauses_and_the_rules() -> None:
    text = """policy p
  payer
  applies to cpt 44120
  in effect frm 2026-01-01
  source X "A source", publishd 2026-01-01,
    at "somewhere"
  use set a b
  otherwise allow
rule a
  always
  deny
"""
    tree, diagnostics = read(text)
    assert [found.span.start for found in diagnostics] == sorted(found.span.start for found in diagnostics)
    assert [code for code, line, _ in mistakes(text)] == ["POL105", "POL102", "POL102", "POL101"]
    assert [line for _, line, _ in mistakes(text)] == [2, 4, 5, 7]
    assert isinstance(tree.header, a.PolicyHeader)
    assert [type(clause) for clause in tree.header.clauses] == [a.AppliesClause, a.OtherwiseClause]
    assert names(tree) == ["a"]
    unread = [text[span.start : span.end].split(maxsplit=1)[0] for span in tree.unread]
    assert sorted(unread) == ["in", "payer", "source", "use"]


def test_a_header_that_cannot_be_read_leaves_the_rules() -> None:
    text = "policy P-1 \n  payer medicare\nrule a\n  always\n  deny\n"
    tree, diagnostics = read(text)
    assert [found.code for found in diagnostics] == ["POL106"]
    assert tree.header is None
    assert names(tree) == ["a"]
    assert [text[span.start : span.end].split(maxsplit=1)[0] for span in tree.unread] == ["policy"]


def test_what_could_not_be_read_is_marked() -> None:
    text = "rule a always dney\nrule b always deny\nexception c two b always\n"
    tree, _ = read(text)
    assert [text[span.start : span.end].split()[1] for span in tree.unread] == ["a", "c"]
    assert good("rule b always deny").unread == ()


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


def test_a_mistake_in_a_pasted_text_has_its_place_there() -> None:
    found, words = only("rule a \u201cIt\u2019s\u201d when modifer 22 deny")
    assert (found.code, words) == ("POL104", "modifer")


def test_damage_is_one_mistake_each() -> None:
    damaged = SAMPLE.replace("when modifier any", "when modifer any").replace(
        "place of service", "plase of service"
    )
    tree, diagnostics = read(damaged)
    assert [found.code for found in diagnostics] == ["POL104", "POL104"]
    assert [type(item).__name__ for item in tree.items] == ["Test", "Examples"]
