"""Formatted, a policy is still the same policy, has one layout, and keeps every comment."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import lru_cache
from random import Random

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from lark import Lark, Token

from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax import ast, conditions, scenarios
from pollex.syntax.ast import PolicyFile
from pollex.syntax.format import format_file
from pollex.syntax.grammar import STARTS, grammar_text
from pollex.syntax.parse import parse
from property import trees
from property.trees import PHRASES, policy_files

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GAPS = (" ", "  ", "\n", "\n\n", "\n \n\n   ", "\t")
REMARKS = ("# a", "#b", "#", "## two", "#- x", "# | y |", '# "z', "# rule r", "#   deny with")


def read(text: str) -> PolicyFile:
    tree, diagnostics = parse(SourceText("drawn.pol", text), PHRASES)
    assert not diagnostics, (diagnostics, text)
    return tree


def formatted(text: str) -> str:
    return format_file(read(text), SourceText("drawn.pol", text))


def remarks(tree: PolicyFile) -> list[str]:
    return [comment.text for comment in tree.comments]


@UNHURRIED
@given(policy_files)
def test_a_written_tree_reads_back_the_same(tree: PolicyFile) -> None:
    text = format_file(tree, SourceText("drawn.pol", ""))
    note(text)
    assert read(text) == tree
    assert formatted(text) == text


@UNHURRIED
@given(policy_files, st.randoms(use_true_random=False), st.booleans())
def test_layout_and_comments_do_not_change_a_policy(
    tree: PolicyFile, random: Random, commented: bool
) -> None:
    untidy, written = laid_out(format_file(tree, SourceText("drawn.pol", "")), random, commented)
    note(untidy)
    untidy_tree = read(untidy)
    assert untidy_tree == tree
    assert remarks(untidy_tree) == written
    tidy = formatted(untidy)
    note(tidy)
    assert read(tidy) == tree
    assert remarks(read(tidy)) == written
    assert formatted(tidy) == tidy


@UNHURRIED
@given(policy_files, st.randoms(use_true_random=False))
def test_a_layout_without_comments_depends_on_the_tree_alone(tree: PolicyFile, random: Random) -> None:
    text = format_file(tree, SourceText("drawn.pol", ""))
    untidy, _ = laid_out(text, random, commented=False)
    assert formatted(untidy) == text


@UNHURRIED
@given(policy_files)
def test_the_text_is_tidy(tree: PolicyFile) -> None:
    text = format_file(tree, SourceText("drawn.pol", ""))
    lines = text.split("\n")
    assert text == "" or (text.endswith("\n") and not text.startswith("\n"))
    assert "\n\n\n" not in text
    assert "\t" not in text
    assert all(line == line.rstrip() for line in lines)


def test_every_node_is_drawn() -> None:
    kinds = [kind for module in (ast, conditions, scenarios) for kind in vars(module).values()]
    ours = {kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind)}
    assert len(ours) > 60
    assert ours - trees.DRAWN == {ast.Comment, Span}


# ------------------------------------------------------------------ the same words in another layout


def laid_out(text: str, random: Random, commented: bool) -> tuple[str, list[str]]:
    """The words of a text with other white space between them, and the comments put there."""
    out: list[str] = []
    written: list[str] = []
    before, end = "", 0
    for word in words(text):
        original = text[end : word.start_pos]
        out.append(gap(original, before, word, random, written if commented else None))
        out.append(random.choice(GAPS).join(word.split()) if word.type == "WORD" else word.value)
        before, end = word.type, word.end_pos or 0
    return "".join(out) + text[end:], written


def gap(original: str, before: str, word: Token, random: Random, written: list[str] | None) -> str:
    """What stands before a word: as much white space as the language needs, and perhaps a comment."""
    if word.value == "-":
        return original
    comment = ""
    if written is not None and random.random() < 0.2:
        remark = random.choice(REMARKS)
        written.append(remark[1:].strip())
        comment = random.choice(GAPS) + remark
    if word.type == "_BULLET":
        return comment
    broken = comment != "" or "ROW" in (before, word.type)
    white = random.choice(GAPS) if original else ""
    return comment + "\n" * broken + white


@lru_cache
def tokenizer() -> Lark:
    return Lark(
        grammar_text(PHRASES),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


def words(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    tree = tokenizer().parse(text, start="policy_file")
    tokens = tree.scan_values(lambda value: isinstance(value, Token))
    return sorted(tokens, key=lambda token: token.start_pos or 0)
