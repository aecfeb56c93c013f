from __future__ import annotations

import io
import json
from typing import BinaryIO, cast

from hypothesis import given
from hypothesis import strategies as st

from pollex.intake.claims import check_claim
from pollex.intake.document import Limits
from pollex.intake.jsontext import read_claims

A = '{"claim_id": "É-1", "payer": {"id": "medicare"}, "lines": []}'
B = json.dumps({"claim_id": '2 } ] , "\\', "payer": {"id": "aetna"}, "lines": [[{}], {}]})

PIECES = st.sampled_from(
    [
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        '"',
        "\\",
        "\n",
        " ",
        "1",
        "-",
        "1.5",
        "NaN",
        "null",
        "é",
        '"a":',
        A,
        B,
        "\ufeff",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(st.binary(max_size=200) | TEXTS.map(str.encode), st.integers(1, 300))
def test_no_bytes_raise(data: bytes, max_bytes: int) -> None:
    entries = list(read_claims(data, Limits(max_bytes=max_bytes, max_depth=4)))
    assert entries, "there is always something to say"
    for entry in entries:
        assert (entry.claim is None) is bool(entry.faults)
        assert isinstance(check_claim(entry.claim), tuple)
    positions = [entry.position for entry in entries if entry.position]
    assert positions == list(range(1, len(positions) + 1))


class Dribble(io.RawIOBase):
    """Gives a few bytes at a time, however many are asked for."""

    def __init__(self, data: bytes, step: int) -> None:
        self.data = data
        self.step = step

    def read(self, size: int = -1) -> bytes:
        part, self.data = self.data[: min(size, self.step)], self.data[min(size, self.step) :]
        return part

    def readable(self) -> bool:
        return True


@given(TEXTS | st.builds("[{}".format, TEXTS), st.integers(1, 7))
def test_it_does_not_matter_in_which_pieces_a_file_comes(text: str, step: int) -> None:
    limits = Limits(max_bytes=200)
    whole = list(read_claims(text.encode(), limits))
    pieces = list(read_claims(cast(BinaryIO, Dribble(text.encode(), step)), limits))
    assert pieces == whole


SIMPLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.lists(st.dictionaries(st.text(), SIMPLE, max_size=4), min_size=1, max_size=5),
    st.sampled_from([None, 1]),
)
def test_claims_written_by_json_come_back(written: list[dict[str, object]], indent: int | None) -> None:
    for text in (json.dumps(written, indent=indent), "\n".join(map(json.dumps, written))):
        assert [entry.claim for entry in read_claims(text.encode())] == written
