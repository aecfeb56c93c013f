"""Where a report goes: standard output, or a file that is complete or not there."""

from __future__ import annotations

import sys
from pathlib import Path

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.cli.terminal import use_utf8


def written(text: str, path: str | None) -> None:
    """Write a report, UTF-8, to a file or to standard output."""
    if path is None:
        use_utf8(sys.stdout)
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise Stop(BAD_USAGE, f"{path} cannot be written: {reason}") from None
