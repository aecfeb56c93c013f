"""The rules in JSON Logic, for datalogic (Rust): one expression over all lines, with jumps to outer scopes.

JSON Logic has no sets: they are texts in which a code is searched, many times faster here than a list.
A table is the set of codes of each value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tests.bench.peers import host, plan
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer

Logic = Any


def of(key: str) -> Logic:
    """Of the line; within a list, of its item."""
    return {"val": [key]}


def claim(key: str) -> Logic:
    return {"val": [[2], key]}


def line(key: str) -> Logic:
    """Of the line, from within a list."""
    return {"val": [[2], key]}


def both(*conditions: Logic) -> Logic:
    return {"and": list(conditions)}


def either(*conditions: Logic) -> Logic:
    return {"or": list(conditions)}


def among(value: Logic, codes: Iterable[str]) -> Logic:
    return {"in": [{"cat": [" ", value, " "]}, f" {' '.join(sorted(codes))} "]}


def has(*modifiers: str) -> Logic:
    found = [{"in": [modifier, of("modifiers")]} for modifier in modifiers]
    return found[0] if len(found) == 1 else {"or": found}


def some(items: Logic, condition: Logic) -> Logic:
    return {"some": [items, condition]}


def state(condition: Logic) -> Logic:
    """Of a rule that is always known."""
    return {"if": [condition, 1, 0]}


def where(scope: Logic, unknown: Logic, condition: Logic) -> Logic:
    """Of a rule that is not known where something is missing, and does not hold out of its scope."""
    return {"if": [{"!": [scope]}, 0, unknown, 2, condition, 1, 0]}


def found_or_not_known(scope: Logic, found: Logic, since: Logic) -> Logic:
    """What is found counts; that nothing is there is known back to a day only."""
    known = both({"!==": [claim("since"), None]}, {"<=": [claim("since"), since]})
    return {"if": [{"!": [scope]}, 0, found, 1, known, 0, 2]}


def missing(value: Logic) -> Logic:
    return {"===": [value, None]}


LINES, HISTORY = claim("lines"), claim("history")
OTHER = both({"!==": [of("number"), line("number")]}, {"===": [of("day"), line("day")]})
SAME_PROVIDER = {"===": [of("npi"), line("npi")]}
RANKS = among(of("code"), plan.RANKED)
HIGHER = either(
    {">": [of("fee"), line("fee")]},
    both({"===": [of("fee"), line("fee")]}, {"<": [of("number"), line("number")]}),
)


def paired(indicator: str) -> Logic:
    pair = {"cat": [of("code"), "/", line("code")]}
    return some(LINES, both(OTHER, among(pair, plan.PAIRED[indicator])))


def late(frequency: Logic, days: int) -> Logic:
    return where(frequency, missing(claim("received")), {">": [{"-": [claim("received"), of("day")]}, days]})


def within(first: Logic) -> Logic:
    """A line of the history between a day and this line's."""
    return both({">=": [of("day"), first]}, {"<=": [of("day"), line("day")]})


