"""What a decided line says, in words, for every form of output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pollex.cli.layout import dollars
from pollex.model.decision import Adjustment, LineDecision, Missing, Reason, RequiredDocument, SourceRef
from pollex.source.listing import listed

AFFECTED = {
    "outcome": "the outcome",
    "percent": "the share of the fee",
    "requirements": "the documents to send",
    "amount": "the amount",
}
STATUS = {"not_found": "it was looked for and not found", "unknown": "nobody has looked for it yet"}
NO_POLICY = "no policy of this payer speaks of this code on this day"
NOTE = "note"


class ShapingRule(NamedTuple):
    """A rule that shaped a line, with all that it does, why, and its sources."""

    rule: str
    effects: str
    text: str | None
    sources: tuple[SourceRef, ...]


def shaping_rules(reasons: Sequence[Reason]) -> Iterator[ShapingRule]:
    """Each rule once, in the order of the reasons; remarks are left out."""
    effects: dict[tuple[str, str | None, tuple[SourceRef, ...]], list[str]] = {}
    for reason in reasons:
        if reason.effect != NOTE:
            effects.setdefault((reason.rule, reason.text, reason.sources), []).append(reason.effect)
    for (rule, text, sources), what in effects.items():
        yield ShapingRule(rule, "; ".join(what), text, sources)


class Noted(NamedTuple):
    """A remark, and the sources of its rule."""

    rule: str
    text: str
    sources: tuple[SourceRef, ...]


def noted(line: LineDecision) -> Iterator[Noted]:
    """The remarks on a line."""
    sources = {reason.rule: reason.sources for reason in line.reasons if reason.effect == NOTE}
    return (Noted(note.rule, note.text, sources.get(note.rule, ())) for note in line.notes)


def cited_words(sources: Sequence[SourceRef]) -> str:
    """` [PFS, MANUAL]`, with the blank in front; nothing where there is no source."""
    return f" [{', '.join(source.id for source in sources)}]" if sources else ""


def code_words(adjustment: Adjustment) -> str:
    """`CO 45 M69`."""
    return " ".join((adjustment.group, adjustment.carc, *adjustment.rarc))


def adjustment_words(adjustment: Adjustment) -> str:
    """`CO 45 M69, $1,313.70`."""
    amount = f", {dollars(adjustment.amount)}" if adjustment.amount is not None else ""
    return f"{code_words(adjustment)}{amount}"


def missing_words(missing: Missing) -> str:
    """`fee (/lines/0/fee_schedule_amount)`."""
    if missing.table is not None and missing.key is not None:
        key = missing.key if isinstance(missing.key, str) else " with ".join(missing.key)
        return f"{missing.table}: nothing is known of {key}"
    return f"{missing.term} ({missing.pointer or 'the claim'})"


def affected_words(missing: Missing) -> str:
    """`can change the outcome and the amount; asked by late and duplicate`."""
    affected = listed([AFFECTED[what] for what in AFFECTED if what in missing.affects])
    rules = f"; asked by {listed(missing.rules)}" if missing.rules else ""
    return f"can change {affected}{rules}"


def document_words(required: RequiredDocument) -> str:
    """`increased-work in operative-note`."""
    return f"{required.concept} in {required.document}" if required.document else required.concept


def required_words(required: RequiredDocument) -> str:
    """`documentation of increased-work in operative-note: nobody has looked for it yet`."""
    return f"documentation of {document_words(required)}: {STATUS[required.status]}"
