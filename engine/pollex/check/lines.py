"""Filters of other lines and of the history."""

from __future__ import annotations

from pollex.check.expressions import Context, check_period, date_type
from pollex.syntax.conditions import Filter, LineSet, NotDenied, SameDate, SameProvider, With, Within


def check_line_set(lines: LineSet, context: Context) -> None:
    """`other lines on the same date with …`"""
    about = "history" if lines.of == "history" else "other"
    check_filters(lines.filters, context, about)


def check_filters(filters: tuple[Filter, ...], context: Context, about: str) -> None:
    """Each filter is asked of the other line; dates that a window hangs on are this line's."""
    from pollex.check.conditions import check_condition

    for found in filters:
        match found:
            case SameDate() | SameProvider():
                pass
            case With():
                check_condition(found.fact, context.looking_at(about))
            case Within():
                check_period(found.period, context.looking_at(about))
                date_type(found.anchor, context)
            case NotDenied():
                check_denied(found, context, about)


def check_denied(node: NotDenied, context: Context, about: str) -> None:
    """`not denied` reads the first stratum's outcome of lines of this claim."""
    if context.stratum == 1:
        help = "write `after the other lines are decided` behind the rule's name"
        context.report.error("POL431", "no line is decided yet when this rule runs", node.span, help)
    elif about == "history":
        help = "ask `with outcome is deny`"
        context.report.error("POL432", "`not denied` speaks of lines of this claim", node.span, help)
