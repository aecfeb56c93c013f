"""Rules that always hold together: which pairs are held against each other, and what is found of them."""

from __future__ import annotations

from itertools import combinations

from pollex.check.conflicts import _always_brings, pairs
from pollex.compiler import Compilation, Texts
from pollex.intake.vocabulary import shipped_vocabulary
from pollex.source.text import SourceText
from pollex.syntax.ast import Rule
from pollex.syntax.parse import parse
from unit.backends.small import policy_file

CONDITIONS = (
    "modifier 22",
    "modifier any of 22, 50",
    "modifier any of 50, 22, 51",
    "no modifier 22",
    "modifier not 22",
    "cpt 44120",
    "cpt any of 44120, 44121",
    "units is more than 2",
    "units is more than 3",
    "place of service 21",
    "any diagnosis K56.50",
    "every diagnosis K56.50",
)


def rules(text: SourceText) -> dict[str, Rule]:
    tree, diagnostics = parse(text, tuple(shipped_vocabulary().words))
    assert not diagnostics
    return {rule.name.text: rule for rule in tree.items if isinstance(rule, Rule) and rule.name is not None}


def test_no_pair_is_missed() -> None:
    """Every two of the conditions, and one alone, held against each other one by one."""
    whens = [f"when {one}" for one in CONDITIONS]
    whens += [f"when {one} and {other}" for one, other in combinations(CONDITIONS, 2)]
    whens += [f"when {one} or {other}" for one, other in combinations(CONDITIONS[:4], 2)] + ["always"]
    paying = [f"rule r{at} {when} pay {at + 1} percent of fee" for at, when in enumerate(whens)]
    found = rules(policy_file("\n".join(paying)))
    assert len(found) == len(whens)
    together = {
        (one, other)
        for one, other in combinations(sorted(found), 2)
        if _always_brings(found[one], found[other]) or _always_brings(found[other], found[one])
    }
    asked = pairs(found)
    assert together <= set(asked)
    assert asked == sorted(asked)
    assert 100 < len(together) < len(asked) < len(whens) * (len(whens) - 1) / 4


def test_rules_that_have_nothing_in_common_are_not_held_against_each_other() -> None:
    paying = [f"rule r{at} when modifier 22 and units is {at} pay {at} percent of fee" for at in range(1, 80)]
    assert pairs(rules(policy_file("\n".join(paying)))) == []


def test_all_that_is_found_is_reported_in_the_order_of_names() -> None:
    whens = ["always", "when modifier 22", "when modifier 22 and units is 2"]
    paying = [f"rule r{at} {when} pay {at + 1} percent of fee" for at, when in enumerate(whens)]
    said = Compilation(Texts((policy_file("\n".join(paying)),), (), ())).diagnostics
    conflicts = [found.message.split(" always ")[0] for found in said if found.code == "POL419"]
    assert conflicts == ["`r1` and `r0`", "`r2` and `r0`", "`r2` and `r1`"]
