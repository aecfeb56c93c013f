"""What other repositories run as checks: hooks for pre-commit, and the workflow of engine/README.md."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from pollex.cli.arguments import read
from pollex.cli.exits import Stop
from unit.cli.small import POLICY, Run

CHECKOUT = Path(__file__).parents[3]
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
PASSED = ("policies/small.pol",)
DOCUMENT = (CHECKOUT / "engine" / "README.md").read_text("utf-8")
SHOWN = [
    yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
]
WORKFLOWS = {shown["name"]: shown for shown in SHOWN if "jobs" in shown}
(HOOKED,) = (shown for shown in SHOWN if "repos" in shown)


def command(hook: dict[str, Any]) -> list[str]:
    """What pre-commit runs, without the program's name."""
    files = PASSED if hook.get("pass_filenames", True) else ()
    program, *arguments = [*shlex.split(hook["entry"]), *hook.get("args", ()), *files]
    assert program == "pollex"
    return arguments


def test_there_is_a_hook_for_layout_mistakes_and_tests() -> None:
    assert [command(hook)[0] for hook in HOOKS.values()] == ["fmt", "check", "test"]
    assert "--check" in command(HOOKS["pollex-fmt"])


@pytest.mark.parametrize("hook", HOOKS.values(), ids=lambda hook: hook["id"])
def test_a_hook_has_what_pre_commit_asks_for(hook: dict[str, Any]) -> None:
    known = {"id", "name", "description", "entry", "args", "language", "files", "pass_filenames"}
    assert {"id", "name", "entry", "language"} <= hook.keys() <= known
    assert hook["language"] == "python"
    assert re.search(hook["files"], "policies/medicare/44120.pol")
    assert not re.search(hook["files"], "policies/README.md")


@pytest.mark.parametrize("hook", HOOKS.values(), ids=lambda hook: hook["id"])
def test_a_hook_passes_good_policies_and_stops_bad_ones(folder: Path, run: Run, hook: dict[str, Any]) -> None:
    assert run(*command(hook)).code == 0
    spoilt = {
        "pollex-fmt": POLICY.replace("  payer", "    payer"),
        "pollex-check": POLICY.replace("resections\n", "resectoins\n"),
        "pollex-test": POLICY.replace("$160.00", "$170.00"),
    }
    Path("policies/small.pol").write_text(spoilt[hook["id"]], encoding="utf-8")
    assert run(*command(hook)).code == 1


def steps_of(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands_of(workflow: dict[str, Any]) -> list[str]:
    return [step["run"] for step in steps_of(workflow) if step.get("run", "").startswith("pollex ")]


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_workflow_runs_commands_that_there_are(workflow: dict[str, Any]) -> None:
    assert commands_of(workflow)
    for text in commands_of(workflow):
        read(shlex.split(text.partition(" > ")[0])[1:])


def test_a_command_that_there_is_not_would_be_found() -> None:
    with pytest.raises(Stop):
        read(["check", "policies", "--format", "github"])


def test_the_workflow_for_policies_checks_all_that_the_hooks_check() -> None:
    workflow = WORKFLOWS["policies"]
    assert [shlex.split(text)[1] for text in commands_of(workflow)] == ["fmt", "check", "test"]
    (written,) = [text.partition(" > ")[2] for text in commands_of(workflow) if " > " in text]
    (uploaded,) = [
        step["with"]["sarif_file"] for step in steps_of(workflow) if "sarif" in step.get("uses", "")
    ]
    assert uploaded == written
    assert "pytest" in [step.get("run") for step in steps_of(workflow)]


def test_the_hooks_that_are_shown_are_those_that_there_are() -> None:
    (repository,) = HOOKED["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == list(HOOKS)
    for hook in repository["hooks"]:
        read(command({**HOOKS[hook["id"]], **hook}))
