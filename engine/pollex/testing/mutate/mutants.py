"""What a mutant is, and all mutants of a tree of policies, in a fixed order.

A mutant is one change to one text. Where a file is part of several policies, all of them change with it, and
the tests of any of them may notice. Mutants that come to the same program as the original are counted as
equivalent and not run; of several that come to the same program as each other one is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from hashlib import sha256
from typing import Any, TypeAlias

from pollex.check.checked import CheckedPolicy
from pollex.check.clauses import check_item
from pollex.check.names import Environment
from pollex.compiler import Compilation
from pollex.ir.program import Policy, Program
from pollex.source.diagnostic import has_errors
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax import ast
from pollex.syntax import conditions as c
from pollex.testing.mutate.nodes import Pool, changes
from pollex.testing.mutate.programs import Altered, Clause, altered, name_of, put, with_clause, with_header

Header: TypeAlias = ast.PolicyHeader
Changed: TypeAlias = tuple[Clause | Header, Clause | Header | None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it stands, what the clause or list is called, the policies that it is part of.

    `tree` is the clause before and after; of a set or a table `text` is the changed text of its file and
    `codes` are those that the change is about.
    """

    operator: str
    span: Span
    owner: str
    policies: tuple[str, ...]
    tree: Changed | None = None
    text: SourceText | None = None
    codes: tuple[str, ...] = ()
    key: str = field(default="")

    @property
    def file(self) -> str:
        return self.span.file


@dataclass(frozen=True, slots=True)
class Brought:
    """A mutant in the program: the program after it, and what has changed there."""

    mutant: Mutant
    program: Program
    versions: tuple[Altered, ...]


class Tree:
    """The clauses that can be changed, with the policies that they are part of."""

    def __init__(self, compilation: Compilation, asked: frozenset[str]) -> None:
        self.compilation = compilation
        self.env: Environment = compilation.environment
        self.program: Program = compilation.program
        self.asked = asked
        self.pool = pool(compilation.trees)
        originals = {(one.id, one.version): one for one in self.program.policies}
        self.versions = [(one, originals[one.id, one.version]) for one in compilation.checked.policies]

    def clauses(self) -> Iterator[Clause | Header]:
        """Every clause of the files that were asked for, in the order of files and lines."""
        for tree in self.compilation.trees:
            if tree.span.file in self.asked:
                if isinstance(tree.header, Header):
                    yield tree.header
                yield from (item for item in tree.items if isinstance(item, Clause) and self._of(item))

    def mutants(self, clause: Clause | Header) -> Iterator[Mutant]:
        """The mutants of one clause that can be kept, by the checker's leave; equivalent ones among them."""
        found = self._of(clause)
        if not found:
            return
        owner = self.owner(clause)
        policies = tuple(sorted({one.id for one in found}))
        for operator, span, new in self._changes(clause):
            if new is None or isinstance(new, Header) or self._is_kept(clause, new, found):
                key = self._key(operator, span, clause, new)
                yield Mutant(operator, span, owner, policies, (clause, new), key=key)

    def owner(self, clause: Clause | Header) -> str:
        """What a clause is called."""
        return clause.id.text if isinstance(clause, Header) else name_of(self._of(clause)[0].names, clause)

    def _changes(self, clause: Clause | Header) -> Iterator[tuple[str, Span, Any]]:
        match clause:
            case ast.Rule():
                yield "rule-removed", clause.span, None
            case ast.ExceptionRule():
                yield "exception-removed", clause.span, None
        yield from changes(clause, self.pool)

    def _is_kept(self, old: Any, new: Any, found: Iterable[CheckedPolicy]) -> bool:
        """Whether the checker lets the changed clause through."""
        for policy in found:
            names = with_clause(policy.names, old, new)
            if has_errors(check_item(new, names, self.env).diagnostics):
                return False
        return True

    @staticmethod
    def _key(operator: str, span: Span, old: Any, new: Any) -> str:
        """What a mutant is known by, also after other clauses have moved it."""
        text = "\n".join((operator, place_of(span.file), exact(old), exact(new)))
        return sha256(text.encode()).hexdigest()[:20]

    def _of(self, clause: Clause | Header) -> list[CheckedPolicy]:
        if isinstance(clause, Header):
            return [checked for checked, _ in self.versions if checked.header is clause]
        return [checked for checked, _ in self.versions if _holds(checked, clause)]

    def bring(self, mutant: Mutant) -> Brought | None:
        """The mutant in the program; None where it is equivalent."""
        assert mutant.tree is not None
        old, new = mutant.tree
        found: list[Altered] = []
        for checked, original in self.versions:
            version: Altered | None = None
            if isinstance(old, Header):
                if checked.header is old and isinstance(new, Header):
                    version = with_header(original, checked, self.env, new)
            elif _holds(checked, old) and not isinstance(new, Header):
                version = altered(original, checked, self.env, old, new)
            if version is not None:
                found.append(version)
        if not found:
            return None
        return Brought(mutant, put(self.program, (one.policy for one in found)), tuple(found))


def _holds(checked: CheckedPolicy, clause: Clause) -> bool:
    names = checked.names
    tables: tuple[Mapping[str, Clause], ...] = (names.rules, names.exceptions, names.defines)
    return any(item is clause for table in tables for item in table.values())


def place_of(file: str) -> str:
    """The file with its folder: the same wherever a tree of policies stands."""
    return "/".join(file.split("/")[-2:])


def exact(node: object) -> str:
    """A node in its order, without places."""
    if isinstance(node, tuple):
        return f"({','.join(map(exact, node))})"
    if is_dataclass(node):
        parts = [exact(getattr(node, one.name)) for one in fields(node) if one.compare]
        return f"{type(node).__name__}({','.join(parts)})"
    return repr(node)


def program_text(brought: Brought) -> str:
    """What a mutant comes to: two with the same are one."""
    rules = [(one.policy.id, one.policy.version, one.rules, _head(one.policy)) for one in brought.versions]
    return repr(rules)


def _head(policy: Policy) -> object:
    return replace(policy, rules=())


def pool(trees: Iterable[ast.PolicyFile]) -> Pool:
    """The codes that are written in conditions, by the word that they are codes of."""
    found: dict[str, set[str]] = {}

    def look(node: Any) -> None:
        if isinstance(node, c.CodeTest):
            found.setdefault(node.word.phrase, set()).update(code.text for code in node.codes)
        if isinstance(node, tuple):
            for item in node:
                look(item)
        elif is_dataclass(node) and not isinstance(node, Span):
            for one in fields(node):
                look(getattr(node, one.name))

    for tree in trees:
        for item in tree.items:
            if isinstance(item, Clause):
                look(item)
    return {phrase: tuple(sorted(codes)) for phrase, codes in found.items()}
