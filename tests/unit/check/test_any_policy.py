"""No policy is too odd: whatever is written, the compiler answers with diagnostics; what is clean can run.

Random rules are derived from the grammar itself, so they read well and mean anything. Shipped policies are
damaged word by word.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.workbench import compiled, standard
from pollex.backends.interpret.claim import decide
from pollex.check.clauses import check
from pollex.compiler import Compilation
from pollex.lower import lower
from pollex.source.diagnostic import has_errors
from pollex.source.render import render_json, render_text
from pollex.source.text import SourceText
from pollex.syntax.grammar import parser as lark_parser
from pollex.syntax.parse import parse
from pollex.workspace import shipped, user_cache
from property.trees import PHRASES

HERE = Path(__file__).parent

# What stands for the terminals that are patterns. Names of the standard world are among them.
POOLS: dict[str, tuple[str, ...]] = {
    "NAME": (
        *(
            "standard",
            "uses-all",
            "not-abroad",
            "assisting",
            "clean",
            "resection-family",
            "assistant-modifiers",
        ),
        *(
            "dense-adhesions",
            "facility-places",
            "mpfs",
            "mue",
            "ncci-ptp",
            "network-shares",
            "share",
            "units",
        ),
        *(
            "indicator",
            "assistant-indicator",
            "global-days",
            "work-rvu",
            "intraoperative-share",
            "facility-fee",
        ),
        *("listed-since", "co", "pr", "in-network", "out-of-network", "medicare", "professional", "x", "y"),
    ),
    "ATOM": (
        "22",
        "80",
        "AS",
        "44120",
        "44121",
        "K56.50",
        "1",
        "2",
        "0",
        "3.5",
        "00",
        "21",
        "97",
        "M144",
        "PFS",
    ),
    "MONEY": ("$5", "$100.00", "$1,000.5"),
    "DATE": ("2026-01-01", "2026-02-30", "2025-12-31", "2027-05-05"),
    "STRING": ('"x"', '"AS"', '"44120"', '"1999999984"', '"in-network"'),
    "UNIT": ("days", "weeks", "months", "years"),
    "WORD": PHRASES,
    "ROW": ("\n| modifier | fee | expect amount |\n| 22 | $5 | missing |\n",),
    "_BULLET": ("\n - ",),
}
OPENINGS = {
    "short_rule": "",
    "rule": "",
    "exception": "",
    "define": "",
    "fixture": "",
    "test": "",
    "conditions": "rule r after the other lines are decided when ",
    "effect": "rule r always ",
    "expr": "rule r always reduce to ",
}
CLOSINGS = {"conditions": " deny", "expr": " percent"}


@cache
def grammar() -> tuple[dict[str, list[list[str]]], dict[str, str], dict[str, int]]:
    """The expansions of each rule, the text of each keyword, and how deep each rule has to go."""
    parser = lark_parser(PHRASES)
    expansions: dict[str, list[list[str]]] = defaultdict(list)
    for rule in parser.rules:
        expansions[str(rule.origin.name)].append([symbol.name for symbol in rule.expansion])
    texts = {
        terminal.name: str(terminal.pattern.value)
        for terminal in parser.terminals
        if terminal.name not in POOLS
    }
    depths = dict.fromkeys((*texts, *POOLS), 0)
    while len(depths) < len(texts) + len(POOLS) + len(expansions):
        for name, options in expansions.items():
            reached = [
                max((depths[s] for s in option), default=0)
                for option in options
                if set(option) <= set(depths)
            ]
            if name not in depths and reached:
                depths[name] = 1 + min(reached)
    return expansions, texts, depths


def derive(symbol: str, budget: int, chance: random.Random) -> Iterator[str]:
    """A random text of a symbol, as shallow as it can be once the budget is spent."""
    expansions, texts, depths = grammar()
    if symbol in POOLS:
        yield chance.choice(POOLS[symbol])
    elif symbol in texts:
        yield texts[symbol]
    else:
        options = expansions[symbol]
        cost = [max((depths[s] for s in option), default=0) for option in options]
        fit = [option for option, price in zip(options, cost, strict=True) if price < budget]
        for part in chance.choice(fit) if fit else options[cost.index(min(cost))]:
            yield from derive(part, budget - 1, chance)


def claim(name: str) -> dict[str, Any]:
    """A claim of two lines of the standard policy."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def base() -> Compilation:
    return Compilation(standard())


@cache
def medicare() -> Compilation:
    return shipped(user_cache()).compilation


@settings(deadline=None, max_examples=400)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(OPENINGS)), st.integers(2, 12))
def test_no_rule_is_too_odd(chance: random.Random, start: str, budget: int) -> None:
    words = " ".join(derive(start, budget, chance))
    text = SourceText("x.pol", f"part of standard\n{OPENINGS[start]}{words}{CLOSINGS.get(start, '')}\n")
    tree, unread = parse(text, PHRASES)
    sources = {**base().sources, "x.pol": text}
    checked, found = check([*base().trees, tree], sources, base().environment)
    assert render_text((*unread, *found), sources) or not (*unread, *found)
    assert len(render_json((*unread, *found), sources)) == len((*unread, *found))
    if not has_errors((*unread, *found)):
        program = lower(checked)
        for name in ("rich", "poor"):
            decision = decide(program, claim(name), (), "0")
            assert [line.line_number for line in decision.lines] == [1, 2]


def test_the_claims_are_decided_by_the_standard_policy() -> None:
    for name in ("rich", "poor"):
        decision = decide(base().program, claim(name), (), "0")
        assert {line.outcome for line in decision.lines} <= {"allow", "pend"}


TOKEN = re.compile(r'"[^"\n]*"|\$[\d,.]+|[A-Za-z0-9][A-Za-z0-9.\-]*|\n[ \t]*|[^\s]|[ \t]+')


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_is_too_much(seed: int) -> None:
    """Words of a shipped policy file are left out, doubled, swapped, replaced or cut."""
    compilation = medicare()
    chance = random.Random(seed)  # noqa: S311 - nothing is secret here
    trees = {tree.span.file: tree for tree in compilation.trees}
    name = chance.choice(sorted(trees))
    tokens = TOKEN.findall(compilation.sources[name].text)
    words = [token for token in tokens if token.strip()]
    for _ in range(chance.randint(1, 4)):
        place = chance.choice([i for i, token in enumerate(tokens) if token.strip()])
        match chance.randrange(5):
            case 0:
                tokens[place] = ""
            case 1:
                tokens[place] += f" {chance.choice(words)}"
            case 2:
                other = chance.randrange(len(tokens))
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case 3:
                tokens[place] = chance.choice((*words, *PHRASES))
            case _:
                tokens[place] = tokens[place][:-1]
    text = SourceText(name, "".join(tokens)).normalise()
    tree, unread = parse(text, PHRASES)
    sources = {**compilation.sources, name: text}
    together = [tree if known == name else other for known, other in trees.items()]
    checked, found = check(together, sources, compilation.environment)
    assert render_text((*unread, *found), sources) or not (*unread, *found)
    if not has_errors((*unread, *found)):
        assert lower(checked).policies


@pytest.mark.parametrize(
    "text", ["", "\n", "#", "policy", "part of", "rule", "when", "|", "- ", '"', "\ufeff", "\x00"]
)
def test_no_scrap_is_too_small(text: str) -> None:
    for whole in (True, False):
        compilation = compiled(text, whole=whole)
        assert compilation.is_sound or compilation.diagnostics
