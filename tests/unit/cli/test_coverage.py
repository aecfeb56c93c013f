"""`pollex test --coverage`: as text, in the document, in files, and as a condition of the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pollex import resources
from unit.cli.small import Run, place

SMALL = Path("policies/small.pol")


def test_what_was_not_seen_comes_first_and_the_count_last(folder: Path, run: Run) -> None:
    ran = run("test", "policies", "--coverage")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("2 passed, 0 failed in ")
    at = place(SMALL, "modifier 22\n  require").partition(":")[2]
    assert lines[lines.index("small: not seen") + 1] == "  policies/small.pol"
    (number,) = [n for n, text in enumerate(lines) if text.split()[:1] == [at]]
    assert lines[number].split(None, 1)[1] == "rule more-work: modifier 22"
    assert lines[number + 1].strip() == "never true: false all 2 times that it was asked"
    counted = next(text for text in lines if text.startswith("small  "))
    words = "8 of 17 47.0 % 7 of 17 8 of 14"
    assert counted.split()[1:] == words.split()


def test_the_document_of_the_tests_holds_it(folder: Path, run: Run) -> None:
    ran = run("test", "policies", "--coverage", "--format", "json")
    whole = json.loads(ran.out)
    jsonschema.validate(whole, json.loads(resources.read_text("schemas", "test-results.schema.json")))
    document = whole["coverage"]
    jsonschema.validate(document, json.loads(resources.read_text("schemas", "coverage.schema.json")))
    assert document["conditions"] == {"seen": 8, "of": 17, "percent": "47.0"}
    (policy,) = document["policies"]
    late = {clause["name"]: clause for clause in policy["clauses"]}["too-many"]
    assert late["seen"] == {"true": 0, "false": 2, "unknown": 0}
    assert [one["answer"] for one in late["missed"]] == ["true", "unknown"]
    assert f"{late['file']}:{late['line']}:{late['column']}" == place(SMALL, "rule too-many")
    (limits,) = policy["tables"]
    assert (limits["name"], limits["touched"], limits["of"]) == ("limits", 1, 1)


def test_files_in_the_format_of_their_names(folder: Path, run: Run) -> None:
    files = [f"coverage{end}" for end in (".txt", ".json", ".info", ".html")]
    ran = run("test", "policies", *(part for file in files for part in ("--coverage-file", file)))
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.splitlines()) == 1
    text, document, lcov, page = (Path(file).read_text(encoding="utf-8") for file in files)
    assert "small: not seen" in text
    assert json.loads(document)["policies"][0]["policy"] == "small"
    assert page.startswith("<!DOCTYPE html>")
    assert 'class="part"' in page
    assert "never true, unknown" in page
    records = lcov.splitlines()
    assert records[:2] == ["TN:", "SF:policies/small.pol"]
    line = place(SMALL, "units is more than").split(":")[1]
    assert {text for text in records if text.startswith(f"BRDA:{line},")} == {
        f"BRDA:{line},{block},{number},{taken}"
        for block in {text.split(",")[1] for text in records if text.startswith(f"BRDA:{line},")}
        for number, taken in ((0, 0), (1, 2), (2, 0))
    }
    assert "FNDA:1,assistant" in records
    assert "FNDA:0,too-many" in records
    assert records[-1] == "end_of_record"


def test_too_little_is_a_finding(folder: Path, run: Run) -> None:
    assert run("test", "policies", "--fail-under", "47").code == 0
    ran = run("test", "policies", "--fail-under", "48")
    assert ran.code == 1
    assert ran.err == "pollex: the tests of small show 47.0 percent, less than the 48 wanted\n"
    assert len(ran.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--coverage-file", "c.pdf"),
            "c.pdf: coverage is written to files that end in one of .txt, .json, .info, .html",
        ),
        (
            ("--coverage", "--format", "junit"),
            "JUnit has no place for coverage: write it to a file with --coverage-file",
        ),
        (("--fail-under", "101"), "--fail-under: `101` is not a whole number from 0 to 100"),
    ],
)
def test_what_cannot_be_is_bad_usage(folder: Path, run: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = run("test", "policies", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_only_the_policies_that_were_asked_for(folder: Path, run: Run) -> None:
    other = (
        SMALL.read_text(encoding="utf-8").replace("policy small", "policy other").replace("small:", "other:")
    )
    Path("policies/other.pol").write_text(other.replace("payer medicare", "payer aetna"), encoding="utf-8")
    ran = run("test", "policies/small.pol", "--coverage", "--format", "json")
    assert [one["policy"] for one in json.loads(ran.out)["coverage"]["policies"]] == ["small"]


def test_several_processes_count_the_same(folder: Path, run: Run) -> None:
    one, two = (run("test", "policies", "--coverage", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.out.splitlines()[1:] == two.out.splitlines()[1:]
