"""Reading a claim: what each word of the vocabulary finds on a line, on the claim, or on a line of the
history.

The claim has passed validation. What is absent or null is unknown, and the answer names the element that
is missing; the five assumptions of the contract are made here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from pollex.backends.assumed import ASSUMED, PLACEHOLDER
from pollex.backends.documentation import Facts, documentation_term, settling
from pollex.backends.documentation import facts as facts_on
from pollex.backends.interpret.elements import Datum, Element, Known, KnownList, LineRef, Unknown, unknown
from pollex.model.codesets import CodeSystem, normal_code
from pollex.model.vocabulary import Kind, Vocabulary, Word


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as the words see it. `no_history` and `no_authorization` are what the caller vouches for."""

    claim: Mapping[str, Any]
    vocabulary: Vocabulary
    systems: Mapping[str, CodeSystem]
    no_history: bool = False
    no_authorization: bool = False
    lines: tuple[LineRef, ...] = field(init=False)
    history_lines: tuple[LineRef, ...] = field(init=False)
    _memo: dict[tuple[str, LineRef], Datum | KnownList] = field(
        default_factory=dict, repr=False, compare=False
    )
    _days: dict[LineRef, date] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        history = range(len(self.history.get("lines") or ()))
        lines = range(len(self.claim["lines"]))
        object.__setattr__(self, "lines", tuple(LineRef(place) for place in lines))
        object.__setattr__(self, "history_lines", tuple(LineRef(place, True) for place in history))

    # ------------------------------------------------------------ lines

    def line(self, ref: LineRef) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (self.history if ref.of_history else self.claim)["lines"][ref.place]
        return found

    @property
    def history(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] | None = self.claim.get("history")
        return {"lines": []} if found is None else found

    def history_gap(self, since: date | None, lacking: frozenset[Element]) -> frozenset[Element]:
        """What is missing for the history to be known back to a day (None: for ever); nothing where it is.
        Where the elements `lacking` may bring that day nearer, they are what is missing.
        """
        if self.claim.get("history") is None:
            return frozenset() if self.no_history else lack("/history", "history")
        complete = self.claim["history"].get("complete_since")
        if complete is not None and since is not None and since >= date.fromisoformat(complete):
            return frozenset()
        if complete is not None and lacking:
            return lacking
        return lacking | lack("/history/complete_since", "history complete since")

    def service_date(self, ref: LineRef) -> date:
        found = self._days.get(ref)
        if found is None:
            found = self._days[ref] = date.fromisoformat(self.line(ref)["service_date"])
        return found

    def code(self, ref: LineRef) -> str:
        return str(self.line(ref)["procedure_code"])

    # ------------------------------------------------------------ words

    def read(self, phrase: str, ref: LineRef) -> Datum:
        """The one value of a word, for a line."""
        found = self._memo.get((phrase, ref))
        if found is None:
            found = self._memo[phrase, ref] = self._read(phrase, ref)
        assert not isinstance(found, KnownList)
        return found

    def _read(self, phrase: str, ref: LineRef) -> Datum:
        word = self.vocabulary.words[phrase]
        if phrase == "days of care":
            return self._days_of_care(ref)
        if phrase == "principal diagnosis":
            return self._value(self.claim["diagnoses"][0].get("code"), "/diagnoses/0/code", word)
        if phrase.startswith("rendering "):
            return self._provider(ref, phrase.removeprefix("rendering ").replace(" ", "_"), word)
        if phrase.startswith("billing ") and word.of == "claim":
            return self._billing(ref, phrase.removeprefix("billing ").replace(" ", "_"), word)
        if word.of == "claim":
            return self._path(self.claim, "", word.field, word)
        key = word.field.rpartition(".")[2]
        value, pointer = self.line(ref).get(key), f"{ref.pointer}/{key}"
        if (
            value is None
            and word.fallback
            and not ref.of_history
            and self.claim.get(word.fallback) is not None
        ):
            return self._value(self.claim[word.fallback], f"/{word.fallback}", word)
        return self._value(value, pointer, word)

    def read_list(self, phrase: str, ref: LineRef) -> KnownList:
        """The values of a word that holds a list, for a line."""
        found = self._memo.get((phrase, ref))
        if found is None:
            found = self._memo[phrase, ref] = self._read_list(phrase, ref)
        assert isinstance(found, KnownList)
        return found

    def _read_list(self, phrase: str, ref: LineRef) -> KnownList:
        word = self.vocabulary.words[phrase]
        match phrase:
            case "modifier":
                codes = tuple(str(code) for code in self.line(ref).get("modifiers") or ())
                return KnownList(
                    tuple(code for code in codes if code != PLACEHOLDER), f"{ref.pointer}/modifiers"
                )
            case "diagnosis":
                return self._diagnoses(ref, word)
            case "pointed diagnosis":
                return self._pointed(ref, word)
            case "prior authorization":
                return self._authorizations(ref)
            case "diagnosis type":
                return self._entries(self.claim["diagnoses"], "/diagnoses", "type", word)
        return self._attachments(ref, word)

    def _path(self, at: Mapping[str, Any], pointer: str, path: str, word: Word) -> Datum:
        value: Any = at
        for step in path.split("."):
            pointer = f"{pointer}/{step}"
            value = value.get(step) if isinstance(value, Mapping) else None
        return self._value(value, pointer, word)

    def _value(self, value: Any, pointer: str, word: Word) -> Datum:
        if value is None:
            value = ASSUMED.get(word.phrase)
        if value is None:
            return unknown(Element(pointer, word.phrase))
        if word.kind in (Kind.DATE, Kind.AGE):
            return Known(date.fromisoformat(value), pointer, value)
        if word.kind.is_numeric:
            return Known(Fraction(value), pointer, str(value))
        return Known(self._code(str(value), word), pointer, str(value))

    def _code(self, value: str, word: Word) -> str:
        system = self.systems.get(word.system) if word.system else None
        return normal_code(system, value) if system is not None else value

    def _days_of_care(self, ref: LineRef) -> Datum:
        first, last = self.read("care from", ref), self.read("care to", ref)
        if isinstance(first, Known) and isinstance(last, Known):
            assert isinstance(first.value, date) and isinstance(last.value, date)
            return Known(Fraction((last.value - first.value).days + 1), last.pointer)
        missing = [end.elements for end in (first, last) if isinstance(end, Unknown)]
        return Unknown(frozenset[Element]().union(*missing))

    def _billing(self, ref: LineRef, key: str, word: Word) -> Datum:
        if ref.of_history:
            return self._path(self.line(ref), ref.pointer, f"billing_provider.{key}", word)
        return self._path(self.claim, "", f"billing_provider.{key}", word)

    def _provider(self, ref: LineRef, key: str, word: Word) -> Datum:
        """Who gave the service: the line says, else the claim, else the billing provider is assumed."""
        line = self.line(ref)
        if line.get("rendering_provider") is not None:
            return self._path(line, ref.pointer, f"rendering_provider.{key}", word)
        if ref.of_history:
            return self._path(line, ref.pointer, f"billing_provider.{key}", word)
        if self.claim.get("rendering_provider") is not None:
            return self._path(self.claim, "", f"rendering_provider.{key}", word)
        return self._path(self.claim, "", f"billing_provider.{key}", word)

    # ------------------------------------------------------------ lists

    def _diagnoses(self, ref: LineRef, word: Word) -> KnownList:
        if not ref.of_history:
            own = [str(diagnosis["code"]) for diagnosis in self.claim["diagnoses"]]
            return self._codes(own, "/diagnoses", word)
        codes, pointer = self.line(ref).get("diagnoses"), f"{ref.pointer}/diagnoses"
        if codes is None:
            return KnownList((), pointer, lack(pointer, word.phrase))
        return self._codes(codes, pointer, word)

    def _codes(self, codes: Sequence[str], pointer: str, word: Word) -> KnownList:
        return KnownList(tuple(self._code(code, word) for code in codes), pointer, written=tuple(codes))

    def _pointed(self, ref: LineRef, word: Word) -> KnownList:
        pointers, pointer = self.line(ref).get("diagnosis_pointers"), f"{ref.pointer}/diagnosis_pointers"
        pointed_to = self._diagnoses(ref, word)
        gap = lack(pointer, word.phrase) if pointers is None else frozenset[Element]()
        if pointed_to.open and pointers != []:
            return KnownList((), pointed_to.pointer, pointed_to.open | gap)
        codes = pointed_to.values
        if pointers is None:
            return KnownList((), pointer, gap, codes)
        written = tuple(pointed_to.written[number - 1] for number in pointers)
        return KnownList(tuple(codes[number - 1] for number in pointers), pointer, written=written)

    def _authorizations(self, ref: LineRef) -> KnownList:
        """Those of the line and of the claim; only the claim's own list, where it is known, closes them."""
        own, shared = self.line(ref).get("prior_authorizations"), self.claim.get("prior_authorizations")
        pointer, term = f"{ref.pointer}/prior_authorizations", "prior authorization"
        if ref.of_history:
            gap = lack(pointer, term) if own is None else frozenset[Element]()
            return KnownList(tuple(str(number) for number in own or ()), pointer, gap)
        values = tuple(str(number) for number in (*(own or ()), *(shared or ())))
        pointer = pointer if own is not None else "/prior_authorizations"
        if shared is not None or self.no_authorization:
            return KnownList(values, pointer)
        return KnownList(values, pointer, lack("/prior_authorizations", term))

    def _attachments(self, ref: LineRef, word: Word) -> KnownList:
        attachments = self.claim.get("attachments")
        if attachments is None:
            return KnownList((), "/attachments", lack("/attachments", word.phrase))
        number = self.line(ref).get("line_number")
        key = word.field.rpartition(".")[2]
        mine = [
            (index, entry)
            for index, entry in enumerate(attachments)
            if entry.get("line_number") in (None, number)
        ]
        return self._entries(
            [entry for _, entry in mine], "/attachments", key, word, [index for index, _ in mine]
        )

    def _entries(
        self,
        entries: Sequence[Mapping[str, Any]],
        pointer: str,
        key: str,
        word: Word,
        places: Sequence[int] = (),
    ) -> KnownList:
        """One key of each entry of a list; an entry that lacks it leaves the list open."""
        values: list[str] = []
        gaps = set[Element]()
        for place, entry in zip(places or range(len(entries)), entries, strict=True):
            value = entry.get(key)
            if value is None:
                gaps.add(Element(f"{pointer}/{place}/{key}", word.phrase))
            else:
                values.append(self._code(str(value), word))
        return KnownList(tuple(values), pointer, frozenset(gaps))

    # ------------------------------------------------------------ documentation

    def documented(self, concept: str, document: str | None, ref: LineRef) -> Known | Unknown:
        """Whether documentation of a concept was found (`"found"`, `"not_found"`), for a line."""
        for facts in self._facts(concept, ref):
            settled = settling(facts, document)
            if settled is not None:
                at, fact = settled
                return Known(fact["status"], f"/documentation/{at}")
        return unknown(self.documentation_element(concept, document, ref))

    def documentation_element(self, concept: str, document: str | None, ref: LineRef) -> Element:
        term = documentation_term(concept, document)
        return Element("/documentation", term, column=str(self.line(ref).get("line_number")))

    def quantity(self, concept: str, document: str | None, ref: LineRef) -> Datum:
        """The quantity that found documentation states, where it states one and not two."""
        facts = next((facts for facts in self._facts(concept, ref) if settling(facts, document)), [])
        stated = [
            Known(Fraction(str(fact["quantity"])), f"/documentation/{at}/quantity")
            for at, fact in facts
            if fact["status"] == "found"
            and fact.get("quantity") is not None
            and document in (None, fact.get("document"))
        ]
        if len({known.value for known in stated}) == 1:
            return stated[0]
        return unknown(Element("/documentation", f"quantity of {documentation_term(concept, document)}"))

    def _facts(self, concept: str, ref: LineRef) -> tuple[Facts, Facts]:
        return facts_on(self.claim, concept, self.line(ref).get("line_number"))


def lack(pointer: str, term: str) -> frozenset[Element]:
    """The one element that is missing."""
    return frozenset((Element(pointer, term),))
