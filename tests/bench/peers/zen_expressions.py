"""The rules in the expression language of ZEN (GoRules, Rust): one expression over all lines, compiled once.

A set is a text in which a code is searched, many times faster here than a list; a table is the set of codes
of each value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.bench.peers import host, plan
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer
from tests.bench.peers.spelling import Spelling

SAY = Spelling("not ", "and", "or", "$root.")


def among(value: str, codes: Iterable[str]) -> str:
    return f"contains({json.dumps(' ' + ' '.join(sorted(codes)) + ' ')}, ' ' + {value} + ' ')"


def paired(indicator: str) -> str:
    pair = "o.code + '/' + l.code"
    return f"some($root.lines as o, {OTHER} and {among(pair, plan.PAIRED[indicator])})"


OTHER = "o.number != l.number and o.day == l.day"
SURGERY, VISIT, THERAPY = (among("l.code", codes) for codes in (plan.SURGERY, plan.VISITS, plan.THERAPY))
REPLACED = "$root.frequency == '7'"
RANKING = f"{OTHER} and {among('o.code', plan.RANKED)}"
ROLES = (SAY.has("80", "82"), SAY.has("AS"), SAY.has("62"))
RULES = {
    "late": SAY.where(f"not ({REPLACED})", "$root.received == null", "$root.received - l.day > 180"),
    "late-replacement": SAY.where(REPLACED, "$root.received == null", "$root.received - l.day > 365"),
    "sex": SAY.where(among("l.code", plan.SCANS_OF_WOMEN), "$root.sex == null", "$root.sex == 'M'"),
    "place": SAY.where(among("l.code", plan.MAJOR_SURGERY), "l.place == null", "l.place != '21'"),
    "approval": SAY.where(
        f"{among('l.code', plan.APPROVAL)} and l.place != '23' and l.approved != 'yes'",
        "l.place == null or l.approved == null",
        "true",
    ),
    "surgery-not-covered": f"not ({SURGERY}) ? 0 : (l.pointed != null ? "
    f"(some(l.pointed as d, {among('d', plan.COVERED_SURGERY)}) ? 0 : 1) : "
    f"(some($root.diagnoses as d, {among('d', plan.COVERED_SURGERY)}) ? 2 : 1))",
    "scan-not-covered": SAY.state(
        f"{among('l.code', plan.SCANS)} and none($root.diagnoses as d, {among('d', plan.COVERED_SCANS)})"
    ),
    "cosmetic": SAY.state(f"{SURGERY} and {among('$root.diagnoses[0]', plan.COSMETIC)}"),
    "pair-never": SAY.state(paired("0")),
    "pair-unless-modified": SAY.state(f"not {SAY.has(*sorted(plan.PAIR_MODIFIERS))} and {paired('1')}"),
    "add-on": SAY.state(
        f"{among('l.code', plan.ADD_ONS)} and "
        f"none($root.lines as o, {OTHER} and {among('o.code', plan.SURGERY)})"
    ),
    "too-many-units": SAY.state(
        " or ".join(
            f"(l.units > {most} and {among('l.code', codes)})" for most, codes in plan.LIMITED.items()
        )
    ),
    "paid-before": SAY.found_or_not_known(
        "true",
        "some($root.history as h, h.code == l.code and h.day == l.day and h.npi == l.npi and "
        "h.outcome == 'allow')",
        "l.day",
    ),
    "follow-up": SAY.found_or_not_known(
        f"{VISIT} and not {SAY.has('24', '25')}",
        "some($root.history as h, h.npi == l.npi and h.day >= l.day - 90 and h.day <= l.day and "
        f"{among('h.code', plan.SURGERY)})",
        "l.day - 90",
    ),
    "therapy-limit": SAY.found_or_not_known(
        THERAPY,
        "count($root.history as h, h.day >= l.year_before and h.day <= l.day and "
        f"{among('h.code', plan.THERAPY)}) >= 6",
        "l.year_before",
    ),
    "no-assistant": SAY.state(f"{SAY.has('80', '82', 'AS')} and {among('l.code', plan.NO_ASSISTANT)}"),
    "void": SAY.state("$root.frequency == '8'"),
    "too-young": SAY.where(among("l.code", plan.MAJOR_SURGERY), "l.age == null", "l.age < 18"),
    "investigational": SAY.state(
        f"{THERAPY} and some($root.diagnoses as d, {among('d', plan.INVESTIGATIONAL)})"
    ),
    "twice": SAY.state(f"not {SAY.has('76', '77')} and some($root.lines as o, {OTHER} and o.code == l.code)"),
    "roles": SAY.state(" + ".join(f"({role} ? 1 : 0)" for role in ROLES) + " > 1"),
    "extra-work": SAY.where(SAY.has("22"), "l.work == null", "l.work == 'not_found'"),
    "assistant": SAY.state(ROLES[0]),
    "assistant-not-a-physician": SAY.state(ROLES[1]),
    "co-surgeon": SAY.state(ROLES[2]),
    "both-sides": SAY.state(SAY.has("50")),
    "reduced": SAY.state(SAY.has("52")),
    "without-the-care-after": SAY.state(f"{SAY.has('54')} and {SURGERY}"),
    "several-procedures": f"not ({among('l.code', plan.RANKED)}) ? 0 : ("
    f"some($root.lines as o, {RANKING} and o.fee != null and l.fee != null and "
    "(o.fee > l.fee or (o.fee == l.fee and o.number < l.number))) ? 1 : ("
    f"some($root.lines as o, {RANKING} and (o.fee == null or l.fee == null)) ? 2 : 0))",
    "out-of-network": SAY.where("true", "$root.network == null", "$root.network == 'out-of-network'"),
}


def ready() -> Decide:
    from zen import compile_expression

    states = ",\n  ".join(RULES[name] for name in host.RULES)
    evaluate = compile_expression(f"map(lines as l, [{states}])").evaluate

    def decide(given: Claim) -> Answer:
        return host.answered(given, evaluate(host.prepared(given)))

    return decide


PEER = Peer("ZEN (GoRules, in Rust)", ready, needs="zen", package="zen-engine")
