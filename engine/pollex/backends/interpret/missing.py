"""What a line lacks, as its decision says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pollex.backends.interpret.complete import Affects
from pollex.backends.interpret.elements import Element
from pollex.model.decision import Affected, Key, Missing


def missing(affects: Affects, rules_of: Mapping[Element, frozenset[str]]) -> tuple[Missing, ...]:
    """Each missing element once; the cells of one row of a table are one element."""
    found: dict[tuple[str, str, str, str], tuple[set[str], set[str]]] = {}
    for element, parts in affects.items():
        term = element.table or element.term
        changed, rules = found.setdefault((element.pointer, term, element.table, element.key), (set(), set()))
        changed |= parts
        rules |= rules_of.get(element, frozenset())
    return tuple(
        Missing(
            term,
            pointer or None,
            cast(tuple[Affected, ...], tuple(sorted(found[pointer, term, table, key][0]))),
            tuple(sorted(found[pointer, term, table, key][1])),
            None if pointer else table,
            None if pointer else key_of(key),
        )
        for pointer, term, table, key in sorted(found)
    )


def key_of(key: str) -> Key:
    """A table's key as the decision writes it: a code, or a pair of codes."""
    first, _, second = key.partition("/")
    return (first, second) if second else first
