from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pollex.intake.tables import load_table, merge_tables
from pollex.model.codesets import CodeSystem
from pollex.model.tables import NOT_LISTED, UNKNOWN, Row, TableVersion
from pollex.model.vocabulary import Kind, Vocabulary, Word
from pollex.source.text import SourceText

SYSTEMS = {"cpt": CodeSystem("cpt", "CPT and HCPCS", "[0-9]{5}")}
WORDS = (
    Word("cpt", "lines[].procedure_code", "line", Kind.CODE, "", system="cpt"),
    Word("modifier", "lines[].modifiers", "line", Kind.CODE, "", system="modifier", many=True),
    Word("units", "lines[].units", "line", Kind.NUMBER, ""),
    Word("billing tax id", "billing_provider.tax_id", "claim", Kind.TEXT, ""),
    Word("network status", "payer.network_status", "claim", Kind.CHOICE, "", choices=("in-network", "out")),
)
VOCABULARY = Vocabulary({word.phrase: word for word in WORDS})

FEES = """\
table: fees
key: cpt
absent: not-listed
title: Fees
source: {title: S, evidence: contract-terms}
from: 2026-01-01
columns:
  rvu: {type: number, help: "relative value"}
  fee: {type: money}
  share: {type: percent}
  global: {type: days}
  status: {type: code}
  since: {type: date}
rows:
  - {key: "44120", rvu: 20.30, fee: "1136.30", share: "13.6", global: "90", status: "A", since: 1990-01-01}
  - {key: "44121", rvu: "-2.5", fee: null, through: 2026-06-30}
  - {key: "44121", rvu: 0, from: 2026-07-01}
"""
PAIRS = """\
table: pairs
key: [cpt, cpt]
title: Pairs
source: {title: S, evidence: primary-data}
columns: {indicator: {type: code}}
rows:
  - {key: ["44120", "44005"], indicator: "0"}
"""


def load(text: str, name: str = "t.yaml") -> TableVersion:
    version, found = load_table(SourceText(name, text), SYSTEMS, VOCABULARY)
    assert not found
    assert version is not None
    return version


def test_a_table_is_read_whole_and_exactly() -> None:
    version = load(FEES)
    assert (version.name, version.key, version.absent) == ("fees", ("cpt",), NOT_LISTED)
    assert (version.from_, version.through) == (date(2026, 1, 1), None)
    assert version.columns["rvu"].help == "relative value"
    first = {
        "rvu": Fraction("20.30"),
        "fee": Fraction("1136.30"),
        "share": Fraction("13.6"),
        "global": Fraction(90),
        "status": "A",
        "since": date(1990, 1, 1),
    }
    assert version.rows == (
        Row(("44120",), first),
        Row(("44121",), {"rvu": Fraction("-2.5"), "fee": None}, None, date(2026, 6, 30)),
        Row(("44121",), {"rvu": Fraction(0)}, date(2026, 7, 1), None),
    )
    assert FEES[version.span.start : version.span.end] == "fees"


