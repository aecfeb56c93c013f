"""Pollex: payer policies that people can read, run, test and prove.

import pollex

engine = pollex.load("policies/")      # or pollex.load() for the shipped ones
decision = engine.decide(claim)        # a claim as a dict; see schemas/claim.schema.json
decision.outcome, decision.lines[0].allowed_amount, decision.to_dict()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pollex.version import LANGUAGE as LANGUAGE_VERSION
from pollex.version import PACKAGE

if TYPE_CHECKING:
    from pollex.engine import Engine, PolicyError, load
    from pollex.intake.document import Limits
    from pollex.intake.faults import ClaimError, Fault
    from pollex.model.decision import Decision, LineDecision
    from pollex.source.diagnostic import Diagnostic
    from pollex.source.text import UnreadableFile

__version__ = PACKAGE

__all__ = [
    "LANGUAGE_VERSION",
    "ClaimError",
    "Decision",
    "Diagnostic",
    "Engine",
    "Fault",
    "Limits",
    "LineDecision",
    "PolicyError",
    "UnreadableFile",
    "__version__",
    "load",
]

# A name is imported when it is first asked for: the command line says its version without loading a compiler.
_HOMES = {
    "ClaimError": "intake.faults",
    "Decision": "model.decision",
    "Diagnostic": "source.diagnostic",
    "Engine": "engine",
    "Fault": "intake.faults",
    "LineDecision": "model.decision",
    "Limits": "intake.document",
    "PolicyError": "engine",
    "UnreadableFile": "source.text",
    "load": "engine",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `pollex` has no attribute `{name}`")
    found = getattr(import_module(f"pollex.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
