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

from pollex.backends.interpret.explain import LineExplanation
from pollex.cli.explanation_text import rule_rows
from pollex.cli.layout import NOT_KNOWN, Row, block, dollars, headed, joined, percent, plain
from pollex.cli.rule_words import RuleWords
from pollex.model.decision import (
    Adjustment,
    Decision,
    LineDecision,
    Missing,
    Reason,
    RequiredDocument,
    SourceRef,
)
from pollex.source.span import Span

STYLES = {"allow": "green", "deny": "red", "pend": "yellow", "partial": "magenta", "no_policy": "cyan"}
AFFECTED = {
    "outcome": "the outcome",
    "percent": "the share of the fee",
    "requirements": "the documents to send",
    "amount": "the amount",
}
STATUS = {"not_found": "it was looked for and not found", "unknown": "nobody has looked for it yet"}
NOTE = "note"


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
        rows = list(_line_rows(line))
        if line.line_number in explained:
            rows += rule_rows(explained[line.line_number], words)
        if rows:
            headline = Text(f"Line {line.line_number}, {billed[line.line_number]}: ", "bold")
            parts += ["", headline.append_text(_outcome(line.outcome)), block(rows)]
    rows = list(_claim_rows(decision))
    return [*parts, "", block(rows)] if rows else parts


def _billed(line: Mapping[str, Any]) -> str:
    """A code as it is billed, with its modifiers: `44120-22-51`."""
    return plain("-".join((line["procedure_code"], *(line.get("modifiers") or ()))))


def _outcome(outcome: str, *, upper: bool = False) -> Text:
    said = outcome.replace("_", " ")
    return Text(said.upper() if upper else said, f"bold {STYLES[outcome]}")


def _headline(decision: Decision) -> Text:
    payer = decision.payer
    further = [
        plain(payer[key]) for key in ("line_of_business", "network_status") if payer.get(key) is not None
    ]
    brackets = f" ({', '.join(further)})" if further else ""
    said = Text(f"Claim {plain(decision.claim_id)}, {plain(payer['id'])}{brackets}: ", "bold")
    return said.append_text(_outcome(decision.outcome, upper=True))


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
        table.add_row(str(line.line_number), billed[line.line_number], _outcome(line.outcome), share, amount)
    return table


def _nothing(line: LineDecision) -> str:
    """A line that is decided and lacks a figure lacks what the figure is made of."""
    return NOT_KNOWN if line.outcome == "allow" else "–"


# ------------------------------------------------------------------ a line


def _line_rows(line: LineDecision) -> Iterator[Row]:
    if line.outcome == "no_policy":
        yield Row("Why", Text("no policy of this payer speaks of this code on this day"))
    open_rows = [*_missing_rows(line), *_required_rows(line)]
    if line.outcome == "pend":
        yield from open_rows
        open_rows = []
    yield from _why(line.reasons, "So far" if line.outcome == "pend" and line.missing else "Why")
    for adjustment in line.adjustments:
        yield Row("Codes", Text(_adjustment(adjustment)))
    yield from open_rows
    notes = {reason.rule: reason for reason in line.reasons if reason.effect == NOTE}
    for note in line.notes:
        reason = notes.get(note.rule)
        said = Text(plain(note.text)).append(_cited(reason.sources if reason else ()), "dim")
        yield Row("Note", said.append(f" ({plain(note.rule)})", "dim"))
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
    effects: dict[tuple[str, str | None, tuple[SourceRef, ...]], list[str]] = {}
    for reason in reasons:
        if reason.effect != NOTE:
            effects.setdefault((reason.rule, reason.text, reason.sources), []).append(reason.effect)
    for (rule, text, sources), what in effects.items():
        said = Text(f"{plain(rule)}: ").append(plain("; ".join(what)), "bold")
        cited = _cited(sources)
        if text is None:
            yield Row(label, said.append(cited, "dim"))
        else:
            yield Row(label, headed(said, Text(plain(text)).append(cited, "dim")))


def _cited(sources: Sequence[SourceRef]) -> str:
    return f" [{', '.join(plain(source.id) for source in sources)}]" if sources else ""


def _adjustment(adjustment: Adjustment) -> str:
    """`CO 45 M69, $1,313.70 (above-the-fee)`."""
    codes = " ".join((adjustment.group, adjustment.carc, *adjustment.rarc))
    amount = f", {dollars(adjustment.amount)}" if adjustment.amount is not None else ""
    return plain(f"{codes}{amount} ({adjustment.rule})")


def _missing(missing: Missing) -> Iterator[Text]:
    if missing.table is not None and missing.key is not None:
        key = missing.key if isinstance(missing.key, str) else " with ".join(missing.key)
        yield Text(plain(f"{missing.table}: nothing is known of {key}"))
    else:
        yield Text(plain(f"{missing.term} ({missing.pointer or 'the claim'})"))
    affected = joined([AFFECTED[what] for what in AFFECTED if what in missing.affects])
    rules = f"; asked by {joined(missing.rules)}" if missing.rules else ""
    yield Text(plain(f"can change {affected}{rules}"))


def _required(required: RequiredDocument) -> Iterator[Text]:
    where = f" in {required.document}" if required.document else ""
    said = f"documentation of {required.concept}{where}: {STATUS[required.status]} ({required.rule})"
    yield Text(plain(said))
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
        yield Row("Source", _source(source))
    for policy in decision.policies:
        yield Row("Policy", Text(plain(f"{policy.id}, in effect from {policy.version}")))


def _source(source: SourceRef) -> RenderableType:
    published = f"published {source.published}" if source.published else None
    further = ", ".join(plain(part) for part in (source.evidence, published) if part)
    said = Text(f"{plain(source.id)}: {plain(source.title)}").append(
        f" ({further})" if further else "", "dim"
    )
    return headed(said, Text(plain(source.at), "dim")) if source.at else headed(said)
