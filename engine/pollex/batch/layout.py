"""Claims as a table of columns: what `pollex sql` asks, and what `pollex batch` reads as well as JSON.

The layout follows claim.schema.json, element by element: an object is a struct, a list a list, a date a
date, money decimal(14, 2), a quantity decimal(13, 4), a number an integer, all else text. What is absent is
NULL, and an empty list is an empty list. Claims were found valid before: nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from pollex.batch.parquet import GROUP, library
from pollex.intake.claimschema import claim_schema
from pollex.source.text import UnreadableFile

DECIMALS = {"money": (14, 2), "quantity": (13, 4)}
INTEGERS = ("line-number", "diagnosis-pointer")


def schema() -> Any:
    """The Arrow schema of a table of claims."""
    elements = claim_schema()["properties"].items()
    return library().schema([library().field(key, _type(node)) for key, node in elements])


def table(claims: Iterable[Mapping[str, Any]]) -> Any:
    """An Arrow table of claims."""
    return library().Table.from_pylist([_value(claim_schema(), claim) for claim in claims], schema=schema())


def write_claims(claims: Iterable[Mapping[str, Any]], to: Path) -> None:
    """Write claims to a Parquet file, a group of rows at a time."""
    waiting = iter(claims)
    with library().parquet.ParquetWriter(to, schema(), compression="zstd") as writer:
        for group in _groups(waiting):
            writer.write_table(table(group))


def read_claims(path: Path, size: int = 5 * GROUP) -> Iterator[Any]:
    """The claims of a Parquet file in this layout, some rows at a time, as Arrow tables."""
    arrow = library()
    try:
        with arrow.parquet.ParquetFile(path) as file:
            check(str(path), usual(file.schema_arrow.empty_table()).schema)
            for batch in file.iter_batches(batch_size=size):
                yield usual(arrow.Table.from_batches([batch]))
    except (arrow.ArrowException, OSError):
        raise UnreadableFile(f"{path} cannot be read as Parquet: it is damaged, or cut off") from None


def check(name: str, found: Any) -> None:
    """That claims are laid out in columns as they should be."""
    for wanted in schema():
        place = found.get_field_index(wanted.name)
        if place < 0 or not _is_alike(found.field(place).type, wanted.type):
            said = f"the column {wanted.name} is not laid out as schemas/README.md says (Claims in columns)"
            raise UnreadableFile(f"{name}: {said}")


def usual(table: Any) -> Any:
    """A table with the types of this layout for those that are only written otherwise: texts and lists whose
    places are counted in 64 bits, as some libraries write all of theirs.
    """
    for at, one in enumerate(table.schema):
        kind = _usual(one.type)
        if not kind.equals(one.type):
            table = table.set_column(at, one.name, table.column(at).cast(kind))
    return table


def _usual(kind: Any) -> Any:
    arrow = library()
    if arrow.types.is_struct(kind):
        return arrow.struct([arrow.field(one.name, _usual(one.type)) for one in kind])
    if arrow.types.is_list(kind) or arrow.types.is_large_list(kind):
        return arrow.list_(_usual(kind.value_type))
    return arrow.string() if arrow.types.is_large_string(kind) else kind


def _is_alike(found: Any, wanted: Any) -> bool:
    """Whether types are the same, in whatever order elements are, and whatever items of lists are called."""
    types = library().types
    if types.is_struct(wanted):
        names = {one.name for one in wanted}
        return (
            types.is_struct(found)
            and {one.name for one in found} == names
            and all(_is_alike(found.field(name).type, wanted.field(name).type) for name in names)
        )
    if types.is_list(wanted):
        return types.is_list(found) and _is_alike(found.value_type, wanted.value_type)
    return bool(found.equals(wanted))


def _groups(claims: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    while group := list(islice(claims, GROUP)):
        yield group


def plain_node(node: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """What a node of the schema stands for: the name of what it refers to, and its own schema."""
    name = ""
    while True:
        if "anyOf" in node:
            node = next(way for way in node["anyOf"] if way.get("type") != "null")
        elif "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            node = claim_schema()["$defs"][name]
        else:
            return name, node


def _type(node: Mapping[str, Any]) -> Any:
    arrow, (name, own) = library(), plain_node(node)
    match own.get("type"):
        case "object":
            return arrow.struct([arrow.field(key, _type(one)) for key, one in own["properties"].items()])
        case "array":
            return arrow.list_(_type(own["items"]))
    if name == "date":
        return arrow.date32()
    if name in DECIMALS:
        return arrow.decimal128(*DECIMALS[name])
    return arrow.int32() if name in INTEGERS else arrow.string()


def _value(node: Mapping[str, Any], value: Any) -> Any:
    """A value of a claim, as Arrow takes it."""
    name, own = plain_node(node)
    if value is None:
        return None
    match own.get("type"):
        case "object":
            return {key: _value(own["properties"][key], one) for key, one in value.items()}
        case "array":
            return [_value(own["items"], one) for one in value]
    if name == "date":
        return date.fromisoformat(value)
    return Decimal(value) if name in DECIMALS else value
