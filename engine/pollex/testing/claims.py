"""A test's claim: a fixture, changed by `where` lines and by the cells of an example row.

Each change sets, empties or takes away the field of one word. The result is an ordinary claim document,
checked like any other before it is decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pollex.model.vocabulary import Kind, Vocabulary, Word
from pollex.source.span import Span
from pollex.syntax.conditions import Documentation, Literal, WordRef
from pollex.syntax.scenarios import (
    AddLine,
    AssignProvider,
    DropHistory,
    RemoveLine,
    SetDocumentation,
    SetWord,
    Where,
)

STATUS = {"found": "found", "not-found": "not_found", "not-reviewed": "not_reviewed"}
HISTORY_PHRASES = {"history claim id": "claim_id"}


class ImpossibleChange(Exception):  # noqa: N818 - a sentence about the author's `where`, with its place
    """A `where` that cannot be done to this claim."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


def changed(claim: dict[str, Any], wheres: Iterable[Where], vocabulary: Vocabulary) -> dict[str, Any]:
    """A copy of the claim with every change made, in the order written."""
    result: dict[str, Any] = _copied(claim)
    for where in wheres:
        _change(result, where, vocabulary)
    return result


def _copied(value: Any) -> Any:
    """A document is a tree of objects and lists; copying it as one is five times faster than `deepcopy`."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _change(claim: dict[str, Any], where: Where, vocabulary: Vocabulary) -> None:
    match where:
        case SetWord():
            set_word(claim, where, vocabulary)
        case SetDocumentation():
            quantity = where.quantity.text if where.quantity else None
            set_documentation(claim, where.documentation, where.line, where.state, quantity)
        case AddLine(line=None):
            _add_history(claim, where, vocabulary)
        case AddLine():
            _add_line(claim, where, vocabulary)
        case RemoveLine():
            claim["lines"].remove(_line(claim, where.line, where.span))
        case DropHistory():
            claim.pop("history", None)


# ------------------------------------------------------------------ words


def set_word(claim: dict[str, Any], where: SetWord, vocabulary: Vocabulary) -> None:
    """`where line 1 modifier is 22, 80`, `where received date is missing`, `where prior authorization is
    none`.
    """
    word = vocabulary.words[where.word.phrase]
    if where.state == "none" and not word.many:
        raise ImpossibleChange(f"`{word.phrase}` is not a list: it has a value, or is missing", where.span)
    values = [value_of(value, word) for value in where.values]
    if word.fallback and where.line is None:
        for line in claim["lines"]:
            line.pop(word.field.removeprefix("lines[].").split(".")[0], None)
        if "." in word.fallback:
            claim.setdefault("rendering_provider", {"npi": claim["billing_provider"]["npi"]})
        _put(claim, word.fallback.split("."), word, where.state, values)
    elif word.field.startswith("lines[]."):
        line = _line(claim, where.line, where.span)
        if word.field.startswith("lines[].rendering_provider."):
            line.setdefault("rendering_provider", dict(_rendering(claim, line)))
        _put(line, word.field.removeprefix("lines[].").split("."), word, where.state, values)
    elif "[]" in word.field:
        list_key, entry_key = word.field.split("[].")
        entries = None if where.state == "missing" else [{entry_key: value} for value in values]
        _store(claim, list_key, entries)
    else:
        if word.field.startswith("history."):
            claim.setdefault("history", {"lines": []})
        _put(claim, word.field.split("."), word, where.state, values)


def _put(at: dict[str, Any], path: list[str], word: Word, state: str, values: list[Any]) -> None:
    *above, last = path
    for step in above:
        at = at.setdefault(step, {})
    _store(at, last, None if state == "missing" else values if word.many else values[0])


def _store(at: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        at.pop(key, None)
    else:
        at[key] = value


def value_of(literal: Literal, word: Word) -> Any:
    """A literal as the claim document writes it."""
    if literal.kind == "money":
        whole, _, cents = literal.text.partition(".")
        return f"{whole}.{cents:0<2}"
    if word.kind is Kind.NUMBER and word.phrase == "line number":
        return int(literal.text)
    return literal.text


def _line(claim: dict[str, Any], number: Literal | None, span: Span) -> dict[str, Any]:
    """The line with a number; line 1 where none is given."""
    wanted = int(number.text) if number is not None else 1
    for line in claim["lines"]:
        if line.get("line_number") == wanted:
            found: dict[str, Any] = line
            return found
    raise ImpossibleChange(f"the claim has no line {wanted}", span)


def _rendering(claim: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    found = line.get("rendering_provider") or claim.get("rendering_provider") or claim["billing_provider"]
    return dict(found)


# ------------------------------------------------------------------ documentation


def set_documentation(
    claim: dict[str, Any],
    documentation: Documentation,
    line: Literal | None,
    state: str,
    quantity: str | None,
) -> None:
    """`where documentation of X in D is found`: replaces what was known of it; `missing` forgets it."""
    concept, document = (
        documentation.concept.text,
        documentation.document.text if documentation.document else None,
    )
    number = int(line.text) if line is not None else None
    kept = [
        fact
        for fact in claim.get("documentation") or ()
        if not (
            fact["concept"] == concept
            and fact.get("document") == document
            and (number is None or fact.get("line_number") == number)
        )
    ]
    if state != "missing":
        fact: dict[str, Any] = {"concept": concept, "status": STATUS[state]}
        optional = {"document": document, "line_number": number, "quantity": quantity}
        kept.append({**fact, **{key: value for key, value in optional.items() if value is not None}})
    claim["documentation"] = kept


# ------------------------------------------------------------------ lines


def _add_line(claim: dict[str, Any], where: AddLine, vocabulary: Vocabulary) -> None:
    assert where.line is not None
    number = int(where.line.text)
    if any(line.get("line_number") == number for line in claim["lines"]):
        raise ImpossibleChange(f"the claim has a line {number} already", where.span)
    line: dict[str, Any] = {"line_number": number, "service_date": claim["lines"][0]["service_date"]}
    _assign(line, claim, where, vocabulary)
    claim["lines"].append(line)


def _add_history(claim: dict[str, Any], where: AddLine, vocabulary: Vocabulary) -> None:
    history = claim.setdefault("history", {"lines": []})
    place = len(history["lines"]) + 1
    line: dict[str, Any] = {
        "claim_id": f"HISTORY-{place}",
        "line_number": 1,
        "service_date": claim["lines"][0]["service_date"],
    }
    _assign(line, claim, where, vocabulary)
    history["lines"].append(line)


def _assign(line: dict[str, Any], claim: dict[str, Any], where: AddLine, vocabulary: Vocabulary) -> None:
    for assignment in where.assignments:
        if isinstance(assignment, AssignProvider):
            line["billing_provider"] = dict(claim["billing_provider"])
            line["rendering_provider"] = _rendering(claim, claim["lines"][0])
            continue
        word = vocabulary.words[assignment.word.phrase]
        value = value_of(assignment.value, word)
        if word.phrase == "diagnosis" and where.line is None:
            line.setdefault("diagnoses", []).append(value)
            continue
        path = _line_path(word, assignment.word, where)
        at = line
        for step in path[:-1]:
            at = at.setdefault(step, {})
        if word.many:
            at.setdefault(path[-1], []).append(value)
        else:
            at[path[-1]] = value


def _line_path(word: Word, ref: WordRef, where: AddLine) -> list[str]:
    """Where a line keeps the field of a word."""
    if word.field.startswith("lines[]."):
        return word.field.removeprefix("lines[].").split(".")
    if where.line is None and word.history:
        return word.field.removeprefix("history.lines[].").split(".")
    raise ImpossibleChange(f"`{word.phrase}` is not a field of the line that is added", ref.span)
