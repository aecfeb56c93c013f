"""Conditions: each compares like with like, in the one spelling that the idea has."""

from __future__ import annotations

from pollex.check.codetests import check_code_test, check_is_code, check_twice, word_for
from pollex.check.constants import constant, zero_divisors
from pollex.check.expressions import (
    COLUMN_KINDS,
    Context,
    check_period,
    check_window,
    date_type,
    expr_type,
    line_sets,
    literal_fits,
    word_type,
)
from pollex.check.names import find_table
from pollex.check.typing import DIMENSIONS, PLAIN, Problem, Type, read_number
from pollex.model.vocabulary import Kind
from pollex.source.diagnostic import Fix
from pollex.source.span import Span, cover
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
    Literal,
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

UNKNOWN = ("missing", "unknown", "known", "empty", "blank", "none", "present", "absent", "null")
AFTER_OTHERS = "write `after the other lines are decided` behind the rule's name"


def check_conditions(listed: ConditionList, context: Context) -> None:
    """Every condition of a list, and the number of an `at least N of`."""
    if listed.count is not None:
        value = read_number(listed.count)
        if isinstance(value, Problem):
            context.problem(value, listed.count.span)
        elif not 1 <= value <= len(listed.conditions) or value.denominator != 1:
            length = len(listed.conditions)
            message = f"`at least {listed.count.text} of` a list of {length} asks for what cannot be counted"
            help = f"use a whole number from 1 to {length}"
            context.report.error("POL421", message, listed.count.span, help)
    for position, condition in enumerate(listed.conditions):
        check_condition(condition, context)
        if condition in listed.conditions[:position]:
            message = "this condition stands twice in the list"
            context.report.warning("POL446", message, condition.span, "leave it out")


def check_condition(condition: Condition, context: Context) -> None:
    """One condition, where `context.about` says whose it is."""
    match condition:
        case CodeTest():
            check_code_test(condition, context)
        case Comparison():
            _comparison(condition, context)
        case AgeUnder():
            _age_under(condition, context)
        case Documented():
            pass
        case Defined():
            _defined(condition, context)
        case SameAs():
            _same_as(condition, context)
        case Denied():
            if context.stratum == 1:
                _too_early(condition, context)
        case LineTest():
            _filters(condition.filters, context, "other")
            check_condition(condition.fact, context.asking("other"))
        case HistoryTest():
            _filters(condition.filters, context, "history")
            _has_window(condition.filters, condition.span, context)
            if condition.fact is not None:
                check_condition(condition.fact, context.asking("history"))
        case Rank():
            _rank(condition, context)
        case Bundles():
            _bundles(condition, context)


def _age_under(condition: AgeUnder, context: Context) -> None:
    found = word_type(condition.word, context)
    if found is None:
        return
    if found.kind is Kind.AGE:
        check_period(condition.period, context)
        return
    phrase = condition.word.phrase
    other = "is before 2026-01-01" if found.kind is Kind.DATE else "is less than …"
    help = f"write `{phrase} {other}`" if found.kind is Kind.DATE or found.kind.is_numeric else None
    message = f"`under` is the word for ages, and `{phrase}` is {found.says}"
    context.report.error("POL314", message, condition.span, help)


def _defined(condition: Defined, context: Context) -> None:
    name, names, env = condition.name, context.names, context.env
    names.saw("define", name.text)
    if name.text in names.defines or name.text in names.lost:
        return
    help: str | None = f"write `define {name.text} as …`, or use a word of the vocabulary"
    if name.text in env.sets:
        help = word_for(env.sets[name.text].system, name, context)
    elif name.text in env.tables:
        help = f"`{name.text}` is a table; name a column: `{name.text} {_a_column(name.text, context)} is …`"
    elif name.text in names.rules:
        help = f"`{name.text}` is a rule; give its conditions a name with `define`"
    known = [*names.defines, *env.vocabulary.words]
    names.saw("define", context.report.unknown("POL203", "definition", name, known, help))


def _a_column(table: str, context: Context) -> str:
    return min(context.env.tables[table].columns, default="COLUMN")


def _same_as(condition: SameAs, context: Context) -> None:
    """The grammar lets it stand only where another line is looked at."""
    if context.env.word(condition.word).of == "history" and context.about == "history":
        message = f"this line has no `{condition.word.phrase}` to compare with: only lines of the history do"
        context.report.error("POL322", message, condition.word.span, "ask for a value")
        return
    word_type(condition.word, context)