def test_pairs_and_other_keys_are_read() -> None:
    pairs = load(PAIRS)
    assert (pairs.key, pairs.absent) == (("cpt", "cpt"), UNKNOWN)
    assert pairs.rows == (Row(("44120", "44005"), {"indicator": "0"}),)
    by_id = PAIRS.replace("[cpt, cpt]", "[billing tax id, network status]")
    by_id = by_id.replace('["44120", "44005"]', '["12-3456789", out]')
    assert load(by_id).rows == (Row(("12-3456789", "out"), {"indicator": "0"}),)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column", "message"),
    [
        ('key: "44120"', "key: 44120", "POL509", 15, 11, "the code `44120` is not in quotes"),
        ('key: "44120"', 'key: "4412"', "POL510", 15, 11, "`4412` is not a code of CPT and HCPCS"),
        ('status: "A"', "status: A", "POL509", 15, 85, "the code `A` is not in quotes"),
        ("20.30", "20,30", "POL519", 15, 28, "the table has no column `30`"),
        ("20.30", '"20,30"', "POL520", 15, 25, "`20,30` is not a number, which `rvu` holds"),
        ("20.30", "2e3", "POL520", 15, 25, "`2e3` is not a number, which `rvu` holds"),
        (
            "20.30",
            "1234567890.1234567",
            "POL520",
            15,
            25,
            "`1234567890.1234567` is not a number of at most 15 digits, which `rvu` holds",
        ),
        ("20.30", "[1]", "POL520", 15, 25, "this is not a number, which `rvu` holds"),
        (
            '"1136.30"',
            '"$1136.30"',
            "POL520",
            15,
            37,
            "`$1136.30` is not an amount of money, which `fee` holds",
        ),
        (
            '"1136.30"',
            '"1136.305"',
            "POL520",
            15,
            37,
            "`1136.305` is not an amount of money, which `fee` holds",
        ),
        ('"13.6"', '"13.6%"', "POL520", 15, 55, "`13.6%` is not a percentage, which `share` holds"),
        ('"13.6"', '"-1"', "POL520", 15, 55, "`-1` is not a percentage, which `share` holds"),
        ('"90"', '"1.5"', "POL520", 15, 71, "`1.5` is not a number of days, which `global` holds"),
        ("1990-01-01", "1990", "POL511", 15, 97, "`1990` is not a date"),
        (
            "status: {type: code}",
            "status: {type: cod}",
            "POL518",
            12,
            18,
            "`cod` is not known as a type of column",
        ),
        ("status: {type: code}", "status: code", "POL507", 12, 11, "a column is written as `key: value`"),
        (
            "status:",
            "Status:",
            "POL508",
            12,
            3,
            "`Status` is not a name: a column is lower-case words joined by hyphens",
        ),
        (
            "since: {type: date}",
            "from: {type: date}",
            "POL508",
            13,
            3,
            "a column cannot be called `from`: rows use that word",
        ),
        ('fee: "1136.30"', 'fees: "1136.30"', "POL519", 15, 32, "the table has no column `fees`"),
        (
            "absent: not-listed",
            "absent: nothing",
            "POL524",
            3,
            9,
            "`nothing` is not known as what an absent key means",
        ),
        ("key: cpt", "key: ctp", "POL521", 2, 6, "the vocabulary has no word `ctp`"),
        (
            "key: cpt",
            "key: modifier",
            "POL521",
            2,
            6,
            "`modifier` cannot key a table: a line has to have one of it, a code or a word",
        ),
        (
            "key: cpt",
            "key: units",
            "POL521",
            2,
            6,
            "`units` cannot key a table: a line has to have one of it, a code or a word",
        ),
        ("key: cpt", "key: [cpt, cpt, cpt]", "POL521", 2, 6, "a table is keyed by one word or by two"),
        (
            "from: 2026-07-01",
            "from: 2026-06-30",
            "POL515",
            17,
            5,
            "the row `44121` is listed twice for the same days",
        ),
        ("through: 2026-06-30", "form: 2026-06-30", "POL519", 16, 44, "the table has no column `form`"),
        ('{key: "44121", rvu: 0, ', "{rvu: 0, ", "POL506", 17, 5, "a row lacks `key`"),
        (
            'key: "44120"',
            'key: ["44120", "44005"]',
            "POL522",
            15,
            11,
            "the key of this table is a cpt, and this row gives 2",
        ),
        ("rows:\n", "rows:\n  - 44120\n", "POL507", 15, 5, "a row is written as `{key: …, column: …}`"),
        ("columns:", "colums:", "POL506", 1, 1, "a table lacks `columns`"),
        ("from: 2026-01-01", "form: 2026-01-01", "POL505", 6, 1, "a table has no key `form`"),
    ],
)
def test_a_mistake_has_its_code_and_place(
    old: str, new: str, code: str, line: int, column: int, message: str
) -> None:
    assert old in FEES
    text = FEES.replace(old, new, 1)
    source = SourceText("t.yaml", text)
    _, found = load_table(source, SYSTEMS, VOCABULARY)
    said = [(one.code, *source.position(one.span.start), one.message) for one in found]
    assert (code, line, column, message) in said


