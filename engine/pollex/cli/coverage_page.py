"""Coverage as a page: what was not seen, and the text of each policy coloured by what its tests show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TextIO, TypeAlias

from pollex.cli.coverage_report import CoverageReport, kind_of
from pollex.cli.pages.render import render
from pollex.source.text import SourceText
from pollex.testing.atoms import ANSWERS
from pollex.testing.gaps import SAID, Item, Miss, PolicyGaps

Notes: TypeAlias = dict[tuple[int, bool | None], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: `state` is seen, part, never or nothing; `note` what is said of it, `tag` what is
    written behind it.
    """

    text: str
    state: str = ""
    note: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A text of a policy; `missed` counts the answers that were not seen in it."""

    name: str
    missed: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """What was not seen of one condition or clause."""

    place: str
    clause: str
    condition: str | None
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy as the page shows it."""

    gaps: PolicyGaps
    missed: tuple[Missed, ...]
    files: tuple[File, ...]
    undecided: tuple[Missed, ...]


def write_coverage_page(report: CoverageReport, stream: TextIO) -> None:
    """The whole page."""
    policies = [_policy(policy, report) for policy in report.policies]
    stream.write(render("coverage.html", report=report, policies=policies))


def _policy(policy: PolicyGaps, report: CoverageReport) -> Policy:
    files = groupby(policy.items, key=lambda item: item.clause.id.span.file)
    return Policy(
        policy,
        tuple(_missed(policy.missed, report)),
        tuple(_file(report.sources[name], tuple(items), policy) for name, items in files),
        tuple(_undecided(policy, report)),
    )


def _missed(misses: Sequence[Miss], report: CoverageReport) -> Iterator[Missed]:
    for _, group in groupby(misses, key=lambda miss: id(miss.item)):
        found = list(group)
        answers = tuple((SAID[miss.answer], miss.reason) for miss in found)
        yield _shown(found[0].item, answers, report)


def _undecided(policy: PolicyGaps, report: CoverageReport) -> Iterator[Missed]:
    for item in policy.items:
        if item.undecided:
            yield _shown(item, tuple((SAID[one], "") for one in item.undecided), report)


def _shown(item: Item, answers: tuple[tuple[str, str], ...], report: CoverageReport) -> Missed:
    atom, clause = item.atom, item.clause.id
    file, line, _ = report.place(atom.span if atom is not None else clause.span)
    condition = atom.text if atom is not None else None
    return Missed(f"{file}:{line}", f"{clause.kind} {clause.name}", condition, answers)


# ------------------------------------------------------------------ a text, piece by piece


def _file(source: SourceText, items: Sequence[Item], policy: PolicyGaps) -> File:
    notes = {(id(miss.item), miss.answer): miss.reason for miss in (*policy.missed, *policy.unreachable)}
    marks = sorted((_marked(item, source, notes) for item in items), key=lambda mark: mark[0])
    lines = []
    start = 0
    for number, text in enumerate(source.text.splitlines(), start=1):
        end = start + len(text)
        lines.append(
            Line(number, tuple(_pieces(text, start, [m for m in marks if m[0] < end and m[1] > start])))
        )
        start = end + 1
    return File(source.name, sum(len(item.missed) for item in items), tuple(lines))


def _pieces(text: str, start: int, marks: Sequence[tuple[int, int, Piece]]) -> Iterator[Piece]:
    at = 0
    for begin, end, piece in marks:
        first, last = max(begin - start, at), min(end - start, len(text))
        if first > at:
            yield Piece(text[at:first])
        is_end = end - start <= len(text)
        yield Piece(text[first:last], piece.state, piece.note, piece.tag if is_end else "")
        at = last
    if at < len(text):
        yield Piece(text[at:])


def _marked(
    item: Item, source: SourceText, notes: dict[tuple[int, bool | None], str]
) -> tuple[int, int, Piece]:
    """Where an item stands: a condition whole, of a clause its first line, as far as no condition begins."""
    missed = item.missed
    state = "seen" if not missed else "never" if not item.seen.times else "part"
    said = [f"{SAID[one]} {item.seen.answers[one]:,}" for one in ANSWERS if item.seen.answers[one]]
    said += [f"never {SAID[one]}: {notes[id(item), one]}" for one in missed]
    said += [f"cannot be {SAID[one]}: {notes[id(item), one]}" for one in item.cannot_be]
    tag = "never " + ", ".join(SAID[one] for one in missed) if missed else ""
    piece = Piece("", state, f"{kind_of(item)}: {'; '.join(said)}", tag)
    if item.atom is not None:
        return item.atom.span.start, item.atom.span.end, piece
    begin = item.clause.id.span.start
    line_end = source.text.find("\n", begin)
    first = min((atom.span.start for atom in item.clause.atoms), default=line_end)
    return begin, min(first, line_end if line_end >= 0 else len(source.text)), piece
