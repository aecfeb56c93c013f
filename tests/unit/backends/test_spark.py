"""Spark SQL: that it decides as the interpreter and DuckDB do, and what it spells otherwise.

All that runs Spark stands in this file, so that one process starts it, once.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from pollex.backends.interpret.claim import decide
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import query
from pollex.backends.sql.spark import CannotStart, Spark, local_session
from pollex.backends.sql.sparksql import SPARK, SparkSql
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.asking import Asking, Questions
from pollex.batch.deciding import Desk
from pollex.batch.layout import table, write_claims
from pollex.batch.parquet import plain
from pollex.engine import Engine
from pollex.intake.document import DEFAULT
from pollex.ir.program import Program
from pollex.synth.claims import synthesis
from property.claims import Claim
from property.policies import World, worlds
from property.runs import runs, sound
from property.test_laws import some_claims
from unit.backends.small import claim, policy_file, program, set_file, table_file
from unit.batch.sides import counted, side
from unit.batch.test_asking import both_ways
from unit.compare.diff.trees import between
from unit.compare.diff.trees import claim as small_claim

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="needs PySpark: pollex[spark]"),
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java 17"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """One for all tests. What runs for seconds is better off with Java's quick compiler alone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        opened = local_session(2)
    yield opened
    opened.stop()


def decided(of: Program, claims: list[dict[str, Any]], session: Any) -> list[Verdict]:
    """Decide claims of all payers by Spark, each checked against the interpreter and DuckDB."""

    def exact(_: int, row: Mapping[str, Any]) -> Verdict:
        return verdict_of(decide(of, plain(row), (), "0"))

    payers = sorted({payer for policy in of.policies for payer in policy.payers})
    on_spark = Spark(tuple(query(of, payer, None, SPARK) for payer in payers), session=session)
    found = [one for one in on_spark.verdicts(table(claims), exact) if one is not None]
    on_duckdb = DuckDb(tuple(query(of, payer) for payer in payers), threads=1)
    assert found == list(on_duckdb.verdicts(table(claims), exact))
    for one, verdict in zip(claims, found, strict=True):
        expected = verdict_of(decide(of, one, (), "0"))
        assert verdict.to_dict() | {"exact": True} == expected.to_dict(), one["claim_id"]
    return found


# ------------------------------------------------------------------ as the interpreter does

CONSTRUCTS = """
use table shares, pairs
use set obstruction, assistants
define late as received date is more than 1 month after the service date
rule a when all of:
    - place of service any of 11, 22
    - any diagnosis in obstruction
    - no modifier any of 50, 51
    - prior authorization is not on file
  deny with co carc 197 rarc M62 N54
rule b when modifier 22 require documentation of lysis in operative-note, otherwise deny with co carc 50
rule c when modifier 52 require documentation of need
rule d when at least 2 of:
    - late
    - no diagnosis in obstruction
    - any attachment report type OB
    - patient age under 18 years
  pend for review by surgery with co carc 252
rule e when modifier in assistants reduce to shares share * 2 percent, with co carc 59
exception f to e when billing specialty 208600000X instead reduce to 16 percent
rule g when modifier 54 pay at most 50 percent of billed charge
rule h when modifier 55 and shares share is 12.345 reduce by $10.05
rule i when any other line on the same date has the same modifier note "Twice."
rule j when history has cpt 44120 within 1 to 90 days before the service date by the same group
  deny with co carc 97
rule k when sum of units of other lines is more than 2 and count of lines by the same provider is at least 2
  note "Many."
rule l when days from the service date to the received date is less than 20 days
  and every pointed diagnosis K56.50 allow
rule m when pairs with indicator 1 bundles this line under another line on the same date deny
rule n after the other lines are decided
  when this line ranks 2 or later by fee among lines not denied on the same date
  reduce to 62.5 percent
rule o after the other lines are decided when any other line is denied note "Beside a denied line."
"""
LISTS = (
    set_file(
        "obstruction", "icd-10-cm", '"K56.50"', '"K56.60"', *(f'"K91.{last}"' for last in range(10, 18))
    ),
    set_file("assistants", "modifier", '"80"', '{code: "AS", through: 2026-06-30}'),
    table_file(
        "shares", "{share: {type: percent}}", '{key: "44120", share: 12.345}', '{key: "44121", share: 6}'
    ),
    table_file(
        "pairs",
        "{indicator: {type: code}}",
        '{key: ["44120", "44005"], indicator: "1"}',
        head="key: [cpt, cpt]",
    ),
)


@dataclass(frozen=True, slots=True)
class Heard(SparkSql):
    """Remembers what it was asked to spell."""

    spelled: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and name != "spelled":
            self.spelled.add(name)
        return object.__getattribute__(self, name)


