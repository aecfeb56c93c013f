"""What to say where the text stops making sense.

The parser reports a place, the text found there and the terminals that could have stood there; this turns
them into one sentence for an author, with the nearest word where one was misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pollex.source.diagnostic import Diagnostic, Fix
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.source.text import SourceText
from pollex.syntax.habits import habit
from pollex.syntax.pieces import code_end
from pollex.syntax.slips import misspelt_effect, slip, spaced

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
INSTEAD = {
    "%": "percent",
    "=": "is",
    "==": "is",
    "!=": "is not",
    "<>": "is not",
    ">": "is more than",
    "<": "is less than",
    ">=": "is at least",
    "<=": "is at most",
    "&": "and",
    "_": "-",
}
# Other words for phrases of the vocabulary.
ALIASES = {
    "age": "patient age",
    "sex": "patient sex",
    "gender": "patient sex",
    "date of birth": "birth date",
    "dob": "birth date",
    "dos": "service date",
    "date of service": "service date",
    "pos": "place of service",
    "procedure": "cpt",
    "procedure code": "cpt",
    "hcpcs": "cpt",
    "mod": "modifier",
    "modifiers": "modifier",
    "dx": "diagnosis",
    "diagnoses": "diagnosis",
    "unit": "units",
    "charge": "billed charge",
    "allowed amount": "fee",
    "npi": "billing npi",
    "authorization": "prior authorization",
    "network": "network status",
}
SHOWN = 7
FEW = 6
LONGEST_PHRASE = 4
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9\-]*")
SIGN = re.compile(r"[<>=!]{2}")
LONGER = re.compile(r"(?<![A-Za-z0-9\-])[a-z]{3,}\Z")
NEXT_WORD = re.compile(r"[ \t]+(?:[a-z0-9\-]+[ \t]+)?")
OPENS_CONDITION = re.compile(r"(?:\b(?:when|and|or|as|with|has|any|every|no)|^[ \t]*-)[ \t]+$")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A place, what stands there (nothing at the end of the text), and the terminals that fit, with
    keywords. `is_keyword` says that what stands there is a word of the language.
    """

    position: int
    found: str
    expected: dict[str, str | None]
    may_end: bool
    is_keyword: bool = False


def explain(mistake: Mistake, source: SourceText, phrases: tuple[str, ...]) -> Diagnostic:
    """One diagnostic for one mistake."""
    position, text = mistake.position, source.text
    opening = misspelt_effect(source, position)
    if opening is not None:
        return opening
    if not mistake.found:
        known = habit(source, position, mistake.expected) or spaced(source, position)
        return known or _stops(position, mistake, source)
    if text[position : position + 1] == '"':
        end = text.find("\n", position)
        span = Span(source.name, position, len(text) if end < 0 else end)
        if '"' not in text[position + 1 : span.end]:
            remedy = 'close it with `"` on the same line'
            return Diagnostic("POL103", "this text has no closing quote", span, help=remedy)
    longer = LONGER.search(text, 0, position)
    if longer is not None and text[position].isalpha():
        span = Span(source.name, longer.start(), position + len(_word_at(text, position)))
        return _does_not_fit(text[span.start : span.end], span, longer.group())
    found = _word_at(text, position) or mistake.found
    span = Span(source.name, position, position + len(found))
    known = (
        slip(source, position, found, mistake.expected, phrases)
        or habit(source, position, mistake.expected)
        or spaced(source, position)
        or _unknown_word(mistake, source, phrases)
    )
    if known is not None:
        return known
    small = {*phrases, *(word for word in mistake.expected.values() if word)}
    lower = found.lower()
    if lower != found and (lower in small or ("NAME" in mistake.expected and NAME.fullmatch(lower))):
        return _in_capitals(found, span)
    if found in INSTEAD:
        return _does_not_fit(found, span, INSTEAD[found])
    near = nearest(lower, [word for word in mistake.expected.values() if word and word.isalpha()])
    if near is not None and near != found:
        return _does_not_fit(found, span, near)
    above = _line_above(position, source.text) if mistake.is_keyword else None
    if above is not None and len(mistake.expected) <= FEW and "_BULLET" not in mistake.expected:
        return _stops(above, mistake, source)
    shown = f"`{found}`" if found.isprintable() else f"the character U+{ord(found[0]):04X}"
    message = f"{shown} does not fit here; next comes {_wanted(mistake)}"
    return Diagnostic("POL101", message, span, help=_in_list(found, mistake, source))


def _does_not_fit(found: str, span: Span, meant: str) -> Diagnostic:
    return Diagnostic("POL102", f"`{found}` does not fit here", span, fix=Fix(span, meant))


