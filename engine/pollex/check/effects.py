"""Effects: percentages where percentages belong, dollars where dollars belong, reason codes that exist."""

from __future__ import annotations

from pollex.check.codetests import check_twice
from pollex.check.conditions import check_expr
from pollex.check.constants import constant
from pollex.check.expressions import Context, word_type
from pollex.check.names import check_text
from pollex.check.typing import DIMENSIONS, PLAIN, Problem, Type, read_code
from pollex.model.vocabulary import Kind
from pollex.source.diagnostic import Fix, Label
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
MOST_PERCENT = 1000


def check_effects(effects: tuple[Effect, ...], context: Context) -> None:
    """All effects of one rule, and that they do not contradict each other."""
    report = context.report
    for position, effect in enumerate(effects):
        check_effect(effect, context)
        if effect in effects[:position]:
            report.warning("POL446", "this effect stands twice in the rule", effect.span, "leave it out")
    outcomes = [effect for effect in effects if isinstance(effect, Allow | Deny | Pend)]
    for second in outcomes[1:]:
        if second != outcomes[0]:
            labels = (Label(outcomes[0].span, "the other outcome"),)
            help = "split it into two rules, or keep the one that is meant"
            message = "a rule has one outcome: allow, deny or pend"
            report.error("POL425", message, second.span, help, labels)
    shares = [effect for effect in effects if isinstance(effect, PayShare)]
    for extra in shares[1:]:
        if extra != shares[0]:
            labels = (Label(shares[0].span, "the other share"),)
            help = "multiply with `reduce to … percent`"
            report.error("POL426", "a rule pays one share of the fee", extra.span, help, labels)
    if len(outcomes) == 1 and isinstance(outcomes[0], Deny):
        _check_denied(effects, outcomes[0], context)


def _check_denied(effects: tuple[Effect, ...], deny: Deny, context: Context) -> None:
    """A denied line is paid nothing and asked for nothing."""
    for effect in effects:
        if isinstance(effect, PayShare | ReduceTo | ReduceBy | PayAtMost | Require):
            message = "this does nothing: the same rule denies the line"
            labels = (Label(deny.span, "denied here"),)
            help = "take out one of the two, or give each a rule of its own"
            context.report.error("POL427", message, effect.span, help, labels)


def check_effect(effect: Effect, context: Context) -> None:
    """One effect."""
    match effect:
        case Allow() | Deny() | Pend():
            pass
        case Note():
            check_text(effect.text, effect.span, context.report)
        case PayShare():
            if context.env.word(effect.of).phrase != "fee":
                message = f"a share is paid of the fee, not of `{effect.of.phrase}`"
                context.report.error("POL341", message, effect.of.span, fix=Fix(effect.of.span, "fee"))
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
    if found is None:
        return
    if not found.kind.is_numeric or found.dimension not in (PLAIN, PERCENT):
        message = f"{_named(expr, found)} is {found.says}, not a percentage"
        help = "write a number, a column of percent, or products and quotients that leave percent"
        context.report.error("POL342", message, expr.span, help)
        return
    value = constant(expr)
    if value is not None and not 0 <= value <= MOST_PERCENT:
        message = f"a share lies between 0 and {MOST_PERCENT} percent"
        context.report.error("POL343", message, expr.span, "check it for slips")


def _named(expr: Expr, found: Type) -> str:
    """What an author would call an expression."""
    return "this" if isinstance(expr, Literal) else found.named


def _money(expr: Expr, context: Context) -> None:
    found = check_expr(expr, context)
    if found is None or (found.kind.is_numeric and found.dimension == MONEY):
        return
    if isinstance(expr, Literal):
        message = f"`{expr.text}` is not an amount of money"
        help = f"write `${expr.text}`, or a word such as `billed charge`"
    else:
        message = f"{_named(expr, found)} is {found.says}, not an amount of money"
        help = "write an amount such as `$100.00`, or a word such as `billed charge`"
    context.report.error("POL344", message, expr.span, help)


def _cap(effect: PayAtMost, context: Context) -> None:
    if effect.percent_of is None:
        _money(effect.amount, context)
        return
    _percent(effect.amount, context)
    found = word_type(effect.percent_of, context)
    if found is not None and (not found.kind.is_numeric or found.dimension != MONEY):
        message = f"`{found.label}` is {found.says}, not an amount of money"
        help = "write `fee`, `billed charge` or `total charge`"
        context.report.error("POL344", message, effect.percent_of.span, help)


def check_codes(codes: Codes, context: Context) -> None:
    """Group, CARC and RARCs: known groups, codes of their pattern, none that X12 has ended."""
    report = context.report
    if codes.group.text not in GROUPS:
        near = nearest(codes.group.text, GROUPS)
        fix = Fix(codes.group.span, near) if near else None
        message = f"`{codes.group.text}` is not an adjustment group"
        report.error("POL345", message, codes.group.span, "groups: " + ", ".join(GROUPS), fix=fix)
    check_twice(codes.rarcs, context)
    for system_name, literals in (("carc", (codes.carc,)), ("rarc", codes.rarcs)):
        system = context.env.systems.get(system_name)
        for literal in literals:
            code = read_code(literal, system)
            if isinstance(code, Problem):
                context.problem(code, literal.span)
            elif system is not None and (ended := system.ended(code)) is not None:
                message = f"the {system_name.upper()} {code} ended on {ended.isoformat()}"
                report.error("POL346", message, literal.span, "use a code that is in force")
