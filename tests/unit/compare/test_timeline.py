"""What is in effect when, and on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pollex.compare.chosen import payers_of
from pollex.compare.inforce import InForce, PolicyOn, in_force_on
from pollex.compare.stretches import Stretch
from pollex.compare.timeline import Timeline, timeline_of
from pollex.workspace import shipped, user_cache
from unit.compare.dated import compiled


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(first: str, last: str | None) -> Stretch:
    return Stretch(day(first), day(last) if last else None)


def timeline() -> Timeline:
    return timeline_of(compiled(), "acme")


def test_policies_and_versions_stand_in_order_of_time() -> None:
    found = [(policy.id, [version.version for version in policy.versions]) for policy in timeline().policies]
    assert found == [("archive", ["2020-01-01"]), ("surgery", ["2024-01-01", "2025-01-01"])]
    assert [version.rules for version in timeline().policies[1].versions] == [2, 3]


def test_gaps_between_versions_and_between_policies() -> None:
    assert [policy.gaps for policy in timeline().policies] == [(), (days("2024-07-01", "2024-12-31"),)]
    assert timeline().gaps == (days("2023-01-01", "2023-12-31"), days("2024-07-01", "2024-12-31"))


def test_dated_clauses_keep_to_the_policy_and_to_what_they_are_exceptions_to() -> None:
    first, second = timeline().policies[1].versions
    assert [(clause.name, clause.kind, clause.trial, clause.days) for clause in first.dated] == [
        ("late", "rule", False, days("2024-03-01", "2024-06-30")),
        ("for-two-weeks", "exception", False, days("2024-03-01", "2024-03-14")),
    ]
    assert [(clause.name, clause.trial, clause.days) for clause in second.dated] == [
        ("always-on-trial", True, days("2025-01-01", None)),
        ("trial", True, days("2025-05-01", None)),
    ]


def test_sets_and_tables_have_versions_gaps_and_days_not_covered() -> None:
    urgent, _, limits = timeline().policies[1].versions[0].data
    assert (urgent.kind, urgent.name, [version.title for version in urgent.versions]) == (
        "set",
        "urgent",
        ["One", "Two"],
    )
    assert urgent.gaps == (days("2024-03-01", "2024-03-31"),)
    assert urgent.not_covered == (
        days("2024-03-01", "2024-03-31"),
        days("2024-06-01", "2024-06-30"),
    )
    assert (limits.kind, limits.name, limits.gaps) == ("table", "limits", ())
    assert limits.not_covered == (days("2024-01-01", "2024-01-31"),)
    assert timeline().policies[1].versions[1].data == ()


def test_findings_say_what_and_when() -> None:
    holds = "surgery of 2024-01-01: what the {} holds is not known from {} through {}"
    both = "surgery of 2024-01-01: what the tables caps, limits hold is not known {} through {}"
    found = [(finding.kind, finding.from_, finding.text) for finding in timeline().findings]
    assert found == [
        (kind, day(first), text)
        for kind, first, text in (
            ("no-policy", "2023-01-01", "no policy of acme is in effect from 2023-01-01 through 2023-12-31"),
            ("no-policy", "2024-07-01", "no policy of acme is in effect from 2024-07-01 through 2024-12-31"),
            (
                "version-gap",
                "2024-07-01",
                "no version of surgery is in effect from 2024-07-01 through 2024-12-31",
            ),
            ("not-covered", "2024-03-01", holds.format("set urgent", "2024-03-01", "2024-03-31")),
            ("not-covered", "2024-06-01", holds.format("set urgent", "2024-06-01", "2024-06-30")),
            ("not-covered", "2024-01-01", both.format("from 2024-01-01", "2024-01-31")),
        )
    ]


def test_one_policy_alone_has_no_gap_between_policies() -> None:
    other = timeline_of(compiled(), "other")
    assert (other.gaps, [policy.id for policy in other.policies]) == ((), ["surgery"])


# ------------------------------------------------------------------ on a day


def on(text: str) -> InForce:
    return in_force_on(compiled(), "acme", day(text))


def names(policy: PolicyOn) -> dict[str, list[str]]:
    groups = {
        "rules": policy.rules,
        "exceptions": policy.exceptions,
        "trials": policy.trials,
        "resting": policy.resting,
    }
    return {group: [clause.name for clause in clauses] for group, clauses in groups.items() if clauses}


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("2024-02-29", {"rules": ["assistant"], "resting": ["late", "for-two-weeks", "within"]}),
        ("2024-03-01", {"rules": ["assistant", "late"], "exceptions": ["for-two-weeks", "within"]}),
        ("2024-03-14", {"rules": ["assistant", "late"], "exceptions": ["for-two-weeks", "within"]}),
        ("2024-03-15", {"rules": ["assistant", "late"], "resting": ["for-two-weeks", "within"]}),
        ("2025-04-30", {"rules": ["plain"], "trials": ["always-on-trial"], "resting": ["trial"]}),
        ("2025-05-01", {"rules": ["plain"], "trials": ["always-on-trial", "trial"]}),
    ],
)
def test_what_is_in_force_on_each_side_of_a_day(when: str, found: dict[str, list[str]]) -> None:
    (policy,) = on(when).policies
    assert names(policy) == found


@pytest.mark.parametrize(
    ("when", "versions"),
    [
        ("2024-01-31", ["One", None, None]),
        ("2024-02-01", ["One", "Most a year", "Units a day"]),
        ("2024-03-01", [None, "Most a year", "Units a day"]),
        ("2024-04-01", ["Two", "Most a year", "Units a day"]),
    ],
)
def test_which_version_of_a_set_or_table_is_asked(when: str, versions: list[str | None]) -> None:
    (policy,) = on(when).policies
    assert [data.version and data.version.title for data in policy.data] == versions


@pytest.mark.parametrize(
    ("when", "before", "after"),
    [
        ("2019-12-31", None, "2020-01-01"),
        ("2023-06-01", "2022-12-31", "2024-01-01"),
        ("2024-12-31", "2024-06-30", "2025-01-01"),
    ],
)
def test_where_nothing_is_in_force_the_nearest_days_are_said(
    when: str, before: str | None, after: str
) -> None:
    found = on(when)
    assert found.policies == ()
    assert found.before == (day(before) if before else None)
    assert found.after == day(after)


def test_the_shipped_policies_agree_with_themselves_day_by_day() -> None:
    compilation = shipped(user_cache()).compilation
    for payer in payers_of(compilation):
        whole = timeline_of(compilation, payer)
        versions = [version for policy in whole.policies for version in policy.versions]
        assert versions
        for version in versions:
            before = in_force_on(compilation, payer, version.from_ - timedelta(1))
            begins = in_force_on(compilation, payer, version.from_)
            assert version.version not in [one.version for one in before.policies]
            assert version.version in [one.version for one in begins.policies]
        for finding in whole.findings:
            assert finding.from_ is not None
            then = in_force_on(compilation, payer, finding.from_)
            lacking = {data.name for one in then.policies for data in one.data if data.version is None}
            assert lacking.issuperset((*finding.sets, *finding.tables))
            assert finding.kind != "no-policy" or not then.policies
