"""Which engine of SQL decides claims: one that is installed, or a sentence that says how to get it."""

from __future__ import annotations

import importlib.util
import shutil

from pollex.backends.sql.engines import ENGINES, SqlEngine
from pollex.backends.sql.query import query
from pollex.batch.asking import Questions
from pollex.batch.inputs import Input, is_parquet
from pollex.cli.exits import BAD_USAGE, Stop
from pollex.ir.program import Program


def sql_engine(name: str, asked: str) -> SqlEngine:
    """The engine of this name, if all that it needs is installed; `asked` is how it was asked for."""
    engine = ENGINES[name]
    if not all(importlib.util.find_spec(module) for module in engine.needs):
        said = f"needs {' and '.join(engine.needs)}: `pip install 'pollex[{engine.extra}]'`"
        raise Stop(BAD_USAGE, f"{asked} {said}")
    if engine.program is not None and shutil.which(engine.program) is None:
        raise Stop(BAD_USAGE, f"{asked} needs `{engine.program}`, which is not installed here")
    return engine


def questions(engine: SqlEngine, program: Program) -> Questions:
    """The query of every payer, and what asks it."""
    payers = sorted({payer for policy in program.policies for payer in policy.payers})
    made = tuple(query(program, payer, None, engine.dialect) for payer in payers)
    return Questions(engine.runner((), 0), made, engine.worth)


def only_parquet(inputs: list[Input], option: str) -> None:
    """That all inputs are what SQL, asked by an option, can ask."""
    for source in inputs:
        if not is_parquet(source):
            made = f"`pollex batch {source.name if source.path else '-'} --to-parquet -o FILE.parquet`"
            said = f"asks Parquet, which {source.name} is not: {made} lays its claims out"
            raise Stop(BAD_USAGE, f"{option} {said}")
