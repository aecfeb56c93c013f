from __future__ import annotations

import io
import json
import tracemalloc
from itertools import chain, repeat
from typing import Any, cast

import pytest

from pollex.intake.claims import check_claim
from pollex.intake.document import FRACTION, HUGE, NOT_A_NUMBER, Limits
from pollex.intake.jsontext import CHUNK, Entry, read_claims

FIRST: dict[str, Any] = {"claim_id": "É-1", "payer": {"id": "medicare"}, "lines": []}
SECOND: dict[str, Any] = {"claim_id": '2 } ] , "\\', "payer": {"id": "aetna"}, "lines": [[{}], {}]}
A, B = json.dumps(FIRST, ensure_ascii=False), json.dumps(SECOND)
PRETTY = json.dumps(FIRST, ensure_ascii=False, indent=2)

CUT = "ends before it is complete, at line"
TOO_LARGE = "is larger than 120 bytes, the most that one claim may take"
SMALL = Limits(max_bytes=120)
BIG = json.dumps({**SECOND, "claim_id": "x" * 200})


def read(text: str | bytes, limits: Limits | None = None) -> list[Entry]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_claims(data, limits) if limits else read_claims(data))


def claims(text: str | bytes) -> list[dict[str, object] | None]:
    entries = read(text)
    assert [fault for entry in entries for fault in entry.faults] == []
    return [entry.claim for entry in entries]


def said(text: str | bytes, limits: Limits | None = None) -> list[str | None]:
    """Of each entry its message, or None where it is a claim."""
    return [entry.faults[0].message if entry.faults else None for entry in read(text, limits)]


# ------------------------------------------------------------------ the three forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (A, [FIRST]),
        (f"\n  {A}\n\n", [FIRST]),
        (PRETTY, [FIRST]),
        (PRETTY.replace("\n", "\r\n") + "\r\n", [FIRST]),
        (f"\ufeff{PRETTY}", [FIRST]),
        (f"{A}\n{B}", [FIRST, SECOND]),
        (f"{A}\r\n\r\n  {B}  \r\n", [FIRST, SECOND]),
        (f"\ufeff{A}\n{B}\n", [FIRST, SECOND]),
        (f"[{A}]", [FIRST]),
        (f"\ufeff [\n{PRETTY},\n{B}\n]\n", [FIRST, SECOND]),
        (f"[{A},{B},{A}]", [FIRST, SECOND, FIRST]),
        ("[\n" + A + "\n,\n" + B + "]", [FIRST, SECOND]),
        ("{}", [{}]),
    ],
)
def test_the_three_forms(text: str, expected: list[dict[str, object]]) -> None:
    assert claims(text) == expected


def test_a_claim_over_several_lines_is_one_even_where_a_line_is_an_object_of_its_own() -> None:
    text = '{"claim_id": "1", "lines": [\n{"line_number": 1},\n{"claim_id": "0", "line_number": 2}\n]}'
    assert claims(text) == [
        {"claim_id": "1", "lines": [{"line_number": 1}, {"claim_id": "0", "line_number": 2}]}
    ]


def test_position_and_line_of_each() -> None:
    assert [(e.position, e.line) for e in read(f"\n{A}\n\n{B}\n")] == [(1, 2), (2, 4)]
    assert [(e.position, e.line) for e in read(f"[\n{PRETTY},\n\n{B}\n, {A}]")] == [(1, 2), (2, 10), (3, 11)]
    assert [(e.position, e.line) for e in read(f"\n\n{PRETTY}")] == [(1, 3)]


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff", "\ufeff\n", "[]", " [ \n ] "])
def test_a_file_without_a_claim(text: str) -> None:
    (entry,) = read(text)
    assert (entry.position, entry.line, entry.claim) == (0, None, None)
    assert said(text) == ["has no claim in it"]


