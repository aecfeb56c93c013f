"""The rules in CEL, the common expression language: one expression over all lines, for both of its peers.

The parts of a claim and the sets are variables: a set is a map in which a code is looked up, a table the
set of codes of each value. Where maps go along with every claim, a set as a text is faster (`with_texts`).
"""

from __future__ import annotations

import re

from tests.bench.peers import host, plan
from tests.bench.peers.spelling import Spelling

SETS = {
    "surgery": plan.SURGERY,
    "major": plan.MAJOR_SURGERY,
    "scans": plan.SCANS,
    "women": plan.SCANS_OF_WOMEN,
    "visits": plan.VISITS,
    "therapy": plan.THERAPY,
    "addons": plan.ADD_ONS,
    "approval": plan.APPROVAL,
    "coveredsurgery": plan.COVERED_SURGERY,
    "coveredscans": plan.COVERED_SCANS,
    "cosmetic": plan.COSMETIC,
    "investigational": plan.INVESTIGATIONAL,
    "ranked": plan.RANKED,
    "noassistant": plan.NO_ASSISTANT,
    "never": plan.PAIRED["0"],
    "unlessmodified": plan.PAIRED["1"],
}
SETS |= {f"limit{most}": codes for most, codes in plan.LIMITED.items()}
VARIABLES = {f"set_{name}": dict.fromkeys(sorted(codes), True) for name, codes in SETS.items()}
CLAIM = ("frequency", "received", "sex", "network", "diagnoses", "since", "history", "lines")
"""What a claim is given as."""


SAY = Spelling("!", "&&", "||")
OTHER = "o.number != l.number && o.day == l.day"
RANKING = f"{OTHER} && o.code in set_ranked"
ROLES = (SAY.has("80", "82"), SAY.has("AS"), SAY.has("62"))
RULES = {
    "late": SAY.where("frequency != '7'", "received == null", "received - l.day > 180"),
    "late-replacement": SAY.where("frequency == '7'", "received == null", "received - l.day > 365"),
    "sex": SAY.where("l.code in set_women", "sex == null", "sex == 'M'"),
    "place": SAY.where("l.code in set_major", "l.place == null", "l.place != '21'"),
    "approval": SAY.where(
        "l.code in set_approval && l.place != '23' && l.approved != 'yes'",
        "l.place == null || l.approved == null",
        "true",
    ),
    "surgery-not-covered": "!(l.code in set_surgery) ? 0 : (l.pointed != null ? "
    "(l.pointed.exists(d, d in set_coveredsurgery) ? 0 : 1) : "
    "(diagnoses.exists(d, d in set_coveredsurgery) ? 2 : 1))",
    "scan-not-covered": SAY.state("l.code in set_scans && !diagnoses.exists(d, d in set_coveredscans)"),
    "cosmetic": SAY.state("l.code in set_surgery && diagnoses[0] in set_cosmetic"),
    "pair-never": SAY.state(f"lines.exists(o, {OTHER} && (o.code + '/' + l.code) in set_never)"),
    "pair-unless-modified": SAY.state(
        f"!{SAY.has(*sorted(plan.PAIR_MODIFIERS))} && "
        f"lines.exists(o, {OTHER} && (o.code + '/' + l.code) in set_unlessmodified)"
    ),
    "add-on": SAY.state(f"l.code in set_addons && !lines.exists(o, {OTHER} && o.code in set_surgery)"),
    "too-many-units": SAY.state(
        " || ".join(f"(l.units > {most} && l.code in set_limit{most})" for most in plan.LIMITED)
    ),
    "paid-before": SAY.found_or_not_known(
        "true",
        "history.exists(h, h.code == l.code && h.day == l.day && h.npi == l.npi && h.outcome == 'allow')",
        "l.day",
    ),
    "follow-up": SAY.found_or_not_known(
        f"l.code in set_visits && !{SAY.has('24', '25')}",
        "history.exists(h, h.npi == l.npi && h.day >= l.day - 90 && h.day <= l.day && h.code in set_surgery)",
        "l.day - 90",
    ),
    "therapy-limit": SAY.found_or_not_known(
        "l.code in set_therapy",
        "size(history.filter(h, h.day >= l.year_before && h.day <= l.day && h.code in set_therapy)) >= 6",
        "l.year_before",
    ),
    "no-assistant": SAY.state(f"{SAY.has('80', '82', 'AS')} && l.code in set_noassistant"),
    "void": SAY.state("frequency == '8'"),
    "too-young": SAY.where("l.code in set_major", "l.age == null", "l.age < 18"),
    "investigational": SAY.state("l.code in set_therapy && diagnoses.exists(d, d in set_investigational)"),
    "twice": SAY.state(f"!{SAY.has('76', '77')} && lines.exists(o, {OTHER} && o.code == l.code)"),
    "roles": SAY.state(" + ".join(f"({role} ? 1 : 0)" for role in ROLES) + " > 1"),
    "extra-work": SAY.where(SAY.has("22"), "l.work == null", "l.work == 'not_found'"),
    "assistant": SAY.state(ROLES[0]),
    "assistant-not-a-physician": SAY.state(ROLES[1]),
    "co-surgeon": SAY.state(ROLES[2]),
    "both-sides": SAY.state(SAY.has("50")),
    "reduced": SAY.state(SAY.has("52")),
    "without-the-care-after": SAY.state(f"{SAY.has('54')} && l.code in set_surgery"),
    "several-procedures": "!(l.code in set_ranked) ? 0 : ("
    f"lines.exists(o, {RANKING} && o.fee != null && l.fee != null && "
    "(o.fee > l.fee || (o.fee == l.fee && o.number < l.number))) ? 1 : ("
    f"lines.exists(o, {RANKING} && (o.fee == null || l.fee == null)) ? 2 : 0))",
    "out-of-network": SAY.where("true", "network == null", "network == 'out-of-network'"),
}
TEXT = "lines.map(l, [" + ",\n  ".join(RULES[name] for name in host.RULES) + "])"


def with_texts(text: str) -> str:
    """The same, with each set as a text in which a code is searched."""

    def search(found: re.Match[str]) -> str:
        value, name = found.groups()
        codes = " ".join(sorted(SETS[name]))
        return f"' {codes} '.contains(' ' + {value} + ' ')"

    return re.sub(r"(\([^()]+\)|[\w.]+(?:\[0\])?) in set_(\w+)", search, text)
