"""Batches decided by SQL: the same columns and figures as those decided by Python."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pollex.backends.assumed import ASSUMPTIONS
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import Query, query
from pollex.batch.asking import ALWAYS, Asking, Lines, Questions
from pollex.batch.deciding import Desk
from pollex.batch.layout import write_claims
from pollex.engine import Engine, engine_of
from pollex.intake.document import DEFAULT
from pollex.source.text import UnreadableFile
from pollex.synth.claims import synthesis
from pollex.testing.run import Suite
from pollex.workspace import Workspace, shipped
from unit.backends.small import LINE, claim, policy_file, program
from unit.batch.claims import Seen, Stopped, job, mixed, ndjson, run

pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("duckdb")


@cache
def policies() -> Workspace:
    return shipped()


@dataclass(slots=True)
class Heard:
    """DuckDB, and whom it was asked for."""

    payers: list[str] = field(default_factory=list)

    def lines(self, queries: Iterable[Query], claims: Any) -> Iterator[tuple[Query, Any]]:
        queries = tuple(queries)
        self.payers += [one.payer for one in queries]
        return DuckDb(threads=1).lines(queries, claims)


def asking(engine: Engine, sql: Lines | None = None, worth: int = ALWAYS, *assume: str) -> Asking:
    of = engine.program
    payers = sorted({payer for policy in of.policies for payer in policy.payers})
    made = tuple(query(of, payer) for payer in payers)
    questions = Questions(sql or DuckDb(threads=1), made, worth)
    return Asking(Desk(engine, DEFAULT, frozenset(assume), columns=True), questions, "duckdb")


def both_ways(
    folder: Path, claims: list[dict[str, Any]], engine: Engine, chunk: int, desk: Asking | None = None
) -> Any:
    """The rows of decisions, once they are the same by SQL and by Python."""
    write_claims(iter(claims), folder / "claims")
    return same_rows(folder, desk or asking(engine), chunk)


def same_rows(folder: Path, desk: Asking, chunk: int, workers: int = 1) -> Any:
    """The same, of claims that are in columns already."""
    expected, _ = run(job(folder, "claims", out="python", desk=desk.desk, chunk=chunk))
    found, _ = run(job(folder, "claims", out="sql", desk=desk, chunk=chunk, workers=workers))
    assert found == expected
    rows = pq.read_table(folder / "sql")
    assert rows.equals(pq.read_table(folder / "python"))
    refused = [(folder / f"{name}.rejects").read_bytes() for name in ("sql", "python")]
    assert refused[0] == refused[1]
    return rows


def test_made_up_claims_of_every_payer(tmp_path: Path) -> None:
    claims = list(synthesis(policies().compilation.program, "asking").claims(200))
    rows = both_ways(tmp_path, claims, engine_of(policies()), chunk=120)
    assert set(rows.column("outcome").to_pylist()) == {"allow", "deny", "pend", "no_policy"}


def test_several_processes_finish_what_is_left(tmp_path: Path) -> None:
    """Some hundred claims of which SQL leaves open every second."""
    claims = [
        {**claim(), "claim_id": str(at), "received_date": ("2026-03-03", None)[at % 2]} for at in range(500)
    ]
    write_claims(iter(claims), tmp_path / "claims")
    engine = Engine(program(policy_file("rule r when received date is after the service date deny")))
    assert same_rows(tmp_path, asking(engine), 450, workers=2).num_rows == 500


def test_cases_of_the_shipped_policies(tmp_path: Path) -> None:
    """Every fifth."""
    suite = Suite(policies())
    claims = [found for case in suite.cases[2::5] if (found := suite.claim(case)) is not None]
    both_ways(tmp_path, claims, engine_of(policies()), chunk=1000)


RULES = """
rule r1 when modifier 22 require documentation of lysis
rule r2 when modifier 50 require documentation of lysis in operative-note, otherwise deny with co carc 50
rule r3 when received date is more than 30 days after the service date note "Late."
rule r4 when modifier 51 reduce to 62.5 percent, with co carc 59
rule r5 when modifier 53 deny with co carc 97 rarc M144
rule r6 when modifier 54 pay at most 50 percent of billed charge
rule r7 when modifier 55 pend for review by surgery with co carc 252
"""
TRIAL = "rule r8 on trial when modifier 52 deny"


def test_whatever_a_decision_can_say(tmp_path: Path) -> None:
    """Each rule alone and two together, each kind of documentation, no charge, no fee, another payer."""
    marks = ["22", "50", "51", "53", "54", "55"]
    facts = [None, [{"concept": "lysis", "status": "not_found"}], [{"concept": "lysis", "status": "found"}]]
    lines = [{**LINE, "modifiers": [one, other]} for one in marks for other in marks if one <= other]
    lines += [{**line, "charge_amount": None} for line in lines] + [LINE, {**LINE, "modifiers": None}]
    lines += [{**line, "fee_schedule_amount": None, "units": None} for line in lines]
    claims = [
        {
            **claim(),
            "claim_id": f"{place} {number}",
            "documentation": known,
            "received_date": day,
            "lines": [line, {**LINE, "line_number": 2}],
        }
        for place, line in enumerate(lines)
        for number, known in enumerate(facts)
        for day in (None, "2026-03-03")
    ]
    claims.append({**claim(), "payer": {"id": "uhc"}})
    both_ways(tmp_path, claims, Engine(program(policy_file(RULES))), chunk=300)


def test_rules_on_trial_are_for_the_exact_way(tmp_path: Path) -> None:
    claims = [claim(), claim({"modifiers": ["52"]})]
    rows = both_ways(tmp_path, claims, Engine(program(policy_file(RULES + TRIAL))), chunk=300)
    assert rows.column("trial").to_pylist() == [[], [{"rule": "r8", "would": "deny"}]]


# ------------------------------------------------------------------ rows that are no claims


def test_rows_that_are_no_claims_are_refused_as_in_any_batch(tmp_path: Path) -> None:
    """Also where SQL alone would see nothing of it; the others are decided in their places."""
    wrong: list[dict[str, Any]] = [
        {"payer": {"id": None}},
        {"lines": []},
        {"lines": None},
        {"lines": [{**LINE, "service_date": None}]},
        {"lines": [{**LINE, "modifiers": ["2"]}]},
        {"lines": [{**LINE, "charge_amount": "-1.00"}]},
        {"lines": [LINE, LINE]},
        {"lines": [{**LINE, "diagnosis_pointers": [12]}]},
        {"place_of_service": "SECRET"},
        {"received_date": "2150-01-01"},
    ]
    claims = [{**claim(), "claim_id": f"C-{place}", **one} for place, one in enumerate([{}, *wrong, {}, {}])]
    rows = both_ways(tmp_path, claims, Engine(program(policy_file(RULES))), chunk=4)
    assert rows.column("claim_id").to_pylist() == ["C-0", "C-11", "C-12"]
    refused = [json.loads(line) for line in (tmp_path / "sql.rejects").read_text("utf-8").splitlines()]
    assert [one["position"] for one in refused] == list(range(2, 12))
    assert [one["faults"][0]["pointer"] for one in refused][-2:] == ["/place_of_service", "/received_date"]
    assert "SECRET" not in (tmp_path / "sql.rejects").read_text("utf-8")


def test_an_element_that_no_claim_has_is_refused(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    write_claims([claim()], tmp_path / "given")
    table = pq.read_table(tmp_path / "given").append_column("position", pyarrow.array([7]))
    pq.write_table(table, tmp_path / "claims")
    assert same_rows(tmp_path, asking(Engine(program(policy_file(RULES)))), 10).num_rows == 0


def test_columns_as_other_libraries_write_them(tmp_path: Path) -> None:
    """Wide texts and lists, items called otherwise, elements in another order."""
    pyarrow = pytest.importorskip("pyarrow")

    def wide(kind: Any) -> Any:
        if pyarrow.types.is_struct(kind):
            return pyarrow.struct([(one.name, wide(one.type)) for one in kind])
        if pyarrow.types.is_list(kind):
            return pyarrow.large_list(pyarrow.field("element", wide(kind.value_type)))
        return pyarrow.large_string() if pyarrow.types.is_string(kind) else kind

    days = (None, "2026-05-01")
    claims = [{**claim(), "claim_id": f"{at}", "received_date": day} for at, day in enumerate(days)]
    write_claims(claims, tmp_path / "given")
    given = pq.read_table(tmp_path / "given")
    made = given.cast(pyarrow.schema([(one.name, wide(one.type)) for one in given.schema]))
    pq.write_table(made.select(made.column_names[::-1]), tmp_path / "claims")
    assert pq.read_schema(tmp_path / "claims").field("lines").type == wide(given.schema.field("lines").type)
    assert same_rows(tmp_path, asking(Engine(program(policy_file(RULES)))), 10).num_rows == 2


# ------------------------------------------------------------------ few claims, and what is vouched for


def test_a_payer_with_few_claims_is_not_asked_for(tmp_path: Path) -> None:
    """Its query would take longer to plan than its claims to be decided."""
    claims = [{**claim(), "claim_id": str(number)} for number in range(12)]
    engine = Engine(program(policy_file(RULES)))
    length = len(asking(engine).questions.queries[0].lines)
    for worth, asked in ((length // 12 + 1, ["aetna"]), (length // 12 - 1, [])):
        heard = Heard()
        both_ways(tmp_path, claims, engine, 12, asking(engine, heard, worth))
        assert heard.payers == asked


VOUCHED = """
rule a when prior authorization is not on file deny with co carc 197
rule b when modifier 50 deny with co carc 97
rule c when history has cpt 44120 within 1 to 90 days before the service date note "Before."
rule d when modifier 51 and history has no line with cpt 44121 within 1 to 90 days before the service date
  reduce to 50 percent