def _too_early(condition: Denied | NotDenied, context: Context) -> None:
    message = "no line is decided yet when this is asked"
    context.report.error("POL431", message, condition.span, AFTER_OTHERS)


def _comparison(condition: Comparison, context: Context) -> None:
    left = check_expr(condition.left, context)
    if left is None:
        return
    relation = condition.relation
    match relation:
        case IsOnFile():
            if not (isinstance(condition.left, WordRef) and left.many and left.kind is Kind.TEXT):
                message = f"{left.named} is {left.says}, and only a list of numbers is on file"
                help = "write `prior authorization is on file`"
                context.report.error("POL331", message, condition.span, help)
        case IsValue():
            _is_value(condition, relation, left, context)
        case IsOrdered():
            _is_ordered(relation, left, context)
        case IsDistant():
            _needs_date(left, condition, context)
            check_window(relation.nearest, relation.period, context)
            date_type(relation.anchor, context)
        case IsDated():
            _needs_date(left, condition, context)
            date_type(relation.anchor, context)
    _fixed(condition, context)


def _fixed(condition: Comparison, context: Context) -> None:
    """A comparison of two fixed numbers."""
    if constant(condition.left) is None:
        return
    relation = condition.relation
    other = relation.than if isinstance(relation, IsOrdered) else None
    if isinstance(relation, IsValue) or (
        other is not None and not isinstance(other, Period) and constant(other) is not None
    ):
        message = "both sides are fixed numbers: this asks nothing of a claim"
        help = "put a word or a column of a table on one side"
        context.report.error("POL340", message, condition.span, help)


def _needs_date(left: Type, condition: Comparison, context: Context) -> None:
    if left.kind is not Kind.DATE:
        message = f"{left.named} is {left.says}, not a date"
        context.report.error("POL327", message, condition.left.span)


def _is_value(condition: Comparison, relation: IsValue, left: Type, context: Context) -> None:
    unknown = next(
        (value for value in relation.values if value.kind == "name" and value.text in UNKNOWN), None
    )
    if unknown is not None and unknown.text not in left.choices:
        message = "whether something is missing cannot be asked"
        help = "leave it out: a line that lacks what its rules need pends by itself, and says what is missing"
        if left.many and left.kind is Kind.TEXT:
            help = f"write `{left.label} is not on file`; a line where that is not known pends by itself"
        context.report.error("POL348", message, condition.span, help)
        return
    if left.kind in (Kind.CODE, Kind.TEXT) and not left.is_column:
        check_is_code(condition, relation, left, context)
        return
    for value in relation.values:
        literal_fits(value, left, context)
    check_twice(relation.values, context)


def _is_ordered(relation: IsOrdered, left: Type, context: Context) -> None:
    than = relation.than
    if left.kind is Kind.AGE:
        _ordered_age(relation, context)
    elif not left.kind.is_numeric:
        message = f"{left.named} is {left.says}, which is not more or less than something"
        context.report.error("POL332", message, relation.span, _ask_instead(left))
    elif isinstance(than, Period):
        _ordered_days(than, relation, left, context)
    else:
        right = check_expr(than, context)
        if right is not None and (not right.kind.is_numeric or right.dimension != left.dimension):
            message = f"{left.named} is {left.says}, and cannot be compared with {right.says}"
            context.report.error("POL335", message, than.span, _with_unit(than, left.kind))


def _with_unit(than: Expr, kind: Kind) -> str | None:
    """A bare number as what it is compared with."""
    if not (isinstance(than, Literal) and than.kind == "atom"):
        return None
    written = {Kind.DAYS: f"{than.text} days", Kind.MONEY: f"${than.text}"}.get(kind)
    return f"write `{written}`" if written else None


def _ask_instead(left: Type) -> str | None:
    """How a value that has no order is compared."""
    match left.kind:
        case Kind.DATE:
            return "write `is before …`, `is on or after …` or `is more than 90 days after …`"
        case Kind.CHOICE:
            return f"write `{left.label} is {left.choices[0]}`"
        case _:
            return f"write `{left.label} is …`" if left.is_column else f"write `{left.label} …`"


def _ordered_age(relation: IsOrdered, context: Context) -> None:
    if relation.op == "at-least" and isinstance(relation.than, Period):
        check_period(relation.than, context)
        return
    message = "an age is asked with `under` or `is at least`, and in years, months or days"
    help = "write `patient age under 18 years` or `patient age is at least 18 years`"
    context.report.error("POL313", message, relation.span, help)


