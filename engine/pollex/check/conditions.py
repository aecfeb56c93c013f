"""Conditions: each compares like with like, in the one spelling that the idea has."""

from __future__ import annotations

from pollex.check.expressions import (
    COLUMN_KINDS,
    Context,
    check_period,
    date_type,
    expr_type,
    line_sets,
    literal_fits,
    word_type,
)
from pollex.check.names import find_set, find_table
from pollex.check.typing import DIMENSIONS, PLAIN, Problem, Type, read_number
from pollex.model.vocabulary import Kind
from pollex.source.diagnostic import Fix
from pollex.syntax.conditions import (
    AgeUnder,
    Bundles,
    CodeTest,
    Comparison,
    Condition,
    ConditionList,
    Defined,
    Denied,
    Documented,
    Expr,
    Filter,
    HistoryTest,
    IsDated,
    IsDistant,
    IsOnFile,
    IsOrdered,
    IsValue,
    LineSet,
    LineTest,
    NotDenied,
    Period,
    Rank,
    SameAs,
    SameDate,
    SameProvider,
    With,
    Within,
    WordRef,
)


def check_conditions(listed: ConditionList, context: Context) -> None:
    """Every condition of a list, and the number of an `at least N of`."""
    if listed.count is not None:
        value = read_number(listed.count)
        if isinstance(value, Problem):
            context.problem(value, listed.count.span)
        elif not 1 <= value <= len(listed.conditions) or value.denominator != 1:
            message = (
                f"`at least {listed.count.text} of` a list of {len(listed.conditions)} can never be counted"
            )
            context.report.error(
                "POL421", message, listed.count.span, "use a number from 1 to the length of the list"
            )
    for condition in listed.conditions:
        check_condition(condition, context)


def check_condition(condition: Condition, context: Context) -> None:
    """One condition, where `context.about` says whose it is."""
    match condition:
        case CodeTest():
            _code_test(condition, context)
        case Comparison():
            _comparison(condition, context)
        case AgeUnder():
            found = word_type(condition.word, context)
            if found is not None and found.kind is not Kind.AGE:
                help = f"write `{condition.word.phrase} is less than …`"
                context.report.error("POL314", "`under` is the word for ages", condition.span, help)
            check_period(condition.period, context)
        case Documented():
            pass
        case Defined():
            context.names.saw("define", condition.name.text)
            if condition.name.text not in context.names.defines:
                known = [*context.names.defines, *context.env.vocabulary.words]
                context.report.unknown("POL203", "definition or word", condition.name, known)
        case SameAs():
            if context.about == "line":
                help = "use it where another line is looked at: `with the same cpt`"
                context.report.error(
                    "POL330", "`the same …` compares another line with this one", condition.span, help
                )
            elif word_type(condition.word, context) is not None:
                word_type(condition.word, context.looking_at("line"))
        case Denied():
            if context.stratum == 1:
                help = "write `after the other lines are decided` behind the rule's name"
                context.report.error(
                    "POL431", "no line is decided yet when this rule runs", condition.span, help
                )
        case LineTest():
            _filters(condition.filters, context, "other")
            check_condition(condition.fact, context.looking_at("other"))
        case HistoryTest():
            _filters(condition.filters, context, "history")
            if condition.fact is not None:
                check_condition(condition.fact, context.looking_at("history"))
        case Rank():
            _rank(condition, context)
        case Bundles():
            _bundles(condition, context)


