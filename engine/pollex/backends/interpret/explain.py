"""Why: for every rule that could speak of a line, whether it held, and the values that it read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pollex.backends.firing import applies
from pollex.backends.interpret.claim import prepare, readings_of
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.evaluate import Evaluator
from pollex.backends.interpret.line import Evaluated
from pollex.backends.kleene import Tri
from pollex.backends.wording import effect_text, sources_of
from pollex.ir.nodes import Condition
from pollex.ir.program import Program
from pollex.model.decision import Reading, SourceRef
from pollex.source.span import Span


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """One rule on one line: `holds` is True, False, or None where that is not known; `exceptions` are those
    that apply; `span` is where the rule stands.
    """

    rule: str
    title: str | None
    effects: tuple[str, ...]
    holds: Tri
    trial: bool
    because: tuple[Reading, ...]
    exceptions: tuple[str, ...]
    text: str | None
    sources: tuple[SourceRef, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """All rules of the policies in force for a line."""

    line_number: int
    rules: tuple[RuleExplanation, ...]


def explain(
    program: Program, claim: Mapping[str, Any], assume: Collection[str]
) -> tuple[LineExplanation, ...]:
    """Explain a valid claim, line by line."""
    decider = prepare(program, claim, assume)
    decider.thorough = True
    found = []
    for ref in decider.view.lines:
        rules = [*decider.rules(ref, (1, 2)), *decider.rules(ref, (1, 2), trial=True)]
        evaluated, evaluator = decider.evaluate(ref, rules)
        number = int(decider.view.line(ref)["line_number"])
        found.append(LineExplanation(number, tuple(_rule(one, evaluator, ref) for one in evaluated)))
    return tuple(found)


def _rule(found: Evaluated, evaluator: Evaluator, ref: LineRef) -> RuleExplanation:
    rule, on = found.rule, evaluator.view.service_date(ref)

    def holds(condition: Condition) -> Tri:
        return evaluator.holds(condition, ref)

    exceptions = rule.exceptions if found.firings else ()
    own = next((firing.holds for firing in found.firings if firing.clause is rule), False)
    return RuleExplanation(
        rule.name,
        rule.title,
        tuple(effect_text(effect) for effect in rule.effects),
        own,
        rule.trial,
        readings_of(found.readings or ()),
        tuple(one.name for one in exceptions if applies(one, rule, on, holds) is not False),
        rule.because,
        sources_of(rule),
        rule.span,
    )
