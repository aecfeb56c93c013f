"""`pollex sql`: the query, where it goes, and what it leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from pollex.cli.exits import BAD_USAGE, OK
from unit.cli.small import POLICY, Run


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
    assert ran.err == (
        "pollex: SQL does not say all of 1 clause, see `exact` in the query: small/thirds (a division)\n"
    )
    assert "-- NOT IN SQL, so for the exact way: a division\n" in ran.out


@pytest.mark.usefixtures("folder")
def test_a_payer_without_policies_is_refused(run: Run) -> None:
    ran = run("sql", "medicar", "--policies", "policies")
    assert (ran.code, ran.out) == (BAD_USAGE, "")
    assert "did you mean `medicare`?" in ran.err
