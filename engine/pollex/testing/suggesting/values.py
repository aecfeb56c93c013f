"""What to change of a line by what a condition reads of it: values just below, at and above a limit, the days
around a day, codes in and out of a set, elements given, contrary and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from pollex.backends.calendar import shift
from pollex.backends.interpret.elements import Known, LineRef
from pollex.backends.interpret.evaluate import Evaluator
from pollex.check.scenarios import NEEDED, WORKED_OUT
from pollex.ir import nodes as n
from pollex.ir.nodes import Condition, Subject, Value
from pollex.ir.program import Program
from pollex.model.vocabulary import Kind, Word
from pollex.testing.reads import nodes_of
from pollex.testing.suggesting.changes import Change, Scalar, Writer, documented

FEW = 4
MOST_MODIFIERS = 4
CENT = Fraction(1, 100)
OUTSIDE: Mapping[str, str] = {
    "icd-10-cm": "Z00.00",
    "place-of-service": "11",
    "specialty": "207R00000X",
}
"""A code of a system that policies rarely ask for; one that they do is tried as well."""
ELSEWHERE: Mapping[str, str] = {
    "billing tax id": "99-9999999",
    "rendering tax id": "99-9999999",
    "rendering npi": "1999999984",
    "prior authorization": "A-1",
}
FREE = frozenset({*NEEDED, *WORKED_OUT})


@dataclass(frozen=True, slots=True)
class Here:
    """A line of a claim that is to be changed, the codes that its clause can speak of, and the days on which
    what sets and tables know begins to be different.
    """

    program: Program
    writer: Writer
    claim: Mapping[str, Any]
    evaluator: Evaluator
    line: LineRef
    codes: tuple[str, ...]
    days: tuple[date, ...]

    def number(self, line: LineRef) -> int:
        return int(self.evaluator.view.line(line)["line_number"])

    @property
    def others(self) -> tuple[LineRef, ...]:
        """Other lines of the claim."""
        return tuple(one for one in self.evaluator.view.lines if one != self.line)


def value_changes(condition: Condition, here: Here) -> Iterator[Change]:
    """Changes of what the condition reads, one at a time."""
    for node in nodes_of(condition):
        for line in (here.line,) if _of_this(node) else here.others[:2]:
            yield from _changes(node, line, here)
    if any(isinstance(node, n.Column | n.PairListed) or _asks_sets(node) for node in nodes_of(condition)):
        for day in here.days:
            yield (here.writer.set("service date", [day], here.number(here.line)),)


def _asks_sets(node: object) -> bool:
    return isinstance(node, n.Member) and bool(node.sets)


def _of_this(node: object) -> bool:
    return not (isinstance(node, n.Member | n.Field | n.Column) and node.subject is Subject.OTHER)


def _changes(node: object, line: LineRef, here: Here) -> Iterator[Change]:
    match node:
        case n.Member(phrase):
            yield from _member(node, line, here)
        case n.Compare(_, left, right):
            yield from _side(left, right, line, here)
            yield from _side(right, left, line, here)
        case n.Column():
            yield from _set_each("cpt", here.codes, line, here)
        case n.Documented(concept, document):
            for state in ("found", "not-found", "missing"):
                yield (documented(concept, document, state),)
        case n.OnFile(phrase):
            yield (here.writer.set(phrase, [ELSEWHERE[phrase]]),)
            yield (here.writer.set(phrase, []),)
            yield from _missing(phrase, line, here)
        case n.Same(phrase):
            yield from _missing(phrase, line, here)
        case n.SameProvider():
            for phrase in ("billing tax id", "rendering specialty"):
                yield from _missing(phrase, line, here)
        case n.Sum(phrase):
            for amount in range(1, FEW + 1):
                yield (here.writer.set(phrase, [Fraction(amount)], here.number(line)),)


def _set_each(phrase: str, values: Iterable[Scalar], line: LineRef, here: Here) -> Iterator[Change]:
    for value in values:
        yield (here.writer.set(phrase, [value], here.number(line)),)


def _missing(phrase: str, line: LineRef, here: Here) -> Iterator[Change]:
    word = here.program.vocabulary.words[phrase]
    if phrase not in FREE and word.of != "history":
        yield (here.writer.missing(phrase, None if word.fallback else here.number(line)),)


# ------------------------------------------------------------------ codes


def _member(node: n.Member, line: LineRef, here: Here) -> Iterator[Change]:
    word = here.program.vocabulary.words[node.phrase]
    inside = members(node, here)
    match node.phrase:
        case "cpt":
            yield from _set_each("cpt", [*inside, *here.codes], line, here)
        case "modifier":
            yield from _modifiers(inside, line, here)
        case "diagnosis" | "pointed diagnosis" | "principal diagnosis":
            others = [str(one["code"]) for one in here.claim["diagnoses"]][1:]
            for code in (*inside, OUTSIDE["icd-10-cm"]):
                yield (here.writer.set("diagnosis", [code, *others]),)
            yield (here.writer.set("diagnosis", [OUTSIDE["icd-10-cm"]] * max(1, len(others) + 1)),)
            if node.phrase == "pointed diagnosis":
                yield from _without_pointers(inside, line, here)
        case _:
            yield from _set_each(node.phrase, [*inside, *_outside(word, inside, here)], line, here)
            yield from _missing(node.phrase, line, here)


def members(node: n.Member, here: Here) -> list[str]:
    """A few codes that are in, on the day of the line."""
    on = here.evaluator.view.service_date(here.line)
    found = sorted(node.codes)[:FEW]
    for name in node.sets:
        version = here.program.sets[name].version(on)
        found += [code for code in (version.codes if version else ()) if version and version.holds(code, on)][
            :FEW
        ]
    return found


def _outside(word: Word, inside: Iterable[str], here: Here) -> Iterator[str]:
    """Values that are not in."""
    if word.choices:
        yield from (choice for choice in word.choices if choice not in inside)
    elif word.phrase == "frequency code":
        yield from (code for code in here.program.systems["frequency-code"].codes if code not in inside)
    elif word.system is not None and word.system in OUTSIDE:
        yield OUTSIDE[word.system]
    elif word.phrase in ELSEWHERE:
        yield ELSEWHERE[word.phrase]


def _modifiers(inside: list[str], line: LineRef, here: Here) -> Iterator[Change]:
    number, now = here.number(line), list(here.evaluator.view.read_list("modifier", line).values)
    for code in inside:
        yield (here.writer.set("modifier", [code], number),)
        if now and code not in now and len(now) < MOST_MODIFIERS:
            yield (here.writer.set("modifier", [*now, code], number),)
    kept = [code for code in now if code not in inside]
    if kept != now:
        yield (here.writer.set("modifier", kept, number),)
    if now:
        yield (here.writer.set("modifier", [], number),)


def _without_pointers(inside: list[str], line: LineRef, here: Here) -> Iterator[Change]:
    """A line more of the same code, which points to no diagnosis."""
    added = max(here.number(one) for one in here.evaluator.view.lines) + 1
    more = here.writer.added(added, {"cpt": here.evaluator.view.code(line), "fee": Fraction(100)})
    others = [str(one["code"]) for one in here.claim["diagnoses"]][1:]
    yield (more,)
    for code in inside[:1]:
        yield here.writer.set("diagnosis", [code, *others]), more


# ------------------------------------------------------------------ values around a limit


def _side(side: Value, against: Value, line: LineRef, here: Here) -> Iterator[Change]:
    """The word on one side of a comparison, set around what stands on the other."""
    match side:
        case n.Shift(n.Field() as field, n.Const(amount), unit, sign):
            assert isinstance(amount, Fraction)
            limits = [_shifted(limit, -sign * int(amount), unit) for limit in _limits(against, line, here)]
        case n.Field():
            field, limits = side, list(_limits(against, line, here))
        case n.Quantity():
            yield from _quantities(side, _limits(against, line, here))
            return
        case _:
            return
    word = here.program.vocabulary.words[field.phrase]
    at = line if field.subject is Subject.THIS or line == here.line else here.line
    if field.phrase == "days of care":
        yield from _days_of_care(limits, at, here)
    if field.phrase in WORKED_OUT or field.phrase in ("cpt", "line number", "payer") or word.of == "history":
        return
    if word.kind is Kind.CHOICE:
        yield from _set_each(field.phrase, word.choices, at, here)
    for limit in limits:
        yield from _set_each(field.phrase, _around(limit, word), at, here)
    yield from _missing(field.phrase, at, here)


def _quantities(side: n.Quantity, limits: Iterable[Scalar]) -> Iterator[Change]:
    for limit in limits:
        for amount in (limit, limit + 1, limit - 1) if isinstance(limit, Fraction) else ():
            if amount >= 0:
                yield (documented(side.concept, side.document, "found", amount),)
    yield (documented(side.concept, side.document, "found"),)


def _limits(value: Value, line: LineRef, here: Here) -> Iterator[Scalar]:
    found = here.evaluator.values.value(value, here.line, line if line != here.line else None)
    if isinstance(found, Known):
        yield found.value


def _around(limit: Scalar, word: Word) -> Iterator[Scalar]:
    match limit:
        case date():
            yield from (limit + timedelta(days) for days in (0, 1, -1))
        case Fraction():
            step = CENT if word.kind is Kind.MONEY else Fraction(1)
            yield from (one for one in (limit, limit + step, limit - step) if one >= 0)
        case str() if word.kind is not Kind.CHOICE:
            yield limit


def _shifted(day: Scalar, count: int, unit: str) -> Scalar:
    return shift(day, count, unit) if isinstance(day, date) else day


def _days_of_care(limits: Iterable[Scalar], line: LineRef, here: Here) -> Iterator[Change]:
    first = here.evaluator.view.service_date(line) + timedelta(1)
    number = here.number(line)
    for days in (*limits, Fraction(10)):
        for length in (days, days + 1, days - 1) if isinstance(days, Fraction) else ():
            if length >= 1:
                last = first + timedelta(int(length) - 1)
                yield (
                    here.writer.set("care from", [first], number),
                    here.writer.set("care to", [last], number),
                )
    yield from ((here.writer.missing(phrase, number),) for phrase in ("care from", "care to"))
