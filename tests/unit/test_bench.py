"""The bench runs, and says what it measured; how long anything takes is no test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


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
