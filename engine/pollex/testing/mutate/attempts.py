"""Claims on which a mutant may show, as changes to the claims of tests that are there.

What to change is read off the rules before and after: the codes of one and not of the other first, then
every code, value and day at which a condition turns, what is just below and above, nothing, and documents
found and not found. What a condition asks of other lines is tried on each line there is, and on lines added
to the claim and to the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, product
from typing import Any

from pollex.backends.interpret.elements import Known, LineRef
from pollex.backends.interpret.line import LineDecider
from pollex.ir import nodes as n
from pollex.ir.program import Program, Rule
from pollex.model.vocabulary import Kind, Vocabulary, Word
from pollex.source.span import Span
from pollex.syntax.conditions import Documentation, Literal, Name, WordRef
from pollex.syntax.scenarios import (
    AddLine,
    Assign,
    AssignProvider,
    DropHistory,
    SetDocumentation,
    SetWord,
    Where,
)

NOWHERE = Span("", 0, 0)
FEW = 3
MOST_CODES = 24
MOST_ADDED = 60
KINDS = {Kind.MONEY: "money", Kind.DATE: "date", Kind.TEXT: "string", Kind.CHOICE: "name"}
STRANGERS = {
    "rendering npi": "1999999984",
    "rendering specialty": "2086S0102X",
    "billing tax id": "98-7654321",
}
NEVER_MISSING = ("cpt", "service date", "line number", "claim id", "payer", "billing npi", "diagnosis")
STATES = ("found", "not-found", "not-reviewed")
FEES = {"fee": "1000.00", "billed charge": "2000.00"}

Values = dict[str, None]
"""An ordered set of what a word may be given."""


@dataclass(slots=True)
class Hints:
    """What rules ask: values by word, and documents; whether they look at other lines and at the history."""

    values: dict[str, Values] = field(default_factory=dict)
    documents: dict[tuple[str, str | None], None] = field(default_factory=dict)
    comparisons: list[n.Compare] = field(default_factory=list)
    others: bool = False
    history: bool = False

    def add(self, phrase: str, values: Iterable[str]) -> None:
        self.values.setdefault(phrase, {}).update(dict.fromkeys(values))


def hints(before: Iterable[Rule], after: Iterable[Rule], program: Program, about: Iterable[str]) -> Hints:
    """What the rules ask, differences first; `about` are codes that a change to a list is about."""
    old, new = Hints(), Hints()
    for rules, into in ((before, old), (after, new)):
        for rule in rules:
            _look(rule, into, program, tuple(about))
    both = Hints(others=old.others or new.others, history=old.history or new.history)
    phrases = {**old.values, **new.values}
    for phrase in sorted(phrases, key=lambda one: old.values.get(one) == new.values.get(one)):
        here, there = old.values.get(phrase, {}), new.values.get(phrase, {})
        both.add(phrase, sorted(here.keys() ^ there.keys()))
        both.add(phrase, here)
        both.add(phrase, there)
    both.documents = {**old.documents, **new.documents}
    both.comparisons = list(dict.fromkeys((*old.comparisons, *new.comparisons)))
    return both


def _look(node: object, into: Hints, program: Program, about: tuple[str, ...]) -> None:
    match node:
        case n.Member(phrase, _, codes, sets):
            into.add(phrase, sorted(codes))
            for name in sets:
                held = sorted(program.sets[name].codes)
                into.add(phrase, (*about, *held[:FEW], *held[-1:]))
        case n.Compare():
            into.comparisons.append(node)
        case n.Documented(concept, document) | n.Quantity(concept, document):
            into.documents[concept, document] = None
        case n.OnFile(phrase):
            into.add(phrase, ("A-1",))
        case n.Same(phrase):
            into.add(phrase, ())
        case n.SameProvider():
            for phrase in STRANGERS:
                into.add(phrase, ())
        case n.PairListed(table):
            rows = [row.key for version in program.tables[table].versions for row in version.rows]
            into.add("cpt", (*about, *(code for key in (*rows[:FEW], *rows[-FEW:]) for code in key)))
        case n.Lines(of):
            into.history |= of == "history"
            into.others |= of != "history"
    if isinstance(node, tuple):
        for item in node:
            _look(item, into, program, about)
    elif is_dataclass(node) and not isinstance(node, Span):
        for part in fields(node):
            _look(getattr(node, part.name), into, program, about)


# ------------------------------------------------------------------ changes to a claim


def changes(hints: Hints, decider: LineDecider, vocabulary: Vocabulary) -> Iterator[tuple[Where, ...]]:
    """Single changes to a claim, the likeliest first."""
    claim = decider.view.claim
    values = {phrase: dict(found) for phrase, found in hints.values.items()}
    for comparison in hints.comparisons:
        for phrase, turning in turns(comparison, decider):
            values.setdefault(phrase, {}).update(dict.fromkeys(turning))
    for phrase, found in values.items():
        for where in _settings(vocabulary.words[phrase], [*found][:MOST_CODES], claim):
            yield (where,)
    for concept, document in hints.documents:
        asked = Documentation(Name(concept, NOWHERE), Name(document, NOWHERE) if document else None, NOWHERE)
        for state in (*STATES, "missing"):
            yield (SetDocumentation(asked, None, state, None, NOWHERE),)
    if hints.others or hints.history:
        yield from islice(_added(values, claim, vocabulary, hints), MOST_ADDED)
    if hints.history:
        yield (DropHistory(NOWHERE),)


def _settings(word: Word, values: list[str], claim: Any) -> Iterator[Where]:
    """A word set to each value, to nothing, and to what no rule names, on each line that has it."""
    own = word.field.startswith("lines[].")
    every = [Literal("atom", str(line["line_number"]), NOWHERE) for line in claim["lines"]]
    numbers = every if own else [None]
    if word.phrase in STRANGERS:
        values = [STRANGERS[word.phrase], *values]
    for number in numbers:
        for value in values:
            yield _set(word, number, (value,))
        if word.many:
            for value in values:
                have = _held(word, number, claim)
                if have and value not in have:
                    yield _set(word, number, (*have, value))
                    for other in have if len(have) > 1 else ():
                        yield _set(word, number, (*(one for one in have if one != other), value))
        if word.many and word.phrase not in NEVER_MISSING:
            yield SetWord(number, WordRef(word.phrase, NOWHERE), "none", (), NOWHERE)
        if word.phrase not in NEVER_MISSING:
            yield SetWord(number, WordRef(word.phrase, NOWHERE), "missing", (), NOWHERE)


def _held(word: Word, number: Literal | None, claim: Any) -> tuple[str, ...]:
    if number is None:
        list_key, _, entry = word.field.partition("[].")
        return tuple(str(one[entry]) for one in claim.get(list_key) or () if entry in one)
    line = next(one for one in claim["lines"] if str(one["line_number"]) == number.text)
    return tuple(map(str, line.get(word.field.removeprefix("lines[]."), ())))


def _set(word: Word, number: Literal | None, values: tuple[str, ...]) -> SetWord:
    literals = tuple(literal(word, value) for value in values)
    return SetWord(number, WordRef(word.phrase, NOWHERE), "values", literals, NOWHERE)


def literal(word: Word, value: str) -> Literal:
    """A value as an author writes it behind a word."""
    return Literal(KINDS.get(word.kind, "atom"), value, NOWHERE)


def turns(comparison: n.Compare, decider: LineDecider) -> Iterator[tuple[str, list[str]]]:
    """The values of a word at which a comparison of the first line turns, just below and just above."""
    evaluator = decider.evaluator()
    ref: LineRef = decider.view.lines[0]
    for mine, against in ((comparison.left, comparison.right), (comparison.right, comparison.left)):
        if not isinstance(mine, n.Field):
            continue
        if isinstance(against, n.Field):
            yield against.phrase, []
        found = evaluator.values.value(against, ref, ref)
        if not isinstance(found, Known):
            continue
        match found.value:
            case date() as day:
                yield mine.phrase, [(day + timedelta(days)).isoformat() for days in (0, -1, 1)]
            case Fraction() as number:
                around = (number, number - 1, number + 1)
                yield mine.phrase, [_decimal(one) for one in around if one >= 0]
            case str() as text:
                yield mine.phrase, [text]


def _decimal(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{float(number):.2f}"


# ------------------------------------------------------------------ lines added


def _added(
    values: dict[str, Values], claim: Any, vocabulary: Vocabulary, hints: Hints
) -> Iterator[tuple[Where, ...]]:
    """Lines added to the claim and to the history, with what the rules name."""
    first = claim["lines"][0]
    codes = list(dict.fromkeys((str(first["procedure_code"]), *values.get("cpt", {}))))[:5]
    modifiers = (None, *[*values.get("modifier", {})][:10])
    days = [*values.get("service date", {})][:9] or [str(first["service_date"])]
    outcomes = [*values.get("outcome", {})] or ["allow"]
    number = max(int(line["line_number"]) for line in claim["lines"]) + 1
    for modifier, day, code, outcome, same in product(modifiers, days, codes, outcomes, (True, False)):
        assigned = {"cpt": code, "modifier": modifier, "service date": day}
        if hints.others and same and outcome == outcomes[0]:
            line = Literal("atom", str(number), NOWHERE)
            yield (AddLine(line, _assigned({**assigned, **FEES}, vocabulary), NOWHERE),)
        if hints.history:
            given = _assigned({**assigned, "outcome": outcome}, vocabulary)
            yield (AddLine(None, (*given, AssignProvider(NOWHERE)) if same else given, NOWHERE),)


def _assigned(values: dict[str, str | None], vocabulary: Vocabulary) -> tuple[Assign, ...]:
    return tuple(
        Assign(WordRef(phrase, NOWHERE), literal(vocabulary.words[phrase], value), NOWHERE)
        for phrase, value in values.items()
        if value is not None
    )
