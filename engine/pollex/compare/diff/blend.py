"""The programs between two versions: the old one with some of the changes made.

A blend is put together from checked clauses and lowered like any policy. What was added only to be used
(definitions, sets, tables, sources) is there in every blend, and so are changes of words; what was removed
stays: neither decides anything by itself. So a blend with no change decides as the old version does, and
one with all as the new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from pollex.check.checked import Checked, CheckedPolicy
from pollex.check.names import Environment, PolicyNames
from pollex.compare.diff.changes import (
    DEFINITION,
    EXCEPTION,
    POLICY,
    RULE,
    SET,
    TABLE,
    Change,
    Difference,
    PolicyKey,
)
from pollex.compare.diff.versions import Pair, pairs
from pollex.compiler import Compilation
from pollex.ir.program import Program
from pollex.lower import lower
from pollex.model.codesets import CodeSet
from pollex.model.tables import Table

Item = TypeVar("Item")
Made = frozenset[int]
"""Changes that are made, by their place in the list."""


@dataclass(frozen=True)
class Blends:
    """The blends of two versions; `changes` are those that can change a decision."""

    old: Compilation
    new: Compilation
    changes: tuple[Change, ...]

    @cached_property
    def everything(self) -> Made:
        return frozenset(range(len(self.changes)))

    def program(self, made: Made) -> Program:
        """The program with these changes made; whoever asks for one often keeps it."""
        if made == frozenset():
            return self.old.program
        if made == self.everything:
            return self.new.program
        return self.blended(made)

    def blended(self, made: Made) -> Program:
        """The same, always put together clause by clause."""
        policies = tuple(policy for pair in self._pairs if (policy := self._policy(pair, made)) is not None)
        return lower(Checked(self._environment(made), policies, ()))

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        return pairs(self.old, self.new)

    @cached_property
    def _places(self) -> Mapping[tuple[str, str, PolicyKey | None], int]:
        """Each change by its kind, name and policy."""
        return dict(_places(self.changes))

    def _is_new(self, kind: str, name: str, key: PolicyKey | None, made: Made) -> bool:
        """Whether to take the new side: the change is made, or is none that could decide anything."""
        place = self._places.get((kind, name, key))
        return place is None or place in made

    def _policy(self, pair: Pair, made: Made) -> CheckedPolicy | None:
        chosen = self._is_new(POLICY, pair.key.id, pair.key, made)
        if pair.old is None or pair.new is None:
            version = pair.new if chosen else pair.old
            return version.checked if version is not None else None
        old, new = pair.old.checked, pair.new.checked
        return replace(new if chosen else old, names=self._names(pair.key, old.names, new.names, made))

    def _names(self, key: PolicyKey, old: PolicyNames, new: PolicyNames, made: Made) -> PolicyNames:
        def mixed(kind: str, before: dict[str, Item], after: dict[str, Item]) -> dict[str, Item]:
            found = {}
            for name in sorted(before.keys() | after.keys()):
                side = after if self._is_new(kind, name, key, made) else before
                if name in side:
                    found[name] = side[name]
            return found

        kept = {name: define for name, define in old.defines.items() if name not in new.defines}
        return PolicyNames(
            new.id,
            sets=old.sets | new.sets,
            tables=old.tables | new.tables,
            sources={**old.sources, **new.sources},
            defines={**mixed(DEFINITION, old.defines, new.defines), **kept},
            rules=mixed(RULE, old.rules, new.rules),
            exceptions=mixed(EXCEPTION, old.exceptions, new.exceptions),
        )

    def _environment(self, made: Made) -> Environment:
        old, new = self.old.environment, self.new.environment

        def sets() -> Iterator[tuple[str, CodeSet]]:
            for name in sorted(old.sets.keys() | new.sets.keys()):
                before, after = old.sets.get(name), new.sets.get(name)
                chosen = after if before is None or self._is_new(SET, name, None, made) else before
                if one := chosen or before:
                    yield name, one

        def tables() -> Iterator[tuple[str, Table]]:
            for name in sorted(old.tables.keys() | new.tables.keys()):
                before, after = old.tables.get(name), new.tables.get(name)
                chosen = after if before is None or self._is_new(TABLE, name, None, made) else before
                if one := chosen or before:
                    columns = {**(after or one).columns, **(before or one).columns, **one.columns}
                    yield name, replace(one, columns=columns)

        return Environment(new.vocabulary, new.systems, dict(sets()), dict(tables()))


def _places(changes: tuple[Change, ...]) -> Iterator[tuple[tuple[str, str, PolicyKey | None], int]]:
    for place, change in enumerate(changes):
        if change.kind in (SET, TABLE):
            yield (change.kind, change.name, None), place
        else:
            yield from (((change.kind, change.name, key), place) for key in change.policies)


def blends(old: Compilation, new: Compilation, found: Difference) -> Blends:
    """The blends of two versions of which the difference is known."""
    return Blends(old, new, found.deciding)
