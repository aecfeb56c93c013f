"""Colour and progress: on a terminal only, and never in a result."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.text import Text

from pollex.cli import progress
from pollex.cli.progress import Meter
from pollex.cli.terminal import console, counted, has_color, show
from unit.cli.small import POLICY, Run, claim


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Screen]:
    """`screen("stderr")`: that stream becomes a terminal."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)

    def make(name: str) -> Screen:
        made = Screen()
        monkeypatch.setattr(sys, name, made)
        return made

    return make


# ------------------------------------------------------------------ colour


def test_colour_is_for_terminals_that_want_it(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = screen("stdout")
    assert has_color(terminal)
    assert not has_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "")
    assert has_color(terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_color(terminal)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not has_color(terminal)


def test_text_without_colour_has_no_escapes_and_no_blanks_at_the_end(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = screen("stdout")
    show(console(terminal), [Text("red  ", "red")])
    assert "\x1b[31m" in terminal.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = screen("stdout")
    show(console(terminal), [Text("red  ", "bold red")])
    assert terminal.getvalue() == "red\n"


def test_diagnostics_are_coloured_on_a_terminal(
    folder: Path, run: Run, screen: Callable[[str], Screen]
) -> None:
    Path("policies/small.pol").write_text(POLICY.replace("in resections", "in resectoins"), encoding="utf-8")
    terminal = screen("stdout")
    assert run("check", "policies").code == 1
    assert "\x1b[31merror[POL" in terminal.getvalue()


def test_a_decision_is_coloured_on_a_terminal(
    folder: Path, run: Run, screen: Callable[[str], Screen]
) -> None:
    Path("c.json").write_text(json.dumps(claim()), encoding="utf-8")
    terminal = screen("stdout")
    assert run("decide", "c.json", "--policies", "policies").code == 0
    assert "\x1b[1;32mALLOW" in terminal.getvalue()


# ------------------------------------------------------------------ progress


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress without waiting for the work to take long."""
    monkeypatch.setattr(progress, "MOMENT", 0.0)
    monkeypatch.setattr(progress, "BETWEEN", 0.0)


def test_progress_counts_claims_and_keeps_out_of_the_result(
    folder: Path, run: Run, screen: Callable[[str], Screen], at_once: None
) -> None:
    claims = [claim("A"), {"claim_id": "B"}, claim("C")]
    Path("c.ndjson").write_text("\n".join(map(json.dumps, claims)), encoding="utf-8")
    terminal = screen("stderr")
    ran = run("decide", "c.ndjson", "--policies", "policies", "--format", "ndjson")
    assert ran.code == 1
    assert [json.loads(text)["claim_id"] for text in ran.out.splitlines()] == ["A", "C"]
    said = terminal.getvalue()
    assert "3 claims, " in said
    assert " a second" in said
    assert "100%" in said
    assert "c.ndjson: claim 2 (line 2) is not valid: " in said
    assert said.endswith("2 claims decided, 1 claim not valid\n")


@pytest.mark.parametrize("terminals", [(), ("stdout", "stderr")])
def test_there_is_no_progress_elsewhere_or_among_results(
    folder: Path, run: Run, screen: Callable[[str], Screen], at_once: None, terminals: tuple[str, ...]
) -> None:
    Path("c.ndjson").write_text("\n".join([json.dumps(claim())] * 3), encoding="utf-8")
    made = {name: screen(name) for name in terminals}
    ran = run("decide", "c.ndjson", "--policies", "policies")
    said = made["stderr"].getvalue() if made else ran.err
    assert (ran.code, said) == (0, "3 claims decided\n")


def test_progress_waits_a_moment(screen: Callable[[str], Screen]) -> None:
    screen("stderr")
    with Meter("claim") as meter:
        assert not meter.is_due()
        meter.looked -= progress.MOMENT
        assert meter.is_due()
        meter.look()
        assert not meter.is_due()


def test_progress_counts_tests(
    folder: Path, run: Run, screen: Callable[[str], Screen], at_once: None
) -> None:
    terminal = screen("stderr")
    assert run("test", "policies").code == 0
    assert "2 tests, " in terminal.getvalue()


def test_progress_says_how_long_to_go(
    folder: Path, run: Run, screen: Callable[[str], Screen], at_once: None
) -> None:
    text = "".join(f"{json.dumps(claim(f'c-{number}'))}\n" for number in range(90))
    (folder / "claims.ndjson").write_text(text, encoding="utf-8")
    terminal = screen("stderr")
    more = ("--claims", "claims.ndjson", "--jobs", "1", "-o", "said.txt")
    assert run("diff", "policies", "policies", *more).code == 0
    assert "90 claims, " in terminal.getvalue()
    assert "a second" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_numbers_are_counted() -> None:
    assert [counted(number, "claim") for number in (0, 1, 2, 12_000)] == [
        "0 claims",
        "1 claim",
        "2 claims",
        "12,000 claims",
    ]
