"""Keeping what a bench printed, with the day and the machine, between two markers of README.md.

No figure stands there that the command did not print.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

README = Path(__file__).parent / "README.md"


def record(name: str, printed: Sequence[str], readme: Path = README) -> None:
    """Put what was printed in the place of what was printed before."""
    text = readme.read_text(encoding="utf-8")
    begin, end = f"<!-- printed by {name} -->\n", "<!-- end -->"
    if begin not in text:
        raise ValueError(f"{readme.name} has no place for {name}: add the lines {begin.strip()} and {end}")
    day = datetime.now(UTC).date().isoformat()
    machine = f"{day}, Python {platform.python_version()}, {os.cpu_count()} processors ({platform.machine()})"
    block = "\n".join((begin + "```text", machine, *printed, "```", end))
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    readme.write_text(pattern.sub(lambda _: block, text, count=1), encoding="utf-8")