def _ordered_days(than: Period, relation: IsOrdered, left: Type, context: Context) -> None:
    check_period(than, context)
    if left.kind is not Kind.DAYS:
        message = f"{left.named} is {left.says}, not a number of days"
        context.report.error("POL333", message, than.span, f"leave out `{than.unit}s`")
    elif than.unit not in ("day", "week"):
        message = "months and years are not all of one length, and this counts days"
        context.report.error("POL334", message, than.span, "write the number of days")


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
    if len(bounds) == 2 and bounds[0] > bounds[1] and condition.high is not None:
        span = cover(condition.low.span, condition.high.span)
        context.report.error("POL423", "the ranks run backwards", span, "put the smaller number first")
    if condition.among.of == "history":
        message = "a line is ranked among the lines of its own claim"
        context.report.error("POL424", message, condition.among.span, "write `among lines …`")
        return
    _line_set(condition.among, context)
    by = check_expr(condition.by, context.looking_at("other"))
    if by is not None and not by.kind.is_numeric:
        message = f"lines are ranked by a number, and {by.named} is {by.says}"
        context.report.error("POL336", message, condition.by.span, "rank `by fee`")
    elif by is not None and (constant(condition.by) is not None or any(line_sets(condition.by))):
        message = "lines are ranked by a number of their own, and this is the same for each"
        context.report.error("POL336", message, condition.by.span, "rank `by fee`")


def _bundles(condition: Bundles, context: Context) -> None:
    _filters(condition.filters, context, "other")
    name = condition.table.text
    table = find_table(condition.table, context.env, context.names, context.report)
    if table is None:
        return
    if len(table.key) != 2:
        message = f"`{name}` is not a table of pairs, so it says nothing of one line under another"
        context.report.error("POL337", message, condition.table.span, "its file needs `key: [cpt, cpt]`")
        return
    for pair in condition.columns:
        if pair.column.text not in table.columns:
            what = f"column of the table `{name}`"
            context.report.unknown("POL208", what, pair.column, table.columns)
            continue
        kind = COLUMN_KINDS[table.columns[pair.column.text].type]
        label = f"{name} {pair.column.text}"
        literal_fits(pair.value, Type(kind, label, DIMENSIONS.get(kind, PLAIN), is_column=True), context)


# ------------------------------------------------------------------ expressions and lines


def check_expr(expr: Expr, context: Context) -> Type | None:
    """An expression with the lines it runs over: its type, or None where a diagnostic has been made."""
    for lines in line_sets(expr):
        _line_set(lines, context)
    found = expr_type(expr, context)
    for divisor in zero_divisors(expr):
        context.report.error("POL339", "nothing can be divided by 0", divisor.span)
        found = None
    return found


def _line_set(lines: LineSet, context: Context) -> None:
    """`other lines on the same date with …`"""
    about = "history" if lines.of == "history" else "other"
    _filters(lines.filters, context, about)
    if lines.of == "history":
        _has_window(lines.filters, lines.span, context)


def _has_window(filters: tuple[Filter, ...], place: Span, context: Context) -> None:
    """A look into the history goes back to some day: no history is complete for ever."""
    if any(isinstance(found, SameDate | Within) for found in filters):
        return
    message = "this looks back without end, and no history is complete that far: lines without a match pend"
    help = "say how far: `within 3 years before the service date`, or `on the same date`"
    context.report.warning("POL448", message, place, help)


def _filters(filters: tuple[Filter, ...], context: Context, about: str) -> None:
    """Each filter is asked of the other line; dates that a window hangs on are this line's."""
    for position, found in enumerate(filters):
        match found:
            case SameDate() | SameProvider():
                pass
            case With():
                check_condition(found.fact, context.looking_at(about))
            case Within():
                check_window(found.nearest, found.period, context.looking_at(about))
                date_type(found.anchor, context.looking_at("line"))
            case NotDenied():
                _not_denied(found, context, about)
        if found in filters[:position]:
            context.report.warning("POL446", "this stands twice", found.span, "leave it out")


def _not_denied(node: NotDenied, context: Context, about: str) -> None:
    """`not denied` reads the first stratum's outcome of lines of this claim."""
    if about == "history":
        message = "lines of the history have been decided, and carry their outcome"
        fix = Fix(node.span, "with outcome is not deny")
        context.report.error("POL432", message, node.span, fix=fix)
    elif context.stratum == 1:
        _too_early(node, context)
