"""The policies against what payers publish: every percentage, and every cell of the facts' matrix of 44120.

Two lists beside this file carry the facts. A fact that no rule pays, a rule that pays what no fact says, and
a cell of `pollex matrix 44120` that says something else fail, unless the list gives the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from pollex.compare.chosen import payers_of
from pollex.compare.matrix.build import matrix_of
from pollex.compare.matrix.values import Cell
from pollex.compiler import Compilation
from pollex.ir.nodes import Const
from pollex.ir.program import Effect, ExceptionRule, Factor, Rule, Share
from pollex.workspace import shipped, user_cache
from unit.compare.matrix.small import plain

HERE = Path(__file__).parent
ON = date(2026, 3, 10)
COMMENT = re.compile(r"\s*#\s*facts?: ")
STATED = re.compile(r"([a-z_]+(?:\.[A-Za-z0-9_]+)+) \(([0-9.]+)\)")
FIGURE = re.compile(r"(\+?)(\d+(?:\.\d+)?)%")
NOT_KNOWN = ("?", "not listed")
REASONS = ("choice", "differs")


def loaded(name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return listed


PERCENTAGES = loaded("percentages.yaml")
TOPICS = loaded("matrix-44120.yaml")
PAID = [fact for fact in PERCENTAGES if "rows" in fact]
CELLS = [
    pytest.param(topic, payer, said, id=f"{topic['topic']}: {payer}")
    for topic in TOPICS
    for payer, said in topic["cells"].items()
]


@pytest.fixture(scope="module")
def compilation() -> Compilation:
    return shipped(user_cache()).compilation


@pytest.fixture(scope="module")
def cells(compilation: Compilation) -> dict[tuple[str, str], Cell]:
    """Each payer's cell in the row of each question."""
    matrix = matrix_of(compilation.program, "44120", plain(), payers_of(compilation), ON)
    return {
        (question.id, payer): cell
        for topic in matrix.topics
        for question in topic.questions
        for payer, cell in zip(matrix.payers, topic.cells, strict=True)
    }


def shares(cell: Cell) -> list[Fraction]:
    """The shares of the fee in a cell: once the record is reviewed where that matters, those of a ladder
    where it is one.
    """
    answer = cell.found or cell.answer
    if answer is not None:
        return [Fraction(answer.percent)] if answer.percent is not None and answer.outcome == "allow" else []
    return [Fraction(share) for share in re.findall(r"\d+(?:\.\d+)?(?=[/%])", cell.text)]


# ------------------------------------------------------------------ percentages


@pytest.mark.parametrize("fact", PAID, ids=lambda fact: fact["id"])
def test_every_percentage_of_the_facts_is_paid(
    fact: dict[str, Any], cells: dict[tuple[str, str], Cell]
) -> None:
    for row in fact["rows"]:
        assert Fraction(fact["percent"]) in shares(cells[row, fact["payer"]]), row


@pytest.mark.parametrize(
    "fact", [f for f in PERCENTAGES if "not-a-rule" not in f], ids=lambda fact: fact["id"]
)
def test_every_percentage_of_the_facts_is_named_beside_its_rule(
    fact: dict[str, Any], compilation: Compilation
) -> None:
    named = {
        (found, share)
        for name, text in compilation.sources.items()
        if f"policies/{fact['payer']}/" in name
        for found, share in STATED.findall(text.text)
    }
    assert (fact["id"], fact["percent"]) in named


@pytest.mark.parametrize("fact", [f for f in PERCENTAGES if "rows" not in f], ids=lambda fact: fact["id"])
def test_a_percentage_without_a_row_says_why(fact: dict[str, Any]) -> None:
    assert fact.get("not-a-rule") or fact.get("not-of-44120")


def test_every_percentage_of_the_rules_is_a_fact(compilation: Compilation) -> None:
    known = {(fact["payer"], fact["id"]): Fraction(fact["percent"]) for fact in PERCENTAGES}
    unknown, asked = [], 0
    for payer, clause in clauses(compilation):
        for percent in constants(clause.instead if isinstance(clause, ExceptionRule) else clause.effects):
            asked += 1
            facts = facts_above(clause, compilation)
            if not any(share == percent and known.get((payer, name)) == percent for name, share in facts):
                unknown.append((payer, clause.name, str(percent)))
    assert asked > len(PAID) / 2
    assert not unknown, "name the fact above the rule, as in `# fact: aetna.mod52.pct_contract (50)`"


def clauses(compilation: Compilation) -> Iterator[tuple[str, Rule | ExceptionRule]]:
    """Every rule and exception of every payer."""

    def below(clause: Rule | ExceptionRule) -> Iterator[Rule | ExceptionRule]:
        yield clause
        for exception in clause.exceptions:
            yield from below(exception)

    for policy in compilation.program.policies:
        for rule in policy.rules:
            for clause in below(rule):
                yield policy.payers[0], clause


def constants(effects: tuple[Effect, ...]) -> Iterator[Fraction]:
    """The shares of the fee that are written as numbers."""
    for effect in effects:
        if isinstance(effect, Share | Factor) and isinstance(effect.percent, Const):
            assert isinstance(effect.percent.value, Fraction)
            yield effect.percent.value


def facts_above(clause: Rule | ExceptionRule, compilation: Compilation) -> list[tuple[str, Fraction]]:
    """The facts of the nearest comment above a clause that names some."""
    lines = compilation.sources[clause.span.file].text[: clause.span.start].splitlines()
    last = max((number for number, line in enumerate(lines) if COMMENT.match(line)), default=None)
    if last is None:
        return []
    end = next((n for n in range(last, len(lines)) if not lines[n].lstrip().startswith("#")), len(lines))
    return [(name, Fraction(share)) for name, share in STATED.findall(" ".join(lines[last:end]))]


# ------------------------------------------------------------------ the matrix


@pytest.mark.parametrize(("topic", "payer", "said"), CELLS)
def test_the_matrix_says_what_the_facts_say(
    topic: dict[str, Any], payer: str, said: dict[str, Any], cells: dict[tuple[str, str], Cell]
) -> None:
    if "left-out" in topic:
        assert topic["left-out"]
        assert "says" not in said
        return
    assert {row: cells[row, payer].text for row in said["says"]} == said["says"]
    reason = any(said.get(reason) for reason in REASONS)
    for row in said["says"]:
        cell = cells[row, payer]
        if said["fact"].startswith(NOT_KNOWN):
            assert reason or (cell.text.startswith("pend") and cell.level == "choice"), (
                "what is not known pends"
            )
        elif figure := FIGURE.match(said["fact"]):
            share = Fraction(figure[2]) + (100 if figure[1] else 0)
            assert "differs" in said or share in shares(cell)


def test_every_payer_is_asked_on_every_topic(compilation: Compilation) -> None:
    commercial = set(payers_of(compilation)) - {"medicare"}
    assert len(TOPICS) == len({topic["topic"] for topic in TOPICS}) == 28
    assert all(set(topic["cells"]) == commercial for topic in TOPICS)
