"""`pollex check`: compile policies and show every diagnostic.

Here the diagnostics are the result, and go to standard output.
"""

from __future__ import annotations

import json
import sys

from pollex.cli.arguments import Arguments
from pollex.cli.exits import FINDINGS, OK
from pollex.cli.opening import opened
from pollex.cli.sarif import sarif
from pollex.cli.terminal import counted, show_diagnostics
from pollex.source.diagnostic import has_errors, summary
from pollex.source.render import render_json


def run(arguments: Arguments) -> int:
    """Check policies; 1 where a diagnostic is an error."""
    workspace = opened(arguments.paths, sets_alone=True)
    compilation = workspace.compilation
    found = compilation.diagnostics
    if arguments.format == "json":
        print(json.dumps(render_json(found, compilation.sources), indent=2))
    elif arguments.format == "sarif":
        print(json.dumps(sarif(found, compilation.sources), indent=2))
    else:
        show_diagnostics(found, compilation.sources, sys.stdout)
        files = counted(len(workspace.files), "policy file")
        data = counted(len(workspace.data), "file")
        print(f"{files} and {data} of sets and tables: {summary(found)}")
    if has_errors(found):
        return FINDINGS
    _ = compilation.program  # made and kept, so that the next command need not
    return OK
