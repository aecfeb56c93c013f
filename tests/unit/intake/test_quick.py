"""The quick ways to a yes, held to the exact ones: same verdict, same words, same bytes."""

from __future__ import annotations

import enum
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pollex.intake import accept, accept_rs, claims
from pollex.intake.claims import DEEPEST_BY_SCHEMA, MOST_OF_A_VALUE, check_claim, read_claim
from pollex.intake.claimschema import claim_schema, known_keys
from pollex.intake.consistency import contradictions
from pollex.intake.document import FRACTION, Doubled, Limits
from pollex.intake.quick import MOST_VALUES, consistent_keys, plain_values
from pollex.model import fastjson
from pollex.model.fastjson import loads_quickly, written
from property.wild import of_schema, wild_claims

FULL: dict[str, Any] = json.loads((Path(__file__).parent / "full-claim.json").read_text(encoding="utf-8"))
SCHEMA = claim_schema()
BY_FUNCTIONS = accept.accepts(SCHEMA)
INSTALLED = accept_rs.accepts(SCHEMA)
CLOSELY = Limits(max_bytes=2000)

Steps = tuple[str | int, ...]


@contextmanager
def asked(quick: Callable[[object], bool]) -> Iterator[None]:
    """Claims are accepted by this alone."""
    with mock.patch.object(claims, "_quick", return_value=quick):
        yield


def exactly(claim: object, limits: Limits = claims.DEFAULT) -> Any:
    with asked(lambda _: False):
        return check_claim(claim, limits)


def ways(value: Any, at: Steps = ()) -> Iterator[Steps]:
    yield at
    pairs: Any = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, child in pairs:
        yield from ways(child, (*at, key))


def at(claim: Any, steps: Steps) -> Any:
    for step in steps:
        claim = claim[step]
    return claim


def put(claim: Any, steps: Steps, value: object) -> Any:
    if not steps:
        return value
    made = claim.copy()
    made[steps[0]] = put(made[steps[0]], steps[1:], value)
    return made


PLACES = st.sampled_from(sorted(ways(FULL), key=str))


# ------------------------------------------------------------------ the schema


class Word(enum.StrEnum):
    ALLOW = "allow"


class Word2(enum.Enum):
    CODE = "44120"


class Number(enum.IntEnum):
    ONE = 1


class Text(str):
    __slots__ = ()


def lookalikes(value: Any) -> Iterator[object]:
    """What a validator may take for the value, and JSON is not."""
    match value:
        case dict():
            yield from (OrderedDict(value), Doubled([*value.items(), *value.items()]), tuple(value.items()))
            yield {**value, Word.ALLOW: None}
            yield {**value, 1: None}
        case list():
            yield from (tuple(value), [*value, value], [*value, FRACTION])
        case bool() | None:
            yield 0
        case int():
            yield from (float(value), Number.ONE, True, value + 0.5, 10**18, 2**64, -value, str(value))
        case str():
            yield from (
                Text(value),
                Word.ALLOW,
                Word2.CODE,
                f"{value}\n",
                f"{value}\ud800",
                value.encode(),
                1,
            )


LOOKALIKES = PLACES.flatmap(
    lambda steps: st.sampled_from([put(FULL, steps, other) for other in lookalikes(at(FULL, steps))])
)
OF_THE_SCHEMA = of_schema(SCHEMA)
"""Often with elements that contradict each other."""


@pytest.mark.parametrize(
    "quick",
    [BY_FUNCTIONS, pytest.param(INSTALLED, marks=pytest.mark.skipif(not INSTALLED, reason="optional"))],
)
@given(claim=LOOKALIKES | OF_THE_SCHEMA | wild_claims)
@example(claim=FULL)
@example(claim={**FULL, "received_date": "2026-02-30"})
def test_a_quick_yes_changes_no_answer(quick: Callable[[object], bool], claim: Any) -> None:
    with asked(quick):
        assert check_claim(claim) == exactly(claim)
        assert check_claim(claim, CLOSELY) == exactly(claim, CLOSELY)


@pytest.mark.skipif(not INSTALLED, reason="optional")
@given(OF_THE_SCHEMA, PLACES, st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just({}))
def test_both_quick_checks_say_the_same_of_json(claim: Any, steps: Steps, other: object) -> None:
    assert INSTALLED is not None
    for one in (claim, put(FULL, steps, other)):
        if not any("\ud800" <= letter <= "\udfff" for letter in json.dumps(one, ensure_ascii=False)):
            assert INSTALLED(one) is BY_FUNCTIONS(one)


@pytest.mark.skipif(not INSTALLED, reason="optional")
def test_every_character_is_the_same_to_both() -> None:
    schema = {"$ref": "#/$defs/short-text", "$defs": SCHEMA["$defs"]}
    slow, fast = accept.accepts(schema), accept_rs.accepts(schema)
    assert fast is not None
    for number in (*range(0xD800), *range(0xE000, 0x10000), 0x1F600, 0x10FFFF):
        for text in (f"{chr(number)}a", f"a{chr(number)}", f"a{chr(number)}a", chr(number) * 80):
            assert slow(text) is fast(text), f"U+{number:04X}"


def test_what_needs_no_words_loads_no_library_that_finds_them() -> None:
    with mock.patch.dict("sys.modules", {"pollex.intake.schemafaults": None}):
        assert check_claim(FULL) == ()
        with pytest.raises(ImportError):
            check_claim({**FULL, "claim_id": ""})


