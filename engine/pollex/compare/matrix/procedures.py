"""Several procedures of one day: the ladder and what ranks, add-ons, and the codes that are bundled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pollex.compare.matrix.asking import answer_of
from pollex.compare.matrix.payer import Payer, Row, Rows
from pollex.compare.matrix.plain import beside, with_line
from pollex.compare.matrix.session import policies_for, ranked_by, session
from pollex.compare.matrix.values import Cell, Question
from pollex.compare.matrix.words import ladder_text

GROUP, PAIRS = "Several procedures of one day", "Beside the code"
ASSISTANTS = ("80", "AS")
OPENS_PAIRS = "59"
NONE_FOUND = "no companion"


def procedure_rows(payer: Payer, candidates: Sequence[str]) -> Rows:
    """Ladders of two, three and six procedures, and of assistants; what they are ranked by."""
    for number, word in ((2, "two"), (3, "three"), (6, "six")):
        yield _ladder(payer, candidates, number, f"{word} procedures")
    yield _ranking(payer, candidates)
    for modifier in ASSISTANTS:
        yield _ladder(payer, candidates, 2, f"{modifier} at two procedures", modifier)


def add_on_rows(payer: Payer, add_ons: Iterable[str]) -> Rows:
    for code in add_ons:
        claim = beside(payer.claim, {"procedure_code": code})
        yield payer.row(GROUP, f"add-on-{code}", f"add-on {code}", "beside the code", claim, 1)


def pair_rows(payer: Payer, codes: Iterable[str]) -> Rows:
    for code in codes:
        for modifiers in ((), (OPENS_PAIRS,)):
            label = "-".join((code, *modifiers))
            claim = beside(payer.claim, {"procedure_code": code, "modifiers": list(modifiers)})
            yield payer.row(PAIRS, f"beside-{label}", label, "by the same surgeon, the same day", claim, 1)


def _ladder(payer: Payer, candidates: Sequence[str], number: int, label: str, *modifiers: str) -> Row:
    question = Question(GROUP, label.replace(" ", "-"), label, "by one surgeon, none bundled with another")
    claim = session(payer.asker, payer.claim, candidates, number)
    if claim is None:
        return question, Cell(NONE_FOUND)
    for position in range(number):
        claim = with_line(claim, position, modifiers=list(modifiers))
    decided = payer.asker.lines(claim)
    return question, payer.asker.finished(
        Cell(ladder_text([answer_of(line, None) for line in decided])), decided
    )


def _ranking(payer: Payer, candidates: Sequence[str]) -> Row:
    question = Question(GROUP, "ranked-by", "ranked by", "what decides which procedure comes first")
    claim = session(payer.asker, payer.claim, candidates, 2)
    if claim is None:
        return question, Cell(NONE_FOUND)
    decided = payer.asker.lines(claim)
    policies = policies_for(payer.asker.program, payer.id, payer.code, payer.on)
    basis = ranked_by(policies, decided)
    return question, payer.asker.finished(Cell(" or ".join(basis) or "not ranked"), decided)
