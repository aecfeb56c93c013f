"""The policies of two trees, each beside its other version.

A version of a policy is known by its first day. Of what is then left over with one name, the earliest goes
with the earliest: its first day was changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pollex.check.checked import CheckedPolicy
from pollex.compare.diff.changes import PolicyKey
from pollex.compiler import Compilation
from pollex.ir.program import Policy


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a policy as it was checked and as it runs."""

    checked: CheckedPolicy
    policy: Policy


@dataclass(frozen=True, slots=True)
class Pair:
    """A version of a policy, before and after; None where it was added or removed."""

    key: PolicyKey
    old: Version | None
    new: Version | None


def pairs(old: Compilation, new: Compilation) -> tuple[Pair, ...]:
    """Every version of every policy, by name and day."""
    before, after = _by_name(old), _by_name(new)
    found: list[Pair] = []
    for name in sorted(before.keys() | after.keys()):
        mine, theirs = before.get(name, {}), after.get(name, {})
        same = sorted(mine.keys() & theirs.keys())
        found += [Pair(PolicyKey(name, day), mine[day], theirs[day]) for day in same]
        gone, come = sorted(mine.keys() - theirs.keys()), sorted(theirs.keys() - mine.keys())
        moved = min(len(gone), len(come))
        for was, became in zip(gone[:moved], come[:moved], strict=True):
            found.append(Pair(PolicyKey(name, was), mine[was], theirs[became]))
        found += [Pair(PolicyKey(name, day), mine[day], None) for day in gone[moved:]]
        found += [Pair(PolicyKey(name, day), None, theirs[day]) for day in come[moved:]]
    return tuple(found)


def _by_name(compilation: Compilation) -> dict[str, dict[str, Version]]:
    checked = {(policy.id, policy.version): policy for policy in compilation.checked.policies}
    found: dict[str, dict[str, Version]] = {}
    for policy in compilation.program.policies:
        version = Version(checked[policy.id, policy.version], policy)
        found.setdefault(policy.id, {})[policy.version] = version
    return found


def keys(given: Iterable[Pair]) -> tuple[PolicyKey, ...]:
    """The names of pairs, sorted."""
    return tuple(sorted(pair.key for pair in given))