def test_a_choice_that_keys_a_row_is_checked() -> None:
    text = PAIRS.replace("[cpt, cpt]", "network status").replace('["44120", "44005"]', "outt")
    _, (found,) = load_table(SourceText("t.yaml", text), SYSTEMS, VOCABULARY)
    assert (found.code, found.fix and found.fix.replacement) == ("POL520", "out")


def test_a_slip_in_a_column_is_offered_the_right_one() -> None:
    text = FEES.replace('share: "13.6"', 'shrae: "13.6"')
    _, (found,) = load_table(SourceText("t.yaml", text), SYSTEMS, VOCABULARY)
    assert (found.code, found.fix and found.fix.replacement) == ("POL519", "share")


def test_all_mistakes_of_a_file_are_said_in_one_run() -> None:
    text = FEES.replace("20.30", '"x"').replace('"44121"', "44121").replace("absent: not", "absent: un")
    version, found = load_table(SourceText("t.yaml", text), SYSTEMS, VOCABULARY)
    assert [one.code for one in found] == ["POL524", "POL520", "POL509", "POL509"]
    assert version is not None
    assert len(version.rows) == 3


@pytest.mark.parametrize("text", ["", "- a\n", "table: [\n"])
def test_what_is_no_table_at_all_is_one_mistake(text: str) -> None:
    version, found = load_table(SourceText("t.yaml", text), SYSTEMS, VOCABULARY)
    assert version is None
    assert len(found) == 1


# ------------------------------------------------------------------ versions


def test_versions_of_one_name_become_one_table_with_all_columns() -> None:
    old = load(PAIRS.replace("columns:", "through: 2025-12-31\ncolumns:"), "old.yaml")
    text = PAIRS.replace("columns: {", "from: 2026-01-01\ncolumns: {rationale: {type: code}, ")
    new = load(text, "new.yaml")
    for order in ([old, new], [new, old]):
        tables, found = merge_tables(order)
        assert not found
        assert sorted(tables["pairs"].columns) == ["indicator", "rationale"]
        assert [version.span.file for version in tables["pairs"].versions] == ["old.yaml", "new.yaml"]
        assert tables["pairs"].cell(("44120", "44005"), "rationale", date(2025, 1, 1)) is UNKNOWN
        assert tables["pairs"].cell(("44120", "44005"), "indicator", date(2025, 1, 1)) == "0"


def test_versions_of_the_same_days_are_refused() -> None:
    tables, (found,) = merge_tables([load(PAIRS, "one.yaml"), load(PAIRS, "two.yaml")])
    assert (found.code, found.span.file) == ("POL516", "two.yaml")
    assert [label.span.file for label in found.labels] == ["two.yaml", "one.yaml"]
    assert "pairs" in tables


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: [cpt, cpt]", "key: [cpt, billing tax id]"),
        ("title: Pairs", "title: Pairs\nabsent: not-listed"),
        (
            'indicator: {type: code}}\nrows:\n  - {key: ["44120", "44005"], indicator: "0"}',
            "indicator: {type: days}}\nrows: []",
        ),
    ],
)
def test_versions_of_another_make_are_refused(old: str, new: str) -> None:
    one = load(PAIRS.replace("columns:", "through: 2025-12-31\ncolumns:"), "one.yaml")
    assert old in PAIRS
    two = load(PAIRS.replace("columns:", "from: 2026-01-01\ncolumns:").replace(old, new), "two.yaml")
    _, (found,) = merge_tables([two, one])
    assert (found.code, found.span.file) == ("POL517", "two.yaml")
