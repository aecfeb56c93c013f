"""Where the grammar, the schemas and the shipped policies are found.

An installed package carries them in `pollex/_data`; a checkout (also one installed with `pip install -e`)
has them at its top. Nothing else in the package knows the difference. Everything is read through
`importlib.resources`, so that a package imported from a zip file works too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from zipfile import Path as Zipped
from zipfile import ZipFile


def path(*parts: str) -> Traversable:
    """A file or folder by its place in the checkout: `path("grammar", "policy.lark")`."""
    return _root().joinpath(*parts)


def read_text(*parts: str) -> str:
    """The text of a shipped file."""
    return path(*parts).read_text(encoding="utf-8")


def policies_root() -> Traversable:
    """The folder of the shipped policies."""
    return path("policies")


def walk(*parts: str, suffix: str) -> Iterator[tuple[str, Traversable]]:
    """The files under a folder whose names end in `suffix`, sorted, each with its name from the root."""
    yield from _walk(path(*parts), "/".join(parts), suffix)


@cache
def _root() -> Traversable:
    installed = files("pollex") / "_data"
    if not installed.is_dir():
        return Path(__file__).resolve().parents[2]
    return _in_memory(installed) if isinstance(installed, Zipped) else installed


def _in_memory(zipped: Zipped) -> Traversable:
    """The same folder of a zip file that is held in memory: of an open file, processes that are copies of
    each other share the place where the next one reads.
    """
    archive = BytesIO(Path(str(zipped.root.filename)).read_bytes())
    return Zipped(ZipFile(archive), zipped.at)


def _walk(folder: Traversable, name: str, suffix: str) -> Iterator[tuple[str, Traversable]]:
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir(), key=lambda child: child.name):
        entry_name = f"{name}/{entry.name}" if name else entry.name
        if entry.is_dir():
            yield from _walk(entry, entry_name, suffix)
        elif entry.name.endswith(suffix):
            yield entry_name, entry
