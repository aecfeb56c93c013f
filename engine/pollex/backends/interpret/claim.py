"""Deciding a claim: choose the policies of each line, decide it, and write the decision down.

Selection comes first, per line (`select.py`). A line of which no policy speaks is `no_policy`; one of which
a policy may speak pends, unless another denies it. Nothing here reads a clock, a file or the environment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from pollex.backends.assumed import NO_AUTHORIZATION, NO_HISTORY, assumptions
from pollex.backends.firing import Clause
from pollex.backends.foreknown import Foreknown
from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.combine import Applied, Open
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.elements import Reading as Read
from pollex.backends.interpret.line import Decided, Evaluated, LineDecider
from pollex.backends.interpret.missing import key_of, missing
from pollex.backends.interpret.select import chosen_later, select
from pollex.backends.interpret.turning import Turning, turning
from pollex.backends.kleene import Tri
from pollex.backends.wording import codes_of, effect_text, sources_of
from pollex.ir.nodes import Condition
from pollex.ir.program import Deny, Effect, Note, Pend, Program
from pollex.model.decision import (
    Adjustment,
    Decision,
    Group,
    LineDecision,
    LineOutcome,
    Missing,
    PolicyRef,
    Reading,
    Reason,
    RequiredDocument,
    TrialReport,
    money,
    percent_text,
)
from pollex.model.decision import Note as NoteText


def decide(
    program: Program, claim: Mapping[str, Any], assume: Collection[str], engine_version: str
) -> Decision:
    """Decide a valid claim. `assume` holds what the caller vouches for, of `ASSUMPTIONS`."""
    decider = prepare(program, claim, assume)
    lines = tuple(_line(ref, decider) for ref in decider.view.lines)
    chosen = {
        policy.id + policy.version: policy for policies in decider.policies.values() for policy in policies
    }
    return Decision(
        str(claim["claim_id"]),
        claim["payer"],
        lines,
        tuple(PolicyRef(chosen[key].id, chosen[key].version, chosen[key].digest) for key in sorted(chosen)),
        tuple(assumptions(claim, assume)),
        engine_version,
    )


@dataclass(frozen=True, slots=True)
class ExactLines:
    """A claim's lines by their index, for a backend that knows much of them already."""

    decider: LineDecider

    def line(self, index: int) -> LineDecision:
        """The line, decided."""
        return _line(LineRef(index), self.decider)

    def is_denied(self, index: int) -> Tri:
        """Whether the first stratum denies the line."""
        return self.decider.is_denied(LineRef(index))[0]

    def turning(self, index: int, conditions: Sequence[Condition]) -> Turning | None:
        """How conditions can turn out on the line."""
        return turning(self.decider, LineRef(index), conditions)


def exact_lines(
    program: Program, claim: Mapping[str, Any], assume: Collection[str], foreknown: Foreknown
) -> ExactLines:
    """A claim's lines, of which another backend knows something already."""
    view = view_of(program, claim, assume)
    policies, unsure = chosen_later(program, view)
    return ExactLines(LineDecider(view, program, policies, unsure, foreknown=foreknown))


def prepare(program: Program, claim: Mapping[str, Any], assume: Collection[str]) -> LineDecider:
    """The claim, ready to be decided: the policies of each line are chosen."""
    view = view_of(program, claim, assume)
    chosen = {ref: select(program, view, ref) for ref in view.lines}
    return LineDecider(
        view,
        program,
        {ref: policies for ref, (policies, _) in chosen.items()},
        {ref: gaps for ref, (_, gaps) in chosen.items()},
    )


def view_of(program: Program, claim: Mapping[str, Any], assume: Collection[str]) -> ClaimView:
    """The claim as words see it."""
    no_history = NO_HISTORY in assume and claim.get("history") is None
    return ClaimView(claim, program.vocabulary, program.systems, no_history, NO_AUTHORIZATION in assume)


# ------------------------------------------------------------------ one line


