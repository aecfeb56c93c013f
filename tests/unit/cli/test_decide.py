"""`pollex decide`: what it prints, where, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pollex.backends.assumed import ASSUMPTIONS
from pollex.cli.usage import deciding, options
from pollex.intake.document import Limits
from unit.cli.small import POLICY, Run, claim, line

GOLDEN = Path(__file__).parent / "golden"
UNDER = ("--policies", "policies")


def written(name: str, *documents: Any, as_list: bool = False) -> str:
    """A file of claims: a list, or a claim on each line."""
    text = json.dumps(list(documents)) if as_list else "\n".join(map(json.dumps, documents))
    Path(name).write_text(text, encoding="utf-8")
    return name


def whole_claim() -> dict[str, Any]:
    """A claim with a line for everything that a decision can say."""
    lines = (
        line(1, "44120", "80", charge_amount="2000.00"),
        line(2, units="2"),
        line(3, "44120", "22"),
        line(4, "44121"),
        line(5, "99213"),
        line(6, fee_schedule_amount=None),
        line(7, "44120", "22", rendering_provider={"npi": "1234567893"}),
    )
    reviewed = {
        "concept": "increased-work",
        "document": "operative-note",
        "status": "not_found",
        "line_number": 7,
    }
    return claim("C-1", *lines, rendering_provider=None, documentation=[reviewed])


@pytest.fixture
def is_decision(checkout: Path) -> Callable[[Any], bool]:
    """Whether a document keeps to the schema of decisions."""
    schema = json.loads((checkout / "schemas" / "decision.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    return lambda document: bool(validator.is_valid(document))


# ------------------------------------------------------------------ text


def test_text_is_what_an_examiner_reads(folder: Path, run: Run, golden: Callable[[Path, str], None]) -> None:
    ran = run("decide", written("c.json", whole_claim()), *UNDER)
    assert (ran.code, ran.err) == (0, "")
    golden(GOLDEN / "decision.txt", ran.out)


def test_explained_text_has_every_rule_with_what_it_read(
    folder: Path, run: Run, golden: Callable[[Path, str], None]
) -> None:
    ran = run("decide", written("c.json", claim("C-1", line(1, "44121", "22"))), *UNDER, "--explain")
    assert (ran.code, ran.err) == (0, "")
    golden(GOLDEN / "explained.txt", ran.out)


def test_several_claims_stand_below_each_other_with_a_count(folder: Path, run: Run) -> None:
    ran = run("decide", written("c.ndjson", claim("A"), claim("B")), *UNDER)
    assert ran.code == 0
    assert [text for text in ran.out.splitlines() if text.startswith("Claim ")] == [
        "Claim A, medicare (medicare-ffs): ALLOW",
        "Claim B, medicare (medicare-ffs): ALLOW",
    ]
    assert ran.err == "2 claims decided\n"


def test_what_a_claim_holds_is_neither_markup_nor_a_command_to_the_terminal(folder: Path, run: Run) -> None:
    policy = POLICY.replace('"An assistant is paid 16 percent."', '"[bold]Not\u202e bold[/bold] :smile:"')
    Path("policies/small.pol").write_text(policy, encoding="utf-8")
    ran = run("decide", written("c.json", claim("[red]A[/red]", line(1, "44120", "80"))), *UNDER)
    assert "Claim [red]A[/red], medicare" in ran.out
    assert "[bold]Not\N{REPLACEMENT CHARACTER} bold[/bold] :smile: [PFS, MANUAL]" in ran.out
    assert "\x1b" not in ran.out


def test_the_shipped_policies_decide_where_none_are_named(folder: Path, run: Run) -> None:
    ran = run("decide", written("c.json", claim("A", line(1, "99999"))), "--format", "ndjson")
    assert (ran.code, json.loads(ran.out)["outcome"]) == (0, "no_policy")


# ------------------------------------------------------------------ documents


def test_json_is_one_decision_for_one_claim(
    folder: Path, run: Run, is_decision: Callable[[Any], bool]
) -> None:
    ran = run("decide", written("c.json", whole_claim()), *UNDER, "--format", "json")
    document = json.loads(ran.out)
    assert ran.code == 0
    assert is_decision(document)
    assert ran.out == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_json_is_a_list_for_a_list_even_of_one(folder: Path, run: Run) -> None:
    ran = run("decide", written("c.json", claim("A"), as_list=True), *UNDER, "--format", "json")
    assert [decision["claim_id"] for decision in json.loads(ran.out)] == ["A"]


@pytest.mark.parametrize("as_list", [True, False])
def test_json_is_a_list_for_several_claims(folder: Path, run: Run, as_list: bool) -> None:
    name = written("c.json", claim("A"), claim("B"), claim("C"), as_list=as_list)
    ran = run("decide", name, *UNDER, "--format", "json")
    assert [decision["claim_id"] for decision in json.loads(ran.out)] == ["A", "B", "C"]
    assert ran.err == ""


def test_json_is_a_list_for_several_files(folder: Path, run: Run) -> None:
    files = written("a.json", claim("A")), written("b.json", claim("B"))
    ran = run("decide", *files, *UNDER, "--format", "json")
    assert [decision["claim_id"] for decision in json.loads(ran.out)] == ["A", "B"]


def test_an_invalid_claim_does_not_harm_the_document(folder: Path, run: Run) -> None:
    bad = claim("B", line(1, charge_amount=12.5))
    ran = run("decide", written("c.ndjson", claim("A"), bad, claim("C")), *UNDER, "--format", "json")
    assert ran.code == 1
    assert [decision["claim_id"] for decision in json.loads(ran.out)] == ["A", "C"]
    alone = run("decide", written("b.json", bad), *UNDER, "--format", "json")
    assert (alone.code, alone.out) == (1, "")
    listed = run("decide", written("b.json", bad, as_list=True), *UNDER, "--format", "json")
    assert (listed.code, json.loads(listed.out)) == (1, [])


def test_ndjson_is_a_decision_on_each_line(
    folder: Path, run: Run, is_decision: Callable[[Any], bool]
) -> None:
    ran = run(
        "decide", written("c.json", claim("A"), whole_claim(), as_list=True), *UNDER, "--format", "ndjson"
    )
    documents = [json.loads(text) for text in ran.out.splitlines()]
    assert [document["claim_id"] for document in documents] == ["A", "C-1"]
    assert all(map(is_decision, documents))
    assert ran.err == ""


def test_explained_documents_hold_the_decision_and_every_rule(
    folder: Path, run: Run, is_decision: Callable[[Any], bool]
) -> None:
    name = written("c.json", claim("A", line(1, "44121", "22"), line(2, "99213")))
    document = json.loads(run("decide", name, *UNDER, "--format", "json", "--explain").out)
    assert is_decision(document["decision"])
    first, second = document["explanation"]
    rules = {rule["rule"]: rule for rule in first["rules"]}
    assert (first["line_number"], second) == (1, {"line_number": 2, "rules": []})
    assert {name: rule["holds"] for name, rule in rules.items()} == {
        "above-the-fee": False,
        "assistant": False,
        "too-many": None,
        "more-work": True,
        "reminder": True,
        "stricter": True,
    }
    assert rules["stricter"]["trial"]
    assert rules["too-many"]["when"] == "when units is more than limits units"
    assert rules["too-many"]["effects"] == ["deny with co carc 222"]
    assert {"table": "limits", "key": "44121", "term": "limits units", "value": None} in rules["too-many"][
        "because"
    ]
    assert document == json.loads(run("decide", name, *UNDER, "--format", "ndjson", "--explain").out)


def test_an_exception_that_applies_is_named(folder: Path, run: Run) -> None:
    provider = {"npi": "1234567893", "tax_id": "12-3456789"}
    name = written("c.json", claim("A", line(1, "44120", "22"), billing_provider=provider))
    said = run("decide", name, *UNDER, "--explain").out
    assert "exception: agreed" in said


# ------------------------------------------------------------------ inputs


def test_standard_input(folder: Path, run: Run, typed: Callable[[str | bytes], None]) -> None:
    typed(json.dumps(claim("A")) + "\n" + json.dumps(claim("B")))
    ran = run("decide", "-", *UNDER, "--format", "ndjson")
    assert (ran.code, [json.loads(text)["claim_id"] for text in ran.out.splitlines()]) == (0, ["A", "B"])


def test_standard_input_is_read_once(folder: Path, run: Run) -> None:
    ran = run("decide", "-", "-", *UNDER)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "pollex: standard input (`-`) can be named once\n"


def test_invalid_claims_are_reported_with_place_and_every_fault_but_no_value(folder: Path, run: Run) -> None:
    bad = claim("SECRET", line(1, fee_schedule_amount=12.75, units="many"))
    del bad["diagnoses"]
    texts = [json.dumps(claim("A")), json.dumps(bad), '{"claim_id": "SECRET', json.dumps(claim("B"))]
    Path("c.ndjson").write_text("\n".join(texts), encoding="utf-8")
    ran = run("decide", "c.ndjson", *UNDER, "--format", "ndjson")
    assert ran.code == 1
    assert [json.loads(text)["claim_id"] for text in ran.out.splitlines()] == ["A", "B"]
    said = ran.err.splitlines()
    assert said[0] == "c.ndjson: claim 2 (line 2) is not valid: 3 faults"
    assert [text.split(":")[0].strip() for text in said[1:4]] == [
        "/diagnoses",
        "/lines/0/fee_schedule_amount",
        "/lines/0/units",
    ]
    assert said[4] == "c.ndjson: claim 3 (line 3) is not valid: 1 fault"
    assert said[-1] == "2 claims decided, 2 claims not valid"
    assert not any(value in ran.err for value in ("SECRET", "12.75", "many"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "has no claim in it"),
        (b" \n\n ", "has no claim in it"),
        (b"[]", "has no claim in it"),
        (bytes(range(256)), "UTF-16 or UTF-32"),
        (b"PK\x03\x04rest", "compressed"),
        ('{"claim_id": "A"}'.encode("utf-16"), "UTF-16"),
        (b'{"claim_id": "\xff"}', "not UTF-8"),
        (b'{"claim_id": ', "cut off"),
        (b"42", "is a number"),
        (b'{"claim_id":' + b"[" * 100_000, "nested more than 64 levels"),
        (b'{"claim_id": NaN}', "NaN"),
    ],
)
def test_a_file_that_holds_no_good_claim_is_a_finding(folder: Path, run: Run, data: bytes, said: str) -> None:
    Path("c.json").write_bytes(data)
    ran = run("decide", "c.json", *UNDER)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("c.json: ")
    assert said in ran.err


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_decided(folder: Path, run: Run) -> None:
    Path("claims").mkdir()
    files = "nowhere.json", "claims", written("c.json", claim("A"))
    ran = run("decide", *files, *UNDER, "--format", "json")
    assert ran.code == 2
    assert [decision["claim_id"] for decision in json.loads(ran.out)] == ["A"]
    assert ran.err.splitlines() == [
        "pollex: nowhere.json cannot be read: no such file or directory",
        "pollex: claims is a folder: name the files of claims in it",
    ]


# ------------------------------------------------------------------ limits and assumptions


def test_limits_are_as_the_caller_says(folder: Path, run: Run) -> None:
    name = written("c.json", claim("A"))
    assert "larger than 200 bytes" in run("decide", name, *UNDER, "--max-bytes", "200").err
    assert "more than 2 levels" in run("decide", name, *UNDER, "--max-depth", "2").err
    nested = '{"claim_id": ' + "[" * 150 + "]" * 150 + "}"
    Path("deep.json").write_text(nested, encoding="utf-8")
    ran = run("decide", "deep.json", *UNDER, "--max-depth", str(deciding.DEEPEST))
    assert (ran.code, "/claim_id: a claim id is needed here, not a list" in ran.err) == (1, True)


def test_what_help_says_of_limits_and_assumptions_is_so() -> None:
    assert Limits(deciding.MOST_BYTES, deciding.MOST_LEVELS) == Limits()
    assert set(options.ASSUMPTIONS) == set(ASSUMPTIONS)


def test_assumptions_are_made_and_listed(folder: Path, run: Run) -> None:
    name = written("c.json", claim("A"))
    assumed = [option for what in options.ASSUMPTIONS for option in ("--assume", what)]
    ran = run("decide", name, *UNDER, *assumed, "--format", "json")
    pointers = {assumption["pointer"] for assumption in json.loads(ran.out)["assumptions"]}
    assert pointers == {"/history", "/prior_authorizations"}


# ------------------------------------------------------------------ policies


def test_policies_with_errors_decide_nothing(folder: Path, run: Run) -> None:
    Path("policies/small.pol").write_text(POLICY.replace("in resections", "in resectoins"), encoding="utf-8")
    ran = run("decide", written("c.json", claim("A")), *UNDER)
    assert (ran.code, ran.out) == (1, "")
    assert "policies/small.pol:3:21: error[POL" in ran.err
    assert "did you mean `resections`?" in ran.err
    assert ran.err.endswith("pollex: the policies cannot be run: 1 error\n")


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ("nowhere", "there is no file or folder nowhere"),
        ("empty", "there is no policy file (*.pol) in empty"),
        ("binary.pol", "binary.pol cannot be read: it is not UTF-8"),
    ],
)
def test_policies_that_are_not_there_are_bad_usage(folder: Path, run: Run, policies: str, said: str) -> None:
    Path("empty").mkdir()
    Path("binary.pol").write_bytes(b"\xff\xfe\x00")
    ran = run("decide", written("c.json", claim("A")), "--policies", policies)
    assert (ran.code, ran.out, ran.err) == (2, "", f"pollex: {said}\n")


def test_policies_may_be_named_more_than_once(folder: Path, run: Run) -> None:
    other = "policy other payer medicare applies to cpt 99213 in effect from 2026-01-01 otherwise deny\n"
    Path("other.pol").write_text(other, encoding="utf-8")
    name = written("c.json", claim("A", line(1), line(2, "99213")))
    ran = run("decide", name, *UNDER, "--policies", "other.pol", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert [found["id"] for found in json.loads(ran.out)["policies"]] == ["other", "small"]
