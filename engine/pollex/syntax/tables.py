"""The tables of the parser as plain values: which signs make which tokens, what each state does with them,
and what becomes of the parts of a rule.

Lark works them out (`grammar.py`); `run.py` reads texts by them, and knows nothing of Lark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

KEPT, SPLICED, TOKEN = range(3)
Part: TypeAlias = tuple[int, int]
"""A symbol of a rule that is kept, by its place, and how: what was built of it, the items of a list in its
place, or the token itself."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule: how many symbols it takes from the stack, what it makes of them (`origin`), which of them it
    keeps, and the name of its builder.

    Without a builder it is a list that is spliced into the rule around it, or, with `passes`, hands on what
    its only part has become. `nests`: whether such a rule may stand inside itself.
    """

    size: int
    origin: str
    parts: tuple[Part, ...]
    builder: str | None
    passes: bool
    nests: bool


@dataclass(frozen=True, slots=True)
class Lexer:
    """The tokens that may stand in some states: one pattern with a group for each, and for the patterns that
    read keywords too, which these are.
    """

    pattern: str
    keywords: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Tables:
    """What a text is read by. An action is a state to go to, or, below zero, a rule: -1 is the first."""

    starts: Mapping[str, int]
    ends: Mapping[str, int]
    actions: tuple[Mapping[str, int], ...]
    shapes: tuple[Shape, ...]
    lexers: tuple[Lexer, ...]
    lexer_of: tuple[int, ...]
    ignored: frozenset[str]
