"""A claim and its lines, as emitted code reads them.

Words of the vocabulary stand on them as attributes, read once by the emitted `read_claim`, `read_line`
and `read_past`: texts as the claim writes them, None where it is silent; closed lists as frozen sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pollex.backends.assumed import NO_AUTHORIZATION, NO_HISTORY, PLACEHOLDER
from pollex.backends.documentation import facts, settling

NO_MODIFIERS: frozenset[str] = frozenset()
NOTHING: dict[str, Any] = {}


def modifiers(given: Iterable[str] | None) -> frozenset[str]:
    """The modifiers of a line; a placeholder is none."""
    if not given:
        return NO_MODIFIERS
    found = frozenset(given)
    return found - {PLACEHOLDER} if PLACEHOLDER in found else found


class Line:
    """A line of a claim, or of its history."""

    def __init__(self, claim: Claim, raw: Mapping[str, Any], index: int, is_past: bool) -> None:
        self.claim = claim
        self.raw = raw
        self.index = index
        self.is_past = is_past
        self.code: str = raw["procedure_code"]
        self.on: str = raw["service_date"]
        self.number: int = raw["line_number"]
        self.modifier = modifiers(raw.get("modifiers"))

    @property
    def pointer(self) -> str:
        return f"/history/lines/{self.index}" if self.is_past else f"/lines/{self.index}"

    @property
    def denied(self) -> bool | None:
        """Whether the first stratum denies the line."""
        return self.claim.is_denied(self)

    @property
    def others(self) -> list[Line]:
        """The other lines of the claim."""
        return [other for other in self.claim.lines if other is not self]


class Claim:
    """A valid claim, and what the caller vouches for."""

    def __init__(
        self, raw: Mapping[str, Any], assume: frozenset[str], is_denied: Callable[[Line], bool | None]
    ) -> None:
        self.raw = raw
        self.is_denied = is_denied
        self.history: Mapping[str, Any] | None = raw.get("history")
        self.no_history = NO_HISTORY in assume
        self.no_authorization = NO_AUTHORIZATION in assume
        self.lines: list[Line] = []
        self.past: list[Line] = []

    def documented(self, concept: str, document: str | None, number: int) -> str | None:
        """Whether documentation of a concept was found, for a line: `found`, `not_found`, None."""
        settled = self.documentation(concept, document, number)
        return None if settled is None else settled[1]

    def documentation(self, concept: str, document: str | None, number: int) -> tuple[int, str] | None:
        """The fact that answers, by its place, and its status."""
        if not self.raw.get("documentation"):
            return None
        for reviewed in facts(self.raw, concept, number):
            settled = settling(reviewed, document)
            if settled is not None:
                return settled[0], settled[1]["status"]
        return None
