"""Windows into the history: both ends count, and the lack of a line is known back to `complete_since`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from unit.backends.small import LINE, claim, line, missing

AGAIN = "rule again\n  when history has cpt 44120 {}\n  deny\n"


def history(*days: str, since: str | None = "2024-01-01") -> dict[str, Any]:
    lines = [{**LINE, "claim_id": f"E-{number}", "service_date": day} for number, day in enumerate(days, 1)]
    return {"lines": lines} if since is None else {"complete_since": since, "lines": lines}


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("within 30 days before the service date", "2026-01-29", "2026-02-28"),
        ("within 2 weeks before the service date", "2026-02-14", "2026-02-28"),
        ("within 1 month before the service date", "2026-01-28", "2026-02-28"),
        ("within 1 year before the service date", "2025-02-28", "2026-02-28"),
        ("within 1 month after the service date", "2026-02-28", "2026-03-28"),
        ("within 1 month after 2026-01-31", "2026-01-31", "2026-02-28"),
        ("within 1 month before the received date", "2026-02-28", "2026-03-31"),
        ("on the same date", "2026-02-28", "2026-02-28"),
    ],
)
def test_both_ends_count(window: str, first: str, last: str) -> None:
    def outcome(day: str) -> str:
        return line(AGAIN.format(window), claim(history=history(day))).outcome

    days = (moved(first, -1), first, last, moved(last, 1))
    assert [outcome(day) for day in days] == ["allow", "deny", "deny", "allow"]


def moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("since", "outcome"),
    [("2026-01-28", "allow"), ("2026-01-29", "allow"), ("2026-01-30", "pend"), (None, "pend")],
)
def test_the_history_must_reach_back_to_the_start_of_the_window(since: str | None, outcome: str) -> None:
    found = line(AGAIN.format("within 30 days before the service date"), claim(history=history(since=since)))
    assert found.outcome == outcome
    assert missing(found) == (["/history/complete_since"] if outcome == "pend" else [])


def test_a_line_before_the_history_is_complete_counts_all_the_same() -> None:
    of = claim(history=history("2026-01-29", since="2026-02-27"))
    assert line(AGAIN.format("within 30 days before the service date"), of).outcome == "deny"


def test_without_a_history_nothing_is_known() -> None:
    rules = AGAIN.format("within 30 days before the service date")
    assert missing(line(rules, claim(history=None))) == ["/history"]
    assert missing(line("rule open\n  when history has no line with cpt 44120\n  deny\n")) == [
        "/history/complete_since"
    ]


def test_a_window_that_hangs_on_a_missing_date_asks_for_the_date() -> None:
    rules = AGAIN.format("within 30 days before the received date")
    assert missing(line(rules, claim(received_date=None))) == ["/received_date"]
    of = claim(received_date=None, history=history(since=None))
    assert missing(line(rules, of)) == ["/history/complete_since", "/received_date"]


def test_the_narrowest_window_counts_whatever_the_order() -> None:
    windows = (
        "within 1 year before the service date",
        "on the same date",
        "within 1 year before the received date",
    )
    of = claim(received_date=None, history=history(since="2026-02-28"))
    for order in (windows, windows[::-1]):
        assert line(AGAIN.format(" ".join(order)), of).outcome == "allow"
