"""The vocabulary against the claim's schema, both ways, and every word written where it may stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pollex.compiler import Compilation, Texts
from pollex.intake.vocabulary import shipped_systems, shipped_vocabulary
from pollex.model.codesets import normal_code
from pollex.model.vocabulary import Kind, Word
from pollex.resources import read_text
from pollex.source.text import SourceText
from pollex.syntax.parse import parse

SCHEMA: Mapping[str, Any] = json.loads(read_text("schemas", "claim.schema.json"))
VOCABULARY = shipped_vocabulary()
WORDS = [VOCABULARY.words[phrase] for phrase in VOCABULARY.phrases]

# Parts of a line of the history that a claim has above its lines: the words of the claim ask for them.
STRUCTURAL = {
    "history.lines[].billing_provider": "billing words, asked of a line of the history",
    "history.lines[].rendering_provider": "rendering words, asked of a line of the history",
    "history.lines[].diagnoses": "`diagnosis`, asked of a line of the history",
}

# What the two checkers of a `where` and of a condition have to be given.
EXAMPLES = {
    "icd-10-cm": "K56.50",
    "cpt": "44120",
    "modifier": "22",
    "place-of-service": "21",
    "specialty": "208600000X",
    "frequency-code": "7",
    "report-type": "OB",
}
WORKED_OUT = {"patient age", "days of care", "principal diagnosis", "diagnosis type", "pointed diagnosis"}
# Fields that the schema does not let a claim be without.
REQUIRED = {
    "claim_id",
    "payer.id",
    "billing_provider.npi",
    "diagnoses[].code",
    "lines[].line_number",
    "lines[].procedure_code",
    "lines[].service_date",
}


# ------------------------------------------------------------------ the fields of the schema


@dataclass(frozen=True)
class Leaf:
    """A field without fields of its own: its path, its schema, and whether it is a list."""

    path: str
    schema: Mapping[str, Any]
    many: bool


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema behind its references, and without the alternative that it is null."""
    while True:
        if "$ref" in schema:
            schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            (schema,) = [option for option in schema["anyOf"] if option != {"type": "null"}]
        else:
            return schema


def leaves(schema: Mapping[str, Any], path: str, many: bool = False) -> Iterator[Leaf]:
    schema = resolved(schema)
    if schema["type"] == "object":
        for key, inner in schema["properties"].items():
            yield from leaves(inner, f"{path}.{key}" if path else key, many)
    elif schema["type"] == "array" and resolved(schema["items"])["type"] == "object":
        yield from leaves(schema["items"], f"{path}[]", not path.endswith("lines"))
    elif schema["type"] == "array":
        yield Leaf(path, resolved(schema["items"]), True)
    else:
        yield Leaf(path, schema, many)


FIELDS = {leaf.path: leaf for leaf in leaves(SCHEMA, "")}


def test_the_schema_is_read_as_it_is_meant() -> None:
    assert FIELDS["lines[].modifiers"].many
    assert FIELDS["diagnoses[].code"].many
    assert not FIELDS["lines[].units"].many
    assert FIELDS["payer.network_status"].schema["enum"] == ["in-network", "out-of-network"]
    assert len(FIELDS) > 70


def test_the_required_fields_are_those_of_the_schema() -> None:
    found = set()
    for path in FIELDS:
        schema, needed = SCHEMA, True
        for step in path.replace("[]", "").split("."):
            needed = needed and step in schema["required"]
            schema = resolved(schema["properties"][step])
            schema = resolved(schema["items"]) if schema["type"] == "array" else schema
        if needed:
            found.add(path)
    assert found == REQUIRED


# ------------------------------------------------------------------ no word without a field


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.phrase)
def test_a_word_stands_for_a_field_of_its_kind(word: Word) -> None:
    leaf = FIELDS[word.field]
    if word.fallback is not None:
        assert resolved(FIELDS[word.fallback].schema) == leaf.schema
    assert fits(word, leaf)
    if word.many:
        assert leaf.many
    elif word.phrase not in WORKED_OUT:
        assert not leaf.many
    assert word.help.strip()


def fits(word: Word, leaf: Leaf) -> bool:
    """Whether values of the field are of the word's kind."""
    schema = leaf.schema
    match word.kind:
        case Kind.DATE | Kind.AGE | Kind.DAYS:
            return schema.get("format") == "date"
        case Kind.MONEY:
            return bool(schema == SCHEMA["$defs"]["money"])
        case Kind.NUMBER:
            return schema["type"] == "integer" or bool(schema == SCHEMA["$defs"]["quantity"])
        case Kind.CHOICE:
            return tuple(schema["enum"]) == word.choices
        case Kind.CODE if "enum" in schema:
            return set(schema["enum"]) == set(shipped_systems()[word.system or ""].codes)
        case Kind.CODE if schema["type"] == "integer":
            return word.phrase == "pointed diagnosis"  # positions in the list of diagnoses
        case Kind.CODE:
            system = shipped_systems()[word.system or ""]
            return all(system.matches(normal_code(system, example)) for example in schema["examples"])
        case Kind.TEXT:
            return schema["type"] == "string" and "enum" not in schema
    return False


def test_a_word_of_a_line_is_known_of_the_history_where_the_history_has_its_field() -> None:
    for word in WORDS:
        if word.field.startswith("lines[]."):
            assert word.history == (f"history.{word.field}" in FIELDS), word.phrase


