"""`pollex sources`: what each rule rests on, how strongly it was seen, how old it is; what is not known."""

from __future__ import annotations

import sys

from pollex.cli.arguments import Arguments
from pollex.cli.documents import print_document
from pollex.cli.exits import OK
from pollex.cli.opening import sound
from pollex.cli.payers import known_payer
from pollex.cli.readmes import unknowns_of
from pollex.cli.sources_markdown import sources_markdown
from pollex.cli.sources_report import SourcesReport
from pollex.cli.sources_text import sources_parts
from pollex.cli.terminal import console, show, use_utf8
from pollex.cli.today import today
from pollex.compare.sources import sources_of, whole_summary


def run(arguments: Arguments) -> int:
    """Show the sources of a payer's policies, or of all."""
    workspace = sound(arguments.policies)
    compilation = workspace.compilation
    payer = None if arguments.payer is None else known_payer(compilation, arguments.payer)
    on = arguments.on or today()
    policies = sources_of(compilation, payer, on, arguments.sort)
    report = SourcesReport(payer, on, policies, whole_summary(policies), unknowns_of(workspace, policies))
    match arguments.format:
        case "json":
            print_document(report)
        case "markdown":
            use_utf8(sys.stdout)
            sys.stdout.write(sources_markdown(report))
        case _:
            show(console(sys.stdout), sources_parts(report))
    return OK
