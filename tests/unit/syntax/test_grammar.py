"""The grammar is what it says: LALR(1) with a contextual lexer, no conflict, and a builder for each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lark import Lark
from lark.exceptions import GrammarError

from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax.build import BUILD, Builder, Children
from pollex.syntax.build_items import ITEMS
from pollex.syntax.grammar import STARTS, grammar_text, tables
from pollex.syntax.parse import BUILDERS, parse
from pollex.syntax.run import Runner
from property.trees import PHRASES

READ_BY_HAND = {"policy_file", "examples"}  # the reader itself takes these two apart
CORPUS = Path(__file__).parents[2] / "corpus" / "format"


def strict(grammar: str) -> Lark:
    """A parser that is refused where two rules or two patterns can read the same text."""
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        maybe_placeholders=False,
        strict=True,
    )


@pytest.fixture(scope="module")
def parser() -> Lark:
    return strict(grammar_text(PHRASES))


def tree_names(parser: Lark) -> set[str]:
    """The names of the trees that the parser can make: aliases, and rules that are not inlined."""
    names = set()
    for rule in parser.rules:
        kept = [symbol for symbol in rule.expansion if not (symbol.is_term and symbol.filter_out)]
        inlined = rule.origin.name.startswith("_") or (rule.options.expand1 and len(kept) == 1)
        if rule.alias or not inlined:
            names.add(rule.alias or str(rule.origin.name))
    return names


def test_the_grammar_has_no_conflict(parser: Lark) -> None:
    assert parser.options.parser == "lalr"
    assert parser.options.lexer == "contextual"


def test_a_conflict_would_be_found() -> None:
    doubled = grammar_text(PHRASES) + "\n%extend condition: word atom -> code_test\n"
    with pytest.raises(GrammarError):
        strict(doubled)


def test_a_clash_of_patterns_would_be_found() -> None:
    doubled = grammar_text(PHRASES) + "\n%extend money: CASH\nCASH.2: /\\$[0-9]+/\n"
    with pytest.raises(Exception, match="Collision"):
        strict(doubled)


def test_each_rule_has_a_builder_and_each_builder_a_rule(parser: Lark) -> None:
    assert tree_names(parser) == set(BUILDERS)
    assert not set(BUILD) & set(ITEMS)
    assert set(BUILDERS) - set(BUILD) - set(ITEMS) == READ_BY_HAND


def test_the_corpus_uses_each_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()

    def recorded(name: str) -> Builder:
        def build(children: Children, span: Span) -> Any:
            used.add(name)
            return BUILDERS[name](children, span)

        return build

    runner = Runner(tables(PHRASES), {name: recorded(name) for name in BUILDERS})
    monkeypatch.setattr("pollex.syntax.parse._runner", lambda _: runner)
    for file in sorted(CORPUS.glob("*/written.pol")):
        parse(SourceText(file.name, file.read_text(encoding="utf-8")), PHRASES)
    assert set(BUILDERS) - used == set()


def test_a_phrase_is_one_token_and_the_longest_wins(parser: Lark) -> None:
    text = "define a as pointed  diagnosis K56.50 and last service date is before 2026-01-01 and cpt 1"
    tree = parser.parse(text, start="policy_file")
    found = [str(token) for token in tree.scan_values(lambda value: getattr(value, "type", "") == "WORD")]
    assert found == ["pointed  diagnosis", "last service date", "cpt"]


def test_a_phrase_ends_where_a_name_goes_on() -> None:
    tree, diagnostics = parse(SourceText("t.pol", "define a as cpt-code and not fee-cut"), PHRASES)
    assert diagnostics == ()
    assert "cpt-code" in repr(tree)
    assert "fee-cut" in repr(tree)


@pytest.mark.parametrize("phrases", [PHRASES, tuple(reversed(PHRASES))], ids=["in order", "reversed"])
def test_the_order_of_the_vocabulary_does_not_matter(phrases: tuple[str, ...]) -> None:
    assert grammar_text(phrases) == grammar_text(PHRASES)


def test_keywords_that_are_also_words_are_read_by_their_place() -> None:
    text = """
policy p
  applies to cpt 44120
  payer medicare
  applies to cpt 44120
  claim type professional
when payer "M1" and claim type is professional deny
test "t"
  given c
    where line 1 outcome is allow
  expect line 1 deny
examples "e" given c
  | line 1 outcome | expect line 1 outcome |
  | x              | allow                 |
"""
    _, diagnostics = parse(SourceText("t.pol", text), PHRASES)
    assert [found.message for found in diagnostics] == []
