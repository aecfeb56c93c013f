"""Words of the vocabulary, read from the columns of a claim.

Each word that the policies use becomes a field under its own name: of the claim, of its lines (`line`), of
the lines of the history (`earlier`). The assumptions of the contract are made here. What is absent is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pollex.backends.assumed import ASSUMED, PLACEHOLDER
from pollex.backends.sql.dialect import Dialect
from pollex.ir.program import Program
from pollex.model.codesets import DOT_PLACE
from pollex.model.vocabulary import Kind, Word

LINE, EARLIER, CLAIM = "line", "earlier", "claim"
OTHER = "other"
"""The fields of a line that are asked of it as another line of the claim."""
THIS = "this"
SCALES = {Kind.MONEY: 2, Kind.NUMBER: 4, Kind.PERCENT: 4, Kind.DAYS: 0}
"""Places after the point, by the columns' types (schemas/README.md)."""


@dataclass(frozen=True, slots=True)
class Read:
    """A word's value: where it stands (claim, line or earlier), as SQL over the columns."""

    place: str
    name: str
    text: str
    maybe: bool


@dataclass(frozen=True, slots=True)
class Several:
    """A word that holds a list: the values known; whether there may be more, and if so among which. `places`:
    where the values known stand among those.
    """

    place: str
    name: str
    text: str
    open: str | None = None
    within: str | None = None
    places: str = ""


