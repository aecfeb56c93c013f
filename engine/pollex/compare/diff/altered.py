"""Rules that may have read something else after a change, though they are in force as they were before.

Where a line is decided alike by the same rules, what they have read of it is the same too if they are: the
rule with its exceptions, and every list and table that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pollex.compare.diff.versions import Pair, Version, pairs
from pollex.compiler import Compilation
from pollex.ir.program import ExceptionRule, Program, Rule


def altered(old: Compilation, new: Compilation) -> Mapping[str, frozenset[str]]:
    """For each payer the names of rules and exceptions that are not the same in both versions."""
    lists = tuple(f"'{name}'" for name in _changed_lists(old.program, new.program))
    found: dict[str, set[str]] = {}
    for pair in pairs(old, new):
        names = set(_altered(pair, lists))
        for version in (pair.old, pair.new):
            for payer in version.policy.payers if version is not None else ():
                found.setdefault(payer, set()).update(names)
    return {payer: frozenset(names) for payer, names in found.items()}


def _changed_lists(old: Program, new: Program) -> Iterator[str]:
    """Sets and tables that are not the same."""
    for before, after in ((old.sets, new.sets), (old.tables, new.tables)):
        for name in before.keys() | after.keys():
            if before.get(name) != after.get(name):
                yield name


def _altered(pair: Pair, lists: tuple[str, ...]) -> Iterator[str]:
    old, new = _rules(pair.old), _rules(pair.new)
    for key in old.keys() | new.keys():
        rules = [side[key] for side in (old, new) if key in side]
        if old.get(key) != new.get(key) or any(name in repr(rules[0]) for name in lists):
            for rule in rules:
                yield from _names(rule)


def _rules(version: Version | None) -> dict[str, Rule]:
    return {} if version is None else {rule.name: rule for rule in version.policy.rules}


def _names(clause: Rule | ExceptionRule) -> Iterator[str]:
    yield clause.name
    for exception in clause.exceptions:
        yield from _names(exception)
