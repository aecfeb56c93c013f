"""When two rules mean the same, whatever the order, the layout, or the definitions they are written with.

A node of the intermediate form becomes a text. Lists whose order means nothing are sorted, a list inside a
list of its kind is part of it, and a list of one item is that item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum

from pollex.ir.nodes import All, AnyOf, Condition
from pollex.ir.program import ExceptionRule, Policy, Rule


def rule_meaning(rule: Rule) -> str:
    """A rule without its exceptions, its title and its reasons."""
    parts = (rule.stratum, rule.trial, rule.scope, rule.condition, rule.from_date, rule.through_date)
    return f"{normal(parts, ordered=True)} {normal(rule.effects)}"


def exception_meaning(exception: ExceptionRule) -> str:
    """An exception without its own exceptions and its reasons."""
    parts = (exception.condition, exception.from_date, exception.through_date)
    return f"{normal(parts, ordered=True)} {normal(exception.instead)}"


def policy_meaning(policy: Policy) -> str:
    """Which lines a policy speaks of, when, and what they get where no rule says."""
    days = (policy.from_date, policy.through_date)
    return normal(
        (tuple(sorted(policy.payers)), policy.claim_type, policy.scope, *days, policy.otherwise), ordered=True
    )


def normal(node: object, ordered: bool = False) -> str:
    """The text of a node; of a tuple `ordered` says whether its order means something."""
    if isinstance(node, All | AnyOf):
        items = sorted({normal(item) for item in _flat(node, type(node))})
        return items[0] if len(items) == 1 else f"{type(node).__name__}({', '.join(items)})"
    if isinstance(node, tuple | frozenset):
        texts = [normal(item) for item in node]
        return f"[{', '.join(texts if ordered else sorted(texts))}]"
    if isinstance(node, Enum):
        return str(node.value)
    if is_dataclass(node):
        parts = [normal(getattr(node, field.name)) for field in fields(node) if field.compare]
        return f"{type(node).__name__}({', '.join(parts)})"
    return repr(node)


def _flat(node: All | AnyOf, kind: type[All | AnyOf]) -> Iterator[Condition]:
    for item in node.items:
        if isinstance(item, kind) or (isinstance(item, All | AnyOf) and len(item.items) == 1):
            yield from _flat(item, kind)
        else:
            yield item
