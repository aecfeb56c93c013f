"""Days: versions of a policy that do not meet, and clauses that are in effect on some day of their policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeAlias

from pollex.check.assemble import Draft, read_period
from pollex.check.names import Environment, Report
from pollex.check.typing import read_date
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.syntax.ast import ExceptionRule, Rule

Days: TypeAlias = tuple[date | None, date | None]


def check_versions(drafts: Iterable[Draft], report: Report) -> None:
    """Two versions of a policy never hold on one day; a day between two versions without any is said."""
    dated = [draft for draft in drafts if draft.from_date is not None]
    ordered = sorted(dated, key=lambda d: (d.names.id, d.from_date or date.min))
    for earlier, later in pairwise(ordered):
        if earlier.names.id != later.names.id or later.from_date is None:
            continue
        place, name = later.header.id.span, later.names.id
        if earlier.through_date is None or earlier.through_date >= later.from_date:
            labels = (Label(earlier.header.id.span, "the other version"),)
            message = f"two versions of `{name}` are in effect on {later.from_date.isoformat()}"
            report.error("POL418", message, place, "end the earlier one with `through`", labels)
        elif later.from_date - earlier.through_date > timedelta(days=1):
            gap = f"between {earlier.through_date.isoformat()} and {later.from_date.isoformat()}"
            message = f"no version of `{name}` is in effect {gap}"
            help = "lines of the days between get no policy; close the gap if that is not meant"
            report.warning("POL444", message, place, help)


def check_periods(drafts: Iterable[Draft], report: Report) -> None:
    """Rules and exceptions that are never in effect; one that several versions share needs a day in one."""
    policies_of: dict[Span, list[Days]] = {}
    clauses: dict[Span, tuple[Rule | ExceptionRule, Draft]] = {}
    for draft in drafts:
        named: list[Rule | ExceptionRule] = [*draft.names.rules.values(), *draft.names.exceptions.values()]
        for clause in named:
            clauses.setdefault(clause.span, (clause, draft))
            policies_of.setdefault(clause.span, []).append((draft.from_date, draft.through_date))
    for place, (clause, draft) in clauses.items():
        own = _days(clause, report)
        span = _period_span(clause)
        if own is None or span is None:
            continue
        if not any(_meet(own, policy) for policy in policies_of[place]):
            message = "this is never in effect: its days lie outside the policy's"
            report.error("POL415", message, span, "change the days, or take the clause out")
        elif isinstance(clause, ExceptionRule):
            _check_with_target(clause, own, span, draft, report)


def check_known_days(drafts: Iterable[Draft], env: Environment, report: Report) -> None:
    """Sets and tables that are not known on a single day of the policy that uses them."""
    for draft in drafts:
        policy = (draft.from_date, draft.through_date)
        for kind, name in draft.uses:
            listed = (env.sets if kind == "set" else env.tables).get(name.text)
            if listed is None or any(_meet((v.from_, v.through), policy) for v in listed.versions):
                continue
            message = f"the {kind} `{name.text}` is not known on any day of this policy"
            labels = (Label(draft.header.id.span, f"in effect {_days_text(policy)}"),)
            help = "bring its file up to date, or name another"
            report.error("POL450", message, name.span, help, labels)


def _days_text(days: Days) -> str:
    first, last = days
    begins = f"from {first.isoformat()}" if first else ""
    return f"{begins} through {last.isoformat()}" if last else begins


def _check_with_target(exception: ExceptionRule, own: Days, span: Span, draft: Draft, report: Report) -> None:
    name = exception.target.text
    target = draft.names.rules.get(name) or draft.names.exceptions.get(name)
    theirs = _days(target, Report()) if target is not None else None
    if target is not None and theirs is not None and not _meet(own, theirs):
        message = f"this is never in effect: its days lie outside those of `{name}`"
        labels = (Label(_period_span(target) or target.span, "the other days"),)
        report.error("POL415", message, span, "change the days, or take the clause out", labels)


def _days(clause: Rule | ExceptionRule, report: Report) -> Days | None:
    """The days a clause is in effect by its own words; None where they cannot be read."""
    first: date | None = None
    last: date | None = None
    trial = clause.trial.from_date if isinstance(clause, Rule) and clause.trial is not None else None
    if clause.period is not None:
        first, last = read_period(clause.period, report)
        written = (clause.period.from_date, clause.period.through_date)
        if any(said is not None and read is None for said, read in zip(written, (first, last), strict=True)):
            return None
        if first is not None and last is not None and first > last:
            return None
    if trial is not None:
        begins = read_date(trial)
        if not isinstance(begins, date):
            report.error(begins.code, begins.message, trial.span, begins.help)
            return None
        first = max(first, begins) if first is not None else begins
    return first, last


def _period_span(clause: Rule | ExceptionRule) -> Span | None:
    if clause.period is not None:
        return clause.period.span
    return clause.trial.span if isinstance(clause, Rule) and clause.trial is not None else None


def _meet(one: Days, other: Days) -> bool:
    """Whether two stretches of days have a day in common; an open end is None."""
    first = max(one[0] or date.min, other[0] or date.min)
    last = min(one[1] or date.max, other[1] or date.max)
    return first <= last
