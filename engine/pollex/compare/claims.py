"""One claim under several payers, each line beside the same line at the first payer.

The claim is put to each payer in turn (`coverage.py`) and decided by the rules of that payer alone. Fees are
those of the claim, the same for every payer, or those that each has published (`fees.py`). A line may be
decided once for each of several lists of modifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from pollex.backends.interpret.claim import decide
from pollex.compare.coverage import Asked, Supposed, as_covered
from pollex.compare.fees import Fee, published
from pollex.ir.program import Program
from pollex.model.decision import Decision, LineDecision
from pollex.model.tables import Table

CLAIM, BENCHMARK = "claim", "benchmark"
FEES: Final = (CLAIM, BENCHMARK)

FEE: Final = "fee_schedule_amount"

Modifiers: TypeAlias = tuple[str, ...]
Claim: TypeAlias = Mapping[str, Any]

QUEUE: Final = "pend for review by "


def queues(line: LineDecision) -> tuple[str, ...]:
    """Who is to review a line that pends, as its rules say."""
    if line.outcome != "pend":
        return ()
    said = {reason.effect for reason in line.reasons if reason.effect.startswith(QUEUE)}
    return tuple(sorted(effect.removeprefix(QUEUE) for effect in said))


COMPARED: Final[Mapping[str, Callable[[LineDecision], object]]] = {
    "outcome": lambda line: (line.outcome, queues(line)),
    "percent": lambda line: line.percent,
    "allowed_amount": lambda line: line.allowed_amount,
    "adjustments": lambda line: {(one.group, one.carc, one.rarc) for one in line.adjustments},
    "required_documentation": lambda line: {
        (one.concept, one.document, one.status) for one in line.required_documentation
    },
    "missing": lambda line: {(one.pointer, one.table, one.key, one.term) for one in line.missing},
}
"""What of a decided line is compared, and how it is seen: an outcome with who is to review the line, codes
without the names of rules.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A payer, the coverage that is supposed, and all that is not as the claim has it."""

    payer: str
    line_of_business: str | None
    network_status: str | None
    supposed: tuple[Supposed, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A line as one payer decides it, with which fee, and what of it differs from the first payer."""

    decision: LineDecision
    fee: Fee
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a cell for each payer, in their order."""

    line_number: int
    procedure_code: str
    modifiers: Modifiers
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Variation:
    """The claim with one list of modifiers on the line that is varied, None where it is as it came; the
    decision of each payer, and the lines.
    """

    modifiers: Modifiers | None
    decisions: tuple[Decision, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One claim, every payer; `varied` is the line number whose modifiers are varied."""

    claim_id: str
    payer: str
    fees: str
    varied: int | None
    columns: tuple[Column, ...]
    variations: tuple[Variation, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to compare: payers in their order, which fees, what the caller vouches for, and which lists of
    modifiers on which line (none: the claim as it came).
    """

    payers: tuple[Asked, ...]
    fees: str = CLAIM
    assume: Collection[str] = ()
    varied: int | None = None
    modifiers: tuple[Modifiers, ...] = ()


def compare(
    program: Program, tables: Mapping[str, Table], claim: Claim, question: Question, engine_version: str
) -> Comparison:
    """Compare a valid claim; `tables` may hold published fees."""
    columns: list[Column] = []
    put: list[Claim] = []
    for asked in question.payers:
        covered = as_covered(claim, asked)
        with_fees, about_fees = _with_fees(covered.claim, claim["payer"]["id"], question.fees, tables)
        payer = covered.claim["payer"]
        put.append(with_fees)
        columns.append(
            Column(
                asked.payer,
                payer.get("line_of_business"),
                payer.get("network_status"),
                (*covered.supposed, *about_fees),
            )
        )
    lists: Sequence[Modifiers | None] = question.modifiers or (None,)
    variations = []
    for modifiers in lists:
        claims = [_with_modifiers(one, question.varied, modifiers) for one in put]
        decisions = tuple(decide(program, one, question.assume, engine_version) for one in claims)
        lines = tuple(
            _line(index, claims, decisions, question.fees, tables) for index in range(len(claim["lines"]))
        )
        variations.append(Variation(modifiers, decisions, lines))
    return Comparison(
        str(claim["claim_id"]),
        str(claim["payer"]["id"]),
        question.fees,
        question.varied,
        tuple(columns),
        tuple(variations),
    )


def _with_fees(
    claim: Claim, own: str, fees: str, tables: Mapping[str, Table]
) -> tuple[Claim, tuple[Supposed, ...]]:
    """The claim with the fees to decide it with, of its history too; what is supposed of them."""
    payer = claim["payer"]["id"]
    history = claim.get("history")
    if fees == BENCHMARK:
        put = {**claim, "lines": _at_published_fees(claim["lines"], payer, tables)}
        if history is not None:
            put["history"] = {**history, "lines": _at_published_fees(history["lines"], payer, tables)}
        return put, ()
    if payer == own:
        return claim, ()
    text = f"the claim's own fee, which is that of {own}"
    lines = [(f"/lines/{index}", line) for index, line in enumerate(claim["lines"])]
    if history is not None:
        lines += [(f"/history/lines/{index}", line) for index, line in enumerate(history["lines"])]
    return claim, tuple(
        Supposed(f"{place}/{FEE}", text) for place, line in lines if line.get(FEE) is not None
    )


def _at_published_fees(
    lines: Iterable[Mapping[str, Any]], payer: str, tables: Mapping[str, Table]
) -> list[Mapping[str, Any]]:
    return [{**line, FEE: _published(line, payer, tables).amount} for line in lines]


def _published(line: Mapping[str, Any], payer: str, tables: Mapping[str, Table]) -> Fee:
    on = date.fromisoformat(line["service_date"])
    return published(tables, payer, line["procedure_code"], on)


def _with_modifiers(claim: Claim, varied: int | None, modifiers: Modifiers | None) -> Claim:
    if modifiers is None:
        return claim
    lines = [
        {**line, "modifiers": list(modifiers)} if line["line_number"] == varied else line
        for line in claim["lines"]
    ]
    return {**claim, "lines": lines}


def _line(
    index: int,
    claims: Sequence[Claim],
    decisions: Sequence[Decision],
    fees: str,
    tables: Mapping[str, Table],
) -> Line:
    """The line at a place of the claim, at every payer."""
    line = claims[0]["lines"][index]
    cells: list[Cell] = []
    for claim, decision in zip(claims, decisions, strict=True):
        put = claim["lines"][index]
        payer = claim["payer"]["id"]
        fee = _published(put, payer, tables) if fees == BENCHMARK else Fee(put.get(FEE))
        decided = decision.lines[index]
        first = decisions[0].lines[index]
        differs = tuple(name for name, seen in COMPARED.items() if seen(decided) != seen(first))
        cells.append(Cell(decided, fee, differs))
    modifiers = tuple(line.get("modifiers") or ())
    return Line(int(line["line_number"]), str(line["procedure_code"]), modifiers, tuple(cells))
