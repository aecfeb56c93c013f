"""How many random policies and claims a law is held against, and how to ask one of the other.

By default the same examples are drawn every time. `POLLEX_EXAMPLES=20 pytest tests/property` draws twenty
times as many, new ones at each run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, assume, settings

from pollex.backends.interpret.claim import decide
from pollex.ir.program import Program
from pollex.model.decision import Decision, LineDecision
from property.claims import Claim
from property.policies import World, compiled

FACTOR = int(os.environ.get("POLLEX_EXAMPLES", "1"))
Triple = tuple[Any, ...]


def runs(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples, or a multiple of it."""
    phases = [phase for phase in Phase if phase is not Phase.explain]
    return settings(
        max_examples=examples * FACTOR,
        derandomize=FACTOR == 1,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


def sound(world: World) -> Program:
    """The world's program; nearly every world has one."""
    compilation = compiled(world)
    assume(compilation.is_sound)
    return compilation.program


def decided(program: Program, claim: Claim) -> Decision:
    return decide(program, claim, (), "0")


def triple(line: LineDecision) -> Triple:
    """What more information never changes once it is decided."""
    return line.outcome, line.percent, line.required_documentation


def is_for_information(line: LineDecision) -> bool:
    """Whether the line pends because something is missing."""
    return line.outcome == "pend" and bool(line.missing)
