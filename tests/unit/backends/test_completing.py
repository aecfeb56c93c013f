"""Completion: what every way of filling in comes to, what can change it, and how much work that is."""

from __future__ import annotations

import time

import pytest

from pollex.backends.interpret.complete import LIMIT
from unit.backends.small import claim, decided, line, missing, policy_file, program, set_file, table_file


def both(first: str, second: str) -> str:
    """Two rules that deny: together they leave an answer only where neither holds."""
    return f"rule r\n  when {first}\n  deny\nrule s\n  when {second}\n  deny\n"


FEE = {"fee_schedule_amount": None}


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("place of service 21", "place of service not 21", "deny"),
        ("place of service 21", "place of service 22", "pend"),
        ("network status is in-network", "network status is out-of-network", "deny"),
        ("patient sex is F", "patient sex is M", "pend"),
        ("patient sex is any of F, U", "patient sex is M", "deny"),
        ("fee is at least $100.00", "fee is less than $100.00", "deny"),
        ("fee is more than $100.00", "fee is less than $100.00", "pend"),
        ("fee is more than $100.00", "fee is less than $200.00", "deny"),
        ("fee is more than $100.00", "fee is not $100.00", "pend"),
        ("received date is before 2026-03-01", "received date is on or after 2026-03-01", "deny"),
        ("received date is before 2026-03-01", "received date is after 2026-03-01", "pend"),
        ("patient age under 18 years", "patient age is at least 18 years", "deny"),
        ("patient age under 18 years", "birth date is after 2008-02-28", "pend"),
        ("patient age under 18 years", "birth date is on or before 2008-02-28", "pend"),
        ("patient age under 18 years", "birth date is on or before 2008-02-29", "deny"),
        ("documentation of need is found", "documentation of need is not found", "deny"),
        ("prior authorization is on file", "prior authorization is not on file", "deny"),
        ("prior authorization is on file", 'no prior authorization "A1"', "pend"),
    ],
)
def test_conditions_on_one_element_turn_together(first: str, second: str, outcome: str) -> None:
    """The prior authorizations are a list: two conditions on it are free of each other, and ask too often."""
    of = claim(
        FEE,
        place_of_service=None,
        payer={"id": "aetna"},
        patient=None,
        received_date=None,
        documentation=None,
        prior_authorizations=None,
    )
    assert line(both(first, second), of).outcome == outcome


def test_two_elements_are_free_of_each_other() -> None:
    rules = "rule r\n  when place of service 21 and patient sex is F\n  deny\n"
    found = line(rules, claim(place_of_service=None, patient=None))
    assert missing(found) == ["/lines/0/place_of_service", "/patient/sex"]
    assert missing(line(rules, claim(place_of_service="11", patient=None))) == []
    assert missing(line(rules, claim(place_of_service="21", patient=None))) == ["/patient/sex"]


def test_only_what_can_change_something_is_asked_for() -> None:
    rules = "rule r\n  when place of service 21\n  pend for review by nurses\n"
    rules += (
        "rule s\n  when patient sex is F or received date is before 2020-01-01\n  pend for review by nurses\n"
    )
    assert missing(line(rules, claim(patient=None, received_date=None))) == []
    assert missing(line(rules, claim(patient=None, received_date=None, place_of_service="11"))) == [
        "/patient/sex",
        "/received_date",
    ]


def test_what_is_asked_for_says_what_it_affects() -> None:
    rules = (
        "rule r\n  when place of service 21\n  reduce to 50 percent\n"
        "rule s\n  when patient sex is F\n  require documentation of need\n"
        'rule t\n  when network status is in-network\n  note "Seen."\n'
        "rule u\n  when line of business is commercial\n  pay at most $10.00\n"
    )
    of = claim(place_of_service=None, patient=None, payer={"id": "aetna"})
    found = line(rules, of)
    everything = {"outcome", "percent", "requirements", "amount"}
    assert {element.term: (set(element.affects), element.rules) for element in found.missing} == {
        "line of business": ({"amount"}, ("u",)),
        "patient sex": (everything, ("s",)),
        "place of service": ({"percent", "amount"}, ("r",)),
        "documentation of need": (everything, ("s",)),
    }


