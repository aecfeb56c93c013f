"""What a comparison says in words, for every form of output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pollex.cli import decision_words
from pollex.cli.layout import NOT_KNOWN, dollars, percent
from pollex.cli.terminal import counted
from pollex.compare.claims import BENCHMARK, CLAIM, Cell, Column, Comparison, Line, queues
from pollex.model.decision import LineDecision, SourceRef
from pollex.source.listing import listed

MARK = "≠"
NOTHING = "–"
NOT_AVAILABLE = "not available"
FEES = {
    CLAIM: "Fees are those of the claim, the same for every payer: amounts show what the rules do.",
    BENCHMARK: f"Fees are published rates; where none is known, the amount is {NOT_AVAILABLE}.",
}
COMPARED = {
    "outcome": "outcome",
    "percent": "percent",
    "allowed_amount": "amount",
    "adjustments": "codes",
    "required_documentation": "documents to send",
    "missing": "what is missing",
}


def headline(comparison: Comparison) -> str:
    """`Claim textbook under 3 payers, line 1 with 7 lists of modifiers`."""
    said = f"Claim {comparison.claim_id} under {counted(len(comparison.columns), 'payer')}"
    if comparison.varied is None:
        return said
    lists = len(comparison.variations)
    return f"{said}, line {comparison.varied} with {lists} list{'' if lists == 1 else 's'} of modifiers"


def introduction(comparison: Comparison) -> Iterator[str]:
    """How to read the rest."""
    if len(comparison.columns) > 1:
        yield f"{MARK} marks what differs from {labels(comparison)[0]}, the first payer."
    yield FEES[comparison.fees]
    for line in comparison.variations[0].lines:
        if all(cell.decision.outcome == "no_policy" for cell in line.cells):
            number, code = line.line_number, line.procedure_code
            yield f"No payer here has a policy for line {number}, {code}, on its day."


def labels(comparison: Comparison) -> tuple[str, ...]:
    """The payers by their ids; one that stands there twice with its coverage, as far as that is known."""
    ids = [column.payer for column in comparison.columns]
    return tuple(_label(column, ids.count(column.payer) > 1) for column in comparison.columns)


def _label(column: Column, often: bool) -> str:
    known = ", ".join(filter(None, (column.line_of_business, column.network_status)))
    return f"{column.payer} ({known})" if often and known else column.payer


def coverage_words(column: Column) -> str:
    """`commercial, in-network`; what is not known is said."""
    return ", ".join(
        (
            column.line_of_business or "line of business not known",
            column.network_status or "network status not known",
        )
    )


def billed_words(line: Line) -> str:
    """`44120-22-51`."""
    return "-".join((line.procedure_code, *line.modifiers))


def outcome_words(line: LineDecision) -> str:
    """`allow`, `no policy`."""
    return line.outcome.replace("_", " ")


def queue_words(line: LineDecision) -> str:
    """`for coding`: who is to review a line that pends."""
    return f"for {listed(queues(line))}" if queues(line) else ""


def percent_words(line: LineDecision) -> str:
    """`62.5%`; `not known` where a line is decided and lacks its share, a dash where it has none."""
    if line.percent is not None:
        return percent(line.percent)
    return NOT_KNOWN if line.outcome == "allow" else NOTHING


def amount_words(cell: Cell, fees: str) -> str:
    """`$1,136.30`; what stands there where it is not known, or where the line has none."""
    line = cell.decision
    if line.allowed_amount is not None:
        return dollars(line.allowed_amount)
    if line.outcome != "allow":
        return NOTHING
    return NOT_AVAILABLE if fees == BENCHMARK and cell.fee.amount is None else NOT_KNOWN


def fee_words(cell: Cell, fees: str) -> str:
    """`$2,281.29, PPO; contract terms, published 2026-07-01; others: HMO $2,157.93`."""
    fee = cell.fee
    if fee.amount is None:
        return NOT_AVAILABLE if fees == BENCHMARK else NOT_KNOWN
    said = [f"{dollars(fee.amount)}, {fee.of}" if fee.of else dollars(fee.amount)]
    if fee.source is not None:
        published = f"published {fee.source.published}" if fee.source.published else "not dated"
        said.append(f"{fee.source.evidence or 'evidence not stated'}, {published}")
    if fee.others:
        said.append(f"others: {listed([f'{rate.of} {dollars(rate.amount)}' for rate in fee.others])}")
    return "; ".join(said)


def differs_words(cell: Cell) -> str:
    """`percent, amount and codes`."""
    return listed([COMPARED[name] for name in COMPARED if name in cell.differs]) if cell.differs else ""


def codes_words(line: LineDecision) -> str:
    """`CO 45 M69, PI 97`: each once."""
    return ", ".join(dict.fromkeys(map(decision_words.code_words, line.adjustments)))


def adjustments_words(line: LineDecision) -> tuple[str, ...]:
    """Each adjustment with its amount and rule."""
    return tuple(f"{decision_words.adjustment_words(one)} ({one.rule})" for one in line.adjustments)


def required_words(line: LineDecision) -> tuple[str, ...]:
    """Each document to send, with its state and rule."""
    return tuple(f"{decision_words.required_words(one)} ({one.rule})" for one in line.required_documentation)


def missing_words(line: LineDecision) -> tuple[str, ...]:
    """Each missing element, and what it can change."""
    return tuple(
        f"{decision_words.missing_words(one)}: {decision_words.affected_words(one)}" for one in line.missing
    )


def mark(cell: Cell, name: str) -> str:
    """`≠ ` where that part of the cell differs."""
    return f"{MARK} " if name in cell.differs else ""


def cited_sources(comparison: Comparison, place: int) -> tuple[SourceRef, ...]:
    """What the decisions of one payer rest on, and its published fees, each once, by id."""
    found: dict[SourceRef, None] = {}
    for variation in comparison.variations:
        for line in variation.lines:
            cell = line.cells[place]
            found.update({source: None for reason in cell.decision.reasons for source in reason.sources})
            if cell.fee.source is not None:
                found[cell.fee.source] = None
    return tuple(sorted(found, key=lambda source: (source.id, source.title)))


def assumed_words(comparison: Comparison, place: int) -> tuple[str, ...]:
    """What was assumed where the claim is silent: `the line has 1 unit (/lines/0/units and 2 more)`."""
    found = {
        (assumption.pointer, assumption.text): None
        for variation in comparison.variations
        for assumption in variation.decisions[place].assumptions
    }
    return tuple(f"{text} ({places})" for places, text in _folded(found))


def supposed_words(column: Column) -> tuple[str, ...]:
    """What is not as the claim has it: `/payer/line_of_business: commercial, as asked`."""
    return tuple(
        f"{places}: {text}" for places, text in _folded((one.pointer, one.text) for one in column.supposed)
    )


def _folded(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each text once, with the first of its places, and how many more there are."""
    places: dict[str, list[str]] = {}
    for place, text in pairs:
        places.setdefault(text, []).append(place)
    for text, (first, *others) in places.items():
        yield f"{first} and {len(others)} more" if others else first, text


def policies_words(comparison: Comparison, place: int) -> tuple[str, ...]:
    """`medicare-44120, in effect from 2026-01-01`."""
    found = {
        (policy.id, policy.version): None
        for variation in comparison.variations
        for policy in variation.decisions[place].policies
    }
    return tuple(f"{name}, in effect from {version}" for name, version in sorted(found))
