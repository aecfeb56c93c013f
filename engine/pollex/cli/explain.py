"""`pollex explain`: the page of a diagnostic code, or the list of all codes.

A page is Markdown. On the way to a terminal its headings lose their marks and its examples their fences;
everything else stands as it was written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pollex.cli.arguments import Arguments
from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.cli.terminal import console, show
from pollex.resources import path
from pollex.source.codes import CODES
from pollex.source.suggest import nearest

FENCE = "```"
STARTS_ALONE = re.compile(r"#|\||\s*[-*] |\s*\d+\. ")


def run(arguments: Arguments) -> int:
    """Show a page, or the list."""
    if arguments.code is None:
        _show_list()
        return OK
    code = _code(arguments.code)
    page = path("grammar", "diagnostics", f"{code}.md")
    text = page.read_text(encoding="utf-8") if page.is_file() else f"# {code}: {CODES[code]}\n"
    show(console(sys.stdout), _page(text))
    return OK


def _code(word: str) -> str:
    """The code that is meant: `POL204`, `pol204` or `204`."""
    code = word.upper() if not word.isdecimal() else f"POL{word}"
    if code in CODES:
        return code
    _show_list(sys.stderr)
    near = nearest(code, CODES)
    hint = f"did you mean {near}, {CODES[near]}?" if near else "the codes are listed above"
    raise Stop(BAD_USAGE, f"there is no diagnostic code `{word}`; {hint}")


def _show_list(stream: TextIO | None = None) -> None:
    rows = (Text(f"{code}  ", "bold").append(title) for code, title in sorted(CODES.items()))
    show(console(stream or sys.stdout), rows)


def _page(markdown: str) -> Iterator[RenderableType]:
    """The page as lines: headings bold, examples set in, paragraphs broken to the width."""
    for paragraph in _paragraphs(markdown.splitlines()):
        first = paragraph[0]
        if first.startswith(FENCE):
            yield from (Padding(Text(line, "cyan"), (0, 0, 0, 4)) for line in paragraph[1:])
        elif first.startswith("#"):
            yield Text(first.lstrip("# "), "bold")
        else:
            yield Text(" ".join(paragraph))


def _paragraphs(lines: Iterable[str]) -> Iterator[list[str]]:
    """Headings, examples behind their opening fence, items, paragraphs; a blank line as an empty text."""
    paragraph: list[str] = []
    fenced = False
    for line in lines:
        if line.startswith(FENCE):
            fenced = not fenced
            if fenced:
                yield from filter(None, [paragraph])
                paragraph = [FENCE]
            else:
                yield paragraph
                paragraph = []
        elif fenced:
            paragraph.append(line)
        elif not line.strip() or STARTS_ALONE.match(line):
            yield from filter(None, [paragraph])
            paragraph = []
            if not line.strip() or line.startswith(("#", "|")):
                yield [line.rstrip()]
            else:
                paragraph = [line.rstrip()]
        else:
            paragraph.append(line.strip())
    yield from filter(None, [paragraph])
