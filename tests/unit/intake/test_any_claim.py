"""Whatever stands in a claim: faults, never an exception, never a value in a message, one verdict."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pollex import resources
from pollex.intake import claims
from pollex.intake.accept import accepts
from pollex.intake.claims import check_claim
from pollex.intake.consistency import contradictions

FULL: dict[str, Any] = json.loads((Path(__file__).parent / "full-claim.json").read_text(encoding="utf-8"))
SCHEMA = json.loads(resources.read_text("schemas", "claim.schema.json"))
quick = accepts(SCHEMA)

Steps = tuple[str | int, ...]


def ways(value: object, at: Steps = ()) -> Iterator[Steps]:
    yield at
    children: Any = value.items() if isinstance(value, dict) else ()
    children = enumerate(value) if isinstance(value, list) else children
    for key, child in children:
        yield from ways(child, (*at, key))


def put(claim: object, at: Steps, value: object) -> Any:
    if not at:
        return value
    made: Any = copy.copy(claim)
    made[at[0]] = put(made[at[0]], at[1:], value)
    return made


# Texts that are nearly right, and right in another place than their own.
NEAR = st.sampled_from(
    [
        *(
            "44120",
            "44120\n",
            "4412",
            "G0559",
            "g0559",
            "22",
            "AS",
            "as",
            "1",
            "1.5",
            "-1",
            "1136.30",
            "1136.305",
        ),
        *(
            "K56.50",
            "K5650",
            "K56.",
            "k56",
            "21",
            "2026-03-02",
            "2026-02-30",
            "2026-13-01",
            "1899-01-01",
            "1e3",
        ),
        *("found", "not_found", "allow", "F", "U", "7", "professional", "medicare-ffs", "OB", "11504-8"),
        *("increased-work", "1234567893", "208600000X"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | NEAR,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(claims.known_keys())) | st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
ODD = (
    st.floats()
    | st.decimals()
    | st.dates()
    | st.binary()
    | st.tuples(st.integers())
    | st.builds(object)
    | st.integers(min_value=10**17, max_value=10**20)
    | st.dictionaries(st.none() | st.integers() | st.binary(), st.integers(), min_size=1)
    | st.sampled_from(
        ["\ud800", "a\udfff", b"x", {1}, frozenset({1}), Decimal("NaN"), date(2026, 1, 1), 10**5000]
    )
)


def somewhere(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A right claim with other values in one or two places."""
    change = st.tuples(st.sampled_from(sorted(ways(FULL), key=str)), values)

    def made(changes: list[tuple[Steps, Any]]) -> Any:
        claim: Any = FULL
        for at, value in changes:
            if at in set(ways(claim)):
                claim = put(claim, at, value)
        return claim

    return st.lists(change, min_size=1, max_size=2).map(made)


# ------------------------------------------------------------------ never an exception


@given(somewhere(JSON | ODD) | JSON | ODD)
def test_no_claim_raises(claim: Any) -> None:
    faults = check_claim(claim)
    assert isinstance(faults, tuple)
    assert len(set(faults)) == len(faults)
    assert faults == check_claim(claim), "the same claim has the same faults"


@given(somewhere(ODD))
def test_what_json_does_not_have_is_a_fault(claim: Any) -> None:
    try:
        written = json.dumps(claim, allow_nan=False)
    except (TypeError, ValueError):
        assert check_claim(claim)
    else:
        assert json.loads(written) == claim or check_claim(claim)


# ------------------------------------------------------------------ one verdict


def reference() -> jsonschema.Draft202012Validator:
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date", raises=ValueError)(
        lambda value: not isinstance(value, str) or bool(date.fromisoformat(value))
    )
    return jsonschema.Draft202012Validator(SCHEMA, format_checker=formats)


REFERENCE = reference()


def texts(value: object) -> Iterator[str]:
    children = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    if isinstance(value, str):
        yield value
    for child in children:
        yield from texts(child)


@given(somewhere(JSON) | JSON)
@example(FULL)
@example({**FULL, "received_date": "2026-02-30"})
@example({**FULL, "lines": FULL["lines"] * 26})
def test_the_quick_check_and_the_schema_agree(claim: Any) -> None:
    # Python's `$` passes over a line break at the end, which JSON Schema's does not.
    if not any(text.endswith("\n") for text in texts(claim)):
        assert quick(claim) is REFERENCE.is_valid(claim)


@given(somewhere(JSON) | JSON)
def test_a_claim_without_a_fault_keeps_to_the_schema_and_one_that_breaks_it_has_one(claim: Any) -> None:
    explained = not check_claim(claim)
    assert explained is (quick(claim) and not list(contradictions(claim)))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "x", "contentEncoding": "base64"},
        {"type": "object", "properties": {}, "required": [], "additionalProperties": True},
        {"type": "array", "items": {"type": "string", "pattern": "x"}, "uniqueItems": True},
        {"type": "number"},
        {"oneOf": []},
        {"anyOf": [{"type": "string", "pattern": "x"}, {"type": "array"}]},
    ],
)
def test_the_quick_check_knows_what_it_does_not_know(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the quick check"):
        accepts(schema)


# ------------------------------------------------------------------ never a value in a message

MARK = "Zq7Xw9"
MARKED = st.sampled_from(
    [
        MARK,
        f"-{MARK}",
        f" {MARK} ",
        f"{MARK}\n",
        [MARK],
        {MARK: MARK},
        {"npi": {MARK: [MARK, 1.5]}},
        [{MARK: 1}, {"claim_id": [MARK]}],
        {f"{MARK}/~": {"lines": 1.5}},
        {(MARK,): 1},
        MARK * 100,
        MARK.encode(),
        f"{MARK}\ud800",
    ]
)


@given(somewhere(MARKED) | MARKED)
def test_no_value_stands_in_a_fault(claim: Any) -> None:
    for fault in check_claim(claim):
        assert MARK not in str(fault)
        assert MARK not in repr(fault)


@given(somewhere(JSON))
def test_a_pointer_leads_to_the_place_or_to_the_gap_in_it(claim: Any) -> None:
    for fault in check_claim(claim):
        steps = fault.pointer.split("/")[1:]
        thing: Any = claim
        for number, step in enumerate(steps, 1):
            if isinstance(thing, dict) and step not in thing:
                assert number == len(steps)
                assert fault.message == "is missing and is required"
                break
            thing = thing[int(step)] if isinstance(thing, list) else thing[step]
