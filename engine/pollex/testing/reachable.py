"""Which answers a condition can give at all, on the lines that its clause speaks of.

Worked out from the program, the schema of claims and the data, for each procedure code and each stretch of
days of a policy: a fee schedule cell is what its table says for that code, a word is one of its values, and
unknown only where a claim can lack it (`domains.py`). Conditions of one list are taken to be independent
beyond that, so what is called unreachable is unreachable, and what is called reachable may not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import product
from typing import assert_never

from pollex.backends.firing import in_period
from pollex.backends.kleene import Tri
from pollex.backends.providers import RELATIONS
from pollex.ir import nodes as n
from pollex.ir.nodes import Condition, Lines, Subject, Value
from pollex.ir.program import Deny, Effect, Policy, Program, Require, Rule
from pollex.model.tables import NOT_LISTED, UNKNOWN
from pollex.testing.domains import Domain, Scalar, Words, compared, joined
from pollex.testing.kinds import covers, kind_of, scopes_of
from pollex.testing.kleene import ANYTHING, BOTH, Answers, at_least, both, negated
from pollex.testing.reads import Reads, reads_of

NO_CODE = ""


@dataclass(frozen=True, slots=True)
class Other:
    """A line that is looked at: one of the history, another one of the claim, or this one."""

    code: str
    of_history: bool
    is_this: bool = False


@dataclass(frozen=True)
class Place:
    """The lines of one procedure code under one policy, on the days from `day` through `through`."""

    program: Program
    policy: Policy
    code: str
    day: date
    through: date
    words: Words
    _codes: dict[Condition, tuple[str, ...]] = field(default_factory=dict, compare=False)

    # ------------------------------------------------------------ conditions

    def answers(self, condition: Condition, other: Other | None = None) -> Answers:
        """Every answer that a condition may give here."""
        match condition:
            case n.All(items):
                return both([self.answers(item, other) for item in items])
            case n.AnyOf(items):
                return negated(both([negated(self.answers(item, other)) for item in items]))
            case n.AtLeast(count, items):
                return at_least(count, [self.answers(item, other) for item in items])
            case n.Not(item):
                return negated(self.answers(item, other))
            case n.Compare():
                return self._compare(condition, other)
            case n.Member():
                return self._member(condition, other)
            case n.Same(phrase):
                return self._same(phrase, other)
            case n.SameProvider(relation):
                return both([self._same(phrase, other) for phrase in RELATIONS[relation]])
            case n.Documented():
                return ANYTHING
            case n.OnFile(phrase):
                return ANYTHING if self.words.can_be_unknown(phrase, _of_history(other)) else BOTH
            case n.Denied():
                return self._denied(other.code if other is not None else self.code)
            case n.Exists(lines, fact):
                return self._exists(lines, fact)
            case n.Ranks():
                return self._ranks(condition)
            case n.PairListed():
                return self._pair(condition, other)
            case _:
                assert_never(condition)

    def _compare(self, condition: n.Compare, other: Other | None) -> Answers:
        left, right = self.domain(condition.left, other), self.domain(condition.right, other)
        if condition.left == condition.right:
            return frozenset(compared(condition.op, left, left)) if left.values else ANYTHING
        return frozenset(compared(condition.op, left, right))

    def _member(self, condition: n.Member, other: Other | None) -> Answers:
        sets = [self.program.sets[name] for name in condition.sets]
        unsure = any(one.version(self.day) is None for one in sets)
        if self.program.vocabulary.words[condition.phrase].many:
            return self._member_of_list(condition, other, unsure)
        domain = self.domain(n.Field(condition.phrase, condition.subject), other)
        found: set[Tri] = {None} if domain.unknown else set()
        if domain.values is not None:
            return frozenset(found | {self._in(str(value), condition) for value in domain.values})
        if condition.codes or any(version.codes for one in sets if (version := one.version(self.day))):
            found.add(True)
        return frozenset(found | {None if unsure else False})

    def _member_of_list(self, condition: n.Member, other: Other | None, unsure: bool) -> Answers:
        of_history = condition.subject is Subject.OTHER and _of_history(other)
        found: set[Tri] = {self._in(code, condition) for code in self._members(condition)}
        found.add(None if unsure else False)
        if self.words.can_be_empty(condition.phrase, of_history):
            found.add(condition.quantifier == "every")
        if self.words.can_be_unknown(condition.phrase, of_history):
            found.add(None)
        return frozenset(found)

    def _members(self, condition: n.Member) -> frozenset[str]:
        codes = (self.program.sets[name].codes for name in condition.sets)
        return condition.codes.union(*codes)

    def _in(self, code: str, condition: n.Member) -> Tri:
        if code in condition.codes:
            return True
        answers = [self.program.sets[name].membership(code, self.day) for name in condition.sets]
        return True if True in answers else None if None in answers else False

    def _same(self, phrase: str, other: Other | None) -> Answers:
        assert other is not None
        if other.is_this or (not other.of_history and self.words.is_shared(phrase)):
            return frozenset((True,))
        if phrase == "cpt":
            return frozenset((other.code == self.code,))
        sides = {False, other.of_history}
        return ANYTHING if any(self.words.can_be_unknown(phrase, side) for side in sides) else BOTH

    def _denied(self, code: str) -> Answers:
        """Whether the first round can deny a line of this payer with a code: for certain, perhaps, or not."""
        known = self.policy.payers, self.day, code
        if known not in self.words.denied:
            self.words.denied[known] = self._of_kind_denied(code)
        return self.words.denied[known]

    def _of_kind_denied(self, code: str) -> Answers:
        policies = [
            policy
            for policy in self.program.policies
            if set(policy.payers) & set(self.policy.payers)
            and policy.from_date <= self.day <= (policy.through_date or self.day)
        ]
        key = self.day, *((p.id, *self._kind(code, p)) for p in policies)
        if key not in self.words.denied:
            found = frozenset[Tri]().union(*(self._denied_under(policy, code) for policy in policies))
            self.words.denied[key] = found | {False}
        return self.words.denied[key]

    def _kind(self, code: str, policy: Policy) -> tuple[object, ...]:
        covered = tuple(covers(scope, code, self.day, self.program) for scope in scopes_of(policy))
        return covered, kind_of(code, self.day, self.program, reads_of(policy.rules, Subject.THIS))

    def _denied_under(self, policy: Policy, code: str) -> Iterator[Tri]:
        covered = [covers(scope, code, self.day, self.program) for scope in scopes_of(policy)]
        if None in covered:
            yield None
        if True in covered:
            there = replace(self, policy=policy, code=code, _codes={})
            yield from (True,) if isinstance(policy.otherwise, Deny) else ()
            for rule in policy.rules:
                if rule.stratum == 1 and not rule.trial and in_period(rule, self.day):
                    yield from _denied_by(rule, there)

    # ------------------------------------------------------------ lines

    def _exists(self, lines: Lines, fact: Condition) -> Answers:
        found: set[Tri] = {None} if lines.of == "history" else set()
        whole = n.All((lines.where, fact))
        for code in self.representatives(whole):
            found |= self.answers(whole, Other(code, lines.of == "history")) - {False}
        if lines.of != "all":
            return frozenset(found) | {False}
        return frozenset(found) | self.answers(whole, Other(self.code, False, True))

    def _lines(self, lines: Lines) -> Answers:
        """What the filters can answer, of some line."""
        found = set[Tri]()
        for code in self.representatives(lines.where):
            found |= self.answers(lines.where, Other(code, lines.of == "history"))
        return frozenset(found)

    def representatives(self, condition: Condition, of: Subject = Subject.OTHER) -> tuple[str, ...]:
        """One code for each way in which the condition can tell codes of another line apart."""
        if condition not in self._codes:
            reads = reads_of(condition, of)
            kinds: dict[object, str] = {}
            for code in (self.code, *sorted(self._codes_of(reads)), NO_CODE):
                kinds.setdefault((code == self.code, self._signature(code, reads)), code)
            self._codes[condition] = tuple(kinds.values())
        return self._codes[condition]

    def _codes_of(self, reads: Reads) -> frozenset[str]:
        found = set(reads.codes)
        for name in reads.sets:
            found |= self.program.sets[name].codes
        for policy in self.program.policies if reads.denied else ():
            for scope in scopes_of(policy) if set(policy.payers) & set(self.policy.payers) else ():
                found |= scope.codes.union(*(self.program.sets[name].codes for name in scope.sets))
        for name in {*reads.pairs, *(name for name, _ in reads.columns)}:
            found |= {row.key[0] for version in self.program.tables[name].versions for row in version.rows}
        return frozenset(found)

    def _signature(self, code: str, reads: Reads) -> tuple[object, ...]:
        pairs = [self.program.tables[name] for name in reads.pairs]
        return (
            code if code in reads.codes else "",
            *(self.program.sets[name].membership(code, self.day) for name in reads.sets),
            *(self.program.tables[name].cell((code,), column, self.day) for name, column in reads.columns),
            *(one.has_row((code, self.code), self.day) for one in pairs),
            *(one.cell((code, self.code), column, self.day) for one in pairs for column in one.columns),
            *(self._denied(code) if reads.denied else ()),
        )

    def _ranks(self, condition: n.Ranks) -> Answers:
        me = Other(self.code, False, True)
        mine, amount = self.answers(condition.lines.where, me), self.domain(condition.by, me)
        others = self._lines(condition.lines)
        found: set[Tri] = {False}
        beside = True in others or condition.low == 1
        if True in mine and beside and amount.values != frozenset():
            found.add(True)
        if (True in mine or None in mine) and (None in mine or None in others or amount.unknown):
            found.add(None)
        return frozenset(found)

    def _pair(self, condition: n.PairListed, other: Other | None) -> Answers:
        assert other is not None
        table, key = self.program.tables[condition.table], (other.code, self.code)
        listed = table.has_row(key, self.day)
        if not listed:
            return frozenset((listed,))
        found: set[Tri] = set()
        for column, wanted in condition.cells:
            cell = table.cell(key, column, self.day)
            found.add(None if cell is UNKNOWN else cell == wanted)
        return both([frozenset((answer,)) for answer in found])

    # ------------------------------------------------------------ values

    def domain(self, value: Value, other: Other | None) -> Domain:
        """Every value that something may have here."""
        match value:
            case n.Const(constant):
                return Domain(frozenset((constant,)))
            case n.Field(phrase, subject):
                return self._field(phrase, other if subject is Subject.OTHER else None)
            case n.Column():
                return self._column(value, other if value.subject is Subject.OTHER else None)
            case n.Arith(op, left, right):
                return self._arith(op, self.domain(left, other), self.domain(right, other))
            case n.Shift(base, amount):
                return _open(self.domain(base, other), self.domain(amount, other))
            case n.DaysFromTo(start, end):
                return _open(self.domain(start, other), self.domain(end, other))
            case n.Count(lines):
                lacking = lines.of == "history" or None in self._lines(lines)
                return Domain(None, lacking, least=Fraction(0))
            case n.Sum(phrase, lines):
                lacking = lines.of == "history" or None in self._lines(lines)
                lacking = lacking or self.words.can_be_unknown(phrase, False)
                return Domain(None, lacking, least=Fraction(0))
            case n.Quantity():
                return Domain(None, True, least=Fraction(0))
            case _:
                assert_never(value)

    def _field(self, phrase: str, other: Other | None) -> Domain:
        of_history = _of_history(other)
        if phrase == "cpt":
            return Domain(frozenset((other.code if other else self.code,)))
        if phrase == "service date" and (other is None or other.is_this):
            return Domain(frozenset((self.day, self.through)))
        if phrase == "payer":
            return Domain(frozenset(self.policy.payers))
        if phrase == "claim type" and self.policy.claim_type is not None:
            return Domain(frozenset((self.policy.claim_type,)))
        return self.words.domain(phrase, of_history)

    def _column(self, value: n.Column, other: Other | None) -> Domain:
        code = other.code if other else self.code
        if self.program.tables[value.table].key[0] != "cpt":
            return Domain(None, True, True)
        cell = self.program.tables[value.table].cell((code,), value.column, self.day)
        if cell is UNKNOWN or cell is NOT_LISTED:
            return Domain(frozenset(), cell is UNKNOWN, cell is NOT_LISTED)
        assert isinstance(cell, Fraction | date | str)
        return Domain(frozenset((cell,)))

    @staticmethod
    def _arith(op: str, left: Domain, right: Domain) -> Domain:
        if left.values is None or right.values is None or op == "/":
            return _open(left, right, op == "/")
        found = set[Fraction | date | str]()
        for one, other in product(left.values, right.values):
            assert isinstance(one, Fraction) and isinstance(other, Fraction)
            found.add(one + other if op == "+" else one - other if op == "-" else one * other)
        either = joined((left, right))
        return Domain(frozenset(found), either.unknown, either.unlisted)


def _open(left: Domain, right: Domain, unlisted: bool = False) -> Domain:
    """Any value, as far as both sides can have one."""
    none = frozenset[Scalar]()
    values = none if none in (left.values, right.values) else None
    return Domain(values, left.unknown or right.unknown, left.unlisted or right.unlisted or unlisted)


def _of_history(other: Other | None) -> bool:
    return other is not None and other.of_history


def _denied_by(rule: Rule, there: Place) -> Iterator[Tri]:
    """Whether a rule of the first round can deny a line; an exception that always holds takes it out."""
    exceptions = [one for one in rule.exceptions if in_period(one, there.day)]
    instead = [effect for one in exceptions for effect in one.instead]
    if not any(map(_can_deny, (*rule.effects, *instead))):
        return
    answers = there.answers(rule.condition)
    of_exceptions = [there.answers(one.condition) for one in exceptions]
    taken = any(
        not one.exceptions and found == {True} for one, found in zip(exceptions, of_exceptions, strict=True)
    )
    effects = [*(() if taken else rule.effects), *instead]
    if any(map(_can_deny, effects)) and answers != {False}:
        yield from answers & {True}
        requires = any(isinstance(effect, Require) and _can_deny(effect) for effect in effects)
        if requires or None in answers or any(None in found for found in of_exceptions):
            yield None


def _can_deny(effect: Effect) -> bool:
    if isinstance(effect, Require):
        return effect.otherwise is not None and _can_deny(effect.otherwise)
    return isinstance(effect, Deny)
