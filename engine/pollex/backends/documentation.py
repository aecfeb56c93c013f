"""What a claim's documentation says on a concept: the facts reviewed, and the one that settles it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Fact: TypeAlias = tuple[int, Mapping[str, Any]]
Facts: TypeAlias = list[Fact]


def facts(claim: Mapping[str, Any], concept: str, number: Any) -> tuple[Facts, Facts]:
    """What was reviewed on a concept, each fact with its place: of this line, then of the whole claim."""
    reviewed = [
        (at, fact)
        for at, fact in enumerate(claim.get("documentation") or ())
        if fact["concept"] == concept and fact["status"] != "not_reviewed"
    ]
    return (
        [(at, fact) for at, fact in reviewed if fact.get("line_number") == number],
        [(at, fact) for at, fact in reviewed if fact.get("line_number") is None],
    )


def settling(facts: Facts, document: str | None) -> Fact | None:
    """The fact that answers: of the document asked for; where none is, one that was found in any document,
    else one that says of no document in particular that there is nothing.
    """
    if document is not None:
        return next(((at, fact) for at, fact in facts if fact.get("document") == document), None)
    found = [(at, fact) for at, fact in facts if fact["status"] == "found"]
    nowhere = [(at, fact) for at, fact in facts if fact.get("document") is None]
    return next(iter((*found, *nowhere)), None)


def documentation_term(concept: str, document: str | None) -> str:
    """The author's words for a request."""
    return f"documentation of {concept}" + (f" in {document}" if document else "")
