"""`pollex sql`: payers' policies as queries over claims in columns, and claims decided by them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pollex.backends.sql.duckdb import DuckDb
from pollex.backends.sql.query import Query, query
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.layout import read_claims
from pollex.batch.parquet import plain
from pollex.cli.arguments import Arguments
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop, complain
from pollex.cli.opening import sound
from pollex.cli.output import written
from pollex.cli.payers import known_payer
from pollex.cli.terminal import counted
from pollex.engine import Engine, engine_of
from pollex.intake.faults import ClaimError
from pollex.source.span import Span
from pollex.source.text import UnreadableFile
from pollex.workspace import Workspace

NEEDED = ("duckdb", "pyarrow")


def run(arguments: Arguments) -> int:
    """Write the queries, or what they decide; what they leave open is said on standard error."""
    workspace = sound(arguments.policies)
    queries = tuple(_query(workspace, payer) for payer in dict.fromkeys(arguments.payers))
    if arguments.claims is not None:
        return _decide(arguments, workspace, queries)
    written("\n;\n\n".join(made.text for made in queries), arguments.output)
    for made in queries:
        if made.unsaid:
            complain(_left_open(made))
    return OK


def _query(workspace: Workspace, payer: str) -> Query:
    compilation = workspace.compilation

    def words(span: Span) -> str:
        return compilation.sources[span.file].text[span.start : span.end]

    return query(compilation.program, known_payer(compilation, payer), words)


def _left_open(made: Query) -> str:
    said = "; ".join(f"{clause} ({', '.join(sorted(what))})" for clause, what in made.unsaid.items())
    return f"SQL does not say all of {counted(len(made.unsaid), 'clause')}, see `exact` in the query: {said}"


# ------------------------------------------------------------------ deciding


def _decide(arguments: Arguments, workspace: Workspace, queries: tuple[Query, ...]) -> int:
    if not all(importlib.util.find_spec(name) for name in NEEDED):
        raise Stop(BAD_USAGE, "--claims needs DuckDB and pyarrow: `pip install 'pollex[duckdb]'`")
    finishing = _Finishing(engine_of(workspace))
    try:
        verdicts = list(_verdicts(Path(arguments.claims), DuckDb(queries), finishing))
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    lines = (json.dumps(one.to_dict(), sort_keys=True, ensure_ascii=False) + "\n" for one in verdicts)
    written("".join(lines), arguments.output)
    by_sql = sum(not one.exact for one in verdicts)
    complain(f"{counted(len(verdicts), 'claim')} decided, {by_sql} of them in SQL")
    return FINDINGS if finishing.invalid else OK


def _verdicts(path: Path, backend: DuckDb, finishing: _Finishing) -> Iterator[Verdict]:
    for rows in read_claims(path):
        yield from (one for one in backend.verdicts(rows, finishing.decide) if one is not None)
        finishing.before += rows.num_rows


class _Finishing:
    """Decides rows that the queries leave open, the exact way."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.before = 0
        self.invalid = 0

    def decide(self, position: int, row: Mapping[str, Any]) -> Verdict | None:
        try:
            return verdict_of(self.engine.decide(plain(row)))
        except ClaimError as error:
            self.invalid += 1
            place = f"claim {self.before + position + 1} is not valid"
            complain("; ".join([place, *(str(fault) for fault in error.faults)]))
            return None
