"""`pollex sources`: rules, their sources, counts, and what is not known."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from pollex import resources
from pollex.cli import sources
from pollex.cli.sources_report import age_words
from pollex.cli.today import today
from pollex.cli.usage.reading import SORTS
from pollex.compare.sources import ORDERS, Cited
from unit.cli.small import POLICY, Ran, Run

README = "# Small\n\n## Not known\n\nLittle is.\n\n- Whether | it\n  holds.\n- More [of it](x).\n"
OTHER = POLICY.replace("policy small", "policy other").replace("payer medicare", "payer acme")


@pytest.fixture
def readme(folder: Path) -> Path:
    file = folder / "policies" / "README.md"
    file.write_text(README, encoding="utf-8")
    return file


def run_on(run: Run, *arguments: str, on: str = "2026-01-31") -> Ran:
    ran = run("sources", *arguments, "--policies", "policies", "--on", on)
    assert (ran.code, ran.err) == (0, "")
    return ran


def test_text(readme: Path, run: Run) -> None:
    assert run_on(run).out.splitlines() == [
        "Sources of all payers on 2026-01-31: 1 policy, 7 rules and exceptions, 2 without a source",
        "",
        "small, in effect from 2026-01-01: A small policy for tests",
        "",
        "Rule                     Weakest        Rests on",
        "─" * 71,
        "agreed                   no source",
        "exception to more-work",
        "stricter                 no source",
        "on trial",
        "more-work                payer page     MANUAL  payer page, not dated",
        "reminder                 payer page     MANUAL  payer page, not dated",
        "too-many                 payer page     MANUAL  payer page, not dated",
        "assistant                payer page     PFS  primary data, 2 months old",
        "Assistant surgeon                       MANUAL  payer page, not dated",
        "above-the-fee            primary data   PFS  primary data, 2 months old",
        "Charge above the fee",
        "",
        "  Sources",
        "  MANUAL Provider manual",
        "         payer page, not dated",
        "  PFS    Fees of 2026",
        "         primary data, published 2025-11-01, 2 months old",
        "         https://payer.example",
        "",
        "  Sets and tables",
        "  resections set, at all times",
        "             The test",
        "             none stated, not dated",
        "  limits     table, at all times",
        "             The test",
        "             none stated, not dated",
        "",
        "Evidence",
        "Level            Sources   Rules at their weakest   Rules at their strongest",
        "─" * 76,
        "no source                                       2                          2",
        "none stated            0                        0                          0",
        "contract terms         0                        0                          0",
        "secondary              0                        0                          0",
        "document copy          0                        0                          0",
        "payer page             1                        4                          3",
        "primary data           1                        1                          2",
        "",
        "Not known, small",
        "  Little is.",
        "  - Whether | it holds.",
        "  - More [of it](x).",
    ]


def test_markdown(readme: Path, run: Run) -> None:
    lines = run_on(run, "--format", "markdown").out.splitlines()
    assert lines[:3] == [
        "# Sources of all payers on 2026-01-31",
        "",
        "1 policy, 7 rules and exceptions, 2 without a source.",
    ]
    assert "| agreed<br>exception to more-work | **no source** |  |" in lines
    assert (
        "| assistant<br>Assistant surgeon | payer page | PFS (primary data); MANUAL (payer page) |" in lines
    )
    linked = "[Fees of 2026](https://payer.example)"
    assert f"| PFS | primary data | 2025-11-01 | 2 months | {linked} |" in lines
    assert "| table limits | at all times | none stated | not dated | not known | The test |" in lines
    assert "| payer page | 1 | 4 | 3 |" in lines
    assert lines[-6:] == [
        "## Not known: small",
        "",
        "Little is.",
        "",
        "- Whether | it holds.",
        "- More [of it](x).",
    ]


def test_markdown_takes_nothing_of_a_policy_for_markup(folder: Path, run: Run) -> None:
    text = POLICY.replace("Fees of 2026", "A | <b>*x*</b>").replace(
        "https://payer.example", "javascript:alert(1)"
    )
    Path("policies/small.pol").write_text(text, encoding="utf-8")
    out = run_on(run, "--format", "markdown").out
    assert r"| A \| \<b\>\*x\*\</b\>, javascript:alert(1) |" in out
    rows = [line for line in out.splitlines() if line.startswith("| PFS |")]
    assert [len(re.split(r"(?<!\\)\|", row)) for row in rows] == [7]


def test_json_is_the_whole(readme: Path, run: Run) -> None:
    ran = run_on(run, "--format", "json")
    found = json.loads(ran.out)
    assert list(found) == sorted(found)
    assert (found["payer"], found["on"]) == (None, "2026-01-31")
    (policy,) = found["policies"]
    assert (policy["id"], policy["from"], policy["through"]) == ("small", "2026-01-01", None)
    assistant = next(rule for rule in policy["rules"] if rule["name"] == "assistant")
    assert (assistant["weakest"], assistant["strongest"]) == ("payer-page", "primary-data")
    assert assistant["sources"][0] == {
        "id": "PFS",
        "title": "Fees of 2026",
        "evidence": "primary-data",
        "published": "2025-11-01",
        "age_days": 91,
        "at": "https://payer.example",
    }
    assert [(data["kind"], data["name"], data["source"]["title"]) for data in policy["data"]] == [
        ("set", "resections", "The test"),
        ("table", "limits", "The test"),
    ]
    assert found["not_known"] == [
        {
            "folder": "policies",
            "policies": ["small"],
            "introduction": "Little is.",
            "lines": ["Whether | it holds.", "More [of it](x)."],
            "problem": None,
        }
    ]


def test_rules_by_name_or_weakest_first(folder: Path, run: Run) -> None:
    assert SORTS == ORDERS
    names = {
        order: [
            rule["name"]
            for rule in json.loads(run_on(run, "--format", "json", "--sort", order).out)["policies"][0][
                "rules"
            ]
        ]
        for order in SORTS
    }
    assert names["rule"] == [
        "above-the-fee",
        "assistant",
        "more-work",
        "agreed",
        "reminder",
        "stricter",
        "too-many",
    ]
    assert names["evidence"][:2] == ["agreed", "stricter"]
    assert names["evidence"][-1] == "above-the-fee"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "policies has no README.md: what is not known is not said"),
        ("# Small\n\nAll is known.\n", "policies/README.md has no heading `Not known`"),
        ("## Not known\n\n## More\n", "policies/README.md says nothing under `Not known`"),
    ],
)
def test_a_folder_that_does_not_say_what_is_not_known(
    folder: Path, run: Run, text: str | None, said: str
) -> None:
    if text is not None:
        Path("policies/README.md").write_text(text, encoding="utf-8")
    assert run_on(run).out.endswith(f"Not known, small\n  {said}\n")
    assert run_on(run, "--format", "markdown").out.endswith(
        f"## Not known: small\n\n{said.replace('`', chr(92) + '`')}.\n"
    )
    (found,) = json.loads(run_on(run, "--format", "json").out)["not_known"]
    assert (found["problem"], found["lines"]) == (said, [])


def test_a_readme_that_cannot_be_read_is_bad_usage(folder: Path, run: Run) -> None:
    Path("policies/README.md").write_bytes(b"\xff")
    ran = run("sources", "--policies", "policies")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "pollex: policies/README.md cannot be read: it is not UTF-8\n"


def test_only_the_policies_and_folders_of_the_payer(readme: Path, run: Run) -> None:
    Path("policies/acme").mkdir()
    Path("policies/acme/other.pol").write_text(OTHER.replace("clean.yaml", "../clean.yaml"), encoding="utf-8")
    both = json.loads(run_on(run, "--format", "json").out)
    assert [policy["id"] for policy in both["policies"]] == ["other", "small"]
    assert [said["folder"] for said in both["not_known"]] == ["policies/acme", "policies"]
    one = json.loads(run_on(run, "acme", "--format", "json").out)
    assert (one["payer"], [policy["id"] for policy in one["policies"]]) == ("acme", ["other"])
    assert [said["folder"] for said in one["not_known"]] == ["policies/acme"]
    assert run_on(run, "acme").out.startswith("Sources of acme on 2026-01-31: 1 policy, 7 rules")


@pytest.mark.parametrize("command", ["sources", "timeline"])
@pytest.mark.parametrize(
    ("payer", "said"),
    [
        ("medicar", "did you mean `medicare`? there are policies of medicare"),
        ("zzz", "there are policies of medicare"),
        ("", "there are policies of medicare"),
    ],
)
def test_a_payer_that_no_policy_names(folder: Path, run: Run, command: str, payer: str, said: str) -> None:
    ran = run(command, payer, "--policies", "policies")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"pollex: no policy names a payer `{payer}`; {said}\n"


@pytest.mark.parametrize("command", ["sources", "timeline"])
def test_without_any_policy_there_is_no_payer(folder: Path, run: Run, command: str) -> None:
    Path("policies/small.pol").write_text("# nothing yet\n", encoding="utf-8")
    ran = run(command, "medicare", "--policies", "policies")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "pollex: no policy names a payer `medicare`; there is no policy at all\n"


@pytest.mark.parametrize("command", ["sources", "timeline"])
def test_policies_with_errors_are_findings(folder: Path, run: Run, command: str) -> None:
    Path("policies/small.pol").write_text(POLICY.replace("in resections", "in resectoins"), encoding="utf-8")
    ran = run(command, "medicare", "--policies", "policies")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("pollex: the policies cannot be run: 1 error\n")


@pytest.mark.parametrize("command", ["sources", "timeline"])
@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-1-1", "20260101", "2026-W01-1", "1899-12-31", "today", ""]
)
def test_a_day_is_one_of_the_calendar(folder: Path, run: Run, command: str, text: str) -> None:
    ran = run(command, "medicare", "--on", text)
    assert (ran.code, ran.out) == (2, "")
    said = f"--on: `{text}` is not a day from 1900 to 2099, as in 2026-07-01 (see `pollex {command} --help`)"
    assert ran.err == f"pollex: {said}\n"


def test_an_order_that_there_is_not(run: Run) -> None:
    ran = run("sources", "--sort", "age")
    said = "--sort: `age` is not an order; there are evidence and rule (see `pollex sources --help`)"
    assert (ran.code, ran.err) == (2, f"pollex: {said}\n")


def test_today_is_the_day_where_none_is_given(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert abs((today() - datetime.now().astimezone().date()).days) <= 1
    monkeypatch.setattr(sources, "today", lambda: date(2026, 3, 1))
    assert run("sources", "--policies", "policies").out.startswith("Sources of all payers on 2026-03-01: ")


@pytest.mark.parametrize(
    ("published", "on", "said"),
    [
        ("2026-01-01", "2026-01-01", "0 days"),
        ("2026-01-01", "2026-01-02", "1 day"),
        ("2026-01-01", "2026-03-01", "59 days"),
        ("2026-01-01", "2026-03-02", "2 months"),
        ("2024-07-31", "2026-06-30", "22 months"),
        ("2024-07-01", "2026-07-01", "2 years"),
        ("2024-02-29", "2026-02-28", "23 months"),
        ("2024-05-10", "2026-06-10", "2 years 1 month"),
        ("2013-06-01", "2026-11-24", "13 years 5 months"),
        ("2026-01-02", "2026-01-01", "not yet published"),
        (None, "2026-01-01", "not known"),
    ],
)
def test_ages_in_words(published: str | None, on: str, said: str) -> None:
    day = date.fromisoformat(published) if published else None
    then = date.fromisoformat(on)
    cited = Cited("S", "A source", "secondary", day, (then - day).days if day else None, None)
    assert age_words(cited, then) == said


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_every_shipped_policy_can_be_shown(folder: Path, run: Run, form: str) -> None:
    ran = run("sources", "--format", form, "--on", "2026-07-01")
    assert (ran.code, ran.err) == (0, "")
    assert "has no README.md" not in ran.out
    assert "PFS-INDICATORS" in ran.out


def test_policies_inside_a_zip_file_have_their_readme(
    folder: Path, checkout: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile("data.zip", "w") as made:
        for file in sorted((checkout / "grammar").glob("*.*")):
            made.write(file, f"grammar/{file.name}")
        for file in sorted(path for path in Path("policies").rglob("*") if path.is_file()):
            made.write(file, file.as_posix().replace("policies/", "policies/medicare/", 1))
        made.writestr("policies/acme/other.pol", OTHER.split("fixture")[0])
        made.writestr("policies/acme/README.md", README)
    monkeypatch.setattr(resources, "_root", lambda: zipfile.Path("data.zip"))
    found = {said["folder"]: said for said in json.loads(run("sources", "--format", "json").out)["not_known"]}
    assert found["policies/acme"]["lines"] == ["Whether | it holds.", "More [of it](x)."]
    said = "policies/medicare has no README.md: what is not known is not said"
    assert found["policies/medicare"]["problem"] == said