# ------------------------------------------------------------------ a bad one among others


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{A[:-2]}\n{B}", [f"{CUT} 1, column {len(A) - 1}: it was cut off", None]),
        (f"{A}\n{B[:-1]}\n{A}", [None, f"{CUT} 2, column {len(B)}: it was cut off", None]),
        (f"{A}\n12\n{A}", [None, "is a number: a claim is a JSON object", None]),
        (f"{A}\n{A}{B}", [None, f"is not JSON at line 2, column {len(A) + 1}: more follows after the end"]),
        (f"{A[:-1]},}}\n{B[:-1]},}}", ["is not JSON at line 1, column", "is not JSON at line 2, column"]),
        (
            f"[{A},{{'a':1}},{B}]",
            [None, f"is not JSON at line 1, column {len(A) + 4}: a key in double quotes", None],
        ),
        (
            f"[{A},\n {{,}},[],{B}]",
            [None, "is not JSON at line 2, column 3: a key", "is a list: a claim", None],
        ),
        (f"[,{A}]", ["is empty: there is a comma too many before line 1, column 2", None]),
        (f"[{A},\n]", [None, "is empty: there is a comma too many before line 2, column 1"]),
        (f"[{A},{B[:-1]}", [None, f"{CUT} 1, column", "ends before its list of claims does"]),
        (f"[{A}", [None, "ends before its list of claims does"]),
        (f"[{A},", [None, "ends before its list of claims does"]),
        ("[", ["ends before its list of claims does"]),
        (f"[{A}]\n{B}", [None, "goes on where the list of claims should end, at line 2, column 1"]),
        (f"[{A}]]", [None, f"goes on where the list of claims should end, at line 1, column {len(A) + 3}"]),
        (f"[{A}}}", [None, f"goes on where the list of claims should end, at line 1, column {len(A) + 2}"]),
        (f"{PRETTY}\n{PRETTY}", ["is not JSON at line 8, column 1: more follows after the end of the claim"]),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_still_comes(text: str, expected: list[str | None]) -> None:
    found = said(text)
    assert len(found) == len(expected)
    for message, start in zip(found, expected, strict=True):
        assert (message is None) is (start is None)
        assert message is None or message.startswith(cast(str, start)), message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a" 1}', "line 1, column 6: a colon is expected"),
        ('{"a": }', "line 1, column 7: a value is expected"),
        ('{"a": 1 "b": 2}', "line 1, column 9: a comma or a closing bracket is expected"),
        ("{'a': 1}", "line 1, column 2: a key in double quotes is expected"),
        ('{"é": 1,\n "b": "x\ty"}', "line 2, column 9: a text has a line break or a control character in it"),
        ('{"a": "\\q"}', "line 1, column 8: a text has a backslash that means nothing"),
        ('{"a": "\\u12"}', "line 1, column"),
        ('{"a": "x}', "line 1, column 7: a text that begins here is not closed"),
        ('{"a": 01}', "line 1, column 8: a comma or a closing bracket is expected"),
        ('{"a": +1}', "line 1, column 7: a value is expected"),
        ('{"a": nan}', "line 1, column 7: a value is expected"),
    ],
)
def test_where_the_text_breaks(text: str, reason: str) -> None:
    (message,) = said(text)
    assert message is not None
    assert message.startswith(f"is not JSON at {reason}")


def test_a_text_that_ends_too_early_says_where() -> None:
    assert said(PRETTY[:-2]) == [f"{CUT} 6, column 14: it was cut off"]
    assert said('{"a":\n[1,\n') == [f"{CUT} 2, column 4: it was cut off"]


# ------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (A.encode("utf-16"), "is UTF-16 text: save it as UTF-8"),
        (A.encode("utf-16-le"), "is UTF-16 or UTF-32 text: save it as UTF-8"),
        (A.encode("utf-16-be"), "is UTF-16 or UTF-32 text: save it as UTF-8"),
        (A.encode("utf-32"), "is UTF-32 text: save it as UTF-8"),
        (b"\x1f\x8b\x08\x00rest", "is compressed: unpack it first"),
        (b"PK\x03\x04rest", "is compressed: unpack it first"),
        (A.encode("latin-1"), "is not UTF-8 at line 1, column 15, byte offset 14"),
    ],
)
def test_other_encodings(data: bytes, expected: str) -> None:
    assert said(data) == [expected]


def test_a_byte_that_is_not_utf8_spoils_one_claim_only() -> None:
    data = f"{A}\n".encode() + A.encode("latin-1") + f"\n{B}".encode()
    assert said(data) == [
        None,
        f"is not UTF-8 at line 2, column 15, byte offset {len(A.encode()) + 15}",
        None,
    ]
    array = f"[{A},".encode() + A.encode("latin-1") + f",{B}]".encode()
    assert said(array)[1:] == [
        f"is not UTF-8 at line 1, column {len(A) + 17}, byte offset {len(A.encode()) + 16}",
        None,
    ]


