"""`pollex fmt`: files laid out anew in place, or named, or left alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pollex.cli import fmt
from unit.cli.small import POLICY, Run, place

UNTIDY = POLICY.replace("rule assistant", "# assistants\nrule   assistant").replace(
    "  when modifier 80", "when modifier 80   # or AS"
)
TIDY = POLICY.replace("rule assistant", "# assistants\nrule assistant").replace(
    "modifier 80\n", "modifier 80  # or AS\n", 1
)
BROKEN = POLICY.replace("when modifier 80", "when when 80")


def put(text: str) -> Path:
    file = Path("policies/small.pol")
    file.write_bytes(text.encode())
    return file


def test_a_file_is_laid_out_in_place_with_its_comments(folder: Path, run: Run) -> None:
    file = put(UNTIDY)
    file.chmod(0o640)
    ran = run("fmt", "policies")
    assert (ran.code, ran.out, ran.err) == (0, f"changed {file}\n", "1 file changed\n")
    assert file.read_text(encoding="utf-8") == TIDY
    assert file.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in sorted(Path("policies").iterdir())] == [
        "clean.yaml",
        "sets",
        "small.pol",
        "tables",
    ]
    ran = run("fmt", "policies")
    assert (ran.code, ran.out, ran.err) == (0, "", "0 files changed, 1 in its layout already\n")


def test_check_names_files_and_writes_nothing(folder: Path, run: Run) -> None:
    file = put(UNTIDY)
    ran = run("fmt", "--check", file, "policies")
    assert (ran.code, ran.out, ran.err) == (1, f"would change {file}\n", "1 file would change\n")
    assert file.read_text(encoding="utf-8") == UNTIDY
    put(TIDY)
    assert run("fmt", "--check", "policies").code == 0


@pytest.mark.parametrize("text", ["\ufeff" + TIDY, TIDY.replace("\n", "\r\n")])
def test_a_mark_at_the_beginning_and_foreign_line_ends_go(folder: Path, run: Run, text: str) -> None:
    file = put(text)
    assert run("fmt", "--check", file).code == 1
    assert run("fmt", file).code == 0
    assert file.read_bytes() == TIDY.encode()


def test_a_file_that_cannot_be_parsed_is_left_alone(folder: Path, run: Run) -> None:
    file = put(BROKEN)
    other = Path("policies/other.pol")
    other.write_text("part of   small\n", encoding="utf-8")
    ran = run("fmt", "policies")
    assert (ran.code, ran.out) == (1, f"changed {other}\n")
    assert f"{place(file, '80')}: error[POL" in ran.err
    assert ran.err.endswith("1 file changed, 1 left alone\n")
    assert file.read_text(encoding="utf-8") == BROKEN


def test_standard_input_goes_to_standard_output(
    folder: Path, run: Run, typed: Callable[[str | bytes], None]
) -> None:
    typed(UNTIDY)
    ran = run("fmt", "-")
    assert (ran.code, ran.out, ran.err) == (0, TIDY, "")
    typed(UNTIDY)
    ran = run("fmt", "--check", "-")
    assert (ran.code, ran.out) == (1, "would change standard input\n")
    typed(BROKEN)
    ran = run("fmt", "-")
    assert (ran.code, ran.out) == (1, "")
    assert "standard input:17:13: error[POL" in ran.err
    typed(b"\xff")
    ran = run("fmt", "-")
    assert (ran.code, ran.err) == (2, "pollex: standard input cannot be read: it is not UTF-8\n")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere.pol", "there is no file or folder nowhere.pol"),
        ("empty", "there is no policy file (*.pol) in empty"),
        ("policies/clean.yaml", "policies/clean.yaml is no policy file: their names end in .pol"),
    ],
)
def test_what_is_no_policy_is_bad_usage_before_anything_is_written(
    folder: Path, run: Run, path: str, said: str
) -> None:
    Path("empty").mkdir()
    file = put(UNTIDY)
    ran = run("fmt", file, path)
    assert (ran.code, ran.out, ran.err) == (2, "", f"pollex: {said}\n")
    assert file.read_text(encoding="utf-8") == UNTIDY


def test_a_file_that_cannot_be_read_stops_no_other(folder: Path, run: Run) -> None:
    file = put(UNTIDY)
    Path("policies/bad.pol").write_bytes(b"\xff")
    ran = run("fmt", "policies")
    assert (ran.code, ran.out) == (2, f"changed {file}\n")
    assert ran.err.splitlines()[0] == "pollex: policies/bad.pol cannot be read: it is not UTF-8"


def test_a_file_that_may_not_be_written_stays_whole(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(UNTIDY)
    monkeypatch.setattr(os, "access", lambda *_: False)
    ran = run("fmt", file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == f"pollex: {file} cannot be written: permission denied"
    assert file.read_text(encoding="utf-8") == UNTIDY


def test_a_layout_that_would_change_the_policy_is_refused(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(UNTIDY)
    monkeypatch.setattr(fmt, "format_file", lambda tree, source: TIDY.replace("16 percent", "61 percent"))
    ran = run("fmt", file)
    assert (ran.code, ran.out) == (1, "")
    assert "laid out anew it would be another policy" in ran.err
    assert file.read_text(encoding="utf-8") == UNTIDY
