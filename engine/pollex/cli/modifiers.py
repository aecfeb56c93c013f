"""Lists of modifiers as a command is given them."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError

MOST = 4
NONE = "none"


def modifier_lists(text: str) -> tuple[tuple[str, ...], ...]:
    """`none,22,22+51`: each a list of modifiers, in any case."""
    lists = tuple(_list(word.strip()) for word in text.split(","))
    for modifiers in lists:
        if lists.count(modifiers) > 1:
            raise ArgumentTypeError(f"`{'+'.join(modifiers) or NONE}` stands there twice")
    return lists


def _list(word: str) -> tuple[str, ...]:
    if word.lower() == NONE:
        return ()
    modifiers = tuple(part.strip().upper() for part in word.split("+"))
    for modifier in modifiers:
        if not re.fullmatch(r"[A-Z0-9]{2}", modifier, re.ASCII):
            said = "is not a modifier: write two letters or digits, `22+51` for both, or `none`"
            raise ArgumentTypeError(f"`{modifier}` {said}")
    if len(modifiers) > MOST:
        raise ArgumentTypeError(f"`{word}` has more than {MOST} modifiers, the most that a line may have")
    return modifiers
