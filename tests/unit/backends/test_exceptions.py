"""Which effects of a rule and its exceptions are in force together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import permutations, product
from typing import TypeAlias

import pytest

from pollex.backends.firing import firings
from pollex.backends.interpret.explain import explain
from pollex.backends.kleene import Tri
from pollex.ir.nodes import OnFile
from pollex.ir.program import Deny, ExceptionRule, Rule
from pollex.source.span import Span
from unit.backends.small import claim, line, policy_file, program

RULE = "rule r\n  when modifier 22\n  deny with co carc 97\n"
PLAIN = "exception {0} to {1}\n  when modifier {2}\n"
PEND = PLAIN + "  instead pend for review by {0}-queue\n"


def outcome(modifiers: str, *texts: str) -> tuple[str, ...]:
    """The rules whose outcomes stand, `otherwise` where none does; in whatever order the text is written."""
    found = set()
    for order in permutations(texts):
        reasons = line("\n".join(order), claim({"modifiers": modifiers.split()})).reasons
        found.add(tuple(sorted(reason.rule for reason in reasons)))
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("modifiers", "rules"),
    [("22", ("r",)), ("22 59", ("otherwise",)), ("59", ("otherwise",)), ("", ("otherwise",))],
)
def test_an_exception_takes_its_rule_out(modifiers: str, rules: tuple[str, ...]) -> None:
    assert outcome(modifiers, RULE, PLAIN.format("e", "r", "59")) == rules


@pytest.mark.parametrize(("modifiers", "rules"), [("22", ("r",)), ("22 59", ("e",)), ("59", ("otherwise",))])
def test_instead_stands_in_its_place_and_carries_its_condition(
    modifiers: str, rules: tuple[str, ...]
) -> None:
    assert outcome(modifiers, RULE, PEND.format("e", "r", "59")) == rules


@pytest.mark.parametrize(
    ("modifiers", "rules"),
    [("22 59", ("e",)), ("22 59 80", ("r",)), ("22 80", ("r",)), ("59 80", ("otherwise",))],
)
def test_an_exception_to_an_exception_brings_the_rule_back(modifiers: str, rules: tuple[str, ...]) -> None:
    assert outcome(modifiers, RULE, PEND.format("e", "r", "59"), PLAIN.format("f", "e", "80")) == rules


def test_the_innermost_instead_stands_alone() -> None:
    below = (PEND.format("e", "r", "59"), PEND.format("f", "e", "80"))
    assert outcome("22 59 80", RULE, *below) == ("f",)
    assert outcome("22 80", RULE, *below) == ("r",)
    plain_between = (PLAIN.format("e", "r", "59"), PLAIN.format("f", "e", "80"), PEND.format("g", "f", "82"))
    assert outcome("22 59 80", RULE, *plain_between) == ("r",)
    assert outcome("22 59 80 82", RULE, *plain_between) == ("g",)
    assert outcome("22 59 82", RULE, *plain_between) == ("otherwise",)


def test_an_instead_never_stands_beside_what_it_replaces() -> None:
    """In every tree of three exceptions: the rule's own denial and an `instead` never both hold."""
    for first, second, third in product((PLAIN, PEND), repeat=3):
        for above in (("r", "r", "r"), ("r", "e", "e"), ("r", "e", "f"), ("r", "r", "f")):
            texts = [
                text.format(name, target, modifier)
                for text, name, target, modifier in zip(
                    (first, second, third), "efg", above, ("59", "80", "82"), strict=True
                )
            ]
            rules = {
                reason.rule
                for reason in line(
                    RULE + "\n".join(texts), claim({"modifiers": ["22", "59", "80", "82"]})
                ).reasons
            }
            assert rules == {"r"} or "r" not in rules


