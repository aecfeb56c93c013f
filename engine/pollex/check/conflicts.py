"""Rules that pay different shares of the fee and must hold together: an error with a claim that shows it.
So are two exceptions to one rule that must hold together and put different things in its place.

Only what literal conditions prove is an error here: when everything one rule asks for follows from what
the other asks for, each claim that meets the stricter one meets both. Whatever else holds together at run
time pends as a policy conflict.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction

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
    paying = {name: names.rules[name] for name in shares if name not in guarded}
    for first, second in pairs(paying):
        if shares[first] == shares[second]:
            continue
        for strict, loose in ((first, second), (second, first)):
            if _always_brings(names.rules[strict], names.rules[loose]):
                _report_shares(names.rules[strict], names.rules[loose], draft, env, report)
                break
    apart = {name: one for name, one in names.exceptions.items() if name not in guarded}
    for one, other in pairs(apart):
        _check_exceptions(names.exceptions[one], names.exceptions[other], report)


def pairs(clauses: Mapping[str, Rule | ExceptionRule]) -> list[tuple[str, str]]:
    """The pairs of which one may always bring the other along, in their order: it asks for something from
    which one condition of the other may follow, the one for which there are fewest. Of thousands of rules
    few are alike, and not every rule is held against every other.
    """
    asking: dict[Hashable, list[str]] = {}
    for name, clause in clauses.items():
        for key in {key for condition in _all_of(clause) or () for key in _given(condition)}:
            asking.setdefault(key, []).append(name)
    found = set()
    for name, clause in clauses.items():
        wanted = _all_of(clause)
        if wanted is None:
            continue
        alike = [{one for key in _wanted(condition) for one in asking.get(key, ())} for condition in wanted]
        for other in min(alike, key=len) if alike else clauses:
            if other != name:
                found.add((min(name, other), max(name, other)))
    return sorted(found)


def _all_of(clause: Rule | ExceptionRule) -> tuple[Condition, ...] | None:
    """The conditions that must all hold; None where they are joined otherwise."""
    if clause.when is None:
        return ()
    return clause.when.conditions if clause.when.kind in ("one", "and", "all") else None


def _given(condition: Condition) -> Iterator[Hashable]:
    """What a condition is found by where another may follow from it."""
    yield condition
    if isinstance(condition, CodeTest) and condition.codes and condition.set_name is None:
        yield condition.word, condition.codes[0].text


def _wanted(condition: Condition) -> Iterator[Hashable]:
    """By what a condition finds those from which it may follow."""
    yield condition
    if isinstance(condition, CodeTest) and condition.set_name is None:
        yield from ((condition.word, code.text) for code in condition.codes)


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
    given, wanted = _all_of(strict), _all_of(loose)
    if given is None or wanted is None:
        return wanted == ()
    return all(any(_implies(one, other) for one in given) for other in wanted)


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
