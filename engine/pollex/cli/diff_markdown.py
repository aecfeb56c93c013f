"""A difference as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pollex.cli.diff_report import (
    Report,
    Row,
    credited,
    dollars,
    outcome_word,
    rows,
    share_text,
    signed,
    without_effect,
)
from pollex.cli.diff_words import heading, kinds, notes, opening, place, shared, shown_details, used_by
from pollex.cli.markdown import escaped, head, row
from pollex.compare.diff.changes import Change
from pollex.compare.diff.impact import Dollars, Impact, outcomes_in
from pollex.source.listing import listed


def diff_markdown(report: Report) -> str:
    """The report, with a line end at the end."""
    return "\n".join([*_parts(report), ""])


def _parts(report: Report) -> Iterator[str]:
    yield f"## Policies: {escaped(report.old)} → {escaped(report.new)}"
    yield from ("", report.summary)
    if report.impact is not None:
        yield from ("", "### On the claims", "", " ".join(opening(report)))
        yield from _impact(report, report.impact)
    if report.deciding:
        yield from ("", "### What changed")
        for number, change in enumerate(report.deciding, 1):
            yield from ("", *_change(f"{number}. ", change, report))
    if report.harmless:
        yield from ("", "<details><summary>Also changed, deciding nothing by itself</summary>")
        for change in report.harmless:
            yield from ("", *_change("- ", change, report))
        yield from ("", "</details>")


def _change(mark: str, change: Change, report: Report) -> Iterator[str]:
    title = f" “{escaped(change.title)}”" if change.title else ""
    more = ", ".join(filter(None, (change.how, used_by(change), place(change, report))))
    yield f"{mark}**{escaped(heading(change))}**{title} ({escaped(more)})"
    deeper = " " * len(mark)
    yield ""
    yield f"{deeper}```diff"
    details, left = shown_details(change)
    for detail in details:
        if detail.before is not None:
            yield f"{deeper}- {_code(detail.what)}: {_code(detail.before)}"
        if detail.after is not None:
            yield f"{deeper}+ {_code(detail.what)}: {_code(detail.after)}"
    if left:
        yield f"{deeper}  and {left:,} more"
    yield f"{deeper}```"


def _code(text: str) -> str:
    """Text of a policy inside a block of code: it cannot end the block."""
    return " ".join(text.split()).replace("```", "'''")


# ------------------------------------------------------------------ claims


def _impact(report: Report, impact: Impact) -> Iterator[str]:
    if impact.claims:
        outcomes = outcomes_in(impact.line_moves)
        yield from ("", *head("Lines, before ↓ after →", *(outcome_word(outcome) for outcome in outcomes)))
        for before in outcomes:
            counts = (impact.line_moves.get((before, after), 0) for after in outcomes)
            cells = [f"{count:,}" if count else "" for count in counts]
            yield row(f"**{outcome_word(before)}**", *cells)
    if impact.total.differing:
        yield from ("", *_by_change(report))
        for title, table in (
            ("Payer", impact.by_payer),
            ("Procedure code", impact.by_code),
            ("Modifiers", impact.by_modifier),
        ):
            yield from ("", f"<details><summary>By {title.lower()}</summary>", "")
            yield from _dollars(title, table, impact.total)
            yield from ("", "</details>")
    yield from ("", *(f"{escaped(note)}  " for note in notes(report)))


def _by_change(report: Report) -> Iterator[str]:
    yield from head("Change", "Lines", "Other outcome", "Dollars", "As on")
    for change, credit, cents in credited(report):
        seen = "<br>".join(escaped(kind.text) for kind in kinds(change, credit, report))
        name = f"{report.deciding.index(change) + 1}. {escaped(heading(change))}"
        yield row(name, f"{credit.lines:,}", share_text(credit.flip_share), escaped(signed(cents)), seen)
    for sentence in shared(report):
        yield from ("", sentence)
    without = without_effect(report)
    if without:
        names = listed([f"{report.deciding.index(change) + 1}" for change in without])
        yield from ("", f"No line is decided differently because of: {names}.")


def _dollars(title: str, table: Mapping[str, Dollars], total: Dollars) -> Iterator[str]:
    shown, others = rows(table)
    yield from head(title, "Lines", "Different", "Before", "After", "Difference")
    for one in (*shown, *((others,) if others else ()), Row("total", total)):
        figures = one.dollars
        money = (dollars(figures.before), dollars(figures.after), signed(figures.difference))
        yield row(escaped(one.name), f"{figures.lines:,}", f"{figures.differing:,}", *map(escaped, money))
