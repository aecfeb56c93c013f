"""The whole module of one version of a policy, as text.

For each rule: what of its condition hangs on the procedure code, the modifiers and the day alone
(`gate`), asked once for each such line; what is left of it; and what it reads where it holds. Conditions
of exceptions, and numbers of effects that are no constants, follow. `RULES` at the end names all of it,
by rule. A part that is always true is None there. Each rule stands behind a comment with its place in the
policy, which is what `places` reads back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pollex.backends.python.emit.conditions import Writer
from pollex.backends.python.emit.evidence import STEP, because
from pollex.backends.python.emit.values import value
from pollex.backends.python.emit.words import At, Used, Words
from pollex.ir.nodes import (
    All,
    AnyOf,
    Arith,
    AtLeast,
    Column,
    Compare,
    Condition,
    Const,
    Member,
    Not,
    Subject,
    Value,
)
from pollex.ir.program import Cap, Effect, ExceptionRule, Factor, Off, Policy, Program, Require, Rule, Share
from pollex.source.span import Span

PLACE = re.compile(r"# (?P<name>\S+): (?P<place>.+)")
Where: TypeAlias = Callable[[Span], str]
SETTLED_WORDS = ("cpt", "modifier")
LINE = At()


@dataclass(frozen=True, slots=True)
class Module:
    """The text of a policy's module, and the words that it reads."""

    text: str
    used: Used


def character(span: Span) -> str:
    """A place in a text that is not at hand."""
    return f"{span.file}, character {span.start + 1}"


def emit(program: Program, policy: Policy, where: Where = character) -> Module:
    """Write the module of one version of a policy; `where` says a place. Equal programs give equal texts."""
    used = Used()
    writer = Writer(program, policy, Words(program.vocabulary, used))
    names = _names(policy.rules)
    body: list[str] = []
    table: list[str] = []
    for rule in policy.rules:
        lines, entry = _rule(writer, rule, names[rule.id], where)
        body += lines
        table.append(entry)
    default = _numbers(writer, f"{policy.id}/otherwise", (policy.otherwise,), "otherwise", body)
    head = [
        f'"""{policy.id}, in effect from {policy.from_date}: written from the policy, do not edit."""',
        "",
        *(f"{name} = {source}" for source, name in writer.constants.items()),
        "",
        f"DAY = {writer.names!r}",
        f"READS = {tuple(sorted(words) for words in (used.claim, used.line, used.past))!r}",
        "",
    ]
    tail = ["RULES = {", *(f"{STEP}{entry}" for entry in table), "}", f"OTHERWISE = {{{default}}}"]
    return Module("\n".join((*head, *body, *tail, "")), used)


