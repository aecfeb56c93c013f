"""Coverage for programs: a JSON document, and LCOV, which editors and services read.

In LCOV a line with a condition has a branch for each answer that it can give. A text that several policies
share has the least count of them: what one policy lacks is lacking.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from pollex.backends.kleene import Tri
from pollex.cli.coverage_report import CoverageReport
from pollex.testing.atoms import ANSWERS
from pollex.testing.gaps import SAID, Count, Item, Miss, PolicyGaps
from pollex.testing.touched import Touched


def write_coverage_json(report: CoverageReport, stream: TextIO) -> None:
    """The document alone."""
    stream.write(json.dumps(coverage_document(report), indent=2) + "\n")


def coverage_document(report: CoverageReport) -> dict[str, Any]:
    """`schemas/coverage.schema.json`"""
    return {
        "conditions": _count(report.conditions),
        "policies": [_policy(policy, report) for policy in report.policies],
    }


def _policy(policy: PolicyGaps, report: CoverageReport) -> dict[str, Any]:
    reasons = {_key(miss): miss.reason for miss in (*policy.missed, *policy.unreachable)}
    clauses: list[dict[str, Any]] = []
    for item in policy.items:
        shown = _item(item, reasons, report)
        if item.atom is None:
            clause = item.clause
            named = {"kind": clause.id.kind, "name": clause.id.name, "title": clause.title}
            clauses.append({**named, **shown, "conditions": []})
        else:
            clauses[-1]["conditions"].append({"text": item.atom.text, **shown, **_decided(item)})
    return {
        "policy": policy.policy,
        "conditions": _count(policy.conditions),
        "rules": _count(policy.rules),
        "decided_alone": _count(policy.decisive),
        "clauses": clauses,
        "sets": [_touched(name, one) for name, one in sorted(policy.touched.sets.items())],
        "tables": [_touched(name, one) for name, one in sorted(policy.touched.tables.items())],
    }


def _key(miss: Miss) -> tuple[int, Tri]:
    return id(miss.item), miss.answer


def _item(item: Item, reasons: dict[tuple[int, Tri], str], report: CoverageReport) -> dict[str, Any]:
    file, line, column = report.place(item.atom.span if item.atom is not None else item.clause.id.span)
    return {
        "file": file,
        "line": line,
        "column": column,
        "seen": {SAID[answer]: item.seen.answers[answer] for answer in ANSWERS},
        "missed": [{"answer": SAID[one], "reason": reasons[id(item), one]} for one in item.missed],
        "cannot_be": [{"answer": SAID[one], "reason": reasons[id(item), one]} for one in item.cannot_be],
    }


def _decided(item: Item) -> dict[str, Any]:
    return {
        "decided_alone": {SAID[answer]: item.seen.decided[answer] for answer in (True, False)},
        "never_decided_alone": [SAID[answer] for answer in item.undecided],
    }


def _count(count: Count) -> dict[str, Any]:
    return {"seen": count.seen, "of": count.of, "percent": f"{count.percent:.1f}"}


def _touched(name: str, touched: Touched) -> dict[str, Any]:
    return {
        "name": name,
        "touched": len(touched.seen),
        "of": len(touched.all),
        "untouched": list(touched.untouched),
    }


# ------------------------------------------------------------------ LCOV


def write_lcov(report: CoverageReport, stream: TextIO) -> None:
    """A record for each file, with its rules as functions and the answers of its conditions as branches."""
    items = [item for policy in report.policies for item in policy.items]
    for file in sorted({item.clause.id.span.file for item in items}):
        here = [item for item in items if item.clause.id.span.file == file]
        stream.write(f"TN:\nSF:{file}\n")
        stream.writelines(f"{line}\n" for line in _record(here, report))
        stream.write("end_of_record\n")


def _record(items: list[Item], report: CoverageReport) -> Iterator[str]:
    places: dict[tuple[int, int], list[Item]] = {}
    for item in items:
        _, line, column = report.place(item.atom.span if item.atom is not None else item.clause.id.span)
        places.setdefault((line, column), []).append(item)
    clauses = {at: same for at, same in places.items() if same[0].atom is None}
    for (line, _), same in sorted(clauses.items()):
        yield f"FN:{line},{same[0].clause.id.name}"
    for _, same in sorted(clauses.items()):
        yield f"FNDA:{_least(same, True)},{same[0].clause.id.name}"
    yield f"FNF:{len(clauses)}"
    yield f"FNH:{sum(_least(same, True) > 0 for same in clauses.values())}"
    branches = [
        (line, block, number, _least([item for item in same if answer in item.can_be], answer))
        for block, ((line, _), same) in enumerate(sorted(places.items()))
        for number, answer in enumerate(ANSWERS)
        if any(answer in item.can_be for item in same)
    ]
    for line, block, number, taken in branches:
        yield f"BRDA:{line},{block},{number},{taken}"
    yield f"BRF:{len(branches)}"
    yield f"BRH:{sum(taken > 0 for *_, taken in branches)}"
    times: dict[int, int] = {}
    for (line, _), same in places.items():
        asked = min(item.seen.times for item in same)
        times[line] = min(asked, times.get(line, asked))
    for line, asked in sorted(times.items()):
        yield f"DA:{line},{asked}"
    yield f"LF:{len(times)}"
    yield f"LH:{sum(asked > 0 for asked in times.values())}"


def _least(items: Iterable[Item], answer: Tri) -> int:
    return min(item.seen.answers[answer] for item in items)
