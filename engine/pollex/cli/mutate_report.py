"""What a run of mutants comes to: survivors first, then how many were killed, policy by policy."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pollex.cli.documents import print_document
from pollex.cli.layout import plain
from pollex.cli.terminal import console, counted, show
from pollex.testing.mutate.run import EQUIVALENT, KILLED, SURVIVED, Result
from pollex.testing.mutate.run import counted as killed_of

if TYPE_CHECKING:
    from pollex.cli.coverage_report import CoverageReport

SHARED = "parts of several policies"
LISTS = "sets and tables"
HEADING = 2
NO_CLAIM = "no claim found that tells them apart"


@dataclass(frozen=True, slots=True)
class Group:
    """The mutants of one policy, of the parts that several share, or of the lists."""

    name: str
    results: tuple[Result, ...]

    @property
    def killed(self) -> int:
        return killed_of(self.results)[0]

    @property
    def mutants(self) -> int:
        return killed_of(self.results)[1]

    @property
    def equivalent(self) -> int:
        return sum(one.status == EQUIVALENT for one in self.results)

    @property
    def percent(self) -> float:
        return 100 * self.killed / self.mutants if self.mutants else 100.0


@dataclass(frozen=True, slots=True)
class MutationReport:
    """All groups of a run and the seconds it took."""

    groups: tuple[Group, ...]
    seconds: float

    @property
    def whole(self) -> Group:
        return Group("all", tuple(one for group in self.groups for one in group.results))


def report_of(results: Collection[Result], data: Collection[str], seconds: float) -> MutationReport:
    """Results by policy, in order of their names; shared parts and lists last."""
    groups: dict[str, list[Result]] = {}
    for one in results:
        name = LISTS if one.file in data else one.policies[0] if len(one.policies) == 1 else SHARED
        groups.setdefault(name, []).append(one)
    names = sorted(groups, key=lambda name: (name == LISTS, name == SHARED, name))
    return MutationReport(tuple(Group(name, tuple(groups[name])) for name in names), seconds)


# ------------------------------------------------------------------ text


def write_text(report: MutationReport, coverage: CoverageReport | None, stream: TextIO) -> None:
    """For reading."""
    show(console(stream), _parts(report))
    if coverage is not None:
        from pollex.cli.coverage_text import write_counts  # noqa: PLC0415 - only where it was asked for

        stream.write("\n")
        write_counts(coverage, stream)


def _parts(report: MutationReport) -> Iterator[RenderableType]:
    for group in report.groups:
        survivors = [one for one in group.results if one.status == SURVIVED]
        if survivors:
            yield Text(f"{group.name}: not noticed\n", "bold")
            for one in survivors:
                yield from _survivor(one)
    yield _counts(report)
    whole = report.whole
    yield Text(
        f"\n{counted(whole.mutants, 'mutant')}, {whole.killed:,} killed, "
        f"{counted(whole.equivalent, 'change')} without effect left out, {report.seconds:.0f} seconds"
    )


def _survivor(one: Result) -> Iterator[RenderableType]:
    reached = f"{counted(one.reached, 'test')} reached it" if one.reached else "no test reached it"
    yield Padding(
        Text(f"{plain(one.file)}:{one.line}: {plain(one.owner)}: {one.operator}; {reached}"), (0, 0, 0, 2)
    )
    for line in one.difference[HEADING:]:
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else "dim"
        yield Padding(Text(plain(line), style), (0, 0, 0, 4))
    if not one.test:
        yield Padding(Text(f"{NO_CLAIM}\n", "yellow"), (0, 0, 0, 4))
        return
    yield Padding(
        Text("# A person must confirm what is expected here: it is what the policy says now."), (1, 0, 0, 4)
    )
    for line in one.test.splitlines():
        yield Padding(Text(plain(line)), (0, 0, 0, 4))
    yield Text("")


def _counts(report: MutationReport) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    table.add_column("Mutants")
    for name in ("killed", "", "survived", "without effect"):
        table.add_column(name, justify="right", no_wrap=True)
    groups = (*report.groups, report.whole) if len(report.groups) > 1 else report.groups
    for one in groups:
        survived = one.mutants - one.killed
        row = (
            f"{one.killed:,} of {one.mutants:,}",
            f"{one.percent:.1f} %",
            f"{survived:,}",
            f"{one.equivalent:,}",
        )
        table.add_row(plain(one.name), *row)
    return table


# ------------------------------------------------------------------ JSON


def write_json(report: MutationReport, coverage: CoverageReport | None, _stream: TextIO) -> None:
    """For programs (schemas/mutation.schema.json)."""
    more: dict[str, object] = {}
    if coverage is not None:
        from pollex.cli.coverage_documents import coverage_document  # noqa: PLC0415 - only where asked for

        more = {"coverage": coverage_document(coverage)}
    print_document(
        {
            **more,
            "killed": report.whole.killed,
            "mutants": report.whole.mutants,
            "percent": f"{report.whole.percent:.1f}",
            "policies": [_group(group) for group in report.groups],
            "results": [_result(one) for one in report.whole.results if one.status in (KILLED, SURVIVED)],
        }
    )


def _group(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "killed": group.killed,
        "mutants": group.mutants,
        "equivalent": group.equivalent,
        "percent": f"{group.percent:.1f}",
    }


def _result(one: Result) -> dict[str, object]:
    return {
        "file": one.file,
        "line": one.line,
        "clause": one.owner,
        "operator": one.operator,
        "policies": list(one.policies),
        "status": one.status,
        "killed_by": one.by or None,
        "difference": list(one.difference),
        "test": one.test or None,
    }