def test_every_construct(session: Any) -> None:
    """A small policy with all that Spark spells: it takes Spark long to plan those of payers."""
    of = program(policy_file(CONSTRUCTS), *LISTS)
    heard = Heard()
    query(of, "aetna", None, heard)
    assert [name for name in vars(SparkSql) if name[0] != "_" and name not in heard.spelled] == []
    found = decided(of, list(synthesis(of, "spark").claims(400)), session)
    assert sum(not one.exact for one in found) > 100
    said = {line.outcome for one in found for line in one.lines}
    assert said == {"allow", "deny", "pend", "no_policy"}


@runs(3)
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


BY_MODIFIER = """
rule a when modifier 50 reduce to 62.5 percent
rule b when modifier 51 deny with co carc 97
rule c when modifier 52 pend for review by surgery
rule d when modifier 53 and received date is more than 30 days after the service date deny
"""


def test_a_batch_has_the_rows_and_figures_of_any_other(session: Any, tmp_path: Path) -> None:
    """With a claim that is not valid, one that Spark leaves open, and one of another payer."""
    of = program(policy_file(BY_MODIFIER))
    claims = [{**claim({"modifiers": [code]}), "claim_id": code} for code in ("22", "50", "51", "52")]
    claims.insert(2, {**claim(), "place_of_service": "nowhere"})
    claims += [{**claim({"modifiers": ["53"]}), "received_date": None}, {**claim(), "payer": {"id": "uhc"}}]
    made = Questions(Spark(session=session), (query(of, "aetna", None, SPARK),))
    desk = Desk(Engine(of), DEFAULT, frozenset(), columns=True)
    rows = both_ways(tmp_path, claims, desk.engine, 10, Asking(desk, made, "spark"))
    assert rows.column("outcome").to_pylist() == ["allow", "allow", "deny", "pend", "pend", "no_policy"]


def test_a_difference_has_the_sums_of_any_other(session: Any) -> None:
    """Of two versions of a policy, with lines that differ, that do not, and that Spark leaves open."""
    marks = ((), ("80",), ("51",), ("22",))
    claims = [small_claim(*codes, procedure_code=code) for codes in marks for code in ("44120", "44121")]
    changed = between(("pay 16 percent of fee", "pay 14 percent of fee"))
    impact, left = counted(changed, claims, asked=lambda of: side(of, Spark(session=session), SPARK))
    assert impact.total.differing == 2
    assert left < len(claims)


def test_a_java_that_spark_cannot_run_on_is_a_sentence(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    def fail(_: object) -> None:
        raise PySparkRuntimeError(errorClass="JAVA_GATEWAY_EXITED", messageParameters={})

    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", fail)
    with pytest.raises(CannotStart, match="needs Java 17"):
        local_session(2)


# ------------------------------------------------------------------ the job in engine/README.md


def test_the_job_of_a_cluster_decides_all_claims(session: Any, tmp_path: Path) -> None:
    """Here with a folder of policies of its own, which the job names as its comment says."""
    readme = (Path(__file__).parents[3] / "engine" / "README.md").read_text(encoding="utf-8")
    _, _, section = readme.partition("## On a Spark cluster")
    text = section.partition("```python\n")[2].partition("```")[0]
    policies, queries = tmp_path / "policies", tmp_path / "aetna.sql"
    policies.mkdir()
    rules = policy_file("rule r when modifier 22 deny\nrule s when modifier 50 reduce to 50 percent")
    (policies / "p.pol").write_text(rules.text, encoding="utf-8")
    job: dict[str, Any] = {"__name__": "decide"}
    exec(text.replace("pollex.load()", f"pollex.load({str(policies)!r})"), job)  # noqa: S102 - it is our own text
    of = program(rules)
    claims = [{**claim({"modifiers": codes}), "claim_id": codes[0]} for codes in (["22"], ["50"], ["51"])]
    claims.append({**claim(), "claim_id": "other", "payer": {"id": "uhc"}})
    write_claims(claims, tmp_path / "claims.parquet")
    queries.write_text(query(of, "aetna", None, SPARK).text, encoding="utf-8")
    job["main"](str(tmp_path / "claims.parquet"), str(tmp_path / "out"), str(queries))
    by_sql = session.read.parquet(str(tmp_path / "out" / "by-sql")).where("NOT exact").collect()
    finished = session.read.parquet(str(tmp_path / "out" / "finished")).collect()
    assert {row["claim_id"]: row["outcome"] for row in by_sql} == {"22": "deny", "50": "allow", "51": "allow"}
    assert {row["claim_id"]: row["outcome"] for row in finished} == {"other": "no_policy"}
