"""`pollex sql`: a payer's policies as one query over claims in columns, to take into a warehouse."""

from __future__ import annotations

from pollex.backends.sql.query import Query, query
from pollex.cli.arguments import Arguments
from pollex.cli.exits import OK, complain
from pollex.cli.opening import sound
from pollex.cli.output import written
from pollex.cli.payers import known_payer
from pollex.cli.terminal import counted
from pollex.source.span import Span


def run(arguments: Arguments) -> int:
    """Write the query; what it leaves to the exact way is said on standard error."""
    compilation = sound(arguments.policies).compilation
    payer = known_payer(compilation, arguments.payer)

    def words(span: Span) -> str:
        return compilation.sources[span.file].text[span.start : span.end]

    made = query(compilation.program, payer, words)
    written(made.text, arguments.output)
    if made.unsaid:
        complain(_left_open(made))
    return OK


def _left_open(made: Query) -> str:
    said = "; ".join(f"{clause} ({', '.join(sorted(what))})" for clause, what in made.unsaid.items())
    return f"SQL does not say all of {counted(len(made.unsaid), 'clause')}, see `exact` in the query: {said}"
