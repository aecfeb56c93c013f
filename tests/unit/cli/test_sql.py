"""`pollex sql`: the query, where it goes, and what it leaves open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pollex.batch.layout import write_claims
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK
from unit.cli.small import POLICY, Run, claim


@pytest.mark.usefixtures("folder")
def test_each_rule_stands_in_its_authors_words(run: Run) -> None:
    ran = run("sql", "medicare", "--policies", "policies")
    assert (ran.code, ran.err) == (OK, "")
    assert ran.out.startswith("-- Claims of payer medicare under\n-- small, in effect from 2026-01-01\n")
    assert '-- rule above-the-fee "Charge above the fee"\n' in ran.out
    assert "(this.billed_charge > this.fee)" in ran.out


@pytest.mark.usefixtures("folder")
def test_the_query_goes_into_a_file(run: Run) -> None:
    shown = run("sql", "medicare", "--policies", "policies").out
    ran = run("sql", "medicare", "--policies", "policies", "-o", "query.sql")
    assert (ran.code, ran.out, Path("query.sql").read_text("utf-8")) == (OK, "", shown)


@pytest.mark.usefixtures("folder")
def test_what_sql_does_not_say_is_named(run: Run) -> None:
    rule = "\nrule thirds\n  when modifier 22\n  reduce to 100 / units percent\n"
    Path("policies/small.pol").write_text(POLICY + rule, encoding="utf-8")
    ran = run("sql", "medicare", "--policies", "policies")
    assert ran.code == OK
    assert "small.pol:" in ran.err.splitlines()[0]
    assert "info[POL902]: SQL does not say all of `thirds`: a division" in ran.err.splitlines()[0]
    assert "| rule thirds\n" in ran.err
    assert "-- NOT IN SQL, so for the exact way: a division\n" in ran.out


@pytest.mark.usefixtures("folder")
def test_the_query_is_written_in_the_dialect_that_is_asked_for(run: Run) -> None:
    asked = ("sql", "medicare", "--policies", "policies", "--dialect")
    assert "list_transform(given_lines, lambda line: " in run(*asked, "duckdb").out
    assert " transform(given_lines, line -> " in run(*asked, "spark").out


@pytest.mark.usefixtures("folder")
def test_an_engine_that_is_not_installed_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given({})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = run("sql", "medicare", "--policies", "policies", "--claims", "c.parquet", "--dialect", "spark")
    assert (ran.code, ran.out) == (BAD_USAGE, "")
    assert "pip install 'pollex[spark]'" in ran.err


@pytest.mark.usefixtures("folder")
def test_a_payer_without_policies_is_refused(run: Run) -> None:
    ran = run("sql", "medicar", "--policies", "policies")
    assert (ran.code, ran.out) == (BAD_USAGE, "")
    assert "did you mean `medicare`?" in ran.err


# ------------------------------------------------------------------ --claims


def given(*changes: dict[str, Any]) -> None:
    write_claims([{**claim(f"C-{place}"), **one} for place, one in enumerate(changes, 1)], Path("c.parquet"))


@pytest.mark.usefixtures("folder")
def test_claims_are_decided_in_their_order_and_finished(run: Run, checkout: Path) -> None:
    given({}, {"payer": {"id": "other"}}, {"lines": [{**claim()["lines"][0], "procedure_code": "99213"}]})
    ran = run("sql", "medicare", "--policies", "policies", "--claims", "c.parquet")
    assert (ran.code, ran.err) == (OK, "pollex: 3 claims decided, 2 of them in SQL\n")
    found = [json.loads(line) for line in ran.out.splitlines()]
    schema = json.loads((checkout / "schemas" / "verdict.schema.json").read_text("utf-8"))
    for one in found:
        Draft202012Validator(schema).validate(one)
    assert [(one["claim_id"], one["outcome"], one["exact"]) for one in found] == [
        ("C-1", "allow", False),
        ("C-2", "no_policy", True),
        ("C-3", "no_policy", False),
    ]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "nowhere cannot be read: no such file or directory"),
        ("policies", "policies is a folder: name the files of claims in it"),
        (
            "c.json",
            (
                "--claims asks Parquet, which c.json is not: "
                "`pollex batch c.json --to-parquet -o FILE.parquet` lays its claims out"
            ),
        ),
        ("cut.parquet", "cut.parquet cannot be read as Parquet: it is damaged, or cut off"),
    ],
)
def test_claims_that_cannot_be_asked_are_one_sentence(run: Run, name: str, said: str) -> None:
    Path("c.json").write_text('{"claim_id": "SECRET"}', encoding="utf-8")
    Path("cut.parquet").write_bytes(b"PAR1 SECRET")
    ran = run("sql", "medicare", "--policies", "policies", "--claims", name)
    assert (ran.code, ran.out, ran.err) == (2, "", f"pollex: {said}\n")


@pytest.mark.usefixtures("folder")
def test_a_row_that_is_no_claim_is_named_without_a_value(run: Run) -> None:
    given({}, {"payer": {"id": "other"}, "place_of_service": "SECRET"})
    ran = run("sql", "medicare", "--policies", "policies", "--claims", "c.parquet", "-o", "v.ndjson")
    assert ran.code == FINDINGS
    assert ran.err.startswith("pollex: claim 2 is not valid; /place_of_service")
    assert "SECRET" not in ran.err
    assert len(Path("v.ndjson").read_text("utf-8").splitlines()) == 1


@pytest.mark.usefixtures("folder")
def test_a_file_in_another_layout_is_refused(run: Run) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    given({})
    parquet.write_table(parquet.read_table("c.parquet").drop_columns(["lines"]), "d.parquet")
    for name, said in (("d.parquet", "the column lines is not laid out"), ("none.parquet", "cannot be read")):
        ran = run("sql", "medicare", "--policies", "policies", "--claims", name)
        assert (ran.code, ran.out) == (BAD_USAGE, "")
        assert said in ran.err
