"""What to say where the text stops making sense.

The parser reports a place, the text found there and the terminals that could have stood there; this turns
them into one sentence for an author, with the nearest word where one was misspelt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pollex.source.diagnostic import Diagnostic
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.source.text import SourceText

NAMED = {
    "WORD": "a word of the vocabulary",
    "NAME": "a name",
    "ATOM": "a code or a number",
    "MONEY": "an amount of money such as `$100.00`",
    "DATE": "a date such as `2026-01-31`",
    "STRING": "text in quotes",
    "UNIT": "`days`, `months` or `years`",
    "ROW": "a row `| … |`",
    "_BULLET": "a line `- condition`",
}
SHOWN = 7
PHRASE = re.compile(r"[A-Za-z][A-Za-z0-9\-]*")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A place, what stands there (nothing at the end of the text), and the terminals that fit, with
    keywords.
    """

    position: int
    found: str
    expected: dict[str, str | None]
    may_end: bool


def explain(mistake: Mistake, source: SourceText, phrases: tuple[str, ...]) -> Diagnostic:
    """One diagnostic for one mistake."""
    position, text = mistake.position, source.text
    if not mistake.found:
        span = Span(source.name, max(position - 1, 0), position)
        return Diagnostic("POL105", f"the text stops in the middle; next comes {_wanted(mistake)}", span)
    if text[position : position + 1] == '"':
        end = text.find("\n", position)
        span = Span(source.name, position, len(text) if end < 0 else end)
        if '"' not in text[position + 1 : span.end]:
            remedy = 'close it with `"` on the same line'
            return Diagnostic("POL103", "this text has no closing quote", span, help=remedy)
    found = _word_at(text, position) or mistake.found
    span = Span(source.name, position, position + len(found))
    unknown = _unknown_word(mistake, source, phrases)
    if unknown is not None:
        return unknown
    small = {*phrases, *(word for word in mistake.expected.values() if word)}
    if found.lower() != found and found.lower() in small:
        return Diagnostic("POL106", f"`{found}` is written in small letters here: `{found.lower()}`", span)
    near = nearest(found.lower(), [word for word in mistake.expected.values() if word and word.isalpha()])
    if near is not None:
        return Diagnostic("POL102", f"`{found}` does not fit here; did you mean `{near}`?", span)
    return Diagnostic("POL101", f"`{found}` does not fit here; next comes {_wanted(mistake)}", span)


def _word_at(text: str, position: int) -> str:
    match = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-.]*").match(text, position)
    return match.group().rstrip(".-") if match else ""


def _wanted(mistake: Mistake) -> str:
    """What could stand there, most telling first, as a list in a sentence."""
    named = [NAMED[name] for name in NAMED if name in mistake.expected]
    words = sorted(f"`{word}`" for word in mistake.expected.values() if word is not None)
    if mistake.may_end and not named and not words:
        return "nothing"
    shown = [*named, *words]
    extra = len(shown) - SHOWN
    if extra > 1:
        return ", ".join(shown[:SHOWN]) + f" or one of {extra} other words"
    return ", ".join(shown[:-1]) + f" or {shown[-1]}" if len(shown) > 1 else "".join(shown) or "nothing"


def _unknown_word(mistake: Mistake, source: SourceText, phrases: tuple[str, ...]) -> Diagnostic | None:
    """The phrase around the place, where it looks like a misspelt phrase of the vocabulary."""
    line_start = source.text.rfind("\n", 0, mistake.position) + 1
    line_end = source.text.find("\n", mistake.position)
    line = source.text[line_start : len(source.text) if line_end < 0 else line_end]
    for match in PHRASE.finditer(line):
        start = line_start + match.start()
        for count in (4, 3, 2, 1):
            words = [word.group() for word in PHRASE.finditer(line, match.start())][:count]
            phrase = " ".join(words)
            end = start + len(phrase)
            if len(words) < count or not start <= mistake.position <= end or phrase in phrases:
                continue
            if line[match.start() : match.start() + len(phrase)] != phrase:
                continue
            near = nearest(phrase.lower(), [p for p in phrases if len(p.split()) == count])
            if near is not None and (count > 1 or "WORD" in mistake.expected):
                message = f"the vocabulary has no word `{phrase}`"
                span = Span(source.name, start, end)
                return Diagnostic("POL104", message, span, help=f"did you mean `{near}`?")
    return None
