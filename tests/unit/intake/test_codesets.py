from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from pollex.intake.codesets import load_code_systems, load_set, merge_sets
from pollex.model.codesets import CodeSetVersion, CodeSystem, Member
from pollex.source.diagnostic import Diagnostic
from pollex.source.text import SourceText

SYSTEMS = {
    "cpt": CodeSystem("cpt", "CPT and HCPCS", "[0-9]{4}[0-9T]", "five characters"),
    "modifier": CodeSystem(
        "modifier", "the modifiers", "[0-9A-Z]{2}", closed=True, members=(Member("22"), Member("XE"))
    ),
    "icd-10-cm": CodeSystem("icd-10-cm", "ICD-10-CM", "[A-Z][0-9][0-9AB][0-9A-Z]{0,4}", dotted=True),
}
GOOD = """\
set: pair-codes
system: cpt
title: Codes of a pair
source:
  title: "NCCI pairs"
  at: "https://example.org/pairs"
  published: 2024-07-01
  evidence: primary-data
  facts: [ptp.one, ptp.two]
from: 2024-07-01
through: 2026-12-31
members:
  - "44120"
  - {code: "0213T", text: "our own words", from: 2025-01-01, through: "2025-12-31"}
  - {code: "0213T", from: 2026-02-01}
"""
SHORT = 'title: T\nsource: {title: S, evidence: secondary}\nmembers: ["44120"]\n'


def load(text: str, name: str = "s.yaml") -> CodeSetVersion:
    version, found = load_set(SourceText(name, text), SYSTEMS)
    assert not found
    assert version is not None
    return version


def places(text: str, found: tuple[Diagnostic, ...]) -> list[tuple[str, int, int]]:
    source = SourceText("s.yaml", text)
    return [(one.code, *source.position(one.span.start)) for one in found]