def _stops(end: int, mistake: Mistake, source: SourceText) -> Diagnostic:
    """The text before `end` is not finished."""
    span = Span(source.name, max(end - 1, 0), end)
    return Diagnostic("POL105", f"the text stops in the middle; next comes {_wanted(mistake)}", span)


def _line_above(position: int, text: str) -> int | None:
    """Where the code before a place ends, if that is on an earlier line."""
    end = code_end(text[:position])
    return end if end and "\n" in text[end:position] else None


def _in_list(found: str, mistake: Mistake, source: SourceText) -> str | None:
    """What to do about a list without commas, or one that mixes `and` and `or`."""
    in_line = not mistake.is_keyword and _line_above(mistake.position, source.text) is None
    if in_line and "COMMA" in mistake.expected and (NAME.fullmatch(found) or found[:1].isdigit()):
        return "put a comma between the parts of a list"
    other = {"and": "or", "or": "and"}.get(found)
    if other is None or other not in mistake.expected.values():
        return None
    return "`and` and `or` never mix in one list; name one part with `define` and use its name"


def _in_capitals(found: str, span: Span) -> Diagnostic:
    message = f"write `{found}` in small letters here"
    return Diagnostic("POL106", message, span, fix=Fix(span, found.lower()))


def _word_at(text: str, position: int) -> str:
    match = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-.]*").match(text, position)
    if match is None:
        match = SIGN.match(text, position)
    return match.group().rstrip(".-") if match else ""


def _wanted(mistake: Mistake) -> str:
    """What could stand there, most telling first, as a list in a sentence."""
    named = [NAMED[name] for name in NAMED if name in mistake.expected]
    words = sorted(
        (word for word in mistake.expected.values() if word is not None),
        key=lambda word: (not word.isalpha(), word),
    )
    shown = [*named, *(f"`{word}`" for word in words)]
    extra = len(shown) - SHOWN
    if extra > 1:
        return ", ".join(shown[:SHOWN]) + f" or one of {extra} other words"
    return ", ".join(shown[:-1]) + f" or {shown[-1]}" if len(shown) > 1 else "".join(shown) or "nothing"


def _unknown_word(mistake: Mistake, source: SourceText, phrases: tuple[str, ...]) -> Diagnostic | None:
    """The phrase at or before the place, where it looks like a misspelt phrase of the vocabulary."""
    line_start = source.text.rfind("\n", 0, mistake.position) + 1
    line_end = source.text.find("\n", mistake.position)
    line = source.text[line_start : len(source.text) if line_end < 0 else line_end]
    place = mistake.position - line_start
    for start, end in _runs(line):
        phrase = line[start:end]
        size = len(phrase.split())
        if phrase in phrases or not _may_be_misspelt(line, start, end, place, "WORD" in mistake.expected):
            continue
        if size > 2 and phrase.rpartition(" ")[0] in phrases:
            continue
        near = meant(phrase, phrases)
        if near is not None:
            span = Span(source.name, line_start + start, line_start + end)
            if near == phrase.lower():
                return _in_capitals(phrase, span)
            message = f"the vocabulary has no word `{phrase}`"
            return Diagnostic("POL104", message, span, fix=Fix(span, near))
    return None


def meant(phrase: str, phrases: Collection[str]) -> str | None:
    """The phrase of the vocabulary that was meant, of as many words, or one that authors say otherwise."""
    alias = ALIASES.get(phrase.lower())
    if alias in phrases:
        return alias
    size = len(phrase.split())
    return nearest(phrase.lower(), [known for known in phrases if len(known.split()) == size])


def _runs(line: str) -> Iterator[tuple[int, int]]:
    """Where the words of a line, and up to four in a row, begin and end, longest first."""
    words = list(WORD.finditer(line))
    for first, word in enumerate(words):
        for last in reversed(words[first : first + LONGEST_PHRASE]):
            run = line[word.start() : last.end()].split(" ")
            if all(WORD.fullmatch(part) for part in run):
                yield word.start(), last.end()


def _may_be_misspelt(line: str, start: int, end: int, place: int, wanted: bool) -> bool:
    """Whether a run of words can be what a mistake at a place comes from.

    A single word stands just where one is `wanted`, or was read as a name, or as a column with the next word,
    and what follows makes no sense. Of several words the first were read so, and the next makes no sense.
    """
    if " " in line[start:end]:
        return start <= place <= end and not line.startswith("the ", start)
    read_as_name = NEXT_WORD.fullmatch(line, end, max(end, place)) and OPENS_CONDITION.search(line[:start])
    return (wanted and start == place) or bool(read_as_name)