def _code_test(test: CodeTest, context: Context) -> None:
    found = word_type(test.word, context)
    if found is None:
        return
    word, phrase = context.env.word(test.word), test.word.phrase
    if found.kind not in (Kind.CODE, Kind.TEXT):
        help = (
            f"write `{phrase} is …`" if found.kind is not Kind.AGE else "write `patient age under 18 years`"
        )
        context.report.error("POL315", f"`{phrase}` is {found.says}, not a code", test.span, help)
        return
    if word.many and test.negated:
        context.report.error(
            "POL316", f"a line may have more than one `{phrase}`", test.span, f"write `no {phrase} …`"
        )
    if test.article is None and word.article:
        fix = Fix(test.word.span, f"any {phrase}")
        context.report.error(
            "POL317",
            f"say which: `any {phrase}`, `every {phrase}` or `no {phrase}`",
            test.word.span,
            None,
            (),
            fix,
        )
    if test.article in ("any", "every") and not word.article:
        context.report.error(
            "POL318", f"`{phrase}` is asked without `{test.article}`", test.span, f"write `{phrase} …`"
        )
    if test.article == "no" and not word.many:
        help = f"write `{phrase} not …` or `{phrase} not in …`"
        context.report.error("POL319", f"a line has one `{phrase}`", test.span, help)
    if test.set_name is None:
        for code in test.codes:
            literal_fits(code, found, context)
        return
    codes = find_set(test.set_name, context.env, context.names, context.report)
    if codes is not None and found.system is not None and codes.system != found.system:
        holds = f"the set `{test.set_name.text}` holds codes of {codes.system}"
        message = f"{holds}, and `{phrase}` is one of {found.system}"
        context.report.error("POL304", message, test.set_name.span)


def _comparison(condition: Comparison, context: Context) -> None:
    left = check_expr(condition.left, context)
    if left is None:
        return
    match condition.relation:
        case IsOnFile():
            if not (isinstance(condition.left, WordRef) and left.many and left.kind is Kind.TEXT):
                context.report.error(
                    "POL331",
                    f"`{left.label}` is {left.says}; only a list such as `prior authorization` is on file",
                    condition.span,
                )
        case IsValue():
            _is_value(condition, condition.relation, left, context)
        case IsOrdered():
            _is_ordered(condition.relation, left, context)
        case IsDistant():
            _needs_date(left, condition, context)
            check_period(condition.relation.period, context)
            date_type(condition.relation.anchor, context)
        case IsDated():
            _needs_date(left, condition, context)
            date_type(condition.relation.anchor, context)


def _needs_date(left: Type, condition: Comparison, context: Context) -> None:
    if left.kind is not Kind.DATE:
        context.report.error("POL327", f"`{left.label}` is {left.says}, not a date", condition.left.span)


def _is_value(condition: Comparison, relation: IsValue, left: Type, context: Context) -> None:
    if left.kind in (Kind.CODE, Kind.TEXT) and not left.is_column:
        opening: dict[tuple[bool, bool], str] = {
            (False, False): "",
            (True, False): "not ",
            (False, True): "any of ",
            (True, True): "none of ",
        }
        text = opening[relation.negated, relation.listed]
        help = f"write `{left.label} {text}{', '.join(value.text for value in relation.values)}`"
        context.report.error(
            "POL320", f"a code stands right after `{left.label}`, without `is`", condition.span, help
        )
        return
    for value in relation.values:
        literal_fits(value, left, context)


def _is_ordered(relation: IsOrdered, left: Type, context: Context) -> None:
    help: str | None
    if left.kind is Kind.AGE:
        if relation.op != "at-least" or not isinstance(relation.than, Period):
            help = "write `patient age under 18 years` or `patient age is at least 18 years`"
            context.report.error(
                "POL313", "an age is asked with `under` or `is at least`", relation.span, help
            )
        else:
            check_period(relation.than, context)
        return
    if not left.kind.is_numeric:
        help = (
            "write `is before …`, `is on or after …` or `is more than 90 days after …`"
            if left.kind is Kind.DATE
            else None
        )
        context.report.error(
            "POL332",
            f"`{left.label}` is {left.says}; it is not more or less than something",
            relation.span,
            help,
        )
        return
    if isinstance(relation.than, Period):
        check_period(relation.than, context)
        if left.kind is not Kind.DAYS:
            context.report.error(
                "POL333", f"`{left.label}` is {left.says}, not a number of days", relation.span
            )
        elif relation.than.unit not in ("day", "week"):
            context.report.error(
                "POL334", "months and years differ in days; count in days here", relation.than.span
            )
        return
    right = check_expr(relation.than, context)
    if right is not None and (not right.kind.is_numeric or right.dimension != left.dimension):
        help = (
            f"write `{right.label} days`" if left.kind is Kind.DAYS and right.dimension == (0, 0, 0) else None
        )
        context.report.error(
            "POL335",
            f"{left.says} (`{left.label}`) cannot be compared with {right.says}",
            relation.than.span,
            help,
        )


