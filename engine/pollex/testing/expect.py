"""Comparing a decision with what a test expects of it, item by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from pollex.model.decision import Decision, LineDecision
from pollex.source.span import Span
from pollex.syntax.conditions import Codes, Documentation, Literal, Name
from pollex.syntax.scenarios import Expectation, Expected, Term


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that was not met: what of, what was expected, what came out, where it stands, and the
    line of the claim that it speaks of.
    """

    what: str
    expected: str
    actual: str
    span: Span
    line_number: int | None = None


def differences(decision: Decision, expectation: Expectation) -> Iterable[Difference]:
    """What of an expectation is not so."""
    if expectation.of_claim:
        for expected in expectation.expected:
            if expected.value != decision.outcome:
                yield Difference("claim outcome", str(expected.value), decision.outcome, expected.span)
        return
    number = int(expectation.line.text) if expectation.line is not None else decision.lines[0].line_number
    line = next((line for line in decision.lines if line.line_number == number), None)
    if line is None:
        yield Difference("line", f"a line {number}", "no such line", expectation.span)
        return
    terms = [e.value for e in expectation.expected if e.kind == "missing" and isinstance(e.value, Term)]
    for expected in expectation.expected:
        if expected.kind != "missing":
            difference = _difference(line, expected)
            if difference is not None:
                yield Difference(f"line {number} {expected.kind}", *difference, expected.span, number)
    if terms:
        wanted = sorted({term_text(term) for term in terms if term.kind != "nothing"})
        actual = sorted({missing.term for missing in line.missing})
        if wanted != actual:
            listed = _listed(wanted), _listed(actual)
            yield Difference(f"line {number} missing", *listed, terms[0].span, number)


def _difference(line: LineDecision, expected: Expected) -> tuple[str, str] | None:
    """Expected and actual, where they differ."""
    rules = sorted({reason.rule for reason in line.reasons})
    match expected.kind, expected.value:
        case "outcome", str() as outcome:
            return None if line.outcome == outcome else (outcome, line.outcome)
        case "amount", value:
            return _number(value, line.allowed_amount, "$")
        case "percent", value:
            return _number(value, line.percent, "")
        case "because", Name(text=rule):
            return None if rule in rules else (rule, _listed(rules))
        case "not-because", Name(text=rule):
            return None if rule not in rules else (f"not {rule}", _listed(rules))
        case "note", Name(text=rule):
            notes = sorted({note.rule for note in line.notes})
            return None if rule in notes else (rule, _listed(notes))
        case "trial", Name(text=rule):
            trials = sorted({report.rule for report in line.trial})
            return None if rule in trials else (rule, _listed(trials))
        case "requires", value:
            owed = sorted({documentation_text(d.concept, d.document) for d in line.required_documentation})
            if not isinstance(value, Documentation):
                return None if not owed else ("nothing", _listed(owed))
            text = documentation_text(value.concept.text, value.document.text if value.document else None)
            return None if text in owed else (text, _listed(owed))
        case "codes", Codes() as codes:
            given = [" ".join((a.group, a.carc, *a.rarc)) for a in line.adjustments]
            wanted = " ".join(
                (codes.group.text.upper(), codes.carc.text, *sorted(r.text for r in codes.rarcs))
            )
            return None if wanted in given else (wanted, _listed(given))
        case "carc", Literal(text=code):
            carcs = sorted({a.carc for a in line.adjustments})
            return None if code in carcs else (code, _listed(carcs))
        case "rarc", Literal(text=code):
            rarcs = sorted({rarc for a in line.adjustments for rarc in a.rarc})
            return None if code in rarcs else (code, _listed(rarcs))
        case kind, _:
            raise AssertionError(f"nothing is known of an expectation of {kind}")


def _number(expected: object, actual: str | None, sign: str) -> tuple[str, str] | None:
    """Numbers are compared as numbers: `16` is `16.0`."""
    shown = "missing" if actual is None else sign + actual
    if not isinstance(expected, Literal):
        return None if actual is None else ("missing", shown)
    same = actual is not None and Fraction(actual) == Fraction(expected.text)
    return None if same else (sign + expected.text, shown)


def term_text(term: Term) -> str:
    """The words by which a decision names a missing element."""
    if term.word is not None:
        return term.word.phrase
    if term.documentation is not None:
        document = term.documentation.document
        text = documentation_text(term.documentation.concept.text, document.text if document else None)
        return f"quantity of {text}" if term.kind == "quantity" else text
    return term.table.text if term.table is not None else "history"


def documentation_text(concept: str, document: str | None) -> str:
    """The author's words for a document that is asked for."""
    return f"documentation of {concept}" + (f" in {document}" if document else "")


def _listed(items: list[str]) -> str:
    return ", ".join(items) if items else "nothing"
