"""A rule in its author's words: what it asks, and what it does; found by the place where the rule stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pollex.compiler import Compilation
from pollex.source.span import Span
from pollex.source.text import SourceText

if TYPE_CHECKING:
    from pollex.syntax.ast import Rule
    from pollex.syntax.conditions import ConditionList

LISTS = {"all": "all of: ", "any": "any of: ", "none": "none of: "}
CHAINS = {"one": "", "and": " and ", "or": " or "}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """`when modifier 22 and no modifier 52`, or `always`; and the effects."""

    when: str
    effects: tuple[str, ...]


def rule_words(compilation: Compilation) -> Mapping[Span, RuleWords]:
    """The words of every rule of some policies."""
    from pollex.syntax.ast import Rule  # noqa: PLC0415 - heavy: not needed to decide from the cache

    return {
        item.span: RuleWords(_when(item.when), tuple(_effects(item, compilation.sources)))
        for tree in compilation.trees
        for item in tree.items
        if isinstance(item, Rule)
    }


def _when(conditions: ConditionList | None) -> str:
    if conditions is None:
        return "always"
    from pollex.syntax.format_conditions import condition_text  # noqa: PLC0415 - as above

    texts = [condition_text(condition) for condition in conditions.conditions]
    if conditions.kind in CHAINS:
        return f"when {CHAINS[conditions.kind].join(texts)}"
    count = conditions.count.text if conditions.count else ""
    return f"when {LISTS.get(conditions.kind, f'at least {count} of: ')}{'; '.join(texts)}"


def _effects(rule: Rule, sources: Mapping[str, SourceText]) -> Iterable[str]:
    for effect in rule.effects:
        text = sources[effect.span.file].text[effect.span.start : effect.span.end]
        yield " ".join(line.partition("#")[0].strip() for line in text.splitlines()).strip()
