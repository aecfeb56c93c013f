"""Ways of writing that authors bring from elsewhere, and what to write instead.

Each habit looks at the text around the place where it stops making sense. What it says is more to the point
than what the grammar could say there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pollex.source.diagnostic import Diagnostic, Fix
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.source.text import SourceText
from pollex.syntax.pieces import code_end, without_comments

# Other words for words of the language.
WORDS = {
    "if": "when",
    "where": "when",
    "unless": "exception",
    "approve": "allow",
    "accept": "allow",
    "reject": "deny",
    "refuse": "deny",
    "suspend": "pend",
    "hold": "pend",
    "needs": "require",
    "requires": "require",
    "greater": "more",
    "over": "more",
    "fewer": "less",
}
EFFECTS = ("allow", "deny", "pend", "note", "pay", "reduce", "require")
LINE = re.compile(r"[^\n]*")
SLASHED_DATE = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4}")
GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])")
AGE_IS_UNDER = re.compile(r"is under (\d+)(?: (\w+))?")
LAST_DAYS = re.compile(r"in (?:the )?(?:last|past|previous) (\d+ (?:day|week|month|year)s?)")
SPACED_CHOICE = re.compile(r"\bis (?:not )?((?:[a-z]+ ){1,4}[a-z]+)")
SMALL_CODE = re.compile(r"[a-z]{2}|[a-z][0-9][a-z0-9]{1,4}(?:\.[a-z0-9]{1,4})?", re.ASCII)
BEHIND = frozenset(
    {"and", "or", "by", "with", "when", "then", "deny", "allow", "pend", "pay", "reduce", "require"}
)


def habit(
    source: SourceText,
    position: int,
    found: str,
    expected: Mapping[str, str | None],
    phrases: Collection[str],
) -> Diagnostic | None:
    """What to say of the word `found` at a place, where it comes from a known habit."""
    for known in (_date, _number, _age, _window, _choice, _the, _small_code, _word):
        diagnostic = known(source, position, found, expected, phrases)
        if diagnostic is not None:
            return diagnostic
    return None


def misspelt_effect(source: SourceText, position: int) -> Diagnostic | None:
    """A misspelt `deny` below a condition that is a name: the two were read as a table and its column."""
    end = code_end(source.text[:position])
    start = source.text.rfind("\n", 0, end) + 1
    above = without_comments(source.text[:start])
    first = re.compile(r"[ \t]*([a-z][a-z\-]*)").match(source.text, start)
    if first is None or not re.search(r"(?:when|and|or|not|-)[ \t]+[a-z][a-z0-9\-]*\s*\Z", above):
        return None
    meant = nearest(first.group(1), EFFECTS) if first.group(1) not in EFFECTS else None
    if meant is None:
        return None
    span = _span(source, first, 1)
    return Diagnostic("POL102", f"`{first.group(1)}` does not fit here", span, fix=Fix(span, meant))


def _around(pattern: re.Pattern[str], source: SourceText, position: int) -> re.Match[str] | None:
    """What matches on the line of a place and covers the place, or ends just before it."""
    start = source.text.rfind("\n", 0, position) + 1
    line = LINE.match(source.text, start)
    for match in pattern.finditer(source.text, start, line.end() if line else start):
        if match.start() <= position <= match.end():
            return match
    return None


def _span(source: SourceText, match: re.Match[str], group: int = 0) -> Span:
    return Span(source.name, match.start(group), match.end(group))


def _date(source: SourceText, position: int, found: str, *_: object) -> Diagnostic | None:
    """`1/31/2026`"""
    match = _around(SLASHED_DATE, source, position)
    if match is None or not (found == "/" or found[:1].isdigit()):
        return None
    message = f"`{match.group()}` is not a date"
    remedy = "write it year-month-day: `2026-01-31`"
    return Diagnostic("POL305", message, _span(source, match), help=remedy)


def _number(source: SourceText, position: int, found: str, *_: object) -> Diagnostic | None:
    """`2,000`"""
    match = _around(GROUPED_NUMBER, source, position) if found == "," else None
    if match is None or source.text[match.start() - 1 : match.start()] == "$":
        return None
    plain = match.group().replace(",", "")
    message = f"`{match.group()}` is not a number"
    return Diagnostic("POL307", message, _span(source, match), fix=Fix(_span(source, match), plain))


def _age(source: SourceText, position: int, *_: object) -> Diagnostic | None:
    """`patient age is under 18`"""
    match = _around(AGE_IS_UNDER, source, position)
    if match is None:
        return None
    unit = match.group(2) if match.group(2) in ("years", "months", "weeks", "days") else "years"
    span = _span(source, match) if match.group(2) == unit else Span(source.name, match.start(), match.end(1))
    message = "an age is asked with `under`, without `is`"
    return Diagnostic("POL313", message, span, fix=Fix(span, f"under {match.group(1)} {unit}"))


def _window(source: SourceText, position: int, *_: object) -> Diagnostic | None:
    """`in the last 90 days`"""
    match = _around(LAST_DAYS, source, position)
    if match is None:
        return None
    message = f"`{match.group()}` does not say before which day"
    fix = Fix(_span(source, match), f"within {match.group(1)} before the service date")
    return Diagnostic("POL102", message, _span(source, match), fix=fix)


def _choice(source: SourceText, position: int, *_: object) -> Diagnostic | None:
    """`is out of network`: read as the choice `out` and words that make no sense."""
    match = _around(SPACED_CHOICE, source, position)
    if match is None or position <= match.start(1):
        return None
    words: list[str] = []
    for word in match.group(1).split():
        if word in BEHIND:
            break
        words.append(word)
    end = match.start(1) + len(" ".join(words))
    if (
        len(words) < 2
        or position > end
        or words[0] in ("more", "less", "at", "any", "none", "on", "before", "after")
    ):
        return None
    span = Span(source.name, match.start(1), end)
    message = "a choice of several words is joined by hyphens"
    return Diagnostic("POL312", message, span, fix=Fix(span, "-".join(words)))


def _the(
    source: SourceText,
    position: int,
    found: str,
    expected: Mapping[str, str | None],
    phrases: Collection[str],
) -> Diagnostic | None:
    """`before service date`"""
    if "the" not in expected.values():
        return None
    phrase = max((p for p in phrases if source.text.startswith(p, position)), key=len, default=None)
    if phrase is None:
        return None
    span = Span(source.name, position, position + len(phrase))
    return Diagnostic("POL102", "a date is named with `the`", span, fix=Fix(span, f"the {phrase}"))


def _small_code(
    source: SourceText, position: int, found: str, expected: Mapping[str, str | None], _: Collection[str]
) -> Diagnostic | None:
    """`modifier as`"""
    if "ATOM" not in expected or "NAME" in expected or not SMALL_CODE.fullmatch(found):
        return None
    if found in expected.values() or found in BEHIND:
        return None
    span = Span(source.name, position, position + len(found))
    message = f"write `{found}` in capitals: it is a code"
    return Diagnostic("POL111", message, span, fix=Fix(span, found.upper()))


def _word(
    source: SourceText, position: int, found: str, expected: Mapping[str, str | None], _: Collection[str]
) -> Diagnostic | None:
    """`approve`"""
    meant = WORDS.get(found.lower())
    if meant is None or meant not in expected.values():
        return None
    span = Span(source.name, position, position + len(found))
    message = f"`{found}` does not fit here"
    return Diagnostic("POL102", message, span, fix=Fix(span, meant))
