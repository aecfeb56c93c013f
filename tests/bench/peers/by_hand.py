"""The rules in SQL by hand, for DuckDB over claims in columns: `by_hand.sql`, with the tables it joins."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.bench.peers import plan

from pollex.backends.sql.verdict import LineVerdict, Verdict
from pollex.model.decision import money, percent_text

QUERY = (Path(__file__).parent / "by_hand.sql").read_text(encoding="utf-8")
KINDS = {
    "covered-surgery": plan.COVERED_SURGERY,
    "covered-scans": plan.COVERED_SCANS,
    "cosmetic": plan.COSMETIC,
    "investigational": plan.INVESTIGATIONAL,
}


def prepare(connection: Any) -> None:
    """The tables `codes` and `reasons`, and the lists that lines of others are looked up in."""
    import pyarrow

    connection.register("codes", pyarrow.Table.from_pylist([_facts(code) for code in sorted(plan.CODES)]))
    reasons = [{"code": code, "kind": kind} for kind, codes in KINDS.items() for code in sorted(codes)]
    connection.register("reasons", pyarrow.Table.from_pylist(reasons))
    for name, codes in (("surgeries", plan.SURGERY), ("therapies", plan.THERAPY), ("ranked", plan.RANKED)):
        connection.execute(f"SET VARIABLE {name} = {sorted(codes)}")


def _facts(code: str) -> dict[str, Any]:
    row = plan.INDICATORS.get(code, {})
    firsts = {
        indicator: sorted(
            first for (first, second), found in plan.PAIRS.items() if (second, found) == (code, indicator)
        )
        for indicator in "01"
    }
    return {
        "code": code,
        "surgery": code in plan.SURGERY,
        "major": code in plan.MAJOR_SURGERY,
        "scan": code in plan.SCANS,
        "women": code in plan.SCANS_OF_WOMEN,
        "visit": code in plan.VISITS,
        "therapy": code in plan.THERAPY,
        "add_on": code in plan.ADD_ONS,
        "approval": code in plan.APPROVAL,
        "assistant": row.get("assistant", ""),
        "multiple": row.get("multiple") == "2",
        "share": int(row.get("preoperative-share", 0)) + int(row.get("intraoperative-share", 0)),
        "most": plan.LIMITS[code],
        "never": firsts["0"] or None,
        "unless": firsts["1"] or None,
    }


def verdict(row: tuple[Any, ...]) -> tuple[int, Verdict] | None:
    """A row of the query, in the form of Pollex's own verdicts; None where it leaves the claim open."""
    position, claim_id, outcome, exact, lines = row
    return None if exact else (position, Verdict(claim_id, outcome, tuple(map(_line, lines)), False))


def _line(line: dict[str, Any]) -> LineVerdict:
    cents, millionths, charge = line["cents"], line["millionths"], line["amount"]
    amount = {} if charge is None else {"amount": f"{charge:.2f}"}
    adjustments = tuple(
        {"group": one["group"], "carc": one["carc"], "rarc": [], "rule": one["rule"], **amount}
        for one in line["adjustments"]
    )
    return LineVerdict(
        line["line_number"],
        line["procedure_code"],
        line["outcome"],
        None if millionths is None else percent_text(Fraction(int(millionths), 1_000_000)),
        None if cents is None else money(Fraction(int(cents), 100)),
        tuple(sorted(adjustments, key=lambda one: (one["group"], one["carc"], one["rule"]))),
        tuple(sorted(set(line["rules"]))),
    )
