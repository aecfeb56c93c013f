"""Policies of the corpus decide their claims as their goldens say; each golden was worked out by hand first.

A case is a folder: a policy, its sets and tables, claims one a line, and the decisions they get. What changes
without any decision changing (the policy's digest, the engine's version) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pollex

CORPUS = Path(__file__).parents[1] / "corpus" / "accept"
CASES = sorted(folder.name for folder in CORPUS.iterdir())


@pytest.mark.parametrize("case", CASES)
def test_decisions(case: str, golden: Callable[[Path, str], None]) -> None:
    folder = CORPUS / case
    engine = pollex.load(folder)
    claims = [json.loads(line) for line in (folder / "claims.ndjson").read_text("utf-8").splitlines()]
    found: list[dict[str, Any]] = []
    for claim in claims:
        document = engine.decide(claim).to_dict()
        del document["engine_version"]
        for policy in document["policies"]:
            del policy["digest"]
        found.append(document)
    golden(folder / "decisions.json", written(found))


def written(decisions: list[dict[str, Any]]) -> str:
    """JSON with a row for each decision and one for each line of it."""
    texts = []
    for decision in decisions:
        lines = decision.pop("lines")
        rows = ",\n".join(f"  {json.dumps(line, sort_keys=True)}" for line in lines)
        texts.append(f'{json.dumps(decision, sort_keys=True)[:-1]}, "lines": [\n{rows}\n]}}')
    return "[" + ",\n".join(texts) + "]\n"


def test_every_claim_says_what_it_is_about() -> None:
    """Its id is the case's own, so that a golden can be read without the claim."""
    assert len(CASES) >= 15
    for case in CASES:
        lines = (CORPUS / case / "claims.ndjson").read_text("utf-8").splitlines()
        ids = [json.loads(line)["claim_id"] for line in lines]
        assert len(ids) == len(set(ids)) >= 5
