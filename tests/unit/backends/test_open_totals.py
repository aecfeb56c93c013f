"""Totals over lines that are not all known: decided where what is not known cannot change the answer.

What is found counts, and numbers of claims are never below zero: a total is at least what is known of it,
and at most that with all that may come, where there is an end to it. Each case is decided by both backends.
"""

from __future__ import annotations

from typing import Any

import pytest

from pollex.backends.interpret.claim import decide, exact_lines
from pollex.backends.python.decide import PythonBackend
from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import query
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.layout import table
from pollex.model.decision import LineDecision
from unit.backends.small import LINE, claim, line, missing, policy_file, program

NPI = "1234567893"


def past(*units: str | None, since: str | None = "2026-02-01", **changes: Any) -> dict[str, Any]:
    """A history of so many lines of a day of the window, with these units."""
    made = {**LINE, "service_date": "2026-02-20", **changes}
    lines = [{**made, "claim_id": f"E-{number}", "units": of} for number, of in enumerate(units)]
    kept = [{key: value for key, value in one.items() if value is not None} for one in lines]
    return {"lines": kept} if since is None else {"complete_since": since, "lines": kept}


def decided(condition: str, of: dict[str, Any]) -> LineDecision:
    """The line's decision, the same from both backends."""
    running = program(policy_file(f"rule r when {condition} deny"))
    found = line(running, of)
    assert PythonBackend(running, exact_lines, "0").decide(of, frozenset()).lines[0] == found
    return found


def by_sql(condition: str, of: dict[str, Any]) -> Verdict:
    """What SQL says of the claim, where it says something."""
    running = program(policy_file(f"rule r when {condition} deny"))
    backend = DuckDb((query(running, "aetna"),), threads=1)
    (found,) = backend.verdicts(table([of]), lambda *_: verdict_of(decide(running, of, (), "0")))
    assert found is not None
    return found


YEAR = "within 1 year before the service date"


@pytest.mark.parametrize(
    ("asked", "lines", "outcome"),
    [
        ("is at least 3", 3, "deny"),
        ("is at least 3", 2, "pend"),
        ("is more than 2", 3, "deny"),
        ("is more than 2", 2, "pend"),
        ("is less than 3", 3, "allow"),
        ("is less than 3", 2, "pend"),
        ("is at most 2", 3, "allow"),
        ("is at most 2", 2, "pend"),
        ("is 2", 3, "allow"),
        ("is 2", 2, "pend"),
        ("is not 2", 3, "deny"),
        ("is not 2", 2, "pend"),
    ],
)
@pytest.mark.parametrize("since", ["2026-02-01", None])
def test_a_history_that_may_have_more_lines(asked: str, lines: int, outcome: str, since: str | None) -> None:
    condition = f"count of history lines with cpt 44120 {YEAR} {asked}"
    found = decided(condition, claim(history=past(*["1"] * lines, since=since)))
    assert found.outcome == outcome
    assert missing(found) == (["/history/complete_since"] if outcome == "pend" else [])


def test_without_a_history_nothing_of_it_is_known() -> None:
    assert decided(f"count of history lines {YEAR} is at least 1", claim(history=None)).outcome == "pend"


def test_at_least_none_is_always_so() -> None:
    condition = f"count of history lines {YEAR} is at least 0"
    assert decided(condition, claim(history=None)).outcome == "deny"


