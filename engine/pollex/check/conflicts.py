"""Rules that pay different shares of the fee and must hold together: an error with a claim that shows it.

Only what literal conditions prove is an error here: when everything one rule asks for follows from what
the other asks for, each claim that meets the stricter one meets both. Whatever else holds together at run
time pends as a policy conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations

from pollex.check.names import PolicyNames, Report
from pollex.check.typing import Problem, read_number
from pollex.source.diagnostic import Label
from pollex.syntax.ast import PayShare, Rule
from pollex.syntax.conditions import CodeTest, Condition, Literal


def check_conflicts(names: PolicyNames, report: Report) -> None:
    """Every pair of rules with two different literal shares, one of which always brings the other along."""
    shares = {name: share for name, rule in names.rules.items() if (share := _share(rule)) is not None}
    guarded = {exception.target.text for exception in names.exceptions.values()}
    for first, second in combinations(sorted(shares), 2):
        if shares[first] == shares[second] or {first, second} & guarded:
            continue
        for strict, loose in ((first, second), (second, first)):
            strict_rule, loose_rule = names.rules[strict], names.rules[loose]
            if _always_brings(strict_rule, loose_rule):
                _report(strict, loose, names, report)
                break


def _always_brings(strict: Rule, loose: Rule) -> bool:
    return _follows(strict, loose) and _always_in_force(loose) and strict.trial is None


def _report(strict: str, loose: str, names: PolicyNames, report: Report) -> None:
    places = [
        rule.name.span if rule.name else rule.span for rule in (names.rules[strict], names.rules[loose])
    ]
    report.error(
        "POL419",
        f"`{strict}` and `{loose}` always hold together and pay different shares of the fee",
        places[0],
        "make one an exception to the other, or use `reduce to` for a share that may stand beside others",
        (Label(places[1], "the other share"),),
        None,
        _witness(names.rules[strict]),
    )


def _share(rule: Rule) -> Fraction | None:
    for effect in rule.effects:
        if isinstance(effect, PayShare) and isinstance(effect.percent, Literal):
            value = read_number(effect.percent)
            return None if isinstance(value, Problem) else value
    return None


def _always_in_force(rule: Rule) -> bool:
    return rule.period is None and rule.trial is None and not rule.scopes


def _follows(strict: Rule, loose: Rule) -> bool:
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


def _witness(rule: Rule) -> Mapping[str, object] | None:
    """A claim that meets a rule made of plain code tests; None where the rule asks for more."""
    line: dict[str, object] = {"line_number": 1, "procedure_code": "44120", "service_date": "2026-01-01"}
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
