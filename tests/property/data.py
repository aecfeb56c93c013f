"""Sets and tables for random policies: few codes; cells that are there, left out, or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, lists, sampled_from

Mix = Callable[[Iterable[str]], list[str]]


@dataclass(frozen=True)
class Data:
    """A set or a table: what it says of itself, and its members or rows."""

    name: str
    opening: str
    entries: tuple[str, ...]

    def text(self, mix: Mix) -> str:
        return self.opening + "".join(f"  - {entry}\n" for entry in mix(self.entries))


def data(kind: str, name: str, opening: str, entries: Iterable[str]) -> Data:
    source = 'title: "T"\nsource: {title: "S", evidence: secondary}\n'
    last = "members" if kind == "set" else "rows"
    return Data(name, f"{kind}: {name}\n{source}{opening}\n{last}:\n", tuple(entries))


SETS = (
    data("set", "resections", "system: cpt", ('"44120"', '"44121"')),
    data("set", "visits", "system: cpt", ('"99213"',)),
    data("set", "facilities", "system: place-of-service", ('"21"', '"22"')),
    data("set", "assistants", "system: modifier", ('"80"', '{code: "AS", through: 2026-02-28}')),
    data("set", "obstruction", "system: icd-10-cm", ('"K56.50"', '"K56609"')),
    data("set", "partners", "system: tax-id", ('"12-3456789"',)),
)
NEW_CODES = (
    '"44120"',
    '"99213"',
    '{code: "44005", from: 2026-03-01}',
    '{code: "44121", through: 2026-02-28}',
)
INDICATORS = ("", 'indicator: "0"', 'indicator: "2"', "indicator: null")
FEES = (
    "key: cpt\nabsent: unknown\nfrom: 2026-01-01\ncolumns:\n  share: {type: percent}\n  cap: {type: money}\n"
    "  indicator: {type: code}\n  since: {type: date}\n  care-days: {type: days}"
)
LIMITS = (
    "key: cpt\nabsent: not-listed\ncolumns:\n  units: {type: number}\n  global-days: {type: days}\n"
    "  indicator: {type: code}\n  share: {type: percent}"
)
GRADES = "key: place of service\nabsent: unknown\ncolumns:\n  grade: {type: code}"
GRADE_ROWS = ('{key: "21", grade: "A"}', '{key: "22", grade: "B", through: 2026-02-15}')
PAIRS = "key: [cpt, cpt]\ncolumns:\n  indicator: {type: code}\n  weight: {type: number}\n"
PAIR_KEYS = ('["44120", "44121"]', '["44120", "99213"]', '["44121", "44005"]', '["99213", "44005"]')


def row(key: str, *cells: str) -> str:
    return "{key: " + ", ".join((key, *filter(None, cells))) + "}"


@st.composite
def tables(draw: DrawFn) -> tuple[Data, ...]:
    """Four tables; cells are there, left out, or null."""

    def cell(*choices: str) -> str:
        return draw(sampled_from(("", *choices)))

    fees = [
        row(
            f'"{code}"',
            cell('share: "16"', 'share: "37.5"', "share: null"),
            cell('cap: "40.00"', 'cap: "0"', "cap: null"),
            cell(*INDICATORS[1:]),
            cell("since: 2026-02-15", "since: 2026-03-01"),
            cell('care-days: "30"', 'care-days: "60"'),
            draw(sampled_from(("", "", "through: 2026-02-28"))),
        )
        for code in draw(sampled_from((("44120",), ("44120", "44121"), ("44120", "44121", "99213"))))
    ]
    limits = [
        row(
            f'"{code}"',
            cell('units: "2"', 'units: "1"'),
            cell('global-days: "90"', 'global-days: "0"', 'global-days: "10"'),
            cell(*INDICATORS[1:]),
            cell('share: "50"'),
        )
        for code in draw(sampled_from((("44120",), ("44121", "44005"), ("44120", "44121", "44005", "99213"))))
    ]
    pairs = draw(lists(sampled_from(PAIR_KEYS), min_size=1, max_size=4, unique=True))
    pair_rows = tuple(row(key, cell(*INDICATORS[1:]), cell('weight: "1"', 'weight: "2.5"')) for key in pairs)
    return (
        data("table", "fees", FEES, fees),
        data("table", "limits", LIMITS, limits),
        data("table", "dated", GRADES, GRADE_ROWS),
        data("table", "pairs", PAIRS + "absent: not-listed", pair_rows),
        data("table", "open-pairs", PAIRS + "absent: unknown", pair_rows[:1]),
    )


@st.composite
def new_codes(draw: DrawFn) -> Data:
    """A set whose list starts on a day: before it, what is in it is not known."""
    members = draw(lists(sampled_from(NEW_CODES), min_size=1, max_size=4, unique=True))
    start = draw(sampled_from(("", "\nfrom: 2026-02-15", "\nfrom: 2026-02-15\nthrough: 2026-02-28")))
    return data("set", "new-codes", f"system: cpt{start}", members)
