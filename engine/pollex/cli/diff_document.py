"""A difference as JSON: schemas/diff.schema.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction

from pollex.cli.diff_report import Report, credited, plain_cents
from pollex.compare.diff.changes import Change
from pollex.compare.diff.impact import NO_CHANGE, Dollars, Example, Impact, Move
from pollex.model.decision import Document, percent_text


def diff_json(report: Report) -> str:
    """The document, keys sorted, with a line end at the end."""
    return f"{json.dumps(diff_document(report), sort_keys=True, ensure_ascii=False, indent=2)}\n"


def diff_document(report: Report) -> Document:
    """The document."""
    return {
        "old": report.old,
        "new": report.new,
        "changes": [_change(change) for change in report.difference.changes],
        "claims": _impact(report, report.impact) if report.impact is not None else None,
    }


def _change(change: Change) -> Document:
    return {
        "id": change.id,
        "kind": change.kind,
        "name": change.name,
        "how": change.how,
        "title": change.title,
        "to": change.to,
        "policies": [{"id": policy.id, "version": policy.version} for policy in change.policies],
        "decides": change.decides,
        "details": [
            {"what": detail.what, "before": detail.before, "after": detail.after} for detail in change.details
        ],
        "place": _place(change),
    }


def _place(change: Change) -> Document | None:
    if change.place is None:
        return None
    version = "new" if change.place.new else "old"
    return {"file": change.place.file, "line": change.place.line, "version": version}


def _impact(report: Report, impact: Impact) -> Document:
    return {
        "count": impact.claims,
        "invalid": report.invalid,
        "not_reached": impact.untouched,
        "same": impact.same,
        "other_words": impact.reworded,
        "claim_outcomes": _moves(impact.claim_moves),
        "line_outcomes": _moves(impact.line_moves),
        "lines": impact.total.lines,
        "lines_differing": impact.total.differing,
        "lines_with_other_outcome": impact.flips,
        "newly_denied": impact.new_denials,
        "amounts": _dollars(impact.total),
        "open_amounts": {"before": impact.open_before, "after": impact.open_after},
        "by_payer": _table("payer", impact.by_payer),
        "by_procedure_code": _table("procedure_code", impact.by_code),
        "by_modifiers": _table("modifiers", impact.by_modifier),
        "by_change": _by_change(report, impact),
        "several_changes": {"lines": impact.together, "in_one_order": impact.ordered},
        "pended_for_information": {
            "lines": impact.for_information,
            "missing": [
                {"term": term, "lines": count}
                for term, count in sorted(impact.asked_for.items(), key=lambda one: (-one[1], one[0]))
            ],
        },
        "other_words_examples": [
            _example(one)
            for (_, _, change), examples in sorted(impact.examples.items())
            if change == NO_CHANGE
            for one in examples
        ],
    }


def _moves(moves: Mapping[Move, int]) -> list[Document]:
    return [
        {"before": before, "after": after, "count": count}
        for (before, after), count in sorted(moves.items())
        if count
    ]


def _dollars(figures: Dollars) -> Document:
    return {
        "before": plain_cents(figures.before),
        "after": plain_cents(figures.after),
        "difference": plain_cents(figures.difference),
    }


def _table(key: str, table: Mapping[str, Dollars]) -> list[Document]:
    return [
        {key: name, "lines": figures.lines, "lines_differing": figures.differing, **_dollars(figures)}
        for name, figures in sorted(table.items())
    ]


def _by_change(report: Report, impact: Impact) -> list[Document]:
    found: list[Document] = []
    for change, credit, cents in credited(report):
        at = report.deciding.index(change)
        found.append(
            {
                "change": change.id,
                "lines": credit.lines,
                "lines_with_other_outcome": credit.flips,
                "share_of_outcomes": percent_text(credit.flip_share),
                "difference": plain_cents(cents),
                "exact_cents": _fraction(credit.cents),
                "outcomes": [
                    {
                        "before": before,
                        "after": after,
                        "lines": count,
                        "examples": [_example(one) for one in impact.examples.get((before, after, at), ())],
                    }
                    for (before, after), count in sorted(credit.moves.items())
                ],
            }
        )
    return found


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}" if value.denominator != 1 else str(value.numerator)


def _example(example: Example) -> Document:
    return {
        "claim_id": example.claim_id,
        "line_number": example.line_number,
        "position": example.position,
    }
