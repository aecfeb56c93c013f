"""`pollex suggest`: tests ready to paste, their document, and what was not found."""

from __future__ import annotations

import json
from pathlib import Path

from unit.cli.small import Run

SMALL = Path("policies/small.pol")


def test_what_is_printed_is_a_file_of_tests(folder: Path, run: Run) -> None:
    ran = run("suggest", "policies")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("part of small\n\n# Suggested. A person must confirm what is expected.")
    Path("policies/suggested.pol").write_text(ran.out, encoding="utf-8")
    tested = run("test", "policies", "--fail-under", "100")
    assert (tested.code, tested.err) == (0, "")
    again = run("suggest", "policies")
    assert (again.code, again.out) == (0, "# No test is needed: every answer that can be given is seen.\n")


def test_the_document_holds_claims(folder: Path, run: Run) -> None:
    (policy,) = json.loads(run("suggest", "policies", "--format", "json").out)["policies"]
    assert (policy["policy"], policy["not_found"]) == ("small", [])
    late = next(one for one in policy["tests"] if "the rule too-many can be true" in one["shows"])
    (line,) = late["claim"]["lines"]
    assert line["units"] == "2"
    assert "where line 1 units is 2" in late["text"]


def test_what_was_not_found_is_said(folder: Path, run: Run) -> None:
    text = SMALL.read_text(encoding="utf-8").partition("\nfixture")[0]
    SMALL.write_text(text, encoding="utf-8")
    ran = run("suggest", "policies")
    assert ran.code == 1
    assert "pollex: small: no claim was found for this: the rule assistant can be true\n" in ran.err
    assert "# No test is needed" not in ran.out
