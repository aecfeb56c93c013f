"""The sentences of a difference: what changed and where, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pollex.cli.diff_report import MOST_DETAILS, Report, outcome_word, signed
from pollex.cli.terminal import counted
from pollex.compare.diff.changes import POLICY, SET, TABLE, Change, Detail, PolicyKey
from pollex.compare.diff.impact import Credit, Example, Move
from pollex.source.listing import listed

POLICIES_NAMED = 6


def heading(change: Change) -> str:
    """`rule assistant of uhc-44120`, `set indication-hernia`, `policy uhc-44120`."""
    if change.kind in (SET, TABLE):
        return f"{change.kind} {change.name}"
    policies = policies_named(change.policies)
    if change.kind == POLICY:
        return f"policy {policies}" if change.how != "changed" else f"header of {policies}"
    to = f", exception to {change.to}," if change.to else ""
    kind = "exception" if change.to else change.kind
    return f"{kind} {change.name}{to} of {policies}"


def policies_named(policies: Sequence[PolicyKey]) -> str:
    """`uhc-44120`, `aetna-44120, cigna-44120 and 3 more`; with the day where two versions have one name."""
    names = [policy.id for policy in policies]
    shown = [f"{one.id} {one.version}" if names.count(one.id) > 1 else one.id for one in policies]
    if len(shown) > POLICIES_NAMED:
        return f"{', '.join(shown[:POLICIES_NAMED])} and {len(shown) - POLICIES_NAMED} more"
    return listed(shown)


def used_by(change: Change) -> str:
    """Of a set or a table, who uses it."""
    if change.kind not in (SET, TABLE):
        return ""
    if not change.policies:
        return "used by no policy"
    return f"used by {policies_named(change.policies)}"


def place(change: Change, report: Report) -> str:
    """`policies/uhc/payment.pol:176`."""
    if change.place is None:
        return ""
    at = f"{change.place.file}:{change.place.line}"
    return at if change.place.new else f"{at} of {report.old}"


def shown_details(change: Change) -> tuple[tuple[Detail, ...], int]:
    """The first details, and how many more there are."""
    more = len(change.details) - MOST_DETAILS
    return (change.details, 0) if more <= 1 else (change.details[:MOST_DETAILS], more)


# ------------------------------------------------------------------ claims


def opening(report: Report) -> Iterator[str]:
    """What the claims say, in a few sentences."""
    impact = report.impact
    if impact is None:
        return
    reached = report.deciding and impact.untouched
    untouched = f"; {impact.untouched:,} of them can be reached by no change" if reached else ""
    yield f"{counted(impact.claims, 'claim')} decided under both versions{untouched}."
    if report.invalid:
        verb = "is" if report.invalid == 1 else "are"
        yield f"{counted(report.invalid, 'further claim')} {verb} not valid and not counted."
    total = impact.total
    if not total.differing:
        yield "No line has another outcome or another amount: on these claims the change flips nothing."
    else:
        with_outcome = counted(impact.flips, "line") if impact.flips else "no line"
        yield (
            f"{counted(total.differing, 'line')} of {total.lines:,} decided differently, "
            f"{with_outcome} with another outcome. Dollars change by {signed(total.difference)}."
        )
    if impact.reworded:
        yield (
            f"{counted(impact.reworded, 'claim')} with the same outcomes and amounts, and other reasons, "
            "codes, notes or documents."
        )


def shared(report: Report) -> Iterator[str]:
    """What is to be known of how differences are put down to changes."""
    impact = report.impact
    if impact is None or not impact.together:
        return
    yield (
        f"Several changes together decide {counted(impact.together, 'line')}: each change is given the mean "
        "of what it adds over all orders in which they could be made."
    )
    if impact.ordered:
        yield (
            f"On {counted(impact.ordered, 'line')} more than four changes meet: they are made in the order "
            "above, and each is given what it adds then."
        )


def notes(report: Report) -> Iterator[str]:
    """What the dollars leave out, and claims that wait for something."""
    impact = report.impact
    if impact is None:
        return
    yield "Dollars are amounts decided to be paid; a line that pends or whose amount is open counts none."
    if impact.open_before or impact.open_after:
        before, after = impact.open_before, impact.open_after
        yield f"Lines allowed with an open amount: {before:,} before, {after:,} after."
    if impact.for_information:
        asked = [f"{term} ({count:,})" for term, count in most_asked(report)]
        yield (
            f"Newly pended for information: {counted(impact.for_information, 'line')}; "
            f"what they lack: {listed(asked)}."
        )


def most_asked(report: Report) -> list[tuple[str, int]]:
    """What newly pended lines lack, most first."""
    assert report.impact is not None
    found = sorted(report.impact.asked_for.items(), key=lambda one: (-one[1], one[0]))
    return found[:MOST_DETAILS]


@dataclass(frozen=True, slots=True)
class Kind:
    """Lines that went one way because of one change, and a few of them."""

    move: Move
    lines: int
    examples: tuple[Example, ...]

    @property
    def text(self) -> str:
        """`12 lines from allow to deny, as claim c-1 line 2 and c-7 line 1`."""
        before, after = map(outcome_word, self.move)
        stays = "stays" if self.lines == 1 else "stay"
        way = f"{stays} {after}, other amount" if before == after else f"from {before} to {after}"
        seen = listed([f"{one.claim_id} line {one.line_number}" for one in self.examples])
        return f"{counted(self.lines, 'line')} {way}: {seen}"


def kinds(change: Change, credit: Credit, report: Report) -> tuple[Kind, ...]:
    """The ways that lines went because of a change, the most frequent first."""
    assert report.impact is not None
    at = report.deciding.index(change)
    ordered = sorted(credit.moves.items(), key=lambda one: (-one[1], one[0]))
    examples = report.impact.examples
    return tuple(Kind(move, count, examples.get((*move, at), ())) for move, count in ordered)
