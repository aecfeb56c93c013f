"""The decision: what is said of a claim, and why, as values.

The fields are those of schemas/decision.schema.json, and `to_dict` writes exactly its keys: JSON types
only, money and percentages as decimal strings, an element that may be absent left out where there is
nothing to say. The order of tuples is kept: whoever builds a decision gives them in an order that depends
on their content alone. `to_json` sorts the keys, so that equal decisions are equal bytes.

Exact fractions become text here and nowhere else: `money` rounds once, half up to the cent;
`percent_text` shows at most six places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from pollex.model.decisiontext import Kept, decision_text

LineOutcome: TypeAlias = Literal["allow", "deny", "pend", "no_policy"]
ClaimOutcome: TypeAlias = Literal["allow", "deny", "pend", "partial", "no_policy"]
Group: TypeAlias = Literal["CO", "OA", "PI", "PR"]
Affected: TypeAlias = Literal["outcome", "percent", "requirements", "amount"]
DocumentStatus: TypeAlias = Literal["unknown", "not_found"]

Key: TypeAlias = str | tuple[str, str]
Scalar: TypeAlias = str | int | bool | None
Document: TypeAlias = dict[str, object]

AFFECTED: tuple[Affected, ...] = ("outcome", "percent", "requirements", "amount")
"""In the order in which a decision lists them."""


@dataclass(frozen=True, slots=True)
class PolicyRef(Kept):
    """A policy in force; the version is the day from which it is in effect."""

    id: str
    version: str
    digest: str

    def to_dict(self) -> Document:
        return {"id": self.id, "version": self.version, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a rule comes from."""

    id: str
    title: str
    published: str | None = None
    at: str | None = None
    evidence: str | None = None

    def to_dict(self) -> Document:
        document: Document = {"id": self.id, "title": self.title}
        if self.published is not None:
            document["published"] = self.published
        if self.at is not None:
            document["at"] = self.at
        if self.evidence is not None:
            document["evidence"] = self.evidence
        return document


@dataclass(frozen=True, slots=True)
class Reading(Kept):
    """A value that a rule read, None where it is not known; of the claim, or of a table's row."""

    term: str
    pointer: str | None
    value: Scalar | tuple[Scalar, ...]
    table: str | None = None
    key: Key | None = None

    def to_dict(self) -> Document:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        if self.table is None:
            return {"term": self.term, "pointer": self.pointer or "", "value": value}
        return {"term": self.term, **_place(self.pointer, self.table, self.key), "value": value}


@dataclass(frozen=True, slots=True)
class Reason(Kept):
    """A rule that shaped the line; `sources` are all that it rests on, the first of them its `source`."""

    rule: str
    effect: str
    because: tuple[Reading, ...] = ()
    text: str | None = None
    sources: tuple[SourceRef, ...] = ()

    @property
    def source(self) -> SourceRef | None:
        return self.sources[0] if self.sources else None

    def to_dict(self) -> Document:
        document: Document = {"rule": self.rule, "effect": self.effect}
        if self.text is not None:
            document["text"] = self.text
        if sources := self.sources:
            document["source"] = sources[0].to_dict()
            if len(sources) > 1:
                document["sources"] = [source.to_dict() for source in sources]
        document["because"] = [reading.to_dict() for reading in self.because] if self.because else []
        return document


@dataclass(frozen=True, slots=True)
class Adjustment(Kept):
    """What an 835 CAS segment needs; the amount where it is known."""

    group: Group
    carc: str
    rule: str
    rarc: tuple[str, ...] = ()
    amount: str | None = None

    def to_dict(self) -> Document:
        document: Document = {"group": self.group, "carc": self.carc, "rarc": list(self.rarc)}
        if self.amount is not None:
            document["amount"] = self.amount
        document["rule"] = self.rule
        return document


@dataclass(frozen=True, slots=True)
class RequiredDocument(Kept):
    """Documentation still owed: looked for in vain, or not looked for yet."""

    concept: str
    rule: str
    status: DocumentStatus
    document: str | None = None
    text: str | None = None

    def to_dict(self) -> Document:
        optional = _given({"document": self.document, "text": self.text})
        return {"concept": self.concept, "rule": self.rule, "status": self.status, **optional}


@dataclass(frozen=True, slots=True)
class Missing(Kept):
    """An element of the claim, or a row of a table, that could change the line's decision, and what of it."""

    term: str
    pointer: str | None
    affects: tuple[Affected, ...]
    rules: tuple[str, ...] = ()
    table: str | None = None
    key: Key | None = None

    def to_dict(self) -> Document:
        place = _place(self.pointer, self.table, self.key)
        affects = [what for what in AFFECTED if what in self.affects]
        return {**place, "term": self.term, "affects": affects, "rules": list(self.rules)}


