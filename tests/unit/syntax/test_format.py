"""The one layout of a policy. What holds for every policy is in `tests/property/test_round_trip.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from pollex.source.text import SourceText
from pollex.syntax.format import format_file
from pollex.syntax.parse import parse
from property.trees import PHRASES

CORPUS = Path(__file__).parents[2] / "corpus" / "format"
CASES = sorted(folder.name for folder in CORPUS.iterdir())


def formatted(text: str) -> str:
    source = SourceText("t.pol", text)
    tree, diagnostics = parse(source, PHRASES)
    assert diagnostics == ()
    return format_file(tree, source)


def condition(text: str) -> str:
    """A condition, written and formatted."""
    return formatted(f"define it as {text}").removeprefix("define it as ").removesuffix("\n")


def effect(text: str) -> str:
    return formatted(f"rule it always {text}").removeprefix("rule it\n  always\n  ").removesuffix("\n")


@pytest.mark.parametrize("case", CASES)
def test_corpus(case: str, golden: Callable[[Path, str], None]) -> None:
    written = (CORPUS / case / "written.pol").read_bytes().decode("utf-8")
    tidy = formatted(written)
    golden(CORPUS / case / "tidy.pol", tidy)
    assert formatted(tidy) == tidy


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("$5", "$5"),
        ("$0005", "$5"),
        ("$1000", "$1,000"),
        ("$1,136.3", "$1,136.30"),
        ("$1136.30", "$1,136.30"),
        ("$12345678.125", "$12,345,678.125"),
        ("$0.00", "$0.00"),
        ("$" + "9" * 5000, "$99" + ",999" * 1666),
    ],
)
def test_money(written: str, tidy: str) -> None:
    assert effect(f"reduce by {written}") == f"reduce by {tidy}"


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("(1)", "1"),
        ("((units))", "units"),
        ("(1 + 2) + 3", "1 + 2 + 3"),
        ("1 + (2 + 3)", "1 + (2 + 3)"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("(1 * 2) + (3 / 4)", "1 * 2 + 3 / 4"),
        ("1 * (2 + 3)", "1 * (2 + 3)"),
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("(1 * 2) / 3", "1 * 2 / 3"),
        ("1 / (2 * 3)", "1 / (2 * 3)"),
        ("((1 - 2) - (3 - 4)) * 5", "(1 - 2 - (3 - 4)) * 5"),
        ("1+2*units", "1 + 2 * units"),
    ],
)
def test_parentheses_stand_only_where_the_tree_needs_them(written: str, tidy: str) -> None:
    assert condition(f"units is more than {written}") == f"units is more than {tidy}"
    assert effect(f"reduce to {written} percent") == f"reduce to {tidy} percent"


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("patient age under 1 years", "patient age under 1 year"),
        ("patient age under 18 year", "patient age under 18 years"),
        ("received date is within 0 day after 2026-01-01", "received date is within 0 days after 2026-01-01"),
        ("this line ranks 2 to 2 by fee among lines", "this line ranks 2 by fee among lines"),
        ("place  of\n service 21", "place of service 21"),
        ("modifier any of 80", "modifier any of 80"),
        ("mue units is more than 2", "mue units is more than 2"),
        ('billing tax id "12-3456789"', 'billing tax id "12-3456789"'),
    ],
)
def test_conditions(written: str, tidy: str) -> None:
    assert condition(written) == tidy


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ('source PFS "Fees", secondary', 'source PFS "Fees", secondary'),
        (
            'source PFS "Fees", secondary, at "x", published 2026-06-30',
            'source PFS "Fees", published 2026-06-30, at "x", secondary',
        ),
        ("in effect through 2026-12-31", "in effect through 2026-12-31, by date of service"),
        ("in effect, by date of service", "in effect, by date of service"),
        (
            "otherwise pay at most 5 percent of fee, with co carc 45",
            "otherwise pay at most 5 percent of fee, with co carc 45",
        ),
    ],
)
def test_clauses_of_a_policy(written: str, tidy: str) -> None:
    assert formatted(f"policy p {written}") == f"policy p\n  {tidy}\n"


def test_the_order_of_header_clauses_is_the_authors() -> None:
    text = "policy p\n  use table mpfs\n  otherwise allow\n  payer medicare\n  use set visits\n"
    assert formatted(text) == text


def test_the_period_of_a_rule_or_part_has_no_kind_of_date() -> None:
    rule = formatted("rule r always in effect from 2026-01-01, by date of service deny")
    assert rule == "rule r\n  always\n  in effect from 2026-01-01\n  deny\n"
    part = formatted("part of p in effect from 2026-01-01, by date of service")
    assert part == "part of p\n  in effect from 2026-01-01\n"


def test_nothing_is_written_for_nothing() -> None:
    assert formatted("") == ""
    assert formatted("\n \n") == ""


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("# alone", "# alone\n"),
        ("\n\n#a\n\n\n\n# b\n# c\n\n", "# a\n\n# b\n# c\n"),
        ("policy p # p", "policy p  # p\n"),
        ("# p\npolicy p", "# p\npolicy p\n"),
        ("# p\n\n\npolicy p\n#end", "# p\n\npolicy p\n\n# end\n"),
        ("policy p\n # in p\n# end", "policy p\n  # in p\n\n# end\n"),
        ("  policy p\n  # at its column", "policy p\n\n# at its column\n"),
        ("policy # 1\np", "# 1\npolicy p\n"),
        ("when # 1\nmodifier 22 deny", "# 1\nwhen modifier 22 deny\n"),
        ("when modifier 22 # 1\ndeny", "when modifier 22  # 1\n  deny\n"),
        ("when modifier 22 deny # 1\nwith co carc 4 # 2", "# 1\nwhen modifier 22 deny with co carc 4  # 2\n"),
        ("define a as modifier # 1\n22 and cpt 1 # 2", "# 1\ndefine a as modifier 22 and cpt 1  # 2\n"),
        (
            "define a as modifier 22 and # 1\n cpt 1 # 2",
            "define a as modifier 22\n   # 1\n   and cpt 1  # 2\n",
        ),
        ("define a as cpt 2 # 1\nor cpt 1", "define a as cpt 2  # 1\n    or cpt 1\n"),
        ("rule r # 1\nalways # 2\ndeny", "rule r  # 1\n  always  # 2\n  deny\n"),
        (
            "rule r on # 1\nlines # 2\nwith cpt 1 always deny",
            "rule r\n  # 1\n  # 2\n  on lines with cpt 1\n  always\n  deny\n",
        ),
        ("exception e to r always # 1", "exception e to r\n  always  # 1\n"),
        ("exception e to r # 1\nalways", "exception e to r  # 1\n  always\n"),
        ("#\n#no space\n#  kept\n#!shebang", "#\n# no space\n#  kept\n#!shebang\n"),
    ],
)
def test_comments(written: str, tidy: str) -> None:
    assert formatted(written) == tidy
    assert formatted(tidy) == tidy


def test_a_sign_in_a_text_is_no_comment() -> None:
    assert effect('note"# 1"') == 'note "# 1"'


def test_the_example_of_the_language() -> None:
    text = dedent(
        """\
        rule return-to-theatre
          when history has cpt in abdominal-surgery within 90 days before the service date by the same group
           and no modifier in global-period
          deny with co carc 97 rarc M144

        examples "Assistant surgeon" given clean
          | modifier | fee       | expect amount |
          | 80       | $1,136.30 | $181.81       |
          | AS       | $1,136.30 | $154.54       |
        """
    )
    assert formatted(text) == text
    assert formatted(" ".join(text.split("\n", 5)[:5])) == text[: text.index("\n\nexamples") + 1]


@pytest.mark.parametrize(("letters", "between"), [(81, " "), (82, "\n    ")])
def test_a_line_may_have_a_hundred_columns(letters: int, between: str) -> None:
    text = f'"{"x" * letters}"'
    tidy = f"  because {text}{between}[A, B]"
    assert formatted(f"rule it always deny because {text} [A, B]").endswith(f"deny\n{tidy}\n")
    assert len(tidy.splitlines()[0]) == (100 if between == " " else 94)


def test_a_minus_never_opens_a_line() -> None:
    """It would be read as the next condition of a list."""
    numbers = " - ".join(["mpfs intraoperative-share"] * 8)
    text = formatted(f"rule it when any of:\n - units is more than {numbers}\n deny")
    assert text.count("\n") > 5
    assert [line for line in text.splitlines() if line.lstrip().startswith("-")] == [text.splitlines()[2]]
