"""What rules cost that do not concern a claim (P3): 5,000 of them held to 50."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from tests.bench.interleaved import Bench, Work

from pollex.backends.interpret.claim import exact_lines
from pollex.backends.python.decide import PythonBackend
from pollex.cache import Cache
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText

MANY, FEW = 5000, 50
SETS, MEMBERS = 20, 300
DATA = 'title: "T"\nsource: {title: "S", evidence: secondary}\n'
FLOOR = f"decide {{scale}} claims under {FEW} rules"
DECIDE = f"decide {{scale}} claims under {MANY:,} rules"
COMPILE = f"compile {MANY:,} rules"
AGAIN = f"compile {MANY:,} rules, from the cache"
CLAIM: dict[str, Any] = {
    "claim_id": "1",
    "payer": {"id": "example"},
    "billing_provider": {"npi": "1234567893"},
    "diagnoses": [{"code": "C17.0"}],
    "lines": [
        {
            "line_number": 1,
            "procedure_code": "44120",
            "modifiers": ["22"],
            "service_date": "2026-03-02",
            "charge_amount": "150.00",
            "fee_schedule_amount": "100.00",
        }
    ],
}


def works(scale: int) -> Mapping[str, Work]:
    """Rules by single codes, runs of codes, sets of 300 codes and dates; a handful speak of the claim."""
    many, few = (Compilation(texts(count)).program for count in (MANY, FEW))
    given = texts(MANY)
    cache = Cache(Path(mkdtemp()))

    def deciding(backend: PythonBackend) -> Work:
        return lambda: [backend.decide(CLAIM, ()) for _ in range(scale)]

    return {
        FLOOR: deciding(PythonBackend(few, exact_lines, "0")),
        DECIDE: deciding(PythonBackend(many, exact_lines, "0")),
        COMPILE: lambda: Compilation(given).program,
        AGAIN: lambda: Compilation(given, cache).program,
    }


def texts(count: int) -> Texts:
    """A policy of so many rules, and the sets that they use."""
    draws = Random(1)  # noqa: S311 - the same rules in every run
    names = [f"s{number}" for number in range(SETS)]
    sets = [
        SourceText(f"sets/{name}.yaml", f"set: {name}\nsystem: cpt\n{DATA}members:\n{members(draws)}")
        for name in names
    ]
    head = f"""policy many
  payer example
  applies to cpt 44120
  in effect from 2026-01-01
  otherwise allow
  use set {", ".join(names)}

rule units when units is more than 3 pend for review by coding
rule assistant when modifier 80 pay 16 percent of fee
rule extra when modifier 22 note "More work is claimed."
"""
    return Texts((SourceText("many.pol", head + "".join(rules(draws, count))),), tuple(sets))


def members(draws: Random) -> str:
    codes = sorted(draws.sample(range(10000, 44000), MEMBERS))
    return "".join(f'  - "{code}"\n' for code in codes)


def rules(draws: Random, count: int) -> Iterator[str]:
    for number in range(count):
        code, period = draws.randrange(45000, 99980), ""
        lines = f"cpt {code}"
        if number % 4 == 1:
            lines = f"cpt in s{number % SETS}"
        elif number % 4 == 2:
            lines = ", ".join(f"cpt {code + step}" for step in range(10))
        elif number % 4 == 3:
            period = f"  in effect from 2026-{1 + number % 12:02}-{1 + number % 28:02}\n"
        yield (
            f"rule r{number} on lines with {lines}\n  when modifier 22 and units is more than {number % 7}\n"
            f"{period}  pend for review by team-{number % 9}\n"
        )


BENCH = Bench(
    f"{MANY:,} rules within 1.5 times {FEW}, compiled in 3 s, 0.2 s from the cache (P3)", FLOOR, works
)