@pytest.mark.parametrize(
    ("asked", "units", "outcome"),
    [
        ("is more than 4", ["2", "2.5"], "deny"),
        ("is more than 4", ["2", "2"], "pend"),
        ("is at most 4", ["2", "2.5"], "allow"),
        ("is at most 4", ["2", "2"], "pend"),
    ],
)
def test_a_sum_over_a_history_that_may_have_more_lines(asked: str, units: list[str], outcome: str) -> None:
    condition = f"sum of units of history lines {YEAR} {asked}"
    assert decided(condition, claim(history=past(*units))).outcome == outcome


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("count of other lines by the same group is at least 1", "deny"),
        ("count of other lines by the same group is at least 2", "pend"),
        ("count of other lines by the same group is at least 3", "allow"),
        ("count of other lines by the same group is more than 2", "allow"),
        ("count of other lines by the same group is at most 2", "deny"),
        ("count of other lines by the same group is less than 1", "allow"),
        ("count of other lines by the same group is 0", "allow"),
        ("count of other lines by the same group is 3", "allow"),
        ("count of other lines by the same group is not 3", "deny"),
        ("count of other lines by the same group is 1", "pend"),
        ("2 is less than count of other lines by the same group", "allow"),
        ("sum of units of other lines by the same group is more than 5", "allow"),
        ("sum of units of other lines by the same group is more than 4", "pend"),
        ("sum of units of other lines by the same group is at least 2", "deny"),
    ],
)
def test_lines_of_which_it_is_not_known_whether_they_count(condition: str, outcome: str) -> None:
    """One other line by the same group, and one by nobody knows which."""
    own, nobody = {"npi": NPI, "specialty": "208600000X"}, {"npi": NPI}
    first = {"rendering_provider": own}
    second = {"rendering_provider": own, "units": "2", "service_date": "2026-03-01"}
    third = {"rendering_provider": nobody, "units": "3", "service_date": "2026-03-02"}
    found = decided(f"{condition} and service date is 2026-02-28", claim(first, second, third))
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("sum of billed charge of lines is at least $150", "deny"),
        ("sum of billed charge of lines is at least $151", "pend"),
        ("sum of billed charge of lines is less than $150", "allow"),
    ],
)
def test_a_sum_of_which_one_amount_is_missing(condition: str, outcome: str) -> None:
    found = decided(condition, claim({}, {"charge_amount": None}))
    assert found.outcome == outcome


@pytest.mark.parametrize(
    ("units", "more", "outcome"),
    [("2", "is more than 3", "deny"), ("1", "is more than 3", "pend"), ("2", "is at most 3", "allow")],
)
def test_a_sum_of_sums(units: str, more: str, outcome: str) -> None:
    condition = f"sum of units of lines + sum of units of history lines {YEAR} {more}"
    assert decided(condition, claim({"units": units}, history=past("2"))).outcome == outcome


def test_a_difference_falls_with_what_is_taken_away() -> None:
    condition = f"units - count of history lines {YEAR} is {{}} 2"
    of = claim({"units": "4"}, history=past("1", "1"))
    found = {asked: decided(condition.format(asked), of).outcome for asked in ("at most", "more than")}
    assert found == {"at most": "deny", "more than": "allow"}
    assert decided(condition.format("at least"), of).outcome == "pend"


def test_a_total_beside_a_number_that_is_not_a_constant() -> None:
    condition = f"count of history lines {YEAR} is at least units"
    assert decided(condition, claim(history=past("1"))).outcome == "deny"
    assert decided(condition, claim({"units": "2"}, history=past("1"))).outcome == "pend"
    limits = "count of history lines is more than sum of units of history lines"
    assert decided(limits, claim(history=past("1"))).outcome == "pend"


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("count of history lines {} is at least 2", "deny"),
        ("count of history lines {} is more than 1", "deny"),
        ("count of history lines {} is at most 1", "allow"),
        ("2 is more than count of history lines {}", "allow"),
        ("1 is less than count of history lines {}", "deny"),
        ("count of lines + count of history lines {} is at least 3", "deny"),
        ("sum of units of history lines {} is at least 2", "deny"),
    ],
)
def test_sql_says_what_more_lines_could_not_change(condition: str, outcome: str) -> None:
    pytest.importorskip("duckdb")
    found = by_sql(condition.format(YEAR), claim(history=past("1", "1")))
    assert (found.outcome, found.exact) == (outcome, False)
    found = by_sql(condition.format(YEAR), claim(history=past("0.5")))
    assert (found.outcome, found.exact) == ("pend", True)
