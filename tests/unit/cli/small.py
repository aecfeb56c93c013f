"""A small policy with a rule of each kind, a claim for it, and what a command that was run has said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pollex.version import LANGUAGE, PACKAGE

POLICY = """\
policy small "A small policy for tests"
  payer medicare
  applies to cpt in resections
  in effect from 2026-01-01, by date of service
  source PFS "Fees of 2026", published 2025-11-01, at "https://payer.example", primary data
  source MANUAL "Provider manual", payer page
  use set resections
  use table limits
  otherwise allow

rule above-the-fee "Charge above the fee"
  when billed charge is more than fee
  allow with co carc 45 rarc M69
  because "The part above the fee is written off." [PFS]

rule assistant "Assistant surgeon"
  when modifier 80
  pay 16 percent of fee
  because "An assistant is paid 16 percent." [PFS, MANUAL]

rule too-many
  when units is more than limits units
  deny with co carc 222
  because "No more units than the table allows." [MANUAL]

rule more-work
  when modifier 22
  require documentation of increased-work in operative-note
  because "Show why the work was harder." [MANUAL]

exception agreed to more-work
  when billing tax id "12-3456789"
  because "The group has an agreement."

rule reminder
  when modifier 22
  note "Modifier 22 is reviewed twice a year."
  because [MANUAL]

rule stricter on trial from 2026-01-01
  when modifier 22
  deny with co carc 4

fixture clean from "clean.yaml"

test "An assistant"
  given clean
    where line 1 modifier is 80
  expect line 1 allow, amount $160.00, because assistant

test "A plain line"
  given clean
  expect line 1 allow, amount $1,000.00
"""

SET = """\
set: resections
system: cpt
title: Resections
source: {title: "The test"}
members: ["44120", "44121"]
"""

TABLE = """\
table: limits
key: cpt
title: Units a day
source: {title: "The test"}
columns:
  units: {type: number, help: "units a day"}
rows:
  - {key: "44120", units: "1"}
"""


def claim(claim_id: str = "C-1", *lines: dict[str, Any], **elements: Any) -> dict[str, Any]:
    """A valid claim of these lines, or of one plain line."""
    return {
        "claim_id": claim_id,
        "claim_type": "professional",
        "payer": {"id": "medicare", "line_of_business": "medicare-ffs"},
        "frequency_code": "1",
        "billing_provider": {"npi": "1234567893", "tax_id": "99-1111111"},
        "rendering_provider": {"npi": "1234567893"},
        "diagnoses": [{"code": "K56.52"}],
        "lines": list(lines) or [line()],
        **elements,
    }


def line(number: int = 1, code: str = "44120", *modifiers: str, **elements: Any) -> dict[str, Any]:
    """A line of a claim."""
    return {
        "line_number": number,
        "procedure_code": code,
        "modifiers": list(modifiers),
        "units": "1",
        "charge_amount": "1000.00",
        "fee_schedule_amount": "1000.00",
        "service_date": "2026-03-10",
        **elements,
    }


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def without_frame(shown: str) -> str:
    """A report as a golden file holds it: without the style of a page, and of no version."""
    shown = re.sub(r"<style>.*?(?=</style>)", "<style>", shown, flags=re.DOTALL)
    return shown.replace(PACKAGE, "VERSION").replace(f"language {LANGUAGE}", "language VERSION")


def place(file: Path, words: str) -> str:
    """`file:line:column` of some words of a file."""
    before, found, _ = file.read_text(encoding="utf-8").partition(words)
    assert found
    lines = before.split("\n")
    return f"{file}:{len(lines)}:{len(lines[-1]) + 1}"
