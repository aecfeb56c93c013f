"""The text of a module as functions. Tracebacks show its lines, and name the rule and its place in the
policy.
"""

from __future__ import annotations

import linecache
from fractions import Fraction
from types import TracebackType
from typing import Any

from pollex.backends.documentation import facts, settling
from pollex.backends.python import answers, lists
from pollex.backends.python.claims import ALWAYS, NOTHING, Claim
from pollex.model.codesets import CodeSystem, normal_code

OURS = "<pollex "


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
    found |= {
        "lists": lists,
        "Fraction": Fraction,
        "NOTHING": NOTHING,
        "ALWAYS": ALWAYS,
        "NOT_LISTED": answers.NOT_LISTED,
    }
    found |= {"quantity": quantity, "as_it_is": as_it_is}
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


def run(text: str, name: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run a text that `emit` has written, and give what it defines; `names` is what it may use.

    Every text in it that comes from an author is quoted by `repr`; nothing else of a policy gets into it.
    """
    defined: dict[str, Any] = {}
    exec(compile(text, name, "exec"), names, defined)  # noqa: S102
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return defined


def explain(error: BaseException) -> None:
    """Note on an error through which rule's text it came, and where the rule stands in the policy."""
    at: TracebackType | None = error.__traceback__
    while at is not None:
        file = at.tb_frame.f_code.co_filename
        if file.startswith(OURS):
            error.add_note(f"in the code of {file.removeprefix(OURS).removesuffix('>')}")
        at = at.tb_next
