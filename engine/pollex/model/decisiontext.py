"""A decision written as JSON: the bytes that its document gives, without making that document.

Much comes back in millions of decisions: sources, policies, notes, codes, what a rule says. A part that has
been written keeps its text, so that whoever makes such a part once has it written once; what a reason says
beside the values that were read is kept in a table of bounded size. Between them stands what is the claim's
own. Keys are sorted: that is why they stand in another order than the fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pollex.model.fastjson import quoted, written

if TYPE_CHECKING:
    from pollex.model.decision import Assumption, Decision, Document, LineDecision, Reason

MOST_KEPT = 8192
"""Texts of a kind."""


class Kept:
    """A part of a decision that keeps its text; not a field of it, and never compared or copied."""

    __slots__ = ("kept",)

    kept: str


class Part(Protocol):
    """Any part of a decision that never changes."""

    kept: str

    def to_dict(self) -> Document: ...


def decision_text(decision: Decision) -> str:
    """One line of JSON, keys sorted."""
    return (
        f'{{"assumptions":[{",".join([_assumption(one) for one in decision.assumptions])}]'
        f',"claim_id":{quoted(decision.claim_id)}'
        f',"engine_version":{quoted(decision.engine_version)}'
        f',"lines":[{",".join([_line(one) for one in decision.lines])}]'
        f',"outcome":"{decision.outcome}"'
        f',"payer":{_payer(tuple(decision.payer.items()))}'
        f',"policies":{_list(decision.policies)}}}'
    )


def _line(line: LineDecision) -> str:
    missing = _list(line.missing) if line.missing else "[]"
    owed = _list(line.required_documentation) if line.required_documentation else "[]"
    trial = f',"trial":{_list(line.trial)}' if line.trial else ""
    percent, amount = line.percent, line.allowed_amount
    return (
        f'{{"adjustments":{_list(line.adjustments) if line.adjustments else "[]"}'
        f',"allowed_amount":{"null" if amount is None else quoted(amount)}'
        f',"line_number":{line.line_number}'
        f',"missing":{missing}'
        f',"notes":{_list(line.notes) if line.notes else "[]"}'
        f',"outcome":"{line.outcome}"'
        f',"percent":{"null" if percent is None else quoted(percent)}'
        f',"procedure_code":{quoted(line.procedure_code)}'
        f',"reasons":[{",".join([_reason(one) for one in line.reasons])}]'
        f',"required_documentation":{owed}{trial}}}'
    )


def _list(parts: Sequence[Part]) -> str:
    try:
        return f"[{','.join([part.kept for part in parts])}]"
    except AttributeError:  # one that is not written yet
        return f"[{','.join([_part(part) for part in parts])}]"


def _part(part: Part) -> str:
    kept: str | None = getattr(part, "kept", None)
    if kept is None:
        kept = written(part.to_dict()).decode()
        object.__setattr__(part, "kept", kept)
    return kept


# ------------------------------------------------------------------ reasons

_Said: TypeAlias = tuple[int, str, str, str | None]
"""The `id` of a reason's sources, and its texts."""

_said: dict[_Said, tuple[object, str]] = {}
"""The sources are held too, so that no others have their `id` meanwhile."""


def _reason(reason: Reason) -> str:
    sources = reason.sources
    key = id(sources), reason.rule, reason.effect, reason.text
    found = _said.get(key)
    if found is None or found[0] is not sources:
        if len(_said) >= MOST_KEPT:
            _said.clear()
        found = _said[key] = sources, _after_readings(reason)
    return f'{{"because":{_list(reason.because)}{found[1]}'


def _after_readings(reason: Reason) -> str:
    document = reason.to_dict()
    del document["because"]
    return f",{written(document).decode()[1:]}"


# ------------------------------------------------------------------ what many claims have


def _assumption(assumption: Assumption) -> str:
    return _assumed(assumption.pointer, assumption.text)


@lru_cache(maxsize=MOST_KEPT)
def _assumed(pointer: str, text: str) -> str:
    return f'{{"pointer":{quoted(pointer)},"text":{quoted(text)}}}'


@lru_cache(maxsize=MOST_KEPT)
def _payer(given: tuple[tuple[str, str | None], ...]) -> str:
    return written(dict(given)).decode()
