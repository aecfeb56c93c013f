"""Slips that need more than a pattern: what could have stood at the place decides what was meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pollex.source.diagnostic import Diagnostic, Fix
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.source.text import SourceText
from pollex.syntax.habits import around
from pollex.syntax.pieces import code_end, without_comments

# Other words for words of the language.
WORDS = {
    "if": "when",
    "unless": "exception",
    "approve": "allow",
    "accept": "allow",
    "reject": "deny",
    "refuse": "deny",
    "suspend": "pend",
    "hold": "pend",
    "needs": "require",
    "requires": "require",
    "with": "where",
}
EFFECTS = ("allow", "deny", "pend", "note", "pay", "reduce", "require")
GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])")
SPACED_CHOICE = re.compile(r"\bis (?:not )?((?:[a-z]+ ){1,4}[a-z]+)")
SPACED_NAME = re.compile(r"\bdocumentation of ((?:[a-z0-9\-]+ ){1,4}[a-z0-9\-]+)")
SMALL_CODE = re.compile(r"[a-z]{2}|[a-z][0-9][a-z0-9]{1,4}(?:\.[a-z0-9]{1,4})?", re.ASCII)
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
# Words that end a name or a choice, and so are no part of one written with spaces.
BEHIND = frozenset(
    (
        *("and", "or", "by", "with", "when", "then", "is", "otherwise"),
        *("allow", "deny", "pend", "pay", "reduce", "require", "because"),
    )
)
RELATIONS = frozenset(
    ("more", "less", "at", "any", "none", "before", "after", "within", "found", "not", "denied", "no")
)


def slip(
    source: SourceText,
    position: int,
    found: str,
    expected: Mapping[str, str | None],
    phrases: Collection[str],
) -> Diagnostic | None:
    """What to say of the word `found` at a place, where it is a known slip."""
    text = source.text
    span = Span(source.name, position, position + len(found))
    keywords = set(expected.values())
    number = around(GROUPED_NUMBER, text, position) if found == "," else None
    if number is not None and not text.startswith("$", number.start() - 1):
        place = Span(source.name, number.start(), number.end())
        message = f"`{number.group()}` is not a number"
        return Diagnostic("POL307", message, place, fix=Fix(place, number.group().replace(",", "")))
    if "MONEY" in expected and "ATOM" not in expected and NUMBER.fullmatch(found):
        message = f"`{found}` is not an amount of money"
        return Diagnostic("POL309", message, span, fix=Fix(span, f"${found}"))
    if "the" in keywords:
        phrase = max((p for p in phrases if text.startswith(p, position)), key=len, default=None)
        if phrase is not None:
            span = Span(source.name, position, position + len(phrase))
            return Diagnostic("POL102", "a date is named with `the`", span, fix=Fix(span, f"the {phrase}"))
    if found == "the" and "WORD" in expected:
        span = Span(source.name, position, position + len("the "))
        return Diagnostic("POL102", "`the` stands in front of dates only", span, fix=Fix(span, ""))
    if keywords == {"documentation"} and NAME.fullmatch(found):
        message = "what is required is documentation of something"
        return Diagnostic("POL102", message, span, fix=Fix(span, f"documentation of {found}"))
    wants_code = "ATOM" in expected and "NAME" not in expected and found not in keywords | BEHIND
    if wants_code and SMALL_CODE.fullmatch(found):
        message = f"write `{found}` in capitals: it is a code"
        return Diagnostic("POL111", message, span, fix=Fix(span, found.upper()))
    meant = WORDS.get(found.lower())
    if meant in keywords and meant is not None:
        return Diagnostic("POL102", f"`{found}` does not fit here", span, fix=Fix(span, meant))
    return None


def spaced(source: SourceText, position: int) -> Diagnostic | None:
    """A choice or a name of several words: read as its first word, and words that make no sense."""
    for pattern, kind, code, ends in (
        (SPACED_CHOICE, "choice", "POL312", BEHIND),
        (SPACED_NAME, "name", "POL102", BEHIND | {"in", "on"}),
    ):
        match = around(pattern, source.text, position)
        if match is None or position <= match.start(1):
            continue
        words: list[str] = []
        for word in match.group(1).split():
            if word in ends:
                break
            words.append(word)
        span = Span(source.name, match.start(1), match.start(1) + len(" ".join(words)))
        if len(words) > 1 and position <= span.end and not RELATIONS & set(words):
            message = f"a {kind} of several words is joined by hyphens"
            return Diagnostic(code, message, span, fix=Fix(span, "-".join(words)))
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
    span = Span(source.name, first.start(1), first.end(1))
    return Diagnostic("POL102", f"`{first.group(1)}` does not fit here", span, fix=Fix(span, meant))
