"""What a test can expect of one decision that another does not meet."""

from __future__ import annotations

from collections.abc import Iterator

from pollex.model.decision import Adjustment, Decision, LineDecision
from pollex.model.vocabulary import Vocabulary
from pollex.source.span import Span
from pollex.syntax.conditions import Codes, Documentation, Literal, Name, WordRef
from pollex.syntax.scenarios import Expectation, Expected, Term

NOWHERE = Span("", 0, 0)
DOCUMENTED = "documentation of "
QUANTITY = "quantity of "


def telling(decision: Decision, other: Decision, vocabulary: Vocabulary) -> tuple[Expectation, ...]:
    """An expectation for each line in which the two differ: its outcome and amount, and what is not alike."""
    found: list[Expectation] = []
    for line, beside in zip(decision.lines, other.lines, strict=True):
        apart = tuple(_apart(line, beside, vocabulary))
        if apart or _figures(line) != _figures(beside):
            number = Literal("atom", str(line.line_number), NOWHERE)
            found.append(Expectation(number, False, (*_shown(line), *apart), NOWHERE))
    return tuple(found)


def _figures(line: LineDecision) -> object:
    return line.outcome, line.percent, line.allowed_amount


def _shown(line: LineDecision) -> Iterator[Expected]:
    """Outcome, share and amount, where there are any."""
    yield _expected("outcome", line.outcome)
    if line.outcome == "allow" and line.percent is not None:
        yield _expected("percent", Literal("atom", line.percent, NOWHERE))
        amount = line.allowed_amount
        yield _expected("amount", None if amount is None else Literal("money", amount, NOWHERE))


def _apart(line: LineDecision, other: LineDecision, vocabulary: Vocabulary) -> Iterator[Expected]:
    """Rules, codes, notes, documents and missing elements of one line and not of the other."""
    rules, theirs = ({reason.rule for reason in one.reasons} - {"otherwise"} for one in (line, other))
    yield from (_expected("because", _name(rule)) for rule in sorted(rules - theirs))
    yield from (_expected("not-because", _name(rule)) for rule in sorted(theirs - rules))
    noted, theirs = ({note.rule for note in one.notes} for one in (line, other))
    yield from (_expected("note", _name(rule)) for rule in sorted(noted - theirs))
    given, theirs_given = ({_codes_of(one) for one in both.adjustments} for both in (line, other))
    yield from (_expected("codes", _codes(*codes)) for codes in sorted(given - theirs_given))
    yield from _documents(line, other)
    missing, lacking = (sorted({one.term for one in both.missing}) for both in (line, other))
    if missing != lacking:
        terms = [_term(term, vocabulary) for term in missing]
        nothing = Term("nothing", None, None, None, NOWHERE)
        yield from (_expected("missing", term) for term in terms or [nothing])
    trial, theirs = ({report.rule for report in both.trial} for both in (line, other))
    yield from (_expected("trial", _name(rule)) for rule in sorted(trial - theirs))


def _documents(line: LineDecision, other: LineDecision) -> Iterator[Expected]:
    owed, theirs = ({(d.concept, d.document) for d in one.required_documentation} for one in (line, other))
    if theirs and not owed:
        yield _expected("requires", None)
    for concept, document in sorted(owed - theirs, key=str):
        yield _expected("requires", _documentation(concept, document))


def _term(term: str, vocabulary: Vocabulary) -> Term:
    """What `missing` names, from the words of a decision."""
    if term in vocabulary.words:
        return Term("word", WordRef(term, NOWHERE), None, None, NOWHERE)
    plain = term.removeprefix(QUANTITY)
    if plain.startswith(DOCUMENTED):
        concept, _, document = plain.removeprefix(DOCUMENTED).partition(" in ")
        kind = "quantity" if plain != term else "documentation"
        return Term(kind, None, _documentation(concept, document or None), None, NOWHERE)
    if term == "history":
        return Term("history", None, None, None, NOWHERE)
    return Term("table", None, None, _name(term), NOWHERE)


def _documentation(concept: str, document: str | None) -> Documentation:
    return Documentation(_name(concept), _name(document) if document else None, NOWHERE)


def _codes_of(adjustment: Adjustment) -> tuple[str, str, tuple[str, ...]]:
    return adjustment.group, adjustment.carc, tuple(adjustment.rarc)


def _codes(group: str, carc: str, rarcs: tuple[str, ...]) -> Codes:
    return Codes(
        Name(group.lower(), NOWHERE),
        Literal("atom", carc, NOWHERE),
        tuple(Literal("atom", rarc, NOWHERE) for rarc in rarcs),
        NOWHERE,
    )


def _expected(kind: str, value: Literal | Name | Codes | Documentation | Term | str | None) -> Expected:
    return Expected(kind, value, NOWHERE)


def _name(text: str) -> Name:
    return Name(text, NOWHERE)