# ------------------------------------------------------------------ size and depth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{A}\n{BIG}\n{B}", [None, TOO_LARGE, None]),
        (f"{BIG}\n{A}", [TOO_LARGE, None]),
        (BIG, [TOO_LARGE]),
        (json.dumps(json.loads(BIG), indent=2), [TOO_LARGE]),
        (f"[{A},{BIG},{B}]", [None, TOO_LARGE, None]),
        (f"[{BIG}]", [TOO_LARGE]),
        ("{" + " " * 119 + "}", [TOO_LARGE]),
        ("{" + " " * 118 + "}", [None]),
        ("{" + "\n" * 119 + "}", [TOO_LARGE]),
        ("\n" + " " * 500 + "{" + "\n" * 118 + "}\n", [None]),
    ],
)
def test_a_claim_past_the_limit_is_refused_and_the_rest_still_comes(
    text: str, expected: list[str | None]
) -> None:
    assert said(text, SMALL) == expected


class Endless(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, start: bytes, filler: bytes, times: int, end: bytes) -> None:
        self.pieces = chain([start], repeat(filler, times), [end])
        self.left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.left = self.left or next(self.pieces, b"")
        part, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    ("start", "end"),
    [(b'[{"claim_id": "', b'"}, {}]'), (b'{"claim_id": "', b'"}\n{}')],
    ids=["array", "lines"],
)
def test_a_claim_of_any_size_is_passed_over_without_being_held(start: bytes, end: bytes) -> None:
    source = io.BufferedReader(Endless(start, b"x" * CHUNK, 512, end))
    tracemalloc.start()
    entries = [(entry.position, entry.claim) for entry in read_claims(source)]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert entries == [(1, None), (2, {})]
    assert most < 8 * 1_048_576 < 512 * CHUNK


def test_claims_come_while_the_file_is_still_being_read() -> None:
    lines = io.BufferedReader(Endless(b"", f"{A}\n".encode(), 10**9, b""), buffer_size=512)
    reader = read_claims(lines)
    assert [next(reader).position for _ in range(3)] == [1, 2, 3]
    elements = io.BufferedReader(Endless(b"[", f"{A},".encode(), 10**9, b""), buffer_size=512)
    reader = read_claims(elements)
    assert [next(reader).position for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    for levels, refused in ((63, False), (64, True), (100_000, True)):
        inner = opening * levels + "1" + closing * levels
        for text in ('{"x":' + inner + "}", '[{"x":' + inner + "}]", f'{A}\n{{"x":{inner}}}'):
            assert (said(text)[-1] == "is nested more than 64 levels deep") is refused


def test_brackets_in_texts_are_no_nesting() -> None:
    text = json.dumps({"x": '[{"' * 100, "y": ["{" * 100]})
    assert claims(text) == [json.loads(text)]


# ------------------------------------------------------------------ what the text may say and a claim may not


def test_marks_stand_for_what_a_claim_may_not_hold() -> None:
    (claim,) = claims(
        '{"a": 1.5, "b": 1e999999999, "c": NaN, "d": [-Infinity], "e": 123456789012345678, "f": '
        + "9" * 10_000
        + ', "g": -0.0}'
    )
    assert claim == {
        "a": FRACTION,
        "b": FRACTION,
        "c": NOT_A_NUMBER,
        "d": [NOT_A_NUMBER],
        "e": 123456789012345678,
        "f": HUGE,
        "g": FRACTION,
    }


def test_the_check_reports_them_with_their_place() -> None:
    text = """{
        "claim_id": "1", "claim_id": "2",
        "payer": {"id": "medicare", "id": "aetna", "Jane Doe": 1, "Jane Doe": 2},
        "billing_provider": {"npi": "1234567893"}, "diagnoses": [{"code": "K56.50"}],
        "lines": [{"line_number": 1.0, "procedure_code": "44120", "service_date": "2026-03-02",
                   "charge_amount": 1136.30, "units": NaN, "units": 1}]
    }"""
    (claim,) = claims(text)
    money = 'money as a decimal string is needed here, such as "1136.30"'
    number = 'a number as a decimal string is needed here, such as "1" or "2.5"'
    whole = "a whole number from 1 to 999999 is needed here"
    assert [str(fault) for fault in check_claim(claim)] == [
        'claim: the key "claim_id" stands here more than once: keep one of them',
        '/lines/0: the key "units" stands here more than once: keep one of them',
        f"/lines/0/charge_amount: {money}, not a number with a decimal point: put it in quotes",
        f"/lines/0/line_number: {whole}, not a number with a decimal point",
        f"/lines/0/units: {number}, not a number: put it in quotes",
        "/payer: a key stands here more than once: keep one of them",
        "/payer: has a key that the schema does not know here",
        '/payer: the key "id" stands here more than once: keep one of them',
    ]
