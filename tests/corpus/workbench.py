"""Compiles a piece of a policy, or files of data, in a small world that is always the same.

The world is `corpus/standard`. A piece that does not begin with a header is a part of the policy `standard`,
which uses every set and table there is. The line `# in another file` cuts a piece into files.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pollex.compiler import Compilation, Texts
from pollex.intake.codesets import load_code_systems
from pollex.source.diagnostic import Diagnostic
from pollex.source.text import SourceText

STANDARD = Path(__file__).parent / "standard"
PART = "part of standard\n"
NEXT_FILE = re.compile(r"^# in another file\n", re.MULTILINE)
HEADER = re.compile(r"(?:\s|#[^\n]*\n)*(?:policy|part)\b")


@cache
def standard() -> Texts:
    """The policy, sets and tables that are always there."""
    return Texts((_read(STANDARD / "policy.pol"),), _folder("sets"), _folder("tables"))


def _folder(name: str) -> tuple[SourceText, ...]:
    return tuple(_read(file) for file in sorted((STANDARD / name).glob("*.yaml")))


def _read(file: Path) -> SourceText:
    return SourceText(f"standard/{file.relative_to(STANDARD)}", file.read_text(encoding="utf-8"))


def as_part(piece: str) -> str:
    """A piece of a policy with a header in front, where it has none."""
    return piece if HEADER.match(piece) else PART + piece


def compiled(piece: str, name: str = "piece.pol", whole: bool = False) -> Compilation:
    """A piece of a policy among the standard files; `whole` leaves it without a header if it has none."""
    texts = []
    for number, text in enumerate(NEXT_FILE.split(piece)):
        written = text if whole else as_part(text)
        texts.append(SourceText(name if number == 0 else f"{number}-{name}", written))
    base = standard()
    return Compilation(Texts((*base.policies, *texts), base.sets, base.tables))


def with_data(piece: str) -> tuple[Diagnostic, ...]:
    """What there is to say of files of sets, tables or code systems, among the standard files."""
    base = standard()
    sets, tables, found = list(base.sets), list(base.tables), []
    for number, text in enumerate(NEXT_FILE.split(piece)):
        source = SourceText(f"data-{number}.yaml", text)
        if text.startswith("systems:"):
            found.extend(load_code_systems(source)[1])
        elif text.startswith("set:"):
            sets.append(source)
        else:
            tables.append(source)
    return (*found, *Compilation(Texts(base.policies, tuple(sets), tuple(tables))).diagnostics)
