"""A decision written as JSON: the bytes that its document gives, without making that document.

Much comes back in millions of decisions: sources, policies, notes, codes, reasons. A part that has been
written keeps its text, so that whoever makes such a part once has it written once. What is made anew for a
claim, as a cap in its dollars, is put together of what the claim gives and of the rest, which is kept in
tables of bounded size. Keys are sorted: that is why they stand in another order than the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from pollex.model.fastjson import quoted, written

if TYPE_CHECKING:
    from pollex.model.decision import Adjustment, Decision, Document, LineDecision, Reading, Reason

MOST_KEPT = 8192
"""Texts of a kind."""


class Kept:
    """A part of a decision that keeps its text; not a field of it, and never compared or copied."""

    __slots__ = ("kept",)

    kept: str | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept", None)


class Part(Protocol):
    """Any part of a decision that never changes."""

    kept: str | None

    def to_dict(self) -> Document: ...


P = TypeVar("P", bound=Part)


def decision_text(decision: Decision) -> str:
    """One line of JSON, keys sorted."""
    pieces: list[str] = []
    add_decision(pieces, decision)
    return "".join(pieces)


def add_decision(pieces: list[str], decision: Decision) -> None:
    """The same in pieces: long texts are copied once, when all of them are put together."""
    assumed = _texts(decision.assumptions, _part) if decision.assumptions else ""
    pieces.append(
        f'{{"assumptions":[{assumed}],"claim_id":{quoted(decision.claim_id)}'
        f',"engine_version":{quoted(decision.engine_version)},"lines":['
    )
    before = ""
    for line in decision.lines:
        _add_line(pieces, before, line)
        before = ","
    pieces.append(
        f'],"outcome":"{decision.outcome}","payer":{_payer(*decision.payer.items())}'
        f',"policies":[{_texts(decision.policies, _part)}]}}'
    )


def _add_line(pieces: list[str], before: str, line: LineDecision) -> None:
    percent, amount, owed = line.percent, line.allowed_amount, line.required_documentation
    pieces.append(
        f'{before}{{"adjustments":[{_texts(line.adjustments, _adjustment) if line.adjustments else ""}]'
        f',"allowed_amount":{"null" if amount is None else quoted(amount)}'
        f',"line_number":{line.line_number}'
        f',"missing":[{_texts(line.missing, _part) if line.missing else ""}]'
        f',"notes":[{_texts(line.notes, _part) if line.notes else ""}]'
        f',"outcome":"{line.outcome}"'
        f',"percent":{"null" if percent is None else quoted(percent)}'
        f',"procedure_code":{quoted(line.procedure_code)}'
        f',"reasons":['
    )
    if line.reasons:
        for reason in line.reasons:
            pieces.append(getattr(reason, "kept", None) or _kept(reason, _reason))
            pieces.append(",")
        pieces.pop()
    trial = f',"trial":[{_texts(line.trial, _part)}]' if line.trial else ""
    pieces.append(f'],"required_documentation":[{_texts(owed, _part) if owed else ""}]{trial}}}')


def _texts(parts: Sequence[P], write: Callable[[P], str]) -> str:
    """Of parts that may have been written before."""
    try:
        if len(parts) == 1:
            return parts[0].kept or _kept(parts[0], write)
        return ",".join([part.kept or _kept(part, write) for part in parts])
    except AttributeError:  # one that was copied
        return ",".join([getattr(part, "kept", None) or _kept(part, write) for part in parts])


def _kept(part: P, write: Callable[[P], str]) -> str:
    kept = write(part)
    object.__setattr__(part, "kept", kept)
    return kept


def _part(part: Part) -> str:
    return written(part.to_dict()).decode()


# ------------------------------------------------------------------ what often is the claim's own


def _reading(reading: Reading) -> str:
    value = reading.value
    if type(value) is str and reading.table is None and reading.pointer is not None:
        return (
            f'{{"pointer":{quoted(reading.pointer)},"term":{quoted(reading.term)},"value":{quoted(value)}}}'
        )
    return _part(reading)


def _adjustment(adjustment: Adjustment) -> str:
    if adjustment.amount is None:
        return _part(adjustment)
    rest = _after_amount(adjustment.group, adjustment.carc, adjustment.rule, adjustment.rarc)
    return f'{{"amount":{quoted(adjustment.amount)}{rest}'


@lru_cache(maxsize=MOST_KEPT)
def _after_amount(group: str, carc: str, rule: str, rarc: tuple[str, ...]) -> str:
    return f",{written({'group': group, 'carc': carc, 'rule': rule, 'rarc': rarc}).decode()[1:]}"


_Said: TypeAlias = tuple[int, str, str | None]
"""The `id` of a reason's sources, and its texts, but for its effect."""

_said: dict[_Said, tuple[object, str]] = {}
"""The sources are held too, so that no others have their `id` meanwhile."""


def _reason(reason: Reason) -> str:
    sources = reason.sources
    key = id(sources), reason.rule, reason.text
    found = _said.get(key)
    if found is None or found[0] is not sources:
        if len(_said) >= MOST_KEPT:
            _said.clear()
        found = _said[key] = sources, _after_effect(reason)
    because = _texts(reason.because, _reading) if reason.because else ""
    return f'{{"because":[{because}],"effect":{quoted(reason.effect)}{found[1]}'


def _after_effect(reason: Reason) -> str:
    document = reason.to_dict()
    del document["because"], document["effect"]
    return f",{written(document).decode()[1:]}"


# ------------------------------------------------------------------ what many claims have


@lru_cache(maxsize=MOST_KEPT)
def _payer(*given: tuple[str, str | None]) -> str:
    return written(dict(given)).decode()
