"""Names that authors make up (concepts of documentation, documents, queues) and that differ by a slip.

Nothing lists these names, so a misspelt one is a new one: documentation that nobody ever finds, a queue that
nobody works. Of two that differ by a slip, the one that stands once is probably the slip.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from pollex.check.assemble import Draft
from pollex.check.names import Report
from pollex.source.diagnostic import Fix, Label
from pollex.source.span import Span
from pollex.source.suggest import is_slip
from pollex.syntax.ast import Pend
from pollex.syntax.conditions import ColumnRef, Documentation, Literal, Name, WordRef

LEAVES = frozenset({str, bool, type(None), Span, Name, Literal, WordRef, ColumnRef})


class Spellings:
    """Checks drafts one after another; what several of them share is looked through once."""

    def __init__(self) -> None:
        self._inside: dict[int, tuple[object, list[Name]]] = {}

    def check(self, draft: Draft, report: Report) -> None:
        """Say of a name that stands once that one like it stands more often."""
        names: dict[str, dict[Span, Name]] = {}
        for part in _parts(draft):
            for name in self._names(part):
                names.setdefault(name.text, {}).setdefault(name.span, name)
        often = [text for text, places in names.items() if len(places) > 1]
        for text in sorted(names.keys() - often):
            (place,) = names[text]
            # Such a name has one hyphen at a time, so that its length is that of what is compared.
            likely = [o for o in often if abs(len(o) - len(text)) <= 1 and is_slip(text, o)]
            if likely:
                other = min(likely)
                message = f"`{text}` stands only here, and `{other}` elsewhere"
                labels = (Label(next(iter(names[other])), "here, for one"),)
                report.warning("POL449", message, place, labels=labels, fix=Fix(place, other))

    def _names(self, part: object) -> list[Name]:
        known = self._inside.get(id(part))
        if known is None:
            known = self._inside[id(part)] = part, []
            _collect(part, known[1])
        return known[1]


def _parts(draft: Draft) -> Iterable[object]:
    names = draft.names
    known = (names.rules, names.exceptions, names.defines, draft.fixtures)
    return (*draft.header.clauses, *(part for one in known for part in one.values()), *draft.tests)


def _collect(node: object, found: list[Name]) -> None:
    """The names below a node of the tree, in order."""
    if isinstance(node, Documentation):
        found.append(node.concept)
        if node.document is not None:
            found.append(node.document)
    elif isinstance(node, Pend):
        found.append(node.queue)
    else:
        kind: Any = type(node)
        below = node if isinstance(node, tuple) else [getattr(node, name) for name in _below(kind)]
        for child in below:
            if type(child) not in LEAVES:
                _collect(child, found)


@cache
def _below(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
