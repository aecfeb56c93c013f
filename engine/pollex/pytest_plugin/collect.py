"""The tests of a `.pol` file as items of pytest: a test is one, and so is each row of an example table.

An item is called by its title, a row `title[row 3]`, so that its node id stays the same as long as the title
does, in every process, and the title of a table selects all its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import Any

import pytest

from pollex.pytest_plugin.trees import Tree, trees
from pollex.source.snippet import visible
from pollex.source.span import Span
from pollex.source.text import UnreadableFile
from pollex.testing.cases import Case
from pollex.testing.failures import failure_text
from pollex.testing.run import CaseResult


class PolicyTests(pytest.File):
    """A `.pol` file."""

    def collect(self) -> Iterator[PolicyTest]:
        try:
            tree = trees(self.config).of(self.path)
            wrong = tree.wrong(self.path)
        except UnreadableFile as error:
            raise self.CollectError(str(error)) from None
        if wrong is not None:
            raise self.CollectError(wrong)
        cases = tree.cases(self.path)
        several = len({case.policy for case in cases}) > 1
        for case in cases:
            yield PolicyTest.from_parent(self, name=item_name(case, several), case=case, tree=tree)


def item_name(case: Case, several: bool) -> str:
    """What a case is called; with its policy where the file has tests of several."""
    name = case.name if several else case.title
    if case.row is not None:
        name = f"{name.removesuffix(f', row {case.row}')}[row {case.row}]"
    return visible(name).replace("::", ":")


class NotAsExpected(Exception):  # noqa: N818 - a test that failed
    """Carries the result out of a test."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.case.name)
        self.result = result


class PolicyTest(pytest.Item):
    """A test, or a row of an example table."""

    def __init__(self, *, case: Case, tree: Tree, **more: Any) -> None:
        super().__init__(**more)
        self.case = case
        self.tree = tree
        self.extra_keyword_matches.add(case.policy)
        self.add_marker("pollex")

    def runtest(self) -> None:
        result = self.tree.run(self.case)
        if not result.passed:
            raise NotAsExpected(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotAsExpected):
            return "\n".join(map(visible, failure_text(excinfo.value.result, self._place)))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        _, line, _ = self.tree.place(self.case.span)
        return self.path, line - 1, self.case.name

    def _place(self, span: Span) -> str:
        return "{}:{}:{}".format(*self.tree.place(span))
