"""`pollex version`: the versions of the package and of the language."""

from __future__ import annotations

import json

from pollex.cli.arguments import Arguments
from pollex.cli.exits import OK
from pollex.version import LANGUAGE, PACKAGE


def run(arguments: Arguments) -> int:
    """Print both versions."""
    if arguments.format == "json":
        print(json.dumps({"language": LANGUAGE, "package": PACKAGE}))
    else:
        print(f"pollex {PACKAGE}, language {LANGUAGE}")
    return OK
