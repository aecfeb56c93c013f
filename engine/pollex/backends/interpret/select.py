"""Choosing: which policies speak of a line.

A policy speaks of a line of its payer, on the days on which it is in effect, where its `applies to` covers
the procedure code. A rule with lines of its own (`on lines with …`) speaks of those instead, as long as it
is itself in effect and not on trial; of a line that only such rules cover, the other rules say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeAlias

from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.elements import Element, Known, LineRef
from pollex.backends.interpret.firing import in_period
from pollex.ir.program import Policy, Program, Scope

Gaps: TypeAlias = frozenset[Element]
NOT_COVERED: Gaps = frozenset()


def select(program: Program, view: ClaimView, ref: LineRef) -> tuple[tuple[Policy, ...], Gaps]:
    """The policies that speak of a line, and the elements on which it hangs whether one more does."""
    found: list[Policy] = []
    gaps = NOT_COVERED
    for policy in program.policies:
        if _is_in_force(policy, view, ref):
            answer = _what_speaks(policy, program, view, ref)
            if isinstance(answer, Policy):
                found.append(answer)
            else:
                gaps |= answer
    return tuple(found), gaps


def _is_in_force(policy: Policy, view: ClaimView, ref: LineRef) -> bool:
    on, claim_type = view.service_date(ref), view.read("claim type", ref)
    if view.claim["payer"]["id"] not in policy.payers or on < policy.from_date:
        return False
    if policy.through_date is not None and on > policy.through_date:
        return False
    return policy.claim_type is None or (
        isinstance(claim_type, Known) and claim_type.value == policy.claim_type
    )


def _what_speaks(policy: Policy, program: Program, view: ClaimView, ref: LineRef) -> Policy | Gaps:
    """The policy, or what of it speaks of the line; else the elements on which that hangs."""
    own = _covers((policy.scope,), program, view, ref)
    if own is True:
        return policy
    if own:
        return own
    on = view.service_date(ref)
    scopes = [rule.scope for rule in policy.rules if rule.scope and not rule.trial and in_period(rule, on)]
    answer = _covers(scopes, program, view, ref)
    if answer is True:
        return replace(policy, rules=tuple(rule for rule in policy.rules if rule.scope is not None))
    return answer


def _covers(scopes: Iterable[Scope], program: Program, view: ClaimView, ref: LineRef) -> Gaps | Literal[True]:
    """True where a scope covers the line's code; else the sets of which that is not known."""
    code, on = view.code(ref), view.service_date(ref)
    gaps = set[Element]()
    for scope in scopes:
        answers = {name: program.sets[name].membership(code, on) for name in scope.sets}
        if code in scope.codes or True in answers.values():
            return True
        gaps |= {Element("", name, name, code) for name, answer in answers.items() if answer is None}
    return frozenset(gaps)
