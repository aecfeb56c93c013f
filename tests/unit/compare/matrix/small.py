"""Two payers whose policies say each thing that a matrix asks about, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pollex import resources
from pollex.compare.matrix.build import matrix_of
from pollex.compare.matrix.values import Cell, Matrix
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText

ON = date(2026, 5, 4)

ACME = """\
policy acme "Acme"
  payer acme
  applies to cpt 44120, cpt 44121, cpt 44005, cpt 44140, cpt 44160, cpt 44310, cpt 99213
  in effect from 2026-01-01
  source PAGE "Acme's page", published 2025-05-05, payer page
  source TERMS "One contract", contract terms
  use table fees, pairs
  otherwise allow

rule mod22 "Extra work"
  when modifier 22
  require documentation of increased-work in operative-note, otherwise note "Ordinary fee."
  because [PAGE]

rule mod22-statement "And a statement"
  when modifier 22 and documentation of increased-work in operative-note is found
  require documentation of increased-work in statement, otherwise note "Ordinary fee."
  because [PAGE]

rule mod22-extra "A fifth more"
  when modifier 22
   and documentation of increased-work in operative-note is found
   and documentation of increased-work in statement is found
  reduce to 120 percent
  pay at most billed charge
  because [TERMS]

rule assistant "Assistant"
  when modifier any of 80, AS
  pay 16 percent of fee, with co carc 45
  because [PAGE, TERMS]

rule second "Second procedure"
  after the other lines are decided
  when this line ranks 2 or later by fee among lines not denied on the same date with fees rank is 1
  reduce to 50 percent, with co carc 59
  because [PAGE]

rule add-on-alone "Add-on without its primary"
  on lines with cpt 44121
  when no other line on the same date has cpt 44120
  deny with co carc 107

rule pair "Part of the other"
  when pairs with indicator 1 bundles this line under another line on the same date
  deny with co carc 236
  because [PAGE]

exception apart to pair
  when modifier 59

rule visit "Visit in the 10 days after"
  on lines with cpt 99213
  when history has cpt 44120 within 1 to 10 days before the service date
  deny with co carc 97

rule visit-decision "Visit of the day and the day before"
  on lines with cpt 99213
  when history has cpt 44120 within 1 day after the service date
  deny with co carc 97

exception decision to visit-decision
  when modifier 57

rule late "Filed late"
  when received date is more than 90 days after the service date
  deny with co carc 29
  because [PAGE]

exception other-clock to late
  when network status is out-of-network
  instead pend for review by filing
  because [TERMS]

rule authorization "Inpatient surgery is on the list"
  when prior authorization is not on file
  pend for review by authorization

rule lesser "The charge where it is less"
  always
  pay at most billed charge
  because [PAGE]
"""

OTHER = """\
policy other "Other"
  payer other
  applies to cpt 44120, cpt 99213
  in effect from 2026-01-01
  otherwise allow

rule two "Two surgeons"
  when modifier 62
  pay 62.5 percent of fee

rule return "Return after surgery"
  when modifier 78 and history has the same cpt within 1 to 30 days before the service date
  reduce to 70 percent

rule aftercare "Care of all days"
  when modifier 55 and days from the care from to the care to is at least 90 days
  reduce to 20 percent
"""

FEES = """\
table: fees
key: cpt
title: Ranked codes
source: {title: "A schedule", evidence: payer-page}
columns:
  rank: {type: number}
rows:
  - {key: "44120", rank: "1"}
  - {key: "44121", rank: "0"}
  - {key: "44005", rank: "1"}
  - {key: "44140", rank: "1"}
  - {key: "44160", rank: "1"}
"""

PAIRS = """\
table: pairs
key: [cpt, cpt]
absent: not-listed
title: Pairs
source: {title: "Pairs of a year", evidence: primary-data}
columns:
  indicator: {type: code}
rows:
  - {key: ["44120", "44005"], indicator: "1"}
"""


def compiled() -> Compilation:
    compilation = Compilation(
        Texts(
            (SourceText("acme.pol", ACME), SourceText("other.pol", OTHER)),
            (),
            (SourceText("tables/fees.yaml", FEES), SourceText("tables/pairs.yaml", PAIRS)),
        )
    )
    assert compilation.is_sound, compilation.diagnostics
    return compilation


def plain() -> dict[str, Any]:
    """The plain claim that comes with Pollex."""
    claim: dict[str, Any] = json.loads(resources.read_text("policies", "claims", "plain.json"))
    return claim


def small(code: str = "44120") -> Matrix:
    return matrix_of(compiled().program, code, plain(), ("acme", "other"), ON)


def cell(matrix: Matrix, payer: str, name: str) -> Cell:
    """The cell of a payer in the row of a question."""
    (topic,) = (t for t in matrix.topics if any(question.id == name for question in t.questions))
    return topic.cells[matrix.payers.index(payer)]
