"""Kleene's three answers: true, false, and None for unknown."""

from __future__ import annotations

from typing import TypeAlias

Tri: TypeAlias = bool | None


def negate(answer: Tri) -> Tri:
    """Not."""
    return None if answer is None else not answer


def both(left: Tri, right: Tri) -> Tri:
    """And."""
    return False if left is False or right is False else None if left is None or right is None else True


def either(left: Tri, right: Tri) -> Tri:
    """Or."""
    return True if left is True or right is True else None if left is None or right is None else False
