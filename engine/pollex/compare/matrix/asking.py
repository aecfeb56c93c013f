"""From a claim to a cell: the line is decided as it stands, and again for each way the record may turn out.

More information never turns a decision around, so a line that lacks no documentation is decided once. One
that does is decided with all of it found and with none, until no further documentation is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from pollex.backends.interpret.claim import exact_lines
from pollex.backends.python.decide import PythonBackend
from pollex.compare.matrix.plain import Claim, with_documentation, with_line
from pollex.compare.matrix.values import Answer, Cell, Deciding
from pollex.compare.matrix.words import answer_text, cell_text
from pollex.intake.forms import EVIDENCE
from pollex.ir.program import Program
from pollex.model.decision import LineDecision, money
from pollex.version import PACKAGE

Wanted: TypeAlias = tuple[tuple[str, str | None], ...]

PENDING = "pend for review by "
CHOICE, NO_SOURCE = "choice", "no source"
LEVELS = (*(level.replace("-", " ") for level in EVIDENCE), CHOICE, NO_SOURCE)
"""From the strongest to the weakest."""
OTHERWISE = "otherwise"
MOST_ROUNDS = 5
"""Documentation that is asked for only once other documentation is found comes to light round by round."""


def asker(program: Program) -> Asker:
    return Asker(program, PythonBackend(program, exact_lines, PACKAGE))


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one program; `usual` names the rules whose remarks go with every answer, and say nothing of it."""

    program: Program
    backend: PythonBackend
    usual: frozenset[str] = frozenset()

    def lines(self, claim: Claim) -> tuple[LineDecision, ...]:
        return self.backend.decide(claim, ()).lines

    def line(self, claim: Claim, position: int = 0) -> LineDecision:
        return self.lines(claim)[position]

    def said(self, claim: Claim, position: int = 0) -> str:
        """The line as it stands, in a few words."""
        line = self.line(claim, position)
        return answer_text(answer_of(line, claim["lines"][position].get("fee_schedule_amount")))

    def cell(self, claim: Claim, position: int = 0) -> Cell:
        """The line in every state of its documentation."""
        fee = claim["lines"][position].get("fee_schedule_amount")
        said = self.line(claim, position)
        wanted = wanted_of(said)
        if not wanted:
            capped = self._is_capped(claim, position, said)
            cell = Cell("", answer_of(said, fee), capped=capped)
            return self.finished(cell, [said])
        found, all_wanted = self._reviewed(claim, position, wanted, "found")
        not_found, _ = self._reviewed(claim, position, wanted, "not_found")
        capped = self._is_capped(with_documentation(claim, all_wanted, "found"), position, found)
        documents = tuple(
            f"{concept} in {document}" if document else concept for concept, document in all_wanted
        )
        cell = Cell(
            "", answer_of(said, fee), documents, answer_of(found, fee), answer_of(not_found, fee), capped
        )
        return self.finished(cell, [said, found, not_found])

    def finished(self, cell: Cell, lines: Iterable[LineDecision]) -> Cell:
        """A cell with its words, the rules behind it and their evidence."""
        rules = tuple(rule for rule in deciding(lines) if rule.rule not in self.usual)
        return replace(cell, text=cell.text or cell_text(cell), rules=rules, level=weakest(rules))

    def _reviewed(
        self, claim: Claim, position: int, wanted: Wanted, status: str
    ) -> tuple[LineDecision, Wanted]:
        """The line once the record was reviewed for all that is wanted, and for what is wanted then."""
        for _ in range(MOST_ROUNDS):
            said = self.line(with_documentation(claim, wanted, status), position)
            more = tuple(one for one in wanted_of(said) if one not in wanted)
            if not more:
                return said, wanted
            wanted = (*wanted, *more)
        return self.line(with_documentation(claim, wanted, status), position), wanted

    def _is_capped(self, claim: Claim, position: int, said: LineDecision) -> bool:
        """Whether more than the fee is paid, but never more than the charge."""
        if said.outcome != "allow" or said.percent is None or Fraction(said.percent) <= 100:
            return False
        fee = claim["lines"][position]["fee_schedule_amount"]
        at_fee = self.line(with_line(claim, position, charge_amount=fee), position)
        return at_fee.allowed_amount is not None and Decimal(at_fee.allowed_amount) <= Decimal(fee)


def answer_of(line: LineDecision, fee: str | None) -> Answer:
    """What of a decision a cell shows."""
    queues = {r.effect.removeprefix(PENDING) for r in line.reasons if r.effect.startswith(PENDING)}
    codes = {" ".join((a.group, a.carc, *a.rarc)) for a in line.adjustments}
    wanting = {missing.term for missing in line.missing if "outcome" in missing.affects}
    amount = line.allowed_amount if line.outcome == "allow" else None
    if amount is not None and fee is not None and line.percent is not None:
        amount = None if money(Fraction(fee) * Fraction(line.percent) / 100) == amount else amount
    return Answer(
        line.outcome,
        line.percent,
        amount,
        tuple(sorted(queues)),
        tuple(sorted(codes)),
        tuple(sorted(wanting)),
    )


def wanted_of(line: LineDecision) -> Wanted:
    """The documentation that a line still waits for: nobody has looked for it yet."""
    owed = {(owed.concept, owed.document) for owed in line.required_documentation if owed.status == "unknown"}
    for missing in line.missing:
        if missing.pointer == "/documentation":
            term = missing.term.removeprefix("quantity of ").removeprefix("documentation of ")
            concept, _, document = term.partition(" in ")
            owed.add((concept, document or None))
    return tuple(sorted(owed, key=lambda one: (one[0], one[1] or "")))


def deciding(lines: Iterable[LineDecision]) -> tuple[Deciding, ...]:
    """The rules behind some answers, each once, by name."""
    found = {
        (reason.rule, reason.effect): Deciding(reason.rule, reason.effect, reason.text, reason.sources)
        for line in lines
        for reason in line.reasons
    }
    return tuple(found[key] for key in sorted(found))


def weakest(rules: Iterable[Deciding]) -> str | None:
    """The weakest evidence behind an answer: a rule is as strong as the weakest of what it rests on. What the
    policy's header says where no rule speaks is no rule.
    """
    cited = [rule for rule in rules if rule.rule != OTHERWISE]
    levels = [source.evidence or CHOICE for rule in cited for source in rule.sources]
    levels += [NO_SOURCE for rule in cited if not rule.sources]
    return max(levels, key=LEVELS.index, default=None)