@dataclass(slots=True)
class Words:
    """Reads words; `fields` holds what was asked for, by place and name."""

    program: Program
    dialect: Dialect
    fields: dict[str, dict[str, str]] = field(
        default_factory=lambda: {CLAIM: {}, LINE: {}, EARLIER: {}, OTHER: {}}
    )

    def use(self, place: str, name: str, text: str, holder: str, beside: str | None = None) -> str:
        """A field, said once; how it is written where `holder` is the line. `beside`: how a line in a list is
        asked for it, if otherwise than a row.
        """
        self.fields[place].setdefault(name, text)
        if place == LINE and holder != THIS:
            self.fields[OTHER].setdefault(name, beside or text)
        return name if place == CLAIM else f"{holder}.{name}"

    def given(self, element: str) -> str:
        """An element of the claim as it came, where a line is read."""
        return self.use(CLAIM, f"given_{element}", f"claims.{element}", THIS)

    def word(self, phrase: str) -> Word:
        return self.program.vocabulary.words[phrase]

    # ------------------------------------------------------------ one value

    def one(self, phrase: str, kind: str) -> Read | None:
        """A word of one value, on a line of that kind; None where such a line has none."""
        word, name = self.word(phrase), phrase.replace(" ", "_")
        if phrase == "days of care":
            first, last = f"{kind}.care_from", f"{kind}.care_to"
            days = f"({self.dialect.days_between(first, last)} + 1)"
            return Read(kind, name, days, True)
        if phrase == "principal diagnosis":
            code = f"{self.dialect.at('claims.diagnoses', '1')}.code"
            return Read(CLAIM, name, self.code(code, word), False)
        if phrase.startswith("rendering "):
            return Read(kind, name, self._rendering(kind, word.field.rpartition(".")[2]), True)
        if phrase.startswith("billing ") and word.of == "claim" and kind == EARLIER:
            return Read(kind, name, f"earlier.{word.field}", True)
        if word.of == "claim":
            return self._assumed(Read(CLAIM, name, f"claims.{word.field}", True), word)
        if word.of == "history" and kind == LINE:
            return None
        key = word.field.rpartition(".")[2]
        text = f"{kind}.{key}"
        if word.fallback and kind == LINE:
            text = f"coalesce({text}, {self.given(word.fallback)})"
        is_given = key in ("line_number", "procedure_code", "service_date", "claim_id")
        return self._assumed(Read(kind, name, text, not is_given), word)

    def _assumed(self, read: Read, word: Word) -> Read:
        assumed = ASSUMED.get(word.phrase)
        if assumed is None:
            return read if read.text != "claims.claim_id" else Read(read.place, read.name, read.text, False)
        value = assumed if word.kind.is_numeric else self.dialect.quoted(assumed)
        return Read(read.place, read.name, f"coalesce({read.text}, {value})", False)

    def _rendering(self, kind: str, key: str) -> str:
        own = f"{kind}.rendering_provider"
        if kind == EARLIER:
            return f"CASE WHEN {own} IS NOT NULL THEN {own}.{key} ELSE earlier.billing_provider.{key} END"
        on_claim, billing = self.given("rendering_provider"), self.given("billing_provider")
        return (
            f"CASE WHEN {own} IS NOT NULL THEN {own}.{key} WHEN {on_claim} IS NOT NULL "
            f"THEN {on_claim}.{key} ELSE {billing}.{key} END"
        )

    def code(self, text: str, word: Word) -> str:
        """A code in the form in which codes are compared."""
        system = self.program.systems.get(word.system) if word.system else None
        if system is None or not system.dotted:
            return text
        dotted = f"length({text}) > {DOT_PLACE + 1} AND substr({text}, {DOT_PLACE + 1}, 1) = '.'"
        plain = f"substr({text}, 1, {DOT_PLACE}) || substr({text}, {DOT_PLACE + 2})"
        return f"upper(CASE WHEN {dotted} THEN {plain} ELSE {text} END)"

    # ------------------------------------------------------------ lists

    def many(self, phrase: str, kind: str) -> Several | None:
        """A word that holds a list, on a line of that kind; None where SQL does not say it."""
        word, name, d = self.word(phrase), phrase.replace(" ", "_"), self.dialect
        if phrase == "modifier":
            given = f"coalesce({kind}.modifiers, {d.listed(())})"
            return Several(kind, name, d.filtered(given, "code", f"code <> {d.quoted(PLACEHOLDER)}"))
        if phrase == "diagnosis" and kind == LINE:
            return Several(CLAIM, name, self._diagnoses(word))
        if phrase == "diagnosis":
            codes = d.transform(d.given("earlier.diagnoses"), "code", self.code("code", word))
            return Several(kind, name, codes, "(earlier.diagnoses IS NULL)")
        if phrase == "pointed diagnosis" and kind == LINE:
            listed = self.use(CLAIM, "diagnosis", self._diagnoses(word), THIS)
            given = d.filtered(d.given("line.diagnosis_pointers"), "place", "place IS NOT NULL")
            codes = d.transform(given, "place", d.at(listed, "place"))
            return Several(
                kind, name, codes, "(line.diagnosis_pointers IS NULL)", self._diagnoses(word), given
            )
        if phrase == "prior authorization":
            return self._authorizations(kind, name)
        if phrase.startswith("attachment ") and kind == LINE:
            return self._attachments(word, name)
        return None

    def _diagnoses(self, word: Word) -> str:
        return self.dialect.transform("claims.diagnoses", "diagnosis", self.code("diagnosis.code", word))

    def _authorizations(self, kind: str, name: str) -> Several:
        own = f"coalesce({kind}.prior_authorizations, {self.dialect.listed(())})"
        if kind == EARLIER:
            return Several(kind, name, own, "(earlier.prior_authorizations IS NULL)")
        given = self.given("prior_authorizations")
        shared = f"coalesce({given}, {self.dialect.listed(())})"
        return Several(kind, name, self.dialect.joined(own, shared), f"({given} IS NULL)")

    def _attachments(self, word: Word, name: str) -> Several:
        d, key = self.dialect, word.field.rpartition(".")[2]
        is_mine = "(file.line_number IS NULL OR file.line_number = line.line_number)"
        given = self.given("attachments")
        mine = d.filtered(d.given(given), "file", is_mine)
        values = d.filtered(d.transform(mine, "file", f"file.{key}"), "value", "value IS NOT NULL")
        gap = d.some(mine, "file", f"(file.{key} IS NULL)", False)
        return Several(LINE, name, values, f"({given} IS NULL OR {gap})")
