"""Diagnostics as text and as documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollex.source.diagnostic import Diagnostic, Fix, Label, Severity, has_errors, in_order, summary
from pollex.source.render import render_json, render_text
from pollex.source.snippet import WIDEST, columns
from pollex.source.span import Span
from pollex.source.text import SourceText

POLICY = SourceText(
    "policies/cigna/44120.pol",
    "policy cigna-44120\n  payer cigna\nrule assistant\n  when modifier in assistant-surgry\n  deny\n",
)
SOURCES = {POLICY.name: POLICY}


def at(text: str, source: SourceText = POLICY) -> Span:
    start = source.text.index(text)
    return Span(source.name, start, start + len(text))


UNKNOWN_SET = Diagnostic(
    "POL204",
    "no set is called `assistant-surgry`",
    at("assistant-surgry"),
    help="sets are files in policies/sets; name the ones you use in the header",
    fix=Fix(at("assistant-surgry"), "assistant-surgery"),
)


def rendered(*found: Diagnostic, sources: Mapping[str, SourceText] = SOURCES) -> list[str]:
    return render_text(found, sources).splitlines()


def test_the_place_the_line_the_carets_and_the_help() -> None:
    assert rendered(UNKNOWN_SET) == [
        "policies/cigna/44120.pol:4:20: error[POL204]: no set is called `assistant-surgry`",
        "    4 |   when modifier in assistant-surgry",
        "      |                    ^^^^^^^^^^^^^^^^ did you mean `assistant-surgery`?",
        "   help: sets are files in policies/sets; name the ones you use in the header",
    ]


def test_a_label_on_the_same_place_stands_beside_the_carets() -> None:
    found = Diagnostic("POL302", "a word", at("cigna\n"), labels=(Label(at("cigna\n"), "this is a payer"),))
    assert rendered(found)[2] == "      |         ^^^^^ this is a payer"


def test_other_places_follow_a_line_once_for_all_its_labels() -> None:
    labels = (Label(at("modifier"), "a word"), Label(at("deny"), "the effect"), Label(at("policy"), "here"))
    assert rendered(Diagnostic("POL401", "two things clash", at("when"), labels=labels)) == [
        "policies/cigna/44120.pol:4:3: error[POL401]: two things clash",
        "    4 |   when modifier in assistant-surgry",
        "      |   ^^^^",
        "      |        -------- a word",
        "    5 |   deny",
        "      |   ---- the effect",
        "    1 | policy cigna-44120",
        "      | ------ here",
    ]


def test_a_place_in_another_file_is_named() -> None:
    other = SourceText("policies/cigna/visits.pol", "rule assistant\n  always deny\n")
    found = Diagnostic(
        "POL210",
        "two rules are called `assistant`",
        at("assistant"),
        labels=(Label(Span(other.name, 5, 14), "the first one"),),
    )
    assert rendered(found, sources={**SOURCES, other.name: other})[3:] == [
        "   policies/cigna/visits.pol:1:6:",
        "    1 | rule assistant",
        "      |      --------- the first one",
    ]
    assert rendered(found)[3:] == ["   policies/cigna/visits.pol: the first one"]


def test_a_span_of_several_lines_underlines_the_first() -> None:
    found = Diagnostic("POL402", "an empty rule", Span(POLICY.name, at("rule").start, len(POLICY.text)))
    assert rendered(found)[1:] == [
        "    3 | rule assistant",
        "      | ^^^^^^^^^^^^^^ (and 2 more lines)",
    ]
    two = Diagnostic("POL402", "an empty rule", at("assistant\n  when"))
    assert rendered(two)[2] == "      |      ^^^^^^^^^ (and 1 more line)"


def test_the_end_of_the_text_has_a_caret_too() -> None:
    found = Diagnostic("POL101", "the rule has no effect", Span("a.pol", 11, 11))
    source = SourceText("a.pol", "when a and ")
    assert rendered(found, sources={"a.pol": source})[1:] == ["    1 | when a and", "      |            ^"]


@pytest.mark.parametrize("before", ["\t", "  \t", "漢字 ", "e\u0301e\u0301 ", "\tx\t"])
def test_the_carets_stand_below_their_word(before: str) -> None:
    source = SourceText("a.pol", f"{before}deny 漢\t!")
    _, line, under = rendered(Diagnostic("POL101", "m", at("deny", source)), sources={"a.pol": source})
    assert "\t" not in line
    assert columns(line[: line.index("deny")]) == under.index("^^^^")


def test_wide_characters_get_wide_underlines() -> None:
    source = SourceText("a.pol", "deny 漢字 ok")
    assert (
        rendered(Diagnostic("POL101", "m", at("漢字", source)), sources={"a.pol": source})[2].count("^") == 4
    )


def test_a_long_line_is_cut_around_its_span() -> None:
    source = SourceText("a.pol", "x " * 5000 + "here" + " y" * 5000)
    _, line, under = rendered(Diagnostic("POL101", "m", at("here", source)), sources={"a.pol": source})
    assert len(line) < WIDEST + 20
    assert (line.count("…"), line.index("here")) == (2, under.index("^^^^"))


def test_a_text_cannot_command_the_terminal() -> None:
    source = SourceText("a.pol", "note \x1b[31m\u202ered")
    found = Diagnostic("POL101", "no \x1b[2J here\nsecond line", Span("a.pol", 5, 9), help="\x07")
    text = render_text([found], {"a.pol": source})
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    assert "\ufffd[2J here second line" in text


def test_the_text_of_a_claim_is_never_shown() -> None:
    claim = SourceText("claim.json", '{"patient": {"sex": "X"}}', shown=False)
    place = at('"X"', claim)
    found = Diagnostic(
        "POL510", "`/patient/sex` is not one of F, M, U", place, labels=(Label(place, "here"),)
    )
    text = render_text([found], {"claim.json": claim})
    assert text.startswith("claim.json:1:21: error[POL510]: `/patient/sex`")
    assert '"X"' not in text


def test_a_file_without_a_text_is_named_alone() -> None:
    found = Diagnostic("POL501", "the file is not UTF-8", Span("claim.json", 0, 0), help="save it as UTF-8")
    assert rendered(found) == [
        "claim.json: error[POL501]: the file is not UTF-8",
        "   help: save it as UTF-8",
    ]


@pytest.mark.parametrize(
    ("fix", "said"),
    [
        (Fix(at("deny"), ""), "leave out `deny`"),
        (Fix(Span(POLICY.name, 0, 0), "part of"), "add `part of`"),
        (Fix(at("deny"), "allow"), "write `allow` for `deny`"),
        (Fix(Span("other.pol", 3, 5), "allow"), "write `allow`"),
        (Fix(Span("other.pol", 3, 5), ""), "leave it out"),
    ],
)
def test_a_fix_elsewhere_is_a_sentence(fix: Fix, said: str) -> None:
    assert rendered(Diagnostic("POL401", "m", at("payer"), fix=fix))[-1] == f"   fix: {said}"


def test_a_witness_is_shown_as_a_claim() -> None:
    found = Diagnostic(
        "POL405", "both rules can hold", at("rule"), witness={"lines": [{"modifiers": ["80"]}]}
    )
    assert rendered(found)[-1] == '   for example: {"lines": [{"modifiers": ["80"]}]}'


def test_colors_only_when_asked_for() -> None:
    plain = render_text([UNKNOWN_SET], SOURCES)
    colored = render_text([UNKNOWN_SET], SOURCES, color=True)
    assert "\x1b" not in plain
    assert "\x1b[31merror[POL204]\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain


def test_diagnostics_are_sorted_by_file_place_and_code() -> None:
    places = [("b.pol", 1, "POL101"), ("a.pol", 9, "POL101"), ("a.pol", 2, "POL302"), ("a.pol", 2, "POL201")]
    found = [Diagnostic(code, "m", Span(file, start, start + 1)) for file, start, code in places]
    expected = [found[3], found[2], found[1], found[0]]
    assert in_order(found) == in_order(found[::-1]) == expected


def test_the_summary_counts_by_severity() -> None:
    error, warning, remark = (
        Diagnostic("POL101", "m", Span("a.pol", 0, 0), severity=severity) for severity in Severity
    )
    assert summary([error, warning, error, error]) == "3 errors, 1 warning"
    assert summary([warning, warning, remark]) == "2 warnings, 1 remark"
    assert summary([]) == "no problems"
    assert (has_errors([warning, remark]), has_errors([warning, error])) == (False, True)


def test_documents_hold_the_same_content() -> None:
    label = Label(Span("other.pol", 0, 3), "there")
    found = replace(UNKNOWN_SET, labels=(label,), witness={"claim_id": "w"})
    place = {"file": POLICY.name, "line": 4, "column": 20, "end_line": 4, "end_column": 36}
    nowhere = {"file": "other.pol", "line": None, "column": None, "end_line": None, "end_column": None}
    assert render_json([found], SOURCES) == [
        {
            "code": "POL204",
            "severity": "error",
            "message": "no set is called `assistant-surgry`",
            **place,
            "help": UNKNOWN_SET.help,
            "labels": [{**nowhere, "text": "there"}],
            "fix": {**place, "replacement": "assistant-surgery"},
            "witness": {"claim_id": "w"},
        }
    ]


def test_documents_obey_their_schema(checkout: Path) -> None:
    schema = json.loads((checkout / "schemas" / "diagnostic.schema.json").read_text(encoding="utf-8"))
    bare = Diagnostic("POL101", "m", Span("other.pol", 0, 0), severity=Severity.INFO)
    full = replace(UNKNOWN_SET, labels=(Label(at("deny"), "here"),), witness={"a": 1})
    documents = render_json([UNKNOWN_SET, bare, full], SOURCES)
    assert len(documents) == 3
    for document in documents:
        jsonschema.Draft202012Validator(schema).validate(document)


@given(st.text(), st.integers(-3, 30), st.integers(-3, 30))
def test_any_text_and_any_span_can_be_rendered(text: str, start: int, end: int) -> None:
    source = SourceText("a.pol", text)
    found = Diagnostic("POL101", "m", Span("a.pol", start, end))
    lines = render_text([found], {"a.pol": source}).split("\n")
    assert lines[-1] == ""
    assert len(lines) == (4 if text else 2)
    assert "^" in lines[2] if text else True
    assert render_json([found], {"a.pol": source})[0]["line"] == source.position(start)[0]
