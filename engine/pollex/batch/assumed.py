"""What is assumed of claims in columns: said once for claims that leave out the same.

The columns are those in which the claims came. What the caller vouches for (`vouched.py`) is named too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pollex.backends.assumed import assumptions
from pollex.batch.kept import Kept
from pollex.batch.parquet import computing, library

PROVIDERS = ("rendering_provider", "billing_provider")
OF_A_LINE = ("modifiers", "units", *PROVIDERS)


@dataclass(slots=True)
class Assumed:
    """The assumptions that occur; `assume` is what the caller vouches for."""

    assume: frozenset[str] = frozenset()
    kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        self.kept = Kept(self._said)

    def column(self, table: Any, kind: Any) -> Any:
        """The assumptions of each claim of a table."""
        arrow, compute = library(), computing()
        whole = [table.column(name).to_pylist() for name in ("claim_type", "frequency_code")]
        whole += [_there(table.column(name)) for name in ("rendering_provider", "prior_authorizations")]
        lines = _nested(table.column("lines").combine_chunks(), PROVIDERS[:1])
        history = table.column("history").combine_chunks()
        past = zip(_there(history), _nested(compute.struct_field(history, "lines"), PROVIDERS), strict=True)
        earlier = [found if is_there else None for is_there, found in past]
        ids = [self.kept[key] for key in zip(*whole, lines, earlier, strict=True)]
        return arrow.array(self.kept.values_made, kind).take(arrow.array(ids, arrow.int64()))

    def _said(self, key: tuple[Any, ...]) -> list[dict[str, str]]:
        """The assumptions of a claim, from what is not there."""
        kind, frequency, rendering, authorizations, lines, past = key
        claim = {
            "claim_type": kind,
            "frequency_code": frequency,
            "rendering_provider": rendering,
            "prior_authorizations": authorizations,
            "lines": [dict(zip(OF_A_LINE, line, strict=False)) for line in lines],
            "history": None
            if past is None
            else {"lines": [dict(zip(OF_A_LINE, line, strict=True)) for line in past]},
        }
        return [{"pointer": one.pointer, "text": one.text} for one in assumptions(claim, self.assume)]


def _there(column: Any) -> list[bool | None]:
    """True where something is there, None where it is not."""
    return [True if found else None for found in column.is_valid().to_pylist()]


def _nested(lists: Any, providers: Sequence[str]) -> list[tuple[Any, ...]]:
    """For each claim what its lines leave out; of no lines, nothing."""
    compute = computing()
    if lists.offset:
        lists = library().concat_arrays([lists])
    items = lists.flatten()
    modifiers = [
        None if found is None else tuple(found)
        for found in compute.struct_field(items, "modifiers").to_pylist()
    ]
    found = [_placeholders(modifiers), _there(compute.struct_field(items, "units"))]
    found += [_there(compute.struct_field(items, name)) for name in providers]
    lines = list(zip(*found, strict=True))
    lengths = compute.fill_null(compute.list_value_length(lists), 0).to_pylist()
    nested, first = [], 0
    for length in lengths:
        nested.append(tuple(lines[first : first + length]))
        first += length
    return nested


def _placeholders(modifiers: Iterable[tuple[str, ...] | None]) -> list[tuple[str, ...] | None]:
    """Modifiers as far as an assumption can come of them."""
    return [found if found is None or "00" in found else () for found in modifiers]
