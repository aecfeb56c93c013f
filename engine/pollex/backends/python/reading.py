"""What fired rules have read, as a decision shows it: each value once, with the place where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from pollex.backends.assumed import ASSUMED, PLACEHOLDER
from pollex.backends.documentation import documentation_term
from pollex.backends.python.answers import NOT_LISTED, days_between
from pollex.backends.python.claims import NOTHING, Line
from pollex.backends.python.emit.evidence import SEVERAL
from pollex.backends.python.kept import Kept
from pollex.backends.wording import number_text
from pollex.model.decision import Reading
from pollex.model.quick import quick
from pollex.model.vocabulary import Word as Said

new_reading = quick(Reading)


class Inexact(Exception):  # noqa: N818 - no error: the line goes the exact way
    """Something that is not known stands in a rule that holds all the same."""


Order: TypeAlias = tuple[str, str, str, str]
Seen: TypeAlias = tuple[str, Any]
"""A place, and the value that stands there."""
Locate: TypeAlias = Callable[[Line], Seen]
Read: TypeAlias = Callable[[Line], tuple[Reading, ...]]


class Word:
    """A word of the vocabulary: where it stands on a line, and as a decision shows it."""

    __slots__ = ("locate", "shown")

    def __init__(self, locate: Locate, shown: dict[Seen, Reading]) -> None:
        self.locate = locate
        self.shown = shown

    def __call__(self, line: Line) -> Reading:
        return self.shown[self.locate(line)]


class Words(dict[str, Word]):
    """The words that rules read."""

    def __init__(self, vocabulary: Mapping[str, Said]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.kept = Kept()
        self._readers: dict[tuple[str, ...], Read] = {}

    def __missing__(self, phrase: str) -> Word:
        found = self[phrase] = word(self.vocabulary[phrase], self.kept)
        return found

    def reader(self, phrases: tuple[str, ...]) -> Read:
        """What reads these words of a line, for all rules that read just them."""
        found = self._readers.get(phrases)
        if found is None:
            words = [self[phrase] for phrase in phrases]
            found = self._readers[phrases] = lambda line: tuple([one(line) for one in words])
        return found


class Readings:
    """Gathers what one rule has read."""

    __slots__ = ("found", "words")

    def __init__(self, words: Words) -> None:
        self.words = words
        self.found: dict[Order, Reading] = {}

    def result(self) -> tuple[Reading, ...]:
        """The readings in a fixed order."""
        found = self.found
        if len(found) < 2:
            return tuple(found.values())
        return tuple([found[order] for order in sorted(found)])

    def field(self, phrase: str, line: Line) -> None:
        """A word: its one value, or all of them."""
        if phrase == SEVERAL:
            for term, pointer, value in _days_of_care(line):
                self.add(new_reading(term, pointer, value, None, None))
        else:
            word = self.words[phrase]
            self.add(word.shown[word.locate(line)])

    def add(self, reading: Reading) -> None:
        self.found[reading.term, reading.pointer or "", "", ""] = reading

    listing = field

    def same_listing(self, phrase: str, mine: Line, theirs: Line) -> None:
        for line in (mine, theirs):
            if listed(self.words.vocabulary[phrase], line)[1] is None:
                raise Inexact
        self.listing(phrase, theirs)

    def cell(self, table: str, column: str, key: str | None, value: Any) -> None:
        """A cell of a table, where its key is known."""
        if key is not None:
            text = None if value is None or value is NOT_LISTED else _text(value)
            term = f"{table} {column}"
            first, _, second = key.partition("/")
            reading = new_reading(term, None, text, table, (first, second) if second else key)
            self.found[term, "", table, key] = reading

    def documented(self, concept: str, document: str | None, line: Line) -> None:
        settled = line.claim.documentation(concept, document, line.number)
        pointer = "/documentation" if settled is None else f"/documentation/{settled[0]}"
        term = documentation_term(concept, document)
        self.add(new_reading(term, pointer, None if settled is None else settled[1], None, None))

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


# ------------------------------------------------------------------ where words stand


class _Shown(dict[Seen, Reading]):
    """A word with the places and values seen so far. `key` follows on the place."""

    def __init__(self, phrase: str, kept: Kept, key: str = "") -> None:
        super().__init__()
        kept.in_tables((self,))
        self.kept = kept
        self.phrase = phrase
        self.key = key

    def __missing__(self, seen: Seen) -> Reading:
        self.kept.one_more()
        place, value = seen
        found = self[seen] = new_reading(self.phrase, place + self.key, value, None, None)
        return found


def word(said: Said, kept: Kept) -> Word:
    """A word; those that most rules read have their own short way."""
    phrase, key = said.phrase, said.field.rpartition(".")[2]
    if said.many:
        return Word(LISTS.get(phrase) or (lambda line: listed(said, line)), _Shown(phrase, kept))
    if said.of == "claim" or said.fallback or phrase.startswith("rendering "):
        return Word(lambda line: located(said, line), _Shown(phrase, kept))
    of_lines = _Shown(phrase, kept, f"/{key}")
    if phrase == "cpt":
        return Word(lambda line: (line.pointer, line.code), of_lines)
    assumed, is_number = ASSUMED.get(phrase), phrase == "line number"

    def locate(line: Line) -> Seen:
        value = line.raw.get(key)
        if value is None:
            value = assumed
        elif is_number:
            value = str(value)
        return line.pointer, value

    return Word(locate, of_lines)


def located(word: Said, line: Line) -> tuple[str, str | None]:
    """The place of a word and its value as the claim writes it."""
    phrase, raw, claim = word.phrase, line.raw, line.claim.raw
    if phrase == "principal diagnosis":
        return "/diagnoses/0/code", claim["diagnoses"][0]["code"]
    if phrase.startswith("rendering "):
        return _provided(phrase.removeprefix("rendering ").replace(" ", "_"), line)
    if phrase.startswith("billing ") and word.of == "claim":
        key = phrase.removeprefix("billing ").replace(" ", "_")
        above, place = (raw, line.pointer) if line.is_past else (claim, "")
        value = (above.get("billing_provider") or NOTHING).get(key)
        return f"{place}/billing_provider/{key}", value
    if word.of == "claim":
        return "/" + word.field.replace(".", "/"), _assumed(phrase, _at(claim, word.field))
    key = word.field.rpartition(".")[2]
    value = raw.get(key)
    if value is None and word.fallback and not line.is_past and claim.get(word.fallback) is not None:
        return f"/{word.fallback}", claim[word.fallback]
    return f"{line.pointer}/{key}", _assumed(phrase, value)


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


def _provided(key: str, line: Line) -> tuple[str, str | None]:
    """Who gave the service: the line says, else the claim, else the billing provider is assumed."""
    raw, claim = line.raw, line.claim.raw
    for above, place, name in (
        (raw, line.pointer, "rendering_provider"),
        (raw, line.pointer, "billing_provider") if line.is_past else (claim, "", "rendering_provider"),
    ):
        if above.get(name) is not None:
            return f"{place}/{name}/{key}", above[name].get(key)
    if line.is_past:
        return f"{line.pointer}/billing_provider/{key}", None
    return f"/billing_provider/{key}", claim["billing_provider"].get(key)


def listed(word: Said, line: Line) -> tuple[str, tuple[str, ...] | None]:
    """The place of a list and its values as the claim writes them; None where they are not all known."""
    raw, claim = line.raw, line.claim.raw
    of_list = LISTS.get(word.phrase)
    if of_list is not None:
        return of_list(line)
    if word.phrase == "diagnosis type":
        return "/diagnoses", _entries(claim["diagnoses"], "type")
    given = claim.get("attachments")
    if given is None:
        return "/attachments", None
    mine = [one for one in given if one.get("line_number") in (None, raw.get("line_number"))]
    return "/attachments", _entries(mine, word.field.rpartition(".")[2])


def _entries(given: Iterable[Mapping[str, Any]], key: str) -> tuple[str, ...] | None:
    values = [entry.get(key) for entry in given]
    return None if None in values else tuple(str(value) for value in values)


def _modifiers(line: Line) -> tuple[str, tuple[str, ...]]:
    given = line.raw.get("modifiers") or ()
    if PLACEHOLDER in given:
        given = [code for code in given if code != PLACEHOLDER]
    return f"{line.pointer}/modifiers", tuple(given)


def _diagnoses(line: Line) -> tuple[str, tuple[str, ...] | None]:
    if not line.is_past:
        return "/diagnoses", tuple([one["code"] for one in line.claim.raw["diagnoses"]])
    codes = line.raw.get("diagnoses")
    return f"{line.pointer}/diagnoses", None if codes is None else tuple(codes)


def _pointed(line: Line) -> tuple[str, tuple[str, ...] | None]:
    pointers, pointer = line.raw.get("diagnosis_pointers"), f"{line.pointer}/diagnosis_pointers"
    if pointers is not None and not line.is_past:
        given = line.claim.raw["diagnoses"]
        return pointer, tuple([given[at - 1]["code"] for at in pointers])
    place, codes = _diagnoses(line)
    if codes is None and pointers != []:
        return place, None
    return pointer, None if pointers is None else tuple([(codes or ())[at - 1] for at in pointers])


def _authorizations(line: Line) -> tuple[str, tuple[str, ...] | None]:
    own, shared = line.raw.get("prior_authorizations"), line.claim.raw.get("prior_authorizations")
    pointer = f"{line.pointer}/prior_authorizations"
    if line.is_past:
        return pointer, None if own is None else tuple(own)
    is_closed = shared is not None or line.claim.no_authorization
    values = (*(own or ()), *(shared or ()))
    return pointer if own is not None else "/prior_authorizations", values if is_closed else None


LISTS: dict[str, Callable[[Line], tuple[str, tuple[str, ...] | None]]] = {
    "modifier": _modifiers,
    "diagnosis": _diagnoses,
    "pointed diagnosis": _pointed,
    "prior authorization": _authorizations,
}
