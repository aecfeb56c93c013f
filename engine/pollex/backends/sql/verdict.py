"""What is said of a claim without the evidence: outcome, share, dollars, adjustments, and the rules.

Both ways give it: SQL's rows, and decisions of the exact way.
"""

from __future__ import annotations

from dataclasses import dataclass

from pollex.model.decision import Decision, Document, LineDecision


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """A line; percent and money as the decision writes them, rules by name, sorted."""

    line_number: int
    procedure_code: str
    outcome: str
    percent: str | None
    allowed_amount: str | None
    adjustments: tuple[Document, ...]
    rules: tuple[str, ...]

    def to_dict(self) -> Document:
        return {
            "line_number": self.line_number,
            "procedure_code": self.procedure_code,
            "outcome": self.outcome,
            "percent": self.percent,
            "allowed_amount": self.allowed_amount,
            "adjustments": list(self.adjustments),
            "rules": list(self.rules),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim; `exact` where the exact way said it."""

    claim_id: str
    outcome: str
    lines: tuple[LineVerdict, ...]
    exact: bool

    def to_dict(self) -> Document:
        return {
            "claim_id": self.claim_id,
            "outcome": self.outcome,
            "exact": self.exact,
            "lines": [line.to_dict() for line in self.lines],
        }


def verdict_of(decision: Decision) -> Verdict:
    """A decision, without its evidence."""
    return Verdict(decision.claim_id, decision.outcome, tuple(map(_line, decision.lines)), True)


def _line(line: LineDecision) -> LineVerdict:
    return LineVerdict(
        line.line_number,
        line.procedure_code,
        line.outcome,
        line.percent,
        line.allowed_amount,
        tuple(adjustment.to_dict() for adjustment in line.adjustments),
        tuple(sorted({reason.rule for reason in line.reasons})),
    )
