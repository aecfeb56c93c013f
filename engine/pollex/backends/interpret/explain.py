"""Why: for every rule that could speak of a line, whether it held, and the values that it read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pollex.backends.firing import applies
from pollex.backends.interpret.claim import prepare, readings_of
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.evaluate import Evaluator
from pollex.backends.interpret.line import fire
from pollex.backends.kleene import Tri
from pollex.backends.wording import effect_text, sources_of
from pollex.ir.nodes import Condition
from pollex.ir.program import Program, Rule
from pollex.model.explanation import LineExplanation, RuleExplanation


def explain(
    program: Program, claim: Mapping[str, Any], assume: Collection[str]
) -> tuple[LineExplanation, ...]:
    """Explain a valid claim, line by line."""
    decider = prepare(program, claim, assume)
    evaluator = Evaluator(
        decider.view, program, decider.is_denied, thorough=True, remembered=decider.remembered
    )
    found = []
    for ref in decider.view.lines:
        rules = (*decider.rules(ref, (1, 2)), *decider.rules(ref, (1, 2), trial=True))
        number = int(decider.view.line(ref)["line_number"])
        found.append(LineExplanation(number, tuple(_rule(rule, evaluator, ref) for rule in rules)))
    return tuple(found)


def _rule(rule: Rule, evaluator: Evaluator, ref: LineRef) -> RuleExplanation:
    evaluator.leaves, evaluator.readings = {}, []
    fired = fire(rule, evaluator, ref)
    because, on = readings_of(evaluator.readings), evaluator.view.service_date(ref)

    def holds(condition: Condition) -> Tri:
        return evaluator.holds(condition, ref)

    exceptions = rule.exceptions if fired else ()
    return RuleExplanation(
        rule.name,
        rule.title,
        tuple(effect_text(effect) for effect in rule.effects),
        next((firing.holds for firing in fired if firing.clause is rule), False),
        rule.trial,
        because,
        tuple(one.name for one in exceptions if applies(one, rule, on, holds) is not False),
        rule.because,
        sources_of(rule),
        rule.span,
    )
