"""A claim under another payer: what stays, what is supposed, what is not known; all of it is said."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pollex.compare.coverage import Asked, as_covered
from pollex.intake.claims import check_claim
from unit.cli.small import claim, line


def of(payer: str, **coverage: Any) -> dict[str, Any]:
    return claim(payer={"id": payer, **coverage})


def said(claim: dict[str, Any], asked: Asked) -> dict[str, str]:
    return {one.pointer: one.text for one in as_covered(claim, asked).supposed}


def test_under_its_own_payer_a_claim_stays_as_it_is() -> None:
    given = of("acme", line_of_business="commercial", network_status="in-network")
    covered = as_covered(given, Asked("acme"))
    assert covered.claim is given
    assert covered.supposed == ()


@pytest.mark.parametrize(
    ("own", "business", "payer", "expected"),
    [
        ("medicare", "medicare-ffs", "acme", "commercial"),
        ("acme", "commercial", "medicare", "medicare-ffs"),
        ("acme", "medicaid", "medicare", "medicare-ffs"),
        ("acme", "medicaid", "other", "medicaid"),
        ("acme", "medicare-advantage", "other", "medicare-advantage"),
        ("medicare", "medicare-ffs", "medicare", "medicare-ffs"),
        ("medicare", None, "acme", None),
        ("acme", None, "medicare", None),
    ],
)
def test_the_line_of_business_stays_where_the_payer_can_have_it(
    own: str, business: str | None, payer: str, expected: str | None
) -> None:
    given = of(own, line_of_business=business)
    covered = as_covered(given, Asked(payer))
    assert covered.claim["payer"]["id"] == payer
    assert covered.claim["payer"].get("line_of_business") == expected
    assert ("/payer/line_of_business" in said(given, Asked(payer))) == (expected != business)


def test_what_was_put_in_place_of_the_line_of_business_is_said() -> None:
    assert said(of("medicare", line_of_business="medicare-ffs"), Asked("acme")) == {
        "/payer/line_of_business": "commercial in place of medicare-ffs: acme has no medicare-ffs"
    }


def test_a_network_is_that_of_one_payer() -> None:
    given = of("acme", line_of_business="commercial", network_status="in-network")
    covered = as_covered(given, Asked("other"))
    assert covered.claim["payer"] == {
        "id": "other",
        "line_of_business": "commercial",
        "network_status": None,
    }
    assert said(given, Asked("other")) == {
        "/payer/network_status": "not known: the claim says it of acme",
    }


@pytest.mark.parametrize("payer", ["acme", "other"])
def test_what_the_caller_says_goes_before_the_claim(payer: str) -> None:
    given = of("acme", line_of_business="commercial", network_status="in-network")
    asked = Asked(payer, "medicaid", "out-of-network")
    assert as_covered(given, asked).claim["payer"] == {
        "id": payer,
        "line_of_business": "medicaid",
        "network_status": "out-of-network",
    }
    assert said(given, asked) == {
        "/payer/line_of_business": "medicaid, as asked",
        "/payer/network_status": "out-of-network, as asked",
    }


def test_what_the_claim_says_too_is_not_supposed() -> None:
    given = of("acme", line_of_business="commercial", network_status="in-network")
    assert as_covered(given, Asked("acme", "commercial", "in-network")).supposed == ()


def test_numbers_of_authorizations_are_those_of_the_payer_that_gave_them() -> None:
    given = claim(
        "C-1",
        line(1, prior_authorizations=["A-1"]),
        line(2, prior_authorizations=[]),
        line(3),
        prior_authorizations=["A-2"],
    )
    put = as_covered(given, Asked("acme")).claim
    assert put["prior_authorizations"] is None
    assert [one.get("prior_authorizations") for one in put["lines"]] == [None, [], None]
    text = "not known: the numbers were given by medicare"
    assert said(given, Asked("acme"))["/prior_authorizations"] == text
    assert said(given, Asked("acme"))["/lines/0/prior_authorizations"] == text
    assert "/lines/1/prior_authorizations" not in said(given, Asked("acme"))
    assert "A-1" not in str(as_covered(given, Asked("acme")))


def test_that_there_is_no_authorization_stays_known() -> None:
    put = as_covered(claim(prior_authorizations=[]), Asked("acme"))
    assert put.claim["prior_authorizations"] == []
    assert "/prior_authorizations" not in {one.pointer for one in put.supposed}


def test_how_earlier_lines_were_decided_is_known_of_their_payer_alone() -> None:
    earlier = [{**line(), "claim_id": "E-1", "outcome": "deny"}, {**line(2), "claim_id": "E-1"}]
    given = claim(history={"complete_since": "2025-01-01", "lines": earlier})
    put = as_covered(given, Asked("acme")).claim["history"]
    assert put["complete_since"] == "2025-01-01"
    assert [one.get("outcome") for one in put["lines"]] == [None, None]
    assert put["lines"][0]["procedure_code"] == "44120"
    assert said(given, Asked("acme"))["/history/lines"] == (
        "how earlier lines were decided is not known: medicare decided them"
    )


def test_a_history_without_outcomes_stays_as_it_is() -> None:
    history = {"complete_since": "2025-01-01", "lines": [{**line(), "claim_id": "E-1"}]}
    put = as_covered(claim(history=history), Asked("acme"))
    assert put.claim["history"] is history
    assert "/history/lines" not in {one.pointer for one in put.supposed}


def test_the_claim_that_came_is_left_alone_and_what_is_put_is_valid() -> None:
    given = claim(
        "C-1",
        line(prior_authorizations=["A-1"]),
        prior_authorizations=["A-2"],
        history={"lines": [{**line(), "claim_id": "E-1", "outcome": "allow"}]},
    )
    before = copy.deepcopy(given)
    assert not check_claim(as_covered(given, Asked("acme")).claim)
    assert given == before
