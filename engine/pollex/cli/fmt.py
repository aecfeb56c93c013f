"""`pollex fmt`: policies in their one canonical layout.

A file is written only when its new text, read again, is the same policy with the same comments; it is
replaced as a whole, so that nothing that goes wrong on the way can leave half a file behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path
from tempfile import NamedTemporaryFile

from pollex.cli.arguments import Arguments
from pollex.cli.claimfiles import STANDARD_INPUT, standard_input
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop, complain
from pollex.cli.terminal import counted, show_diagnostics, use_utf8
from pollex.compiler import bring_tables
from pollex.intake.vocabulary import shipped_vocabulary
from pollex.source.diagnostic import has_errors
from pollex.source.text import SourceText, UnreadableFile
from pollex.syntax.ast import PolicyFile
from pollex.syntax.format import format_file
from pollex.syntax.parse import parse
from pollex.workspace import user_cache

MARK = "\ufeff"


class _Unparsed(Exception):  # noqa: N818 - its diagnostics have been shown
    """The file is no policy."""


@dataclass(slots=True)
class _Tally:
    changed: int = 0
    same: int = 0
    unparsed: int = 0
    unreadable: int = 0

    def summary(self, check: bool) -> str:
        said = [f"{counted(self.changed, 'file')} {'would change' if check else 'changed'}"]
        if self.same:
            said.append(f"{self.same:,} in {'its' if self.same == 1 else 'their'} layout already")
        if left := self.unparsed + self.unreadable:
            said.append(f"{left:,} left alone")
        return ", ".join(said)


def run(arguments: Arguments) -> int:
    """Format files; 1 where one cannot be parsed, or with `--check` one would change."""
    kept = user_cache()
    if kept is not None:
        bring_tables(shipped_vocabulary().phrases, kept)
    tally = _Tally()
    for file in list(_files(arguments.paths)):
        try:
            changed = _standard_input(arguments.check) if file is None else _file(file, arguments.check)
        except _Unparsed:
            tally.unparsed += 1
            continue
        except UnreadableFile as error:
            tally.unreadable += 1
            complain(str(error))
            continue
        tally.changed += changed
        tally.same += not changed
        if changed and file is not None:
            print(f"would change {file}" if arguments.check else f"changed {file}")
    if arguments.paths != [STANDARD_INPUT]:
        sys.stdout.flush()
        sys.stderr.write(f"{tally.summary(arguments.check)}\n")
    if tally.unreadable:
        return BAD_USAGE
    return FINDINGS if tally.unparsed or (arguments.check and tally.changed) else OK


def _files(paths: list[str]) -> Iterator[Path | None]:
    """Every policy file once; None is standard input."""
    seen: set[Path | None] = set()
    for given in paths:
        for file in _below(given):
            key = file.resolve() if file is not None else None
            if key not in seen:
                seen.add(key)
                yield file


def _below(given: str) -> Iterator[Path | None]:
    path = Path(given)
    if given == STANDARD_INPUT:
        yield None
    elif path.is_dir():
        found = sorted(file for file in path.rglob("*.pol") if file.is_file())
        if not found:
            raise Stop(BAD_USAGE, f"there is no policy file (*.pol) in {given}")
        yield from found
    elif not path.exists():
        raise Stop(BAD_USAGE, f"there is no file or folder {given}")
    elif path.suffix != ".pol":
        raise Stop(BAD_USAGE, f"{given} is no policy file: their names end in .pol")
    else:
        yield path


def _standard_input(check: bool) -> bool:
    name = "standard input"
    text = _decoded(standard_input().read(), name)
    formatted = _formatted(SourceText(name, text))
    if check:
        if formatted != text:
            print(f"would change {name}")
    else:
        use_utf8(sys.stdout)
        sys.stdout.write(formatted)
    return formatted != text


def _file(file: Path, check: bool) -> bool:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {_why(error)}") from None
    text = _decoded(data, str(file))
    formatted = _formatted(SourceText(str(file), text))
    written = formatted.encode("utf-8")
    if written != data and not check:
        _replace(file, written)
    return written != data


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8").removeprefix(MARK)
    except UnicodeDecodeError:
        raise UnreadableFile(f"{name} cannot be read: it is not UTF-8") from None


def _formatted(source: SourceText) -> str:
    source = source.normalise()
    tree = _parsed(source)
    text = format_file(tree, source)
    again, diagnostics = parse(SourceText(source.name, text), shipped_vocabulary().phrases)
    if diagnostics or again != tree or len(again.comments) != len(tree.comments):
        complain(
            f"{source.name} is left alone: laid out anew it would be another policy (a mistake in Pollex)"
        )
        raise _Unparsed
    return text


def _parsed(source: SourceText) -> PolicyFile:
    tree, diagnostics = parse(source, shipped_vocabulary().phrases)
    if has_errors(diagnostics):
        show_diagnostics(diagnostics, {source.name: source})
        raise _Unparsed
    return tree


def _replace(file: Path, data: bytes) -> None:
    target = file.resolve()
    try:
        if not os.access(target, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".tmp", delete=False) as made:
            fresh = Path(made.name)
            try:
                made.write(data)
                made.close()
                fresh.chmod(target.stat().st_mode & 0o7777)
                fresh.replace(target)
            finally:
                fresh.unlink(missing_ok=True)
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be written: {_why(error)}") from None


def _why(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
