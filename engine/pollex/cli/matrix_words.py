"""The words of a matrix that its text, its Markdown and its page share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from pollex.compare.matrix.values import Cell, Matrix, Topic

NO_EVIDENCE = "no rule"
EXPLANATION = (
    "Each cell is the decision of a claim, made for this table: an ordinary inpatient claim of the code, all "
    "elements known, the fee $1,000.00, changed in the one thing that its row names."
)
EVIDENCE = (
    "Below each cell stands the weakest evidence that it rests on; `choice` marks what no source of the "
    "payer says and the policy's authors chose."
)


def headline(matrix: Matrix) -> str:
    """`CPT 44121 beside 44120 by payer, services of 2026-03-10`"""
    primary = f" beside {matrix.primary}" if matrix.primary else ""
    return f"CPT {matrix.code}{primary} by payer, services of {matrix.on.isoformat()}"


def groups(matrix: Matrix) -> Iterator[tuple[str, tuple[Topic, ...]]]:
    """The rows by their group, in order."""
    for group, topics in groupby(matrix.topics, key=lambda topic: topic.questions[0].group):
        yield group, tuple(topics)


def label(topic: Topic) -> str:
    """`76, 77`"""
    return ", ".join(question.label for question in topic.questions)


def level(cell: Cell) -> str:
    """`payer page`, or that no rule speaks."""
    return cell.level or NO_EVIDENCE


def tone(cell: Cell) -> str:
    """A class for the page: what the line is before anybody reviewed the record."""
    outcome = cell.answer.outcome if cell.answer else ""
    return f"said-{outcome}" if outcome in ("pend", "deny") else "said"
