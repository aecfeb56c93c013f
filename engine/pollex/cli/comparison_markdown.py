"""A comparison as Markdown, to hand round: the grid, each line payer by payer, then the payers."""

from __future__ import annotations

from collections.abc import Iterator

from pollex.cli.comparison_words import (
    MARK,
    NOTHING,
    amount_words,
    assumed_words,
    billed_words,
    cited_sources,
    coverage_words,
    fee_words,
    headline,
    introduction,
    labels,
    mark,
    outcome_words,
    percent_words,
    policies_words,
    queue_words,
    supposed_words,
)
from pollex.cli.decision_words import (
    NO_POLICY,
    adjustment_words,
    cited_words,
    document_words,
    missing_words,
    noted,
    shaping_rules,
)
from pollex.cli.markdown import escaped, head, linked, row
from pollex.compare.claims import BENCHMARK, Cell, Comparison, Line
from pollex.model.decision import LineDecision

BREAK = "<br>"


def comparison_markdown(comparison: Comparison) -> str:
    """The whole page."""
    return "\n".join(_page(comparison)) + "\n"


def _page(comparison: Comparison) -> Iterator[str]:
    yield from (f"# {escaped(headline(comparison))}", "")
    yield from (f"- {line}" for line in introduction(comparison))
    yield from ("", *grid(comparison))
    for variation in comparison.variations:
        for line in variation.lines:
            yield from _line(line, comparison)
    for place in range(len(comparison.columns)):
        yield from _payer(comparison, place)


def grid(comparison: Comparison) -> Iterator[str]:
    """Lines and payers: outcome, percent, amount."""
    yield from head("Line", "Code", *(escaped(label) for label in labels(comparison)))
    for variation in comparison.variations:
        for line in variation.lines:
            cells = (_cell(cell, comparison.fees) for cell in line.cells)
            yield row(str(line.line_number), escaped(billed_words(line)), *cells)


def _cell(cell: Cell, fees: str) -> str:
    """`allow, **≠ 125%**, **≠ $1,420.38**`: bold is what differs."""
    parts = [_outcome(cell)]
    if cell.decision.outcome in ("allow", "deny"):
        parts.append(_marked(percent_words(cell.decision), cell, "percent"))
        parts.append(_marked(amount_words(cell, fees), cell, "allowed_amount"))
    return ", ".join(parts)


def _outcome(cell: Cell) -> str:
    """`pend for coding`."""
    words = filter(None, (outcome_words(cell.decision), escaped(queue_words(cell.decision))))
    return _marked(" ".join(words), cell, "outcome")


def _marked(text: str, cell: Cell, name: str) -> str:
    return f"**{MARK} {text}**" if mark(cell, name) else text


def _line(line: Line, comparison: Comparison) -> Iterator[str]:
    fees = ("Fee",) if comparison.fees == BENCHMARK else ()
    yield from ("", f"## Line {line.line_number}, {escaped(billed_words(line))}", "")
    yield from head("Payer", "Outcome", "Percent", "Amount", *fees, "Codes", "To send", "Missing", "Why")
    for label, cell in zip(labels(comparison), line.cells, strict=True):
        decision = cell.decision
        yield row(
            escaped(label),
            _outcome(cell),
            _marked(percent_words(decision), cell, "percent"),
            _marked(amount_words(cell, comparison.fees), cell, "allowed_amount"),
            *(_fee(cell, comparison.fees) for _ in fees),
            _listed(map(adjustment_words, decision.adjustments), cell, "adjustments"),
            _listed(map(document_words, decision.required_documentation), cell, "required_documentation"),
            _listed(map(missing_words, decision.missing), cell, "missing"),
            BREAK.join(_why(decision)),
        )


def _listed(texts: Iterator[str], cell: Cell, name: str) -> str:
    return _marked(BREAK.join(map(escaped, texts)) or NOTHING, cell, name)


def _fee(cell: Cell, fees: str) -> str:
    source = (cell.fee.source,) if cell.fee.source is not None else ()
    return escaped(fee_words(cell, fees) + cited_words(source))


def _why(decision: LineDecision) -> Iterator[str]:
    """Each rule with what it does, why, and its sources."""
    if decision.outcome == "no_policy":
        yield NO_POLICY
    for rule, effects, text, sources in shaping_rules(decision.reasons):
        because = f" {text}" if text else ""
        yield escaped(f"{rule}: {effects}.{because}{cited_words(sources)}")
    for rule, text, sources in noted(decision):
        yield escaped(f"note of {rule}: {text}{cited_words(sources)}")


def _payer(comparison: Comparison, place: int) -> Iterator[str]:
    column = comparison.columns[place]
    yield from ("", f"## {escaped(column.payer)}: {escaped(coverage_words(column))}", "")
    yield from (f"- Supposed: {escaped(text)}" for text in supposed_words(column))
    yield from (f"- Assumed: {escaped(text)}" for text in assumed_words(comparison, place))
    policies = policies_words(comparison, place) or ("none in effect for this claim",)
    yield from (f"- Policy: {escaped(text)}" for text in policies)
    sources = cited_sources(comparison, place)
    if sources:
        yield from ("", *head("Source", "Evidence", "Published", "Title"))
    for source in sources:
        evidence, published = source.evidence or "none stated", source.published or "not dated"
        yield row(escaped(source.id), evidence, published, linked(source.title, source.at))
