"""What emitted conditions and values call: comparisons and arithmetic where something may be missing.

A value is a whole number or a fraction, a text, or a date as ISO text; None where it is not known, and
NOT_LISTED where a table says that there is none: every comparison with that is false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from pollex.backends.calendar import shift
from pollex.backends.python.claims import ALWAYS, Claim, Line

Number: TypeAlias = int | Fraction
Asked: TypeAlias = Callable[[Line], bool]
MOST_REMEMBERED = 8192


class NotListed:
    """No value, as a table or a division by zero says: comparisons with it are false."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def _never(self, _: object) -> bool:
        return False

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _never


NOT_LISTED = NotListed()
Value: TypeAlias = Any


@lru_cache(maxsize=MOST_REMEMBERED)
def number(text: str | None) -> Number | None:
    """The number that a claim writes, exactly."""
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    value = Decimals(text)
    return value.numerator if value.denominator == 1 else value


def cents(dollars: str | None) -> Number | None:
    """The cents of money, exactly; a whole number, since a valid claim writes no part of a cent."""
    if dollars is None:
        return None
    if dollars[-3:-2] == ".":
        return int(dollars[:-3] + dollars[-2:])
    return int(dollars) * 100 if dollars.isdecimal() else Fraction(dollars) * 100


class Decimals(Fraction):
    """A number with decimals: a fraction that is compared with its like at once."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __eq__(self, other):
            if other.__class__ is Decimals:
                return self._numerator == other._numerator and self._denominator == other._denominator
            return Fraction.__eq__(self, other)

        def __lt__(self, other):
            if other.__class__ is Decimals:
                return self._numerator * other._denominator < other._numerator * self._denominator
            return Fraction.__lt__(self, other)

        def __gt__(self, other):
            if other.__class__ is Decimals:
                return self._numerator * other._denominator > other._numerator * self._denominator
            return Fraction.__gt__(self, other)

        __hash__ = Fraction.__hash__


# ------------------------------------------------------------------ comparisons


def sure_eq(left: Value, right: Value) -> bool:
    return left is not None and right is not None and bool(left == right)


def sure_ne(left: Value, right: Value) -> bool:
    return left is not None and right is not None and bool(left != right)


def sure_lt(left: Value, right: Value) -> bool:
    return left is not None and right is not None and bool(left < right)


def sure_le(left: Value, right: Value) -> bool:
    return left is not None and right is not None and bool(left <= right)


def sure_gt(left: Value, right: Value) -> bool:
    return left is not None and right is not None and bool(left > right)


def sure_ge(left: Value, right: Value) -> bool:
    return left is not None and right is not None and bool(left >= right)


def is_open(left: Value, right: Value) -> bool:
    """Whether a comparison is not known: one side is missing, and neither is said not to be there."""
    return (left is None or right is None) and left is not NOT_LISTED and right is not NOT_LISTED


def could_eq(left: Value, right: Value) -> bool:
    return is_open(left, right) or sure_eq(left, right)


def could_ne(left: Value, right: Value) -> bool:
    return is_open(left, right) or sure_ne(left, right)


def could_lt(left: Value, right: Value) -> bool:
    return is_open(left, right) or sure_lt(left, right)


def could_le(left: Value, right: Value) -> bool:
    return is_open(left, right) or sure_le(left, right)


def could_gt(left: Value, right: Value) -> bool:
    return is_open(left, right) or sure_gt(left, right)


def could_ge(left: Value, right: Value) -> bool:
    return is_open(left, right) or sure_ge(left, right)


def could_same(mine: Value, theirs: Value) -> bool:
    """Whether a word can be the same on two lines."""
    return mine is None or theirs is None or bool(mine == theirs)


# ------------------------------------------------------------------ arithmetic


def _special(left: Value, right: Value) -> bool:
    return left is None or right is None or left is NOT_LISTED or right is NOT_LISTED


def _of_special(left: Value, right: Value) -> Value:
    return NOT_LISTED if left is NOT_LISTED or right is NOT_LISTED else None


def plus(left: Value, right: Value) -> Value:
    return _of_special(left, right) if _special(left, right) else left + right


def minus(left: Value, right: Value) -> Value:
    return _of_special(left, right) if _special(left, right) else left - right


def times(left: Value, right: Value) -> Value:
    return _of_special(left, right) if _special(left, right) else left * right


def divide(left: Value, right: Value) -> Value:
    """Exact; by zero there is no value."""
    if _special(left, right):
        return _of_special(left, right)
    return Fraction(left) / right if right else NOT_LISTED


@lru_cache(maxsize=MOST_REMEMBERED)
def moved(day: str, amount: int, unit: str) -> str:
    """A day moved by days, weeks, months or years."""
    return shift(date.fromisoformat(day), amount, unit).isoformat()


def shifted(day: Value, amount: Value, unit: str, sign: int) -> Value:
    """A day moved, where day or amount may be missing."""
    return _of_special(day, amount) if _special(day, amount) else moved(day, sign * int(amount), unit)


@lru_cache(maxsize=MOST_REMEMBERED)
def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def days_between(first: Value, last: Value) -> int | None:
    """Days from one date to another, both counted."""
    return None if _special(first, last) else ordinal(last) - ordinal(first) + 1


# ------------------------------------------------------------------ other lines


def count_of(lines: Iterable[Line], could: Asked, sure: Asked, is_open: bool) -> int | None:
    """How many lines there are for which something holds; None where that is not known."""
    if is_open:
        return None
    total = 0
    for other in lines:
        if could(other):
            if not sure(other):
                return None
            total += 1
    return total


def sum_of(
    lines: Iterable[Line], could: Asked, sure: Asked, of: Callable[[Line], Value], is_open: bool
) -> Value:
    """The sum of a word over lines; None where it is not known."""
    if is_open:
        return None
    total: Number = 0
    for other in lines:
        if could(other):
            amount = of(other)
            if amount is None or not sure(other):
                return None
            total += amount
    return total


def least_of(lines: Iterable[Line], sure: Asked, of: Callable[[Line], Value]) -> Number:
    """What the sum of a word over lines is at least, since no number of a claim is below zero."""
    total: Number = 0
    for other in lines:
        if sure(other):
            total += of(other) or 0
    return total


def most_of(
    lines: Iterable[Line], could: Asked, of: Callable[[Line], Value] | None, is_open: bool
) -> Number | None:
    """What a total over lines is at most; None where there is no end to it."""
    if is_open:
        return None
    total: Number = 0
    for other in lines:
        if could(other):
            amount = 1 if of is None else of(other)
            if amount is None:
                return None
            total += amount
    return total


def places(line: Line, others: Iterable[Line], sure: Asked, by: Callable[[Line], Value]) -> tuple[int, int]:
    """The best and the worst place that a line can have beside others that could be ranked, highest first,
    ties by line number.
    """
    mine = by(line)
    above = perhaps = 0
    for other in others:
        theirs = by(other)
        if theirs is NOT_LISTED:
            continue
        if mine is None or theirs is None:
            perhaps += 1
        elif theirs > mine or (theirs == mine and other.number < line.number):
            if sure(other):
                above += 1
            else:
                perhaps += 1
    return 1 + above, 1 + above + perhaps


def could_rank(
    line: Line, others: Iterable[Line], sure: Asked, by: Callable[[Line], Value], low: int, high: int | None
) -> bool:
    """Whether a line that could be ranked can have a place from `low` to `high`."""
    if by(line) is NOT_LISTED:
        return False
    best, worst = places(line, others, sure, by)
    return worst >= low and (high is None or best <= high)


def sure_rank(
    line: Line, others: Iterable[Line], sure: Asked, by: Callable[[Line], Value], low: int, high: int | None
) -> bool:
    """Whether a line that is sure to be ranked is sure to have a place from `low` to `high`."""
    if by(line) is NOT_LISTED:
        return False
    best, worst = places(line, others, sure, by)
    return low <= best and (high is None or worst <= high)


def is_open_since(claim: Claim, *bounds: Value) -> bool:
    """Whether the history may lack a line of the days since the latest of these bounds."""
    known = [bound for bound in bounds if bound is not None and bound is not NOT_LISTED]
    return claim.known_since != ALWAYS and (not known or max(known) < claim.known_since)
