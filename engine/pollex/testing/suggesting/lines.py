"""What to change of the other lines and of the history: a line more that has all that a condition asks for,
or all but one thing; a line less; a history that is missing, or not complete for long enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pollex.backends.interpret.elements import Known
from pollex.ir import nodes as n
from pollex.ir.nodes import Condition, Lines, Subject, Value
from pollex.ir.program import Policy
from pollex.testing.domains import Words
from pollex.testing.reachable import Other, Place
from pollex.testing.reads import nodes_of
from pollex.testing.suggesting.changes import Change, Given, no_history, removed
from pollex.testing.suggesting.values import ELSEWHERE, FEW, OUTSIDE, Here, members

MOST = 6
LONG_AGO = date(2000, 1, 1)
STEPS = {"ge": 0, "le": 0, "lt": -1, "gt": 1}
Sketch = dict[str, Given]


@dataclass(frozen=True, slots=True)
class Looked:
    """Lines that a condition looks at, what it asks of them, and by what it ranks them."""

    lines: Lines
    fact: Condition
    rank: n.Ranks | None = None


def line_changes(condition: Condition, here: Here, policy: Policy, words: Words) -> Iterator[Change]:
    """Changes of the lines that the condition looks at."""
    for looked in _looked(condition):
        if looked.lines.of == "history":
            yield from _history(looked, here, policy, words)
        else:
            yield from _other_lines(looked, here, policy, words)


def _looked(condition: Condition) -> Iterator[Looked]:
    for node in nodes_of(condition):
        match node:
            case n.Exists(lines, fact):
                yield Looked(lines, fact)
            case n.Count(lines) | n.Sum(_, lines):
                yield Looked(lines, n.All(()))
            case n.Ranks(_, _, _, lines):
                yield Looked(lines, n.All(()), node)


def _other_lines(looked: Looked, here: Here, policy: Policy, words: Words) -> Iterator[Change]:
    first = max(here.number(line) for line in here.evaluator.view.lines) + 1
    sketches = list(_sketches(looked, here, policy, words))
    for sketch in sketches:
        yield (here.writer.added(first, sketch),)
    for often in range(2, MOST + 1):
        for sketch in sketches[:2]:
            yield tuple(here.writer.added(first + more, sketch) for more in range(often))
    for line in here.others[:FEW]:
        yield (removed(here.number(line)),)
    if looked.rank is not None:
        yield from _ranked(looked.rank, sketches[0], first, here)


def _ranked(rank: n.Ranks, sketch: Sketch, first: int, here: Here) -> Iterator[Change]:
    """As many lines as the place asks for, this one among them; then with an amount that is not known."""
    number = here.number(here.line)
    modifiers = sketch.get("modifier", ())
    assert isinstance(modifiers, tuple)
    own = here.writer.set("modifier", modifiers, number)
    cpt = here.writer.set("cpt", [str(sketch["cpt"])], number)
    if len(here.others) >= rank.low - 1:
        alike = [here.writer.set("modifier", modifiers, here.number(line)) for line in here.others]
        yield (own, *alike)
        if isinstance(rank.by, n.Field):
            yield (own, *alike, here.writer.missing(rank.by.phrase, number))
    for often in (rank.low - 1, rank.low, (rank.high or rank.low) + 1):
        lines = [here.writer.added(first + more, sketch) for more in range(often)]
        yield (own, *lines)
        yield (cpt, own, *lines)
        if isinstance(rank.by, n.Field):
            yield (own, *lines, here.writer.missing(rank.by.phrase, number))
            yield (cpt, own, *lines, here.writer.missing(rank.by.phrase, number))


def _history(looked: Looked, here: Here, policy: Policy, words: Words) -> Iterator[Change]:
    yield (no_history(),)
    yield (here.writer.missing("history complete since"),)
    yield (here.writer.set("history complete since", [LONG_AGO]),)
    for bound in looked.lines.since:
        found = here.evaluator.values.value(bound, here.line, None)
        if isinstance(found, Known) and isinstance(found.value, date):
            for days in (0, 1):
                yield (here.writer.set("history complete since", [found.value + timedelta(days)]),)
    sketches = list(_sketches(looked, here, policy, words))
    for sketch in sketches:
        yield (here.writer.added(None, sketch, same=True),)
        yield (here.writer.added(None, sketch),)
    for sketch in sketches[:2]:
        for often in range(2, MOST):
            yield (here.writer.added(None, sketch, same=True),) * often


# ------------------------------------------------------------------ a line as a condition asks for it


def _sketches(looked: Looked, here: Here, policy: Policy, words: Words) -> Iterator[Sketch]:
    """A line with all that is asked for; then others, each different in one thing."""
    items = list(_items(n.All((looked.lines.where, looked.fact))))
    of_history = looked.lines.of == "history"
    whole = n.All((looked.lines.where, looked.fact))
    codes = _codes(whole, of_history, here, policy, words)
    base = _base(items, codes[0], looked, here)
    yield base
    for code in codes[1:]:
        yield {**base, "cpt": code}
    for item, positive in items:
        yield from _variants(item, positive, base, here)
    for phrase in [phrase for phrase in base if phrase not in ("cpt", "service date")]:
        yield {key: value for key, value in base.items() if key != phrase}
    elsewhere: Sketch = {"rendering npi": ELSEWHERE["rendering npi"]}
    yield {**base, **elsewhere}
    yield {**base, **elsewhere, "rendering specialty": OUTSIDE["specialty"]}
    if of_history:
        yield {**base, **elsewhere, "billing npi": ELSEWHERE["rendering npi"]}
        other = {**base, "billing npi": ELSEWHERE["rendering npi"]}
        yield {**other, "billing tax id": ELSEWHERE["billing tax id"]}


def _items(condition: Condition, positive: bool = True) -> Iterator[tuple[Condition, bool]]:
    """What a condition asks for, one by one, and whether it is to be true."""
    match condition:
        case n.All(items):
            for item in items:
                yield from _items(item, positive)
        case n.AnyOf((item,)):
            yield from _items(item, positive)
        case n.Not(item):
            yield from _items(item, not positive)
        case _:
            yield condition, positive


def _codes(whole: Condition, of_history: bool, here: Here, policy: Policy, words: Words) -> list[str]:
    """Codes of lines that may have all, perhaps have all, and have not."""
    on, code = here.evaluator.view.service_date(here.line), here.evaluator.view.code(here.line)
    place = Place(here.program, policy, code, on, on, words)
    found: dict[str, list[str]] = {"yes": [], "perhaps": [], "no": []}
    for other in place.representatives(whole):
        answers = place.answers(whole, Other(other, of_history)) if other else frozenset()
        kind = "yes" if True in answers else "perhaps" if None in answers else "no"
        if other:
            found[kind].append(other)
    return [*found["yes"][:FEW], *found["perhaps"][:2], *found["no"][:2]] or [code]


def _base(items: Sequence[tuple[Condition, bool]], code: str, looked: Looked, here: Here) -> Sketch:
    view = here.evaluator.view
    sketch: Sketch = {"cpt": code, "service date": view.service_date(here.line)}
    fee = view.read("fee", here.line)
    if looked.lines.of != "history":
        sketch["fee"] = fee.value if isinstance(fee, Known) else Fraction(100)
    for item, positive in items:
        match item:
            case n.Member("modifier", Subject.OTHER) if positive:
                sketch["modifier"] = (members(item, here)[0],)
            case n.Member("cpt"):
                continue
            case n.Member(phrase, Subject.OTHER) if positive:
                sketch[phrase] = members(item, here)[0]
            case n.Compare(op, n.Field("service date", Subject.OTHER), bound) if op in (
                "ge",
                "le",
                "lt",
                "gt",
            ):
                day = _day(bound, here)
                if day is not None:
                    sketch["service date"] = day + timedelta({"lt": -1, "gt": 1}.get(op, 0))
            case n.Compare("eq", n.Field(phrase, Subject.OTHER), n.Const(value)) if phrase != "service date":
                sketch[phrase] = value if positive else _another(phrase, value, here)
            case n.Compare("ne", n.Field(phrase, Subject.OTHER), n.Const(value)):
                sketch[phrase] = _another(phrase, value, here) if positive else value
            case n.Same("cpt"):
                sketch["cpt"] = view.code(here.line)
            case n.Same("modifier"):
                sketch["modifier"] = view.read_list("modifier", here.line).values
    return {phrase: value for phrase, value in sketch.items() if value != ()}


def _variants(item: Condition, positive: bool, base: Sketch, here: Here) -> Iterator[Sketch]:
    """The same line with one thing otherwise."""
    match item:
        case n.Member("modifier", Subject.OTHER):
            for code in members(item, here)[:2]:
                yield {**base, "modifier": (code,)}
        case n.Compare(_, n.Field("service date", Subject.OTHER), bound):
            day = _day(bound, here)
            if day is not None:
                yield from ({**base, "service date": day + timedelta(days)} for days in (0, 1, -1))
        case n.Compare(_, n.Field(phrase, Subject.OTHER), n.Const(value)) if phrase != "service date":
            for other in (value, _another(phrase, value, here)):
                yield {**base, phrase: other}


def _day(bound: Value, here: Here) -> date | None:
    found = here.evaluator.values.value(bound, here.line, None)
    return found.value if isinstance(found, Known) and isinstance(found.value, date) else None


def _another(phrase: str, value: Fraction | date | str, here: Here) -> Fraction | date | str:
    """Another value of the word."""
    if isinstance(value, str):
        choices = here.program.vocabulary.words[phrase].choices
        return next((choice for choice in choices if choice != value), value)
    return value + timedelta(1) if isinstance(value, date) else value + 1
