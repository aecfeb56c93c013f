"""A condition of which some leaves are known, without these: what is left reads what is missing.

It has the same answer however what is missing turns out, and lacks the same elements. Those of a leaf beside
which another settles the answer count too, but not within conditions that must all hold where one does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from pollex.backends.kleene import Tri
from pollex.ir.nodes import All, AnyOf, AtLeast, Condition, Not

Reduced: TypeAlias = bool | Condition
TRUE = All(())


def reduced(condition: Condition, known: Iterator[Tri]) -> Reduced:
    """What is left of a condition; `known` says of each leaf, in order, what is known of it."""
    match condition:
        case All(items):
            left = [reduced(item, known) for item in items]
            unknown = tuple(item for item in left if not isinstance(item, bool))
            return False if False in left else All(unknown) if unknown else True
        case AnyOf(items):
            left = [reduced(item, known) for item in items]
            unknown = tuple(item for item in left if not isinstance(item, bool))
            if not unknown:
                return True in left
            return AnyOf((TRUE, *unknown) if True in left else unknown)
        case AtLeast(count, items):
            left = [reduced(item, known) for item in items]
            unknown = tuple(item for item in left if not isinstance(item, bool))
            wanted = count - sum(item is True for item in left)
            return AtLeast(max(wanted, 0), unknown) if unknown else wanted <= 0
        case Not(item):
            one = reduced(item, known)
            return not one if isinstance(one, bool) else Not(one)
    answer = next(known)
    return condition if answer is None else answer
