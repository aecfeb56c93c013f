"""Coverage as `pollex test` measures and shows it: below the tests, in their document, in files."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pollex.cli.arguments import Arguments
from pollex.cli.coverage_documents import coverage_document, write_coverage_json, write_lcov
from pollex.cli.coverage_page import write_coverage_page
from pollex.cli.coverage_report import CoverageReport, check_files, coverage_report, write_files
from pollex.cli.coverage_text import write_coverage_text
from pollex.cli.exits import BAD_USAGE, Stop, complain
from pollex.testing.atoms import outlines
from pollex.testing.coverage import Coverage
from pollex.workspace import Workspace

WRITERS = {
    ".txt": write_coverage_text,
    ".json": write_coverage_json,
    ".info": write_lcov,
    ".html": write_coverage_page,
}


class Measuring:
    """Counts the claims of tests as they are run."""

    def __init__(self, workspace: Workspace, wanted: int | None) -> None:
        compilation = workspace.compilation
        self.workspace = workspace
        self.wanted = wanted
        self.coverage = Coverage(compilation.program, outlines(compilation))

    def add(self, claim: Mapping[str, Any] | None) -> None:
        """Count a test's claim, where it has one."""
        if claim is not None:
            self.coverage.add(claim)

    def report(self) -> CoverageReport:
        """What the claims showed."""
        return coverage_report(self.coverage, self.workspace, self.wanted)

    def key(self, report: CoverageReport) -> Mapping[str, object]:
        """What the document of the tests says of coverage."""
        return {"coverage": coverage_document(report)}

    def show(self, report: CoverageReport, arguments: Arguments) -> bool:
        """Write what was asked for; whether it is enough."""
        return show_coverage(report, arguments)


def measure_for(arguments: Arguments, workspace: Workspace) -> Measuring:
    """What measures, for arguments that ask for coverage in any way."""
    check_files(arguments.coverage_file, WRITERS)
    if arguments.coverage and arguments.format == "junit":
        message = "JUnit has no place for coverage: write it to a file with --coverage-file"
        raise Stop(BAD_USAGE, message)
    return Measuring(workspace, arguments.fail_under)


def show_coverage(report: CoverageReport, arguments: Arguments) -> bool:
    """Write what was asked for; whether it is enough."""
    if arguments.coverage and arguments.format in ("text", "github"):
        sys.stdout.write("\n")
        write_coverage_text(report, sys.stdout)
    write_files(report, arguments.coverage_file, WRITERS)
    for one in report.policies:
        if report.wanted is not None and one.conditions.percent < report.wanted:
            shown = f"{one.conditions.percent:.1f}"
            complain(f"the tests of {one.policy} show {shown} percent, less than the {report.wanted} wanted")
    return report.is_enough
