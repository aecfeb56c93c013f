"""What rules rest on."""

from __future__ import annotations

from datetime import date

import pytest

from pollex.compare.chosen import payers_of
from pollex.compare.sources import (
    BY_RULE,
    LEVELS,
    NO_SOURCE,
    LevelCount,
    PolicySources,
    sources_of,
    whole_summary,
)
from pollex.workspace import shipped, user_cache
from unit.compare.dated import compiled

DAY = date(2024, 5, 5)


def first(order: str = "evidence") -> PolicySources:
    return next(
        policy for policy in sources_of(compiled(), "acme", DAY, order) if policy.version == "2024-01-01"
    )


def test_payers_and_their_policies() -> None:
    compilation = compiled()
    assert payers_of(compilation) == ("acme", "other")
    versions = {
        payer: [p.version for p in sources_of(compilation, payer, DAY)] for payer in ("acme", "other")
    }
    assert versions == {"acme": ["2020-01-01", "2024-01-01", "2025-01-01"], "other": ["2024-01-01"]}
    assert len(sources_of(compilation, None, DAY)) == 3
    assert sources_of(compilation, "nobody", DAY) == ()


def test_rules_and_exceptions_come_weakest_first() -> None:
    assert [(rule.name, rule.weakest, rule.strongest) for rule in first().rules] == [
        ("within", NO_SOURCE, NO_SOURCE),
        ("for-two-weeks", "not-stated", "not-stated"),
        ("assistant", "contract-terms", "payer-page"),
        ("late", "payer-page", "payer-page"),
    ]


def test_by_rule_an_exception_follows_what_it_is_an_exception_to() -> None:
    assert [(rule.name, rule.kind, rule.to, rule.title) for rule in first(BY_RULE).rules] == [
        ("assistant", "rule", None, "Assistant surgeon"),
        ("late", "rule", None, "From March"),
        ("for-two-weeks", "exception", "late", "Two weeks of grace"),
        ("within", "exception", "for-two-weeks", None),
    ]


def test_a_source_has_its_age_on_the_day() -> None:
    assistant = next(rule for rule in first().rules if rule.name == "assistant")
    page, terms = assistant.sources
    assert (page.id, page.title, page.at) == ("PAGE", "Payer's page", "https://acme.example/a")
    assert (page.evidence, page.published, page.age_days) == ("payer-page", date(2023, 5, 5), 366)
    assert (terms.evidence, terms.published, terms.age_days, terms.at) == ("contract-terms", None, None, None)


def test_a_source_may_be_younger_than_the_day() -> None:
    second = sources_of(compiled(), "acme", date(2029, 12, 31))[-1]
    assert [source.age_days for source in second.sources] == [-1]
    trials = {rule.name: rule.trial for rule in second.rules}
    assert trials == {"always-on-trial": True, "trial": True, "plain": False}


def test_each_source_is_there_once_and_counted() -> None:
    policy = first()
    assert [source.id for source in policy.sources] == ["CHOICE", "TERMS", "PAGE"]
    counts = {count.level: count for count in policy.summary}
    assert tuple(counts) == LEVELS
    assert counts["payer-page"] == LevelCount("payer-page", 1, 1, 2)
    assert counts["contract-terms"] == LevelCount("contract-terms", 1, 1, 0)
    assert counts[NO_SOURCE] == LevelCount(NO_SOURCE, 0, 1, 1)
    assert counts["secondary"] == LevelCount("secondary", 0, 0, 0)


def test_sets_and_tables_have_their_sources_version_by_version() -> None:
    data = first().data
    assert [(one.kind, one.name, one.from_, one.source.evidence) for one in data] == [
        ("set", "urgent", date(2024, 1, 1), "secondary"),
        ("set", "urgent", date(2024, 4, 1), "secondary"),
        ("table", "caps", date(2024, 2, 1), "not-stated"),
        ("table", "limits", date(2024, 2, 1), "not-stated"),
    ]
    assert [one.source.age_days for one in data] == [1, 1, None, None]


@pytest.mark.parametrize("payer", [None, "medicare"])
def test_the_counts_of_what_ships_add_up(payer: str | None) -> None:
    policies = sources_of(shipped(user_cache()).compilation, payer, DAY)
    counts = whole_summary(policies)
    rules = sum(len(policy.rules) for policy in policies)
    assert rules > 100
    assert sum(count.rules_at_weakest for count in counts) == rules
    assert sum(count.rules_at_strongest for count in counts) == rules
    assert sum(count.sources for count in counts) == sum(len(policy.sources) for policy in policies)
    assert counts[0] == LevelCount(NO_SOURCE, 0, 0, 0)
