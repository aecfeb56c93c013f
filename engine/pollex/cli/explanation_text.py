"""Why each rule of a policy held for a line or did not, with the values it read: the part that `--explain`
adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from pollex.cli.layout import Row, headed, plain
from pollex.cli.rule_words import RuleWords
from pollex.model.explanation import LineExplanation, RuleExplanation
from pollex.model.readings import reading_text
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
    read = "; ".join(plain(reading_text(reading)) for reading in rule.because)
    below.append(Text(f"read {read}" if read else "read nothing", "dim"))
    return headed(
        Text(f"{plain(rule.rule)}{title}{trial}: ").append(plain("; ".join(effects)), "bold"), *below
    )
