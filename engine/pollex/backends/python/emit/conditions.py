"""Conditions as Python expressions, twice: whether they could hold, and whether they are sure to.

Strong Kleene logic in two-valued code: a condition is true where it is sure, false where it could not be,
and unknown between. Each question is answered from the same two of its parts; a negation swaps them.
Where the two texts are the same, nothing that the condition reads can be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from hashlib import sha256
from math import ceil, floor
from typing import Any, assert_never

from pollex.backends.providers import RELATIONS
from pollex.backends.python.emit.values import bound, is_total, literal, value
from pollex.backends.python.emit.words import At, Term, Words, is_of_claim
from pollex.backends.python.stretches import always_speaks
from pollex.ir.nodes import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Const,
    Count,
    Denied,
    Documented,
    Exists,
    Field,
    Lines,
    Member,
    Not,
    OnFile,
    PairListed,
    Ranks,
    Same,
    SameProvider,
    Value,
)
from pollex.ir.program import Policy, Program
from pollex.model.dated import Dated
from pollex.model.vocabulary import Kind

OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
DayName = tuple[Any, ...]
MOST_NAMED, MOST_LETTERS = 8, 24


@dataclass(slots=True)
class Writer:
    """Writes the conditions and values of one policy.

    `names` are the attributes of a day that it asks for, `constants` what it names besides. Both are called
    by what they hold, so that the text of a rule hangs on the rule alone.
    """

    program: Program
    policy: Policy
    words: Words
    names: dict[str, DayName] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)

    # ------------------------------------------------------------ names

    def day(self, name: str, *of: object) -> str:
        """The attribute of a day that holds a set or a table's cells."""
        plain = name.replace("-", "_")
        self.names[plain] = of
        return f"day.{plain}"

    def cell(self, cells: str, key: Term) -> str:
        """A cell of a column, under its key."""
        return f"{cells}[{key.source}]"

    def codes(self, codes: frozenset[str]) -> str:
        """The name of a set of codes that stands in the policy."""
        listed = sorted(codes)
        text = "_".join("".join(filter(str.isalnum, code)) for code in listed)
        if len(listed) > MOST_NAMED or text != "_".join(listed):
            digest = sha256("\0".join(listed).encode()).hexdigest()[:12]
            text = f"{text[:MOST_LETTERS]}_{digest}"
        self.constants[f"CODES_{text}"] = codes
        return f"CODES_{text}"

    def fraction(self, value: Fraction) -> str:
        """The name of a number that is no whole one."""
        name = f"FRACTION_{str(value).replace('-', 'MINUS_').replace('/', '_')}"
        self.constants[name] = value
        return name

    def always_speaks(self, versions: Iterable[Dated]) -> bool:
        """Whether some version speaks of every day of the policy."""
        return always_speaks(versions, self.policy.from_date, self.policy.through_date)

    # ------------------------------------------------------------ conditions

    def could(self, condition: Condition, at: At) -> str:
        """The condition is true or unknown."""
        return self._ask(condition, at, False)

    def sure(self, condition: Condition, at: At) -> str:
        """The condition is true."""
        return self._ask(condition, at, True)

    def _ask(self, condition: Condition, at: At, sure: bool) -> str:
        match condition:
            case All(items):
                return every(self._ask(item, at, sure) for item in items)
            case AnyOf(items):
                return some(self._ask(item, at, sure) for item in items)
            case Not(item):
                return negated(self._ask(item, at, not sure))
            case AtLeast(count, items):
                asked = (f"bool({self._ask(item, at, sure)})" for item in items)
                return f"({' + '.join(asked)} >= {count})"
            case Compare(op, left, right):
                if is_total(left) or is_total(right):
                    return every((self._enough(condition, at), self._compare_totals(condition, at, sure)))
                return self._compare(op, value(self, left, at), value(self, right, at), sure)
            case Member():
                return self._member(condition, at, sure)
            case Same(phrase):
                return self._same(phrase, at, sure)
            case SameProvider(relation):
                return every(self._same(phrase, at, sure) for phrase in RELATIONS[relation])
            case Documented(concept, document):
                found = f"claim.documented({concept!r}, {document!r}, {at.this}.number)"
                return f'({found} == "found")' if sure else f'({found} != "not_found")'
            case OnFile(phrase):
                return self.on_file(self.words.raw(phrase, at.this, False).source, sure)
            case Denied():
                return f"({at.other}.denied is {'True' if sure else 'not False'})"
            case Exists():
                return self.exists(condition, at, sure)
            case Ranks():
                return self._ranks(condition, at, sure)
            case PairListed():
                return self.pair(condition, at, sure)
            case _:
                assert_never(condition)

    @staticmethod
    def _compare(op: str, left: Term, right: Term, sure: bool) -> str:
        if left.is_plain and right.is_plain:
            return f"({left.source} {OPERATORS[op]} {right.source})"
        is_clear = not (left.unlisted and right.nullable) and not (right.unlisted and left.nullable)
        if left.is_name and right.is_name and (sure or is_clear):
            return _compared(op, left, right, sure)
        if op == "eq" and right.is_plain:
            if sure or not left.nullable:
                return f"({left.source} == {right.source})"
            return f"({left.source} in (None, {right.source}))"
        return f"{'sure' if sure else 'could'}_{op}({left.source}, {right.source})"

    def _compare_totals(self, node: Compare, at: At, sure: bool) -> str:
        """Of totals that are not known, what they are at least and at most is compared."""
        left, right = value(self, node.left, at), value(self, node.right, at)
        if not (left.nullable or right.nullable):
            return self._compare(node.op, left, right, sure)
        if node.op in ("eq", "ne"):
            if sure == (node.op == "eq"):
                return self._compare(node.op, left, right, sure)
            parts = [replace(node, op=op) for op in (("le", "ge") if node.op == "eq" else ("lt", "gt"))]
            return (some if sure else every)(self._compare_totals(part, at, sure) for part in parts)
        least = sure == (node.op in ("ge", "gt"))
        return self._compare(
            node.op, bound(self, node.left, at, least), bound(self, node.right, at, not least), sure
        )

    def _enough(self, node: Compare, at: At) -> str:
        """Whether there are lines enough for a number of them that is always known."""
        left, right = node.left, node.right
        if not isinstance(left, Count) or not isinstance(right, Const) or node.op not in ("gt", "ge"):
            return "True"
        if left.lines.of == "history" or not isinstance(right.value, Fraction):
            return "True"
        least = ceil(right.value) if node.op == "ge" else floor(right.value) + 1
        is_known = value(self, left, at).is_plain
        return f"(len({self.lines(left.lines, at)}) >= {least})" if is_known and least > 1 else "True"

    # ------------------------------------------------------------ codes

    def _member(self, member: Member, at: At, sure: bool) -> str:
        variable, past = at.subject(member.subject)
        if not self.words.word(member.phrase).many:
            term = self.words.raw(member.phrase, variable, past)
            among = self.among(term.source, member, sure)
            return some((f"({term.source} is None)", among)) if term.nullable and not sure else among
        listed = self.words.raw(member.phrase, variable, past).source
        groups = [self.codes(member.codes)] if member.codes else []
        groups += [self.set_of(name, sure) for name in member.sets]
        is_known = not any("perhaps" in group for group in groups)
        if not self.words.is_closed(member.phrase, past):
            if member.quantifier == "any":
                return self.some_of(listed, groups, sure)
            ask = f"{'sure' if sure else 'could'}_{member.quantifier}"
            return f"lists.{ask}({listed}, lambda code: {self.among('code', member, sure)})"
        if member.quantifier == "every":
            if is_known and len(groups) == 1:
                return f"({listed} <= {groups[0]})"
            return f"all({self.among('code', member, sure)} for code in {listed})"
        if len(member.codes) == 1 and len(groups) == 1:
            return f"({next(iter(member.codes))!r} in {listed})"
        return some(f"(not {group}.isdisjoint({listed}))" for group in groups)

    def some_of(self, listed: str, groups: list[str], sure: bool) -> str:
        """Whether one of a list that may be open is in a group; what is not seen of it could be."""
        seen = [f"(not {group}.isdisjoint({listed}.values))" for group in groups]
        if sure:
            return some(seen)
        unseen = [f"(not {group}.isdisjoint({listed}.within))" for group in groups]
        more = some((f"({listed}.within is None)", *unseen))
        return some((*seen, f"({listed}.is_open and {more})"))

    def on_file(self, listed: str, sure: bool) -> str:
        """Whether there is something in a list that may be open."""
        return f"bool({listed}.values)" if sure else f"bool({listed}.values or {listed}.is_open)"

    def among(self, code: str, member: Member, sure: bool) -> str:
        """Whether a code is among the codes or in one of the sets."""
        parts = [f"({code} == {one!r})" for one in member.codes] if len(member.codes) == 1 else []
        if len(member.codes) > 1:
            parts = [f"({code} in {self.codes(member.codes)})"]
        return some((*parts, *(f"({code} in {self.set_of(name, sure)})" for name in member.sets)))

    def set_of(self, name: str, sure: bool) -> str:
        """A set on the day; where it may be that no version speaks, anything could be in it."""
        versions = self.program.sets[name].versions
        if sure or self.always_speaks(versions):
            return self.day(f"in_{name}", "set", name)
        return self.day(f"perhaps_in_{name}", "perhaps", name)

    # ------------------------------------------------------------ two lines

    def _same(self, phrase: str, at: At, sure: bool) -> str:
        assert at.other is not None
        word = self.words.word(phrase)
        mine, theirs = (
            self.words.raw(phrase, variable, past)
            for variable, past in ((at.this, False), (at.other, at.past))
        )
        if word.many:
            if self.words.is_closed(phrase, False) and self.words.is_closed(phrase, at.past):
                return f"({mine.source} == {theirs.source})"
            first = f"lists.Listed({mine.source})" if self.words.is_closed(phrase, False) else mine.source
            if not sure:
                return f"lists.could_same_list({first}, {theirs.source})"
            return some((*self._one_line(phrase, at), f"lists.sure_same_list({first}, {theirs.source})"))
        if is_of_claim(word, at.past):
            return "True"
        if mine.is_plain and theirs.is_plain:
            is_one = mine.source == theirs.source
            return "True" if is_one else f"({mine.source} == {theirs.source})"
        if not sure:
            return f"could_same({mine.source}, {theirs.source})"
        equal = f"sure_eq({mine.source}, {theirs.source})"
        if phrase.startswith("rendering ") and not at.past:
            return some(
                (
                    f"(not {at.this}.own_provider and not {at.other}.own_provider)",
                    *self._one_line(phrase, at),
                    equal,
                )
            )
        return some((*self._one_line(phrase, at), equal))

    @staticmethod
    def _one_line(phrase: str, at: At) -> tuple[str, ...]:
        """A word that is missing on a line is the same on that line, but for one that two others give."""
        return () if at.past or phrase == "days of care" else (f"({at.this} is {at.other})",)

    def lines(self, lines: Lines, at: At) -> str:
        """The lines that are looked at."""
        if lines.of == "history":
            return "claim.past"
        return "claim.lines" if lines.of == "all" else f"{at.this}.others"

    def open_since(self, lines: Lines, at: At) -> str:
        """Whether there may be lines that the claim does not show: only of the history."""
        if lines.of != "history":
            return "False"
        bounds = [value(self, since, At(at.this)) for since in lines.since]
        sources = [bound.source for bound in bounds]
        if not all(bound.is_plain for bound in bounds):
            return f"is_open_since({', '.join(('claim', *sources))})"
        if not sources:
            return "(claim.known_since != ALWAYS)"
        latest = sources[0] if len(sources) == 1 else f"max({', '.join(sources)})"
        return f"({latest} < claim.known_since)"

    def exists(self, exists: Exists, at: At, sure: bool) -> str:
        inner = At(at.this, "other", exists.lines.of == "history")
        asked = self._ask(denials_last(All((exists.lines.where, exists.fact))), inner, sure)
        lines = self.lines(exists.lines, at)
        found = self.found_among(lines, asked)
        return found if sure else some((found, self.open_since(exists.lines, at)))

    def found_among(self, lines: str, asked: str) -> str:
        """Whether some of the lines is as asked."""
        return f"({lines} and any({asked} for other in {lines}))"

    def _ranks(self, ranks: Ranks, at: At, sure: bool) -> str:
        """The place of this line, which must be one to be ranked, beside others; they must be enough."""
        inner = At(at.this, "other", ranks.lines.of == "history")
        beside = ranks.lines if ranks.lines.of == "history" else replace(ranks.lines, of="other")
        where, lines = denials_last(ranks.lines.where), self.lines(beside, at)
        enough = f">= {ranks.low - 1}"
        asked = (
            at.this,
            "ranked",
            f"lambda other: {self.sure(where, inner)}",
            f"lambda other: {self._ranked_by(ranks.by, inner)}",
            str(ranks.low),
            str(ranks.high),
        )
        return every(
            (
                f"(len({lines}) {enough})" if ranks.low > 1 else "True",
                self._ask(where, At(at.this, at.this), sure),
                f"(len(ranked := [other for other in {lines} if {self.could(where, inner)}]) {enough})",
                f"{'sure' if sure else 'could'}_rank({', '.join(asked)})",
            )
        )

    def _ranked_by(self, by: Value, at: At) -> str:
        """An amount, as what is compared: money in cents."""
        if isinstance(by, Field) and self.words.word(by.phrase).kind is Kind.MONEY:
            return f"cents({self.words.raw(by.phrase, *at.subject(by.subject)).source})"
        return value(self, by, at).source

    def pair(self, pair: PairListed, at: At, sure: bool) -> str:
        listed = f"{self.rows(pair)}.listed(({at.other}.code, {at.this}.code), {self.cells(pair)})"
        return f"({listed} is {'True' if sure else 'not False'})"

    def rows(self, pair: PairListed) -> str:
        return self.day(f"pairs_of_{pair.table}", "pairs", pair.table)

    def cells(self, pair: PairListed) -> str:
        """The cells that the row of a pair must have."""
        listed = "".join(f"({column!r}, {literal(self, wanted)}), " for column, wanted in pair.cells)
        return f"({listed.removesuffix(' ')})"


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """The conditions that must all hold."""
    if isinstance(condition, All):
        for item in condition.items:
            yield from conjuncts(item)
    elif isinstance(condition, AnyOf) and len(condition.items) == 1:
        yield from conjuncts(condition.items[0])
    else:
        yield condition


