"""Parquet: rows that are claims, and decisions as columns; the only file that knows pyarrow.

A row is a claim: its columns are the elements of schemas/claim.schema.json, nested as there. Days may be
dates and amounts decimals; NULL is not known.

Decisions are a row for each line of a claim (`columns.py`). They wait in the unfinished output as Arrow
streams, one after the other, and become one Parquet file at the end, in groups of a size of their own, so
that the file does not show in which pieces it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path as FilePath
from typing import Any, BinaryIO, TypeAlias

from pollex.batch.chunks import Chunk
from pollex.batch.columns import COLUMNS, Column
from pollex.intake.claimschema import claim_schema, known_keys
from pollex.intake.document import shown_path
from pollex.intake.faults import Fault, Path, pointer
from pollex.source.snippet import visible
from pollex.source.text import UnreadableFile

NOT_INSTALLED = "Parquet needs pyarrow: `pip install 'pollex[parquet]'`"
GROUP = 20_000
"""Rows of a row group."""
MONEY_PLACES = 2
UNREADABLE = "cannot be read: a day outside the years 1 to 9999, or text that is not UTF-8"
Row: TypeAlias = dict[str, Any] | tuple[Fault, ...]
"""A row as a claim, or why it cannot be read."""


def is_installed() -> bool:
    try:
        library()
    except ImportError:
        return False
    return True


@cache
def library() -> Any:
    """pyarrow, with its part for Parquet."""
    import_module("pyarrow.parquet")
    return import_module("pyarrow")


@cache
def computing() -> Any:
    """What pyarrow does to whole columns."""
    return import_module("pyarrow.compute")


# ------------------------------------------------------------------ claims in


def chunks(name: str, stream: BinaryIO, before: int, size: int) -> Iterator[Chunk]:
    """The rows of a file, in Arrow's form."""
    if not is_installed():
        raise UnreadableFile(f"{name} is Parquet. {NOT_INSTALLED}")
    arrow = library()
    try:
        file = arrow.parquet.ParquetFile(stream)
        for twice in _twice(file.schema_arrow):
            raise UnreadableFile(f"{name}: the column {visible(twice)} stands there twice: keep one of them")
        first = 1
        for batch in file.iter_batches(batch_size=size, use_threads=False):
            yield Chunk(name, before + stream.tell(), first=first, rows=as_stream(batch))
            first += batch.num_rows
    except arrow.ArrowException:
        raise UnreadableFile(f"{name} cannot be read as Parquet: it is damaged, or cut off") from None


def _twice(fields: Any) -> Iterator[str]:
    """Names that two columns of a table have, or two elements of an object in it."""
    found = list(fields)
    names = [one.name for one in found]
    yield from (name for name in dict.fromkeys(names) if names.count(name) > 1)
    for one in found:
        kind = one.type
        while library().types.is_list(kind) or library().types.is_large_list(kind):
            kind = kind.value_type
        if library().types.is_struct(kind):
            yield from _twice(kind)


def claims_of(rows: bytes) -> Iterator[Row]:
    """Each row as the claim that it is."""
    with library().ipc.open_stream(rows) as reader:
        for batch in reader:
            yield from rows_of(batch)


def rows_of(table: Any) -> Iterator[Row]:
    """The same, of a table or a part of one."""
    try:
        found = table.to_pylist()
    except (ValueError, OverflowError):
        yield from (_row(table.slice(at, 1)) for at in range(table.num_rows))
    else:
        yield from map(plain, found)


def _row(table: Any) -> Row:
    """One row, of which some value may be none that Python has."""
    try:
        row: dict[str, Any] = plain(table.to_pylist()[0])
    except (ValueError, OverflowError):
        columns = ((name, table.column(name)[0]) for name in table.column_names)
        return tuple(fault for name, value in columns for fault in _unread(value, (name,)))
    return row


