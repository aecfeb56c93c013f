"""Files of claims that are packed are read as they are, by every command that reads claims."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from pollex.cli.main import main
from unit.batch.claims import mixed, ndjson

CLAIMS = mixed(5)
PLAIN = ndjson(CLAIMS)


def decided(capsys: pytest.CaptureFixture[str], file: Path, data: bytes) -> tuple[int, str, str]:
    file.write_bytes(data)
    code = main(["decide", str(file), "--format", "ndjson"])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(PLAIN), zstandard.compress(PLAIN), gzip.compress(json.dumps(CLAIMS).encode())],
    ids=["gzip", "zstd", "an array in gzip"],
)
def test_packed_claims_are_decided_like_plain_ones(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, packed: bytes
) -> None:
    expected = decided(capsys, tmp_path / "plain", PLAIN)
    assert len(expected[1].splitlines()) == 4  # and one that is not valid
    assert decided(capsys, tmp_path / "packed", packed)[:2] == expected[:2]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(PLAIN)[:60], "ends in the middle of its compressed data"),
        (gzip.compress(PLAIN)[:12] + b"\xff" * 60, "cannot be read: its compressed data are damaged"),
        (zstandard.compress(PLAIN)[:60], "ends in the middle of its compressed data"),
        (b"PAR1\x00\x00", "is Parquet: `pollex batch` reads that"),
    ],
    ids=["gzip that ends early", "damaged gzip", "zstd that ends early", "parquet"],
)
def test_what_cannot_be_unpacked_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes, said: str
) -> None:
    file = tmp_path / "claims"
    code, out, err = decided(capsys, file, data)
    assert (code, out) == (2, "")
    assert err == f"pollex: {file} {said}\n"


def test_a_command_for_one_claim_reads_it_packed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "one.gz").write_bytes(gzip.compress(PLAIN.splitlines()[0]))
    assert main(["compare", str(tmp_path / "one.gz"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)
