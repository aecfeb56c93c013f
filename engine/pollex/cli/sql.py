"""`pollex sql`: payers' policies as queries over claims in columns, and claims decided by them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pollex.backends.sql.engines import ENGINES, Runner, SqlEngine
from pollex.backends.sql.query import Query, query
from pollex.backends.sql.spark import CannotStart
from pollex.backends.sql.unsaid import unsaid
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.inputs import file_input
from pollex.batch.layout import read_claims, schema
from pollex.batch.parquet import plain
from pollex.batch.validity import refused, without
from pollex.cli.arguments import Arguments
from pollex.cli.engines import only_parquet, sql_engine
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop, complain
from pollex.cli.opening import sound
from pollex.cli.output import written
from pollex.cli.payers import known_payer
from pollex.cli.terminal import counted, show_diagnostics
from pollex.engine import Engine, engine_of
from pollex.intake.document import DEFAULT
from pollex.source.diagnostic import in_order
from pollex.source.span import Span
from pollex.source.text import UnreadableFile
from pollex.workspace import Workspace


def run(arguments: Arguments) -> int:
    """Write the queries, or what they decide; what they leave open is said on standard error."""
    workspace = sound(arguments.policies)
    engine = ENGINES[arguments.dialect]
    queries = tuple(_query(workspace, payer, engine) for payer in dict.fromkeys(arguments.payers))
    if arguments.claims is not None:
        return _decide(arguments, workspace, queries, engine)
    written("\n;\n\n".join(made.text for made in queries), arguments.output)
    compilation = workspace.compilation
    remarks = [unsaid(compilation.program, made, _words(workspace)) for made in queries]
    if any(remarks):
        show_diagnostics(in_order(chain(*remarks)), compilation.sources)
    return OK


def _query(workspace: Workspace, payer: str, engine: SqlEngine) -> Query:
    compilation = workspace.compilation
    payer = known_payer(compilation, payer)
    return query(compilation.program, payer, _words(workspace), engine.dialect)


def _words(workspace: Workspace) -> Callable[[Span], str]:
    """The author's words at a place."""
    sources = workspace.compilation.sources
    return lambda span: sources[span.file].text[span.start : span.end]


# ------------------------------------------------------------------ deciding


def _decide(arguments: Arguments, workspace: Workspace, queries: tuple[Query, ...], engine: SqlEngine) -> int:
    sql_engine(engine.name, f"--claims with --dialect {engine.name}")
    try:
        only_parquet([file_input(arguments.claims)], "--claims")
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    deciding = _Deciding(engine_of(workspace), engine.runner(queries, 0))
    try:
        verdicts = list(deciding.verdicts(Path(arguments.claims)))
    except (CannotStart, UnreadableFile) as error:
        raise Stop(BAD_USAGE, str(error)) from None
    lines = (json.dumps(one.to_dict(), sort_keys=True, ensure_ascii=False) + "\n" for one in verdicts)
    written("".join(lines), arguments.output)
    by_sql = sum(not one.exact for one in verdicts)
    complain(f"{counted(len(verdicts), 'claim')} decided, {by_sql} of them in SQL")
    return FINDINGS if deciding.invalid else OK


@dataclass(slots=True)
class _Deciding:
    """Has rows decided that are valid claims, and finishes what the queries leave open."""

    engine: Engine
    sql: Runner
    invalid: int = 0

    def verdicts(self, path: Path) -> Iterator[Verdict]:
        before = 0
        for rows in read_claims(path):
            given = rows.select(schema().names)
            faults = refused(given, DEFAULT)
            for place in sorted(faults):
                said = f"claim {before + place + 1} is not valid"
                complain("; ".join([said, *map(str, faults[place])]))
            self.invalid += len(faults)
            before += given.num_rows
            found = self.sql.verdicts(without(given, faults), self._finished)
            yield from (one for one in found if one is not None)

    def _finished(self, _: int, row: Mapping[str, Any]) -> Verdict:
        return verdict_of(self.engine.decide_checked(plain(row)))
