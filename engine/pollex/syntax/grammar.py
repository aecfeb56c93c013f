"""The grammar with Lark, which is known here alone: the tables of its parser, and where a text breaks it.

The grammar is `grammar/policy.lark`; the phrases of the vocabulary join it as one terminal, so that
`place of service` is one word to the parser. Texts are read by the tables, in `run.py`, several times
faster than Lark builds its trees. Where a text cannot be read, Lark says where, and what could have stood
there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pollex.resources import read_text
from pollex.syntax.mistakes import Mistake
from pollex.syntax.pieces import code_end
from pollex.syntax.tables import KEPT, SPLICED, TOKEN, Lexer, Shape, Tables

# Lark is imported when it is needed: not where the tables are known and the text has no mistake.
if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

STARTS = ("policy_file", "column_head", "cell")
DEEPEST = 100


@lru_cache(maxsize=1)
def _lark() -> Any:
    """Lark, one and the same for its parser and for the mistakes that it raises."""
    import lark  # noqa: PLC0415

    return lark


def grammar_text(phrases: tuple[str, ...]) -> str:
    """The whole grammar: `policy.lark` with the vocabulary as its terminal WORD."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    choices = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return read_text("grammar", "policy.lark") + f"\nWORD.5: /(?:{choices})(?![a-z0-9\\-])/\n"


@lru_cache(maxsize=4)
def parser(phrases: tuple[str, ...]) -> Lark:
    """Lark's parser of policies with these phrases."""
    made: Lark = _lark().Lark(
        grammar_text(phrases),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        propagate_positions=True,
        maybe_placeholders=False,
    )
    return made


# ------------------------------------------------------------------ what is wrong


@dataclass(frozen=True, slots=True)
class TooDeep:
    """A part nested deeper than a policy needs."""

    start: int
    end: int


def what_is_wrong(text: str, start: str, phrases: tuple[str, ...]) -> Mistake | TooDeep | None:
    """The first mistake of a text; its places are those of the text."""
    try:
        parsed = parser(phrases).parse(text, start=start)
    except _lark().UnexpectedInput as error:
        return _mistake(error, text, parser(phrases))
    return _too_deep(parsed)


def _mistake(error: UnexpectedInput, text: str, parser: Lark) -> Mistake:
    """Where the text stops making sense, and what could have stood there."""
    names: set[str] = set(error.interactive_parser.accepts())  # type: ignore[no-untyped-call]
    found, is_keyword = "", False
    position: int = getattr(error, "pos_in_stream", 0)
    if isinstance(error, _lark().UnexpectedToken):
        found = "" if error.token.type == "$END" else str(error.token)
        position = position if found else code_end(text)
        is_keyword = _literal_of(error.token.type, parser) is not None
    elif isinstance(error, _lark().UnexpectedCharacters):
        found = text[position : position + 1]
    expected = {name: _literal_of(name, parser) for name in names if name != "$END"}
    return Mistake(position, found, expected, "$END" in names, is_keyword)


def _literal_of(name: str, parser: Lark) -> str | None:
    """The keyword or sign a terminal stands for; None where it is a pattern."""
    terminal = next((t for t in parser.terminals if t.name == name), None)
    return terminal.pattern.value if terminal is not None and terminal.pattern.type == "str" else None


def _too_deep(parsed: Tree[Token]) -> TooDeep | None:
    """The place of a part nested too deep: later passes call themselves for each level."""
    level = [parsed]
    for _ in range(DEEPEST):
        level = [child for tree in level for child in tree.children if isinstance(child, _lark().Tree)]
        if not level:
            return None
    return TooDeep(level[0].meta.start_pos or 0, level[0].meta.end_pos or 0)


# ------------------------------------------------------------------ tables


_ready: dict[tuple[str, ...], Tables] = {}


def tables(phrases: tuple[str, ...]) -> Tables:
    """The tables of the parser, made once."""
    if phrases not in _ready:
        _ready[phrases] = _tables(phrases)
    return _ready[phrases]


def is_ready(phrases: tuple[str, ...]) -> bool:
    """Whether the tables are made."""
    return phrases in _ready


def bring(phrases: tuple[str, ...], made: Tables) -> None:
    """Take tables that were made before, from the same `grammar_text` and by what `made_by` says."""
    _ready[phrases] = made


def made_by() -> str | None:
    """The Lark that makes tables, told from any other without importing it; None where it cannot be told."""
    found = find_spec("lark")
    if found is None or found.origin is None:
        return None
    try:
        status = Path(found.origin).stat()
    except OSError:  # in a zip file
        return None
    return f"{found.origin} {status.st_size} {status.st_mtime_ns}"


def _tables(phrases: tuple[str, ...]) -> Tables:
    made = parser(phrases)
    frontend: Any = made.parser
    found = frontend.parser.parser.parse_table
    rules = {rule: number for number, rule in enumerate(made.rules)}
    for actions in found.states.values():
        for _, target in actions.values():
            if not isinstance(target, int):
                rules.setdefault(target, len(rules))
    nesting = _nesting(rules)
    states = range(len(found.states))
    lexers = {id(lexer): lexer for lexer in frontend.lexer.lexers.values()}
    numbers = {which: number for number, which in enumerate(lexers)}
    return Tables(
        dict(found.start_states),
        dict(found.end_states),
        tuple(
            {
                str(symbol): target if isinstance(target, int) else -1 - rules[target]
                for symbol, (_, target) in found.states[state].items()
            }
            for state in states
        ),
        tuple(_shape(rule, rule.origin.name in nesting) for rule in rules),
        tuple(map(_lexer, lexers.values())),
        tuple(numbers[id(frontend.lexer.lexers[state])] for state in states),
        frozenset(map(str, frontend.lexer_conf.ignore)),
    )


def _lexer(lexer: Any) -> Lexer:
    terminals = lexer.scanner.terminals
    pattern = "|".join(f"(?P<{terminal.name}>{terminal.pattern.to_regexp()})" for terminal in terminals)
    keywords = {
        str(name): {one.pattern.value: str(one.name) for one in callback.scanner.terminals}
        for name, callback in lexer.callback.items()
    }
    return Lexer(pattern, keywords)


def _shape(rule: Any, nests: bool) -> Shape:
    keeps_all = rule.options.keep_all_tokens
    parts = tuple(
        (place, TOKEN if symbol.is_term else SPLICED if symbol.name.startswith("_") else KEPT)
        for place, symbol in enumerate(rule.expansion)
        if keeps_all or not (symbol.is_term and symbol.filter_out)
    )
    origin = str(rule.origin.name)
    passes = rule.options.expand1 and not rule.alias and len(parts) == 1
    is_list = origin.startswith("_") and not rule.alias
    builder = None if is_list or passes else str(rule.alias or origin)
    return Shape(len(rule.expansion), origin, parts, builder, passes, nests and builder is not None)


def _nesting(rules: Mapping[Any, int]) -> frozenset[str]:
    """The symbols that can stand inside themselves, lists apart, which are laid flat."""
    inside: dict[str, set[str]] = {}
    for rule in rules:
        symbols = {symbol.name for symbol in rule.expansion if not symbol.is_term}
        inside.setdefault(rule.origin.name, set()).update(symbols)
    grows = True
    while grows:
        before = sum(map(len, inside.values()))
        for symbols in inside.values():
            symbols.update(*(inside.get(symbol, ()) for symbol in tuple(symbols)))
        grows = sum(map(len, inside.values())) > before
    return frozenset(
        str(name) for name, below in inside.items() if name in below and not name.startswith("_")
    )
