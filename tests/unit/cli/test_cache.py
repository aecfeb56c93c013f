"""`pollex cache`, and `--no-cache` of every command that compiles."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pollex.cli.arguments import OFFERED, _parser
from unit.cli.small import Run

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="nothing is kept without user ids")
COMPILES_NOTHING = {"fmt", "explain", "cache", "version"}


@pytest.fixture
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands of a test keep what they compile."""
    place = folder / "kept"
    monkeypatch.setenv("POLLEX_CACHE_DIR", str(place))
    return place


def test_what_is_kept_is_counted_and_cleared(run: Run, place: Path) -> None:
    assert run("cache").out == f"{place}: 0 entries, 0.0 MB\n"
    assert run("check", "policies").code == 0
    size = sum(entry.stat().st_size for entry in place.iterdir())
    said = {"bytes": size, "cleared": False, "entries": len(list(place.iterdir())), "folder": str(place)}
    assert said["entries"] in (1, 2)  # with the parser's tables, where no test before has made them
    assert json.loads(run("cache", "--format", "json").out) == said
    assert json.loads(run("cache", "--clear", "--format", "json").out) == {**said, "cleared": True}
    assert list(place.iterdir()) == []
    assert run("cache", "--clear").out == f"{place}: removed 0 entries, 0.0 MB\n"


def test_other_files_stay(run: Run, place: Path) -> None:
    run("check", "policies")
    (place / "mine.txt").write_text("")
    run("cache", "--clear")
    assert [file.name for file in place.iterdir()] == ["mine.txt"]


def test_where_nothing_is_kept_it_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLLEX_CACHE_DIR", "")
    for more in ((), ("--clear",)):
        assert run("cache", *more).out == "nothing is kept: POLLEX_CACHE_DIR is empty\n"
    assert json.loads(run("cache", "--format", "json").out)["folder"] is None


def test_a_folder_that_others_can_write_is_left_alone(run: Run, place: Path) -> None:
    run("check", "policies")
    place.chmod(0o777)
    assert run("cache", "--clear").out == f"{place}: removed 0 entries, 0.0 MB\n"
    assert list(place.iterdir())


def test_a_command_without_the_cache_keeps_nothing_and_changes_nothing_else(run: Run, place: Path) -> None:
    assert run("test", "policies", "--no-cache").code == 0
    assert not place.exists()
    assert os.environ["POLLEX_CACHE_DIR"] == str(place)
    assert run("check", "policies").code == 0
    assert place.exists()


def test_the_second_run_of_tests_reads_no_policy(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("test", "policies", "--format", "json")
    monkeypatch.setattr("pollex.syntax.parse.parse", None)
    again = run("test", "policies", "--format", "json")
    assert (again.code, again.err) == (said.code, said.err)
    timeless = [[{**test, "seconds": 0} for test in json.loads(ran.out)["tests"]] for ran in (said, again)]
    assert timeless[0] == timeless[1] != []
    assert run("test", "policies", "--no-cache").code != said.code  # it has to read them


@pytest.mark.parametrize("name", [one.name for one in OFFERED])
def test_each_command_that_compiles_can_do_without(name: str) -> None:
    commands = next(action for action in _parser()._actions if action.dest == "command")
    assert commands.choices is not None
    flags = commands.choices[name]._option_string_actions  # type: ignore[call-overload]
    assert ("--no-cache" in flags) == (name not in COMPILES_NOTHING)
