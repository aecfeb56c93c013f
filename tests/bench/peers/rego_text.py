"""The rules in Rego, for both of its peers: a rule says of which lines it `holds`, and of which it is `open`.

`data.sets` holds the sets as objects in which a code is looked up; a table is an object too. What is missing
is null; Rego compares null with a number without complaint, so that rules ask for it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.bench.peers import host, plan
from tests.bench.peers.cel_text import SETS

DATA = {
    "sets": {name: dict.fromkeys(sorted(codes), True) for name, codes in SETS.items()},
    "limits": dict(sorted(plan.LIMITS.items())),
}
MODULE = """package bench

import rego.v1

said := {"holds": [one | some one in holds], "open": [one | some one in open]}

sets := data.sets

others(l) := [o | some o in input.lines; o.number != l.number; o.day == l.day]

has(l, wanted) if {
  some modifier in l.modifiers
  modifier in wanted
}

complete(since) if {
  input.since != null
  input.since <= since
}

# ------------------------------------------------------------ the claim

holds contains [l.number, "late"] if {
  input.frequency != "7"
  input.received != null
  some l in input.lines
  input.received - l.day > 180
}
open contains [l.number, "late"] if {
  input.received == null
  input.frequency != "7"
  some l in input.lines
}
holds contains [l.number, "late-replacement"] if {
  input.frequency == "7"
  input.received != null
  some l in input.lines
  input.received - l.day > 365
}
open contains [l.number, "late-replacement"] if {
  input.received == null
  input.frequency == "7"
  some l in input.lines
}
holds contains [l.number, "sex"] if {
  input.sex == "M"
  some l in input.lines
  sets.women[l.code]
}
open contains [l.number, "sex"] if {
  input.sex == null
  some l in input.lines
  sets.women[l.code]
}
holds contains [l.number, "place"] if {
  some l in input.lines
  sets.major[l.code]
  l.place != null
  l.place != "21"
}
open contains [l.number, "place"] if {
  some l in input.lines
  l.place == null
  sets.major[l.code]
}
holds contains [l.number, "approval"] if {
  some l in input.lines
  sets.approval[l.code]
  l.approved == "no"
  l.place != null
  l.place != "23"
}
open contains [l.number, "approval"] if {
  some l in input.lines
  sets.approval[l.code]
  l.approved != "yes"
  l.place != "23"
  null in {l.approved, l.place}
}
holds contains [l.number, "void"] if {
  input.frequency == "8"
  some l in input.lines
}
holds contains [l.number, "too-young"] if {
  some l in input.lines
  sets.major[l.code]
  l.age != null
  l.age < 18
}
open contains [l.number, "too-young"] if {
  some l in input.lines
  l.age == null
  sets.major[l.code]
}

# ------------------------------------------------------------ diagnoses

covered_surgery if {
  some d in input.diagnoses
  sets.coveredsurgery[d]
}
covered_scan if {
  some d in input.diagnoses
  sets.coveredscans[d]
}
pointed_covered(l) if {
  some d in l.pointed
  sets.coveredsurgery[d]
}
holds contains [l.number, "surgery-not-covered"] if {
  some l in input.lines
  sets.surgery[l.code]
  l.pointed != null
  not pointed_covered(l)
}
holds contains [l.number, "surgery-not-covered"] if {
  not covered_surgery
  some l in input.lines
  sets.surgery[l.code]
}
open contains [l.number, "surgery-not-covered"] if {
  some l in input.lines
  l.pointed == null
  sets.surgery[l.code]
  covered_surgery
}
holds contains [l.number, "scan-not-covered"] if {
  not covered_scan
  some l in input.lines
  sets.scans[l.code]
}
holds contains [l.number, "cosmetic"] if {
  sets.cosmetic[input.diagnoses[0]]
  some l in input.lines
  sets.surgery[l.code]
}
holds contains [l.number, "investigational"] if {
  some l in input.lines
  sets.therapy[l.code]
  some d in input.diagnoses
  sets.investigational[d]
}

# ------------------------------------------------------------ other lines

holds contains [l.number, "pair-never"] if {
  some l in input.lines
  some o in others(l)
  sets.never[concat("/", [o.code, l.code])]
}
holds contains [l.number, "pair-unless-modified"] if {
  some l in input.lines
  some o in others(l)
  sets.unlessmodified[concat("/", [o.code, l.code])]
  not has(l, {PAIR_MODIFIERS})
}
holds contains [l.number, "twice"] if {
  some l in input.lines
  some o in others(l)
  o.code == l.code
  not has(l, {"76", "77"})
}
beside_surgery(l) if {
  some o in others(l)
  sets.surgery[o.code]
}
holds contains [l.number, "add-on"] if {
  some l in input.lines
  sets.addons[l.code]
  not beside_surgery(l)
}
holds contains [l.number, "too-many-units"] if {
  some l in input.lines
  l.units > data.limits[l.code]
}

