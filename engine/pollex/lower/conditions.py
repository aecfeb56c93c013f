"""Conditions, expressions and effects to the intermediate form. See `lower/__init__.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pollex.check.names import Environment
from pollex.check.typing import Problem, Type, read_code, read_date, read_literal, read_money, read_number
from pollex.ir import nodes as n
from pollex.ir import program as ir
from pollex.ir.nodes import Subject
from pollex.model.vocabulary import Kind
from pollex.syntax import ast
from pollex.syntax import conditions as c

ORDERS = {"more-than": "gt", "less-than": "lt", "at-least": "ge", "at-most": "le"}
DATE_ORDERS = {"before": "lt", "after": "gt", "on-or-before": "le", "on-or-after": "ge"}
BEFORE = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}
COLUMN_KINDS = {kind.value: kind for kind in Kind}
HUNDRED = n.Const(Fraction(100))


@dataclass(frozen=True, slots=True)
class Lowering:
    """Lowers what one policy says, in the light of its definitions."""

    env: Environment
    defines: Mapping[str, ast.Define]

    # ------------------------------------------------------------ conditions

    def conditions(self, listed: c.ConditionList) -> n.Condition:
        items = tuple(self.condition(condition, Subject.THIS) for condition in listed.conditions)
        match listed.kind:
            case "one":
                return items[0]
            case "or" | "any":
                return n.AnyOf(items)
            case "none":
                return n.Not(n.AnyOf(items))
            case "at-least":
                assert listed.count is not None
                return n.AtLeast(whole(listed.count), items)
        return n.All(items)

    def condition(self, condition: c.Condition, subject: Subject) -> n.Condition:
        """One condition; `subject` is whose words it reads."""
        match condition:
            case c.CodeTest():
                return self._code_test(condition, subject)
            case c.Comparison():
                return self._comparison(condition, subject)
            case c.AgeUnder():
                return n.Compare(
                    "lt", n.Field("service date", Subject.THIS), self._birthday(condition.period)
                )
            case c.Documented():
                document = condition.documentation.document
                found = n.Documented(
                    condition.documentation.concept.text, document.text if document else None
                )
                return n.Not(found) if condition.negated else found
            case c.Defined():
                meant = self.conditions(self.defines[condition.name.text].conditions)
                return n.Not(meant) if condition.negated else meant
            case c.SameAs():
                return n.Same(condition.word.phrase)
            case c.Denied():
                return n.Not(n.Denied()) if condition.negated else n.Denied()
            case c.LineTest():
                lines = self._lines("other" if condition.other else "all", condition.filters)
                return self._quantified(
                    condition.quantifier, lines, self.condition(condition.fact, Subject.OTHER)
                )
            case c.HistoryTest():
                lines = self._lines("history", condition.filters)
                if condition.fact is None:
                    return n.Not(n.Exists(lines, n.All(())))
                return n.Exists(lines, self.condition(condition.fact, Subject.OTHER))
            case c.Rank():
                high = None if condition.high is None else whole(condition.high)
                lines = self._lines(condition.among.of, condition.among.filters)
                return n.Ranks(whole(condition.low), high, self.expr(condition.by, Subject.OTHER), lines)
            case c.Bundles():
                cells = tuple(
                    (pair.column.text, self._cell(condition.table, pair)) for pair in condition.columns
                )
                return n.Exists(
                    self._lines("other", condition.filters), n.PairListed(condition.table.text, cells)
                )

    @staticmethod
    def _quantified(quantifier: str, lines: n.Lines, fact: n.Condition) -> n.Condition:
        match quantifier:
            case "every":
                return n.Not(n.Exists(lines, n.Not(fact)))
            case "no":
                return n.Not(n.Exists(lines, fact))
        return n.Exists(lines, fact)

    def _code_test(self, test: c.CodeTest, subject: Subject) -> n.Condition:
        word = self.env.word(test.word)
        system = self.env.systems.get(word.system) if word.system else None
        codes = []
        for literal in test.codes:
            code = read_code(literal, system) if word.kind is Kind.CODE else literal.text
            assert not isinstance(code, Problem)
            codes.append(code)
        sets = (test.set_name.text,) if test.set_name else ()
        quantifier = "every" if test.article == "every" else "any"
        member = n.Member(test.word.phrase, subject, frozenset(codes), sets, quantifier)
        return n.Not(member) if test.negated or test.article == "no" else member

    def _comparison(self, comparison: c.Comparison, subject: Subject) -> n.Condition:
        relation = comparison.relation
        if isinstance(relation, c.IsOnFile):
            assert isinstance(comparison.left, c.WordRef)
            found = n.OnFile(comparison.left.phrase)
            return n.Not(found) if relation.negated else found
        if isinstance(comparison.left, c.WordRef) and self.env.word(comparison.left).kind is Kind.AGE:
            assert isinstance(relation, c.IsOrdered) and isinstance(relation.than, c.Period)
            return n.Compare("ge", n.Field("service date", Subject.THIS), self._birthday(relation.than))
        left = self.expr(comparison.left, subject)
        match relation:
            case c.IsValue():
                wanted = self._type(comparison.left)
                values = [self._constant(value, wanted) for value in relation.values]
                if relation.negated:
                    return n.All(tuple(n.Compare("ne", left, value) for value in values))
                return n.AnyOf(tuple(n.Compare("eq", left, value) for value in values))
            case c.IsOrdered():
                if isinstance(relation.than, c.Period):
                    days = Fraction(relation.than.amount.text) * (7 if relation.than.unit == "week" else 1)
                    return n.Compare(ORDERS[relation.op], left, n.Const(days))
                return n.Compare(ORDERS[relation.op], left, self.expr(relation.than, subject))
            case c.IsDated():
                return n.Compare(DATE_ORDERS[relation.op], left, self.anchor(relation.anchor, subject))
        return self._distant(left, relation, subject)

    def _distant(self, left: n.Value, relation: c.IsDistant, subject: Subject) -> n.Condition:
        anchor = self.anchor(relation.anchor, subject)
        if relation.op == "within":
            return self._window(left, relation, anchor, subject)
        bound = self._moved(anchor, relation.period, relation.direction, subject)
        op = ORDERS[relation.op]
        return n.Compare(op if relation.direction == "after" else BEFORE[op], left, bound)

    def _window(
        self, value: n.Value, window: c.Within | c.IsDistant, anchor: n.Value, subject: Subject
    ) -> n.Condition:
        """Both ends of a window count; the nearer one is the anchor's own day where none is said."""
        near, far = self._near(anchor, window), self._moved(anchor, window.period, window.direction, subject)
        first, last = (near, far) if window.direction == "after" else (far, near)
        return n.All((n.Compare("ge", value, first), n.Compare("le", value, last)))

    @staticmethod
    def _near(anchor: n.Value, window: c.Within | c.IsDistant) -> n.Value:
        if window.nearest is None:
            return anchor
        unit = window.period.unit if isinstance(window.period, c.Period) else "day"
        sign = 1 if window.direction == "after" else -1
        return n.Shift(anchor, n.Const(Fraction(window.nearest.text)), unit, sign)

    def _moved(
        self, anchor: n.Value, period: c.Period | c.ColumnRef, direction: str, subject: Subject
    ) -> n.Value:
        sign = 1 if direction == "after" else -1
        if isinstance(period, c.ColumnRef):
            return n.Shift(anchor, self.expr(period, subject), "day", sign)
        return n.Shift(anchor, n.Const(Fraction(period.amount.text)), period.unit, sign)

    @staticmethod
    def _birthday(period: c.Period) -> n.Value:
        amount = n.Const(Fraction(period.amount.text))
        return n.Shift(n.Field("birth date", Subject.THIS), amount, period.unit, 1)

    # ------------------------------------------------------------ lines

    def _lines(self, of: str, filters: tuple[c.Filter, ...]) -> n.Lines:
        where = n.All(tuple(self._filter(found) for found in filters))
        bounds = [bound for found in filters if of == "history" and (bound := self._since(found)) is not None]
        return n.Lines(of, where, tuple(bounds))

    def _filter(self, found: c.Filter) -> n.Condition:
        match found:
            case c.SameDate():
                same = n.Field("service date", Subject.THIS)
                return n.Compare("eq", n.Field("service date", Subject.OTHER), same)
            case c.SameProvider():
                return n.SameProvider(found.relation)
            case c.With():
                return self.condition(found.fact, Subject.OTHER)
            case c.Within():
                anchor = self.anchor(found.anchor, Subject.THIS)
                return self._window(n.Field("service date", Subject.OTHER), found, anchor, Subject.OTHER)
            case c.NotDenied():
                return n.Not(n.Denied())

    def _since(self, found: c.Filter) -> n.Value | None:
        """The earliest date of service that a filter lets through, if it bounds it."""
        match found:
            case c.SameDate():
                return n.Field("service date", Subject.THIS)
            case c.Within(direction="after"):
                return self._near(self.anchor(found.anchor, Subject.THIS), found)
            case c.Within(period=c.ColumnRef() as column):
                longest = n.Const(self._longest(column))
                return n.Shift(self.anchor(found.anchor, Subject.THIS), longest, "day", -1)
            case c.Within():
                return self._moved(
                    self.anchor(found.anchor, Subject.THIS), found.period, "before", Subject.THIS
                )
        return None

    def _longest(self, column: c.ColumnRef) -> Fraction:
        """The longest period in a column of days: a line further back than that is outside every row's
        window.
        """
        table = self.env.tables[column.table.text]
        cells = [row.cells.get(column.column.text) for version in table.versions for row in version.rows]
        return max((cell for cell in cells if isinstance(cell, Fraction)), default=Fraction(0))

    # ------------------------------------------------------------ values

    def expr(self, expr: c.Expr, subject: Subject) -> n.Value:
        match expr:
            case c.Literal():
                value = read_money(expr) if expr.kind == "money" else read_number(expr)
                assert not isinstance(value, Problem)
                return n.Const(value)
            case c.WordRef():
                return n.Field(expr.phrase, subject)
            case c.ColumnRef():
                return n.Column(expr.table.text, expr.column.text, subject)
            case c.Arith():
                return n.Arith(expr.op, self.expr(expr.left, subject), self.expr(expr.right, subject))
            case c.Count():
                return n.Count(self._lines(expr.lines.of, expr.lines.filters))
            case c.Sum():
                return n.Sum(expr.word.phrase, self._lines(expr.lines.of, expr.lines.filters))
            case c.DaysFromTo():
                return n.DaysFromTo(self.anchor(expr.start, subject), self.anchor(expr.end, subject))
            case c.Quantity():
                document = expr.documentation.document
                return n.Quantity(expr.documentation.concept.text, document.text if document else None)

    def anchor(self, anchor: c.WordRef | c.Literal, subject: Subject) -> n.Value:
        if isinstance(anchor, c.WordRef):
            return n.Field(anchor.phrase, subject)
        value = read_date(anchor)
        assert isinstance(value, date)
        return n.Const(value)

    def _type(self, expr: c.Expr) -> Type:
        """The type of the left side of `is VALUE`, as far as reading the value needs it."""
        match expr:
            case c.WordRef():
                word = self.env.word(expr)
                return Type(word.kind, word.phrase, system=word.system, choices=word.choices)
            case c.ColumnRef():
                column = self.env.tables[expr.table.text].columns[expr.column.text]
                return Type(COLUMN_KINDS[column.type], column.name)
        return Type(Kind.NUMBER, "number")

    def _constant(self, literal: c.Literal, wanted: Type) -> n.Value:
        value = read_money(literal) if literal.kind == "money" else read_literal(literal, wanted, self.env)
        assert not isinstance(value, Problem)
        return n.Const(value)

    def _cell(self, table: c.Name, pair: c.PairColumn) -> str | Fraction | date:
        column = self.env.tables[table.text].columns[pair.column.text]
        value = read_literal(pair.value, Type(COLUMN_KINDS[column.type], column.name), self.env)
        assert not isinstance(value, Problem)
        return value

    # ------------------------------------------------------------ effects

    def effect(self, effect: ast.Effect) -> ir.Effect:
        match effect:
            case ast.Allow():
                return ir.Allow(codes(effect.codes))
            case ast.Deny():
                return ir.Deny(codes(effect.codes))
            case ast.Pend():
                return ir.Pend(effect.queue.text, codes(effect.codes))
            case ast.Note():
                return ir.Note(effect.text, codes(effect.codes))
            case ast.PayShare():
                return ir.Share(self.expr(effect.percent, Subject.THIS), codes(effect.codes))
            case ast.ReduceTo():
                return ir.Factor(self.expr(effect.percent, Subject.THIS), codes(effect.codes))
            case ast.ReduceBy():
                return ir.Off(self.expr(effect.amount, Subject.THIS), codes(effect.codes))
            case ast.PayAtMost():
                amount = self.expr(effect.amount, Subject.THIS)
                if effect.percent_of is not None:
                    whole = n.Field(effect.percent_of.phrase, Subject.THIS)
                    amount = n.Arith("/", n.Arith("*", amount, whole), HUNDRED)
                return ir.Cap(amount, codes(effect.codes))
            case ast.Require():
                document = effect.documentation.document
                wanted = n.Documented(effect.documentation.concept.text, document.text if document else None)
                otherwise = self.effect(effect.otherwise) if effect.otherwise is not None else None
                return ir.Require(wanted, otherwise)


def whole(literal: c.Literal) -> int:
    """A whole number, however it is written: `2`, `2.0`."""
    return int(Fraction(literal.text))


def codes(given: c.Codes | None) -> ir.Codes | None:
    """Reason codes, RARCs in a fixed order."""
    if given is None:
        return None
    rarcs = tuple(sorted({literal.text for literal in given.rarcs}))
    return ir.Codes(given.group.text.upper(), given.carc.text, rarcs)