"""
TELLS = "rule e when history complete since is on or before 2020-01-01 deny with co carc 18"


@pytest.mark.parametrize("rules", [VOUCHED, VOUCHED + TELLS])
@pytest.mark.parametrize("assume", [ASSUMPTIONS[:1], ASSUMPTIONS[1:], ASSUMPTIONS])
def test_what_the_caller_vouches_for(tmp_path: Path, rules: str, assume: tuple[str, ...]) -> None:
    own = claim()
    pasts = [None, {"lines": []}, {"lines": [], "complete_since": "2019-01-01"}]
    claims = [
        {
            **own,
            "claim_id": f"{place}",
            "history": past,
            "prior_authorizations": numbers,
            "lines": [{**LINE, "modifiers": codes, "prior_authorizations": at_line}],
        }
        for place, (past, numbers, codes, at_line) in enumerate(
            product(pasts, (None, [], ["A1"]), (["50"], ["51"], []), (None, ["A2"]))
        )
    ]
    engine = Engine(program(policy_file(rules)))
    rows = both_ways(tmp_path, claims, engine, 100, asking(engine, None, ALWAYS, *assume))
    said = {one["text"] for named in rows.column("assumptions").to_pylist() for one in named}
    assert sum("the caller says so" in text for text in said) == len(assume)


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    claims = [{**claim(), "claim_id": str(number)} for number in range(10)]
    engine = Engine(program(policy_file(RULES)))
    write_claims(iter(claims), tmp_path / "claims")
    with pytest.raises(Stopped):
        run(job(tmp_path, "claims", desk=asking(engine)), Seen(stop_after=2))
    _, watch = run(job(tmp_path, "claims", desk=asking(engine)))
    assert watch.before == 6
    assert pq.read_table(tmp_path / "out").column("claim_id").to_pylist() == [str(n) for n in range(10)]


def test_lines_of_json_are_to_be_laid_out_first(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(ndjson(mixed(4)))
    with pytest.raises(UnreadableFile, match="is not Parquet"):
        run(job(tmp_path, "in", desk=asking(Engine(program(policy_file(RULES))))))


def test_other_columns_are_a_sentence(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    pq.write_table(pyarrow.Table.from_pylist(mixed(4)), tmp_path / "in")
    with pytest.raises(UnreadableFile, match=r"the column payer is not laid out as schemas/README"):
        run(job(tmp_path, "in", desk=asking(Engine(program(policy_file(RULES))))))
