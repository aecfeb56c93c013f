"""A claim and its lines, as emitted code reads them.

Words of the vocabulary stand on them as attributes, read once by the emitted `read_claim`, `read_line`
and `read_past`: texts as the claim writes them, None where it is silent; closed lists as frozen sets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pollex.backends.assumed import NO_AUTHORIZATION, NO_HISTORY, PLACEHOLDER
from pollex.backends.documentation import facts, settling

ALWAYS, NEVER = "", "~"
"""Before every day, and after: as texts, days are in the order of time."""
NO_MODIFIERS: frozenset[str] = frozenset()
NOTHING: dict[str, Any] = {}


def modifiers(given: Iterable[str] | None) -> frozenset[str]:
    """The modifiers of a line; a placeholder is none."""
    if not given:
        return NO_MODIFIERS
    found = frozenset(given)
    return found - {PLACEHOLDER} if PLACEHOLDER in found else found


POINTERS = tuple(f"/lines/{at}" for at in range(50))


class Line:
    """A line of a claim, or of its history; `others` are the other lines of the claim. Words of the
    vocabulary are read, all at once, when the first of them is asked for.

    Of a line of the claim there is also the `choice` of what speaks of it, and its rules that could hold, as
    far as they were asked: of the `first` stratum, of the `second`, and those on `trial`.
    """

    __slots__ = (
        "__dict__",
        "choice",
        "claim",
        "code",
        "first",
        "index",
        "is_past",
        "modifier",
        "number",
        "on",
        "others",
        "pointer",
        "raw",
        "second",
        "trial",
    )
    others: Sequence[Line]
    choice: Any
    first: Any
    second: Any
    trial: Any

    def __init__(self, claim: Claim, raw: Mapping[str, Any], index: int, is_past: bool, pointer: str) -> None:
        self.claim = claim
        self.raw = raw
        self.index = index
        self.is_past = is_past
        self.pointer = pointer
        self.code: str = raw["procedure_code"]
        self.on: str = raw["service_date"]
        self.number: int = raw["line_number"]
        given = raw.get("modifiers")
        self.modifier = modifiers(given) if given else NO_MODIFIERS
        self.first = self.second = self.trial = None

    def __getattr__(self, name: str) -> Any:
        """What is worked out when it is first asked for: whether the first stratum denies the line
        (`denied`), who rendered it (`provider`), and words.
        """
        if name == "denied":
            self.denied = self.claim.is_denied(self)
        elif name in ("provider", "own_provider"):
            self._rendered()
        else:
            self.claim.read(self)
        return object.__getattribute__(self, name)

    def _rendered(self) -> None:
        """The line says who gave the service, else its claim does, else whoever bills for it is assumed."""
        found = self.raw.get("rendering_provider")
        self.own_provider = self.is_past or found is not None
        if found is None and self.is_past:
            found = self.raw.get("billing_provider") or NOTHING
        elif found is None:
            found = self.claim.raw.get("rendering_provider")
            if found is None:
                found = self.claim.raw["billing_provider"]
        self.provider: Mapping[str, Any] = found


class Claim:
    """A valid claim, and what the caller vouches for. Its history is complete from `known_since` on."""

    def __init__(self, raw: Mapping[str, Any], assume: Collection[str]) -> None:
        self.raw = raw
        self.history: Mapping[str, Any] | None = raw.get("history")
        self.no_history = NO_HISTORY in assume
        self.no_authorization = NO_AUTHORIZATION in assume
        self.past: list[Line] = []
        if self.history is None:
            self.known_since = ALWAYS if self.no_history else NEVER
        else:
            self.known_since = self.history.get("complete_since") or NEVER
            if self.history["lines"]:
                past = enumerate(self.history["lines"])
                self.past = [Line(self, one, at, True, f"/history/lines/{at}") for at, one in past]
        given = raw["lines"]
        if len(given) == 1:
            self.lines = [Line(self, given[0], 0, False, "/lines/0")]
            self.lines[0].others = ()
        else:
            pointers = (
                POINTERS if len(given) <= len(POINTERS) else [f"/lines/{at}" for at in range(len(given))]
            )
            lines = [Line(self, one, at, False, pointers[at]) for at, one in enumerate(given)]
            for at, line in enumerate(lines):
                line.others = lines[:at] + lines[at + 1 :]
            self.lines = lines

    def is_denied(self, line: Line) -> bool | None:
        """Whether the first stratum denies a line; whoever decides the claim may know."""

    def read(self, line: Line) -> None:
        """Read the words of a line."""

    def let_go(self) -> None:
        """Undo the circles between a claim and its lines, which would wait for the garbage collector."""
        for line in self.lines:
            line.others = ()
        self.lines, self.past = [], []

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