def denials_last(condition: Condition) -> All:
    """What must all hold of a line, with the dearest question last: whether it is denied."""
    found = list(conjuncts(condition))
    return All(tuple(sorted(found, key=lambda part: isinstance(part, Denied) or part == Not(Denied()))))


def _compared(op: str, left: Term, right: Term, sure: bool) -> str:
    """A comparison of variables and constants, in place."""
    compared = f"({left.source} {OPERATORS[op]} {right.source})"
    nullable = [term.source for term in (left, right) if term.nullable]
    if sure:
        return every((*(f"({name} is not None)" for name in nullable), compared))
    return some((*(f"({name} is None)" for name in nullable), compared))


# ------------------------------------------------------------------ joining


def every(parts: Iterable[str]) -> str:
    found = [part for part in dict.fromkeys(parts) if part != "True"]
    if "False" in found:
        return "False"
    return "True" if not found else found[0] if len(found) == 1 else f"({' and '.join(found)})"


def some(parts: Iterable[str]) -> str:
    found = [part for part in dict.fromkeys(parts) if part != "False"]
    if "True" in found:
        return "True"
    return "False" if not found else found[0] if len(found) == 1 else f"({' or '.join(found)})"


def negated(part: str) -> str:
    return {"True": "False", "False": "True"}.get(part) or f"(not {part})"
