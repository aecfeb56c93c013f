"""How a command ends: the exit codes, and the exception that ends one early with a sentence."""

from __future__ import annotations

import sys

from pollex.source.snippet import visible

OK = 0
FINDINGS = 1
"""A failing test, a diagnostic that is an error, an invalid claim."""
BAD_USAGE = 2
"""Bad usage, or a file that cannot be read or written."""
INTERRUPTED = 130
BROKEN_PIPE = 141


class Stop(Exception):  # noqa: N818 - the command stops; that need not be an error of the program
    """Ends the command; the message, one sentence, has no value of a claim in it. None: all has been said."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def complain(message: str) -> None:
    """One sentence on standard error."""
    sys.stderr.write(f"pollex: {visible(message)}\n")
