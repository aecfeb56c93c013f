"""Which policies a `.pol` file is read with; each such tree is compiled once in a session.

Files below `pollex_policies` are read together, as `pollex test` reads them. Any other file is read with
those of its folder, and with what these need from the folders above.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pytest

from pollex.engine import Engine, PolicyError, engine_of, load
from pollex.source.diagnostic import Severity, summary
from pollex.source.render import render_text
from pollex.source.span import Span
from pollex.source.text import UnreadableFile
from pollex.testing.cases import Case
from pollex.testing.run import CaseResult, Suite
from pollex.workspace import Workspace, open_paths, user_cache

DEFAULT = "policies"


class Tree:
    """Policies that are read together, and the cases of each of their files."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace.whole()
        self.names = {Path(name).resolve(): name for name in workspace.files}

    @cached_property
    def _suite(self) -> Suite:
        return Suite(self.workspace)

    def cases(self, file: Path) -> list[Case]:
        """The cases of a file; ask where there is nothing wrong."""
        return [case for case in self._suite.cases if case.span.file == self.names[file.resolve()]]

    def run(self, case: Case) -> CaseResult:
        return self._suite.run(case)

    def place(self, span: Span) -> tuple[str, int, int]:
        """File, line and column."""
        return span.file, *self.workspace.compilation.sources[span.file].position(span.start)

    def wrong(self, file: Path) -> str | None:
        """Why a file cannot be run: its own errors, or the first one of another file that it is read with."""
        compilation = self.workspace.compilation
        if compilation.is_sound:
            return None
        errors = [found for found in compilation.diagnostics if found.severity is Severity.ERROR]
        own = [found for found in errors if found.span.file == self.names[file.resolve()]]
        if own:
            return render_text(own, compilation.sources)
        return f"the policies that this file is read with have {summary(errors)}; the first is\n\n" + (
            render_text(errors[:1], compilation.sources)
        )


class Trees:
    """All trees of a session."""

    def __init__(self, config: pytest.Config) -> None:
        self.named = _named(config)
        self.by_folder: dict[Path, Tree] = {}
        self.by_files: dict[frozenset[str], Tree] = {}

    @cached_property
    def main(self) -> Tree | None:
        """The tree of `pollex_policies`; None where there is none of the project's own."""
        return self.tree(self.named) if self.named else None

    def of(self, file: Path) -> Tree:
        """The tree that a file belongs to; raises UnreadableFile."""
        if self.main is not None and file.resolve() in self.main.names:
            return self.main
        if file.parent not in self.by_folder:
            self.by_folder[file.parent] = self.tree([file.parent])
        return self.by_folder[file.parent]

    def tree(self, paths: Iterable[Path]) -> Tree:
        """What these paths hold; folders that need the same files share them."""
        workspace = open_paths(map(_from_here, paths), user_cache())
        files = frozenset((*workspace.files, *workspace.data))
        return self.by_files.setdefault(files, Tree(workspace))


def _named(config: pytest.Config) -> list[Path]:
    named: list[Path] = config.getini("pollex_policies")
    default = config.rootpath / DEFAULT
    return named or ([default] if any(default.rglob("*.pol")) else [])


def _from_here(path: Path) -> Path:
    """A path as messages show it: by its way from here."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # on another drive
        return path


TREES = pytest.StashKey[Trees]()


def trees(config: pytest.Config) -> Trees:
    """The trees of this session."""
    if TREES not in config.stash:
        config.stash[TREES] = Trees(config)
    return config.stash[TREES]


def engine(config: pytest.Config) -> Engine:
    """The engine behind the fixture; what is wrong with the policies is shown without a traceback."""
    try:
        tree = trees(config).main
        return load() if tree is None else engine_of(tree.workspace)
    except (PolicyError, UnreadableFile) as error:
        said = str(error)
    return pytest.fail(f"the policies for pollex_engine cannot be loaded:\n{said}", pytrace=False)
