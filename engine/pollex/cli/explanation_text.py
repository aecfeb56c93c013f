"""Why each rule of a policy held for a line or did not, with the values it read: the part that `--explain`
adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from pollex.backends.interpret.explain import LineExplanation, RuleExplanation
from pollex.cli.layout import NOT_KNOWN, Row, headed, plain
from pollex.cli.rule_words import RuleWords
from pollex.model.decision import Reading
from pollex.source.span import Span

STATES = ((True, "Held"), (None, "Not known"), (False, "Did not hold"))


def rule_rows(line: LineExplanation, words: Mapping[Span, RuleWords]) -> Iterator[Row]:
    """The rules that held, then those that are not known, then the others."""
    for holds, label in STATES:
        for rule in line.rules:
            if rule.holds is holds:
                yield Row(label, _rule(rule, words.get(rule.span)))


def _rule(rule: RuleExplanation, words: RuleWords | None) -> RenderableType:
    title = f' "{plain(rule.title)}"' if rule.title else ""
    trial = " (on trial)" if rule.trial else ""
    effects = words.effects if words else rule.effects
    below = [Text(plain(words.when))] if words else []
    if rule.exceptions:
        word = "exception" if len(rule.exceptions) == 1 else "exceptions"
        below.append(Text(plain(f"{word}: {', '.join(rule.exceptions)}")))
    read = "; ".join(_reading(reading) for reading in rule.because)
    below.append(Text(f"read {read}" if read else "read nothing", "dim"))
    return headed(
        Text(f"{plain(rule.rule)}{title}{trial}: ").append(plain("; ".join(effects)), "bold"), *below
    )


def _reading(reading: Reading) -> str:
    """`modifier = 22, 51 (/lines/0/modifiers)`, `mpfs work-rvu = 20.30 (mpfs 44120)`."""
    if reading.table is not None and reading.key is not None:
        key = reading.key if isinstance(reading.key, str) else " with ".join(reading.key)
        place = f"{reading.table} {key}"
    else:
        place = reading.pointer or "the claim"
    return plain(f"{reading.term} = {_value(reading)} ({place})")


def _value(reading: Reading) -> str:
    match reading.value:
        case None:
            return NOT_KNOWN
        case True:
            return "yes"
        case False:
            return "no"
        case ():
            return "none"
        case tuple(values):
            return ", ".join(NOT_KNOWN if value is None else str(value) for value in values)
        case value:
            return str(value)
