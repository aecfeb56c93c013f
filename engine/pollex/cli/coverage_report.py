"""What coverage came to, ready to be shown: policies, places, and the files that it is written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.testing.coverage import Coverage
from pollex.testing.gaps import Count, Item, PolicyGaps, gaps
from pollex.testing.reach import reach
from pollex.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The policies that were asked for; `wanted` is what `--fail-under` wants of each."""

    policies: tuple[PolicyGaps, ...]
    sources: Mapping[str, SourceText]
    wanted: int | None

    def place(self, span: Span) -> tuple[str, int, int]:
        """File, line and column."""
        return span.file, *self.sources[span.file].position(span.start)

    @property
    def conditions(self) -> Count:
        """Over all policies."""
        counts = [one.conditions for one in self.policies]
        return Count(sum(count.seen for count in counts), sum(count.of for count in counts))

    @property
    def is_enough(self) -> bool:
        """Whether every policy reaches what is wanted."""
        return all(one.conditions.percent >= (self.wanted or 0) for one in self.policies)


def coverage_report(coverage: Coverage, workspace: Workspace, wanted: int | None) -> CoverageReport:
    """Of the policies of which a rule stands in a file that was asked for."""
    outlines = [
        outline
        for outline in coverage.outlines
        if any(clause.id.span.file in workspace.asked for clause in outline.clauses)
    ]
    asked = {outline.policy.id for outline in outlines}
    reached = reach(coverage.program, outlines)
    return CoverageReport(gaps(coverage, reached, asked), workspace.compilation.sources, wanted)


def kind_of(item: Item) -> str:
    """`rule`, `exception`, `definition`, or `condition`."""
    return item.clause.id.kind if item.atom is None else "condition"


# ------------------------------------------------------------------ files


def check_files(files: Iterable[str], known: Iterable[str]) -> None:
    """Every file's name ends in a format that there is."""
    for file in files:
        if Path(file).suffix not in known:
            ends = ", ".join(known)
            raise Stop(BAD_USAGE, f"{file}: coverage is written to files that end in one of {ends}")


def write_files(
    report: CoverageReport,
    files: Iterable[str],
    writers: Mapping[str, Callable[[CoverageReport, TextIO], None]],
) -> None:
    """Each file in the format that its name ends in."""
    for file in files:
        with Path(file).open("w", encoding="utf-8", newline="\n") as stream:
            writers[Path(file).suffix](report, stream)
