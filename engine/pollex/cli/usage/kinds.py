"""What an argument may be: from its text to its value, or a sentence that says what is wrong."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from datetime import date

from pollex.source.listing import listed

MOST_DIGITS = 15
MOST_JOBS = 256


def one_of(what: str, words: Sequence[str]) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word not in words:
            raise ArgumentTypeError(f"`{word}` is not {what}; there are {listed(words)}")
        return word

    return check


def words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(","))
    if not all(words):
        raise ArgumentTypeError(f"`{text}` is not a list of names with commas between them")
    return words


def day(text: str) -> date:
    try:
        if re.fullmatch(r"(?:19|20)\d{2}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ArgumentTypeError(f"`{text}` is not a day from 1900 to 2099, as in 2026-07-01")


def jobs(text: str) -> int | None:
    """A number of processes; None where the program chooses."""
    return None if text == "auto" else number(1, MOST_JOBS)(text)


def number(least: int, most: int | None) -> Callable[[str], int]:
    def check(digits: str) -> int:
        wanted = (
            f"a whole number of {least} or more" if most is None else f"a whole number from {least} to {most}"
        )
        number = (
            int(digits)
            if digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
            else least - 1
        )
        if number < least or (most is not None and number > most):
            raise ArgumentTypeError(f"`{digits}` is not {wanted}")
        return number

    return check
