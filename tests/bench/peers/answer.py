"""What everybody has to say of a claim, in one form, and where two answers differ.

Of each line: outcome, share of the fee, dollars, reason codes, and the elements that are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from pollex.model.decision import Decision, Document


class Line(NamedTuple):
    """A line's answer; percent and amount as the decision writes them, codes and pointers sorted."""

    outcome: str
    percent: str | None
    amount: str | None
    codes: tuple[str, ...]
    missing: tuple[str, ...]


Answer: TypeAlias = tuple[Line, ...]


def of_decision(decision: Decision) -> Answer:
    return tuple(
        Line(
            line.outcome,
            line.percent,
            line.allowed_amount,
            tuple(sorted(f"{one.group} {one.carc}" for one in line.adjustments)),
            tuple(sorted(one.pointer or one.term for one in line.missing)),
        )
        for line in decision.lines
    )


def of_document(document: Document) -> Answer:
    """The same of a decision as a document."""
    lines: Any = document["lines"]
    return tuple(
        Line(
            line["outcome"],
            line["percent"],
            line["allowed_amount"],
            tuple(sorted(f"{one['group']} {one['carc']}" for one in line["adjustments"])),
            tuple(sorted(one.get("pointer") or one["term"] for one in line["missing"])),
        )
        for line in lines
    )


def differences(expected: Sequence[tuple[Any, ...]], found: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Pointers into the decision at which two answers differ, and what each says."""
    for place, (one, other) in enumerate(zip(expected, found, strict=True)):
        fields = getattr(one, "_fields", Line._fields)
        for key, right, said in zip(fields, one, other, strict=True):
            if right != said:
                yield f"/lines/{place}/{key}: {_shown(right)}, not {_shown(said)}"


def _shown(value: str | Iterable[str] | None) -> str:
    return str(value) if value is None or isinstance(value, str) else "[" + ", ".join(value) + "]"
