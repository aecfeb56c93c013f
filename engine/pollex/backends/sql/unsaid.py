"""What SQL does not say of a rule, as remarks at its author's line. Claims concerned go the exact way."""

from __future__ import annotations

from collections.abc import Callable

from pollex.backends.sql.firing import clauses
from pollex.backends.sql.query import Query
from pollex.ir.program import Program
from pollex.source.diagnostic import Diagnostic, Severity, in_order
from pollex.source.span import Span

HELP = "Pollex decides claims that this can matter for by itself; in the query their `exact` is true"


def unsaid(program: Program, query: Query, text_of: Callable[[Span], str]) -> tuple[Diagnostic, ...]:
    """A remark on each clause of the payer's policies that the query does not say all of."""
    found = []
    for policy in program.policies:
        if query.payer in policy.payers:
            for rule in policy.rules:
                for clause in clauses(rule):
                    said = query.unsaid.get(clause.id)
                    if said:
                        head, _, _ = text_of(clause.span).partition("\n")
                        place = Span(clause.span.file, clause.span.start, clause.span.start + len(head))
                        message = f"SQL does not say all of `{clause.name}`: {', '.join(sorted(said))}"
                        found.append(Diagnostic("POL902", message, place, Severity.INFO, help=HELP))
    return tuple(dict.fromkeys(in_order(found)))
