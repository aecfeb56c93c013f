"""Policies as a whole: header, rules and exceptions that can stand together, and nothing unused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pollex.check.assemble import Draft, assemble, lost_words, note_twice
from pollex.check.checked import Checked, CheckedPolicy, Scenarios
from pollex.check.circles import check_circles, used
from pollex.check.conditions import check_conditions
from pollex.check.conflicts import check_conflicts
from pollex.check.effects import check_effect, check_effects
from pollex.check.expressions import Context, literal_fits, word_type
from pollex.check.names import Environment, PolicyNames, Report, check_text, find_set
from pollex.check.periods import check_known_days, check_periods, check_versions
from pollex.check.scenarios import check_scenarios
from pollex.check.spellings import Spellings
from pollex.check.unused import check_unused, check_uses
from pollex.source.diagnostic import Diagnostic, Label
from pollex.source.text import SourceText
from pollex.syntax.ast import (
    Allow,
    AppliesClause,
    Because,
    ClaimTypeClause,
    Define,
    Deny,
    ExceptionRule,
    OtherwiseClause,
    PayerClause,
    Pend,
    PolicyFile,
    Rule,
    Scope,
)


def check(
    files: Iterable[PolicyFile], texts: Mapping[str, SourceText], env: Environment
) -> tuple[Checked, tuple[Diagnostic, ...]]:
    """Check all files together. The result holds the policies that are whole; nobody runs it with errors."""
    report = Report()
    files = tuple(files)
    lost = lost_words(files, texts)
    drafts = assemble(files, texts, lost, report)
    check_uses(drafts, env, report)
    spellings = Spellings()
    for draft in drafts:
        _check_draft(draft, env, report)
        spellings.check(draft, report)
    check_versions(drafts, report)
    check_periods(drafts, report)
    check_known_days(drafts, env, report)
    check_unused(drafts, report)
    policies = tuple(policy for draft in drafts if (policy := _finished(draft)) is not None)
    scenarios = _scenarios(drafts)
    for scenario in scenarios:
        rules: dict[str, Rule | ExceptionRule] = {}
        for draft in drafts:
            if draft.names.id == scenario.policy:
                rules.update({**draft.names.rules, **draft.names.exceptions})
        check_scenarios(scenario, rules, Context(env, PolicyNames(scenario.policy, lost=lost), report))
    return Checked(env, policies, scenarios), tuple(report.diagnostics)


def check_item(item: Rule | ExceptionRule | Define, names: PolicyNames, env: Environment) -> Report:
    """One clause by itself, among the names of its policy: what a change to it alone can get wrong."""
    context = Context(env, names, Report())
    match item:
        case Rule():
            _check_rule(item, context)
        case ExceptionRule():
            _check_exception(item, replace(context, stratum=_root_stratum(item, names)))
        case Define():
            stratum = _strata(names).get(item.name.text, 1)
            check_conditions(item.conditions, replace(context, stratum=stratum))
    return context.report


def _check_draft(draft: Draft, env: Environment, report: Report) -> None:
    names = draft.names
    context = Context(env, names, report)
    check_text(draft.header.title, draft.header.id.span, report)
    applies = draft.clause(AppliesClause)
    _check_scopes(applies.scopes if applies else (), context)
    otherwise = draft.clause(OtherwiseClause)
    if otherwise is not None:
        check_effect(otherwise.effect, context)
        if not isinstance(otherwise.effect, Allow | Deny | Pend):
            message = "`otherwise` gives an outcome: allow, deny or pend"
            report.error("POL413", message, otherwise.effect.span, "write `otherwise allow`")
    strata = _strata(names)
    for name, define in names.defines.items():
        check_conditions(define.conditions, replace(context, stratum=strata.get(name, 1)))
    for rule in names.rules.values():
        _check_rule(rule, context)
    for exception in names.exceptions.values():
        _check_exception(exception, replace(context, stratum=_root_stratum(exception, names)))
    check_circles(names, report)
    check_conflicts(draft, env, report)


def _strata(names: PolicyNames) -> dict[str, int]:
    """The stratum in which each definition is first asked: that of the earliest rule that uses it."""
    found: dict[str, int] = {}

    def note(name: str, stratum: int) -> None:
        if name in names.defines and found.get(name, 3) > stratum:
            found[name] = stratum
            for inner in used(names.defines[name].conditions):
                note(inner, stratum)

    for rule in names.rules.values():
        for name in used(rule.when) if rule.when else ():
            note(name, 2 if rule.second_stratum else 1)
    for exception in names.exceptions.values():
        for name in used(exception.when) if exception.when else ():
            note(name, _root_stratum(exception, names))
    return found


def _root_stratum(exception: ExceptionRule, names: PolicyNames) -> int:
    """The stratum of the rule that an exception in the end belongs to."""
    seen: set[str] = set()
    target = exception.target.text
    while target in names.exceptions and target not in seen:
        seen.add(target)
        target = names.exceptions[target].target.text
    rule = names.rules.get(target)
    return 2 if rule is not None and rule.second_stratum else 1


def _check_scopes(scopes: tuple[Scope, ...], context: Context) -> None:
    for position, scope in enumerate(scopes):
        _check_scope(scope, context)
        if scope in scopes[:position]:
            context.report.warning("POL446", "this stands twice in the list", scope.span, "leave it out")


def _check_scope(scope: Scope, context: Context) -> None:
    report, phrase = context.report, scope.word.phrase
    if phrase != "cpt":
        message = f"lines are chosen by procedure code, not by `{phrase}`"
        help = "write `cpt in SET` or `cpt CODE`; ask the rest in `when`"
        context.names.saw("set", scope.set_name.text if scope.set_name else None)
        report.error("POL414", message, scope.word.span, help)
        return
    if scope.set_name is not None:
        found = find_set(scope.set_name, context.env, context.names, report)
        if found is not None and found.system != "cpt":
            title = context.env.systems[found.system].title
            message = f"the set `{scope.set_name.text}` holds codes of {title}, not procedure codes"
            report.error("POL304", message, scope.set_name.span)
    elif scope.code is not None:
        wanted = word_type(scope.word, context)
        if wanted is not None:
            literal_fits(scope.code, wanted, context)


def _check_rule(rule: Rule, context: Context) -> None:
    at_stratum = replace(context, stratum=2 if rule.second_stratum else 1)
    _check_scopes(rule.scopes, context)
    if rule.when is not None:
        check_conditions(rule.when, at_stratum)
    check_effects(rule.effects, at_stratum)
    check_text(rule.title, rule.name.span if rule.name else rule.span, context.report)
    _check_because(rule.because, context)


def _check_exception(exception: ExceptionRule, context: Context) -> None:
    names, report = context.names, context.report
    check_text(exception.title, exception.name.span, report)
    target = exception.target.text
    if not {target} & (names.rules.keys() | names.exceptions.keys() | names.lost):
        help = f"`{target}` is a definition; name a rule that uses it" if target in names.defines else None
        known = [*names.rules, *names.exceptions]
        report.unknown("POL202", "rule or exception", exception.target, known, help)
    if exception.when is not None:
        check_conditions(exception.when, context)
    elif exception.period is None and target in (names.rules | names.exceptions):
        message = f"`{target}` never holds: this exception always takes its place"
        help = f"say `when …` or `in effect …`, or change `{target}` itself"
        report.error("POL429", message, exception.name.span, help)
    check_effects(exception.instead, context)
    above = names.rules.get(target)
    if (
        above is not None
        and exception.instead == above.effects
        and exception.because in (None, above.because)
    ):
        labels = (Label(above.effects[0].span, "the same as here"),)
        message = f"this puts in the place of `{target}` just what it says itself"
        report.warning("POL447", message, exception.instead[0].span, "say what is different", labels)
    _check_because(exception.because, context)


def _check_because(because: Because | None, context: Context) -> None:
    names, report = context.names, context.report
    if because is not None:
        check_text(because.text, because.span, report)
    for source in because.sources if because else ():
        names.saw("source", source.text)
        if source.text not in names.sources and source.text not in names.lost:
            help = 'name it in the header: `source ID "title"`'
            names.saw("source", report.unknown("POL210", "source", source, names.sources, help))
    note_twice(because.sources if because else (), report)


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
