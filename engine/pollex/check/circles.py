"""Definitions and exceptions that lead back to themselves, and definitions that are too long written out.

Backends get every definition written out where it is used. Definitions that use each other twice double with
every step, so their length is bounded here: no program may grow beyond what can be printed.
"""

from __future__ import annotations

from collections.abc import Mapping

from pollex.check.names import PolicyNames, Report
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.syntax.ast import Define
from pollex.syntax.conditions import ConditionList, Defined

MOST_CONDITIONS = 1000


def check_circles(names: PolicyNames, report: Report) -> None:
    """Circles of definitions and of exceptions, each said once, and the length of definitions."""
    uses = {name: sorted(used(define.conditions)) for name, define in names.defines.items()}
    in_circles: set[str] = set()
    for circle in circles(uses):
        in_circles.update(circle)
        places = [names.defines[name].name.span for name in circle]
        message = f"the definition `{circle[0]}` leads back to itself"
        help = "say one of them without the other"
        report.error("POL416", message, places[0], help, _by_way_of(places))
    _check_lengths(names.defines, in_circles, report)
    targets = {name: [exception.target.text] for name, exception in names.exceptions.items()}
    for circle in circles(targets):
        places = [names.exceptions[name].target.span for name in circle]
        message = f"the exception `{circle[0]}` is, in the end, an exception to itself"
        help = "an exception belongs to a rule, or to an exception that does"
        report.error("POL417", message, places[0], help, _by_way_of(places))


def _by_way_of(places: list[Span]) -> tuple[Label, ...]:
    return tuple(Label(place, "by way of this") for place in places[1:])


def used(conditions: ConditionList) -> set[str]:
    """The definitions that conditions name."""
    return {c.name.text for c in conditions.conditions if isinstance(c, Defined)}


def circles(uses: Mapping[str, list[str]]) -> list[list[str]]:
    """Each circle of names once, beginning with its first name in order."""
    found: list[list[str]] = []
    known: set[str] = set()
    for start in sorted(uses):
        circle = None if start in known else _way_back(start, uses)
        if circle is not None:
            found.append(circle)
            known.update(circle)
    return found


def _way_back(start: str, uses: Mapping[str, list[str]]) -> list[str] | None:
    """The shortest walk from a name back to itself, without its last step."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    for way in ways:
        for following in uses.get(way[-1], ()):
            if following == start:
                return way
            if following in uses and following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return None


def _check_lengths(defines: Mapping[str, Define], in_circles: set[str], report: Report) -> None:
    """Definitions that are too long, unless one they use is."""
    lengths: dict[str, int] = {}

    def length(name: str, above: frozenset[str]) -> int:
        if name not in defines or name in in_circles or name in above:
            return 1
        if name not in lengths:
            conditions = defines[name].conditions.conditions
            lengths[name] = sum(
                length(c.name.text, above | {name}) if isinstance(c, Defined) else 1 for c in conditions
            )
        return lengths[name]

    for name in sorted(defines):
        uses = used(defines[name].conditions)
        if (
            length(name, frozenset())
            > MOST_CONDITIONS
            >= max((length(other, frozenset()) for other in uses), default=0)
        ):
            message = f"the definition `{name}` has more than {MOST_CONDITIONS} conditions when written out"
            help = "definitions that use each other twice double with every step; use sets for long lists"
            report.error("POL901", message, defines[name].name.span, help)