def places(text: str) -> tuple[tuple[int, str], ...]:
    """The lines of a module from which a rule stands, each with the rule's name and place in the policy."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        place = PLACE.fullmatch(line)
        if place is not None:
            found.append((number, f"{place['name']}, {place['place']}"))
    return tuple(found)


def _names(rules: Iterable[Rule]) -> dict[str, str]:
    """A Python name for each rule."""
    found: dict[str, str] = {}
    for rule in rules:
        plain = "".join(letter if letter.isalnum() else "_" for letter in rule.name)
        plain = plain if plain[:1].isalpha() else f"rule_{plain}"
        while plain in found.values():
            plain += "_"
        found[rule.id] = plain
    return found


def _rule(writer: Writer, rule: Rule, name: str, where: Where) -> tuple[list[str], str]:
    """The functions of a rule, and its entry in `RULES`."""
    lines = [f"# {rule.name}: {where(rule.span)}"]
    settled, rest = _split(rule.condition, writer.program)
    parts = {
        "gate_could": writer.could(settled, LINE),
        "gate_sure": writer.sure(settled, LINE),
        "could": writer.could(rest, LINE),
        "sure": writer.sure(rest, LINE),
    }
    entry = []
    for part, source in parts.items():
        twin = parts.get(part.replace("sure", "could")) if "sure" in part else None
        entry.append(_asked(f"{name}__{part}", source, twin, lines))
    lines += [f"def {name}__because(line, claim, day, read):"]
    lines += [f"{STEP}{line}" for line in because(writer, rule) or ("pass",)]
    lines.append("")
    exceptions = []
    clauses: list[Rule | ExceptionRule] = [rule]
    for number, exception in enumerate(_exceptions(rule.exceptions), 1):
        clauses.append(exception)
        could, sure = (ask(exception.condition, LINE) for ask in (writer.could, writer.sure))
        lines.append(f"# {exception.name}: {where(exception.span)}")
        first = _asked(f"{name}__exception_{number}_could", could, None, lines)
        second = _asked(f"{name}__exception_{number}_sure", sure, could, lines)
        exceptions.append(f"({first}, {second}),")
    numbers = "".join(
        _numbers(
            writer, clause.id, clause.effects if isinstance(clause, Rule) else clause.instead, name, lines
        )
        for clause in clauses
    )
    parts_text = f"({', '.join(entry)}, {name}__because, ({''.join(exceptions)}), {{{numbers}}})"
    return lines, f"{rule.id!r}: {parts_text},"


def _asked(name: str, source: str, twin: str | None, lines: list[str]) -> str:
    """Write a function that asks; its name, or None where the answer is always true."""
    if source == "True":
        return "None"
    if source == twin:
        return name.replace("sure", "could")
    lines += [f"def {name}(line, claim, day):", f"{STEP}return {source}", ""]
    return name


def _numbers(writer: Writer, clause: str, effects: Iterable[Effect], name: str, lines: list[str]) -> str:
    """Write the functions of numbers that are no constants; the entries that name them."""
    entries = ""
    for at, effect in enumerate(effects):
        given = number_of(effect)
        if given is not None and not isinstance(given, Const):
            function = f"{name}__number_{sum('__number_' in line for line in lines) + 1}"
            lines += [
                f"def {function}(line, claim, day):",
                f"{STEP}return {value(writer, given, LINE).source}",
                "",
            ]
            entries += f"({clause!r}, {at}): {function}, "
    return entries


def number_of(effect: Effect) -> Value | None:
    """The number of an effect, or of what a requirement says otherwise."""
    while isinstance(effect, Require) and effect.otherwise is not None:
        effect = effect.otherwise
    match effect:
        case Share(number) | Factor(number) | Off(number) | Cap(number):
            return number
    return None


def _exceptions(exceptions: Iterable[ExceptionRule]) -> Iterator[ExceptionRule]:
    """All exceptions, each before those to it."""
    for exception in exceptions:
        yield exception
        yield from _exceptions(exception.exceptions)


# ------------------------------------------------------------------ what a line's code and modifiers settle


def _split(condition: Condition, program: Program) -> tuple[All, All]:
    """The parts of a condition that the procedure code, the modifiers and the day settle, and the rest."""
    parts = [(part, _is_settled(part, program)) for part in conjuncts(condition)]
    return All(tuple(part for part, settled in parts if settled)), All(
        tuple(part for part, settled in parts if not settled)
    )


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """The conditions that must all hold."""
    if isinstance(condition, All):
        for item in condition.items:
            yield from conjuncts(item)
    elif isinstance(condition, AnyOf) and len(condition.items) == 1:
        yield from conjuncts(condition.items[0])
    else:
        yield condition


def _is_settled(condition: Condition, program: Program) -> bool:
    match condition:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return all(_is_settled(item, program) for item in items)
        case Not(item):
            return _is_settled(item, program)
        case Member(phrase, subject):
            return phrase in SETTLED_WORDS and subject is Subject.THIS
        case Compare(_, left, right):
            return _is_settled_value(left, program) and _is_settled_value(right, program)
    return False


def _is_settled_value(node: Value, program: Program) -> bool:
    match node:
        case Const():
            return True
        case Column(table, _, subject):
            return subject is Subject.THIS and program.tables[table].key[0] in SETTLED_WORDS
        case Arith(_, left, right):
            return _is_settled_value(left, program) and _is_settled_value(right, program)
    return False
