"""What an SQL engine spells in its own way: texts, lists, records, dates, whole numbers.

Everything else of the query is plain SQL that engines share. The spelling here is DuckDB's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

RESERVED = frozenset({"group"})
"""Fields whose names are words of SQL."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine's spelling, DuckDB's own."""

    name: str = "duckdb"

    # ------------------------------------------------------------ texts

    def quoted(self, text: str) -> str:
        """A text as the engine reads it back."""
        return "'" + text.replace("'", "''") + "'"

    def remark(self, text: str) -> str:
        """A line of a comment, of whatever an author wrote."""
        return f"-- {text}".rstrip()

    def is_one_of(self, text: str, codes: Iterable[str]) -> str:
        """Whether a text is one of the codes."""
        listed = sorted(codes)
        if len(listed) == 1:
            return f"{text} = {self.quoted(listed[0])}"
        return f"{text} IN ({', '.join(map(self.quoted, listed))})"

    def is_one_of_many(self, text: str, codes: Iterable[str]) -> str:
        """The same, of a text in a list, where `IN` is slow."""
        return self.contains(self.listed(tuple(map(self.quoted, sorted(codes)))), text)

    def words_of(self, text: str, between: str = " ") -> str:
        """The list of a text's words; of an empty text, none."""
        return f"CASE WHEN {text} = '' THEN {self.listed(())} ELSE string_split({text}, '{between}') END"

    def part(self, text: str, number: int) -> str:
        """The part of a text between slashes, from 1."""
        return f"split_part({text}, '/', {number})"

    # ------------------------------------------------------------ lists

    def given(self, items: str) -> str:
        """A list; where it is not there, an empty one."""
        return f"coalesce({items}, [])"

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

    def count(self, items: str, name: str, body: str) -> str:
        """Of how many items `body` is true."""
        return self.size(self.filtered(items, name, body))

    def found(self, key: str, held: Mapping[str, str]) -> str:
        """What is held for a key; NULL where nothing is."""
        listed = ", ".join(f"{name}: {value}" for name, value in held.items())
        return f"MAP {{{listed}}}[{key}]"

    def total(self, items: str, zero: str) -> str:
        """The sum; NULL where an item is."""
        return f"list_reduce({items}, lambda sum, item: sum + item, {zero})"

    def contains(self, items: str, item: str) -> str:
        return f"list_contains({items}, {item})"

    def each(self, items: str, codes: Iterable[str]) -> str:
        """Of each item of a list of texts, whether it is one of many codes."""
        return self.transform(items, "code", self.is_one_of_many("code", codes))

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

    def least(self, items: str) -> str:
        """The smallest item that is not NULL."""
        return f"list_min({items})"

    # ------------------------------------------------------------ rows

    def worked_out(self, table: str) -> str:
        """The head of a table that is worked out before those after it are: whatever is said of its columns
        asks for values, where DuckDB would put the expression in place of every mention.
        """
        return f"{table} AS MATERIALIZED"

    def unnested(self, items: str, item: str, place: str) -> str:
        """Columns that make a row of each item of a list, with its place, from 1."""
        return f"unnest({items}) AS {item},\ngenerate_subscripts({items}, 1) AS {place}"

    def gathered(self, record: str) -> str:
        """The list of a group's records, in the order of their first field, which is another in each."""
        return f"list_sort(list({record}))"

    def beside(self, item: str, by: str) -> str:
        """In each row, the list of the items of all rows that are alike in `by`."""
        return f"list({item}) OVER (PARTITION BY {by})"

    def any_row(self, condition: str) -> str:
        """Whether a condition is true in some row of a group."""
        return f"bool_or({condition})"

    def all_but(self, column: str) -> str:
        """All columns but one."""
        return f"* EXCLUDE ({column})"

    # ------------------------------------------------------------ records

    def record(self, fields: Mapping[str, str]) -> str:
        """A record of its fields."""
        named = (f"{_plain_name(name)} := {value}" for name, value in fields.items())
        return f"struct_pack({', '.join(named)})"

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

    def roomy(self, text: str, digits: int, places: int) -> str:  # noqa: ARG002 - for engines that round
        """A number of so many digits, and places after the point, that can be multiplied exactly: DuckDB
        keeps a product of narrow numbers narrow.
        """
        return f"CAST({text} AS DECIMAL(38, {places}))"

    def whole(self, text: str) -> str:
        """As a whole number of 38 digits."""
        return f"CAST({text} AS HUGEINT)"

    def ratio(self, left: str, right: str) -> str:
        """How many times a whole number goes into another."""
        return f"({left} // {right})"


DUCKDB = Dialect()


def _plain_name(name: str) -> str:
    return f'"{name}"' if name in RESERVED else name


def indented(text: str) -> str:
    """A text whose further lines stand further in."""
    return text.replace("\n", "\n  ")
