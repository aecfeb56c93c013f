"""What is in force on one day, for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from pollex.cli.layout import Row, block, plain
from pollex.cli.timeline_text import days_text
from pollex.compare.inforce import ClauseOn, DataOn, InForce, PolicyOn
from pollex.compare.stretches import Stretch


def in_force_parts(found: InForce) -> Iterator[RenderableType]:
    """The parts of the page, from top to bottom."""
    yield Text(f"{plain(found.payer)}: in force on {found.on.isoformat()}, by date of service", "bold")
    if not found.policies:
        yield from ("", block([Row("Policies", Text(_none(found), "yellow"))]))
    for policy in found.policies:
        title = f": {plain(policy.title)}" if policy.title else ""
        days = days_text(Stretch(policy.from_, policy.through))
        yield from ("", Text(plain(policy.id), "bold").append(f", {days}{title}", "not bold"))
        yield block(_rows(policy))


def _none(found: InForce) -> str:
    said = [
        f"the last before ends on {found.before.isoformat()}" if found.before else "",
        f"the next begins on {found.after.isoformat()}" if found.after else "",
    ]
    return "; ".join(filter(None, ("no policy", *said)))


def _rows(policy: PolicyOn) -> Iterator[Row]:
    yield Row("Rules", Text(_names(policy.rules)))
    for label, clauses in (
        ("Exceptions", policy.exceptions),
        ("On trial", policy.trials),
        ("Not this day", policy.resting),
    ):
        if clauses:
            yield Row(label, Text(_names(clauses)))
    for label, kind in (("Sets", "set"), ("Tables", "table")):
        data = [one for one in policy.data if one.kind == kind]
        yield from (Row(label, _data(one)) for one in data)


def _names(clauses: Iterable[ClauseOn]) -> str:
    return ", ".join(_name(clause) for clause in clauses) or "none"


def _name(clause: ClauseOn) -> str:
    return plain(f"{clause.name} (to {clause.to})" if clause.to else clause.name)


def _data(data: DataOn) -> Text:
    if data.version is None:
        return Text(f"{plain(data.name)}: not known on this day", "yellow")
    return Text(f"{plain(data.name)}: {days_text(data.version)}").append(
        f", {plain(data.version.title)}", "dim"
    )
