"""A decision as a claims examiner reads it.

First how the claim is decided, then a table of its lines, then for each line why, the codes for the 835,
what is missing, what to send, remarks and trials; at the end what was assumed, the sources cited, and the
policies in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pollex.cli.decision_words import (
    NO_POLICY,
    adjustment_words,
    affected_words,
    cited_words,
    missing_words,
    noted,
    required_words,
    shaping_rules,
)
from pollex.cli.explanation_text import rule_rows
from pollex.cli.layout import NOT_KNOWN, Row, block, dollars, headed, percent, plain
from pollex.cli.rule_words import RuleWords
from pollex.model.decision import (
    Decision,
    LineDecision,
    Missing,
    Reason,
    RequiredDocument,
    SourceRef,
)
from pollex.model.explanation import LineExplanation
from pollex.source.span import Span

STYLES = {"allow": "green", "deny": "red", "pend": "yellow", "partial": "magenta", "no_policy": "cyan"}


def decision_parts(
    claim: Mapping[str, Any],
    decision: Decision,
    explanation: Sequence[LineExplanation] = (),
    words: Mapping[Span, RuleWords] = MappingProxyType({}),
) -> list[RenderableType]:
    """The parts of the page, from top to bottom."""
    billed = {line["line_number"]: _billed(line) for line in claim["lines"]}
    explained = {line.line_number: line for line in explanation}
    parts: list[RenderableType] = [_headline(decision), "", _lines_table(decision, billed)]
    for line in decision.lines:
        rows = list(line_rows(line))
        if line.line_number in explained:
            rows += rule_rows(explained[line.line_number], words)
        if rows:
            headline = Text(f"Line {line.line_number}, {billed[line.line_number]}: ", "bold")
            parts += ["", headline.append_text(outcome_text(line.outcome)), block(rows)]
    rows = list(_claim_rows(decision))
    return [*parts, "", block(rows)] if rows else parts


def _billed(line: Mapping[str, Any]) -> str:
    """A code as it is billed, with its modifiers: `44120-22-51`."""
    return plain("-".join((line["procedure_code"], *(line.get("modifiers") or ()))))


def outcome_text(outcome: str, *, upper: bool = False) -> Text:
    """An outcome in its colour."""
    said = outcome.replace("_", " ")
    return Text(said.upper() if upper else said, f"bold {STYLES[outcome]}")


def _headline(decision: Decision) -> Text:
    payer = decision.payer
    further = [
        plain(payer[key]) for key in ("line_of_business", "network_status") if payer.get(key) is not None
    ]
    brackets = f" ({', '.join(further)})" if further else ""
    said = Text(f"Claim {plain(decision.claim_id)}, {plain(payer['id'])}{brackets}: ", "bold")
    return said.append_text(outcome_text(decision.outcome, upper=True))


# ------------------------------------------------------------------ the table of lines


def _lines_table(decision: Decision, billed: Mapping[int, str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 1), header_style="dim")
    table.add_column("Line", justify="right")
    table.add_column("Code")
    table.add_column("Outcome")
    table.add_column("Percent", justify="right")
    table.add_column("Amount", justify="right")
    for line in decision.lines:
        share = percent(line.percent) if line.percent is not None else _nothing(line)
        amount = dollars(line.allowed_amount) if line.allowed_amount is not None else _nothing(line)
        table.add_row(
            str(line.line_number), billed[line.line_number], outcome_text(line.outcome), share, amount
        )
    return table


def _nothing(line: LineDecision) -> str:
    """A line that is decided and lacks a figure lacks what the figure is made of."""
    return NOT_KNOWN if line.outcome == "allow" else "–"


# ------------------------------------------------------------------ a line


def line_rows(line: LineDecision) -> Iterator[Row]:
    """Why a line is decided so, its codes, what is missing, what to send, and remarks."""
    if line.outcome == "no_policy":
        yield Row("Why", Text(NO_POLICY))
    open_rows = [*_missing_rows(line), *_required_rows(line)]
    if line.outcome == "pend":
        yield from open_rows
        open_rows = []
    yield from _why(line.reasons, "So far" if line.outcome == "pend" and line.missing else "Why")
    for adjustment in line.adjustments:
        yield Row("Codes", Text(plain(f"{adjustment_words(adjustment)} ({adjustment.rule})")))
    yield from open_rows
    for rule, text, sources in noted(line):
        said = Text(plain(text)).append(plain(cited_words(sources)), "dim")
        yield Row("Note", said.append(f" ({plain(rule)})", "dim"))
    for report in line.trial:
        yield Row("On trial", Text(f"{plain(report.rule)} would have said: {plain(report.would)}"))


def _missing_rows(line: LineDecision) -> Iterator[Row]:
    for missing in line.missing:
        yield Row("Missing", headed(*_missing(missing)))


def _required_rows(line: LineDecision) -> Iterator[Row]:
    for required in line.required_documentation:
        yield Row("Send", headed(*_required(required)))


def _why(reasons: Sequence[Reason], label: str) -> Iterator[Row]:
    """Each rule once, with all that it does; remarks have a place of their own."""
    for rule, what, text, sources in shaping_rules(reasons):
        said = Text(f"{plain(rule)}: ").append(plain(what), "bold")
        cited = plain(cited_words(sources))
        if text is None:
            yield Row(label, said.append(cited, "dim"))
        else:
            yield Row(label, headed(said, Text(plain(text)).append(cited, "dim")))


def _missing(missing: Missing) -> Iterator[Text]:
    yield Text(plain(missing_words(missing)))
    yield Text(plain(affected_words(missing)))


def _required(required: RequiredDocument) -> Iterator[Text]:
    yield Text(plain(f"{required_words(required)} ({required.rule})"))
    if required.text:
        yield Text(plain(required.text))


# ------------------------------------------------------------------ the claim


def _claim_rows(decision: Decision) -> Iterator[Row]:
    assumed: dict[str, list[str]] = {}
    for assumption in decision.assumptions:
        assumed.setdefault(assumption.text, []).append(assumption.pointer)
    for text, (first, *others) in assumed.items():
        more = f" and {len(others)} more" if others else ""
        yield Row("Assumed", Text(plain(f"{text} ({first}{more})")))
    cited = {source: None for line in decision.lines for reason in line.reasons for source in reason.sources}
    for source in sorted(cited, key=lambda source: (source.id, source.title)):
        yield Row("Source", source_text(source))
    for policy in decision.policies:
        yield Row("Policy", Text(plain(f"{policy.id}, in effect from {policy.version}")))


def source_text(source: SourceRef) -> RenderableType:
    """A source: its title, how it was seen, when it was published, and where it is."""
    published = f"published {source.published}" if source.published else None
    further = ", ".join(plain(part) for part in (source.evidence, published) if part)
    said = Text(f"{plain(source.id)}: {plain(source.title)}").append(
        f" ({further})" if further else "", "dim"
    )
    return headed(said, Text(plain(source.at), "dim")) if source.at else headed(said)
