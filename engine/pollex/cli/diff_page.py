"""A difference as one self-contained HTML page, with charts."""

from __future__ import annotations

from types import SimpleNamespace

from pollex.cli import diff_report, diff_words
from pollex.cli.diff_report import MOST_ROWS, Report, Row, credited, rows, signed
from pollex.cli.pages.charts import Stack, bars, stacks
from pollex.cli.pages.render import render
from pollex.compare.diff.impact import Dollars, Impact, outcomes_in

OUTCOMES = ("allow", "deny", "pend", "no_policy")


def diff_page(report: Report) -> str:
    """The page."""
    return render(
        "diff.html",
        report=report,
        impact=report.impact,
        words=diff_words,
        figures=diff_report,
        claims=_claims(report, report.impact) if report.impact is not None else None,
    )


def _claims(report: Report, impact: Impact) -> SimpleNamespace:
    found = credited(report)
    tables = (
        ("By payer", "payer", impact.by_payer),
        ("By procedure code", "code", impact.by_code),
        ("By modifiers", "modifiers", impact.by_modifier),
    )
    return SimpleNamespace(
        outcomes=outcomes_in(impact.line_moves),
        stacks=stacks(
            Stack(name, tuple((outcome, _count(impact, outcome, side)) for outcome in OUTCOMES))
            for name, side in (("before", 0), ("after", 1))
        ),
        credits=found,
        credit_bars=bars(
            (f"{report.deciding.index(change) + 1}. {change.name}", cents, signed(cents))
            for change, _, cents in found[:MOST_ROWS]
        ),
        tables=[_table(*one, impact.total) for one in tables],
        without=diff_report.without_effect(report),
    )


def _count(impact: Impact, outcome: str, side: int) -> int:
    return sum(count for move, count in impact.line_moves.items() if move[side] == outcome)


def _table(title: str, key: str, table: dict[str, Dollars], total: Dollars) -> SimpleNamespace:
    shown, others = rows(table)
    return SimpleNamespace(
        title=title,
        key=key,
        rows=(*shown, *((others,) if others else ()), Row("total", total)),
        bars=bars((row.name, row.dollars.difference, signed(row.dollars.difference)) for row in shown),
    )
