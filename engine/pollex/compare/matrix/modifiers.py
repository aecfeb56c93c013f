"""One row for each modifier that a rule names: what the code with it is paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta

from pollex.compare.matrix.payer import Payer, Rows
from pollex.compare.matrix.plain import Claim, with_earlier_surgery, with_line, with_modifiers
from pollex.ir.nodes import Member, Subject
from pollex.ir.program import Policy

GROUP = "Modifiers"
AFTER_SURGERY = frozenset({"58", "76", "77", "78", "79"})
"""They speak of earlier surgery."""
OF_VISITS = frozenset({"24", "25", "57"})
"""They belong to visits, and have rows there."""
AFTERCARE, RETURN_DAYS, AFTERCARE_DAYS = "55", 10, 90


def modifiers_in(policies: Iterable[Policy]) -> tuple[str, ...]:
    """The modifiers that rules ask of the line itself by name, sorted; those of sets are left out."""
    named = {code for policy in policies for test in _tests(policy.rules) for code in test.codes}
    return tuple(sorted(named - OF_VISITS))


def modifier_rows(payer: Payer, modifiers: Iterable[str]) -> Rows:
    """The code without a modifier, then with each."""
    yield payer.row(GROUP, "none", "none", payer.alone, payer.claim)
    for modifier in modifiers:
        claim, asked = _asked(payer, modifier)
        yield payer.row(GROUP, modifier, modifier, asked, claim)


def _asked(payer: Payer, modifier: str) -> tuple[Claim, str]:
    claim = with_modifiers(payer.claim, modifier)
    if modifier in AFTER_SURGERY:
        return with_earlier_surgery(
            claim, payer.code, RETURN_DAYS
        ), f"{RETURN_DAYS} days after the same surgery"
    if modifier == AFTERCARE:
        first = payer.on + timedelta(days=1)
        last = payer.on + timedelta(days=AFTERCARE_DAYS)
        care = with_line(claim, care_from=first.isoformat(), care_to=last.isoformat())
        return care, f"care on all {AFTERCARE_DAYS} days after surgery by another surgeon"
    return claim, payer.alone


def _tests(node: object) -> Iterator[Member]:
    """Every test of this line's modifiers."""
    if isinstance(node, Member):
        if node.phrase == "modifier" and node.subject is Subject.THIS:
            yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _tests(item)
    elif is_dataclass(node):
        for part in fields(node):
            yield from _tests(getattr(node, part.name))
