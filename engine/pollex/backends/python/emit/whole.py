"""Whether a condition is whole, as a Python expression: nothing is missing of whatever it reads.

A condition can be known and yet read something that is missing, as `any of` does where another item holds:
then what is missing is named if something else of the line hangs on it.
"""

from __future__ import annotations

from pollex.backends.python.emit.conditions import Writer, every, negated, some
from pollex.backends.python.emit.rules import LINE
from pollex.ir.nodes import All, AnyOf, AtLeast, Condition, Exists, Not


def whole(writer: Writer, condition: Condition) -> str:
    """Whether nothing is missing of a condition."""
    could, sure = writer.could(condition, LINE), writer.sure(condition, LINE)
    if could == sure:
        return "True"
    match condition:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return every(whole(writer, item) for item in items)
        case Not(item):
            return whole(writer, item)
        case Exists():
            return negated(could)
    return some((negated(could), sure))


def whole_and_sure(writer: Writer, condition: Condition) -> str:
    """Whether a condition holds and nothing is missing of it."""
    while isinstance(condition, Not) and isinstance(condition.item, Not):
        condition = condition.item.item
    leaf = condition.item if isinstance(condition, Not) else condition
    sure = writer.sure(condition, LINE)
    if isinstance(leaf, All | AnyOf | AtLeast | Exists):
        return every((whole(writer, condition), sure))
    return sure
