"""What the specialised function knows before it sees a claim: facts of codes, modifiers as bits, and the
constant parts of a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from tests.bench.peers import plan

from pollex.model.decision import percent_text
from pollex.version import PACKAGE

Document = dict[str, Any]
ASSISTANT, OTHER_ASSISTANT, CO_SURGEON, BOTH_SIDES, REDUCED, CARE_SPLIT = (1 << place for place in range(6))
EXTRA_WORK, AGAIN, APART, OPENS = (1 << place for place in range(6, 10))
ASSISTS, PRICES = ASSISTANT | OTHER_ASSISTANT, 63
SEVERAL_ROLES = frozenset((3, 5, 6, 7))
BITS = {
    "80": ASSISTANT,
    "82": ASSISTANT,
    "AS": OTHER_ASSISTANT,
    "62": CO_SURGEON,
    "50": BOTH_SIDES,
    "52": REDUCED,
    "54": CARE_SPLIT,
    "22": EXTRA_WORK,
    "76": AGAIN,
    "77": AGAIN,
    "24": APART,
    "25": APART,
    **dict.fromkeys(plan.PAIR_MODIFIERS, OPENS),
}
REMEMBERED = 4096


class Facts(NamedTuple):
    """All that sets and tables say of a code."""

    surgery: bool
    major: bool
    scan: bool
    women: bool
    visit: bool
    therapy: bool
    add_on: bool
    approval: bool
    assistant: str
    ranks: bool
    share: int
    limit: int
    seconds: Mapping[str, str]
    """Codes beside which it is not paid, with the indicator of the pair."""


def _facts(code: str) -> Facts:
    indicators = plan.INDICATORS.get(code, {})
    shares = (indicators.get(f"{part}operative-share", "0") for part in ("pre", "intra"))
    return Facts(
        code in plan.SURGERY,
        code in plan.MAJOR_SURGERY,
        code in plan.SCANS,
        code in plan.SCANS_OF_WOMEN,
        code in plan.VISITS,
        code in plan.THERAPY,
        code in plan.ADD_ONS,
        code in plan.APPROVAL,
        indicators.get("assistant", ""),
        indicators.get("multiple") == "2",
        sum(int(share) for share in shares),
        plan.LIMITS[code],
        {first: indicator for (first, second), indicator in plan.PAIRS.items() if second == code},
    )


FACTS = {code: _facts(code) for code in plan.CODES}


class Days(NamedTuple):
    """The days that rules reach from a day of service."""

    latest: str
    latest_replacement: str
    ninety_before: str
    year_before: str


@lru_cache(REMEMBERED)
def days_around(day: str) -> Days:
    on = date.fromisoformat(day)
    try:
        before = on.replace(year=on.year - 1)
    except ValueError:
        before = on.replace(year=on.year - 1, day=28)
    moved = (on + timedelta(days=180), on + timedelta(days=365), on - timedelta(days=90), before)
    return Days(*(one.isoformat() for one in moved))


# ------------------------------------------------------------------ constant parts of a decision

POLICY = plan.workspace().compilation.program.policies[0]
TEXTS = {rule.name: rule.because for rule in POLICY.rules}
SOURCE = {"id": "BENCH", "title": "Made up for the bench; no payer's document"}
POLICIES = [{"id": POLICY.id, "version": POLICY.from_date.isoformat(), "digest": POLICY.digest}]
VERSION = PACKAGE
ALLOW = {"rule": "otherwise", "effect": "allow", "because": []}


def reason(rule: str, effect: str, because: list[Document]) -> Document:
    return {"rule": rule, "effect": effect, "text": TEXTS[rule], "source": SOURCE, "because": because}


def adjustment(group: str, carc: str, rule: str) -> Document:
    return {"group": group, "carc": carc, "rarc": [], "rule": rule}


CAPPED = adjustment("CO", "45", "no-more-than-charged")
OUT = adjustment("PR", "45", "out-of-network")


class Price(NamedTuple):
    """What modifiers, rank and network come to: a fraction of the fee, the percentage, and what is said."""

    numerator: int
    denominator: int
    percent: str
    adjustments: list[Document]
    before: tuple[tuple[str, str], ...]
    """Rules that read modifiers, with their effects, before the cap in order."""
    after: tuple[tuple[str, str], ...]


@lru_cache(REMEMBERED)
def price(bits: int, share: int, ranks_lower: bool, out: bool) -> Price:
    """`bits` are of modifiers that have a price, `share` is that of a split care."""
    before, after, percents, adjustments = [], [], [], [CAPPED]
    for bit, rule, percent in (
        (ASSISTANT, "assistant", "16"),
        (OTHER_ASSISTANT, "assistant-not-a-physician", "13.6"),
        (BOTH_SIDES, "both-sides", "150"),
        (CO_SURGEON, "co-surgeon", "62.5"),
    ):
        if bits & bit:
            percents.append(percent)
            said = f"reduce to {percent} percent" if bit == BOTH_SIDES else f"pay {percent} percent of fee"
            before.append((rule, said))
    for holds, rule, percent, carc in (
        (bits & REDUCED, "reduced", "75", "45"),
        (ranks_lower, "several-procedures", "50", "59"),
        (share, "without-the-care-after", str(share), ""),
    ):
        if holds:
            percents.append(percent)
            after.append((rule, f"reduce to {percent} percent"))
            if carc:
                adjustments.append(adjustment("CO", carc, rule))
    if out:
        percents.append("80")
        adjustments.append(OUT)
    whole = Fraction(100)
    for percent in percents:
        whole *= Fraction(percent) / 100
    of_fee = whole / 100
    return Price(
        of_fee.numerator, of_fee.denominator, percent_text(whole), adjustments, tuple(before), tuple(after)
    )
