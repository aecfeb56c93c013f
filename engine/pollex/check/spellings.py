"""Names that authors make up (concepts of documentation, documents, queues) and that differ by a slip.

Nothing lists these names, so a misspelt one is a new one: documentation that nobody ever finds, a queue that
nobody works. Of two that differ by a slip, the one that stands once is probably the slip.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from pollex.check.assemble import Draft
from pollex.check.names import Report
from pollex.source.diagnostic import Fix, Label
from pollex.source.suggest import is_slip
from pollex.syntax.ast import Pend
from pollex.syntax.conditions import Documentation, Name


def check_spellings(draft: Draft, report: Report) -> None:
    """Say of a name that stands once that one like it stands more often."""
    names: dict[str, list[Name]] = {}
    for name in _made_up(draft):
        known = names.setdefault(name.text, [])
        if all(name.span != other.span for other in known):
            known.append(name)
    for text, places in sorted(names.items()):
        likely = [other for other in names if is_slip(text, other) and len(names[other]) > len(places)]
        if len(places) == 1 and likely:
            other = min(likely)
            message = f"`{text}` stands only here, and `{other}` elsewhere"
            labels = (Label(names[other][0].span, "here, for one"),)
            report.warning("POL449", message, places[0].span, labels=labels, fix=Fix(places[0].span, other))


def _made_up(draft: Draft) -> Iterator[Name]:
    names = draft.names
    yield from _inside(draft.header.clauses)
    for known in (names.rules, names.exceptions, names.defines, draft.fixtures):
        yield from _inside(tuple(known.values()))
    yield from _inside(tuple(draft.tests))


def _inside(node: object) -> Iterator[Name]:
    """The names below a node of the tree."""
    if isinstance(node, tuple):
        for item in node:
            yield from _inside(item)
    elif isinstance(node, Documentation):
        yield node.concept
        if node.document is not None:
            yield node.document
    elif isinstance(node, Pend):
        yield node.queue
    elif is_dataclass(node):
        for field in fields(node):
            yield from _inside(getattr(node, field.name))
