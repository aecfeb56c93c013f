"""`pollex suggest`: tests for what no test shows, ready to paste."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from pollex.cli.arguments import Arguments
from pollex.cli.exits import FINDINGS, OK, complain
from pollex.cli.opening import sound
from pollex.cli.progress import Meter
from pollex.compiler import Compilation
from pollex.testing.atoms import outlines
from pollex.testing.run import decider
from pollex.testing.suggesting.choose import Suggestions, suggestions
from pollex.testing.suggesting.written import shown, written
from pollex.workspace import Workspace


def run(arguments: Arguments) -> int:
    """Print the tests; 1 where no claim was found for an answer of a condition."""
    workspace = sound(arguments.paths)
    compilation = workspace.compilation
    with Meter("answer") as meter:

        def told(done: int, total: int) -> None:
            meter.count = done
            if meter.is_due():
                meter.look(done, total)

        found = list(suggestions(workspace, _asked(workspace), told))
    texts = {one.policy: list(_tests(one, compilation)) for one in found}
    if arguments.format == "json":
        document = {"policies": [_document(one, texts[one.policy]) for one in found]}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        sys.stdout.write(_text(found, texts))
    for one in found:
        for goal in one.open:
            complain(f"{one.policy}: no claim was found for this: {shown(goal)}")
    lacking = [goal for one in found for goal in one.open if goal.place is not None]
    return FINDINGS if lacking else OK


def _asked(workspace: Workspace) -> list[str]:
    """The policies of which a rule stands in a file that was asked for."""
    return sorted(
        {
            outline.policy.id
            for outline in outlines(workspace.compilation)
            if any(clause.id.span.file in workspace.asked for clause in outline.clauses)
        }
    )


def _tests(found: Suggestions, compilation: Compilation) -> Iterator[str]:
    scenarios = [one for one in compilation.checked.scenarios if one.policy == found.policy]
    taken = {test.title for one in scenarios for test in one.tests}
    decide = decider(compilation.program)
    for suggestion in found.claims:
        yield "\n".join(written(suggestion, decide, taken)) + "\n"


def _text(found: Sequence[Suggestions], texts: dict[str, list[str]]) -> str:
    """A part of each policy that lacks something, with its tests."""
    parts = ["\n".join([f"part of {one.policy}\n", *texts[one.policy]]) for one in found if texts[one.policy]]
    if not parts and not any(one.open for one in found):
        return "# No test is needed: every answer that can be given is seen.\n"
    return "\n".join(parts)


def _document(found: Suggestions, texts: list[str]) -> dict[str, Any]:
    return {
        "policy": found.policy,
        "tests": [
            {
                "text": text,
                "claim": suggestion.found.claim,
                "shows": [shown(goal) for goal in suggestion.goals],
            }
            for suggestion, text in zip(found.claims, texts, strict=True)
        ],
        "not_found": [shown(goal) for goal in found.open],
    }
