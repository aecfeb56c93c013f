"""Lines that lack something that matters, decided with what is known of their rules: as the interpreter does,
and without handing the whole line to it.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pollex.backends.foreknown import ExactLines
from pollex.backends.interpret.claim import decide, exact_lines
from pollex.backends.kleene import Tri
from pollex.backends.python.decide import PythonBackend
from pollex.backends.python.reduced import reduced
from pollex.ir.nodes import All, AnyOf, AtLeast, Condition, Documented, Not
from pollex.ir.program import Program
from pollex.model.decision import Decision
from unit.backends.small import claim, policy_file, program, table_file

SHARES = table_file(
    "shares", "{share: {type: percent}}", '{key: "44120", share: 50}', '{key: "44121", share: 25}'
)
LATE = "rule late when received date is more than 10 days after the service date deny with co carc 29\n"


class Parts:
    """The exact way, but for whole lines."""

    def __init__(self, *of: Any) -> None:
        self.lines = exact_lines(*of)
        self.turning = self.lines.turning

    def line(self, index: int) -> Any:
        raise AssertionError(f"line {index} was handed on")

    def is_denied(self, index: int) -> bool | None:
        raise AssertionError(f"it was asked whether line {index} is denied")


def parts(*of: Any) -> ExactLines:
    return Parts(*of)


def both(of: Program, *given: dict[str, Any]) -> Decision:
    """The last of these decisions, equal both ways; each claim twice, for what is remembered."""
    backend = PythonBackend(of, parts, "0")
    for one in (*given, *given):
        found, expected = backend.decide(one, ()), decide(of, one, (), "0")
        assert found.to_dict() == expected.to_dict()
    return found


def test_what_is_missing_of_a_claim() -> None:
    found = both(program(policy_file(LATE)), claim(received_date=None)).lines[0]
    assert (found.outcome, [one.pointer for one in found.missing]) == ("pend", ["/received_date"])


def test_a_line_that_is_decided_whatever_is_missing() -> None:
    rules = "rule a when place of service 21 and patient sex is F pend for review by x\n"
    of = program(policy_file(f"{rules}rule b when modifier 22 pend for review by y"))
    found = both(of, claim({"modifiers": ["22"]}, place_of_service=None)).lines[0]
    assert (found.outcome, found.missing) == ("pend", ())


def test_a_number_hangs_on_the_code() -> None:
    """What the same rules come to is not the same for another code."""
    text = f"{LATE}rule part always pay shares share percent of fee"
    of = program(policy_file(text, "use table shares"), SHARES)
    late, further = {"procedure_code": "44120"}, {"procedure_code": "44121"}
    found = both(of, claim(late, received_date=None), claim(further, received_date=None))
    assert "25 percent" in found.lines[0].reasons[0].effect


def test_documentation_that_nobody_has_looked_for() -> None:
    of = program(policy_file("rule a always require documentation of lysis\n"))
    owed = both(of, claim()).lines[0].required_documentation
    assert [one.status for one in owed] == ["unknown"]


def test_a_line_that_would_be_denied_owes_nothing() -> None:
    of = program(policy_file("rule a always require documentation of lysis\n", otherwise="deny"))
    found = both(of, claim()).lines[0]
    assert (found.outcome, found.required_documentation) == ("pend", ())


@pytest.mark.parametrize("missing", ["charge_amount", "fee_schedule_amount"])
def test_an_amount_that_is_open(missing: str) -> None:
    rules = "rule most always pay at most billed charge\nrule rank when this line ranks 1 by fee among lines "
    of = program(policy_file(f"{rules}on the same date reduce to 50 percent\n{LATE}"))
    found = both(of, claim({missing: None}), claim({missing: None}, {}, received_date=None)).lines[0]
    assert "/lines/0/" + missing in [one.pointer for one in found.missing]


def test_two_shares_of_the_fee() -> None:
    rules = "rule a when modifier 80 pay 50 percent of fee\nrule b when modifier 62 pay 60 percent of fee\n"
    of = program(policy_file(rules + LATE))
    line = {"modifiers": ["80", "62"]}
    found = both(of, claim(line), claim(line, received_date=None)).lines[0]
    assert [one.effect for one in found.reasons].count("policy conflict: two shares of the fee") == 2


@pytest.mark.parametrize("instead", ["", " instead pay 40 percent of fee"])
@pytest.mark.parametrize("sex", ["F", None])
def test_an_exception_that_is_not_known(instead: str, sex: str | None) -> None:
    rules = "rule a when patient sex is F pay 50 percent of fee\n"
    of = program(policy_file(f"{rules}exception b to a when place of service 22{instead}\n"))
    patient = {"birth_date": "1961-02-28", "sex": sex}
    assert both(of, claim(place_of_service=None, patient=patient)).lines[0].outcome == "pend"


def test_whether_another_line_is_denied() -> None:
    rules = (
        f"{LATE}rule b after the other lines are decided when any other line is denied pend for review by x\n"
    )
    assert both(program(policy_file(rules)), claim({}, {}, received_date=None)).lines[1].outcome == "pend"


# ------------------------------------------------------------------ without what is known


LEAVES = [Documented(name, None) for name in "abc"]
TREES: list[Condition] = [
    All((LEAVES[0], AnyOf((LEAVES[1], Not(LEAVES[2]))))),
    AnyOf((All((LEAVES[0], LEAVES[1])), LEAVES[2])),
    AtLeast(2, (LEAVES[0], Not(LEAVES[1]), LEAVES[2])),
    Not(AnyOf((LEAVES[0], All((LEAVES[1], Not(LEAVES[2])))))),
]


def holds(condition: Condition, answers: dict[Condition, bool]) -> bool:
    match condition:
        case All(items):
            return all(holds(item, answers) for item in items)
        case AnyOf(items):
            return any(holds(item, answers) for item in items)
        case AtLeast(count, items):
            return sum(holds(item, answers) for item in items) >= count
        case Not(item):
            return not holds(item, answers)
    return answers[condition]


@pytest.mark.parametrize("tree", TREES, ids=("all", "any", "at-least", "not"))
@pytest.mark.parametrize("known", [*product((True, False, None), repeat=3)], ids=str)
def test_what_is_left_has_the_same_answer(tree: Condition, known: tuple[Tri, ...]) -> None:
    left = reduced(tree, iter(known))
    for answers in product((True, False), repeat=3):
        if all(one in (None, answer) for one, answer in zip(known, answers, strict=True)):
            given = dict(zip(LEAVES, answers, strict=True))
            found = left if isinstance(left, bool) else holds(left, given)
            assert found == holds(tree, given)
