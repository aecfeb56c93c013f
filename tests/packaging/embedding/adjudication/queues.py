"""Where a claim goes when it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pollex


def queue(engine: pollex.Engine, claim: Mapping[str, Any]) -> str:
    """`payment`, `letters` for claims that lack something, `returned` for what is no claim."""
    try:
        decision = engine.decide(claim)
    except pollex.ClaimError:
        return "returned"
    return "letters" if decision.outcome == "pend" else "payment"