@dataclass(frozen=True, slots=True)
class Note(Kept):
    """A remark of a rule; it changes nothing."""

    rule: str
    text: str

    def to_dict(self) -> Document:
        return {"rule": self.rule, "text": self.text}


@dataclass(frozen=True, slots=True)
class TrialReport(Kept):
    """What a rule on trial would have done."""

    rule: str
    would: str

    def to_dict(self) -> Document:
        return {"rule": self.rule, "would": self.would}


@dataclass(frozen=True, slots=True)
class Assumption(Kept):
    """A value that the claim does not give and that was assumed."""

    pointer: str
    text: str

    def to_dict(self) -> Document:
        return {"pointer": self.pointer, "text": self.text}


@dataclass(frozen=True, slots=True)
class LineDecision:
    line_number: int
    procedure_code: str
    outcome: LineOutcome
    percent: str | None = None
    allowed_amount: str | None = None
    adjustments: tuple[Adjustment, ...] = ()
    required_documentation: tuple[RequiredDocument, ...] = ()
    missing: tuple[Missing, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Note, ...] = ()
    trial: tuple[TrialReport, ...] = ()

    def to_dict(self) -> Document:
        owed = self.required_documentation
        document: Document = {
            "line_number": self.line_number,
            "procedure_code": self.procedure_code,
            "outcome": self.outcome,
            "percent": self.percent,
            "allowed_amount": self.allowed_amount,
            "adjustments": [part.to_dict() for part in self.adjustments] if self.adjustments else [],
            "required_documentation": [part.to_dict() for part in owed] if owed else [],
            "missing": [part.to_dict() for part in self.missing] if self.missing else [],
            "reasons": [part.to_dict() for part in self.reasons],
            "notes": [part.to_dict() for part in self.notes] if self.notes else [],
        }
        if self.trial:
            document["trial"] = [part.to_dict() for part in self.trial]
        return document


@dataclass(frozen=True, slots=True)
class Decision:
    """How one claim is decided; `payer` is the claim's own, as it came."""

    claim_id: str
    payer: Mapping[str, str | None] = field(hash=False)
    lines: tuple[LineDecision, ...]
    policies: tuple[PolicyRef, ...]
    assumptions: tuple[Assumption, ...]
    engine_version: str

    @property
    def outcome(self) -> ClaimOutcome:
        if len(self.lines) == 1:
            return self.lines[0].outcome
        return claim_outcome([line.outcome for line in self.lines])

    def to_dict(self) -> Document:
        return {
            "claim_id": self.claim_id,
            "payer": dict(self.payer),
            "outcome": self.outcome,
            "policies": [policy.to_dict() for policy in self.policies],
            "lines": [line.to_dict() for line in self.lines],
            "assumptions": [assumption.to_dict() for assumption in self.assumptions],
            "engine_version": self.engine_version,
        }

    def to_json(self) -> str:
        """One line of JSON, keys sorted."""
        return decision_text(self)

    def to_json_bytes(self) -> bytes:
        """The same in UTF-8."""
        return decision_text(self).encode()


def claim_outcome(line_outcomes: Iterable[LineOutcome]) -> ClaimOutcome:
    """A pended line pends the claim; lines without a policy count only where no line has one."""
    outcomes = set(line_outcomes)
    if "pend" in outcomes:
        return "pend"
    match ("allow" in outcomes, "deny" in outcomes):
        case (True, True):
            return "partial"
        case (True, False):
            return "allow"
        case (False, True):
            return "deny"
        case _:
            return "no_policy"


def money(amount: Fraction) -> str:
    """Dollars with two places, half a cent rounded away from zero."""
    cents = _half_up(abs(amount) * 100)
    sign = "-" if amount < 0 and cents else ""
    return f"{sign}{cents // 100}.{cents % 100:02}"


def percent_text(percent: Fraction) -> str:
    """At most six places, half up, without zeros at the end: `100`, `13.6`, `31.25`."""
    millionths = _half_up(abs(percent) * 1_000_000)
    sign = "-" if percent < 0 and millionths else ""
    whole, places = divmod(millionths, 1_000_000)
    return f"{sign}{whole}.{places:06}".rstrip("0").rstrip(".")


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _given(optional: Mapping[str, object]) -> Document:
    return {key: value for key, value in optional.items() if value is not None}


def _place(pointer: str | None, table: str | None, key: Key | None) -> Document:
    """A table's row stands in place of a pointer into the claim."""
    if table is None or key is None:
        return {"pointer": pointer or ""}
    return {"table": table, "key": key if isinstance(key, str) else list(key)}
