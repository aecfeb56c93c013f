"""A matrix as Markdown: a table a group, then the rules behind each row."""

from __future__ import annotations

from collections.abc import Iterator

from pollex.cli.markdown import escaped, head, linked, row
from pollex.cli.matrix_words import EVIDENCE, EXPLANATION, groups, headline, label, level
from pollex.compare.matrix.values import Cell, Deciding, Matrix, Topic


def matrix_markdown(matrix: Matrix) -> str:
    """The whole page."""
    return "\n".join(_page(matrix)) + "\n"


def _page(matrix: Matrix) -> Iterator[str]:
    yield from (f"# {escaped(headline(matrix))}", "", EXPLANATION, EVIDENCE)
    for group, topics in groups(matrix):
        yield from ("", f"## {group}", "", *grid(matrix, topics))
    yield from ("", "## Rules and sources")
    for _, topics in groups(matrix):
        for topic in topics:
            yield from _behind(matrix, topic)


def grid(matrix: Matrix, topics: tuple[Topic, ...]) -> Iterator[str]:
    """Rows and payers."""
    yield from head("", *(escaped(payer) for payer in matrix.payers))
    for topic in topics:
        yield row(f"**{escaped(label(topic))}**", *(_cell(cell) for cell in topic.cells))


def _cell(cell: Cell) -> str:
    return f"{escaped(cell.text)} _({escaped(level(cell))})_"


def _behind(matrix: Matrix, topic: Topic) -> Iterator[str]:
    """What each payer's cell rests on."""
    yield from ("", f"### {escaped(label(topic))}", "", f"Asked: {escaped(topic.questions[0].asked)}.", "")
    for payer, cell in zip(matrix.payers, topic.cells, strict=True):
        said = "; ".join(_rule(rule) for rule in cell.rules) or "no rule"
        yield f"- **{escaped(payer)}**, {escaped(cell.text)}: {said}"


def _rule(rule: Deciding) -> str:
    cited = ", ".join(
        f"{linked(source.title, source.at)} ({escaped(source.evidence or 'choice')})"
        for source in rule.sources
    )
    return f"`{rule.rule}`, {escaped(rule.effect)}{f': {cited}' if cited else ''}"