# ------------------------------------------------------------ history

paid_before(l) if {
  some h in input.history
  h.code == l.code
  h.day == l.day
  h.npi == l.npi
  h.outcome == "allow"
}
holds contains [l.number, "paid-before"] if {
  some l in input.lines
  paid_before(l)
}
open contains [l.number, "paid-before"] if {
  some l in input.lines
  not complete(l.day)
  not paid_before(l)
}
follows(l) if {
  some h in input.history
  h.npi == l.npi
  h.day >= l.day - 90
  h.day <= l.day
  sets.surgery[h.code]
}
holds contains [l.number, "follow-up"] if {
  some l in input.lines
  sets.visits[l.code]
  follows(l)
  not has(l, {"24", "25"})
}
open contains [l.number, "follow-up"] if {
  some l in input.lines
  sets.visits[l.code]
  not complete(l.day - 90)
  not follows(l)
  not has(l, {"24", "25"})
}
limited(l) if {
  count([h | some h in input.history; h.day >= l.year_before; h.day <= l.day; sets.therapy[h.code]]) >= 6
}
holds contains [l.number, "therapy-limit"] if {
  some l in input.lines
  sets.therapy[l.code]
  limited(l)
}
open contains [l.number, "therapy-limit"] if {
  some l in input.lines
  sets.therapy[l.code]
  not complete(l.year_before)
  not limited(l)
}

# ------------------------------------------------------------ modifiers

holds contains [l.number, "no-assistant"] if {
  some l in input.lines
  sets.noassistant[l.code]
  has(l, {"80", "82", "AS"})
}
holds contains [l.number, "assistant"] if {
  some l in input.lines
  has(l, {"80", "82"})
}
holds contains [l.number, "assistant-not-a-physician"] if {
  some l in input.lines
  "AS" in l.modifiers
}
holds contains [l.number, "co-surgeon"] if {
  some l in input.lines
  "62" in l.modifiers
}
holds contains [l.number, "roles"] if {
  some l in input.lines
  has(l, {"80", "82"})
  has(l, {"AS", "62"})
}
holds contains [l.number, "roles"] if {
  some l in input.lines
  "AS" in l.modifiers
  "62" in l.modifiers
}
holds contains [l.number, "both-sides"] if {
  some l in input.lines
  "50" in l.modifiers
}
holds contains [l.number, "reduced"] if {
  some l in input.lines
  "52" in l.modifiers
}
holds contains [l.number, "without-the-care-after"] if {
  some l in input.lines
  "54" in l.modifiers
  sets.surgery[l.code]
}
holds contains [l.number, "extra-work"] if {
  some l in input.lines
  "22" in l.modifiers
  l.work == "not_found"
}
open contains [l.number, "extra-work"] if {
  some l in input.lines
  "22" in l.modifiers
  l.work == null
}

higher(o, l) if {
  o.fee > l.fee
}
higher(o, l) if {
  o.fee == l.fee
  o.number < l.number
}
ranks_lower(l) if {
  l.fee != null
  some o in others(l)
  sets.ranked[o.code]
  o.fee != null
  higher(o, l)
}
holds contains [l.number, "several-procedures"] if {
  some l in input.lines
  sets.ranked[l.code]
  ranks_lower(l)
}
open contains [l.number, "several-procedures"] if {
  some l in input.lines
  sets.ranked[l.code]
  some o in others(l)
  sets.ranked[o.code]
  null in {o.fee, l.fee}
  not ranks_lower(l)
}

holds contains [l.number, "out-of-network"] if {
  input.network == "out-of-network"
  some l in input.lines
}
open contains [l.number, "out-of-network"] if {
  input.network == null
  some l in input.lines
}
""".replace("PAIR_MODIFIERS", ", ".join(f'"{modifier}"' for modifier in sorted(plan.PAIR_MODIFIERS)))
PLACES = {name: place for place, name in enumerate(host.RULES)}


def states(lines: Iterable[Any], said: dict[str, Any]) -> list[list[int]]:
    """What the module says of each line's rules, in the host's order."""
    found = {line["line_number"]: [0] * len(host.RULES) for line in lines}
    for key, state in (("holds", 1), ("open", 2)):
        for number, name in said[key]:
            found[number][PLACES[name]] = state
    return list(found.values())