def test_what_a_construct_reads_is_a_field_and_no_word_reads_it_too() -> None:
    read_by_words = {word.field for word in WORDS} | {word.fallback for word in WORDS}
    for field in VOCABULARY.constructs:
        assert field in FIELDS
        assert field not in read_by_words


# ------------------------------------------------------------------ no field without a word


def words_of(path: str) -> set[str]:
    """The phrases that read a field."""
    found = {word.phrase for word in WORDS if path in (word.field, word.fallback)}
    of_line = path.removeprefix("history.")
    if of_line != path:
        found |= {word.phrase for word in WORDS if word.history and word.field == of_line}
        of_claim = of_line.removeprefix("lines[].")
        found |= {
            word.phrase
            for word in WORDS
            if word.history and of_claim in (word.field, word.field.removesuffix("[].code"))
        }
    return found


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_a_field_has_a_word_or_a_construct(path: str) -> None:
    assert words_of(path) or path in VOCABULARY.constructs, f"no policy can ask for {path}"


def test_the_history_is_asked_with_the_words_of_a_line() -> None:
    for path in STRUCTURAL:
        under = [field for field in FIELDS if field == path or field.startswith(f"{path}.")]
        assert under
        assert all(words_of(field) for field in under)


def test_no_field_has_two_words_but_where_one_is_worked_out_from_it() -> None:
    for path in FIELDS:
        phrases = {word.phrase for word in WORDS if path in (word.field, word.fallback)}
        assert len(phrases - WORKED_OUT) <= 1, phrases


# ------------------------------------------------------------------ every word can be written


def policy(rule: str, tests: str = "") -> SourceText:
    fixture = 'fixture clean from "clean.yaml"\n' if tests else ""
    return SourceText(
        "words.pol",
        'policy words "Each word"\n  payer medicare\n  applies to cpt 44120\n'
        "  in effect from 2026-01-01\n  otherwise allow\n"
        f"{rule}\n{fixture}{tests}\n",
    )


def complaints(rule: str, tests: str = "") -> list[str]:
    return [found.message for found in Compilation(Texts((policy(rule, tests),))).diagnostics]


def value(word: Word) -> str:
    match word.kind:
        case Kind.DATE:
            return "2026-03-10"
        case Kind.MONEY:
            return "$10.00"
        case Kind.NUMBER:
            return "2"
        case Kind.CHOICE:
            return word.choices[0]
        case Kind.CODE:
            return EXAMPLES[word.system or ""]
    return '"1234567893"'


def asked(word: Word) -> str:
    """A condition that asks for a word."""
    match word.kind:
        case Kind.DATE:
            return f"{word.phrase} is before 2026-03-10"
        case Kind.AGE:
            return f"{word.phrase} under 18 years"
        case Kind.DAYS:
            return f"{word.phrase} is more than 3 days"
        case Kind.CODE | Kind.TEXT:
            return f"{'any ' if word.article else ''}{word.phrase} {value(word)}"
    return f"{word.phrase} is {value(word)}"


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.phrase)
def test_a_word_can_be_asked(word: Word) -> None:
    if word.of != "history":
        assert complaints(f"when {asked(word)} deny") == []
    if word.of != "claim":
        test = f"when history has {asked(word)} on the same date deny"
        assert complaints(test) == [] or word.kind in (Kind.AGE, Kind.DAYS)
    if word.of == "line":
        assert complaints(f"when any other line with {asked(word)} has the same {word.phrase} deny") == []


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.phrase)
def test_a_word_can_be_set_and_expected_to_be_missing(word: Word) -> None:
    given = 'test "one"\n  given clean\n'
    assert complaints("", f"{given}  expect pend, missing {word.phrase}") == []
    if word.phrase in WORKED_OUT or word.of == "history":
        return
    subject = f"line 1 {word.phrase}" if word.of == "line" else word.phrase
    assert complaints("", f"{given}    where {subject} is {value(word)}\n  expect allow") == []
    table = f'examples "two" given clean\n  | {subject} | expect outcome |\n  | {value(word)} | allow |\n'
    assert complaints("", table) == []
    without = complaints("", f"{given}    where {subject} is missing\n  expect pend")
    assert without == ([f"a claim cannot be without `{word.phrase}`"] if word.field in REQUIRED else [])


def test_words_that_are_also_keywords_can_be_written_next_to_them() -> None:
    """`payer` opens a clause and `outcome` heads a column; as words they still stand."""
    assert complaints('when payer "medicare" deny') == []
    assert complaints("when claim type is professional deny") == []
    assert complaints("when history has outcome is deny on the same date deny") == []


def test_a_longer_phrase_wins_over_a_shorter_one_inside_it() -> None:
    for word in WORDS:
        tree, found = parse(policy(f"when {asked(word)} deny"), VOCABULARY.phrases)
        assert found == ()
        assert f"'{word.phrase}'" in repr(tree.items[0])


def test_a_name_may_begin_like_a_word() -> None:
    assert complaints("define fee-is-known as fee is at least $0\nwhen fee-is-known deny") == []


def test_every_code_system_of_a_word_ships() -> None:
    systems = {word.system for word in WORDS if word.kind is Kind.CODE}
    assert systems <= set(shipped_systems())
    assert systems == set(EXAMPLES)
