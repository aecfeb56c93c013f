"""Decisions written to standard output, in the format that was asked for.

JSON is UTF-8 with sorted keys, whatever the terminal's encoding. Whether it is one document or a list of
them shows only when a second claim comes; until then the first decision is held back.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Protocol, TypeAlias

from pollex.cli.decision_text import decision_parts
from pollex.cli.rule_words import RuleWords
from pollex.cli.terminal import console, show, use_utf8
from pollex.model.decision import Decision, Document
from pollex.model.explanation import LineExplanation
from pollex.source.span import Span

Words: TypeAlias = Mapping[Span, RuleWords]


@dataclass(frozen=True, slots=True)
class Decided:
    """A claim, its decision, and, where it was asked for, why each rule held or did not."""

    claim: Mapping[str, object]
    decision: Decision
    explanation: tuple[LineExplanation, ...] = ()


class Writer(Protocol):
    """Writes decisions as they come."""

    def is_list(self) -> None:
        """There is, or may be, more than one claim."""

    def write(self, decided: Decided) -> None:
        """The next decision."""

    def close(self) -> None:
        """There are no more."""


def writer_for(form: str, words: Words | None, several: bool) -> Writer:
    """A writer to standard output; `words` where rules are explained, `several` for more than one input."""
    match form:
        case "json":
            return JsonWriter(words, several)
        case "ndjson":
            return LineWriter(words)
        case _:
            return TextWriter(words or {})


def document_of(decided: Decided, words: Words | None) -> Document:
    """A decision as its schema has it; with an explanation, both under a key of their own."""
    decision = decided.decision.to_dict()
    if words is None:
        return decision
    return {"decision": decision, "explanation": [explained(line, words) for line in decided.explanation]}


def explained(line: LineExplanation, words: Words) -> Document:
    """Why each rule of a line held (true), did not (false), or is not known to (null)."""
    return {
        "line_number": line.line_number,
        "rules": [
            {
                "rule": rule.rule,
                "title": rule.title,
                "when": words[rule.span].when if rule.span in words else None,
                "effects": list(words[rule.span].effects if rule.span in words else rule.effects),
                "holds": rule.holds,
                "trial": rule.trial,
                "exceptions": list(rule.exceptions),
                "text": rule.text,
                "sources": [source.to_dict() for source in rule.sources],
                "because": [reading.to_dict() for reading in rule.because],
            }
            for rule in line.rules
        ],
    }


class TextWriter:
    """For people, a blank line between claims."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.console = console(sys.stdout)
        self.first = True

    def is_list(self) -> None:
        return

    def write(self, decided: Decided) -> None:
        parts = decision_parts(decided.claim, decided.decision, decided.explanation, self.words)
        show(self.console, parts if self.first else ["", *parts])
        self.first = False

    def close(self) -> None:
        return


class LineWriter:
    """NDJSON: each decision on its line, at once."""

    def __init__(self, words: Words | None) -> None:
        self.words = words
        use_utf8(sys.stdout)

    def is_list(self) -> None:
        return

    def write(self, decided: Decided) -> None:
        document = document_of(decided, self.words)
        line = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def close(self) -> None:
        return


class JsonWriter:
    """One document, or a list of them."""

    def __init__(self, words: Words | None, several: bool) -> None:
        self.words = words
        self.held: str | None = None
        self.listed = False
        self.count = 0
        use_utf8(sys.stdout)
        if several:
            self.is_list()

    def is_list(self) -> None:
        if self.listed:
            return
        self.listed = True
        sys.stdout.write("[")
        if self.held is not None:
            self._item(self.held)
            self.held = None

    def write(self, decided: Decided) -> None:
        text = json.dumps(document_of(decided, self.words), sort_keys=True, ensure_ascii=False, indent=2)
        if self.listed:
            self._item(text)
        else:
            self.held = text

    def _item(self, text: str) -> None:
        sys.stdout.write((",\n" if self.count else "\n") + indent(text, "  "))
        self.count += 1

    def close(self) -> None:
        if self.listed:
            sys.stdout.write("\n]\n" if self.count else "]\n")
        elif self.held is not None:
            sys.stdout.write(self.held + "\n")
