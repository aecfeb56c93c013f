"""Policies as a whole: rules and exceptions that can stand together, versions that do not overlap, nothing
unused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from pollex.check.assemble import Draft, assemble, read_period
from pollex.check.checked import Checked, CheckedPolicy, Scenarios
from pollex.check.conditions import check_conditions
from pollex.check.conflicts import check_conflicts
from pollex.check.effects import check_effect, check_effects
from pollex.check.expressions import Context, literal_fits, word_type
from pollex.check.names import Environment, Report, find_set
from pollex.check.scenarios import check_scenarios
from pollex.check.typing import Problem, read_date
from pollex.source.diagnostic import Diagnostic, Label
from pollex.source.text import SourceText
from pollex.syntax.ast import (
    Allow,
    AppliesClause,
    Because,
    ClaimTypeClause,
    Deny,
    ExceptionRule,
    OtherwiseClause,
    PayerClause,
    Pend,
    PolicyFile,
    Rule,
    Scope,
    UseClause,
)
from pollex.syntax.conditions import Defined


def check(
    files: Iterable[PolicyFile], texts: Mapping[str, SourceText], env: Environment
) -> tuple[Checked, tuple[Diagnostic, ...]]:
    """Check all files together. The result holds the policies that are whole; with errors nobody should run
    it.
    """
    report = Report()
    drafts = assemble(files, texts, report)
    for draft in drafts:
        _check_draft(draft, env, report)
    _check_versions(drafts, report)
    policies = tuple(policy for draft in drafts if (policy := _finished(draft)) is not None)
    scenarios = _scenarios(drafts)
    for scenario in scenarios:
        rules = {
            name
            for draft in drafts
            if draft.names.id == scenario.policy
            for name in (*draft.names.rules, *draft.names.exceptions)
        }
        check_scenarios(scenario, rules, env, report)
    return Checked(env, policies, scenarios), tuple(report.diagnostics)


def _check_draft(draft: Draft, env: Environment, report: Report) -> None:
    names = draft.names
    context = Context(env, names, report)
    applies = draft.clause(AppliesClause)
    for scope in applies.scopes if applies else ():
        _check_scope(scope, context)
    otherwise = draft.clause(OtherwiseClause)
    if otherwise is not None:
        check_effect(otherwise.effect, context)
        if not isinstance(otherwise.effect, Allow | Deny | Pend):
            report.error("POL413", "`otherwise` gives an outcome: allow, deny or pend", otherwise.effect.span)
    for define in names.defines.values():
        check_conditions(define.conditions, context)
    _check_circles_of_definitions(draft, report)
    for rule in names.rules.values():
        _check_rule(rule, draft, context)
    for exception in names.exceptions.values():
        _check_exception(exception, draft, context)
    _check_circles_of_exceptions(draft, report)
    check_conflicts(names, report)
    _check_unused(draft, report)


def _check_scope(scope: Scope, context: Context) -> None:
    if scope.word.phrase != "cpt":
        context.report.error(
            "POL414",
            "a policy is chosen by procedure code",
            scope.word.span,
            "write `cpt in SET` or `cpt CODE`; ask the rest in rules",
        )
        return
    if scope.set_name is not None:
        found = find_set(scope.set_name, context.env, context.names, context.report)
        if found is not None and found.system != "cpt":
            context.report.error(
                "POL304",
                f"the set `{scope.set_name.text}` holds codes of {found.system}, not procedure codes",
                scope.set_name.span,
            )
    elif scope.code is not None:
        wanted = word_type(scope.word, context)
        if wanted is not None:
            literal_fits(scope.code, wanted, context)


def _check_rule(rule: Rule, draft: Draft, context: Context) -> None:
    report = context.report
    at_stratum = replace(context, stratum=2 if rule.second_stratum else 1)
    for scope in rule.scopes:
        _check_scope(scope, context)
    if rule.when is not None:
        check_conditions(rule.when, at_stratum)
    if rule.trial is not None and rule.trial.from_date is not None:
        found = read_date(rule.trial.from_date)
        if isinstance(found, Problem):
            context.problem(found, rule.trial.from_date.span)
    _check_period(rule, draft, report)
    check_effects(rule.effects, at_stratum)
    _check_because(rule.because, draft, report)


def _check_exception(exception: ExceptionRule, draft: Draft, context: Context) -> None:
    names, report = draft.names, context.report
    target = exception.target.text
    if target not in names.rules and target not in names.exceptions:
        report.unknown("POL202", "rule or exception", exception.target, [*names.rules, *names.exceptions])
    if exception.when is not None:
        check_conditions(exception.when, context)
    _check_period(exception, draft, report)
    check_effects(exception.instead, context)
    _check_because(exception.because, draft, report)


def _check_period(item: Rule | ExceptionRule, draft: Draft, report: Report) -> None:
    if item.period is None:
        return
    first, last = read_period(item.period, report)
    begins, ends = draft.from_date, draft.through_date
    if (last is not None and begins is not None and last < begins) or (
        first is not None and ends is not None and first > ends
    ):
        message = "this is never in effect: its period lies outside the policy's"
        report.error("POL415", message, item.period.span, "change the period, or take the clause out")


def _check_because(because: Because | None, draft: Draft, report: Report) -> None:
    for source in because.sources if because else ():
        draft.names.saw("source", source.text)
        if source.text not in draft.names.sources:
            help = 'name it in the header: `source ID "title"`'
            report.unknown("POL210", "source", source, draft.names.sources, help)


def _check_circles_of_definitions(draft: Draft, report: Report) -> None:
    uses = {
        name: {c.name.text for c in define.conditions.conditions if isinstance(c, Defined)}
        for name, define in draft.names.defines.items()
    }
    for name in sorted(_in_circles(uses)):
        define = draft.names.defines[name]
        report.error(
            "POL416",
            f"the definition `{name}` leads back to itself",
            define.name.span,
            "say one of them without the other",
        )


def _check_circles_of_exceptions(draft: Draft, report: Report) -> None:
    uses = {name: {exception.target.text} for name, exception in draft.names.exceptions.items()}
    for name in sorted(_in_circles(uses)):
        exception = draft.names.exceptions[name]
        report.error(
            "POL417",
            f"the exception `{name}` is, in the end, an exception to itself",
            exception.target.span,
            "an exception belongs to a rule",
        )


def _in_circles(uses: Mapping[str, set[str]]) -> set[str]:
    """Names from which a walk along `uses` comes back."""

    def reaches(name: str, goal: str, seen: set[str]) -> bool:
        for following in uses.get(name, ()):
            if following == goal:
                return True
            if following not in seen:
                seen.add(following)
                if reaches(following, goal, seen):
                    return True
        return False

    return {name for name in uses if reaches(name, name, set())}


def _check_unused(draft: Draft, report: Report) -> None:
    names = draft.names
    for clause in draft.header.clauses:
        if not isinstance(clause, UseClause):
            continue
        for name in clause.names:
            if (clause.kind, name.text) not in names.seen:
                report.warning(
                    "POL441",
                    f"no rule uses the {clause.kind} `{name.text}`",
                    name.span,
                    "take it out of the header",
                )
    for source in names.sources.values():
        if ("source", source.id.text) not in names.seen:
            report.warning(
                "POL442",
                f"no rule rests on the source `{source.id.text}`",
                source.id.span,
                "cite it in `because`, or take it out",
            )
    for define in names.defines.values():
        if ("define", define.name.text) not in names.seen:
            report.warning("POL443", f"nothing uses the definition `{define.name.text}`", define.name.span)


def _check_versions(drafts: list[Draft], report: Report) -> None:
    """Two versions of a policy never hold on one day; a day between two versions without any is said."""
    dated = [draft for draft in drafts if draft.from_date is not None]
    ordered = sorted(dated, key=lambda d: (d.names.id, d.from_date or date.min))
    for earlier, later in pairwise(ordered):
        if earlier.names.id != later.names.id or later.from_date is None:
            continue
        if earlier.through_date is None or earlier.through_date >= later.from_date:
            labels = (Label(earlier.header.id.span, "the other version"),)
            message = f"two versions of `{later.names.id}` are in effect on {later.from_date.isoformat()}"
            report.error(
                "POL418", message, later.header.id.span, "end the earlier one with `through`", labels
            )
        elif later.from_date - earlier.through_date > timedelta(days=1):
            between = f"between {earlier.through_date} and {later.from_date}"
            message = f"no version of `{later.names.id}` is in effect {between}"
            report.warning(
                "POL444",
                message,
                later.header.id.span,
                "lines in the gap get no policy; close it if that is not meant",
            )


def _finished(draft: Draft) -> CheckedPolicy | None:
    payers, applies, otherwise = (
        draft.clause(PayerClause),
        draft.clause(AppliesClause),
        draft.clause(OtherwiseClause),
    )
    claim_type = draft.clause(ClaimTypeClause)
    if payers is None or applies is None or otherwise is None or draft.from_date is None:
        return None
    return CheckedPolicy(
        draft.names.id,
        draft.header,
        tuple(sorted(name.text for name in payers.payers)),
        claim_type.claim_type.text if claim_type else None,
        applies.scopes,
        draft.from_date,
        draft.through_date,
        otherwise.effect,
        draft.names,
    )


def _scenarios(drafts: list[Draft]) -> tuple[Scenarios, ...]:
    """Tests by policy; a part that belongs to several versions brings its tests once."""
    found: dict[str, Scenarios] = {}
    for draft in drafts:
        known = found.setdefault(draft.names.id, Scenarios(draft.names.id, {}, ()))
        fixtures = {**draft.fixtures, **known.fixtures}
        tests = (
            *known.tests,
            *(test for test in draft.tests if not any(test is other for other in known.tests)),
        )
        found[draft.names.id] = Scenarios(draft.names.id, fixtures, tests)
    return tuple(found[name] for name in sorted(found))