def test_two_different_insteads_are_a_conflict_and_equal_ones_are_not() -> None:
    pends = "exception {0} to r\n  when modifier {1}\n  instead {2}\n"
    note, pend = 'note "Seen."', "pend for review by nurses"

    def decided(first: str, second: str) -> str:
        text = RULE + pends.format("e", "59", first) + pends.format("f", "80", second)
        found = line(text, claim({"modifiers": ["22", "59", "80"]}))
        return found.outcome + (" conflict" if any("conflict" in r.effect for r in found.reasons) else "")

    assert decided("allow", "reduce to 50 percent") == "pend conflict"
    assert decided("reduce to 50 percent", "reduce to 50 percent") == "allow"
    assert decided(f"{pend}\n  {note}", f"{note}\n  {pend}") == "pend"


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2026-01-31", ("otherwise",)),
        ("2026-02-01", ("r",)),
        ("2026-02-09", ("r",)),
        ("2026-02-10", ("otherwise",)),
        ("2026-02-20", ("otherwise",)),
        ("2026-02-21", ("r",)),
        ("2026-02-28", ("r",)),
        ("2026-03-01", ("otherwise",)),
    ],
)
def test_clauses_have_days_of_their_own_and_both_ends_count(day: str, rules: tuple[str, ...]) -> None:
    text = (
        "rule r\n  always\n  in effect from 2026-02-01 through 2026-02-28\n  deny\n"
        "exception e to r\n  always\n  in effect from 2026-02-10 through 2026-02-20\n"
    )
    found = line(text, claim({"service_date": day}))
    assert tuple(reason.rule for reason in found.reasons) == rules


def test_equal_insteads_count_once_and_are_both_named() -> None:
    text = RULE + "".join(
        f"exception {name} to r\n  when modifier {modifier}\n  instead reduce to 50 percent\n"
        for name, modifier in (("e", "59"), ("f", "80"))
    )
    found = line(text, claim({"modifiers": ["22", "59", "80"]}))
    assert (found.percent, found.allowed_amount) == ("50", "50.00")
    assert [reason.rule for reason in found.reasons] == ["e", "f", "otherwise"]


# ------------------------------------------------------------------ what is not known


def test_a_rule_that_is_not_known_does_not_hold_where_an_exception_surely_takes_it_out() -> None:
    """Either its condition is false, or the exception takes it out."""
    text = (
        "rule r\n  when patient age under 18 years\n  pend for review by pediatrics\n"
        "exception e to r\n  when place of service {}\n"
    )
    unborn = claim(patient={"sex": "F"})
    for place, holds, outcome in (("21", False, "allow"), ("22", None, "pend")):
        (explained,) = explain(program(policy_file(text.format(place))), unborn, ())
        assert [(rule.rule, rule.holds) for rule in explained.rules] == [("r", holds)]
        assert explained.rules[0].exceptions == (("e",) if holds is False else ())
        assert line(text.format(place), unborn).outcome == outcome


Tree: TypeAlias = tuple[ExceptionRule, ...]
NOWHERE = Span("", 0, 0)


def trees(names: str) -> Iterator[Tree]:
    """All trees of exceptions with these names, each with an `instead` or without."""
    if not names:
        yield ()
        return
    first, others = names[0], names[1:]
    for number in range(len(names)):
        for below, beside in product(trees(others[:number]), trees(others[number:])):
            for instead in ((), (Deny(),)):
                own = ExceptionRule(
                    first, first, OnFile(first), None, None, instead, None, (), below, NOWHERE
                )
                yield own, *beside


@pytest.mark.parametrize("names", ["e", "ef", "efg"])
def test_what_is_known_of_a_rule_is_what_all_completions_agree_on(names: str) -> None:
    """Of one exception or two all of it is known, of three what Kleene's answers say."""

    def fired(tree: Tree, answers: Mapping[str, Tri]) -> dict[str, Tri]:
        rule = Rule(
            "r", "r", None, 1, False, None, OnFile("r"), None, None, (Deny(),), None, (), tree, NOWHERE
        )

        def holds(condition: object) -> Tri:
            assert isinstance(condition, OnFile)
            return answers[condition.phrase]

        return {one.clause.id: one.holds for one in firings(rule, date(2026, 1, 1), holds)}

    clauses = ("r", *names)
    every = [dict(zip(clauses, ways, strict=True)) for ways in product((True, False), repeat=len(clauses))]
    for tree in trees(names):
        known = [(answers, fired(tree, answers)) for answers in every]
        for ways in product((True, False, None), repeat=len(clauses)):
            answers = dict(zip(clauses, ways, strict=True))
            completed = [
                found
                for full, found in known
                if all(answers[name] in (None, answer) for name, answer in full.items())
            ]
            found = fired(tree, answers)
            for name in clauses:
                agreed = {one.get(name, False) for one in completed}
                if found.get(name, False) is not None:
                    assert agreed == {found.get(name, False)}
                else:
                    assert len(agreed) == 2 or len(names) == 3
