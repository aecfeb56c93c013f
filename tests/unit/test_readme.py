"""The README at the top is true: what it shows is what the program prints."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(?P<kind>[a-z]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
GENERATED = re.compile(r"<!-- pollex (?P<command>[^\n]+) -->\n.*?<!-- end -->", re.DOTALL)
LEFT_OUT = "…"
LEAST_ROWS = 5


def blocks(kind: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return [match["body"] for match in BLOCK.finditer(text) if match["kind"] == kind]


def pollex(checkout: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pollex", *arguments],
        cwd=checkout,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.partition("\n")[0])
def test_a_decision_is_shown_as_it_is_printed(checkout: Path, block: str) -> None:
    """Line by line; where `…` stands, lines are left out."""
    command, *shown = block.splitlines()
    assert command.startswith("$ pollex ")
    printed = pollex(checkout, *command.removeprefix("$ pollex ").split()).splitlines()
    at, skips = 0, False
    for line in shown:
        if line == LEFT_OUT:
            skips = True
            continue
        found = printed.index(line, at) if skips else at
        assert printed[found] == line
        at, skips = found + 1, False
    assert skips or at == len(printed)


def test_the_comparison_is_what_is_printed(checkout: Path, golden: Callable[[Path, str], None]) -> None:
    """The first table of the command that stands above it; `pytest --bless` writes it anew."""

    def printed(block: re.Match[str]) -> str:
        pages = pollex(checkout, *block["command"].split()).splitlines()
        table = list(takewhile(is_row, dropwhile(lambda line: not is_row(line), pages)))
        assert len(table) > LEAST_ROWS
        return f"<!-- pollex {block['command']} -->\n\n{chr(10).join(table)}\n\n<!-- end -->"

    text = README.read_text(encoding="utf-8")
    shown, count = GENERATED.subn(printed, text)
    assert count == 1
    golden(README, shown)


def is_row(line: str) -> bool:
    """Whether it is a row of a table in Markdown."""
    return line.startswith("|")


def test_the_rule_beside_the_decision_is_one_that_ships(checkout: Path) -> None:
    shipped = "\n".join(
        file.read_text(encoding="utf-8") for file in sorted((checkout / "policies").rglob("*.pol"))
    )
    rule, whole = blocks("pol")
    assert rule in shipped
    assert Compilation(Texts((SourceText("adhesions.pol", whole),))).diagnostics == ()


def test_the_python_example_runs_and_prints_what_it_says(checkout: Path) -> None:
    (example,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=checkout, capture_output=True, text=True, check=True, timeout=120
    )
    assert example.rstrip().endswith(f"# {done.stdout.strip()}")


def test_the_commands_are_those_that_there_are(checkout: Path) -> None:
    listed = set(re.findall(r"^\| `pollex ([a-z]+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    offered = set(re.findall(r"^    ([a-z]+) +\S", pollex(checkout, "--help"), re.MULTILINE))
    assert listed == offered


def test_each_command_to_start_with_is_one_line_and_decides_a_claim_that_ships(checkout: Path) -> None:
    install, test = blocks("sh")
    assert install.count("\n") == test.count("\n") == 1
    claim = install.split()[-1]
    assert "pip install . && pollex decide policies/" in install
    assert "Policy       medicare-44120" in pollex(checkout, "decide", claim)


def test_the_links_lead_somewhere(checkout: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        assert (checkout / target).exists(), target
