"""The checkout as a whole: style, types, sizes, what stands at the top, and what does not belong in it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pollex.source.codes import CODES

TOP_LEVEL = {"LICENSE", "README.md", "engine", "grammar", "policies", "pyproject.toml", "schemas", "tests"}
LONGEST = 400
TEST_COMMAND = "pip install -e '.[test]' && pytest"

# Spelled in pieces, so that this file does not find itself.
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "x" + r"fail(?!_strict)"])
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.}*/])/(?:" + "|".join(["wor" + "k", "ro" + "ot", "ho" + "me", "tm" + "p"]) + ")/"
)


def run(checkout: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(
    "command", [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)], ids=" ".join
)
def test_style_and_types(checkout: Path, command: tuple[str, ...]) -> None:
    if importlib.util.find_spec(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = run(checkout, sys.executable, "-m", *command)
    assert done.returncode == 0, done.stdout + done.stderr


def tracked(checkout: Path) -> list[Path]:
    """The files under version control and new ones; without a repository, all that lies in the checkout."""
    listed = run(checkout, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.returncode == 0:
        files = [checkout / name for name in listed.stdout.split("\0") if name]
    else:
        files = [file for top in TOP_LEVEL for file in (checkout / top, *(checkout / top).rglob("*"))]
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


def text_lines(checkout: Path) -> Iterator[tuple[str, str]]:
    """Each line of each tracked text file, with its place."""
    for file in tracked(checkout):
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{file.relative_to(checkout).as_posix()}:{number}", line


def test_no_module_is_too_long(checkout: Path) -> None:
    modules = [*(checkout / "engine" / "pollex").rglob("*.py"), *(checkout / "tests").rglob("*.py")]
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in modules}
    too_long = {str(file.relative_to(checkout)): n for file, n in lengths.items() if n > LONGEST}
    assert modules
    assert not too_long, f"split by noun what has more than {LONGEST} lines: {too_long}"


def test_the_top_level_holds_what_the_owner_asked_for(checkout: Path) -> None:
    tops = {file.relative_to(checkout).parts[0] for file in tracked(checkout)}
    assert {top for top in tops if not top.startswith(".")} == TOP_LEVEL


def test_nothing_is_left_unfinished(checkout: Path) -> None:
    modules = ("engine/", "tests/", "grammar/", "schemas/", "policies/")
    found = [
        place for place, line in text_lines(checkout) if place.startswith(modules) and UNFINISHED.search(line)
    ]
    assert not found


def test_no_file_knows_the_machine_it_was_written_on(checkout: Path) -> None:
    found = [place for place, line in text_lines(checkout) if MACHINE_PATHS.search(line)]
    assert not found


@pytest.mark.parametrize(
    "line", ['open("/tm' + 'p/claims.json")', "cd /wor" + "k/main", "at /ho" + "me/jane/x.pol"]
)
def test_a_machine_path_is_recognised(line: str) -> None:
    assert MACHINE_PATHS.search(line)


@pytest.mark.parametrize("line", ["https://example.org/work/x", "engine/work/", "folder/tmp/x", "${x}/tmp/"])
def test_other_paths_are_not(line: str) -> None:
    assert not MACHINE_PATHS.search(line)


def test_the_readme_and_ci_run_the_same_tests(checkout: Path) -> None:
    assert TEST_COMMAND in (checkout / "README.md").read_text(encoding="utf-8")
    assert TEST_COMMAND in (checkout / ".ci" / "run").read_text(encoding="utf-8")


def test_every_ignored_style_rule_is_explained(checkout: Path) -> None:
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)["tool"]["ruff"]["lint"]
    ignored = [
        *settings["ignore"],
        *(code for codes in settings["per-file-ignores"].values() for code in codes),
    ]
    reasons = text[text.index("\nignore = [") :]
    for code in ignored:
        assert re.search(rf'"{code}",? +# \S.{{9,}}', reasons), f"{code} is ignored without a reason"


def test_every_diagnostic_code_has_its_page_and_is_in_use(checkout: Path) -> None:
    pages = {page.stem for page in (checkout / "grammar" / "diagnostics").glob("POL*.md")}
    engine = checkout / "engine" / "pollex"
    modules = [file for file in engine.rglob("*.py") if file.name != "codes.py"]
    used = {code for file in modules for code in re.findall(r"POL\d{3}", file.read_text(encoding="utf-8"))}
    assert set(CODES) == pages
    assert set(CODES) == used
