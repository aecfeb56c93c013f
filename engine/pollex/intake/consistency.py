"""What a schema cannot say of a claim: elements that contradict each other or point at nothing.

Everything is read with suspicion, since a claim is looked through to the end even where its shape is
wrong: what has not the right shape is passed over here, and the schema's own fault stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from pollex.intake.faults import Fault, Path, pointer

Object: TypeAlias = Mapping[str, object]
Rows: TypeAlias = list[tuple[Path, Object]]

# (first day, last day, what the last day must not be before)
CLAIM_SPANS = (("admission_date", "discharge_date", "the admission date"),)
LINE_SPANS = (
    ("service_date", "service_date_to", "the service date"),
    ("care_from", "care_to", "the first day of care"),
)

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


def contradictions(claim: Object) -> Iterator[Fault]:
    """Every fault between elements of one claim."""
    lines = _rows(claim, "lines")
    yield from _backward_spans(claim, CLAIM_SPANS, ())
    yield from _repeated_lines(lines, ("line_number",))
    for path, line in lines:
        yield from _of_a_line(line, claim.get("diagnoses") or None, path)
    yield from _conflicting_facts(claim)
    numbers = {line.get("line_number") for _, line in lines if isinstance(line.get("line_number"), int)}
    for key in ("documentation", "attachments"):
        yield from _lines_not_there(_rows(claim, key), numbers)
    history = claim.get("history")
    if isinstance(history, dict):
        earlier = _rows(history, "lines", ("history",))
        yield from _repeated_lines(earlier, ("claim_id", "line_number"))
        for path, line in earlier:
            yield from _of_a_line(line, line.get("diagnoses"), path)


def _rows(parent: Object, key: str, above: Path = ()) -> Rows:
    rows = parent.get(key)
    if not isinstance(rows, list):
        return []
    return [((*above, key, at), row) for at, row in enumerate(rows) if isinstance(row, dict)]


def _of_a_line(line: Object, diagnoses: object, path: Path) -> Iterator[Fault]:
    """`diagnoses` are those that the line points to: the claim's, or a line of the history's own."""
    yield from _backward_spans(line, LINE_SPANS, path)
    pointers = line.get("diagnosis_pointers")
    if isinstance(pointers, list) and isinstance(diagnoses, list):
        for at, position in enumerate(pointers):
            if isinstance(position, int) and position > len(diagnoses):
                place = pointer((*path, "diagnosis_pointers", at))
                yield Fault(place, "points past the end of the list of diagnoses")


def _backward_spans(thing: Object, spans: tuple[tuple[str, str, str], ...], path: Path) -> Iterator[Fault]:
    for first_key, last_key, name in spans:
        first, last = thing.get(first_key), thing.get(last_key)
        # Days written YYYY-MM-DD have the order of their texts.
        if last is not None and _is(_DAY, first) and _is(_DAY, last) and str(last) < str(first):
            yield Fault(pointer((*path, last_key)), f"is before {name}")


def _repeated_lines(lines: Rows, keys: tuple[str, ...]) -> Iterator[Fault]:
    """Lines that carry a number twice; in the history, twice for one claim."""
    first_of: dict[tuple[object, ...], Path] = {}
    for path, line in lines:
        name = tuple(line.get(key) for key in keys)
        if all(isinstance(part, str | int) for part in name):
            first = first_of.setdefault(name, path)
            if first != path:
                place = pointer((*path, "line_number"))
                yield Fault(place, f"is the number of {pointer(first)} too: give each line its own")


def _lines_not_there(rows: Rows, numbers: set[object]) -> Iterator[Fault]:
    for path, row in rows:
        number = row.get("line_number")
        if isinstance(number, int) and number not in numbers:
            yield Fault(pointer((*path, "line_number")), "is the number of no line of this claim")


def _conflicting_facts(claim: Object) -> Iterator[Fault]:
    """Found and not found, or two quantities, for the same concept, document and line."""
    status_of: dict[tuple[object, ...], tuple[object, Path]] = {}
    quantity_of: dict[tuple[object, ...], tuple[Decimal, Path]] = {}
    for path, fact in _rows(claim, "documentation"):
        subject = tuple(fact.get(key) for key in ("concept", "document", "line_number"))
        if not all(part is None or isinstance(part, str | int) for part in subject):
            continue
        status, quantity = fact.get("status"), fact.get("quantity")
        if status in ("found", "not_found"):
            known, where = status_of.setdefault(subject, (status, path))
            if known != status:
                yield Fault(
                    pointer(path),
                    f"contradicts {pointer(where)}: found and not found, for one concept, document and line",
                )
        if _is(_DECIMAL, quantity):
            amount, where = quantity_of.setdefault(subject, (Decimal(str(quantity)), path))
            if amount != Decimal(str(quantity)):
                yield Fault(
                    pointer((*path, "quantity")),
                    f"contradicts {pointer(where)}: two quantities for one concept, document and line",
                )


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
