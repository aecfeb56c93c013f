"""The made-up policy that peers are measured with: its folder, its engine, and its data as plain Python.

Whoever writes the same rules by hand reads sets and tables here, so that they stand in one place only.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pollex.engine import Engine, engine_of
from pollex.workspace import Workspace, open_paths

FOLDER = Path(__file__).parent / "policy"
RULES = 32
"""The rules of the policy; one of them is an exception."""


@cache
def workspace() -> Workspace:
    return open_paths((FOLDER,))


@cache
def engine() -> Engine:
    return engine_of(workspace())


def members(name: str) -> frozenset[str]:
    """The codes of a set."""
    return frozenset(_data("sets", name)["members"])


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    listed: list[dict[str, Any]] = _data("tables", name)["rows"]
    return listed


def _data(kind: str, name: str) -> Any:
    return yaml.safe_load((FOLDER / kind / f"{name}.yaml").read_text(encoding="utf-8"))


SURGERY = members("bench-surgery")
MAJOR_SURGERY = members("bench-major-surgery")
SCANS = members("bench-scans")
SCANS_OF_WOMEN = frozenset(("U1110", "U1111", "U1112"))
VISITS = members("bench-visits")
THERAPY = members("bench-therapy")
ADD_ONS = members("bench-add-ons")
APPROVAL = members("bench-approval")
PAIR_MODIFIERS = members("bench-pair-modifiers")
COVERED_SURGERY = members("bench-covered-surgery")
COVERED_SCANS = members("bench-covered-scans")
COSMETIC = members("bench-cosmetic")
INVESTIGATIONAL = members("bench-investigational")
CODES = SURGERY | SCANS | VISITS | THERAPY | ADD_ONS
INDICATORS = {row["key"]: row for row in rows("bench-indicators")}
LIMITS = {row["key"]: int(row["units"]) for row in rows("bench-limits")}
PAIRS = {tuple(row["key"]): row["indicator"] for row in rows("bench-pairs")}
"""The indicator of each pair; the second code is not paid beside the first."""

# The tables turned round, for languages without tables: the codes of each value.
RANKED = frozenset(code for code, row in INDICATORS.items() if row["multiple"] == "2")
NO_ASSISTANT = frozenset(code for code, row in INDICATORS.items() if row["assistant"] == "1")
PAIRED = {
    indicator: frozenset("/".join(pair) for pair, found in PAIRS.items() if found == indicator)
    for indicator in "01"
}
LIMITED = {
    limit: frozenset(code for code, most in LIMITS.items() if most == limit) for limit in set(LIMITS.values())
}
