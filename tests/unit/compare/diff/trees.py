"""Small trees of policies, compiled from texts, and claims for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pollex.backends.interpret.claim import decide
from pollex.compare.diff.attribute import Verdicts, verdicts
from pollex.compare.diff.blend import Blends, Made, blends
from pollex.compare.diff.difference import difference
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText

POLICY = """\
policy small "A small policy"
  payer medicare
  applies to cpt in resections
  in effect from 2026-01-01 through 2026-12-31
  source PFS "Fees of 2026", primary data
  use set resections, urgent
  use table limits
  otherwise allow

define checked as modifier 22 and any diagnosis in urgent

rule assistant "Assistant surgeon"
  when modifier 80
  pay 16 percent of fee
  because "A share." [PFS]

rule second
  when modifier 51
  reduce to 50 percent

rule late
  when received date is more than 90 days after the service date
  deny with co carc 29

exception agreed to late
  when billing tax id "12-3456789"

rule too-many
  when units is more than limits units
  deny with co carc 151

rule looked-at
  when checked
  pend for review by coding
"""

SETS = {
    "resections": """\
set: resections
system: cpt
title: Resections
source: {title: "The test"}
members: ["44120", "44121"]
""",
    "urgent": """\
set: urgent
system: icd-10-cm
title: Urgent
source: {title: "The test"}
members:
  - {code: "K56.50", text: "blocked"}
  - "K56.51"
""",
}
TABLES = {
    "limits": """\
table: limits
key: cpt
title: Limits
source: {title: "The test"}
columns:
  units: {type: number, help: "the most"}
rows:
  - {key: "44120", units: "1"}
  - {key: "44121", units: "3"}
""",
}


@cache
def tree(*changes: tuple[str, str], name: str = "small.pol") -> Compilation:
    """The small tree with some texts replaced, each of them once, in whatever file it stands."""
    files = {name: POLICY, **SETS, **TABLES}
    for old, new in changes:
        holding = [file for file, text in files.items() if old in text]
        assert len(holding) == 1, old
        assert files[holding[0]].count(old) == 1, old
        files[holding[0]] = files[holding[0]].replace(old, new)
    found = Compilation(
        Texts(
            (SourceText(name, files[name]),),
            tuple(SourceText(f"sets/{key}.yaml", files[key]) for key in SETS),
            tuple(SourceText(f"tables/{key}.yaml", files[key]) for key in TABLES),
        )
    )
    assert found.is_sound, found.diagnostics
    return found


def between(*changes: tuple[str, str]) -> Blends:
    """The small tree, and the same with some texts replaced."""
    old, new = tree(), tree(*changes)
    return blends(old, new, difference(old, new))


def claim(*modifiers: str, **elements: Any) -> dict[str, Any]:
    """A claim that the small policy allows in full."""
    line = {
        "line_number": 1,
        "procedure_code": "44120",
        "modifiers": list(modifiers),
        "units": "1",
        "fee_schedule_amount": "1000.00",
        "service_date": "2026-03-02",
    }
    line |= {key: elements.pop(key) for key in list(elements) if key in ("units", "procedure_code")}
    return {
        "claim_id": "c-1",
        "payer": {"id": "medicare"},
        "received_date": "2026-03-20",
        "billing_provider": {"npi": "1234567893", "tax_id": "99-9999999"},
        "diagnoses": [{"code": "K56.50"}],
        "lines": [line],
        **elements,
    }


def decided(blended: Blends, made: Made, given: Mapping[str, Any]) -> Verdicts:
    """What matters of a claim's decision with these changes made."""
    return verdicts(decide(blended.program(made), given, (), ""))
