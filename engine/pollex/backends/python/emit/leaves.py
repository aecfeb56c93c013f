"""What is known of each leaf of a condition, as one Python function: true, false, or None.

A test of other lines counts as a leaf: it is false where it could not hold, and else None, unless nothing
that it reads can be missing: where a line is found, something may be missing of the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from pollex.backends.python.emit.conditions import Writer
from pollex.backends.python.emit.evidence import STEP
from pollex.backends.python.emit.rules import LINE
from pollex.ir.nodes import All, AnyOf, AtLeast, Condition, Exists, Not


def leaves(condition: Condition) -> Iterator[Condition]:
    """The leaves of a condition, in order."""
    match condition:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            for item in items:
                yield from leaves(item)
        case Not(item):
            yield from leaves(item)
        case _:
            yield condition


def states(writer: Writer, name: str, condition: Condition) -> str:
    """The function."""
    sources = "".join(f"{_state(writer, leaf)}, " for leaf in leaves(condition))
    return f"def {name}(line, claim, day):\n{STEP}return ({sources})\n"


def _state(writer: Writer, leaf: Condition) -> str:
    could, sure = writer.could(leaf, LINE), writer.sure(leaf, LINE)
    if could == sure:
        return f"bool({could})"
    if isinstance(leaf, Exists):
        return f"(None if {could} else False)"
    return f"(True if {sure} else None if {could} else False)"
