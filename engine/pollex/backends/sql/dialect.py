"""What an SQL engine spells in its own way: lists, records, functions over lists, and dates.

Everything else of the query is plain SQL that engines share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine's spelling, DuckDB's own."""

    name: str = "duckdb"

    # ------------------------------------------------------------ lists

    def transform(self, items: str, name: str, body: str) -> str:
        """The list of `body`, for each item."""
        return f"list_transform({items}, lambda {name}: {body})"

    def filtered(self, items: str, name: str, body: str) -> str:
        """The items for which `body` is true."""
        return f"list_filter({items}, lambda {name}: {body})"

    def some(self, items: str, name: str, body: str, maybe: bool) -> str:
        """Whether `body` is true of some item; `maybe`: it can be NULL, and then the answer can be, too."""
        if not maybe:
            return f"list_contains({self.transform(items, name, body)}, TRUE)"
        graded = self.transform(items, name, f"coalesce(2 * CAST({body} AS INTEGER), 1)")
        return f"CASE list_max({graded}) WHEN 2 THEN TRUE WHEN 1 THEN NULL ELSE FALSE END"

    def total(self, items: str, zero: str) -> str:
        """The sum; NULL where an item is."""
        return f"list_reduce({items}, lambda sum, item: sum + item, {zero})"

    def contains(self, items: str, item: str) -> str:
        return f"list_contains({items}, {item})"

    def overlap(self, left: str, right: str) -> str:
        """Whether two lists share an item."""
        return f"list_has_any({left}, {right})"

    def distinct(self, items: str) -> str:
        """The list as a set: sorted, each item once."""
        return f"list_sort(list_distinct({items}))"

    def size(self, items: str) -> str:
        return f"len({items})"

    def at(self, items: str, place: str) -> str:
        """The item at a place, from 1."""
        return f"{items}[{place}]"

    def joined(self, left: str, right: str) -> str:
        """One list after the other."""
        return f"list_concat({left}, {right})"

    def listed(self, items: tuple[str, ...]) -> str:
        """A list that is written out."""
        return f"[{', '.join(items)}]" if items else "CAST([] AS VARCHAR[])"

    def words_of(self, text: str, between: str = " ") -> str:
        """The list of a text's words; of an empty text, none."""
        return f"CASE WHEN {text} = '' THEN {self.listed(())} ELSE string_split({text}, '{between}') END"

    def part(self, text: str, number: int) -> str:
        """The part of a text between slashes, from 1."""
        return f"split_part({text}, '/', {number})"

    # ------------------------------------------------------------ records

    def record(self, fields: Mapping[str, str]) -> str:
        """A record of its fields."""
        return "struct_pack(" + ", ".join(f"{name} := {value}" for name, value in fields.items()) + ")"

    def extended(self, record: str, fields: Mapping[str, str], comments: Mapping[str, str]) -> str:
        """The record with more fields, each under its comment."""
        return f"struct_insert({record},\n{written(fields, comments, ' := ')}\n)"

    # ------------------------------------------------------------ dates and numbers

    def day(self, on: date) -> str:
        return f"DATE '{on.isoformat()}'"

    def days_after(self, base: str, days: str) -> str:
        return f"({base} + {days})"

    def months_after(self, base: str, months: int) -> str:
        """The same day of another month, or the last one of a shorter month."""
        return f"CAST({base} + INTERVAL ({months}) MONTH AS DATE)"

    def days_between(self, start: str, end: str) -> str:
        return f"({end} - {start})"

    def whole(self, text: str) -> str:
        """As a whole number of 38 digits."""
        return f"CAST({text} AS HUGEINT)"

    def ratio(self, left: str, right: str) -> str:
        """How many times a whole number goes into another."""
        return f"({left} // {right})"


DUCKDB = Dialect()


def written(fields: Mapping[str, str], comments: Mapping[str, str], between: str) -> str:
    """Fields one under the other, each below its comment."""
    parts = []
    for place, (name, value) in enumerate(fields.items()):
        said = comments.get(name)
        if said:
            parts.append("\n" + "\n".join(f"  -- {line}".rstrip() for line in said.splitlines()))
        comma = "," if place + 1 < len(fields) else ""
        parts.append(f"  {name}{between}{indented(value)}{comma}")
    return "\n".join(parts)


def indented(text: str) -> str:
    """A text whose further lines stand further in."""
    return text.replace("\n", "\n  ")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
