"""What Spark SQL spells in its own way: Spark 4, with its ANSI mode on, as it is by default.

Where Spark answers something else than DuckDB does, and not only says it otherwise, it is spelled out: a list
with NULL in it that does not hold an item, the place after the last of a list, division of whole numbers,
backslashes in texts and at the end of comments, and `${...}`, which Spark takes for a variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pollex.backends.sql.dialect import Dialect


@dataclass(frozen=True, slots=True)
class SparkSql(Dialect):
    """Spark's spelling."""

    name: str = "spark"

    # ------------------------------------------------------------ texts

    def quoted(self, text: str) -> str:
        plain = text.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024")
        return f"'{plain}'"

    def remark(self, text: str) -> str:
        """A backslash at the end would draw the line below into the comment."""
        said = f"-- {text}".rstrip().replace("${", "$ {")
        return f"{said} ." if said.endswith("\\") else said

    def words_of(self, text: str, between: str = " ") -> str:
        return f"CASE WHEN {text} = '' THEN {self.listed(())} ELSE split({text}, '{between}') END"

    def is_one_of_many(self, text: str, codes: Iterable[str]) -> str:
        return self.is_one_of(text, codes)

    # ------------------------------------------------------------ lists

    def found(self, key: str, held: Mapping[str, str]) -> str:
        listed = ", ".join(f"{name}, {value}" for name, value in held.items())
        return f"try_element_at(map({listed}), {key})"

    def given(self, items: str) -> str:
        return f"coalesce({items}, array())"

    def transform(self, items: str, name: str, body: str) -> str:
        return f"transform({items}, {name} -> {body})"

    def filtered(self, items: str, name: str, body: str) -> str:
        return f"filter({items}, {name} -> {body})"

    def some(self, items: str, name: str, body: str, maybe: bool) -> str:  # noqa: ARG002 - it says NULL itself
        return f"exists({items}, {name} -> {body})"

    def total(self, items: str, zero: str) -> str:
        return f"aggregate({items}, {zero}, (sum, item) -> sum + item)"

    def contains(self, items: str, item: str) -> str:
        return f"coalesce(array_contains({items}, {item}), FALSE)"

    def overlap(self, left: str, right: str) -> str:
        return f"coalesce(arrays_overlap({left}, {right}), FALSE)"

    def distinct(self, items: str) -> str:
        return f"array_sort(array_distinct({items}))"

    def size(self, items: str) -> str:
        return f"array_size({items})"

    def at(self, items: str, place: str) -> str:
        return f"try_element_at({items}, {place})"

    def joined(self, left: str, right: str) -> str:
        return f"concat({left}, {right})"

    def listed(self, items: tuple[str, ...]) -> str:
        return f"array({', '.join(items)})" if items else "CAST(array() AS ARRAY<STRING>)"

    def least(self, items: str) -> str:
        return f"array_min({items})"

    # ------------------------------------------------------------ rows

    def unnested(self, items: str, item: str, place: str) -> str:
        placed = f"({item}, {place}) -> struct({item}, {place} + 1 AS {place})"
        return f"inline(transform({items}, {placed}))"

    def gathered(self, record: str) -> str:
        return f"array_sort(collect_list({record}))"

    def beside(self, item: str, by: str) -> str:
        return f"collect_list({item}) OVER (PARTITION BY {by})"

    def worked_out(self, table: str) -> str:
        """Like any other: Spark weighs how often it would repeat an expression."""
        return f"{table} AS"

    def all_but(self, column: str) -> str:
        return f"* EXCEPT ({column})"

    # ------------------------------------------------------------ records

    def record(self, fields: Mapping[str, str]) -> str:
        return f"struct({', '.join(_named(value, name) for name, value in fields.items())})"

    # ------------------------------------------------------------ dates and numbers

    def day(self, on: date) -> str:
        return f"DATE '{on.isoformat()}'"

    def days_after(self, base: str, days: str) -> str:
        return f"date_add({base}, {days})"

    def months_after(self, base: str, months: int) -> str:
        return f"add_months({base}, {months})"

    def days_between(self, start: str, end: str) -> str:
        return f"datediff({end}, {start})"

    def roomy(self, text: str, digits: int, places: int) -> str:
        """Spark adds the digits of factors up, and rounds where they are more than 38."""
        return f"CAST({text} AS DECIMAL({digits}, {places}))"

    def whole(self, text: str) -> str:
        return f"CAST({text} AS DECIMAL(38, 0))"

    def ratio(self, left: str, right: str) -> str:
        """`div` counts in 64 bits, and `/` rounds: what goes into it without a rest is exact."""
        return f"(({left} - {left} % {right}) / {right})"


SPARK = SparkSql()


def _named(value: str, name: str) -> str:
    return f"{value} AS `{name}`" if name == "group" else f"{value} AS {name}"
