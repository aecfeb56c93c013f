"""`pollex sql`: payers' policies as queries over claims in columns, and claims decided by them."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from pollex.backends.sql.engines import ENGINES, Runner, SqlEngine
from pollex.backends.sql.query import Query, query
from pollex.backends.sql.unsaid import unsaid
from pollex.backends.sql.verdict import Verdict, verdict_of
from pollex.batch.layout import read_claims
from pollex.batch.parquet import plain
from pollex.cli.arguments import Arguments
from pollex.cli.exits import BAD_USAGE, FINDINGS, OK, Stop, complain
from pollex.cli.opening import sound
from pollex.cli.output import written
from pollex.cli.payers import known_payer
from pollex.cli.terminal import counted, show_diagnostics
from pollex.engine import Engine, engine_of
from pollex.intake.faults import ClaimError
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
    if not all(importlib.util.find_spec(name) for name in engine.needs):
        needs = " and ".join(engine.needs)
        raise Stop(BAD_USAGE, f"--claims needs {needs}: `pip install 'pollex[{engine.extra}]'`")
    if engine.program is not None and shutil.which(engine.program) is None:
        raise Stop(BAD_USAGE, f"{engine.name} needs `{engine.program}`, which is not installed here")
    finishing = _Finishing(engine_of(workspace))
    try:
        verdicts = list(_verdicts(Path(arguments.claims), engine.runner(queries, 0), finishing))
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    lines = (json.dumps(one.to_dict(), sort_keys=True, ensure_ascii=False) + "\n" for one in verdicts)
    written("".join(lines), arguments.output)
    by_sql = sum(not one.exact for one in verdicts)
    complain(f"{counted(len(verdicts), 'claim')} decided, {by_sql} of them in SQL")
    return FINDINGS if finishing.invalid else OK


def _verdicts(path: Path, backend: Runner, finishing: _Finishing) -> Iterator[Verdict]:
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
