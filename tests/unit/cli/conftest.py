"""The small policy in a folder of its own, and the command line run in this process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pollex.cli.main import main
from unit.cli.small import POLICY, SET, TABLE, Ran, Run, claim


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("decide", file)`: the command in this process."""

    def command(*arguments: str | Path) -> Ran:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a test, with the small policy in `policies`."""
    monkeypatch.chdir(tmp_path)
    policies = tmp_path / "policies"
    for name, text in (
        ("small.pol", POLICY),
        ("sets/resections.yaml", SET),
        ("tables/limits.yaml", TABLE),
        ("clean.yaml", json.dumps(claim())),
    ):
        (policies / name).parent.mkdir(parents=True, exist_ok=True)
        (policies / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], None]:
    """`typed(text)`: what stands in standard input."""

    def put(text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put
