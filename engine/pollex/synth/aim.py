"""Making the condition of a rule hold on the first line of a claim, or just fail.

One item after the other is made true or false. Later items may undo earlier ones: then the claim is simply
another claim, since nothing here promises that the rule fires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pollex.ir.nodes import (
    All,
    AnyOf,
    Arith,
    AtLeast,
    Compare,
    Condition,
    Count,
    Denied,
    Documented,
    Exists,
    Field,
    Member,
    Not,
    OnFile,
    Ranks,
    Same,
    SameProvider,
    Subject,
    Sum,
)
from pollex.model.codesets import normal_code
from pollex.synth import lines, values
from pollex.synth.codes import Codes
from pollex.synth.draft import MOST_DIAGNOSES, MOST_MODIFIERS, Draft, Line, npi, tax_id
from pollex.synth.ordinary import state

OTHER_DIAGNOSIS = "R10.9"
DIAGNOSES = ("diagnosis", "pointed diagnosis")
NEAR = 0.12
"""The part of comparisons that are made to miss by the least there is."""


@dataclass(slots=True)
class Aimer:
    """Changes a draft. `steady` leaves out what makes a rule be missed on purpose; `nearest` says that a
    comparison is being missed so, by the least there is.
    """

    draft: Draft
    codes: Codes
    steady: bool = False
    depth: int = 0
    nearest: bool = False

    def make(
        self, condition: Condition, wanted: bool = True, line: Line | None = None, other: Line | None = None
    ) -> None:
        """Make a condition true or false for a line, and another one where one is looked at."""
        line = self.draft.this if line is None else line
        match condition:
            case All(items) if wanted:
                self._all(items, line, other)
            case AnyOf(items) if not wanted:
                for item in items:
                    self.make(item, False, line, other)
            case All(items) | AnyOf(items) if items:
                self.make(self._one_of(items, wanted, line, other), wanted, line, other)
            case AtLeast(count, items):
                least = count if wanted else max(count - 1, 0)
                start = self.draft.draws.whole(0, len(items) - 1)
                for place in range(len(items)):
                    self.make(items[(start + place) % len(items)], place < least, line, other)
            case Not(item):
                self.make(item, not wanted, line, other)
            case Compare(_, Count() | Sum(), _) | Exists() | Ranks() | Denied():
                lines.make(condition, wanted, self, line, other)
            case Compare(_, Arith(_, Sum(), _), _):
                lines.make(condition, wanted, self, line, other)
            case Compare():
                self.nearest = not self.steady and self.draft.draws.chance(NEAR)
                values.compare(condition, wanted != self.nearest, self, line, other)
                self.nearest = False
            case Member():
                self._member(condition, wanted, line if condition.subject is Subject.THIS else other or line)
            case Same() | SameProvider():
                self._same(condition, wanted, line, other)
            case Documented(concept, document):
                self.find(concept, document, "found" if wanted else "not_found")
            case OnFile(phrase):
                home, key = self.draft.home(phrase, line)
                home[key] = [f"PA-{self.draft.draws.digits(6)}"] if wanted else []
                if not wanted and key in self.draft.claim:
                    self.draft.claim[key] = []

    def _all(self, items: tuple[Condition, ...], line: Line, other: Line | None) -> None:
        match items:
            case (Compare("ge", Field("service date", Subject.OTHER), _) as low, Compare("le", _, _) as high):
                if other is not None and self._in_window(low, high, line, other):
                    return
        for item in items:
            self.make(item, True, line, other)

    def _in_window(self, low: Compare, high: Compare, line: Line, other: Line) -> bool:
        """A day between two bounds: often one of them, sometimes just beyond."""
        ends = [values.value_of(bound.right, self, line, other) for bound in (low, high)]
        match ends:
            case [date() as first, date() as last] if first <= last:
                draws = self.draft.draws
                day = draws.day(first, last)
                if draws.chance(0.25):
                    day = draws.one((first, last))
                if not self.steady and draws.chance(NEAR):
                    day = draws.one((first - timedelta(days=1), last + timedelta(days=1)))
                other["service_date"] = day.isoformat()
                return True
        return False

    def _one_of(
        self, items: tuple[Condition, ...], wanted: bool, line: Line, other: Line | None
    ) -> Condition:
        """An item that the lines' codes do not settle the other way."""
        code = other["procedure_code"] if other is not None else None
        possible = [
            item
            for item in items
            if self.codes.may_hold(item, line["procedure_code"], code, self.draft.on) is not (not wanted)
        ]
        return self.draft.draws.one(possible or items)

    # ------------------------------------------------------------ codes

    def choices(self, member: Member) -> tuple[str, ...]:
        """The codes that a test of codes lets through on the day."""
        found = set(member.codes)
        for name in member.sets:
            held = self.draft.program.sets[name]
            found.update(code for code in held.codes if held.membership(code, self.draft.on))
        return tuple(sorted(found))

    def _member(self, member: Member, wanted: bool, line: Line) -> None:
        draws, listed = self.draft.draws, self.choices(member)
        if member.phrase == "cpt" or not listed:
            return
        if member.phrase == "modifier":
            kept = [code for code in line["modifiers"] if code not in listed]
            found = any(code in listed for code in line["modifiers"])
            if not wanted or member.quantifier == "every":
                line["modifiers"] = kept if not wanted else [draws.one(listed)]
            elif not found:
                line["modifiers"] = [draws.one(listed), *kept][:MOST_MODIFIERS]
        elif member.phrase in DIAGNOSES:
            self._diagnoses(member, wanted, listed, line)
        elif self.draft.program.vocabulary.words[member.phrase].many:
            self._entry(member.phrase, draws.one(listed) if wanted else None)
        elif (str(self.draft.get(member.phrase, line)) in listed) != wanted and member.phrase != "payer":
            word = self.draft.program.vocabulary.words[member.phrase]
            known = self.draft.program.systems[word.system].codes if word.system else word.choices
            others = [code for code in known if code not in listed]
            if wanted or others:
                self.draft.put(member.phrase, line, draws.one(listed if wanted else others))

    def _diagnoses(self, member: Member, wanted: bool, listed: tuple[str, ...], line: Line) -> None:
        claim, draws = self.draft.claim, self.draft.draws
        if line.get("claim_id") is not None:
            line["diagnoses"] = [draws.one(listed)] if wanted else [OTHER_DIAGNOSIS]
            line["diagnosis_pointers"] = [1]
            return
        system = self.draft.program.systems["icd-10-cm"]
        kept = [one for one in claim["diagnoses"] if normal_code(system, one["code"]) not in listed]
        inside = [one for one in claim["diagnoses"] if one not in kept]
        if not wanted:
            new = kept or [{"code": OTHER_DIAGNOSIS}]
        else:
            new = inside or [{"code": draws.one(listed)}]
            new = new if member.quantifier == "every" else [*new, *kept]
        claim["diagnoses"] = new[:MOST_DIAGNOSES]
        for one in self.draft.lines:
            one["diagnosis_pointers"] = list(range(1, len(claim["diagnoses"]) + 1))
        if member.phrase == "pointed diagnosis" and draws.chance(0.5):
            line["diagnosis_pointers"] = [1]

    def _entry(self, phrase: str, code: str | None) -> None:
        """One entry of a list of the claim, such as the attachments; none where no code is given."""
        *_, above, key = self.draft.program.vocabulary.words[phrase].field.replace("[]", "").split(".")
        self.draft.claim[above] = [] if code is None else [{"report_type": "OB", key: code}]

    # ------------------------------------------------------------ two lines

    def _same(self, leaf: Same | SameProvider, wanted: bool, line: Line, other: Line | None) -> None:
        if other is None or other is line:
            return
        if isinstance(leaf, SameProvider):
            self._provider(leaf.relation, wanted, line, other)
        elif leaf.phrase == "modifier":
            other["modifiers"] = list(line["modifiers"])
            if not wanted:
                other["modifiers"] = [code for code in ("LT", "RT") if code not in line["modifiers"]]
        elif leaf.phrase == "cpt":
            other["procedure_code"] = line["procedure_code"] if wanted else other["procedure_code"]
        else:
            mine = self.draft.get(leaf.phrase, line)
            if mine is not None and wanted:
                self.draft.put(leaf.phrase, other, mine)

    def _provider(self, relation: str, wanted: bool, line: Line, other: Line) -> None:
        rendering = dict(line.get("rendering_provider") or self.draft.rendering)
        if wanted:
            other["rendering_provider"] = rendering
            if "billing_provider" in other:
                other["billing_provider"] = dict(self.draft.claim["billing_provider"])
            return
        other["rendering_provider"] = {**rendering, "npi": npi(self.draft.draws)}
        if relation != "provider":
            specialties = self.draft.program.systems["specialty"].codes
            elsewhere = [one for one in specialties if one != rendering.get("specialty")]
            other["rendering_provider"]["specialty"] = self.draft.draws.one(elsewhere)
            if "billing_provider" in other:
                other["billing_provider"] = {"npi": npi(self.draft.draws), "tax_id": tax_id(self.draft.draws)}

    # ------------------------------------------------------------ values

    def find(self, concept: str, document: str | None, status: str, quantity: str | None = None) -> None:
        """Say what review found, in place of what was said of it before."""
        facts = self.draft.claim["documentation"]
        facts[:] = [fact for fact in facts if fact["concept"] != concept or fact.get("document") != document]
        state(Documented(concept, document), self.draft, status, quantity)

    def beyond(self, op: str, bound: values.Datum) -> Fraction | date | str:
        """A value that stands so to a bound: often the nearest one."""
        draws = self.draft.draws
        assert bound is not None
        if isinstance(bound, str):
            return bound if op == "eq" else self._another(bound)
        if op == "eq":
            return bound
        if self.nearest:
            step = 0 if op in ("le", "ge") else 1
            step = -step if op == "lt" else step
            return bound + timedelta(days=step) if isinstance(bound, date) else bound + step
        step = 0 if op in ("le", "ge") and draws.chance(0.5) else 1
        step = step if draws.chance(0.6) else draws.whole(1, 40 if isinstance(bound, date) else 3)
        step = -step if op in ("lt", "le") else step
        return bound + timedelta(days=step) if isinstance(bound, date) else bound + step

    def _another(self, choice: str) -> str:
        """Another choice of the same word."""
        for word in self.draft.program.vocabulary.words.values():
            if choice in word.choices:
                return self.draft.draws.one([one for one in word.choices if one != choice])
        return choice
