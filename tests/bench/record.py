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
END = "<!-- end -->"


def missing_place(name: str, readme: Path = README) -> str | None:
    """What to do where the page has no place for what a bench prints; None where it has one."""
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    if _place(name).search(text):
        return None
    return f"{readme.name} has no place for {name}: add the lines `{_begin(name)}` and `{END}`"


def record(name: str, printed: Sequence[str], readme: Path = README) -> None:
    """Put what was printed in the place of what was printed before."""
    text = readme.read_text(encoding="utf-8")
    day = datetime.now(UTC).date().isoformat()
    machine = f"{day}, Python {platform.python_version()}, {os.cpu_count()} processors ({platform.machine()})"
    block = "\n".join((_begin(name), "```text", machine, *printed, "```", END))
    readme.write_text(_place(name).sub(lambda _: block, text, count=1), encoding="utf-8")


def _begin(name: str) -> str:
    return f"<!-- printed by {name} -->"


def _place(name: str) -> re.Pattern[str]:
    """From one marker to the other, and into no other place."""
    return re.compile(f"{re.escape(_begin(name))}\n(?:(?!<!-- ).)*{re.escape(END)}", re.DOTALL)
