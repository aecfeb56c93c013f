"""Pollex: payer policies that people can read, run, test and prove.

import pollex

engine = pollex.load("policies/")      # or pollex.load() for the shipped ones
decision = engine.decide(claim)        # a claim as a dict; see schemas/claim.schema.json
decision.outcome, decision.lines[0].allowed_amount, decision.to_dict()
"""

from __future__ import annotations

from pollex.engine import Engine, PolicyError, load
from pollex.intake.document import Limits
from pollex.intake.faults import ClaimError, Fault
from pollex.model.decision import Decision, LineDecision
from pollex.source.diagnostic import Diagnostic
from pollex.source.text import UnreadableFile
from pollex.version import LANGUAGE as LANGUAGE_VERSION
from pollex.version import PACKAGE

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
