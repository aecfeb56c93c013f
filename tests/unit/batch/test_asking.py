"""Batches decided by SQL: the same columns and figures as those decided by Python."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import query
from pollex.batch.asking import Asking
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


def asking(engine: Engine) -> Asking:
    of = engine._program
    payers = sorted({payer for policy in of.policies for payer in policy.payers})
    made = tuple(query(of, payer) for payer in payers)
    return Asking(engine, DuckDb(threads=1), made, DEFAULT, "duckdb")


def both_ways(folder: Path, claims: list[dict[str, Any]], engine: Engine, chunk: int) -> Any:
    """The rows of decisions, once they are the same by SQL and by Python."""
    write_claims(iter(claims), folder / "claims")
    columns = Desk(engine, DEFAULT, frozenset(), columns=True)
    expected, _ = run(job(folder, "claims", out="python", desk=columns, chunk=chunk))
    found, _ = run(job(folder, "claims", out="sql", desk=asking(engine), chunk=chunk))
    assert found == expected
    rows = pq.read_table(folder / "sql")
    assert rows.equals(pq.read_table(folder / "python"))
    return rows


def test_made_up_claims_of_every_payer(tmp_path: Path) -> None:
    claims = list(synthesis(policies().compilation.program, "asking").claims(200))
    rows = both_ways(tmp_path, claims, engine_of(policies()), chunk=120)
    assert set(rows.column("outcome").to_pylist()) == {"allow", "deny", "pend", "no_policy"}


def test_cases_of_the_shipped_policies(tmp_path: Path) -> None:
    """Every fifth."""
    suite = Suite(policies())
    claims = [found for case in suite.cases[2::5] if (found := suite.run(case).claim) is not None]
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