def refused(old: str, new: str) -> list[tuple[str, int, int, str]]:
    """What is said of the good file with one thing changed."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    _, found = load_set(SourceText("s.yaml", text), SYSTEMS)
    return [(*place, one.message) for place, one in zip(places(text, found), found, strict=True)]


def test_a_set_is_read_whole() -> None:
    version = load(GOOD)
    assert (version.name, version.system, version.title) == ("pair-codes", "cpt", "Codes of a pair")
    assert (version.from_, version.through) == (date(2024, 7, 1), date(2026, 12, 31))
    assert version.source.title == "NCCI pairs"
    assert version.source.at == "https://example.org/pairs"
    assert version.source.published == date(2024, 7, 1)
    assert version.source.evidence == "primary-data"
    assert version.source.facts == ("ptp.one", "ptp.two")
    assert version.members == (
        Member("44120"),
        Member("0213T", "our own words", date(2025, 1, 1), date(2025, 12, 31)),
        Member("0213T", None, date(2026, 2, 1), None),
    )
    assert GOOD[version.span.start : version.span.end] == "pair-codes"


def test_diagnoses_are_held_in_normal_form() -> None:
    text = "set: d\nsystem: icd-10-cm\n" + SHORT.replace('"44120"', '"k56.50", "K5651"')
    assert load(text).codes == ("K5650", "K5651")


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column", "message"),
    [
        ('- "44120"', "- 44120", "POL509", 13, 5, "the code `44120` is not in quotes"),
        ('- "44120"', "- “44120”", "POL509", 13, 5, "the code `“44120”` is not in quotes"),
        ('code: "0213T"', "code: 0213T", "POL509", 14, 12, "the code `0213T` is not in quotes"),
        ('"44120"', '"4412"', "POL510", 13, 5, "`4412` is not a code of CPT and HCPCS"),
        ('"44120"', '"44120 "', "POL510", 13, 5, "`44120 ` is not a code of CPT and HCPCS"),
        ('- "44120"', "- [44120]", "POL507", 13, 5, "a code of the list is written as `key: value`"),
        ('- "44120"', "- ~", "POL507", 13, 5, "a code is a text"),
        ('- "44120"', '- {text: "x"}', "POL506", 13, 5, "a code of the list lacks `code`"),
        (
            "from: 2026-02-01",
            "from: 2025-12-31",
            "POL515",
            15,
            12,
            "`0213T` is listed twice for the same days",
        ),
        ("text:", "txet:", "POL505", 14, 21, "a code of the list has no key `txet`"),
        (
            "set: pair-codes",
            "set: Pair codes",
            "POL508",
            1,
            6,
            "`Pair codes` is not a name: a set is lower-case words joined by hyphens",
        ),
        ("system: cpt", "system: ctp", "POL514", 2, 9, "`ctp` is not known as a code system"),
        (
            "evidence: primary-data",
            "evidence: seen",
            "POL513",
            8,
            13,
            "`seen` is not known as a kind of evidence",
        ),
        ("published: 2024-07-01", "published: 1 July", "POL511", 7, 14, "`1 July` is not a date"),
        ("from: 2024-07-01", "from: 2024-02-30", "POL511", 10, 7, "there is no day `2024-02-30`"),
        (
            "through: 2026-12-31",
            "through: 2023-12-31",
            "POL512",
            11,
            10,
            "the last day, 2023-12-31, is before the first, 2024-07-01",
        ),
        ("title: Codes of a pair\n", "", "POL506", 1, 1, "a set lacks `title`"),
        ("title: Codes of a pair", "title:", "POL507", 3, 7, "the title is a text"),
        ("members:", "member:", "POL505", 12, 1, "a set has no key `member`"),
        ("facts: [ptp.one, ptp.two]", "facts: ptp.one", "POL507", 9, 10, "facts are written as a list"),
        ('title: "NCCI pairs"', "name: x", "POL505", 5, 3, "a source has no key `name`"),
    ],
)
def test_a_mistake_has_its_code_and_place(
    old: str, new: str, code: str, line: int, column: int, message: str
) -> None:
    assert (code, line, column, message) in refused(old, new)


def test_an_unquoted_code_is_one_mistake_with_a_fix() -> None:
    text = GOOD.replace('- "44120"', "- 44120")
    _, (found,) = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert found.fix is not None
    assert found.fix.replacement == '"44120"'
    assert found.fix.span == found.span


def test_a_near_word_is_offered() -> None:
    text = GOOD.replace("through: 2026-12-31\n", "thruogh: 2026-12-31\n")
    _, (found,) = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert (found.code, found.fix and found.fix.replacement) == ("POL505", "through")
    text = GOOD.replace("through: 2026-12-31\n", "wholly-else: 1\n")
    _, (found,) = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert found.fix is None
    assert found.help == "known: set, system, title, source, members, from, through"


def test_a_closed_system_has_no_other_codes() -> None:
    text = "set: m\nsystem: modifier\n" + SHORT.replace('"44120"', '"22", "00"')
    version, (found,) = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert found.message == "`00` is not among the known codes of the modifiers"
    assert version is not None
    assert version.codes == ("22",)


def test_the_first_place_of_a_code_listed_twice_is_shown() -> None:
    text = "set: d\nsystem: icd-10-cm\n" + SHORT.replace('"44120"', '"K56.50", "K5650"')
    _, (found,) = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert found.code == "POL515"
    (label,) = found.labels
    assert text[label.span.start : label.span.end] == '"K56.50"'


def test_all_mistakes_of_a_file_are_said_in_one_run() -> None:
    text = """\
set: Bad
system: cpt
tilte: x
source: {title: S, evidence: hearsay}
from: 2026-13-01
members:
  - 44120
  - "441"
  - {code: "44121", from: 2026-02-01, through: 2026-01-01}
  - "44121"
