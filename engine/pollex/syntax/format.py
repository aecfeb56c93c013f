"""Tree to text: the one layout of a policy.

Every item becomes canonical lines (`Line`), the author's comments are seated on them (`format_comments.py`),
and one blank line stands between items. The words of conditions and numbers come from `format_conditions.py`,
those of tests from `format_scenarios.py`. Read back, the text gives the same tree; formatted again, the same
text.

A chain that is too long, or that has a comment inside, is broken before each `and` or `or`; other long lines
are broken as `format_lines.py` says. The text must have been read without a mistake: a piece that is not in
the tree would be lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from pollex.source.text import SourceText
from pollex.syntax.ast import (
    Allow,
    AppliesClause,
    Because,
    ClaimTypeClause,
    Define,
    Deny,
    Effect,
    ExceptionRule,
    HeaderClause,
    Item,
    Note,
    OtherwiseClause,
    PartHeader,
    PayAtMost,
    PayerClause,
    PayShare,
    Pend,
    PeriodClause,
    PolicyFile,
    PolicyHeader,
    ReduceBy,
    ReduceTo,
    Require,
    Rule,
    Scope,
    SourceClause,
    Trial,
    UseClause,
)
from pollex.syntax.conditions import Codes, ConditionList
from pollex.syntax.format_comments import Original, written_out
from pollex.syntax.format_conditions import (
    codes_text,
    condition_words,
    documentation_text,
    expr_text,
    listed,
)
from pollex.syntax.format_lines import BREAK, PAUSE, Line, fits, flat
from pollex.syntax.format_scenarios import examples_lines, fixture_lines, test_lines
from pollex.syntax.scenarios import Examples, Fixture, Test

CLAUSE = 2
BULLET = 4

CHAINS = {"one": 0, "and": 3, "or": 4}
BLOCKS = {"all": "all of:", "any": "any of:", "none": "none of:"}
EVIDENCE = {
    "primary-data": "primary data",
    "payer-page": "payer page",
    "document-copy": "document copy",
    "secondary": "secondary",
    "contract-terms": "contract terms",
}


def format_file(tree: PolicyFile, source: SourceText) -> str:
    """The canonical text of a file; `source` is the text that the tree was read from."""
    original = Original(source, tree.comments)
    lines = _header_lines(tree.header) if tree.header else []
    for item in tree.items:
        lines += _item_lines(item, original)
    return written_out(lines, original)


def effect_text(effect: Effect) -> str:
    """`deny with co carc 97`, on one line."""
    return flat(_effect(effect))


def clause_text(clause: HeaderClause) -> str:
    """`in effect from 2026-01-01`, `applies to cpt 44120`, on one line."""
    return flat(_clause(clause))


def scopes_text(scopes: tuple[Scope, ...]) -> str:
    """`cpt in visits, cpt 99215`, on one line."""
    return flat(_scopes(scopes))


def _item_lines(item: Item, original: Original) -> list[Line]:
    match item:
        case Rule():
            return _rule_lines(item, original) if item.name else _short_rule_lines(item, original)
        case ExceptionRule():
            return _exception_lines(item, original)
        case Define():
            return _define_lines(item, original)
        case Fixture():
            return fixture_lines(item)
        case Test():
            return test_lines(item)
        case Examples():
            return examples_lines(item, original)
        case _:
            assert_never(item)


# ------------------------------------------------------------------ header


def _header_lines(header: PolicyHeader | PartHeader) -> list[Line]:
    if isinstance(header, PolicyHeader):
        first = f"policy {header.id.text}{_title(header.title)}"
    else:
        first = f"part of {listed(header.policies)}"
    by_service = ", by date of service" if isinstance(header, PolicyHeader) else ""
    lines = [Line(0, first, header.span.start, opens=True)]
    for clause in header.clauses:
        text = _clause(clause)
        lines.append(Line(CLAUSE, text + by_service * isinstance(clause, PeriodClause), clause.span.start))
    return lines


def _clause(clause: HeaderClause) -> str:
    match clause:
        case PayerClause(payers):
            return f"payer {listed(payers)}"
        case ClaimTypeClause(claim_type):
            return f"claim type {claim_type.text}"
        case AppliesClause(scopes):
            return f"applies to {_scopes(scopes)}"
        case PeriodClause():
            return _period(clause)
        case SourceClause():
            return _source(clause)
        case UseClause(kind, names):
            return f"use {kind} {listed(names)}"
        case OtherwiseClause(effect):
            return f"otherwise {_effect(effect)}"
        case _:
            assert_never(clause)


def _scopes(scopes: tuple[Scope, ...]) -> str:
    return f",{PAUSE}".join(_scope(scope) for scope in scopes)


def _scope(scope: Scope) -> str:
    if scope.set_name is not None:
        return f"{scope.word.phrase} in {scope.set_name.text}"
    return f"{scope.word.phrase} {scope.code.text if scope.code else ''}"


def _period(period: PeriodClause) -> str:
    start = f" from {period.from_date.text}" if period.from_date else ""
    end = f" through {period.through_date.text}" if period.through_date else ""
    return f"in effect{start}{end}"


def _source(clause: SourceClause) -> str:
    published = f",{BREAK}published {clause.published.text}" if clause.published else ""
    at = f',{BREAK}at "{clause.at}"' if clause.at is not None else ""
    evidence = f",{BREAK}{EVIDENCE[clause.evidence]}" if clause.evidence else ""
    return f'source {clause.id.text} "{clause.title}"{published}{at}{evidence}'


def _title(title: str | None) -> str:
    return f' "{title}"' if title is not None else ""


# ------------------------------------------------------------------ rules


def _short_rule_lines(rule: Rule, original: Original) -> list[Line]:
    """On one line where it fits and holds one condition or chain, one effect and no comment between them."""
    effects = _effect_lines(rule.effects)
    first, *others = _when_lines(rule, 0, effects, original)
    first = replace(first, opens=True)
    one_line = f"{first.text} {effects[0].text}"
    start = effects[0].start
    commented = original.comment_between(original.code_end(start), start)
    if others or len(effects) > 1 or not fits(0, one_line) or commented:
        return [first, *others, *effects]
    return [replace(first, text=one_line)]


def _rule_lines(rule: Rule, original: Original) -> list[Line]:
    name = f" {rule.name.text}" if rule.name else ""
    stratum = f"{BREAK}after the other lines are decided" if rule.second_stratum else ""
    first = f"rule{name}{_title(rule.title)}{stratum}{_trial(rule.trial)}"
    lines = [Line(0, first, rule.span.start, opens=True)]
    if rule.scopes:
        start = original.word_before(rule.scopes[0].span.start, count=3)
        lines.append(Line(CLAUSE, f"on lines with {_scopes(rule.scopes)}", start))
    rest = [*_period_lines(rule.period), *_effect_lines(rule.effects), *_because_lines(rule.because)]
    return [*lines, *_when_lines(rule, CLAUSE, rest, original), *rest]


def _exception_lines(rule: ExceptionRule, original: Original) -> list[Line]:
    first = f"exception {rule.name.text}{_title(rule.title)}{BREAK}to {rule.target.text}"
    rest = _period_lines(rule.period)
    if rule.instead:
        effect, *others = _effect_lines(rule.instead)
        rest.append(Line(CLAUSE, f"instead {effect.text}", original.word_before(effect.start)))
        indent = CLAUSE + len("instead ")
        rest += [Line(indent, other.text, other.start) for other in others]
    rest += _because_lines(rule.because)
    lines = [Line(0, first, rule.span.start, opens=True)]
    return [*lines, *_when_lines(rule, CLAUSE, rest, original), *rest]


def _define_lines(define: Define, original: Original) -> list[Line]:
    head = Line(0, f"define {define.name.text} as", define.span.start, opens=True)
    return _conditions(head, define.conditions, CLAUSE, original)


def _trial(trial: Trial | None) -> str:
    if trial is None:
        return ""
    return f"{BREAK}on trial" + (f" from {trial.from_date.text}" if trial.from_date else "")


def _when_lines(rule: Rule | ExceptionRule, indent: int, rest: list[Line], original: Original) -> list[Line]:
    """`when …` or `always`, above the rest of the rule."""
    if rule.when is None:
        end = rest[0].start if rest else rule.span.end
        return [Line(indent, "always", original.word_before(end))]
    head = Line(indent, "when", original.word_before(rule.when.span.start))
    return _conditions(head, rule.when, BULLET, original)


def _conditions(head: Line, conditions: ConditionList, bullet: int, original: Original) -> list[Line]:
    """A list of conditions behind its first words: on one line, a chain broken, or a bullet a line."""
    kind = conditions.kind
    texts = [condition_words(condition) for condition in conditions.conditions]
    starts = [original.word_before(condition.span.start) for condition in conditions.conditions]
    if kind not in CHAINS:
        count = conditions.count.text if conditions.count else ""
        opening = f"{head.text} {BLOCKS.get(kind, f'at least {count} of:')}"
        bullets = [Line(bullet, f"- {text}", start) for text, start in zip(texts, starts, strict=True)]
        return [replace(head, text=opening), *bullets]
    joined = f"{head.text} {f' {kind} '.join(texts)}"
    if kind == "one" or (fits(head.indent, joined) and not _commented(conditions, original)):
        return [replace(head, text=joined)]
    links = [Line(CHAINS[kind], f"{kind} {text}", start) for text, start in zip(texts, starts, strict=True)]
    return [replace(head, text=f"{head.text} {texts[0]}"), *links[1:]]


def _commented(chain: ConditionList, original: Original) -> bool:
    """Whether a comment stands behind the first condition of a chain and before its end."""
    first, *_, last = chain.conditions
    return original.comment_between(first.span.end, last.span.end)


def _period_lines(period: PeriodClause | None) -> list[Line]:
    return [Line(CLAUSE, _period(period), period.span.start)] if period else []


def _because_lines(because: Because | None) -> list[Line]:
    if because is None:
        return []
    sources = f"{BREAK}[{listed(because.sources)}]" if because.sources else ""
    return [Line(CLAUSE, f"because{_title(because.text)}{sources}", because.span.start)]


# ------------------------------------------------------------------ effects


def _effect_lines(effects: tuple[Effect, ...]) -> list[Line]:
    return [Line(CLAUSE, _effect(effect), effect.span.start) for effect in effects]


def _effect(effect: Effect) -> str:
    match effect:
        case Allow(codes):
            return "allow" + _codes(codes)
        case Deny(codes):
            return "deny" + _codes(codes)
        case Pend(queue, codes):
            return f"pend for review by {queue.text}" + _codes(codes)
        case Note(text, codes):
            return f'note "{text}"' + _codes(codes)
        case PayShare(percent, of, codes):
            return f"pay {expr_text(percent)} percent of {of.phrase}" + _codes_after(codes)
        case ReduceTo(percent, codes):
            return f"reduce to {expr_text(percent)} percent" + _codes_after(codes)
        case ReduceBy(amount, codes):
            return f"reduce by {expr_text(amount)}" + _codes_after(codes)
        case PayAtMost(amount, percent_of, codes):
            share = f" percent of {percent_of.phrase}" if percent_of else ""
            return f"pay at most {expr_text(amount)}{share}" + _codes_after(codes)
        case Require(documentation, otherwise):
            following = f",{BREAK}otherwise {_effect(otherwise)}" if otherwise else ""
            return f"require {documentation_text(documentation)}{following}"
        case _:
            assert_never(effect)


def _codes(codes: Codes | None) -> str:
    return f"{BREAK}{codes_text(codes)}" if codes else ""


def _codes_after(codes: Codes | None) -> str:
    return f",{BREAK}{codes_text(codes)}" if codes else ""
