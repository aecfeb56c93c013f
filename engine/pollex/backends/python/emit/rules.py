"""A rule as Python text, in two parts.

The *gate* is what of its condition hangs on the procedure code, the modifiers and the day alone: on the
code, on the modifiers, and on both, each asked once for all lines that have these in common. The *body*
asks the rest, says what a rule that holds has read (`because`), and answers for its exceptions and for
numbers of effects that are no constants. What a part does not define is always true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pollex.backends.assumed import ASSUMED
from pollex.backends.python.emit.conditions import Writer, conjuncts
from pollex.backends.python.emit.evidence import SEVERAL, STEP, because, words_alone
from pollex.backends.python.emit.values import value
from pollex.backends.python.emit.words import At
from pollex.ir.nodes import (
    All,
    AnyOf,
    Arith,
    AtLeast,
    Column,
    Compare,
    Condition,
    Const,
    Field,
    Member,
    Not,
    Subject,
    Value,
)
from pollex.ir.program import Cap, Effect, ExceptionRule, Factor, Off, Program, Require, Rule, Share
from pollex.model.vocabulary import Kind

GATES: dict[str, tuple[str, ...]] = {
    "code": ("cpt",),
    "modifiers": ("modifier",),
    "both": ("cpt", "modifier"),
}
"""The parts of a gate, and the words that each reads."""
REST = "rest"
LINE = At()


@dataclass(frozen=True, slots=True)
class RuleText:
    """A part of a rule as text, and what it defines. `words`, where they are all that a rule that holds has
    read, stand in place of `because`.
    """

    text: str
    defined: frozenset[str]
    words: tuple[str, ...] | None = None


def gate(writer: Writer, rule: Rule) -> RuleText:
    """What is settled by procedure code, modifiers and day, part by part."""
    parts = _split(rule.condition, writer.program)
    asked = (name for name in GATES if parts[name].items)
    return _text(part for name in asked for part in _asked(name, parts[name], writer))


def body(writer: Writer, rule: Rule) -> RuleText:
    """The rest of a rule."""
    parts = list(_asked("rule", _split(rule.condition, writer.program)[REST], writer))
    for number, exception in enumerate(all_exceptions(rule.exceptions)):
        parts += _asked(f"exception_{number}", exception.condition, writer)
        parts += _numbers(writer, f"exception_{number}", exception.instead)
    parts += _numbers(writer, "rule", rule.effects)
    reads = because(writer, rule)
    words = words_alone(reads, [phrase for phrase in writer.words.vocabulary.words if phrase != SEVERAL])
    if words is None:
        signature = "def because(line, claim, day, read):"
        parts.append(("because", (signature, *(f"{STEP}{line}" for line in reads))))
    return replace(_text(parts), words=words)


def rest(writer: Writer, rule: Rule) -> Condition:
    """What a rule asks beyond its gate."""
    return _split(rule.condition, writer.program)[REST]


def default(writer: Writer, otherwise: Effect) -> RuleText:
    """What a policy says where no rule gives an outcome."""
    return _text(_numbers(writer, "rule", (otherwise,)))


Part = tuple[str, tuple[str, ...]]


def _text(parts: Iterable[Part]) -> RuleText:
    found = list(parts)
    return RuleText(
        "\n".join(line for _, lines in found for line in (*lines, "")), frozenset(n for n, _ in found)
    )


def _asked(name: str, condition: Condition, writer: Writer) -> Iterator[Part]:
    """The two questions; the second only where its answer can differ from the first."""
    could, sure = writer.could(condition, LINE), writer.sure(condition, LINE)
    for question, source in ((f"{name}_could", could), (f"{name}_sure", sure)):
        if source != "True" and (question.endswith("could") or source != could):
            yield question, _function(question, source)


def _function(name: str, source: str) -> tuple[str, ...]:
    return f"def {name}(line, claim, day):", f"{STEP}return {source}"


def _numbers(writer: Writer, name: str, effects: Iterable[Effect]) -> Iterator[Part]:
    """The numbers of effects that are no constants."""
    for at, effect in enumerate(effects):
        given = number_of(effect)
        if given is not None and not isinstance(given, Const):
            function = f"{name}_number_{at}"
            yield function, _function(function, value(writer, given, LINE).source)


def number_of(effect: Effect) -> Value | None:
    """The number of an effect, or of what a requirement says otherwise."""
    while isinstance(effect, Require) and effect.otherwise is not None:
        effect = effect.otherwise
    match effect:
        case Share(number) | Factor(number) | Off(number) | Cap(number):
            return number
    return None


def hangs_on(effect: Effect, program: Program) -> tuple[bool, str | None]:
    """Whether the number of an effect hangs on code, modifiers and day alone; the key of a line that it is,
    where it is one.
    """
    given = number_of(effect)
    if isinstance(given, Field) and given.subject is Subject.THIS:
        word = program.vocabulary.words[given.phrase]
        is_plain = word.of == "line" and word.kind is Kind.MONEY and not word.fallback
        return False, word.field.rpartition(".")[2] if is_plain and word.phrase not in ASSUMED else None
    return given is not None and _is_settled(given, GATES["both"], program), None


def all_exceptions(exceptions: Iterable[ExceptionRule]) -> Iterator[ExceptionRule]:
    """All exceptions, each before those to it."""
    for exception in exceptions:
        yield exception
        yield from all_exceptions(exception.exceptions)


# ------------------------------------------------------------------ what a line's code and modifiers settle
def _split(condition: Condition, program: Program) -> dict[str, All]:
    """The parts of a condition by the part of the gate that settles them, and the rest."""
    parts: dict[str, list[Condition]] = {name: [] for name in (*GATES, REST)}
    for part in conjuncts(condition):
        parts[next((name for name, words in GATES.items() if _hangs_on(part, words, program)), REST)].append(
            part
        )
    return {name: All(tuple(found)) for name, found in parts.items()}


def _hangs_on(condition: Condition, words: tuple[str, ...], program: Program) -> bool:
    """Whether a condition reads nothing but these words of this line."""
    match condition:
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return all(_hangs_on(item, words, program) for item in items)
        case Not(item):
            return _hangs_on(item, words, program)
        case Member(phrase, subject):
            return phrase in words and subject is Subject.THIS
        case Compare(_, left, right):
            return _is_settled(left, words, program) and _is_settled(right, words, program)
    return False


def _is_settled(node: Value, words: tuple[str, ...], program: Program) -> bool:
    match node:
        case Const():
            return True
        case Column(table, _, subject):
            return subject is Subject.THIS and program.tables[table].key[0] in words
        case Arith(_, left, right):
            return _is_settled(left, words, program) and _is_settled(right, words, program)
    return False
