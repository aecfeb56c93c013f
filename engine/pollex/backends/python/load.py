"""The text of a module as functions. Tracebacks show its lines, and name the rule and its place in the
policy.
"""

from __future__ import annotations

import linecache
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from types import CodeType, TracebackType
from typing import Any

from pollex.backends.documentation import facts, settling
from pollex.backends.python import answers, lists
from pollex.backends.python.claims import NOTHING, Claim
from pollex.backends.python.emit.module import places
from pollex.model.codesets import CodeSystem, normal_code

NO_MODIFIERS: frozenset[str] = frozenset()


def modifiers(given: list[str] | None, placeholder: str) -> frozenset[str]:
    """The modifiers of a line; a placeholder is none."""
    if not given:
        return NO_MODIFIERS
    found = frozenset(given)
    return found - {placeholder} if placeholder in found else found


def quantity(claim: Claim, concept: str, document: str | None, number: int) -> Any:
    """The quantity that found documentation states, where it states one and not two."""
    of_line, of_claim = facts(claim.raw, concept, number)
    reviewed = next((found for found in (of_line, of_claim) if settling(found, document)), [])
    stated = {
        answers.number(str(fact["quantity"]))
        for _, fact in reviewed
        if fact["status"] == "found"
        and fact.get("quantity") is not None
        and document in (None, fact.get("document"))
    }
    return stated.pop() if len(stated) == 1 else None


def as_it_is(code: str) -> str:
    return code


def namespace(systems: dict[str, CodeSystem]) -> dict[str, Any]:
    """What emitted code may name."""
    found: dict[str, Any] = {name: given for name, given in vars(answers).items() if name[:1].islower()}
    found |= {"lists": lists, "Fraction": Fraction, "NOTHING": NOTHING, "NOT_LISTED": answers.NOT_LISTED}
    found |= {"modifiers": modifiers, "quantity": quantity, "as_it_is": as_it_is}
    for name, system in systems.items():
        if system.dotted:
            found[f"normal_{name.replace('-', '_')}"] = _normal(system)
    return found


class _Normal(dict[str, str]):
    """The normal forms of the codes seen so far; a bounded memory."""

    def __init__(self, system: CodeSystem) -> None:
        super().__init__()
        self.system = system

    def __missing__(self, code: str) -> str:
        if len(self) >= answers.MOST_REMEMBERED:
            self.clear()
        normal = self[code] = normal_code(self.system, code)
        return normal


def _normal(system: CodeSystem) -> Any:
    return _Normal(system).__getitem__


@dataclass(frozen=True, slots=True)
class Loaded:
    """A module that has run: the names it has defined."""

    name: str
    names: dict[str, Any]


def load(text: str, name: str, systems: dict[str, CodeSystem], code: CodeType | None = None) -> Loaded:
    """Run a module's text, or what was compiled of it before."""
    names = namespace(systems)
    # The text was written from a checked policy by `emit`, which quotes whatever an author wrote.
    exec(code or compile(text, name, "exec"), names)  # noqa: S102
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return Loaded(name, names)


def explain(error: BaseException) -> None:
    """Note on an error the rules, and their places, through whose emitted code it went."""
    at: TracebackType | None = error.__traceback__
    while at is not None:
        file = at.tb_frame.f_code.co_filename
        if file.startswith("<pollex "):
            found = places("".join(linecache.getlines(file)))
            place = bisect_right([line for line, _ in found], at.tb_lineno) - 1
            if place >= 0:
                error.add_note(f"in the code of {found[place][1]}")
        at = at.tb_next