REPLACED = {"===": [claim("frequency"), "7"]}
SURGERY, VISIT, THERAPY = (among(of("code"), codes) for codes in (plan.SURGERY, plan.VISITS, plan.THERAPY))
ROLES = (has("80", "82"), has("AS"), has("62"))
RULES: dict[str, Logic] = {
    "late": late({"!": [REPLACED]}, 180),
    "late-replacement": late(REPLACED, 365),
    "sex": where(among(of("code"), plan.SCANS_OF_WOMEN), missing(claim("sex")), {"===": [claim("sex"), "M"]}),
    "place": where(among(of("code"), plan.MAJOR_SURGERY), missing(of("place")), {"!==": [of("place"), "21"]}),
    "approval": where(
        both(
            among(of("code"), plan.APPROVAL),
            {"!==": [of("place"), "23"]},
            {"!==": [of("approved"), "yes"]},
        ),
        either(missing(of("place")), missing(of("approved"))),
        True,
    ),
    "surgery-not-covered": {
        "if": [
            {"!": [SURGERY]},
            0,
            {"!==": [of("pointed"), None]},
            state({"none": [of("pointed"), among({"val": []}, plan.COVERED_SURGERY)]}),
            some(claim("diagnoses"), among({"val": []}, plan.COVERED_SURGERY)),
            2,
            1,
        ]
    },
    "scan-not-covered": state(
        both(
            among(of("code"), plan.SCANS),
            {"none": [claim("diagnoses"), among({"val": []}, plan.COVERED_SCANS)]},
        )
    ),
    "cosmetic": state(both(SURGERY, among({"val": [[2], "diagnoses", 0]}, plan.COSMETIC))),
    "pair-never": state(paired("0")),
    "pair-unless-modified": state(both({"!": [has(*sorted(plan.PAIR_MODIFIERS))]}, paired("1"))),
    "add-on": state(
        both(
            among(of("code"), plan.ADD_ONS),
            {"none": [LINES, both(OTHER, among(of("code"), plan.SURGERY))]},
        )
    ),
    "too-many-units": state(
        either(
            *(
                both({">": [of("units"), limit]}, among(of("code"), codes))
                for limit, codes in plan.LIMITED.items()
            )
        )
    ),
    "paid-before": found_or_not_known(
        True,
        some(
            HISTORY,
            both(
                {"===": [of("code"), line("code")]},
                {"===": [of("day"), line("day")]},
                SAME_PROVIDER,
                {"===": [of("outcome"), "allow"]},
            ),
        ),
        of("day"),
    ),
    "follow-up": found_or_not_known(
        both(VISIT, {"!": [has("24", "25")]}),
        some(
            HISTORY,
            both(SAME_PROVIDER, within({"-": [line("day"), 90]}), among(of("code"), plan.SURGERY)),
        ),
        {"-": [of("day"), 90]},
    ),
    "therapy-limit": found_or_not_known(
        THERAPY,
        {
            ">=": [
                {
                    "length": {
                        "filter": [
                            HISTORY,
                            both(within(line("year_before")), among(of("code"), plan.THERAPY)),
                        ]
                    }
                },
                6,
            ]
        },
        of("year_before"),
    ),
    "no-assistant": state(both(has("80", "82", "AS"), among(of("code"), plan.NO_ASSISTANT))),
    "void": state({"===": [claim("frequency"), "8"]}),
    "too-young": where(among(of("code"), plan.MAJOR_SURGERY), missing(of("age")), {"<": [of("age"), 18]}),
    "investigational": state(
        both(THERAPY, some(claim("diagnoses"), among({"val": []}, plan.INVESTIGATIONAL)))
    ),
    "twice": state(
        both({"!": [has("76", "77")]}, some(LINES, both(OTHER, {"===": [of("code"), line("code")]})))
    ),
    "roles": state({">": [{"+": [state(role) for role in ROLES]}, 1]}),
    "extra-work": where(has("22"), missing(of("work")), {"===": [of("work"), "not_found"]}),
    "assistant": state(ROLES[0]),
    "assistant-not-a-physician": state(ROLES[1]),
    "co-surgeon": state(ROLES[2]),
    "both-sides": state(has("50")),
    "reduced": state(has("52")),
    "without-the-care-after": state(both(has("54"), SURGERY)),
    "several-procedures": {
        "if": [
            {"!": [RANKS]},
            0,
            some(LINES, both(OTHER, RANKS, {"!==": [of("fee"), None]}, {"!==": [line("fee"), None]}, HIGHER)),
            1,
            some(LINES, both(OTHER, RANKS, either(missing(of("fee")), missing(line("fee"))))),
            2,
            0,
        ]
    },
    "out-of-network": where(True, missing(claim("network")), {"===": [claim("network"), "out-of-network"]}),
}


def ready() -> Decide:
    from datalogic_py import Engine

    engine = Engine()
    rule = engine.compile({"map": [{"val": ["lines"]}, [RULES[name] for name in host.RULES]]})
    evaluate: Callable[[Any, Any], Any] = engine.session().evaluate

    def decide(given: Claim) -> Answer:
        return host.answered(given, evaluate(rule, host.prepared(given)))

    return decide


PEER = Peer("datalogic (JSON Logic in Rust)", ready, needs="datalogic_py", package="datalogic-py")
