"""What a decision says besides outcome and dollars, from what is in force on a line.

Reasons, notes, adjustments and documents owed hang on the effects in force and on their numbers alone. So
they are worked out once for each combination that occurs, in the words and the order of a decision. What
rules have read (`because`) is not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias, cast

from pollex.backends.documentation import documentation_term
from pollex.backends.firing import Clause
from pollex.backends.sql.firing import InForce, Otherwise
from pollex.backends.sql.shape import Shape, is_constant, number_of
from pollex.backends.wording import codes_of, effect_text, number_words, sources_of
from pollex.ir.nodes import All, Const
from pollex.ir.program import Deny, Effect, Note, Pend, Policy, Require, Rule
from pollex.model.decision import Adjustment, Group, LineOutcome, PolicyRef, Reason, RequiredDocument
from pollex.model.decision import Note as NoteText

Applied: TypeAlias = tuple[tuple[str, str, str], Clause, Effect]
"""An effect that shapes a line, with its place among them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is said of a line. `alone`: one denial takes the whole charge off. `all_known`: no rule could ask
    for a fee that is not there. `is_exact`: there is something that only the exact way says.
    """

    outcome: LineOutcome
    policies: tuple[PolicyRef, ...]
    reasons: tuple[Reason, ...] = ()
    notes: tuple[NoteText, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    owed: tuple[RequiredDocument, ...] = ()
    alone: bool = False
    all_known: bool = True
    is_exact: bool = False


def evidence(
    shape: Shape,
    outcome: LineOutcome,
    is_silent: bool,
    columns: Mapping[str, int | bool | None],
    is_open_note: bool,
    numbers: Mapping[str, Decimal | int | None],
) -> Evidence:
    """What the columns of a line say (`Shape`)."""
    policies = [one for one in shape.otherwise if columns[one.under]]
    held = [
        one
        for number, word in enumerate(shape.words, 1)
        for bit, one in enumerate(word)
        if int(columns[f"in_force_{number}"] or 0) >> bit & 1
    ]
    values = {id(shape.numbers[name]): value for name, value in numbers.items()}
    found = sorted(_applied(held, values), key=lambda one: one[0])
    owed = [one for one in held if one.requirement is not None and one.requirement.otherwise is None]
    texts = {id(one): _texts(one.clause, policies) for one in owed}
    if is_silent:
        for one in policies:
            clause = _otherwise(one.policy)
            found.append(((clause.id, effect_text(one.effect), ""), clause, one.effect))
        found.sort(key=lambda one: one[0])
    if outcome == "deny":
        found = [one for one in found if isinstance(one[2], Deny | Note)]
    refs = [PolicyRef(one.policy.id, one.policy.version, one.policy.digest) for one in policies]
    adjustments = _adjustments(found, outcome)
    return Evidence(
        outcome,
        tuple(sorted(refs, key=lambda ref: ref.id + ref.version)),
        tuple(_reasons(found)),
        tuple(NoteText(clause.name, effect.text) for _, clause, effect in found if isinstance(effect, Note)),
        adjustments,
        _owed(owed, texts) if outcome == "pend" else (),
        outcome == "deny" and len(adjustments) == 1,
        not is_open_note
        and not any(isinstance(one.effect, Require) and one.effect.otherwise for one in held),
        any(rule.trial for one in policies for rule in one.policy.rules)
        or any(len(said) > 1 for said in texts.values()),
    )


def _applied(held: list[InForce], values: Mapping[int, Decimal | int | None]) -> Iterator[Applied]:
    """The effects, with the words in which a decision says them. What a requirement asks for is missing where
    the effect behind it is in force: what it says otherwise, or none of its own.
    """
    missing = {(one.policy.digest, one.clause.id, one.requirement) for one in held if one.requirement}
    for one in held:
        effect, text = one.effect, effect_text(one.effect)
        if isinstance(effect, Require):
            what = documentation_term(effect.documented.concept, effect.documented.document)
            key = (one.policy.digest, one.clause.id, effect)
            text = f"require {what}: not found" if key in missing else f"{what} was found"
        elif one.requirement is not None and one.requirement.otherwise is None:
            continue
        elif number_of(effect) is not None:
            text = number_words(effect, _worth(effect, values.get(id(one))))
        yield (one.clause.id, text, effect.text if isinstance(effect, Note) else ""), one.clause, effect


def _worth(effect: Effect, value: Decimal | int | None) -> Fraction | None:
    """What an effect's number comes to; None where that is not known."""
    number = number_of(effect)
    if is_constant(effect) and isinstance(number, Const):
        return max(cast(Fraction, number.value), Fraction(0))
    return None if value is None else Fraction(value)


def _reasons(found: list[Applied]) -> Iterator[Reason]:
    """Each rule once for what it says."""
    last: tuple[str, str] | None = None
    for order, clause, _ in found:
        if order[:2] != last:
            last = order[:2]
            yield Reason(clause.name, order[1], (), clause.because, sources_of(clause))


def _adjustments(found: list[Applied], outcome: str) -> tuple[Adjustment, ...]:
    """What an 835 says of the line; the amount of a denial that stands alone is the line's own charge."""
    kinds = {"deny": Deny, "pend": Pend}
    listed = {}
    for _, clause, effect in found:
        codes = codes_of(effect)
        if codes is not None and (outcome == "allow" or isinstance(effect, kinds.get(outcome, ()))):
            order = (codes.group, codes.carc, codes.rarcs, clause.name)
            listed[order] = Adjustment(cast(Group, codes.group), codes.carc, clause.name, codes.rarcs)
    return tuple(listed[order] for order in sorted(listed))


def _texts(clause: Clause, policies: list[Otherwise]) -> set[str | None]:
    """What rules of this name say of themselves; several are told apart the exact way."""
    named = {rule.because for one in policies for rule in one.policy.rules if rule.name == clause.name}
    return named or {None}


def _owed(owed: list[InForce], texts: Mapping[int, set[str | None]]) -> tuple[RequiredDocument, ...]:
    found = {}
    for one in owed:
        assert one.requirement is not None
        wanted = one.requirement.documented
        key = wanted.concept, wanted.document or "", one.clause.name
        found[key] = min(texts[id(one)], key=str)
    return tuple(
        RequiredDocument(concept, rule, "not_found", document or None, found[concept, document, rule])
        for concept, document, rule in sorted(found)
    )


def _otherwise(policy: Policy) -> Rule:
    """A policy's `otherwise`, as a rule."""
    id_, effects = f"{policy.id}/otherwise", (policy.otherwise,)
    return Rule(
        id_, "otherwise", None, 1, False, None, All(()), None, None, effects, None, (), (), policy.span
    )
