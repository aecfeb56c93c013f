"""The bench runs, and says what it measured; how long anything takes is no test."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest


def bench(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.bench", *arguments]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=300)


def test_each_work_is_held_to_the_floor(checkout: Path) -> None:
    done = bench(checkout, "policy-tests", "--rounds", "1", "--scale", "12")
    assert (done.returncode, done.stderr) == (0, "")
    goal, how, *rows = done.stdout.splitlines()
    assert goal.startswith("policy-tests: 1,000 policy tests in 1 s")
    assert "processor time" in how
    assert len(rows) == 3
    for row in rows:
        assert re.fullmatch(r"  \S.*\S +\d+\.\d{4} s +(floor|[\d,.]+ x floor)", row), row
    assert rows[0].endswith(" floor")


def test_processes_are_held_to_one_that_does_nothing(checkout: Path) -> None:
    done = bench(checkout, "commands", "--rounds", "1")
    assert (done.returncode, done.stderr) == (0, "")
    _, _, floor, *rows = done.stdout.splitlines()
    assert floor.lstrip().startswith("python -c pass")
    assert [row.split()[:2] for row in rows] == [["pollex", name] for name in ("--help", "decide", "test")]
    assert all(row.endswith(" x floor") for row in rows)


def test_the_readme_lists_every_bench(checkout: Path) -> None:
    readme = (checkout / "tests" / "bench" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \|", readme, re.MULTILINE)
    done = bench(checkout, "no-such-bench")
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith(f"there is no bench no-such-bench; there are {', '.join(listed)}")


@pytest.fixture
def module(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of the bench by its name."""
    monkeypatch.syspath_prepend(str(checkout))
    return lambda name: import_module(f"tests.bench.{name}")


def test_every_bench_has_a_place_to_be_kept_at(module: Any) -> None:
    places = [module("record").missing_place(name) for name in module("__main__").BENCHES]
    assert places == [None] * len(places)


def test_what_was_printed_takes_the_place_of_what_was_before(module: Any, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    place, other = (
        "<!-- printed by it -->\nbefore\n<!-- end -->\n",
        "<!-- printed by other -->\n<!-- end -->\n",
    )
    readme.write_text(f"Head\n{place}{other}", encoding="utf-8")
    module("record").record("it", ["1.00 s", r"2.00 s \\1"], readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("Head\n<!-- printed by it -->\n```text\n20")
    assert text.endswith(f"\n1.00 s\n2.00 s \\\\1\n```\n<!-- end -->\n{other}")
    assert "before" not in text


@pytest.mark.parametrize(
    "page",
    ["", "<!-- printed by it -->\n", "<!-- printed by it -->\n<!-- printed by other -->\n<!-- end -->\n"],
)
def test_a_page_without_a_place_is_a_sentence_before_anything_is_measured(
    page: str,
    module: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(page, encoding="utf-8")
    place = module("record").missing_place
    sentence = place("it", readme)
    assert sentence == (
        "README.md has no place for it: add the lines `<!-- printed by it -->` and `<!-- end -->`"
    )
    monkeypatch.setattr(module("__main__"), "missing_place", lambda name: sentence)
    monkeypatch.setattr("sys.argv", ["bench", "commands", "--record"])
    with pytest.raises(SystemExit) as stopped:
        module("__main__").main()
    told = capsys.readouterr()
    assert (stopped.value.code, told.out) == (2, "")
    assert told.err.rstrip().endswith(sentence)
