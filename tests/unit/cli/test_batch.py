"""`pollex batch`: what it says, how it ends, and that killing it loses nothing."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pollex.resources import read_text
from unit.batch.claims import mixed, ndjson
from unit.cli.small import Run, claim

GOLDEN = Path(__file__).parent / "golden"
CLAIMS = mixed(20)
UNDER = ("--policies", "policies")
CHUNK = 2
LONG = 10_000
"""Looks until a test gives up on a process that hangs."""


@pytest.fixture
def claims(folder: Path) -> Path:
    (folder / "in.ndjson").write_bytes(ndjson(CLAIMS))
    return folder


# ------------------------------------------------------------------ what it writes and says


def test_claims_are_laid_out_in_columns(claims: Path, run: Run) -> None:
    pytest.importorskip("pyarrow")
    ran = run("batch", "in.ndjson", "--to-parquet", "-o", "claims.parquet", "--rejects", "refused.ndjson")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines()[0] == "16 claims laid out, 4 not valid"
    ran = run("batch", "claims.parquet", "-o", "out.ndjson", *UNDER)
    assert ran.code == 0
    run("batch", "in.ndjson", "-o", "direct.ndjson", *UNDER)
    found, direct = (
        [
            (line["outcome"], line["percent"], line["allowed_amount"])
            for decision in map(json.loads, (claims / name).read_text(encoding="utf-8").splitlines())
            for line in decision["lines"]
        ]
        for name in ("out.ndjson", "direct.ndjson")
    )
    assert found == direct


def test_columns_are_decided_by_sql(claims: Path, run: Run) -> None:
    pytest.importorskip("duckdb")
    parquet = pytest.importorskip("pyarrow.parquet")
    run("batch", "in.ndjson", "--to-parquet", "-o", "claims.parquet")
    by_sql = run("batch", "claims.parquet", "--engine", "duckdb", "-o", "out.parquet", *UNDER)
    by_python = run("batch", "claims.parquet", "-o", "python.parquet", *UNDER)
    assert (by_sql.code, by_sql.err) == (0, "")
    assert by_sql.out == by_python.out.replace("python.parquet", "out.parquet")
    assert parquet.read_table("out.parquet").equals(parquet.read_table("python.parquet"))


def test_the_summary_of_claims_laid_out(claims: Path, run: Run) -> None:
    pytest.importorskip("pyarrow")
    ran = run("batch", "in.ndjson", "--to-parquet", "-o", "claims.parquet", "--summary", "json")
    assert json.loads(ran.out) == {"claims": {"laid_out": 16, "invalid": 4}, "unreadable_inputs": 0}


def test_decisions_are_those_of_decide_and_the_summary_is_for_reading(
    claims: Path, run: Run, golden: Callable[[Path, str], None]
) -> None:
    ran = run("batch", "in.ndjson", "-o", "out.ndjson", *UNDER, "--rejects", "refused.ndjson")
    assert ran.code == 1
    assert ran.err == ""
    golden(GOLDEN / "batch.txt", ran.out)
    one_by_one = run("decide", "in.ndjson", *UNDER, "--format", "ndjson")
    assert (claims / "out.ndjson").read_text(encoding="utf-8") == one_by_one.out
    assert len((claims / "refused.ndjson").read_text(encoding="utf-8").splitlines()) == 4


def test_the_summary_for_programs_keeps_to_its_schema(
    claims: Path, run: Run, golden: Callable[[Path, str], None]
) -> None:
    ran = run("batch", "in.ndjson", "-o", "out", *UNDER, "--summary", "json")
    golden(GOLDEN / "batch.json", ran.out)
    Draft202012Validator(json.loads(read_text("schemas", "batch-summary.schema.json"))).validate(
        json.loads(ran.out)
    )


def test_all_well_is_zero_and_says_so_shortly(claims: Path, run: Run) -> None:
    Path("good.ndjson").write_bytes(ndjson([claim(), claim()]))
    ran = run("batch", "good.ndjson", "-o", "out", *UNDER)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("2 claims decided\n")
    assert ran.out.endswith("\ndecisions in out\n")


def test_claims_that_are_not_valid_are_told_and_not_all_of_them(claims: Path, run: Run) -> None:
    Path("bad.ndjson").write_bytes(b'{"claim_id": "S3CR3T"}\n' * 12)
    ran = run("batch", "bad.ndjson", "-o", "out", *UNDER)
    assert ran.code == 1
    assert ran.err.count("is not valid") == 10
    assert ran.err.endswith("pollex: 2 more claims not valid: --rejects FILE lists them all\n")
    assert "S3CR3T" not in ran.err + ran.out
    assert (claims / "out").read_bytes() == b""


def test_standard_input_and_packed_files_go_together(
    claims: Path, run: Run, typed: Callable[[bytes], None]
) -> None:
    Path("in.gz").write_bytes(gzip.compress(ndjson(CLAIMS)))
    typed(ndjson(CLAIMS[:3]))
    ran = run("batch", "in.gz", "-", "-o", "out", *UNDER, "--summary", "json")
    assert json.loads(ran.out)["claims"]["decided"] == 19


def test_parquet_is_written_where_the_name_says_so(claims: Path, run: Run) -> None:
    pytest.importorskip("pyarrow")
    for arguments in (("-o", "out.parquet"), ("-o", "out", "--format", "parquet")):
        run("batch", "in.ndjson", *arguments, *UNDER)
        assert Path(arguments[1]).read_bytes().startswith(b"PAR1")
    run("batch", "out.parquet", "-o", "again.parquet", "--format", "ndjson", *UNDER)
    assert Path("again.parquet").read_bytes() == b"", "rows of decisions are no claims"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("in.ndjson",), "the following arguments are required: -o/--output"),
        (("none.ndjson", "-o", "out"), "none.ndjson cannot be read: no such file or directory"),
        (("policies", "-o", "out"), "policies is a folder: name the files of claims in it"),
        (("-", "-", "-o", "out"), "standard input (`-`) can be named once"),
        (("in.ndjson", "-o", "in.ndjson"), "in.ndjson is one of the inputs"),
        (("in.ndjson", "-o", "out", "--rejects", "in.ndjson"), "in.ndjson is one of the inputs"),
        (("in.ndjson", "-o", "out", "--rejects", "./out"), "out cannot take both"),
        (("in.ndjson", "-o", "-"), "- is not a file: name one to write to"),
        (("in.ndjson", "-o", "policies"), "policies is not a file: name one to write to"),
        (("in.ndjson", "-o", "no/out"), "there is no folder no"),
        (("in.ndjson", "-o", "out", "--workers", "0"), "`0` is not a whole number from 1 to 256"),
        (("in.ndjson", "-o", "out", "--format", "csv"), "`csv` is not a format"),
        (("in.ndjson", "-o", "out", "--policies", "none"), "none"),
        (("cut.gz", "-o", "out"), "cut.gz ends in the middle of its compressed data"),
        (("in.ndjson", "-o", "out", "--to-parquet"), "--policies means nothing with --to-parquet"),
        (("in.ndjson", "-o", "out", "--engine", "duckdb"), "--engine duckdb writes Parquet"),
        (("in.ndjson", "-o", "out", "--engine", "oracle"), "`oracle` is not an engine"),
        (
            ("in.ndjson", "-o", "out.parquet", "--engine", "duckdb"),
            "Parquet, which in.ndjson is not: `pollex batch in.ndjson --to-parquet -o FILE.parquet` lays",
        ),
        (("-", "-o", "out.parquet", "--engine", "duckdb"), "is not: `pollex batch - --to-parquet"),
        (("in.ndjson", "-o", "out.parquet", "--engine", "duckdb", "--to-parquet"), "leave one of them out"),
    ],
)
def test_bad_usage_is_a_sentence(claims: Path, run: Run, arguments: tuple[str, ...], said: str) -> None:
    Path("cut.gz").write_bytes(gzip.compress(ndjson(CLAIMS))[:-1])
    ran = run("batch", *arguments, *(() if "--policies" in arguments else UNDER))
    assert ran.code == 2
    assert ran.err.startswith("pollex: ")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""
    assert not Path("out").exists()


def test_parquet_without_its_library_is_a_sentence(
    claims: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pollex.batch.parquet.is_installed", lambda: False)
    ran = run("batch", "in.ndjson", "-o", "out.parquet", *UNDER)
    assert (ran.code, ran.err) == (2, "pollex: Parquet needs pyarrow: `pip install 'pollex[parquet]'`\n")


def test_an_engine_that_is_not_installed_is_a_sentence(
    claims: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("batch", "in.ndjson", "-o", "out.parquet", "--engine", "spark", *UNDER)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    assert run(*asked).err == "pollex: --engine spark needs `java`, which is not installed here\n"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = run(*asked)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "pollex: --engine spark needs pyspark and pyarrow: `pip install 'pollex[spark]'`\n"


def test_an_unfinished_run_that_cannot_go_on_says_so(claims: Path, run: Run) -> None:
    (claims / "out.checkpoint").write_text("{}", encoding="utf-8")
    ran = run("batch", "in.ndjson", "-o", "out", *UNDER)
    assert ran.code == 2
    assert ran.err == (
        "pollex: out.partial holds an unfinished run that cannot go on: out.checkpoint is damaged; "
        "--restart begins anew\n"
    )
    assert run("batch", "in.ndjson", "-o", "out", *UNDER, "--restart").code == 1


# ------------------------------------------------------------------ stopping for real


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own that waits for claims on its standard input."""
    command = [sys.executable, "-m", "pollex", "batch", "-", "-o", "out", *UNDER, "--chunk", str(CHUNK)]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([*command, *arguments], **pipes)


