from __future__ import annotations

import gzip
import io
import json
import pickle
from pathlib import Path

import pytest
import zstandard

from pollex.batch.chunks import Chunk, chained
from pollex.batch.inputs import MOST_OF_A_CHUNK, Input, chunks, file_input
from pollex.batch.zstd import Unpacked
from pollex.intake.document import DEFAULT
from pollex.intake.jsontext import texts_of
from pollex.source.text import UnreadableFile
from unit.batch.claims import mixed, ndjson

CLAIMS = mixed(7)
PLAIN = ndjson(CLAIMS)


def cut(data: bytes, size: int = 3) -> list[Chunk]:
    return list(chunks([Input("in", stream=io.BytesIO(data))], size, DEFAULT))


def texts(found: list[Chunk]) -> list[bytes]:
    return [text.data.strip() for chunk in found for taken in chunk.texts for text in texts_of(taken)]


def frames(data: bytes) -> bytes:
    """Two frames, one after the other, cut in the middle of a claim."""
    packer = zstandard.ZstdCompressor()
    return packer.compress(data[:100]) + packer.compress(data[100:])


@pytest.mark.parametrize(
    "packed",
    [
        PLAIN,
        json.dumps(CLAIMS).encode(),
        gzip.compress(PLAIN),
        gzip.compress(PLAIN[:50]) + gzip.compress(PLAIN[50:]),
        frames(PLAIN),
        zstandard.ZstdCompressor().stream_reader(PLAIN).readall(),
    ],
    ids=["ndjson", "array", "gzip", "two gzip members", "two zstd frames", "zstd without a size"],
)
def test_what_a_file_is_shows_at_its_first_bytes(packed: bytes) -> None:
    found = cut(packed)
    assert texts(found) == PLAIN.splitlines()
    assert [len(texts([chunk])) for chunk in found] == [3, 3, 1]


@pytest.mark.parametrize("packed", [gzip.compress(PLAIN), frames(PLAIN)], ids=["gzip", "zstd"])
@pytest.mark.parametrize("keep", [20, -1])
def test_packed_data_that_were_cut_off_are_an_error(packed: bytes, keep: int) -> None:
    with pytest.raises(UnreadableFile, match="in ends in the middle of its compressed data"):
        cut(packed[:keep])


@pytest.mark.parametrize("packed", [gzip.compress(PLAIN), frames(PLAIN)], ids=["gzip", "zstd"])
def test_packed_data_that_are_damaged_are_an_error(packed: bytes) -> None:
    middle = len(packed) // 2
    with pytest.raises(UnreadableFile, match=r"cannot be read|in the middle"):
        cut(packed[:12] + b"\xff" * (middle - 12) + packed[middle:])


def test_without_a_library_for_zstandard_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("zstandard", "compression.zstd"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(UnreadableFile, match=r"pip install 'pollex\[zstd\]'"):
        cut(frames(PLAIN))


def test_little_that_unpacks_to_much_is_unpacked_little_by_little() -> None:
    packed = zstandard.ZstdCompressor().compress(bytes(64 << 20))
    made = zstandard.ZstdDecompressor().decompressobj
    stream = Unpacked(io.BytesIO(packed), made, zstandard.ZstdError)
    whole = 0
    while piece := stream.read(1 << 20):
        whole += len(piece)
        assert len(stream.held) < 16 << 20
    assert whole == 64 << 20


def test_a_chunk_of_large_claims_ends_early() -> None:
    large = b'{"claim_id": "' + b"x" * 1_000_000 + b'"}\n'
    sizes = [
        sum(len(text.data) for taken in chunk.texts for text in texts_of(taken))
        for chunk in cut(large * 20, 1000)
    ]
    assert len(sizes) > 2
    assert max(sizes) < MOST_OF_A_CHUNK + 1_048_576


def test_the_digest_hangs_on_every_claim_and_on_what_went_before() -> None:
    first, second, _ = cut(PLAIN)
    assert chained("", first) != chained("", second)
    assert chained(chained("", first), second) != chained(chained("", second), first)
    other = cut(PLAIN.replace(b"44121", b"44125", 1))[0]
    assert chained("", other) != chained("", first)


def test_a_chunk_comes_to_another_process_as_it_was() -> None:
    first, *_ = found = cut(PLAIN[:-50] + b"\n" + b"x" * 1_100_000 + b"\n{}")
    assert first.texts[0].place.line == 1
    assert any(text.fault for chunk in found for taken in chunk.texts for text in texts_of(taken))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own


def test_a_file_that_is_not_there_is_known_before_anything_is_decided(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read: no such file"):
        file_input(str(tmp_path / "none"))
    with pytest.raises(UnreadableFile, match="is a folder"):
        file_input(str(tmp_path))
