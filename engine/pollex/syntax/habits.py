"""Ways of writing that authors bring from elsewhere, and what to write instead.

Each habit is a pattern for the text around the place where it stops making sense. What it says is more to the
point than what the grammar could say there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pollex.source.diagnostic import Diagnostic, Fix
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax.pieces import code_end

UNIT = r"(?:day|week|month|year)s?"
LINE = re.compile(r"[^\n]*")


@dataclass(frozen=True, slots=True)
class Habit:
    """In its texts `{0}` is what was found, `{1}` its first group; `write` takes the place of what was found.

    `wants` is a word of the language that could stand at the place; `ends` says that the mistake shows behind
    what the pattern finds.
    """

    pattern: str
    message: str
    write: str | None = None
    help: str | None = None
    wants: str | None = None
    ends: bool = False
    code: str = "POL102"


HABITS = (
    Habit(
        r"\b\d{1,4}/\d{1,2}/\d{1,4}\b",
        "`{0}` is not a date",
        help="write it year-month-day: `2026-01-31`",
        code="POL305",
    ),
    Habit(
        rf"\bin (?:the )?(?:last|past|previous) (\d+ {UNIT})",
        "`{0}` does not say before which day",
        "within {1} before the service date",
    ),
    Habit(
        rf"\bis under (\d+ {UNIT})", "an age is asked with `under`, without `is`", "under {1}", code="POL313"
    ),
    Habit(
        r"\bis under (\d+)", "an age is asked with `under`, without `is`", "under {1} years", code="POL313"
    ),
    Habit(
        r"\bis (?:greater|larger|higher|longer|over|above) (?:than )?",
        "`{0}` does not fit here",
        "is more than ",
    ),
    Habit(
        r"\bis (?:fewer|smaller|lower|shorter|below) (?:than )?", "`{0}` does not fit here", "is less than "
    ),
    Habit(r"\b(?:more than|less than|at least|at most)\b", "`is` is missing here", "is {0}", wants="is"),
    Habit(
        r"\bis between (\S+) and (\S+)",
        "a range is asked in two parts",
        help="write `… is at least {1} and … is at most {2}`, of dates `… is on or after {1} and …`",
    ),
    Habit(
        r"\bthere (?:is|are) no ([a-z ]+)",
        "`{0}` is no condition",
        help="write `no modifier …`, `prior authorization is not on file` or `no other line … has …`",
    ),
    Habit(
        r"\bnot ([a-z]+(?: of [a-z]+)?) (?=[A-Z0-9])",
        "`not` stands in front of definitions only",
        help="write `no {1} …`, or `not` behind the word: `{1} not …`",
    ),
    Habit(r"\b(?:either|both) ([a-z]+(?: of [a-z]+)?) ", "`{0}` does not fit here", "{1} "),
    Habit(
        r"\b([a-z]+(?: of [a-z]+)?) ([A-Z0-9.]+(?:, ?[A-Z0-9.]+)+)",
        "several codes stand behind `any of`",
        "{1} any of {2}",
        wants="and",
    ),
    Habit(
        r"\b(?:or|and) ([A-Z0-9][A-Z0-9.]*)$",
        "`{1}` is no condition without its word",
        help="say the word again, or ask for several codes at once: `modifier any of 22, 80`",
        ends=True,
    ),
    Habit(r"\bwith carc (?=\S)", "the adjustment group is missing", "with co carc "),
    Habit(r"\b(co|pr|oa|pi) (?=[A-Z0-9]+)", "`{1}` does not fit here", "with {1} carc ", wants="with"),
    Habit(
        r"\breduce by \S+ percent\b",
        "`reduce by` takes dollars off",
        help="for a share write `reduce to … percent`: what is left, not what is taken off",
    ),
    Habit(
        r"\bpend(?: for)?$",
        "`pend` needs who is to look at it",
        help="write `pend for review by QUEUE`: a name of your own",
        ends=True,
    ),
    Habit(r"\bpercent$", "a percentage needs what it is of", "percent of fee", wants="of", ends=True),
    Habit(r"\bthen\b ?", "`then` does not fit here", ""),
    Habit(r"\bbut\b", "`but` does not fit here", "and"),
    Habit(r":", "`:` does not fit here", ""),
    Habit(
        r"\$[0-9.,]*[0-9]",
        "an amount stands behind what it is",
        help="write `, amount {0}`",
        wants="expect",
    ),
)
PATTERNS = {habit: re.compile(habit.pattern) for habit in HABITS}


def habit(source: SourceText, position: int, expected: Mapping[str, str | None]) -> Diagnostic | None:
    """What to say of a place where a known way of writing stops making sense."""
    before = code_end(source.text[:position])
    for one in HABITS:
        if one.wants is not None and one.wants not in expected.values():
            continue
        match = around(PATTERNS[one], source.text, before if one.ends else position, one.ends)
        if match is not None:
            return _diagnostic(one, match, source)
    return None


def around(
    pattern: re.Pattern[str], text: str, position: int, to_the_end: bool = False
) -> re.Match[str] | None:
    """What a pattern finds on the line of a place, around it or just before it."""
    start = text.rfind("\n", 0, position) + 1
    line = LINE.match(text, start)
    end = position if to_the_end or line is None else line.end()
    for match in pattern.finditer(text, start, end):
        if match.start() <= position <= match.end():
            return match
    return None


def _diagnostic(one: Habit, match: re.Match[str], source: SourceText) -> Diagnostic:
    texts = (match.group(), *match.groups())
    span = Span(source.name, match.start(), match.start() + len(texts[0].rstrip()))
    message = one.message.format(*(text.strip() for text in texts))
    fix = Fix(span, one.write.format(*texts).rstrip()) if one.write is not None else None
    help = one.help.format(*texts) if one.help is not None else None
    return Diagnostic(one.code, message, span, help=help, fix=fix)
