"""Claims on lines of their own: taken in runs, they are the same as one by one."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pollex.intake.document import Limits
from pollex.intake.jsonlines import Run
from pollex.intake.jsontext import Text, TextReader, read_texts, texts_of

LIMITS = Limits(max_bytes=60)
CLAIM = b'{"claim_id":"1","lines":[]}'
LINES = st.lists(
    st.sampled_from(
        [
            *(CLAIM, CLAIM, CLAIM + b"\r", b"  " + CLAIM, b"{", b"", b" \t", b"\x0b", b"x\x0by", b"\r"),
            *(b'{"claim_id":"', b'{"claim_id":"\xc3\xa9","payer":{}}', b"x" * 58, b"x" * 61, b"x" * 62),
            *(b"x" * 63, b"x" * 200, b"[", b"]"),
        ]
    ),
    max_size=9,
)


def taken(data: bytes, most: int, room: int) -> list[Text | Run]:
    reader, found = TextReader(BytesIO(data), LIMITS), []
    while (one := reader.take(most, room)) is not None:
        found.append(one)
    return found


@given(
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\n \n", CLAIM + b"\n"]),
    LINES,
    st.booleans(),
    st.integers(1, 4),
    st.sampled_from([1, 50, 1000]),
)
@example(b"", [CLAIM, b"{", CLAIM], True, 3, 1000)
@example(b"", [b"{", CLAIM.replace(b"lines", b"payer"), CLAIM], True, 3, 1000)
def test_runs_hold_what_comes_one_by_one(
    before: bytes, lines: list[bytes], ended: bool, most: int, room: int
) -> None:
    data = before + b"\n".join(lines) + b"\n" * ended
    found = taken(data, most, room)
    assert [text for one in found for text in texts_of(one)] == list(read_texts(data, LIMITS))
    for run in found:
        if isinstance(run, Run):
            assert 1 <= len(run.lines) <= most
            assert sum(map(len, run.lines[:-1])) < room
            for index, text in enumerate(texts_of(run)):
                assert run.place_of(index) == text.place
                assert data[text.place.offset :].startswith(text.data)


def test_lines_that_are_claims_come_in_runs() -> None:
    data = (CLAIM + b"\n") * 10 + b"\n" + b"{\n" + (CLAIM + b"\n") * 2 + CLAIM
    sizes = [len(one.lines) if isinstance(one, Run) else None for one in taken(data, 4, 1000)]
    assert sizes == [4, 4, 2, None, 2, None]  # what is beside a run comes by itself


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_is_read_than_is_taken(most: int) -> None:
    stream = BytesIO((CLAIM + b"\n") * 10)
    reader = TextReader(stream, LIMITS)
    assert stream.tell() == 0
    reader.take(most)
    assert stream.tell() == most * (len(CLAIM) + 1)