# ------------------------------------------------------------------ what the schema leaves open


def counted(value: Any) -> tuple[int, int]:
    """Keys, and values of all objects and lists."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    below = [counted(child) for child in children]
    own = len(value) if isinstance(value, dict) else 0
    return own + sum(keys for keys, _ in below), len(children) + sum(values for _, values in below)


@given(OF_THE_SCHEMA | wild_claims)
@example(FULL)
def test_the_quick_pass_counts_everything_and_overlooks_no_contradiction(claim: dict[str, Any]) -> None:
    keys, values = counted(claim)
    assert plain_values(claim) == values
    found = consistent_keys(claim)
    assert found in (keys, None)
    if found is not None:
        assert not list(contradictions(claim))


def test_a_claim_with_everything_in_it_is_seen_to_be_consistent() -> None:
    assert consistent_keys(FULL) == counted(FULL)[0]


def test_an_object_that_holds_itself_ends_the_pass() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = endless["b"] = endless
    assert plain_values(endless) is None
    assert plain_values({"a": [0] * (MOST_VALUES + 1)}) is None


def test_the_bounds_follow_from_the_schema() -> None:
    longest = 0
    for part in strings(SCHEMA):
        widths = [len(choice) for choice in part.get("enum", ())]
        if "pattern" in part:
            widest = re._parser.parse(part["pattern"]).getwidth()[1]  # type: ignore[attr-defined]
            widths.append(min(int(widest), part.get("maxLength", int(widest))))
        longest = max(longest, *widths)
    assert 4 * longest + max(map(len, known_keys())) + len('"":"",') <= MOST_OF_A_VALUE
    assert levels(SCHEMA) <= DEEPEST_BY_SCHEMA


def strings(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict) and schema.get("type") == "string":
        yield schema
    for child in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from strings(child)


def levels(schema: dict[str, Any]) -> int:
    if "$ref" in schema:
        return levels(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return max(levels(choice) for choice in schema["anyOf"])
    parts = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return (1 + max(map(levels, parts))) if parts else 0


# ------------------------------------------------------------------ reading

RAW = st.sampled_from(
    [
        *("1.0", "1e0", "1.5", "-0", "1E400", "NaN", "-Infinity", "18446744073709551616", "1" + "0" * 17),
        *('"\\ud800"', '"\\ud83d\\ude00"', '"\\u003a"', '"a:b"', '"\\":"', '":"', '"\x01"', '"\x7f"', '"é"'),
        *('{"a":1,"a":1}', '{"npi":"1234567893","npi":"1234567893"}', "[]", "[[1]]", "{}", "", "01", "'x'"),
        *("[" * 63 + "]" * 63, "[" * 64 + "]" * 64, "[" * 2000 + "]" * 2000, "null", "1", '"44120"', "true"),
    ]
)
BLANK = st.sampled_from(["", "", "", " ", "\n", "\t", "\r", "\x0b", "\ufeff", "\x00"])


def text_of(value: Any, raw: dict[Steps, str], twice: set[Steps], here: Steps = ()) -> str:
    """JSON with some values written otherwise, and some keys written twice."""
    if here in raw:
        return raw[here]
    if isinstance(value, dict):
        pairs = []
        for key, child in value.items():
            pair = f"{json.dumps(key)}: {text_of(child, raw, twice, (*here, key))}"
            pairs += [pair] * (2 if (*here, key) in twice else 1)
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(text_of(child, raw, twice, (*here, at)) for at, child in enumerate(value))}]"
    return json.dumps(value)


TEXTS = st.builds(
    lambda raw, twice, before, after: before + text_of(FULL, raw, twice) + after,
    st.dictionaries(PLACES, RAW, max_size=1),
    st.sets(PLACES, max_size=1),
    BLANK,
    BLANK,
)


@given(TEXTS.map(lambda text: text.encode("utf-8")) | st.binary(max_size=50))
@example(b"")
@example(json.dumps(FULL).encode("utf-16"))
@example(json.dumps(FULL).encode() + b"\xff")
def test_reading_quickly_is_reading_strictly(data: bytes) -> None:
    for limits in (claims.DEFAULT, CLOSELY, Limits(max_depth=4)):
        quickly = read_claim(data, limits=limits)
        with mock.patch.object(claims, "loads_quickly", return_value=None), asked(lambda _: False):
            assert read_claim(data, limits=limits) == quickly


@pytest.mark.skipif(loads_quickly(b"{}") is None or INSTALLED is None, reason="optional")
def test_a_good_claim_is_read_by_the_quick_way_alone() -> None:
    with mock.patch.object(claims, "parse", None), mock.patch.object(claims, "plain", None):
        assert read_claim(json.dumps(FULL).encode()).claim == FULL


# ------------------------------------------------------------------ writing

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(DOCUMENTS)
@example("".join(map(chr, range(0x20))) + '"\\/\x7f\x80\u2028\u2029\U0001f600')
@example({"\U0001f600": 1, "\uffff": 2, "é": 3, "z": 4})
@example([2**63, -(2**63) - 1, 2**64, 10**30])
def test_the_same_bytes_are_written_with_orjson_and_without(document: Any) -> None:
    try:
        quickly = written(document)
    except UnicodeEncodeError:
        quickly = b"half a character"
    with mock.patch.object(fastjson, "_orjson", return_value=None):
        try:
            assert written(document) == quickly
        except UnicodeEncodeError:
            assert quickly == b"half a character"
