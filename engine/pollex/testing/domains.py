"""What a value can be, for reachability: of a word by the schema of claims, of a cell by its table.

That a word can be unknown is asked of the interpreter itself: it reads the smallest claim that is valid, in
which all that may be absent is absent. What it knows there it always knows: because the schema requires it,
or because the contract assumes it. More information never makes a value unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.elements import LineRef, Unknown
from pollex.backends.interpret.leaves import compare
from pollex.ir.program import Program
from pollex.resources import read_text

Scalar: TypeAlias = Fraction | date | str
DAY = "2026-01-01"


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that something can have, None for any of its kind, `least` of a number that has one; and
    whether it can be unknown, or known not to be listed.
    """

    values: frozenset[Scalar] | None = None
    unknown: bool = False
    unlisted: bool = False
    least: Fraction | None = None


def joined(domains: Iterable[Domain]) -> Domain:
    """What any of them allows."""
    found = tuple(domains)
    values = [domain.values for domain in found]
    return Domain(
        None if None in values else frozenset[Scalar]().union(*(one for one in values if one is not None)),
        any(domain.unknown for domain in found),
        any(domain.unlisted for domain in found),
    )


def compared(op: str, left: Domain, right: Domain) -> set[bool | None]:
    """The answers of a comparison."""
    found: set[bool | None] = set()
    if left.unlisted or right.unlisted:
        found.add(False)
    for one, other in ((left, right), (right, left)):
        if one.unknown and (other.unknown or other.values is None or other.values):
            found.add(None)
    if left.values is None and right.values is None:
        return found | {True, False}
    pairs = product(_probes(left, right), _probes(right, left))
    return found | {compare(op, one, other) for one, other in pairs}


def _probes(domain: Domain, against: Domain) -> Iterable[Scalar]:
    """The values, or for an open domain those around the values that it is compared with."""
    if domain.values is not None:
        return domain.values
    assert against.values is not None
    found: set[Scalar] = set()
    for value in against.values:
        match value:
            case Fraction():
                found |= {
                    n for n in (value - 1, value, value + 1) if domain.least is None or n >= domain.least
                }
            case date():
                found |= {value - timedelta(1), value, value + timedelta(1)}
            case _:
                found |= {value, ""}
    return found


# ------------------------------------------------------------------ words


def smallest_claim() -> dict[str, Any]:
    """A claim with nothing that may be absent, and a history with one line of that kind."""
    line = {"line_number": 1, "procedure_code": "44120", "service_date": DAY}
    return {
        "claim_id": "smallest",
        "payer": {"id": "payer"},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": [{"code": "K56.50"}],
        "lines": [line],
        "history": {"lines": [{**line, "claim_id": "earlier"}]},
    }


@dataclass(frozen=True, slots=True)
class Words:
    """What words can be on a line of the claim, or of the history. `denied` remembers whether lines of some
    kind can be denied on a day.
    """

    program: Program
    denied: dict[tuple[object, ...], frozenset[bool | None]] = field(default_factory=dict)
    _unknown: dict[tuple[str, bool], bool] = field(default_factory=dict)

    def domain(self, phrase: str, of_history: bool) -> Domain:
        """The values of a word that has one."""
        word = self.program.vocabulary.words[phrase]
        values = word.choices or _schema_of(word.field).get("enum")
        return Domain(
            frozenset(values) if values else None,
            self.can_be_unknown(phrase, of_history),
            least=Fraction(0) if word.kind.is_numeric else None,
        )

    def can_be_unknown(self, phrase: str, of_history: bool) -> bool:
        """Whether a word can lack its value, or a list be open."""
        key = phrase, of_history
        if key not in self._unknown:
            self._unknown[key] = self._is_unknown(phrase, of_history)
        return self._unknown[key]

    def _is_unknown(self, phrase: str, of_history: bool) -> bool:
        view = ClaimView(smallest_claim(), self.program.vocabulary, self.program.systems)
        word = view.vocabulary.words[phrase]
        line = LineRef(0, of_history and (word.history or word.of == "history"))
        if word.many:
            return bool(view.read_list(phrase, line).open)
        return isinstance(view.read(phrase, line), Unknown)

    def can_be_empty(self, phrase: str, of_history: bool) -> bool:
        """Whether a list can be known to be empty."""
        word = self.program.vocabulary.words[phrase]
        if of_history and word.history and word.of == "claim":
            return True
        return not _schema_of(word.field.partition("[].")[0]).get("minItems")

    def is_required(self, phrase: str) -> bool:
        """Whether the schema asks for it on every claim, not the contract for an assumption."""
        at, field = _schema(), self.program.vocabulary.words[phrase].field.removeprefix("history.")
        for step in field.split("."):
            key = step.removesuffix("[]")
            if key not in at.get("required", ()):
                return False
            at = _meant(at["properties"][key])
            at = _meant(at["items"]) if step.endswith("[]") else at
        return True

    def is_shared(self, phrase: str) -> bool:
        """Whether all lines of a claim have the same value."""
        return self.program.vocabulary.words[phrase].of == "claim"


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_text("schemas", "claim.schema.json"))
    return found


@cache
def _schema_of(field: str) -> dict[str, Any]:
    """What the schema says of a field, as in `lines[].units`."""
    found = _schema()
    for step in field.split("."):
        found = _meant(found["properties"][step.removesuffix("[]")])
        if step.endswith("[]"):
            found = _meant(found["items"])
    return found


def _meant(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind references, and behind the choice to be null."""
    while "$ref" in schema or "anyOf" in schema:
        if "anyOf" in schema:
            schema = schema["anyOf"][0]
        else:
            schema = _schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema
