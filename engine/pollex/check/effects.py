"""Effects: percentages where percentages belong, dollars where dollars belong, reason codes that exist."""

from __future__ import annotations

from pollex.check.conditions import check_expr
from pollex.check.expressions import Context, word_type
from pollex.check.typing import DIMENSIONS, PLAIN, Problem, read_code, read_number
from pollex.model.vocabulary import Kind
from pollex.source.suggest import nearest
from pollex.syntax.ast import (
    Allow,
    Deny,
    Effect,
    Note,
    PayAtMost,
    PayShare,
    Pend,
    ReduceBy,
    ReduceTo,
    Require,
)
from pollex.syntax.conditions import Codes, Expr, Literal

GROUPS = ("co", "pr", "oa", "pi")
MONEY = DIMENSIONS[Kind.MONEY]
PERCENT = DIMENSIONS[Kind.PERCENT]


def check_effects(effects: tuple[Effect, ...], context: Context) -> None:
    """All effects of one rule, and that they do not contradict each other."""
    for effect in effects:
        check_effect(effect, context)
    outcomes = [effect for effect in effects if isinstance(effect, Allow | Deny | Pend)]
    for second in outcomes[1:]:
        help = "split it into two rules, or keep the one that is meant"
        context.report.error("POL425", "a rule has one outcome: allow, deny or pend", second.span, help)
    shares = [effect for effect in effects if isinstance(effect, PayShare)]
    for extra in shares[1:]:
        context.report.error(
            "POL426", "a rule pays one share of the fee", extra.span, "multiply with `reduce to … percent`"
        )


def check_effect(effect: Effect, context: Context) -> None:
    """One effect."""
    match effect:
        case Allow() | Deny() | Pend() | Note():
            pass
        case PayShare():
            if context.env.word(effect.of).phrase != "fee":
                context.report.error(
                    "POL341", "a share is paid of the fee", effect.of.span, "write `percent of fee`"
                )
            _percent(effect.percent, context)
        case ReduceTo():
            _percent(effect.percent, context)
        case ReduceBy():
            _money(effect.amount, context)
        case PayAtMost():
            _cap(effect, context)
        case Require():
            if effect.otherwise is not None:
                check_effect(effect.otherwise, context)
    codes = getattr(effect, "codes", None)
    if isinstance(codes, Codes):
        check_codes(codes, context)


def _percent(expr: Expr, context: Context) -> None:
    found = check_expr(expr, context)
    if found is not None and (not found.kind.is_numeric or found.dimension not in (PLAIN, PERCENT)):
        help = "percentages are numbers, columns of percent, or products and quotients that leave percent"
        context.report.error("POL342", f"this is {found.says}, not a percentage", expr.span, help)
    if isinstance(expr, Literal) and found is not None and _too_large(expr):
        context.report.error(
            "POL343", f"`{expr.text}` percent is more than ten times the fee", expr.span, "check it for slips"
        )


def _too_large(literal: Literal) -> bool:
    value = read_number(literal)
    return not isinstance(value, Problem) and value > 1000


def _money(expr: Expr, context: Context) -> None:
    found = check_expr(expr, context)
    if found is not None and (not found.kind.is_numeric or found.dimension != MONEY):
        context.report.error(
            "POL344",
            f"this is {found.says}, not an amount of money",
            expr.span,
            "write `$100.00`, or a word such as `billed charge`",
        )


def _cap(effect: PayAtMost, context: Context) -> None:
    if effect.percent_of is None:
        _money(effect.amount, context)
        return
    _percent(effect.amount, context)
    found = word_type(effect.percent_of, context)
    if found is not None and (not found.kind.is_numeric or found.dimension != MONEY):
        context.report.error(
            "POL344", f"`{found.label}` is {found.says}, not an amount of money", effect.percent_of.span
        )


def check_codes(codes: Codes, context: Context) -> None:
    """Group, CARC and RARCs: known groups, codes of their pattern, none that X12 has ended."""
    if codes.group.text not in GROUPS:
        near = nearest(codes.group.text, GROUPS)
        help = f"did you mean `{near}`?" if near else "groups: co, pr, oa, pi"
        context.report.error(
            "POL345", f"`{codes.group.text}` is not an adjustment group", codes.group.span, help
        )
    for system_name, literals in (("carc", (codes.carc,)), ("rarc", codes.rarcs)):
        system = context.env.systems.get(system_name)
        for literal in literals:
            code = read_code(literal, system)
            if isinstance(code, Problem):
                context.problem(code, literal.span)
            elif system is not None and (ended := system.ended(code)) is not None:
                message = f"{system_name.upper()} {code} ended on {ended.isoformat()}"
                context.report.error("POL346", message, literal.span, "use a code that is in force")
