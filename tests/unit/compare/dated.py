"""A payer with two policies, one of them in two versions, with dated rules, sets and tables; compiled."""

from __future__ import annotations

from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText

FIRST = """\
policy surgery "Surgery, first version"
  payer acme, other
  applies to cpt 44120
  in effect from 2024-01-01 through 2024-06-30
  source PAGE "Payer's page", published 2023-05-05, at "https://acme.example/a", payer page
  source TERMS "One hospital's contract", contract terms
  source CHOICE "A choice of ours"
  use set urgent
  use table limits, caps
  otherwise allow

rule assistant "Assistant surgeon"
  when modifier 80
  pay 16 percent of fee
  because [PAGE, TERMS]

rule late "From March"
  when modifier 22 and any diagnosis in urgent
  in effect from 2024-03-01
  deny with co carc 4
  because [PAGE]

exception for-two-weeks "Two weeks of grace" to late
  when modifier 52
  in effect through 2024-03-14
  because [CHOICE]

exception within to for-two-weeks
  when units is more than limits units
"""

SECOND = """\
policy surgery "Surgery, second version"
  payer acme
  applies to cpt 44120
  in effect from 2025-01-01
  source PAGE "Payer's page", published 2030-01-01, payer page
  otherwise allow

rule trial on trial from 2025-05-01
  when modifier 22
  deny with co carc 4

rule always-on-trial on trial
  when modifier 52
  deny with co carc 4
  because [PAGE]

rule plain
  when modifier 53
  pend for review by pricing
"""

EARLIER = """\
policy archive
  payer acme
  applies to cpt 44120
  in effect from 2020-01-01 through 2022-12-31
  otherwise allow
"""

SET = """\
set: urgent
system: icd-10-cm
title: {title}
source: {{title: "The test", published: 2024-05-04, evidence: secondary}}
from: {first}
through: {last}
members: ["K56.50"]
"""

TABLE = """\
table: limits
key: cpt
title: Units a day
source: {title: "The test"}
from: 2024-02-01
columns:
  units: {type: number, help: "units a day"}
rows:
  - {key: "44120", units: "1"}
"""

CAPS = TABLE.replace("table: limits", "table: caps").replace("Units a day", "Most a year")


def compiled() -> Compilation:
    """The policies, without an error."""
    policies = {"a/archive.pol": EARLIER, "b/first.pol": FIRST, "b/second.pol": SECOND}
    sets = {
        "sets/one.yaml": SET.format(title="One", first="2024-01-01", last="2024-02-29"),
        "sets/two.yaml": SET.format(title="Two", first="2024-04-01", last="2024-05-31"),
    }
    compilation = Compilation(
        Texts(
            tuple(SourceText(name, text) for name, text in policies.items()),
            tuple(SourceText(name, text) for name, text in sets.items()),
            (SourceText("tables/limits.yaml", TABLE), SourceText("tables/caps.yaml", CAPS)),
        )
    )
    assert compilation.is_sound, compilation.diagnostics
    return compilation
