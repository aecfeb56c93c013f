"""What the caller vouches for (`--assume`), put into the columns that SQL is asked of.

What a claim does not say is NULL. Where the caller says that there is nothing of it, the column says so: no
authorization, no earlier line since long before. The decision still names the assumption, since what was said
of the claim itself stands as it came.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from pollex.backends.assumed import NO_AUTHORIZATION, NO_HISTORY
from pollex.batch.parquet import computing, library
from pollex.ir.program import Program

LONG_AGO = date(1900, 1, 1)
NOTHING: dict[str, tuple[str, object]] = {
    NO_HISTORY: ("history", {"complete_since": LONG_AGO, "lines": []}),
    NO_AUTHORIZATION: ("prior_authorizations", []),
}
ASKED_BACK = "history complete since"
"""A word by which a policy could tell that the history is none."""


def vouched(table: Any, assume: Collection[str]) -> Any:
    """A table of claims in which nothing is said of what there is nothing of."""
    for name in assume:
        column, nothing = NOTHING[name]
        values = table.column(column).combine_chunks()
        if values.null_count:
            more = library().concat_arrays([values, library().array([nothing], values.type)])
            places = library().array(range(len(values)), "int64")
            filled = more.take(computing().if_else(values.is_valid(), places, len(values)))
            table = table.set_column(table.column_names.index(column), column, filled)
    return table


def can_tell(program: Program, assume: Collection[str]) -> bool:
    """Whether some policy could tell a history that the caller vouches for from one that a claim has."""
    return NO_HISTORY in assume and ASKED_BACK in repr(program.policies)
