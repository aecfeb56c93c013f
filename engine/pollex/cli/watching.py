"""Waiting for files to change, so that a command runs again: the only file that knows watchfiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.resources import policies_root

SUFFIXES = (".pol", ".yaml", ".yml", ".json")
MOMENT = 250
"""Milliseconds after which the watch says that it stands, so that no change is lost during the first run."""

MISSING = "`--watch` needs the package watchfiles: install it with `pip install 'pollex[watch]'`"


def changes(folders: Sequence[Path]) -> Iterator[tuple[str, ...]]:
    """The files that changed, each time some do; the first time, at once, none. Ends with Ctrl-C."""
    try:
        from watchfiles import watch  # noqa: PLC0415 - an optional package, needed here alone
    except ImportError:
        raise Stop(BAD_USAGE, MISSING) from None
    began = False
    for changed in watch(
        *folders,
        watch_filter=lambda _, name: name.endswith(SUFFIXES),
        rust_timeout=MOMENT,
        yield_on_timeout=True,
    ):
        if changed or not began:
            yield tuple(sorted({name for _, name in changed}))
        began = True


def folders_of(paths: Sequence[str], files: Sequence[str]) -> tuple[Path, ...]:
    """The folders to watch: those that were named, or the shipped policies, and those of further files that
    were read; none of them within another.
    """
    shipped = policies_root()
    named = [Path(path) for path in paths] or ([shipped] if isinstance(shipped, Path) else [])
    if not named:
        raise Stop(BAD_USAGE, "`--watch` needs a PATH here: the policies that come with Pollex do not change")
    places = [path if path.is_dir() else path.parent for path in named]
    places += [Path(file).parent for file in files if paths]
    folders = {place.resolve() for place in places}
    return tuple(sorted(folder for folder in folders if not folders & set(folder.parents)))