def test_a_request_stands_in_both_places_while_nobody_has_looked() -> None:
    found = line("rule r\n  always\n  require documentation of need in letter\n", claim(documentation=None))
    assert (found.outcome, missing(found)) == ("pend", ["/documentation"])
    assert [(owed.concept, owed.document, owed.status) for owed in found.required_documentation] == [
        ("need", "letter", "unknown")
    ]
    same_either_way = 'rule r\n  always\n  require documentation of need, otherwise note "Ordinary fee."\n'
    found = line(same_either_way, claim(documentation=None))
    assert (found.outcome, found.missing, found.required_documentation) == ("allow", (), ())


# ------------------------------------------------------------------ tables and sets with gaps


def test_a_row_that_may_not_be_listed_may_answer_nothing() -> None:
    table = table_file(
        "fees",
        "{kind: {type: code}}",
        '{key: "44120", kind: "A"}',
        head="key: cpt\nabsent: {}\nfrom: 2026-03-01",
    )
    rules = policy_file(both("fees kind is A", "fees kind is not A"), "use table fees")
    for absent, outcome in (("unknown", "deny"), ("not-listed", "pend")):
        text = type(table)(table.name, table.text.replace("{}", absent))
        assert line(program(rules, text)).outcome == outcome


def test_the_cells_of_a_row_are_one_element() -> None:
    table = table_file("fees", "{kind: {type: code}, cap: {type: money}}", '{key: "44121", kind: "A"}')
    rules = policy_file(both("fees kind is A", "fees cap is more than $5.00"), "use table fees")
    found = line(program(rules, table))
    assert [(element.table, element.key, element.rules) for element in found.missing] == [
        ("fees", "44120", ("r", "s"))
    ]


def test_many_conditions_on_one_element_are_little_work() -> None:
    """Also where a set among them says nothing of that day."""
    places = set_file("places", "place-of-service", '"21"', head="from: 2026-03-01")
    rule = "rule r{}\n  when place of service {}\n  reduce to {} percent\n"
    rules = "".join(rule.format(at, at + 20, at) for at in range(40))
    rules += "rule s\n  when place of service in places\n  reduce to 50 percent\n"
    start = time.perf_counter()
    found = line(program(policy_file(rules, "use set places"), places), claim(place_of_service=None))
    assert time.perf_counter() - start < 5
    assert missing(found) == ["/lines/0/place_of_service"]


# ------------------------------------------------------------------ the bound


def conditions(count: int) -> str:
    """So many rules, each about a document of its own."""
    return "".join(f"rule r{at}\n  when documentation of d{at} is found\n  deny\n" for at in range(count))


@pytest.mark.parametrize("beyond", [False, True])
def test_the_work_is_bounded(beyond: bool) -> None:
    count = LIMIT.bit_length() - 1 + beyond
    assert (2**count > LIMIT) is beyond
    running = program(policy_file(conditions(count)))
    start = time.perf_counter()
    found = line(running)
    assert time.perf_counter() - start < 10
    assert (found.outcome, len(found.missing)) == ("pend", count)


def test_beyond_the_bound_nothing_is_decided_too_early() -> None:
    count = 60
    start = time.perf_counter()
    lines = [*({} for _ in range(49)), {"modifiers": ["22"]}]
    found = decided(conditions(count) + "rule s\n  when modifier 22\n  deny\n", claim(*lines))
    assert time.perf_counter() - start < 10
    assert [one.outcome for one in found.lines] == ["pend"] * 49 + ["deny"]
    assert all(len(one.missing) == count for one in found.lines[:-1])
    documents = [{"concept": f"d{at}", "status": "not_found"} for at in range(count)]
    assert line(conditions(count), claim(documentation=documents)).outcome == "allow"
    documents[-1]["status"] = "found"
    assert line(conditions(count), claim(documentation=documents)).outcome == "deny"
    assert line(conditions(count), claim(documentation=documents[-1:])).outcome == "deny"


def test_a_request_that_holds_in_every_way_is_made() -> None:
    """Whether the exception would hold is not known, but it is itself taken out whenever it does."""
    rules = (
        "rule r\n  always\n  require documentation of need\n"
        "exception e to r\n  when patient sex is F and network status is out-of-network\n"
        "exception f to e\n  when patient sex is F\n"
    )
    found = line(rules, claim(payer={"id": "aetna"}))
    assert missing(found) == ["/documentation"]
    assert [(owed.rule, owed.status) for owed in found.required_documentation] == [("r", "unknown")]
    assert [reason.rule for reason in found.reasons] == ["r"]
