"""`pollex test --watch`: again at every change, whatever came out before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

import pytest

import pollex
from pollex.cli import test as command
from pollex.cli import watching
from pollex.cli.exits import Stop
from unit.cli.small import POLICY, Run

SMALL = Path("policies/small.pol")


@pytest.fixture
def edits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | bytes]:
    """What the policy becomes, one text after the other, while the command watches."""
    texts: list[str | bytes] = []

    def changes(folders: Sequence[Path]) -> Iterator[tuple[str, ...]]:
        yield ()
        for text in texts:
            SMALL.write_bytes(text if isinstance(text, bytes) else text.encode())
            yield (str(folder / SMALL),)

    monkeypatch.setattr(command, "changes", changes)
    return texts


def test_every_change_runs_the_tests_again(run: Run, edits: list[str | bytes]) -> None:
    edits += [POLICY.replace("$160.00", "$170.00"), POLICY]
    ran = run("test", "policies", "--watch")
    assert ran.code == 0
    assert [line.split(" in ")[0] for line in ran.out.splitlines() if "passed" in line] == [
        "2 passed, 0 failed",
        "1 passed, 1 failed",
        "2 passed, 0 failed",
    ]
    watching = "pollex: watching policies; Ctrl-C ends"
    changed = "pollex: policies/small.pol changed"
    assert ran.err.splitlines() == [watching, changed, watching, changed, watching]


def test_what_cannot_be_run_is_said_and_the_watch_goes_on(run: Run, edits: list[str | bytes]) -> None:
    edits += [POLICY.replace("modifier 80", "modifire 80"), b"policy \xff", POLICY]
    ran = run("test", "policies", "--watch")
    assert ran.code == 0
    assert ran.out.count("2 passed, 0 failed") == 2
    assert "error[POL" in ran.err
    assert "pollex: the policies cannot be run: " in ran.err
    assert "pollex: policies/small.pol cannot be read: it is not UTF-8\n" in ran.err


def test_a_path_that_does_not_exist_is_not_waited_for(folder: Path, run: Run) -> None:
    ran = run("test", "nowhere", "--watch")
    assert (ran.code, ran.err) == (2, "pollex: there is no file or folder nowhere\n")


def test_without_the_package_nothing_runs_and_it_is_named(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    ran = run("test", "policies", "--watch")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"pollex: {watching.MISSING}\n"


def test_all_that_is_read_is_watched_once(folder: Path) -> None:
    (folder / "sets").mkdir()
    assert watching.folders_of(["policies"], ["policies/sets/a.yaml", "sets/b.yaml"]) == (
        folder / "policies",
        folder / "sets",
    )
    assert watching.folders_of(["policies/small.pol"], []) == (folder / "policies",)
    (shipped,) = watching.folders_of([], ["policies/x.pol"])
    assert (shipped / "README.md").is_file()


def test_shipped_policies_in_an_archive_cannot_be_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "policies_root", object)
    with pytest.raises(Stop, match="needs a PATH"):
        watching.folders_of([], [])


def test_a_file_that_is_saved_is_noticed_and_ctrl_c_ends(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(pollex.__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-m", "pollex", "test", "policies", "--watch", "--format", "github"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    watchdog = Timer(120, process.kill)
    watchdog.start()
    try:
        assert process.stdout.readline().startswith("2 passed, 0 failed")
        SMALL.write_text(POLICY.replace("$160.00", "$170.00"), encoding="utf-8")
        assert process.stdout.readline().startswith("::error file=policies/small.pol")
        assert process.stdout.readline().startswith("1 passed, 1 failed")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    finally:
        watchdog.cancel()
        process.kill()
    assert process.returncode == 130
    assert "pollex: policies/small.pol changed" in err
    assert "Traceback" not in err
