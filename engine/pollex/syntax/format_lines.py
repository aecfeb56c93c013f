"""Canonical lines, and where one that is too long is broken.

The words of a line have signs in place of some spaces: `BREAK`, where it may go on below, and `PAUSE`, inside
a list of codes or names, where it may if nothing else helps. Neither can stand in what an author wrote. A
line that fits has spaces there. Text in quotes is never broken.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 100
DEEPER = 2
BREAK = "\n"
PAUSE = "\r"


@dataclass(frozen=True, slots=True)
class Line:
    """A canonical line; `start` is its first word's place in the author's text; an item `opens` with it."""

    indent: int
    text: str
    start: int
    opens: bool = False


def flat(text: str) -> str:
    """The words on one line."""
    return text.replace(BREAK, " ").replace(PAUSE, " ")


def fits(indent: int, text: str) -> bool:
    return indent + len(text) <= WIDTH


def broken(line: Line) -> list[str]:
    """The line as it is printed: one line, or several, each as full as it can be, the later ones deeper."""
    if fits(line.indent, line.text):
        return [f"{' ' * line.indent}{flat(line.text)}"]
    lines = [""]
    for part in line.text.split(BREAK):
        _add(lines, part, line.indent)
    first, *others = lines
    deeper = " " * (line.indent + DEEPER)
    return [f"{' ' * line.indent}{first}", *(f"{deeper}{other}" for other in others)]


def _add(lines: list[str], part: str, indent: int) -> None:
    """A part goes on the last line, else on a new one; if it fits on none it is broken at its pauses."""
    if _fits_behind(lines, part, indent):
        lines[-1] = f"{lines[-1]} {flat(part)}".lstrip()
        return
    if lines[-1]:
        lines.append("")
    if _fits_behind(lines, part, indent) or PAUSE not in part:
        lines[-1] = flat(part)
        return
    for piece in part.split(PAUSE):
        if lines[-1] and not _fits_behind(lines, piece, indent):
            lines.append("")
        lines[-1] = f"{lines[-1]} {piece}".lstrip()


def _fits_behind(lines: list[str], part: str, indent: int) -> bool:
    used = indent + (DEEPER if len(lines) > 1 else 0)
    return fits(used, f"{lines[-1]} {part}".lstrip())
