"""What a header names and no rule needs. Where several versions share a file, one that needs it is enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pollex.check.assemble import Draft
from pollex.check.names import SET_HELP, TABLE_HELP, Environment, Report
from pollex.source.span import Span


@dataclass(frozen=True, slots=True)
class _Named:
    """Something with a name, and what to say where nothing needs it."""

    kind: str
    name: str
    code: str
    message: str
    help: str | None


def check_uses(drafts: Iterable[Draft], env: Environment, report: Report) -> None:
    """Sets and tables that headers name and that do not exist: said here, not again where rules use them."""
    for draft in drafts:
        for kind, name in draft.uses:
            known = env.sets if kind == "set" else env.tables
            if name.text not in known:
                code, help = ("POL204", SET_HELP) if kind == "set" else ("POL206", TABLE_HELP)
                near = report.unknown(code, kind, name, known, help)
                draft.names.saw(kind, name.text)
                draft.names.saw(kind, near)


def check_unused(drafts: Iterable[Draft], report: Report) -> None:
    """Sets, tables, sources and definitions that nothing uses."""
    named: dict[Span, _Named] = {}
    needed: set[Span] = set()
    for draft in drafts:
        for span, what in _all_named(draft):
            named[span] = what
            if draft.names.is_used(what.kind, what.name):
                needed.add(span)
    for span, what in named.items():
        if span not in needed:
            report.warning(what.code, what.message, span, what.help)


def _all_named(draft: Draft) -> Iterable[tuple[Span, _Named]]:
    for kind, name in draft.uses:
        message = f"no rule uses the {kind} `{name.text}`"
        yield name.span, _Named(kind, name.text, "POL441", message, "take it out of the header")
    for source in draft.names.sources.values():
        message = f"no rule rests on the source `{source.id.text}`"
        help = "cite it in `because`, or take it out"
        yield source.id.span, _Named("source", source.id.text, "POL442", message, help)
    for define in draft.names.defines.values():
        name = define.name
        message = f"nothing uses the definition `{name.text}`"
        yield name.span, _Named("define", name.text, "POL443", message, "use it in a rule, or take it out")
