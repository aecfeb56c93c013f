"""Choosing: which policies speak of a line.

A policy speaks of a line of its payer, on the days on which it is in effect, where its `applies to` covers
the procedure code, or where a rule has lines of its own that do (`on lines with …`), as long as the rule is
itself in effect and not on trial. Which rules of the policy keep to which lines stands in their conditions.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Literal, TypeAlias, TypeVar

from pollex.backends.firing import in_period
from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.elements import Element, Known, LineRef
from pollex.ir.program import Policy, Program

Gaps: TypeAlias = frozenset[Element]
T = TypeVar("T")


def select(program: Program, view: ClaimView, ref: LineRef) -> tuple[tuple[Policy, ...], Gaps]:
    """The policies that speak of a line, and the elements on which it hangs whether one more does."""
    found: list[Policy] = []
    gaps = frozenset[Element]()
    for policy in program.policies:
        if _is_in_force(policy, view, ref):
            answer = _covers(policy, program, view, ref)
            if answer is True:
                found.append(policy)
            else:
                gaps |= answer
    return tuple(found), gaps


class Later(dict[LineRef, T]):
    """Something of each line, worked out when it is first asked for."""

    def __init__(self, of: Callable[[LineRef], T]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, ref: LineRef) -> T:
        found = self[ref] = self._of(ref)
        return found


def chosen_later(program: Program, view: ClaimView) -> tuple[Later[tuple[Policy, ...]], Later[Gaps]]:
    """For each line: the policies that speak of it, and what would say whether one more does."""
    both = Later(lambda ref: select(program, view, ref))
    return Later(lambda ref: both[ref][0]), Later(lambda ref: both[ref][1])


def _is_in_force(policy: Policy, view: ClaimView, ref: LineRef) -> bool:
    if view.claim["payer"]["id"] not in policy.payers:
        return False
    on = view.service_date(ref)
    if on < policy.from_date or (policy.through_date is not None and on > policy.through_date):
        return False
    if policy.claim_type is None:
        return True
    claim_type = view.read("claim type", ref)
    return isinstance(claim_type, Known) and claim_type.value == policy.claim_type


def _covers(policy: Policy, program: Program, view: ClaimView, ref: LineRef) -> Gaps | Literal[True]:
    """True where the policy covers the line's code; else the sets of which that is not known."""
    code, on = view.code(ref), view.service_date(ref)
    own = (rule.scope for rule in policy.rules if rule.scope and not rule.trial and in_period(rule, on))
    gaps = set[Element]()
    for scope in chain((policy.scope,), own):
        answers = {name: program.sets[name].membership(code, on) for name in scope.sets}
        if code in scope.codes or True in answers.values():
            return True
        gaps |= {Element("", name, name, code) for name, answer in answers.items() if answer is None}
    return frozenset(gaps)
