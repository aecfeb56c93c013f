"""A comparison as JSON: `schemas/comparison.schema.json`."""

from __future__ import annotations

from pollex.compare.claims import Cell, Comparison, Variation
from pollex.compare.fees import Fee
from pollex.model.decision import Document


def comparison_document(comparison: Comparison) -> Document:
    """The whole of it; cells stand in the order of the payers."""
    return {
        "claim_id": comparison.claim_id,
        "payer": comparison.payer,
        "fees": comparison.fees,
        "varied_line": comparison.varied,
        "payers": [
            {
                "id": column.payer,
                "line_of_business": column.line_of_business,
                "network_status": column.network_status,
                "supposed": [{"pointer": one.pointer, "text": one.text} for one in column.supposed],
            }
            for column in comparison.columns
        ],
        "variations": [_variation(variation) for variation in comparison.variations],
    }


def _variation(variation: Variation) -> Document:
    return {
        "modifiers": list(variation.modifiers) if variation.modifiers is not None else None,
        "claims": [
            {
                "outcome": decision.outcome,
                "policies": [policy.to_dict() for policy in decision.policies],
                "assumptions": [assumption.to_dict() for assumption in decision.assumptions],
                "engine_version": decision.engine_version,
            }
            for decision in variation.decisions
        ],
        "lines": [
            {
                "line_number": line.line_number,
                "procedure_code": line.procedure_code,
                "modifiers": list(line.modifiers),
                "cells": [_cell(cell) for cell in line.cells],
            }
            for line in variation.lines
        ],
    }


def _cell(cell: Cell) -> Document:
    return {"decision": cell.decision.to_dict(), "fee": _fee(cell.fee), "differs": list(cell.differs)}


def _fee(fee: Fee) -> Document:
    return {
        "amount": fee.amount,
        "of": fee.of,
        "source": fee.source.to_dict() if fee.source is not None else None,
        "others": [{"amount": rate.amount, "of": rate.of} for rate in fee.others],
    }
