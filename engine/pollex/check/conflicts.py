"""Rules that pay different shares of the fee and must hold together: an error with a claim that shows it.
So are two exceptions to one rule that must hold together and put different things in its place.

Only what literal conditions prove is an error here: when everything one rule asks for follows from what
the other asks for, each claim that meets the stricter one meets both. Whatever else holds together at run
time pends as a policy conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations

from pollex.check.assemble import Draft
from pollex.check.names import Environment, Report
from pollex.check.typing import Problem, read_number
from pollex.source.diagnostic import Label
from pollex.syntax.ast import AppliesClause, ExceptionRule, PayShare, Rule
from pollex.syntax.conditions import CodeTest, Condition, Literal


def check_conflicts(draft: Draft, env: Environment, report: Report) -> None:
    """Every pair of rules with two different literal shares, one of which always brings the other along."""
    names = draft.names
    shares = {name: share for name, rule in names.rules.items() if (share := _share(rule)) is not None}
    guarded = {exception.target.text for exception in names.exceptions.values()}
    for first, second in combinations(sorted(shares), 2):
        if shares[first] == shares[second] or {first, second} & guarded:
            continue
        for strict, loose in ((first, second), (second, first)):
            if _always_brings(names.rules[strict], names.rules[loose]):
                _report_shares(names.rules[strict], names.rules[loose], draft, env, report)
                break
    for one, other in combinations(sorted(set(names.exceptions) - guarded), 2):
        _check_exceptions(names.exceptions[one], names.exceptions[other], report)


def _always_brings(strict: Rule, loose: Rule) -> bool:
    if strict.trial is not None or loose.trial is not None or strict.scopes or loose.scopes:
        return False
    return _follows(strict, loose) and loose.period is None


def _report_shares(strict: Rule, loose: Rule, draft: Draft, env: Environment, report: Report) -> None:
    places = [rule.name.span if rule.name else rule.span for rule in (strict, loose)]
    named = [f"`{rule.name.text}`" if rule.name else "a rule without a name" for rule in (strict, loose)]
    message = f"{named[0]} and {named[1]} always hold together and pay different shares of the fee"
    help = "make one an exception to the other, or use `reduce to` for a share that may stand beside others"
    labels = (Label(places[1], "the other share"),)
    report.error("POL419", message, places[0], help, labels, None, _witness(strict, draft, env))


def _check_exceptions(one: ExceptionRule, other: ExceptionRule, report: Report) -> None:
    """Two exceptions to one rule, of which one always brings the other along."""
    if one.target.text != other.target.text or not one.instead or not other.instead:
        return
    if one.instead == other.instead:
        return
    for strict, loose in ((one, other), (other, one)):
        if _follows(strict, loose) and loose.period is None:
            message = (
                f"`{strict.name.text}` and `{loose.name.text}` always hold together, "
                f"and put different things in the place of `{one.target.text}`"
            )
            help = f"make one an exception to the other: `exception {strict.name.text} to {loose.name.text}`"
            labels = (Label(loose.name.span, "the other one"),)
            report.error("POL420", message, strict.name.span, help, labels)
            return


def _share(rule: Rule) -> Fraction | None:
    for effect in rule.effects:
        if isinstance(effect, PayShare) and isinstance(effect.percent, Literal):
            value = read_number(effect.percent)
            return None if isinstance(value, Problem) else value
    return None


def _follows(strict: Rule | ExceptionRule, loose: Rule | ExceptionRule) -> bool:
    """Whether whatever `strict` asks for makes every condition of `loose` true."""
    if loose.when is None:
        return True
    if loose.when.kind not in ("one", "and", "all"):
        return False
    if strict.when is None or strict.when.kind not in ("one", "and", "all"):
        return False
    return all(
        any(_implies(given, wanted) for given in strict.when.conditions) for wanted in loose.when.conditions
    )


def _implies(given: Condition, wanted: Condition) -> bool:
    if given == wanted:
        return True
    if not (isinstance(given, CodeTest) and isinstance(wanted, CodeTest) and given.word == wanted.word):
        return False
    if (
        given.negated
        or wanted.negated
        or "no" in (given.article, wanted.article)
        or given.article != wanted.article
    ):
        return False
    if given.set_name is not None:
        return False
    asked = {literal.text for literal in given.codes}
    if wanted.set_name is None:
        return asked <= {literal.text for literal in wanted.codes}
    return False


def _witness(rule: Rule, draft: Draft, env: Environment) -> Mapping[str, object] | None:
    """A claim that meets a rule made of plain code tests; None where the rule asks for more."""
    code, day = _line_of(draft, env)
    line: dict[str, object] = {"line_number": 1, "procedure_code": code, "service_date": day}
    for condition in rule.when.conditions if rule.when else ():
        if not (
            isinstance(condition, CodeTest)
            and condition.codes
            and not condition.negated
            and condition.article is None
        ):
            return None
        code = condition.codes[0].text
        match condition.word.phrase:
            case "cpt":
                line["procedure_code"] = code
            case "modifier":
                modifiers = line.setdefault("modifiers", [])
                assert isinstance(modifiers, list)
                modifiers.append(code)
            case "place of service":
                line["place_of_service"] = code
            case _:
                return None
    return {"lines": [line]}


def _line_of(draft: Draft, env: Environment) -> tuple[str, str]:
    """A procedure code and a date of service that the policy is for."""
    applies = draft.clause(AppliesClause)
    codes = [scope.code.text for scope in applies.scopes if scope.code is not None] if applies else []
    for scope in applies.scopes if applies else ():
        if scope.set_name is not None and scope.set_name.text in env.sets:
            codes.extend(env.sets[scope.set_name.text].codes)
    return min(codes, default=""), draft.from_date.isoformat() if draft.from_date else ""
