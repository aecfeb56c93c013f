"""What changed in the clauses of one policy: rules, exceptions, definitions, header; in the author's words.

A clause is known by its name. Whether its meaning changed is asked of the intermediate form, so that layout,
order and the way of writing a thing do not count; what changed is then said with the conditions and effects
as they are written. A title, a reason, or the sources of a rule are words: they change no decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pollex.compare.diff.changes import (
    ADDED,
    CHANGED,
    DEFINITION,
    EXCEPTION,
    LINES,
    POLICY,
    REMOVED,
    RULE,
    Detail,
)
from pollex.compare.diff.meaning import exception_meaning, policy_meaning, rule_meaning
from pollex.compare.diff.versions import Version
from pollex.ir.program import ExceptionRule, Policy, Rule
from pollex.lower import canonical
from pollex.source.span import Span
from pollex.syntax import ast
from pollex.syntax.conditions import ConditionList
from pollex.syntax.format import clause_text, effect_text, scopes_text
from pollex.syntax.format_conditions import condition_text

Node = TypeVar("Node", ast.Rule, ast.ExceptionRule, ast.Define)
LISTS = {"all": "all of", "any": "any of", "none": "none of"}
SOURCES = "source"


@dataclass(frozen=True, slots=True)
class Found:
    """A change of one policy; `span` is where the clause stands, in the new version unless it was removed."""

    kind: str
    name: str
    how: str
    title: str | None
    to: str | None
    decides: bool
    details: tuple[Detail, ...]
    span: Span


def clause_changes(old: Version, new: Version) -> Iterator[Found]:
    """Every change between two versions of one policy."""
    yield from _header(old, new)
    yield from _definitions(old, new)
    yield from _rules(old, new)
    yield from _exceptions(old, new)


# ------------------------------------------------------------------ header


def _header(old: Version, new: Version) -> Iterator[Found]:
    details = [
        *_clauses(old.checked.header, new.checked.header),
        *_one("title", old.policy.title, new.policy.title),
    ]
    decides = policy_meaning(old.policy) != policy_meaning(new.policy)
    words = _sources(old.checked.names.sources, new.checked.names.sources)
    if decides or details:
        header = new.checked.header
        yield Found(
            POLICY, new.policy.id, CHANGED, new.policy.title, None, decides, tuple(details), header.span
        )
    for source, how, detail, span in words:
        yield Found(SOURCES, source, how, None, None, False, detail, span)


def _clauses(old: ast.PolicyHeader, new: ast.PolicyHeader) -> Iterator[Detail]:
    """Payers, scope, period and the like; what is used and cited is no change by itself."""
    mine, theirs = _by_kind(old), _by_kind(new)
    for kind in sorted(mine.keys() | theirs.keys()):
        was, became = mine.get(kind), theirs.get(kind)
        if _differs(was, became):
            yield Detail(kind, _clause(was, kind), _clause(became, kind))


def _by_kind(header: ast.PolicyHeader) -> dict[str, ast.HeaderClause]:
    names = {
        ast.PayerClause: "payer",
        ast.ClaimTypeClause: "claim type",
        ast.AppliesClause: "applies to",
        ast.PeriodClause: "in effect",
        ast.OtherwiseClause: "otherwise",
    }
    return {names[type(clause)]: clause for clause in header.clauses if type(clause) in names}


def _clause(clause: ast.HeaderClause | None, kind: str = "") -> str | None:
    return None if clause is None else clause_text(clause).removeprefix(f"{kind} ")


def _differs(was: object | None, became: object | None) -> bool:
    if was is None or became is None:
        return was is not became
    return canonical(was) != canonical(became)


def _sources(
    old: Mapping[str, ast.SourceClause], new: Mapping[str, ast.SourceClause]
) -> Iterator[tuple[str, str, tuple[Detail, ...], Span]]:
    for name in sorted(old.keys() | new.keys()):
        was, became = old.get(name), new.get(name)
        if _differs(was, became):
            one = became or was
            assert one is not None
            detail = Detail("source", _clause(was), _clause(became))
            yield name, _how(was, became), (detail,), one.span


# ------------------------------------------------------------------ definitions, rules, exceptions


def _definitions(old: Version, new: Version) -> Iterator[Found]:
    """Definitions; of one that changed, whether a decision may differ shows in the rules that use it. One
    that came or went decides nothing: the rules that use it changed too.
    """
    for name, was, became in _both(old.checked.names.defines, new.checked.names.defines):
        if was is None or became is None:
            one = became or was
            assert one is not None
            text = _whole(one.conditions)
            detail = Detail("condition", text if was else None, text if became else None)
            yield Found(DEFINITION, name, _how(was, became), None, None, False, (detail,), one.span)
        else:
            details = _conditions("condition", was.conditions, became.conditions)
            if details:
                changed = _differ(old.policy, new.policy)
                yield Found(DEFINITION, name, CHANGED, None, None, changed, details, became.span)


def _differ(old: Policy, new: Policy) -> bool:
    mine, theirs = _meanings(old), _meanings(new)
    return any(mine[name] != theirs[name] for name in mine.keys() & theirs.keys())


def _rules(old: Version, new: Version) -> Iterator[Found]:
    mine, theirs = {r.name: r for r in old.policy.rules}, {r.name: r for r in new.policy.rules}
    for name, was, became in _both(old.checked.names.rules, new.checked.names.rules):
        same = name in mine and name in theirs and rule_meaning(mine[name]) == rule_meaning(theirs[name])
        details = _rule_details(was, became)
        if details:
            one = became or was
            assert one is not None
            decides = not same and _is_meaning(details)
            yield Found(RULE, name, _how(was, became), one.title, None, decides, details, one.span)


def _exceptions(old: Version, new: Version) -> Iterator[Found]:
    mine, theirs = _exceptions_by_name(old.policy), _exceptions_by_name(new.policy)
    for name, was, became in _both(old.checked.names.exceptions, new.checked.names.exceptions):
        same = (
            name in mine
            and name in theirs
            and exception_meaning(mine[name]) == exception_meaning(theirs[name])
        )
        details = _exception_details(was, became)
        if details:
            one = became or was
            assert one is not None
            moved = was is not None and became is not None and was.target.text != became.target.text
            decides = (not same or moved) and _is_meaning(details)
            to = one.target.text
            yield Found(EXCEPTION, name, _how(was, became), one.title, to, decides, details, one.span)


def _is_meaning(details: Iterable[Detail]) -> bool:
    return any(detail.what not in ("title", "reason") for detail in details)


def _both(old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[tuple[str, Node | None, Node | None]]:
    """Names of which something differs, with what stands on either side."""
    for name in sorted(old.keys() | new.keys()):
        was, became = old.get(name), new.get(name)
        if _differs(was, became):
            yield name, was, became


def _how(was: object, became: object) -> str:
    return ADDED if was is None else REMOVED if became is None else CHANGED


def _meanings(policy: Policy) -> dict[str, str]:
    rules = {rule.name: rule_meaning(rule) for rule in policy.rules}
    return rules | {name: exception_meaning(one) for name, one in _exceptions_by_name(policy).items()}


def _exceptions_by_name(policy: Policy) -> dict[str, ExceptionRule]:
    found: dict[str, ExceptionRule] = {}
    waiting: list[Rule | ExceptionRule] = list(policy.rules)
    while waiting:
        for exception in waiting.pop().exceptions:
            found[exception.name] = exception
            waiting.append(exception)
    return found


# ------------------------------------------------------------------ parts of a clause


def _rule_details(was: ast.Rule | None, became: ast.Rule | None) -> tuple[Detail, ...]:
    return (
        *_one(LINES, _scopes(was), _scopes(became)),
        *_conditions(
            "condition",
            was.when if was else None,
            became.when if became else None,
            was is None,
            became is None,
        ),
        *_one("in effect", _period(was), _period(became)),
        *_one("order", _order(was), _order(became)),
        *_one("trial", _trial(was), _trial(became)),
        *_effects("effect", was.effects if was else (), became.effects if became else ()),
        *_words(was, became),
    )


def _exception_details(was: ast.ExceptionRule | None, became: ast.ExceptionRule | None) -> tuple[Detail, ...]:
    return (
        *_one("exception to", was.target.text if was else None, became.target.text if became else None),
        *_conditions(
            "condition",
            was.when if was else None,
            became.when if became else None,
            was is None,
            became is None,
        ),
        *_one("in effect", _period(was), _period(became)),
        *_effects("instead", was.instead if was else (), became.instead if became else ()),
        *_words(was, became),
    )


def _when(
    was: ast.Rule | ast.ExceptionRule | None, became: ast.Rule | ast.ExceptionRule | None
) -> Iterable[Detail]:
    before, after = was.when if was else None, became.when if became else None
    return _conditions("condition", before, after, was is None, became is None)


def _words(
    was: ast.Rule | ast.ExceptionRule | None, became: ast.Rule | ast.ExceptionRule | None
) -> Iterator[Detail]:
    """The title and the reason, of a clause that was and is there."""
    if was is not None and became is not None:
        yield from _one("title", was.title, became.title)
        yield from _one("reason", _because(was.because), _because(became.because))


def _one(what: str, was: str | None, became: str | None) -> Iterator[Detail]:
    if (was or None) != (became or None):
        yield Detail(what, was or None, became or None)


def _scopes(rule: ast.Rule | None) -> str | None:
    return None if rule is None else scopes_text(tuple(sorted(rule.scopes, key=canonical)))


def _period(clause: ast.Rule | ast.ExceptionRule | None) -> str | None:
    return clause_text(clause.period).removeprefix("in effect ") if clause and clause.period else None


def _order(rule: ast.Rule | None) -> str | None:
    return "after the other lines are decided" if rule and rule.second_stratum else None


def _trial(rule: ast.Rule | None) -> str | None:
    if rule is None or rule.trial is None:
        return None
    return f"on trial from {rule.trial.from_date.text}" if rule.trial.from_date else "on trial"


def _because(because: ast.Because | None) -> str | None:
    if because is None:
        return None
    sources = ", ".join(name.text for name in because.sources)
    return " ".join(filter(None, (because.text, f"[{sources}]" if sources else "")))


def _conditions(
    what: str,
    was: ConditionList | None,
    became: ConditionList | None,
    is_new: bool = False,
    is_gone: bool = False,
) -> tuple[Detail, ...]:
    """The conditions that came and went; where the list is of another kind, all of it. None is `always`."""
    if was is not None and became is not None and _kind(was) == _kind(became):
        mine, theirs = _texts(was), _texts(became)
        gone = [text for text in mine if text not in theirs]
        come = [text for text in theirs if text not in mine]
        return tuple(_matched(what, gone, come))
    before, after = None if is_new else _whole(was), None if is_gone else _whole(became)
    return (Detail(what, before, after),) if before != after else ()


def _kind(listed: ConditionList) -> str:
    """Lists that mean the same are of one kind."""
    kind = {"one": "all", "and": "all", "or": "any"}.get(listed.kind, listed.kind)
    return f"{kind} {listed.count.text if listed.count else ''}"


def _texts(listed: ConditionList) -> list[str]:
    return [condition_text(condition) for condition in listed.conditions]


def _whole(listed: ConditionList | None) -> str:
    if listed is None:
        return "always"
    texts = _texts(listed)
    if listed.kind in ("one", "and", "or"):
        return f" {listed.kind} ".join(texts)
    count = f"at least {listed.count.text} of" if listed.count else ""
    return f"{LISTS.get(listed.kind, count)}: {'; '.join(texts)}"


def _effects(what: str, was: tuple[ast.Effect, ...], became: tuple[ast.Effect, ...]) -> Iterator[Detail]:
    mine, theirs = [effect_text(one) for one in was], [effect_text(one) for one in became]
    gone = [text for text in mine if text not in theirs]
    yield from _matched(what, gone, [text for text in theirs if text not in mine])


def _matched(what: str, gone: list[str], come: list[str]) -> Iterator[Detail]:
    """What went and what came, side by side where they begin alike or are the only ones."""
    left = list(come)
    for before in gone:
        alike = [after for after in left if after.split()[:2] == before.split()[:2]]
        after = alike[0] if alike else left[0] if len(gone) == len(come) == 1 else None
        if after is not None:
            left.remove(after)
        yield Detail(what, before, after)
    yield from (Detail(what, None, after) for after in left)
