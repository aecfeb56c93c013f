"""The difference of two policy trees: every change once, also one that several policies share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pollex.compare.diff.changes import (
    ADDED,
    DEFINITION,
    EXCEPTION,
    POLICY,
    REMOVED,
    RULE,
    SET,
    TABLE,
    Change,
    Detail,
    Difference,
    Place,
    PolicyKey,
)
from pollex.compare.diff.clauses import Found, clause_changes
from pollex.compare.diff.data import FoundData, set_changes, table_changes
from pollex.compare.diff.versions import Pair, pairs
from pollex.compiler import Compilation
from pollex.source.span import Span
from pollex.syntax import ast
from pollex.syntax.format import clause_text

ORDER = (POLICY, DEFINITION, RULE, EXCEPTION, SET, TABLE)


def difference(old: Compilation, new: Compilation) -> Difference:
    """All that changed from one sound tree to another."""
    both = pairs(old, new)
    found = [*_clauses(both, old, new), *_data(both, old, new)]
    return Difference(tuple(sorted(_named(found), key=_place)))


def _place(change: Change) -> tuple[bool, int, str]:
    return not change.decides, ORDER.index(change.kind) if change.kind in ORDER else len(ORDER), change.id


def _clauses(both: Iterable[Pair], old: Compilation, new: Compilation) -> Iterator[Change]:
    """Changes of clauses; one that is the same in several policies, as that of a shared part, is one."""
    together: dict[tuple[object, ...], list[tuple[PolicyKey, Found]]] = {}
    for pair in both:
        for found in _of(pair):
            key = (found.kind, found.name, found.how, found.to, found.details, found.span)
            together.setdefault(key, []).append((pair.key, found))
    for group in together.values():
        found = group[0][1]
        yield Change(
            "",
            found.kind,
            found.name,
            found.how,
            found.title,
            found.to,
            tuple(sorted(key for key, _ in group)),
            any(one.decides for _, one in group),
            found.details,
            _placed(found.span, found.how, old, new),
        )


def _of(pair: Pair) -> Iterator[Found]:
    if pair.old is not None and pair.new is not None:
        yield from clause_changes(pair.old, pair.new)
        return
    version = pair.new or pair.old
    assert version is not None
    header = version.checked.header
    details = tuple(_whole_policy(header, len(version.policy.rules), pair.new is not None))
    how = ADDED if pair.old is None else REMOVED
    yield Found(POLICY, version.policy.id, how, version.policy.title, None, True, details, header.span)


def _whole_policy(header: ast.PolicyHeader, rules: int, is_new: bool) -> Iterator[Detail]:
    shown = [
        clause_text(clause)
        for clause in header.clauses
        if isinstance(clause, ast.PayerClause | ast.AppliesClause | ast.PeriodClause | ast.OtherwiseClause)
    ]
    for what, text in (("policy", "; ".join(shown)), ("rules", str(rules))):
        yield Detail(what, None if is_new else text, text if is_new else None)


def _data(both: Iterable[Pair], old: Compilation, new: Compilation) -> Iterator[Change]:
    using = _users(both)
    mine, theirs = old.environment, new.environment
    found: list[FoundData] = [
        *set_changes(mine.sets, theirs.sets, theirs.systems),
        *table_changes(mine.tables, theirs.tables),
    ]
    for one in found:
        policies = tuple(sorted(using.get((one.kind, one.name), ())))
        yield Change(
            "",
            one.kind,
            one.name,
            one.how,
            one.title,
            None,
            policies,
            bool(policies),
            one.details,
            _placed(one.span, one.how, old, new),
        )


def _users(both: Iterable[Pair]) -> dict[tuple[str, str], set[PolicyKey]]:
    """The policies that use a set or a table, before or after."""
    found: dict[tuple[str, str], set[PolicyKey]] = {}
    for pair in both:
        for version in filter(None, (pair.old, pair.new)):
            for name in version.checked.names.sets:
                found.setdefault((SET, name), set()).add(pair.key)
            for name in version.checked.names.tables:
                found.setdefault((TABLE, name), set()).add(pair.key)
    return found


def _placed(span: Span | None, how: str, old: Compilation, new: Compilation) -> Place | None:
    if span is None:
        return None
    is_new = how != REMOVED
    source = (new if is_new else old).sources.get(span.file)
    return Place(span.file, source.position(span.start)[0] if source else 1, is_new)


def _named(changes: Iterable[Change]) -> Iterator[Change]:
    """Each change with a name of its own: `uhc-44120/assistant`, `set visits`."""
    listed = [replace(change, id=_name(change)) for change in changes]
    counts = Counter(change.id for change in listed)
    for change in listed:
        again = counts[change.id] > 1 and change.policies
        yield replace(change, id=_name(change, with_version=True)) if again else change


def _name(change: Change, with_version: bool = False) -> str:
    if change.kind in (SET, TABLE):
        return f"{change.kind} {change.name}"
    first = change.policies[0]
    policy = f"{first.id} {first.version}" if with_version else first.id
    more = f" and {len(change.policies) - 1} more" if len(change.policies) > 1 else ""
    if change.kind == POLICY:
        return f"{policy}, header" if change.how not in (ADDED, REMOVED) else policy
    return f"{policy}{more}/{change.name}"