def _line(ref: LineRef, decider: LineDecider) -> LineDecision:
    line, unsure = decider.view.line(ref), decider.unsure[ref]
    number, code = int(line["line_number"]), str(line["procedure_code"])
    decided = decider.decide(ref) if decider.policies[ref] else None
    if unsure and (decided is None or decided.result.outcome != "deny"):
        gaps = (Missing(e.term, None, ("outcome",), (), e.table, e.key) for e in sorted(unsure))
        return LineDecision(number, code, "pend", missing=tuple(gaps))
    if decided is None:
        return LineDecision(number, code, "no_policy")
    outcome = cast(LineOutcome, decided.result.outcome)
    shaped = [applied for applied in decided.result.applied if _shapes(applied.effect, outcome)]
    percent = decided.result.percent
    return LineDecision(
        number,
        code,
        outcome,
        None if percent is None or isinstance(percent, Open) else percent_text(percent),
        None if decided.amount is None or isinstance(decided.amount, Open) else money(decided.amount),
        _adjustments(shaped, outcome, ref, decider.view),
        _required(decided),
        missing(decided.affects, decided.rules_of),
        _reasons(shaped, decided, ref, decider),
        tuple(NoteText(a.clause.name, a.effect.text) for a in shaped if isinstance(a.effect, Note)),
        tuple(_trial(ref, decider)),
    )


def _shapes(effect: Effect, outcome: str) -> bool:
    """A denial is shaped by what denies, whatever else was said, and keeps the remarks; anything else is
    shaped by every effect that applies.
    """
    return isinstance(effect, Deny | Note) if outcome == "deny" else not isinstance(effect, Deny)


def _adjustments(
    shaped: list[Applied], outcome: str, ref: LineRef, view: ClaimView
) -> tuple[Adjustment, ...]:
    """What an 835 says of the line; the whole charge where one denial takes it all off."""
    kinds = (Deny,) if outcome == "deny" else (Pend,) if outcome == "pend" else None
    found: dict[tuple[str, str, tuple[str, ...], str], Adjustment] = {}
    for applied in shaped:
        codes = codes_of(applied.effect)
        if codes is None or (kinds is not None and not isinstance(applied.effect, kinds)):
            continue
        key = (codes.group, codes.carc, codes.rarcs, applied.clause.name)
        found[key] = Adjustment(cast(Group, codes.group), codes.carc, applied.clause.name, codes.rarcs)
    charge = view.line(ref).get("charge_amount")
    if outcome == "deny" and len(found) == 1 and charge is not None:
        key, one = found.popitem()
        found[key] = Adjustment(one.group, one.carc, one.rule, one.rarc, _cents(charge))
    return tuple(found[key] for key in sorted(found))


def _cents(charge: str) -> str:
    return money(Fraction(charge))


def _required(decided: Decided) -> tuple[RequiredDocument, ...]:
    texts = {found.rule.name: found.rule.because for found in decided.evaluated if found.firings}
    return tuple(
        RequiredDocument(owed.concept, owed.rule, owed.status, owed.document or None, texts.get(owed.rule))
        for owed in sorted(decided.owed)
    )


def _reasons(
    shaped: list[Applied], decided: Decided, ref: LineRef, decider: LineDecider
) -> tuple[Reason, ...]:
    owners = {clause.id: found for found in decided.evaluated for clause in _clauses(found.rule)}
    seen: dict[tuple[str, str], Reason] = {}
    for applied in shaped:
        clause = applied.clause
        if (clause.id, applied.text) not in seen:
            owner = owners.get(clause.id)
            read = () if owner is None else _read(owner, ref, decider)
            reason = Reason(clause.name, applied.text, read, clause.because, sources_of(clause))
            seen[clause.id, applied.text] = reason
    return tuple(seen.values())


def _read(found: Evaluated, ref: LineRef, decider: LineDecider) -> tuple[Reading, ...]:
    """What a rule has read, by whoever knows."""
    if found.readings is not None:
        return readings_of(found.readings)
    known = None if decider.foreknown is None else decider.foreknown.readings(ref.place, found.rule)
    return readings_of(decider.readings(found.rule, ref)) if known is None else known


def _clauses(rule: Clause) -> Iterable[Clause]:
    yield rule
    for exception in rule.exceptions:
        yield from _clauses(exception)


def readings_of(read: Iterable[Read]) -> tuple[Reading, ...]:
    """What was read, as the decision writes it: each value once, in a fixed order."""
    shown = {(r.term, r.pointer, r.table, r.key): r for r in read}
    return tuple(
        Reading(r.term, r.pointer or None, r.value, r.table or None, key_of(r.key) if r.table else None)
        for r in (shown[key] for key in sorted(shown))
        if r.pointer or r.table
    )


def _trial(ref: LineRef, decider: LineDecider) -> Iterable[TrialReport]:
    """What rules on trial would have done."""
    evaluated, _ = decider.evaluate(ref, decider.rules(ref, (1, 2), trial=True))
    for found in evaluated:
        for firing in found.firings:
            if firing.holds is not False:
                would = ", ".join(sorted(effect_text(effect) for effect in firing.effects))
                yield TrialReport(firing.clause.name, would if firing.holds else f"not known: {would}")
