"""What can be worked out of an expression without a claim: fixed numbers, and divisions by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pollex.check.typing import Problem, read_money, read_number
from pollex.syntax.conditions import Arith, Expr, Literal


def constant(expr: Expr) -> Fraction | None:
    """The number an expression always has; None where it depends on a claim, or cannot be worked out."""
    if isinstance(expr, Literal):
        value = read_money(expr) if expr.kind == "money" else read_number(expr)
        return None if isinstance(value, Problem) else value
    if not isinstance(expr, Arith):
        return None
    left, right = constant(expr.left), constant(expr.right)
    if left is None or right is None:
        return None
    match expr.op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right if right else None


def zero_divisors(expr: Expr) -> Iterator[Expr]:
    """What an expression divides by although it is always 0."""
    if isinstance(expr, Arith):
        yield from zero_divisors(expr.left)
        yield from zero_divisors(expr.right)
        if expr.op == "/" and constant(expr.right) == 0:
            yield expr.right
