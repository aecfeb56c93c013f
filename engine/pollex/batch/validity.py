"""Which rows of claims in columns are not valid: found column by column, and explained claim by claim.

SQL takes rows for valid claims, so what is not valid has to be found before. Each column is looked at as a
whole, its texts once for each that occurs: whether it keeps to claim.schema.json (`_Look`), and whether
elements contradict each other (`_contradictions`, as `intake/consistency.py` says). A row of which that is
not sure is read as the claim that it is and checked as any claim; what is wrong with it is said there.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from pollex.batch import layout
from pollex.batch.chunks import Chunk, Reject
from pollex.batch.layout import DECIMALS, plain_node
from pollex.batch.parquet import computing, library, rows_of, table_of
from pollex.batch.work import checked_row
from pollex.intake.accept import Accepts, accepts
from pollex.intake.claimschema import claim_schema
from pollex.intake.document import Limits
from pollex.intake.faults import Fault

EPOCH = date(1970, 1, 1).toordinal()
CHARACTER, VALUE = 4, 60
"""Bytes that a character takes at most when written, and a value of which the schema says no length."""
SPANS = (("service_date", "service_date_to"), ("care_from", "care_to"))


@dataclass(frozen=True, slots=True)
class Valid:
    """The valid claims of a chunk, where in it each stands, and what is refused."""

    table: Any
    places: Sequence[int]
    rejects: tuple[Reject, ...]


def valid_rows(chunk: Chunk, limits: Limits) -> Valid:
    """The claims of a chunk of rows, which has to have the layout of `layout.py`."""
    table = layout.usual(table_of(chunk.rows))
    layout.check(chunk.name, table.schema)
    faults = refused(table, limits)
    rejects = tuple(Reject(chunk.name, chunk.first + place, None, faults[place]) for place in sorted(faults))
    places: Sequence[int] = range(table.num_rows)
    if faults:
        places = [place for place in places if place not in faults]
    return Valid(without(table, faults).select(layout.schema().names), places, rejects)


def without(table: Any, places: Container[int]) -> Any:
    """A table without some of its rows."""
    kept = [place for place in range(table.num_rows) if place not in places]
    return (
        table if len(kept) == table.num_rows else table.take(library().array(kept, "int64")).combine_chunks()
    )


def refused(table: Any, limits: Limits) -> dict[int, tuple[Fault, ...]]:
    """The rows of a table in the layout of `layout.py` that are no valid claims, with their faults."""
    found = {}
    places = sorted(doubtful(table, limits))
    taken = table.take(library().array(places, "int64"))
    for place, row in zip(places, rows_of(taken), strict=True):
        checked = checked_row(row, limits)
        if checked.claim is None:
            found[place] = checked.faults
    return found


def doubtful(table: Any, limits: Limits) -> set[int]:
    """The rows that are not known to be valid claims."""
    rows = library().array(range(table.num_rows), "int64")
    if table.num_columns != len(layout.schema()):
        return set(rows.to_pylist())  # with an element that no claim has
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    look = _Look()
    look.object(claim_schema(), columns, rows)
    look.large_ones(limits.max_bytes)
    _contradictions(look, columns, rows)
    return look.found


# ------------------------------------------------------------------ the schema


@dataclass(slots=True)
class _Look:
    """Looks at values, with the row that each is of; `found` are rows with something that may be wrong, and
    `most` is how many bytes the lists of rows may take.
    """

    found: set[int] = field(default_factory=set)
    most: list[Any] = field(default_factory=list)

    def doubt(self, is_odd: Any, rows: Any) -> None:
        """Rows where this is true."""
        self.found.update(rows.filter(is_odd).to_pylist())

    def object(self, node: Mapping[str, Any], columns: Mapping[str, Any], rows: Any) -> None:
        """Objects that are there, by their elements."""
        for key, part in node["properties"].items():
            self.values(part, columns[key], rows)

    def values(self, node: Mapping[str, Any], values: Any, rows: Any) -> None:
        """Values of one element; what a claim has to have is no `anyOf` with null."""
        if values.null_count:
            if "anyOf" not in node:
                self.doubt(values.is_null(), rows)
            is_there = values.is_valid()
            values, rows = values.filter(is_there), rows.filter(is_there)
        name, own = plain_node(node)
        match own["type"]:
            case "object":
                self.object(own, parts(values), rows)
            case "array":
                self._lists(own, values, rows)
            case "integer":
                self.doubt(_outside(values, own["minimum"], own["maximum"]), rows)
            case _ if name in DECIMALS:
                self.doubt(computing().less(values, 0), rows)
            case _:
                self._texts(own, values, rows)

    def _lists(self, own: Mapping[str, Any], values: Any, rows: Any) -> None:
        lengths = computing().list_value_length(values)
        self.doubt(_outside(lengths, own.get("minItems", 0), own.get("maxItems")), rows)
        size = computing().multiply(lengths.cast("int64"), _most_bytes(own["items"]))
        self.most.append(library().table([rows, size], ["row", "size"]))
        self.values(own["items"], values.flatten(), rows.take(computing().list_parent_indices(values)))

    def _texts(self, own: Mapping[str, Any], values: Any, rows: Any) -> None:
        """Texts and days, each that occurs once."""
        test = _test(json.dumps(own))
        if library().types.is_date(values.type):
            values = values.cast("int32")
            odd = [day for day in values.unique().to_pylist() if not test(_day(day))]
        else:
            try:
                odd = [text for text in values.unique().to_pylist() if not test(text)]
            except UnicodeDecodeError:
                self.found.update(rows.to_pylist())  # which it is will show when rows are read
                return
        if odd:
            self.doubt(computing().is_in(values, value_set=library().array(odd, values.type)), rows)

    def large_ones(self, most: int) -> None:
        """Rows that may take more bytes than that."""
        sizes = library().concat_tables(self.most).group_by("row").aggregate([("size", "sum")])
        room = most - _most_bytes(claim_schema())
        self.doubt(computing().greater(sizes.column("size_sum"), room), sizes.column("row"))


def parts(values: Any) -> dict[str, Any]:
    """The elements of objects that are all there."""
    return dict(zip((one.name for one in values.type), values.flatten(), strict=True))


def _outside(values: Any, least: int, most: int | None) -> Any:
    compute = computing()
    if most is None:
        return compute.less(values, least)
    return compute.or_(compute.less(values, least), compute.greater(values, most))


def _day(day: int) -> str | None:
    try:
        return date.fromordinal(EPOCH + day).isoformat()
    except (ValueError, OverflowError):
        return None


@cache
def _test(node: str) -> Accepts:
    """Whether a text keeps to a part of the schema, written as JSON."""
    return accepts(json.loads(node))


def _most_bytes(node: Mapping[str, Any]) -> int:
    """What a value takes at most; the items of its lists are counted apart."""
    _, own = plain_node(node)
    if own["type"] == "object":
        return 2 + sum(len(key) + 4 + _most_bytes(part) for key, part in own["properties"].items())
    return int(own["maxLength"]) * CHARACTER if "maxLength" in own else VALUE


# ------------------------------------------------------------------ contradictions


def _contradictions(look: _Look, columns: Mapping[str, Any], rows: Any) -> None:
    """Elements that contradict each other or point at nothing."""
    compute = computing()
    _early(look, columns, "admission_date", "discharge_date", rows)
    lines, of_line = _listed(columns["lines"], rows)
    _twice(look, [of_line, lines["line_number"]])
    counts = compute.list_value_length(columns["diagnoses"])
    _lines(look, lines, of_line, counts.take(of_line))
    known = _keys(of_line, lines["line_number"])
    for name in ("documentation", "attachments"):
        found, of_row = _listed(columns[name], rows)
        number = found["line_number"]
        is_there = compute.is_in(_keys(of_row, number), value_set=known)
        look.doubt(compute.and_(number.is_valid(), compute.invert(is_there)), of_row)
        if name == "documentation":
            _twice(look, [of_row, *(found[key] for key in ("concept", "document", "line_number"))])
    history, of_row = _there(columns["history"], rows)
    earlier, of_row = _listed(parts(history)["lines"], of_row)
    _twice(look, [of_row, earlier["claim_id"], earlier["line_number"]])
    _lines(look, earlier, of_row, compute.list_value_length(earlier["diagnoses"]))


def _lines(look: _Look, lines: Mapping[str, Any], rows: Any, diagnoses: Any) -> None:
    """Lines of claims or histories; `diagnoses`: how many there are to point to."""
    for first, last in SPANS:
        _early(look, lines, first, last, rows)
    pointers = lines["diagnosis_pointers"]
    parents = computing().list_parent_indices(pointers)
    is_past = computing().greater(pointers.flatten(), diagnoses.take(parents))
    look.doubt(is_past, rows.take(parents))


def _early(look: _Look, things: Mapping[str, Any], first: str, last: str, rows: Any) -> None:
    look.doubt(computing().less(things[last], things[first]), rows)


def _twice(look: _Look, columns: list[Any]) -> None:
    """Rows, which are the first column, with the same in all columns twice."""
    names = [str(at) for at in range(len(columns))]
    counted = library().table(columns, names).group_by(names).aggregate([([], "count_all")])
    look.doubt(computing().greater(counted.column("count_all"), 1), counted.column("0"))


def _keys(rows: Any, numbers: Any) -> Any:
    """A row and the number of a line in it as one number."""
    return computing().add(computing().multiply(rows, 1 << 32), numbers.cast("int64"))


def _there(values: Any, rows: Any) -> tuple[Any, Any]:
    is_there = values.is_valid()
    return values.filter(is_there), rows.filter(is_there)


def _listed(lists: Any, rows: Any) -> tuple[dict[str, Any], Any]:
    """The objects of lists, by element, and the rows that they are of."""
    lists, rows = _there(lists, rows)
    items, rows = _there(lists.flatten(), rows.take(computing().list_parent_indices(lists)))
    return parts(items), rows
