"""A small policy and a small claim, to see one thing at a time: what is not taken away is known."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pollex.backends.interpret.claim import decide
from pollex.compiler import Compilation, Texts
from pollex.ir.program import Program
from pollex.model.decision import Decision, LineDecision
from pollex.source.text import SourceText

SOURCE = 'title: "T"\nsource: {title: "S", evidence: secondary}\n'
LINE = {
    "line_number": 1,
    "procedure_code": "44120",
    "service_date": "2026-02-28",
    "charge_amount": "150.00",
    "fee_schedule_amount": "100.00",
}
CLAIM: dict[str, Any] = {
    "claim_id": "C-1",
    "payer": {"id": "aetna", "line_of_business": "commercial", "network_status": "in-network"},
    "received_date": "2026-03-31",
    "patient": {"birth_date": "1961-02-28", "sex": "F"},
    "billing_provider": {"npi": "1234567893", "tax_id": "12-3456789", "specialty": "208600000X"},
    "place_of_service": "21",
    "diagnoses": [{"code": "K56.50"}],
    "prior_authorizations": [],
    "total_charge_amount": "150.00",
    "lines": [LINE],
    "documentation": [],
    "attachments": [],
    "history": {"complete_since": "2024-01-01", "lines": []},
}


def set_file(name: str, system: str, *members: str, head: str = "") -> SourceText:
    listed = "".join(f"  - {member}\n" for member in members)
    return SourceText(
        f"{name}.set.yaml", f"set: {name}\nsystem: {system}\n{SOURCE}{head}\nmembers:\n{listed}"
    )


def table_file(name: str, columns: str, *rows: str, head: str = "key: cpt\nabsent: unknown") -> SourceText:
    listed = "".join(f"  - {row}\n" for row in rows)
    text = f"table: {name}\n{head}\n{SOURCE}columns: {columns}\nrows:\n{listed}"
    return SourceText(f"{name}.table.yaml", text)


def policy_file(rules: str, *clauses: str, name: str = "p", otherwise: str = "allow") -> SourceText:
    head = {
        "payer": "payer aetna",
        "applies": "applies to cpt 44120, cpt 44121, cpt 44005, cpt 99213",
        "in effect": "in effect from 2026-01-01",
        "otherwise": f"otherwise {otherwise}",
    }
    head |= {key: clause for clause in clauses for key in head if clause.startswith(key)}
    more = [clause for clause in clauses if clause not in head.values()]
    text = f"policy {name}\n  " + "\n  ".join((*head.values(), *more)) + "\n\n" + rules
    return SourceText(f"{name}.pol", text)


def program(*files: SourceText) -> Program:
    """The program of policies, sets and tables, told apart by their names; it must be sound."""

    def ending(text: str) -> tuple[SourceText, ...]:
        return tuple(file for file in files if file.name.endswith(text))

    compilation = Compilation(Texts(ending(".pol"), ending(".set.yaml"), ending(".table.yaml")))
    assert compilation.is_sound, [found.message for found in compilation.diagnostics]
    return compilation.program


def claim(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The claim with these lines, and with these elements changed; None takes one away."""
    made = {**deepcopy(CLAIM), **changes}
    if lines:
        made["lines"] = [{**LINE, "line_number": number, **line} for number, line in enumerate(lines, 1)]
    return {key: value for key, value in made.items() if value is not None}


def decided(rules: str | Program, of: dict[str, Any] | None = None, assume: tuple[str, ...] = ()) -> Decision:
    running = rules if isinstance(rules, Program) else program(policy_file(rules))
    return decide(running, of if of is not None else claim(), assume, "0")


def line(rules: str | Program, of: dict[str, Any] | None = None) -> LineDecision:
    """How the first line is decided."""
    return decided(rules, of).lines[0]


def missing(of: LineDecision) -> list[str]:
    """The places of what is missing, or table and key."""
    return [element.pointer or f"{element.table} {element.key}" for element in of.missing]
