"""Files of claims laid out in columns, whole and in pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from pollex.batch.laying import Laying
from pollex.batch.layout import read_claims, table
from pollex.intake.document import DEFAULT
from unit.batch.claims import Seen, Stopped, job, mixed, ndjson, run

CLAIMS = mixed(20)
VALID = [claim for place, claim in enumerate(CLAIMS, 1) if place % 5]
LAYING = Laying(DEFAULT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pytest.importorskip("pyarrow")
    (tmp_path / "in").write_bytes(ndjson(CLAIMS))
    (tmp_path / "none").write_bytes(ndjson([CLAIMS[4]]))
    return tmp_path


@pytest.mark.parametrize("workers", [1, 2])
def test_valid_claims_are_rows_in_their_order(folder: Path, workers: int) -> None:
    tally, watch = run(job(folder, "in", desk=LAYING, workers=workers))
    (rows,) = read_claims(folder / "out")
    assert rows.equals(table(VALID))
    assert (tally.laid_out, tally.decided, tally.invalid) == (16, 0, 4)
    assert [reject.position for reject in watch.rejects] == [5, 10, 15, 20]


def test_a_run_that_was_stopped_goes_on(folder: Path) -> None:
    with pytest.raises(Stopped):
        run(job(folder, "in", desk=LAYING), Seen(stop_after=3))
    assert not (folder / "out").exists()
    _, watch = run(job(folder, "in", desk=LAYING))
    assert watch.before == 9
    (rows,) = read_claims(folder / "out")
    assert rows.equals(table(VALID))


def test_no_valid_claim_leaves_the_columns(folder: Path) -> None:
    run(job(folder, "none", desk=LAYING))
    assert list(read_claims(folder / "out")) == []


def test_what_was_laid_out_is_laid_out_alike(folder: Path) -> None:
    """Parquet in this layout, read again, is the same file."""
    run(job(folder, "in", desk=LAYING))
    run(job(folder, "out", out="again", desk=LAYING))
    assert (folder / "again").read_bytes() == (folder / "out").read_bytes()