"""
    version, found = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert version is None
    assert [one.code for one in found] == [
        "POL506",
        "POL508",
        "POL505",
        "POL513",
        "POL511",
        "POL509",
        "POL510",
        "POL512",
        "POL515",
    ]


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b\n", "set: a\n\tb: c\n"])
def test_what_is_no_set_at_all_is_one_mistake(text: str) -> None:
    version, found = load_set(SourceText("s.yaml", text), SYSTEMS)
    assert version is None
    assert len(found) == 1


def test_a_set_with_a_mistake_among_its_codes_still_exists() -> None:
    version, found = load_set(SourceText("s.yaml", GOOD.replace('"44120"', '"4412"')), SYSTEMS)
    assert found
    assert version is not None
    assert version.codes == ("0213T",)


# ------------------------------------------------------------------ versions


def of(name: str, system: str, days: str, file: str) -> CodeSetVersion:
    code = "44120" if system == "cpt" else "22"
    return load(f"set: {name}\nsystem: {system}\n{days}" + SHORT.replace("44120", code), file)


def test_versions_of_one_name_become_one_set_whatever_their_order() -> None:
    versions = [
        of("a", "cpt", "from: 2026-01-01\n", "new.yaml"),
        of("a", "cpt", "through: 2025-12-31\n", "old.yaml"),
        of("b", "modifier", "", "b.yaml"),
    ]
    for order in permutations(versions):
        sets, found = merge_sets(order)
        assert not found
        assert sorted(sets) == ["a", "b"]
        assert [version.span.file for version in sets["a"].versions] == ["old.yaml", "new.yaml"]


def test_two_versions_of_the_same_days_are_refused_with_both_places() -> None:
    one = of("a", "cpt", "through: 2026-01-01\n", "one.yaml")
    two = of("a", "cpt", "from: 2026-01-01\n", "two.yaml")
    _, (found,) = merge_sets([two, one])
    assert (found.code, found.span.file) == ("POL516", "two.yaml")
    assert found.message == "two files of the set `a` speak of the same days"
    assert [(label.span.file, label.text) for label in found.labels] == [
        ("two.yaml", "this one is known from 2026-01-01"),
        ("one.yaml", "this one through 2026-01-01"),
    ]


def test_versions_of_two_systems_are_refused() -> None:
    one = of("a", "cpt", "through: 2025-12-31\n", "one.yaml")
    two = of("a", "modifier", "from: 2026-01-01\n", "two.yaml")
    sets, (found,) = merge_sets([one, two])
    assert (found.code, found.span.file) == ("POL517", "two.yaml")
    assert sets["a"].system == "cpt"


# ------------------------------------------------------------------ code systems

SYSTEM = """\
systems:
  - system: carc
    title: reason codes
    pattern: "[0-9]+"
    help: "a number"
    codes:
      - {code: "15", through: 2018-05-01}
      - "97"
  - {system: icd, title: diagnoses, pattern: "[A-Z][0-9]+", help: "x", dotted: true, closed: true}
"""


def test_code_systems_are_read() -> None:
    systems, found = load_code_systems(SourceText("c.yaml", SYSTEM))
    assert not found
    assert systems["carc"] == CodeSystem(
        "carc",
        "reason codes",
        "[0-9]+",
        "a number",
        members=(Member("15", through=date(2018, 5, 1)), Member("97")),
    )
    assert systems["icd"] == CodeSystem("icd", "diagnoses", "[A-Z][0-9]+", "x", dotted=True, closed=True)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"[0-9]+"', '"[0-9"', "POL523"),
        ("system: icd", "system: carc", "POL515"),
        ('"97"', '"B"', "POL510"),
        ("dotted: true", "dotted: maybe", "POL507"),
        ("title: reason codes", "titel: reason codes", "POL506"),
        ("systems:", "system:", "POL505"),
    ],
)
def test_a_mistake_in_a_code_system_is_said(old: str, new: str, code: str) -> None:
    _, found = load_code_systems(SourceText("c.yaml", SYSTEM.replace(old, new, 1)))
    assert code in {one.code for one in found}
