"""Spark SQL: that it decides as the interpreter and DuckDB do, and what it spells otherwise.

All that runs Spark stands in this file, so that one process starts it, once.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from pollex.backends.interpret.claim import decide
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import query
from pollex.backends.sql.spark import Spark, local_session
from pollex.backends.sql.sparksql import SPARK
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.layout import table, write_claims
from pollex.batch.parquet import plain
from pollex.ir.program import Program
from pollex.synth.claims import synthesis
from pollex.testing import run
from pollex.workspace import shipped
from property.claims import Claim
from property.policies import World, worlds
from property.runs import runs, sound
from property.test_laws import some_claims
from unit.backends.small import claim, policy_file, program, table_file

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="needs PySpark: pollex[spark]"),
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java 17"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    opened = local_session(2)
    yield opened
    opened.stop()


def decided(
    of: Program, claims: list[dict[str, Any]], session: Any, wanted: tuple[str, ...] = ()
) -> list[Verdict]:
    """Decide claims of all payers by Spark, each checked against the interpreter and DuckDB."""

    def exact(_: int, row: Mapping[str, Any]) -> Verdict:
        return verdict_of(decide(of, plain(row), (), "0"))

    payers = wanted or sorted({payer for policy in of.policies for payer in policy.payers})
    on_spark = Spark(tuple(query(of, payer, None, SPARK) for payer in payers), session=session)
    found = [one for one in on_spark.verdicts(table(claims), exact) if one is not None]
    on_duckdb = DuckDb(tuple(query(of, payer) for payer in payers), threads=1)
    assert found == list(on_duckdb.verdicts(table(claims), exact))
    for one, verdict in zip(claims, found, strict=True):
        expected = verdict_of(decide(of, one, (), "0"))
        assert verdict.to_dict() | {"exact": True} == expected.to_dict(), one["claim_id"]
    return found


# ------------------------------------------------------------------ as the interpreter does

PAYERS = ("bcbs-tx",)


def test_shipped_policies(session: Any) -> None:
    """Cases of the tests, and made-up claims, of one payer: a query takes Spark seconds to plan."""
    policies = shipped()
    of = policies.compilation.program
    suite = run.Suite(policies)
    claims = [found for case in suite.cases[::4] if (found := suite.run(case).claim) is not None]
    claims += synthesis(of, "spark").claims(600)
    wanted = [one for one in claims if one["payer"]["id"] in PAYERS]
    found = decided(of, wanted, session, PAYERS)
    assert sum(not one.exact for one in found) > 0.7 * len(found) > 80


@runs(4)
@given(worlds(), some_claims)
def test_random_policies_and_claims(session: Any, world: World, drawn: list[Claim]) -> None:
    decided(sound(world), drawn, session)


# ------------------------------------------------------------------ what Spark spells, or does, otherwise

EVIL = "\\'); DROP TABLE claims; -- ${user.home}"
BOTH = [{"code": "K56.50"}, {"code": "K56.60"}]
RULES = """
use table shares
rule a when modifier 50 reduce to 13.6 percent
rule b when modifier 51 reduce to 62.5 percent
rule c when modifier 52 reduce to shares share percent
rule d when modifier 53 pay at most 33.33 percent of billed charge
rule e when modifier 54 reduce by $10.05
rule f when modifier 55 reduce to 12.3456 * units percent
rule g when modifier 56 and received date is more than 1 month after the service date deny
rule h when modifier 57 and any pointed diagnosis K56.50 deny
"""


def test_numbers_dates_lists_and_texts(session: Any) -> None:
    shares = table_file("shares", "{share: {type: percent}}", '{key: "44120", share: 12.345}')
    rules = f'{RULES}rule i when modifier 58 and billing tax id "{EVIL}" deny\n'
    of = program(policy_file(rules), shares)
    # The fee, modifiers and units of a line; its share, its dollars, and whether it is for the exact way.
    lines: list[tuple[str | None, list[str], str, str | None, str | None, bool]] = [
        ("1136.30", ["50"], "1", "13.6", "154.54", False),
        ("2281.29", ["50", "51", "52"], "1", "1.049325", "23.94", False),
        ("0.01", ["51"], "1", "62.5", "0.01", False),
        ("100.00", ["53"], "1", "100", "50.00", False),
        ("10.04", ["54"], "1", "100", "0.00", False),
        ("99.99", ["51", "54"], "1", "62.5", "52.44", False),
        ("999999999999.99", ["51"], "1", "62.5", "624999999999.99", True),
        (None, ["51"], "1", "62.5", None, False),
        ("100.00", ["55"], "3.0001", "37.038035", "111.12", False),
        ("100.00", ["55"], "999999999.9999", None, None, True),
    ]
    claims = [
        claim({"modifiers": codes, "fee_schedule_amount": fee, "units": units})
        for fee, codes, units, *_ in lines
    ]
    found = decided(of, claims, session)
    said = [(one.lines[0].percent, one.lines[0].allowed_amount, one.exact) for one in found]
    assert said[:-1] == [tuple(line[3:]) for line in lines[:-1]]
    assert said[-1][2]
    moved = [{**claim({"modifiers": ["56"]}), "received_date": f"2026-03-{day}"} for day in (28, 29)]
    pointed = [
        {**claim({"modifiers": ["57"], "diagnosis_pointers": [place]}), "diagnoses": BOTH} for place in (1, 2)
    ]
    known = {"npi": "1234567893", "tax_id": EVIL}
    named = claim({"modifiers": ["58"]})
    more = decided(of, [*moved, *pointed, named, {**named, "billing_provider": known}], session)
    assert [one.outcome for one in more] == ["allow", "deny", "deny", "allow", "allow", "deny"]


def test_a_session_of_the_user_keeps_its_views_and_settings(session: Any) -> None:
    session.range(3).createOrReplaceTempView("claims")
    session.conf.set("spark.sql.ansi.enabled", "false")
    decided(program(policy_file("rule r when modifier 22 deny")), [claim()], session)
    assert session.table("claims").count() == 3
    assert session.conf.get("spark.sql.ansi.enabled") == "false"


# ------------------------------------------------------------------ the job in engine/README.md


def test_the_job_of_a_cluster_decides_all_claims(session: Any, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[3] / "engine" / "README.md").read_text(encoding="utf-8")
    _, _, section = readme.partition("## On a Spark cluster")
    job: dict[str, Any] = {"__name__": "decide"}
    exec(section.partition("```python\n")[2].partition("```")[0], job)  # noqa: S102 - it is our own text
    of = shipped().compilation.program
    claims = [one for one in synthesis(of, "job").claims(120) if one["payer"]["id"] in ("bcbs-tx", "uhc")]
    write_claims(claims, tmp_path / "claims.parquet")
    (tmp_path / "bcbs-tx.sql").write_text(query(of, "bcbs-tx", None, SPARK).text, encoding="utf-8")
    job["main"](str(tmp_path / "claims.parquet"), str(tmp_path / "out"), str(tmp_path / "bcbs-tx.sql"))
    by_sql = session.read.parquet(str(tmp_path / "out" / "by-sql")).where("NOT exact").collect()
    finished = session.read.parquet(str(tmp_path / "out" / "finished")).collect()
    found = {row["claim_id"]: row["outcome"] for row in (*by_sql, *finished)}
    assert found == {one["claim_id"]: decide(of, one, (), "0").outcome for one in claims}
    assert len(by_sql) + len(finished) == len(claims)
    assert by_sql
    assert finished
