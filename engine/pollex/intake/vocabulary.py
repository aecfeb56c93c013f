"""The vocabulary and the code systems, from the files that ship with the language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pollex.intake.codesets import load_code_systems
from pollex.intake.yamltext import read, to_plain
from pollex.model.codesets import CodeSystem
from pollex.model.vocabulary import Kind, Vocabulary, Word
from pollex.resources import read_text
from pollex.source.text import SourceText

VOCABULARY = "vocabulary.yaml"
CODE_SYSTEMS = "code-systems.yaml"


@lru_cache(maxsize=1)
def shipped_vocabulary() -> Vocabulary:
    """The words of grammar/vocabulary.yaml."""
    node, diagnostics = read(SourceText(VOCABULARY, read_text("grammar", VOCABULARY)))
    if node is None or diagnostics:
        raise ValueError(f"grammar/{VOCABULARY} cannot be read: {[found.message for found in diagnostics]}")
    plain: Any = to_plain(node)
    words = {entry["word"]: _word(entry) for entry in plain["words"]}
    return Vocabulary(words, tuple(entry["field"] for entry in plain["constructs"]))


def _word(entry: dict[str, Any]) -> Word:
    return Word(
        entry["word"],
        entry["field"],
        entry["of"],
        Kind(entry["kind"]),
        entry["help"],
        entry.get("else"),
        entry.get("system"),
        tuple(entry.get("choices", ())),
        entry.get("many", False),
        entry.get("article", False),
        entry.get("history", False),
    )


@lru_cache(maxsize=1)
def shipped_systems() -> dict[str, CodeSystem]:
    """The systems of grammar/code-systems.yaml."""
    systems, diagnostics = load_code_systems(SourceText(CODE_SYSTEMS, read_text("grammar", CODE_SYSTEMS)))
    if diagnostics:
        raise ValueError(f"grammar/{CODE_SYSTEMS} cannot be read: {[found.message for found in diagnostics]}")
    return systems
