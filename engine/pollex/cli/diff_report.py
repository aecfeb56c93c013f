"""What `pollex diff` reports, and the limits that a build may set on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pollex.cli.terminal import counted
from pollex.compare.diff.changes import Change, Difference
from pollex.compare.diff.impact import Credit, Dollars, Impact, in_cents

MOST_ROWS = 15
MOST_DETAILS = 12


@dataclass(frozen=True, slots=True)
class Report:
    """The versions by their names, what changed, and, where claims were given, what it does to them."""

    old: str
    new: str
    difference: Difference
    impact: Impact | None
    invalid: int

    @property
    def deciding(self) -> tuple[Change, ...]:
        return self.difference.deciding

    @property
    def harmless(self) -> tuple[Change, ...]:
        """Changes that decide nothing by themselves: titles, reasons, sources, definitions that came or went
        with the rules that use them, lists that nothing uses.
        """
        return tuple(change for change in self.difference.changes if not change.decides)

    @property
    def summary(self) -> str:
        """`3 changes that can change a decision, 1 that decides nothing by itself.`"""
        if not self.difference.changes:
            return "Nothing changed in meaning or in words."
        deciding = counted(len(self.deciding), "change") if self.deciding else "no change"
        count = len(self.harmless)
        by_itself = "decides nothing by itself" if count == 1 else "decide nothing by themselves"
        rest = f", {count} that {by_itself}" if count else ""
        return f"{deciding[0].upper()}{deciding[1:]} that can change a decision{rest}."


@dataclass(frozen=True, slots=True)
class Limit:
    """What `--fail-on` names: any-change, new-denial, or dollars with the most that is taken."""

    what: str
    most: int | None = None

    def broken(self, report: Report) -> str | None:
        """What went beyond the limit, as a sentence; None where nothing did."""
        impact = report.impact
        if self.what == "any-change":
            if impact is None:
                said = f"{counted(len(report.deciding), 'change')} can change a decision"
                return said if report.deciding else None
            differing = impact.total.differing
            return f"{counted(differing, 'line')} decided differently" if differing else None
        if impact is None:
            return None
        if self.what == "new-denial":
            return f"{counted(impact.new_denials, 'line')} newly denied" if impact.new_denials else None
        apart = abs(impact.total.difference)
        assert self.most is not None
        said = f"dollars change by {signed(impact.total.difference)}, more than {dollars(self.most)}"
        return said if apart > self.most else None


def limit(what: str, figure: str) -> Limit:
    """A limit by its name and, of dollars, its figure."""
    return Limit(what, int(Fraction(figure) * 100) if figure else None)


# ------------------------------------------------------------------ figures


def dollars(cents: int) -> str:
    """`$1,136.30`, `-$20.00`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{rest:02}"


def signed(cents: int) -> str:
    """`+$20.00`, `-$20.00`, `$0.00`."""
    return f"{'+' if cents > 0 else ''}{dollars(cents)}"


def plain_cents(cents: int) -> str:
    """`-20.00`, as documents have money."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of dollars: what it is about, and the figures."""

    name: str
    dollars: Dollars


def rows(table: Mapping[str, Dollars], most: int = MOST_ROWS) -> tuple[tuple[Row, ...], Row | None]:
    """The rows of a table that differ, the largest difference first, and the others as one: all of them come
    to the total.
    """
    named = sorted(
        (Row(name, figures) for name, figures in table.items()),
        key=lambda row: (-abs(row.dollars.difference), -row.dollars.differing, row.name),
    )
    shown = [row for row in named if row.dollars.differing or row.dollars.difference][:most]
    rest = Dollars()
    others = named[len(shown) :]
    for row in others:
        rest.merge(row.dollars)
    return tuple(shown), Row(f"{counted(len(others), 'other')}", rest) if others else None


def credited(report: Report) -> tuple[tuple[Change, Credit, int], ...]:
    """What comes from each change, the largest difference first, with whole cents that add up."""
    assert report.impact is not None
    found = report.impact.by_change
    cents = in_cents({at: credit.cents for at, credit in found.items()}, report.impact.total.difference)
    order = sorted(found, key=lambda at: (-abs(cents[at]), -found[at].lines, at))
    return tuple((report.deciding[at], found[at], cents[at]) for at in order)


def without_effect(report: Report) -> tuple[Change, ...]:
    """The changes to which no line is put down."""
    assert report.impact is not None
    return tuple(change for at, change in enumerate(report.deciding) if at not in report.impact.by_change)


def share_text(part: Fraction) -> str:
    """`3`, `2.5`: a number of lines, of which some may be shared."""
    if part.denominator == 1:
        return f"{part.numerator:,}"
    tenths = (part * 10 + Fraction(1, 2)).__floor__()
    return f"{tenths // 10:,}.{tenths % 10}"


def outcome_word(outcome: str) -> str:
    return outcome.replace("_", " ")


def places(changes: Iterable[Change]) -> Mapping[str, int]:
    """The number that a report gives to each change."""
    return {change.id: number for number, change in enumerate(changes, 1)}
