"""By what conditions tell procedure codes apart: codes, sets, columns of tables, tables of pairs.

A line's code decides more of its conditions than anything else, and there are thousands of codes; what a
policy asks of them leaves a handful of kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache

from pollex.ir.nodes import Column, Denied, Member, PairListed, Subject


@dataclass(frozen=True, slots=True)
class Reads:
    """By what a condition tells procedure codes of a line apart; `denied`: also by whether it is denied."""

    codes: frozenset[str] = frozenset()
    sets: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    pairs: tuple[str, ...] = ()
    denied: bool = False


@lru_cache(maxsize=4096)
def reads_of(node: object, of: Subject) -> Reads:
    """Codes, sets, columns and tables of pairs that are asked for the code of this line, or the other one."""
    found = [_read(one, of) for one in nodes_of(node)]
    return Reads(
        frozenset[str]().union(*(one.codes for one in found)),
        tuple(sorted({name for one in found for name in one.sets})),
        tuple(sorted({column for one in found for column in one.columns})),
        tuple(sorted({name for one in found for name in one.pairs})),
        any(one.denied for one in found),
    )


def nodes_of(node: object) -> Iterator[object]:
    """A condition or value with all that stands in it."""
    if isinstance(node, tuple):
        for item in node:
            yield from nodes_of(item)
    elif is_dataclass(node):
        yield node
        for one in fields(node):
            yield from nodes_of(getattr(node, one.name))


def _read(node: object, of: Subject) -> Reads:
    match node:
        case Member("cpt", subject, codes, sets) if subject is of:
            return Reads(codes, sets)
        case Column(table, column, subject) if subject is of:
            return Reads(columns=((table, column),))
        case PairListed(table):
            return Reads(pairs=(table,))
        case Denied():
            return Reads(denied=True)
    return Reads()