def _rank(condition: Rank, context: Context) -> None:
    bounds: list[int] = []
    for literal in (condition.low, condition.high):
        if literal is None:
            continue
        value = read_number(literal)
        if isinstance(value, Problem):
            context.problem(value, literal.span)
        elif value < 1 or value.denominator != 1:
            context.report.error("POL422", "ranks are whole numbers from 1", literal.span)
        else:
            bounds.append(int(value))
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        context.report.error(
            "POL423", "the ranks run backwards", condition.span, "put the smaller number first"
        )
    if condition.among.of == "history":
        context.report.error(
            "POL424", "lines are ranked within their claim", condition.among.span, "write `among lines …`"
        )
        return
    _line_set(condition.among, context)
    by = check_expr(condition.by, context)
    if by is not None and not by.kind.is_numeric:
        context.report.error(
            "POL336", f"lines are ranked by a number; `{by.label}` is {by.says}", condition.by.span
        )


def _bundles(condition: Bundles, context: Context) -> None:
    _filters(condition.filters, context, "other")
    table = find_table(condition.table, context.env, context.names, context.report)
    if table is None:
        return
    if len(table.key) != 2:
        context.report.error(
            "POL337",
            f"`{condition.table.text}` is not a table of pairs",
            condition.table.span,
            "its file needs `key: [cpt, cpt]`",
        )
        return
    for pair in condition.columns:
        if pair.column.text not in table.columns:
            context.report.unknown(
                "POL208", f"column of the table `{condition.table.text}`", pair.column, table.columns
            )
            continue
        kind = COLUMN_KINDS[table.columns[pair.column.text].type]
        label = f"{condition.table.text} {pair.column.text}"
        literal_fits(pair.value, Type(kind, label, DIMENSIONS.get(kind, PLAIN), is_column=True), context)


# ------------------------------------------------------------------ expressions and lines


def check_expr(expr: Expr, context: Context) -> Type | None:
    """An expression with the lines it runs over: its type, or None where a diagnostic has been made."""
    for lines in line_sets(expr):
        _line_set(lines, context)
    return expr_type(expr, context)


def _line_set(lines: LineSet, context: Context) -> None:
    """`other lines on the same date with …`"""
    about = "history" if lines.of == "history" else "other"
    _filters(lines.filters, context, about)


def _filters(filters: tuple[Filter, ...], context: Context, about: str) -> None:
    """Each filter is asked of the other line; dates that a window hangs on are this line's."""
    for found in filters:
        match found:
            case SameDate() | SameProvider():
                pass
            case With():
                check_condition(found.fact, context.looking_at(about))
            case Within():
                check_period(found.period, context.looking_at(about))
                date_type(found.anchor, context)
            case NotDenied():
                _not_denied(found, context, about)


def _not_denied(node: NotDenied, context: Context, about: str) -> None:
    """`not denied` reads the first stratum's outcome of lines of this claim."""
    if context.stratum == 1:
        help = "write `after the other lines are decided` behind the rule's name"
        context.report.error("POL431", "no line is decided yet when this rule runs", node.span, help)
    elif about == "history":
        help = "ask `with outcome is deny`"
        context.report.error("POL432", "`not denied` speaks of lines of this claim", node.span, help)
