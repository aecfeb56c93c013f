"""A second payer beside the small policy of `unit.cli.small`, and its published rates."""

from __future__ import annotations

from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText
from unit.cli.small import POLICY, SET, TABLE

ACME = """\
policy acme-surgery "Surgery at Acme"
  payer acme
  applies to cpt in resections
  in effect from 2026-01-01
  source PAGE "Acme's <page>", published 2025-05-05, at "https://acme.example/a", payer page
  source TERMS "One hospital's contract | 2026", at "volume 3", contract terms
  use set resections
  otherwise allow

rule other-coverage "Another kind of coverage"
  when line of business is any of medicare-ffs, medicare-advantage, medicaid
  pend for review by eligibility
  because "Only commercial rules were seen." [PAGE]

rule assistant "Assistant surgeon"
  when modifier 80
  pay 12 percent of fee
  because "An assistant is paid 12 percent." [TERMS]

rule more-work
  when modifier 22
  pay 125 percent of fee
  because "A quarter more." [PAGE]

rule never
  when modifier 62
  deny with co carc 4
  because "Acme pays no co-surgeon."

rule outside
  when modifier 52 and network status is out-of-network
  pend for review by contracting
  because "Acme has a network." [PAGE]
"""

RATES = """\
table: benchmark-fees-acme
key: cpt
title: Contract rates
source: {title: "A hospital's file", published: 2026-07-01, evidence: contract-terms}
columns:
  fee: {type: money, help: "PPO"}
  hmo: {type: money, help: "HMO"}
rows:
  - {key: "44120", fee: "2000.00", hmo: "1900.00"}
"""


def compiled(acme: str = ACME) -> Compilation:
    """Both payers, and the rates of the second."""
    return Compilation(
        Texts(
            (SourceText("small.pol", POLICY), SourceText("acme.pol", acme)),
            (SourceText("sets/resections.yaml", SET),),
            (SourceText("tables/limits.yaml", TABLE), SourceText("tables/rates.yaml", RATES)),
        )
    )