def _unread(value: Any, path: Path) -> Iterator[Fault]:
    """The places of values that cannot be read."""
    types = library().types
    if not value.is_valid:
        return
    if types.is_struct(value.type):
        for key in value.type.names:
            yield from _unread(value[key], (*path, key))
    elif types.is_list(value.type):
        for at, item in enumerate(value.values):
            yield from _unread(item, (*path, at))
    else:
        try:
            value.as_py()
        except (ValueError, OverflowError):
            yield Fault(pointer(shown_path(path, known_keys())), UNREADABLE)


def table_of(rows: bytes) -> Any:
    """The rows as a table."""
    with library().ipc.open_stream(rows) as reader:
        return reader.read_all().combine_chunks()


def plain(value: Any, key: str = "") -> Any:
    """A value of a row as a claim has it, under its key: elements of a claim that are NULL are not there."""
    match value:
        case dict():
            known = known_keys()
            return {
                name: plain(item, name)
                for name, item in value.items()
                if item is not None or name not in known
            }
        case list():
            return [plain(item, key) for item in value]
        case Decimal():
            return _decimal_text(value, 0 if key in _quantities() else MONEY_PLACES)
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            return value


def _decimal_text(value: Decimal, fewest: int) -> str:
    """Zeros past the fewest places are left out; a column has the same number of places everywhere."""
    whole, _, places = f"{value:f}".partition(".")
    kept = places[:fewest] + places[fewest:].rstrip("0")
    return f"{whole}.{kept}" if kept else whole


@cache
def _quantities() -> frozenset[str]:
    """The elements of a claim that are numbers without cents."""
    objects = [claim_schema(), *claim_schema()["$defs"].values()]
    return frozenset(
        key
        for thing in objects
        for key, node in thing.get("properties", {}).items()
        if "#/$defs/quantity" in str(node)
    )


# ------------------------------------------------------------------ decisions out


def table_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows of decisions as an Arrow stream."""
    return as_stream(library().RecordBatch.from_pylist(list(rows), schema=schema_of_decisions()))


def in_order(tables: Sequence[Any], places: Sequence[Any]) -> Any:
    """One table of rows, those of all tables one after the other by the places that all places give them."""
    arrow = library()
    order = computing().sort_indices(arrow.concat_arrays(places))
    return arrow.concat_tables(tables).take(order).combine_chunks()


def write(streams: FilePath, output: BinaryIO, schema: Any) -> None:
    """One Parquet file of all the rows that wait in a file of streams."""
    arrow = library()
    with arrow.parquet.ParquetWriter(output, schema, compression="zstd") as writer:
        held = schema.empty_table()
        for batch in _batches(streams):
            held = arrow.concat_tables([held, arrow.Table.from_batches([batch])])
            while held.num_rows >= GROUP:
                writer.write_table(held.slice(0, GROUP).combine_chunks(), GROUP)
                held = held.slice(GROUP)
        if held.num_rows:
            writer.write_table(held.combine_chunks(), GROUP)


def _batches(streams: FilePath) -> Iterator[Any]:
    size = streams.stat().st_size
    with library().OSFile(str(streams)) as source:
        while source.tell() < size:
            with library().ipc.open_stream(source) as reader:
                yield from reader


def as_stream(batch: Any) -> bytes:
    sink = library().BufferOutputStream()
    with library().ipc.new_stream(sink, batch.schema) as writer:
        writer.write(batch)
    made: bytes = sink.getvalue().to_pybytes()
    return made


@cache
def schema_of_decisions() -> Any:
    arrow = library()
    return arrow.schema([arrow.field(name, _type(column)) for name, column in COLUMNS.items()])


def _type(column: Column) -> Any:
    arrow = library()
    match column:
        case "string":
            return arrow.string()
        case "integer":
            return arrow.int32()
        case "date":
            return arrow.date32()
        case "money":
            return arrow.decimal128(18, MONEY_PLACES)
        case "units":
            return arrow.decimal128(13, 4)
        case "percent":
            return arrow.decimal128(18, 6)
        case list():
            return arrow.list_(_type(column[0]))
        case _:
            return arrow.struct([arrow.field(name, _type(part)) for name, part in column.items()])
