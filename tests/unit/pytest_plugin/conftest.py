"""A project of its own with the small policy, and pytest run in it as somebody else would."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import pollex.engine  # held here: pytester forgets what a run has imported
import pollex.pytest_plugin.collect
import pollex.pytest_plugin.trees  # noqa: F401
from unit.cli.small import POLICY, SET, TABLE, claim

Pytest = Callable[..., pytest.RunResult]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The project: only the plugin under test is loaded, however this checkout is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, text in (
        ("small.pol", POLICY),
        ("sets/resections.yaml", SET),
        ("tables/limits.yaml", TABLE),
        ("clean.yaml", json.dumps(claim())),
    ):
        file = pytester.path / "policies" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return pytester


@pytest.fixture
def run_pytest(project: pytest.Pytester) -> Pytest:
    """`run_pytest("policies", "-x")`: in this process."""

    def run(*arguments: str) -> pytest.RunResult:
        return project.runpytest_inprocess("-p", "pollex.pytest_plugin", *arguments)

    return run
