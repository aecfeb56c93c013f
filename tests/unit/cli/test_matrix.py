"""`pollex matrix`: the table in its forms, its choices, and what it says of mistakes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from pollex import resources
from unit.cli.small import Run, without_frame
from unit.compare.matrix import small

GOLDEN = Path(__file__).parent / "golden"
ON = ("--on", "2026-05-04")


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two payers of the matrix's own tests, in a folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "policies"
    for name, text in (
        ("acme.pol", small.ACME),
        ("other.pol", small.OTHER),
        ("tables/fees.yaml", small.FEES),
        ("tables/pairs.yaml", small.PAIRS),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md"), ("html", "html")])
def test_each_form_says_the_same(
    run: Run, policies: Path, golden: Callable[[Path, str], None], form: str, suffix: str
) -> None:
    asked = ("--modifiers", "22,62,80,AS", "--format", form)
    done = run("matrix", "44120", "--policies", policies, *ON, *asked)
    assert (done.code, done.err) == (0, "")
    golden(GOLDEN / f"matrix.{suffix}", without_frame(done.out))


def test_json_follows_its_schema(run: Run, policies: Path) -> None:
    done = run("matrix", "44120", "--policies", policies, *ON, "--format", "json")
    document = json.loads(done.out)
    schema = json.loads(resources.read_text("schemas", "matrix.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["payers"] == ["acme", "other"]
    texts = {t["questions"][0]["id"]: [cell["text"] for cell in t["cells"]] for t in document["topics"]}
    assert texts["62"] == ["100%", "62.5%"]


def test_payers_in_the_order_in_which_they_are_named(run: Run, policies: Path) -> None:
    asked = ("--payers", "other,acme", "--modifiers", "62", "--format", "json")
    document = json.loads(run("matrix", "44120", "--policies", policies, *ON, *asked).out)
    assert document["payers"] == ["other", "acme"]


def test_a_page_asks_nothing_of_the_web(run: Run, policies: Path) -> None:
    page = run("matrix", "44120", "--policies", policies, *ON, "--format", "html").out
    assert not re.findall(r"<(?:script|link|img|iframe)|@import|url\(", page)


def test_a_file_takes_what_standard_output_would(run: Run, policies: Path) -> None:
    asked = ("matrix", "44120", "--policies", policies, *ON, "--modifiers", "22", "--format", "markdown")
    assert run(*asked, "-o", "matrix.md").out == ""
    assert Path("matrix.md").read_text(encoding="utf-8") == run(*asked).out


def test_another_claim_to_start_from(run: Run, policies: Path) -> None:
    """A replacement is asked about as a replacement."""
    claim = small.plain()
    claim["payer"]["network_status"] = "out-of-network"
    Path("claim.json").write_text(json.dumps(claim), encoding="utf-8")
    asked = ("matrix", "44120", "--policies", policies, *ON, "--claim", "claim.json", "--format", "json")
    document = json.loads(run(*asked).out)
    (filing,) = (t for t in document["topics"] if "filing" in {q["id"] for q in t["questions"]})
    assert filing["cells"][0]["text"] == "days 0 to 90 100%, from day 91 pend: filing"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("44120", "--payers", "acne"), "no policy names a payer `acne`; did you mean `acme`?"),
        (("99999",), "no policy of acme and other decides 99999 on 2026-05-04"),
        (("44120", "--claim", "none.json"), "none.json cannot be read"),
        (("44120", "--claim", "two.json"), "two.json holds more than one claim"),
        (("44120", "--claim", "bare.json"), "the questions change fee_schedule_amount"),
        (("44120", "-o", "no/such/folder.md"), "cannot be written"),
        (("44120", "--payers", ",acme"), "is not a list of names"),
        ((), "CODE"),
    ],
)
def test_mistakes(run: Run, policies: Path, arguments: tuple[str, ...], said: str) -> None:
    claim = small.plain()
    Path("two.json").write_text(json.dumps([claim, claim]), encoding="utf-8")
    del claim["lines"][0]["fee_schedule_amount"]
    Path("bare.json").write_text(json.dumps(claim), encoding="utf-8")
    done = run("matrix", *arguments, "--policies", policies, *ON)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_claim_that_is_not_valid_is_not_asked(run: Run, policies: Path) -> None:
    claim = small.plain()
    claim["lines"][0]["service_date"] = "yesterday"
    Path("bad.json").write_text(json.dumps(claim), encoding="utf-8")
    done = run("matrix", "44120", "--policies", policies, *ON, "--claim", "bad.json")
    assert done.code == 1
    assert "/lines/0/service_date" in done.err
    assert "yesterday" not in done.err