def wait_for(chunks: int, process: subprocess.Popen[bytes]) -> None:
    """Until so many chunks are in the checkpoint."""
    at = Path("out.checkpoint")
    for _ in range(LONG):
        if at.exists() and json.loads(at.read_bytes())["chunks"] >= chunks:
            return
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.02)
    process.kill()
    pytest.fail("it hangs")


@pytest.mark.parametrize(("how", "workers"), [("SIGKILL", 1), ("SIGKILL", 2), ("SIGINT", 2)])
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_is_stopped_loses_nothing(claims: Path, run: Run, workers: int, how: str) -> None:
    arguments = ("--workers", str(workers), "--rejects", "refused")
    with started(*arguments) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(ndjson(CLAIMS[:16]))
        process.stdin.flush()
        wait_for(2, process)
        assert not Path("out").exists()
        os.kill(process.pid, getattr(signal, how))
        assert process.stderr.read().count(b"stopped; ") == (how == "SIGINT")
        assert process.wait() == {"SIGINT": 130, "SIGKILL": -9}[how]
    assert not Path("out").exists()
    done = json.loads(Path("out.checkpoint").read_bytes())["chunks"]
    assert done >= 2

    with started(*arguments) as process:
        _, said = process.communicate(ndjson(CLAIMS))
        assert process.returncode == 1
    assert f"going on with an unfinished run: {done * CHUNK} claims done before" in said.decode()
    run("batch", "in.ndjson", "-o", "whole", *UNDER)
    assert Path("out").read_bytes() == Path("whole").read_bytes()
    assert len(Path("refused").read_text(encoding="utf-8").splitlines()) == 4
    assert {file.name for file in claims.iterdir()} == {"policies", "in.ndjson", "out", "refused", "whole"}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks the system for its processes")
def test_workers_end_with_the_process_that_was_killed(claims: Path) -> None:
    with started("--workers", "2") as process:
        assert process.stdin is not None
        process.stdin.write(ndjson(CLAIMS[:16]))
        process.stdin.flush()
        wait_for(1, process)
        workers = children(process.pid)
        assert len(workers) == 2
        process.kill()
        for _ in range(LONG):
            if all(is_zombie(worker) for worker in workers):
                return
            time.sleep(0.02)
        pytest.fail("they live on")


def children(pid: int) -> list[int]:
    stats = [file.read_text(encoding="utf-8") for file in Path("/proc").glob("[0-9]*/stat")]
    return [int(stat.split()[0]) for stat in stats if int(stat.rpartition(")")[2].split()[1]) == pid]


def is_zombie(pid: int) -> bool:
    """Whether it has ended, and perhaps waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
