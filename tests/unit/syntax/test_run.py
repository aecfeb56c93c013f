"""Texts read by the tables are what Lark makes of them, places included; what Lark refuses is refused."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from lark import Token, Transformer
from lark.exceptions import UnexpectedInput
from lark.tree import Meta

from pollex.source.span import Span
from pollex.source.text import SourceText, normalise
from pollex.syntax.ast import PolicyFile
from pollex.syntax.conditions import Literal
from pollex.syntax.format import format_file
from pollex.syntax.grammar import STARTS, parser, tables
from pollex.syntax.parse import BUILDERS
from pollex.syntax.run import Mistaken, Runner
from property.trees import PHRASES, policy_files

CHECKOUT = Path(__file__).parents[3]
FILES = sorted(
    file
    for folder in ("policies", "tests")
    for file in (CHECKOUT / folder).rglob("*.pol")
    if "mutants" not in file.name  # many, and all of one kind
)
FILE, OFFSET = "t.pol", 7
WORDS = re.compile(r'"[^"\n]*"|[A-Za-z0-9.\-]+|\n[ \t]*-?|[ \t]+|[^\s]')
CELLS = (
    *("80, AS", "in-network", "$1,136.3", '"a | b"', "missing", "not reviewed", "nothing", "not", "80 AS"),
    *("documentation of a in b", "quantity of documentation of a", "history", "service date", "", "a,"),
    *("line 2 modifier", "expect line 1 carc", "expect claim outcome", "expect", " 2 ", "line modifier"),
)
RUNNER = Runner(tables(PHRASES), BUILDERS)


class FromTree(Transformer[Token, Any]):
    """The builders, called for a tree of Lark's."""

    def span(self, start: int | None, end: int | None) -> Span:
        return Span(FILE, (start or 0) + OFFSET, (end or 0) + OFFSET)

    def __default__(self, data: Any, children: list[Any], meta: Meta) -> Any:
        span = self.span(getattr(meta, "start_pos", None), getattr(meta, "end_pos", None))
        return BUILDERS[str(data)](children, span)

    def __default_token__(self, token: Token) -> Literal:
        return Literal(token.type.lower(), str(token), self.span(token.start_pos, token.end_pos))


def by_lark(text: str, start: str = "policy_file") -> str:
    try:
        return repr(FromTree().transform(parser(PHRASES).parse(text, start=start)))
    except UnexpectedInput:
        return "mistaken"


def by_tables(text: str, start: str = "policy_file") -> str:
    try:
        return repr(RUNNER.build(text, start, FILE, OFFSET)[0])
    except Mistaken:
        return "mistaken"


def damaged(text: str, chance: random.Random) -> str:
    """The text with one of its words left out, doubled, swapped with the next, or cut."""
    words = WORDS.findall(text)
    place = chance.randrange(len(words) - 1)
    one, two = words[place : place + 2]
    words[place : place + 2] = chance.choice([(two,), (one, one, two), (two, one), (one[:-1], two)])
    return "".join(words)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_every_policy_of_the_checkout_is_read_as_lark_reads_it(file: Path) -> None:
    text = normalise(file.read_text(encoding="utf-8"))
    assert by_tables(text) == by_lark(text)


@given(policy_files, st.randoms(use_true_random=False))
def test_any_policy_and_any_damage_to_it_is_read_as_lark_reads_it(
    tree: PolicyFile, chance: random.Random
) -> None:
    text = format_file(tree, SourceText(FILE, ""))
    spoilt = damaged(text, chance) if tree.items else text
    note(spoilt)
    assert by_tables(text) == by_lark(text) != "mistaken"
    assert by_tables(spoilt) == by_lark(spoilt)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("text", CELLS)
def test_heads_and_cells_are_read_as_lark_reads_them(text: str, start: str) -> None:
    assert by_tables(text, start) == by_lark(text, start)


def test_each_start_reads_some_and_refuses_some() -> None:
    for start in STARTS:
        assert {by_tables(text, start) == "mistaken" for text in CELLS} == {True, False}


def test_a_long_list_is_read_and_is_not_deep() -> None:
    text = "".join(f"rule r{number} always deny\n" for number in range(2000))
    items, depth = RUNNER.build(text, "policy_file", FILE, 0)
    assert (len(items), depth) == (2000, 0)
