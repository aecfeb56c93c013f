"""A claim in the making: its parts in the words of the vocabulary, and at the end the document.

Identifiers belong to nobody: NPIs have a wrong check digit, tax ids a beginning that is not given out. Fees
are made up from the payer's name and the code, so that they are the same on every claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias
from zlib import crc32

from pollex.ir.program import Program
from pollex.model.vocabulary import Kind
from pollex.synth.draws import Draws
from pollex.synth.world import Plan

Line: TypeAlias = dict[str, Any]

CLAIM_KEYS = (
    "claim_id", "claim_type", "payer", "received_date", "frequency_code", "original_processed_date",
    "patient", "billing_provider", "rendering_provider", "place_of_service", "admission_date",
    "discharge_date", "diagnoses", "prior_authorizations", "total_charge_amount", "lines", "documentation",
    "attachments", "history",
)  # fmt: skip
LINE_KEYS = (
    "claim_id", "line_number", "procedure_code", "modifiers", "units", "charge_amount",
    "fee_schedule_amount", "service_date", "service_date_to", "place_of_service", "diagnosis_pointers",
    "diagnoses", "rendering_provider", "billing_provider", "care_from", "care_to", "prior_authorizations",
    "outcome",
)  # fmt: skip
SPANS = (
    ("admission_date", "discharge_date"),
    ("service_date", "service_date_to"),
    ("care_from", "care_to"),
)
MOST_MODIFIERS, MOST_DIAGNOSES, MOST_LINES = 4, 12, 12

# Dollars by the first digits of a code: from, up to.
DOLLARS = (("4", 250, 2600), ("99", 40, 260), ("9", 15, 180))
OTHER_DOLLARS = (30, 900)


def fee(payer: str, code: str) -> Fraction:
    """A made-up fee in whole cents, the same on every claim."""
    low, high = next((span for start, *span in DOLLARS if code.startswith(start)), OTHER_DOLLARS)
    place = crc32(code.encode()) % 10_000
    level = 85 + crc32(payer.encode()) % 60
    cents = (low * 10_000 + (high - low) * place) * level // 10_000
    return Fraction(cents, 100)


def dollars(amount: Fraction) -> str:
    """Dollars with two places, cut off below."""
    cents = int(amount * 100)
    return f"{cents // 100}.{cents % 100:02}"


def npi(draws: Draws) -> str:
    """Ten digits with a wrong check digit."""
    digits = f"1{draws.digits(8)}"
    total = 24 + sum(
        sum(divmod(int(digit) * 2, 10)) if at % 2 == 0 else int(digit) for at, digit in enumerate(digits)
    )
    return f"{digits}{(-total % 10 + 1 + draws.whole(0, 8)) % 10}"


def tax_id(draws: Draws) -> str:
    return f"00-{draws.digits(7)}"


@dataclass(slots=True)
class Draft:
    """A claim in the making; `kept` are the lines that a rule needs."""

    program: Program
    plan: Plan
    draws: Draws
    on: date
    claim: dict[str, Any]
    lines: list[Line] = field(default_factory=list)
    earlier: list[Line] | None = field(default_factory=list)
    complete_since: date | None = None
    kept: list[int] = field(default_factory=list)

    @property
    def this(self) -> Line:
        """The line that a rule is aimed at: the first."""
        return self.lines[0]

    # ------------------------------------------------------------ lines

    def line(self, code: str, day: date, history: bool = False) -> Line:
        """A plain line, not yet on the claim."""
        made: Line = {"procedure_code": code, "modifiers": [], "units": "1", "service_date": day.isoformat()}
        amount = fee(self.plan.payer, code)
        made["fee_schedule_amount"] = dollars(amount)
        made["charge_amount"] = self.charge(amount)
        if history:
            made["claim_id"] = f"earlier-{len(self.earlier or ()) + 1}"
            made["outcome"] = "allow"
            made["billing_provider"] = dict(self.claim["billing_provider"])
            del made["fee_schedule_amount"]
        else:
            made["diagnosis_pointers"] = [1]
        return made

    def charge(self, amount: Fraction) -> str:
        """A charge in whole dollars: mostly well above the fee."""
        percent = self.draws.whole(120, 300) if not self.draws.chance(0.06) else self.draws.whole(70, 100)
        return dollars(Fraction(max(int(amount * percent / 100), 1)))

    def add(self, line: Line, history: bool) -> None:
        """Put a line on the claim or in the history; a rule needs it."""
        if history:
            self.earlier = [*(self.earlier or ()), line]
        elif len(self.lines) < MOST_LINES:
            self.lines.append(line)
        self.kept.append(id(line))

    def candidates(self, of: str, line: Line) -> list[Line]:
        """The lines that a condition looks at."""
        if of == "history":
            return list(self.earlier or ())
        return [one for one in self.lines if of == "all" or one is not line]

    def drop(self, of: str, line: Line) -> list[Line]:
        """Take away what a condition looks at and no rule needs; the rest is handed back."""
        rest = [one for one in self.candidates(of, line) if id(one) in self.kept or one is self.this]
        if of == "history":
            self.earlier = rest
        else:
            self.lines = [one for one in self.lines if one is line or one in rest]
        return rest

    # ------------------------------------------------------------ words

    def home(self, phrase: str, line: Line) -> tuple[dict[str, Any], str]:
        """Where the value of a word stands: an object, and the key in it."""
        word = self.program.vocabulary.words[phrase]
        if phrase.startswith(("rendering ", "billing ")):
            who, key = phrase.replace(" ", "_").split("_", 1)
            return self._provider(who, line), key
        *above, key = word.field.replace("[]", "").split(".")
        if above[:2] == ["history", "lines"] or above[:1] == ["lines"]:
            return line, key
        if above == ["history"]:
            return {}, key
        at = self.claim
        for step in above:
            at = at.setdefault(step, {})
        return at, key

    def _provider(self, who: str, line: Line) -> dict[str, Any]:
        if who == "billing":
            found: dict[str, Any] = line.get("billing_provider") or self.claim["billing_provider"]
            return found
        if line.get("rendering_provider") is None:
            line["rendering_provider"] = dict(line.get("billing_provider") or self.rendering)
        rendering: dict[str, Any] = line["rendering_provider"]
        return rendering

    @property
    def rendering(self) -> dict[str, Any]:
        """Who gave the services of the claim."""
        found: dict[str, Any] = self.claim.get("rendering_provider") or self.claim["billing_provider"]
        return found

    def get(self, phrase: str, line: Line) -> Fraction | date | str | None:
        """The value of a word, as conditions compare it."""
        word = self.program.vocabulary.words[phrase]
        if phrase == "days of care":
            care = [line.get(key) for key in ("care_from", "care_to")]
            ends = [date.fromisoformat(day) for day in care if day is not None]
            return Fraction((ends[1] - ends[0]).days + 1) if len(ends) > 1 else None
        if phrase == "principal diagnosis":
            return str(self.claim["diagnoses"][0]["code"])
        home, key = self.home(phrase, line)
        value = home.get(key)
        if value is None and word.fallback is not None and home is line:
            value = self.claim.get(word.fallback)
        if value is None or isinstance(value, list):
            return None
        if word.kind is Kind.DATE:
            return date.fromisoformat(value)
        return Fraction(value) if word.kind.is_numeric else str(value)

    def put(self, phrase: str, line: Line, value: Fraction | date | str) -> None:
        """Give a word a value."""
        word = self.program.vocabulary.words[phrase]
        if phrase == "principal diagnosis":
            self.claim["diagnoses"][0] = {"code": value}
            return
        home, key = self.home(phrase, line)
        if isinstance(value, date):
            home[key] = value.isoformat()
        elif isinstance(value, Fraction):
            amount = max(value, Fraction(0))
            home[key] = dollars(amount) if word.kind is Kind.MONEY else str(int(amount))
        else:
            home[key] = value

    # ------------------------------------------------------------ the document

    def finished(self, name: str) -> dict[str, Any]:
        """The claim document, keys and lines in their order."""
        claim = {**self.claim, "claim_id": name}
        claim["lines"] = [_line(line, number) for number, line in enumerate(self.lines, 1)]
        charges = [Fraction(line["charge_amount"]) for line in self.lines if line.get("charge_amount")]
        if len(charges) == len(self.lines) and "total_charge_amount" not in claim:
            claim["total_charge_amount"] = dollars(sum(charges, Fraction(0)))
        if self.earlier is not None:
            lines = [_line(line, number) for number, line in enumerate(self.earlier, 1)]
            since = {"complete_since": self.complete_since.isoformat()} if self.complete_since else {}
            claim["history"] = {**since, "lines": lines}
        return _ordered(_forward(claim), CLAIM_KEYS)


def _line(line: Mapping[str, Any], number: int) -> Line:
    return _ordered(_forward({**line, "line_number": number}), LINE_KEYS)


def _forward(thing: dict[str, Any]) -> dict[str, Any]:
    """No last day before its first: a claim with one is not valid."""
    for first, last in SPANS:
        if thing.get(first) is not None and thing.get(last) is not None:
            thing[last] = max(thing[first], thing[last])
    return thing


def _ordered(given: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: given[key] for key in keys if given.get(key) is not None}
