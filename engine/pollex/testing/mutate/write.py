"""Writing down: a mutant as a difference of texts, and a claim that tells it apart as a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import unified_diff

from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax import ast
from pollex.syntax.ast import PolicyFile
from pollex.syntax.format import format_file
from pollex.syntax.scenarios import Given, SetWord, Test, Where
from pollex.testing.mutate.distinguish import Told
from pollex.testing.mutate.mutants import Mutant

NOWHERE = Span("", 0, 0)
CONTEXT = 1
LINE_WORDS = ("cpt", "modifier", "units", "billed charge", "fee", "service date", "care from", "care to")
"""Words of a line alone: without a line they are those of line 1."""


def difference(mutant: Mutant, source: SourceText, trees: Iterable[PolicyFile]) -> tuple[str, ...]:
    """The lines of the policy, or of the list, that the mutant changes, as a unified diff."""
    if mutant.text is not None:
        return _lines(mutant.file, source.text, mutant.text.text)
    assert mutant.tree is not None
    tree = next(one for one in trees if one.span.file == mutant.file)
    before = format_file(tree, source)
    return _lines(mutant.file, before, format_file(_changed(tree, *mutant.tree), source))


def _changed(tree: PolicyFile, old: object, new: object) -> PolicyFile:
    if isinstance(new, ast.PolicyHeader):
        return replace(tree, header=new)
    clause = old if new is None and isinstance(old, ast.Rule | ast.ExceptionRule) else None
    gone = {clause.name.text} if clause is not None and clause.name is not None else set()
    items = [new if item is old else item for item in tree.items]
    kept = [one for one in items if not (isinstance(one, ast.ExceptionRule) and one.target.text in gone)]
    return replace(tree, items=tuple(one for one in kept if one is not None))  # type: ignore[misc]


def _lines(name: str, before: str, after: str) -> tuple[str, ...]:
    found = unified_diff(before.splitlines(), after.splitlines(), name, name, n=CONTEXT, lineterm="")
    return tuple(found)


def without_overwritten(wheres: tuple[Where, ...]) -> tuple[Where, ...]:
    """Changes without those that a later one sets again; line 1 is meant where no line is named."""
    kept: list[Where] = []
    for place, where in enumerate(wheres):
        later = wheres[place + 1 :]
        if not (isinstance(where, SetWord) and any(_sets_again(one, where) for one in later)):
            kept.append(where)
    return tuple(kept)


def _sets_again(later: Where, where: SetWord) -> bool:
    if not isinstance(later, SetWord) or later.word != where.word:
        return False
    assumed = "1" if where.word.phrase in LINE_WORDS else ""
    lines = [one.line.text if one.line is not None else assumed for one in (later, where)]
    return lines[0] == lines[1]


def test_text(told: Told, title: str) -> str:
    """A test in the language, with what the policy says now as its expectation."""
    case = told.case
    wheres = without_overwritten(case.wheres)
    given = Given(replace(case.fixture, span=NOWHERE), wheres, NOWHERE)
    test = Test(title, given, case.expectations, NOWHERE)
    empty = SourceText("", "")
    return format_file(PolicyFile(None, (test,), (), NOWHERE), empty)
