"""The matrix of a code: every question asked of every payer, rows with the same answers put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pollex.compare.matrix.around import claim_rows, visit_rows
from pollex.compare.matrix.asking import Asker, asker
from pollex.compare.matrix.modifiers import modifier_rows, modifiers_in
from pollex.compare.matrix.payer import Payer, Row, Rows
from pollex.compare.matrix.plain import Claim, asked_of, beside
from pollex.compare.matrix.procedures import add_on_rows, pair_rows, procedure_rows
from pollex.compare.matrix.session import codes_of, pairs_with, policies_for, with_rows
from pollex.compare.matrix.values import Matrix, Topic
from pollex.ir.program import Policy, Program

VISIT = "99213"


@dataclass(frozen=True, slots=True)
class _Codes:
    """What is asked for beside the code, alike of every payer: modifiers, add-ons, bundled codes."""

    modifiers: Sequence[str]
    add_ons: Sequence[str]
    paired: Sequence[str]


def matrix_of(
    program: Program,
    code: str,
    plain: Claim,
    payers: Sequence[str],
    on: date,
    modifiers: Sequence[str] | None = None,
    asked: Callable[[], None] = lambda: None,
) -> Matrix:
    """What each payer does with a code on a day; `plain` is the claim that all questions start from.

    `modifiers` None: every modifier that a rule of these payers names. `asked` is called after each
    question.
    """
    asking = asker(program)
    sides = [_side(asking, asked_of(plain, code, payer, on), payer, on) for payer in payers]
    policies = [policies_for(program, side.id, code, on) for side in sides]
    listed = with_rows(program, on)
    known = [sorted(listed & _decided(program, found, on)) for found in policies]
    primary = next(
        (found for side, near in zip(sides, known, strict=True) for found in _primaries(side, near)), None
    )
    if primary is not None:
        sides = [_beside_primary(side, primary) for side in sides]
    codes = _Codes(
        modifiers_in(policy for found in policies for policy in found) if modifiers is None else modifiers,
        sorted({found for side, near in zip(sides, known, strict=True) for found in _add_ons(side, near)}),
        sorted(listed & pairs_with(program, code, on)),
    )
    tables: list[list[Row]] = []
    for side, near in zip(sides, known, strict=True):
        tables.append([])
        for row in _rows(side, codes, near):
            tables[-1].append(row)
            asked()
    return Matrix(code, primary, on, tuple(payers), tuple(_together(tables)))


def _side(asking: Asker, claim: Claim, payer: str, on: date) -> Payer:
    remarks = (reason.rule for reason in asking.line(claim).reasons if reason.effect == "note")
    return Payer(replace(asking, usual=frozenset(remarks)), payer, claim, on, VISIT)


def _decided(program: Program, policies: Iterable[Policy], on: date) -> frozenset[str]:
    """The codes that some of the policies decide."""
    return frozenset[str]().union(*(codes_of(program, policy, on) for policy in policies))


def _rows(side: Payer, codes: _Codes, near: Sequence[str]) -> Rows:
    """An add-on has no rank of its own, no pairs and no visits: these are its primary's."""
    yield from modifier_rows(side, codes.modifiers)
    if side.primary is None:
        yield from procedure_rows(side, near)
        yield from add_on_rows(side, codes.add_ons)
        yield from pair_rows(side, codes.paired)
        yield from visit_rows(side)
    yield from claim_rows(side)


def _primaries(side: Payer, codes: Iterable[str]) -> Iterator[str]:
    """The codes beside which an add-on is paid that is denied alone."""
    if side.asker.line(side.claim).outcome == "deny":
        for code in codes:
            claim = beside(side.claim, {"procedure_code": code})
            if code != side.code and side.asker.line(claim).outcome == "allow":
                yield code


def _beside_primary(side: Payer, primary: str) -> Payer:
    return replace(side, claim=beside(side.claim, {"procedure_code": primary}), primary=primary)


def _add_ons(side: Payer, codes: Iterable[str]) -> Iterator[str]:
    """Codes that are denied alone and paid beside the code."""
    for code in codes:
        if (
            code == side.code
            or side.asker.line(asked_of(side.claim, code, side.id, side.on)).outcome != "deny"
        ):
            continue
        if side.asker.line(beside(side.claim, {"procedure_code": code}), 1).outcome == "allow":
            yield code


def _together(tables: Sequence[Sequence[Row]]) -> Iterable[Topic]:
    """Questions of one group with the same cells share a row, at the place of the first of them."""
    rows: dict[tuple[object, ...], Topic] = {}
    for across in zip(*tables, strict=True):
        question = across[0][0]
        cells = tuple(cell for _, cell in across)
        key = (question.group, question.asked, tuple((cell.text, cell.rules) for cell in cells))
        above = rows.get(key)
        rows[key] = Topic((*(above.questions if above else ()), question), above.cells if above else cells)
    return rows.values()
