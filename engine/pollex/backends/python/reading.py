"""What fired rules have read, as a decision shows it: each value once, with the place where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from pollex.backends.assumed import ASSUMED, PLACEHOLDER
from pollex.backends.documentation import documentation_term
from pollex.backends.python.answers import MOST_REMEMBERED, NOT_LISTED, days_between
from pollex.backends.python.claims import NOTHING, Line
from pollex.backends.wording import number_text
from pollex.model.decision import Reading
from pollex.model.vocabulary import Word

Order: TypeAlias = tuple[str, str, str, str]
Shown: TypeAlias = tuple[Order, Reading]


class Inexact(Exception):  # noqa: N818 - no error: the line goes the exact way
    """Something that is not known stands in a rule that holds all the same."""


Locate: TypeAlias = Callable[[Line], tuple[Shown, ...]]


class Locators(dict[str, Locate]):
    """For each word, what shows it on a line."""

    def __init__(self, words: Mapping[str, Word]) -> None:
        super().__init__()
        self.words = words

    def __missing__(self, phrase: str) -> Locate:
        found = self[phrase] = locator(self.words[phrase])
        return found


class Readings:
    """Gathers what one rule has read; `cache` keeps what was shown before in this claim."""

    __slots__ = ("cache", "found", "locators")

    def __init__(self, locators: Locators, cache: dict[tuple[str, Line], tuple[Shown, ...]]) -> None:
        self.locators = locators
        self.cache = cache
        self.found: dict[Order, Reading] = {}

    def result(self) -> tuple[Reading, ...]:
        """The readings in a fixed order."""
        found = self.found
        if len(found) < 2:
            return tuple(found.values())
        return tuple([found[order] for order in sorted(found)])

    def field(self, phrase: str, line: Line) -> None:
        """A word: its one value, or all of them."""
        shown = self.cache.get((phrase, line))
        if shown is None:
            shown = self.cache[phrase, line] = self.locators[phrase](line)
        self.found.update(shown)

    listing = field

    def same_listing(self, phrase: str, mine: Line, theirs: Line) -> None:
        for line in (mine, theirs):
            if listed(self.locators.words[phrase], line)[1] is None:
                raise Inexact
        self.listing(phrase, theirs)

    def cell(self, table: str, column: str, key: str | None, value: Any) -> None:
        """A cell of a table, where its key is known."""
        if key is not None:
            text = None if value is None or value is NOT_LISTED else _text(value)
            term = f"{table} {column}"
            first, _, second = key.partition("/")
            reading = Reading(term, None, text, table, (first, second) if second else key)
            self.found[term, "", table, key] = reading

    def documented(self, concept: str, document: str | None, line: Line) -> None:
        settled = line.claim.documentation(concept, document, line.number)
        pointer = "/documentation" if settled is None else f"/documentation/{settled[0]}"
        term = documentation_term(concept, document)
        self.found.update((_shown(term, pointer, None if settled is None else settled[1]),))

    def pair(self, other: Line, is_sure: bool) -> None:
        if not is_sure:
            raise Inexact
        self.field("cpt", other)

    @staticmethod
    def gap(is_open: bool) -> None:
        if is_open:
            raise Inexact


def _text(value: Any) -> str:
    return number_text(Fraction(value)) if isinstance(value, int | Fraction) else str(value)


@lru_cache(maxsize=MOST_REMEMBERED)
def _shown(term: str, pointer: str, value: str | tuple[str, ...] | None) -> Shown:
    return (term, pointer, "", ""), Reading(term, pointer, value)


# ------------------------------------------------------------------ where words stand


def locator(word: Word) -> Locate:
    """What shows a word on a line; words that most rules read have their own short way."""
    phrase, key = word.phrase, word.field.rpartition(".")[2]
    is_plain = word.of != "claim" and not word.many and not word.fallback and phrase != "days of care"
    if word.many:

        def of_list(line: Line) -> tuple[Shown, ...]:
            return (_shown(phrase, *listed(word, line)),)

        return of_list
    if is_plain and not phrase.startswith("rendering "):
        assumed = ASSUMED.get(phrase)

        def of_line(line: Line) -> tuple[Shown, ...]:
            value = line.raw.get(key)
            if value is None:
                value = assumed
            elif phrase == "line number":
                value = str(value)
            return (_shown(phrase, f"{line.pointer}/{key}", value),)

        return of_line

    def of_any(line: Line) -> tuple[Shown, ...]:
        return tuple([_shown(*one) for one in located(word, line)])

    return of_any


def located(word: Word, line: Line) -> tuple[tuple[str, str, str | None], ...]:
    """The word, its place and its value as the claim writes it; of what is missing, every element."""
    phrase, raw, claim = word.phrase, line.raw, line.claim.raw
    if phrase == "days of care":
        return _days_of_care(line)
    if phrase == "principal diagnosis":
        return ((phrase, "/diagnoses/0/code", claim["diagnoses"][0]["code"]),)
    if phrase.startswith("rendering "):
        return (_provided(phrase, phrase.removeprefix("rendering ").replace(" ", "_"), line),)
    if phrase.startswith("billing ") and word.of == "claim":
        key = phrase.removeprefix("billing ").replace(" ", "_")
        above, place = (raw, line.pointer) if line.is_past else (claim, "")
        value = (above.get("billing_provider") or NOTHING).get(key)
        return ((phrase, f"{place}/billing_provider/{key}", value),)
    if word.of == "claim":
        return ((phrase, "/" + word.field.replace(".", "/"), _assumed(phrase, _at(claim, word.field))),)
    key = word.field.rpartition(".")[2]
    value = raw.get(key)
    if value is None and word.fallback and not line.is_past and claim.get(word.fallback) is not None:
        return ((phrase, f"/{word.fallback}", claim[word.fallback]),)
    return ((phrase, f"{line.pointer}/{key}", _assumed(phrase, value)),)


def _assumed(phrase: str, value: Any) -> str | None:
    found = ASSUMED.get(phrase) if value is None else value
    return None if found is None else str(found)


def _at(claim: Mapping[str, Any], path: str) -> Any:
    value: Any = claim
    for step in path.split("."):
        value = None if value is None else value.get(step)
    return value


def _days_of_care(line: Line) -> tuple[tuple[str, str, str | None], ...]:
    first, last = line.raw.get("care_from"), line.raw.get("care_to")
    days = days_between(first, last)
    if days is not None:
        return (("days of care", f"{line.pointer}/care_to", str(days)),)
    ends = (("care from", "care_from", first), ("care to", "care_to", last))
    return tuple((term, f"{line.pointer}/{key}", None) for term, key, value in ends if value is None)


def _provided(phrase: str, key: str, line: Line) -> tuple[str, str, str | None]:
    """Who gave the service: the line says, else the claim, else the billing provider is assumed."""
    raw, claim = line.raw, line.claim.raw
    for above, place, name in (
        (raw, line.pointer, "rendering_provider"),
        (raw, line.pointer, "billing_provider") if line.is_past else (claim, "", "rendering_provider"),
    ):
        if above.get(name) is not None:
            return phrase, f"{place}/{name}/{key}", above[name].get(key)
    if line.is_past:
        return phrase, f"{line.pointer}/billing_provider/{key}", None
    return phrase, f"/billing_provider/{key}", claim["billing_provider"].get(key)


def listed(word: Word, line: Line) -> tuple[str, tuple[str, ...] | None]:
    """The place of a list and its values as the claim writes them; None where they are not all known."""
    raw, claim = line.raw, line.claim.raw
    match word.phrase:
        case "modifier":
            codes = tuple(code for code in raw.get("modifiers") or () if code != PLACEHOLDER)
            return f"{line.pointer}/modifiers", codes
        case "diagnosis":
            return _diagnoses(line)
        case "pointed diagnosis":
            return _pointed(line)
        case "diagnosis type":
            return "/diagnoses", _entries(claim["diagnoses"], "type")
        case "prior authorization":
            return _authorizations(line)
    given = claim.get("attachments")
    if given is None:
        return "/attachments", None
    mine = [one for one in given if one.get("line_number") in (None, raw.get("line_number"))]
    return "/attachments", _entries(mine, word.field.rpartition(".")[2])


def _entries(given: Iterable[Mapping[str, Any]], key: str) -> tuple[str, ...] | None:
    values = [entry.get(key) for entry in given]
    return None if None in values else tuple(str(value) for value in values)


def _diagnoses(line: Line) -> tuple[str, tuple[str, ...] | None]:
    if not line.is_past:
        return "/diagnoses", tuple(one["code"] for one in line.claim.raw["diagnoses"])
    codes = line.raw.get("diagnoses")
    return f"{line.pointer}/diagnoses", None if codes is None else tuple(codes)


def _pointed(line: Line) -> tuple[str, tuple[str, ...] | None]:
    pointers, pointer = line.raw.get("diagnosis_pointers"), f"{line.pointer}/diagnosis_pointers"
    place, codes = _diagnoses(line)
    if codes is None and pointers != []:
        return place, None
    return pointer, None if pointers is None else tuple((codes or ())[at - 1] for at in pointers)


def _authorizations(line: Line) -> tuple[str, tuple[str, ...] | None]:
    own, shared = line.raw.get("prior_authorizations"), line.claim.raw.get("prior_authorizations")
    pointer = f"{line.pointer}/prior_authorizations"
    if line.is_past:
        return pointer, None if own is None else tuple(own)
    is_closed = shared is not None or line.claim.no_authorization
    values = (*(own or ()), *(shared or ()))
    return pointer if own is not None else "/prior_authorizations", values if is_closed else None
