"""Where emitted code finds a word: its attribute, whether it can be missing there, and how it is read.

`At` says who is spoken of; `Used` gathers the words that are read, so that no others are; `readers`
writes the functions that read those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pollex.backends.assumed import ASSUMED
from pollex.ir.nodes import Subject
from pollex.model.codesets import CodeSystem
from pollex.model.vocabulary import Vocabulary, Word

CORE = {"cpt": "code", "service date": "on", "line number": "number"}
ALWAYS_THERE = {
    *CORE,
    *ASSUMED,
    "claim id",
    "payer",
    "principal diagnosis",
    "history claim id",
}
ON_CLAIM_LINES = {"billing npi", "rendering npi"}
"""A provider has an NPI, and a claim a billing provider: its lines never lack these."""
KNOWN = {"pointed diagnosis": "known_pointed", "prior authorization": "known_authorizations"}
"""Lists of a line that can be read as nothing but their values, where they are not open."""
CLOSED = {"modifier"}
"""Lists that are never open; the diagnoses of a claim are another."""


@dataclass(frozen=True, slots=True)
class At:
    """Whose words are read: `this` and `other` are variables; a `past` other is of the history."""

    this: str = "line"
    other: str | None = None
    past: bool = False

    def subject(self, subject: Subject) -> tuple[str, bool]:
        """The variable of a subject, and whether it is a line of the history."""
        if subject is Subject.THIS or self.other is None:
            return self.this, False
        return self.other, self.past


@dataclass(frozen=True, slots=True)
class Term:
    """A value in emitted code: whether it may be missing (None), or known not to be listed."""

    source: str
    nullable: bool = False
    unlisted: bool = False

    @property
    def is_plain(self) -> bool:
        return not self.nullable and not self.unlisted

    @property
    def is_name(self) -> bool:
        """Whether to write it again costs nothing: a variable, or a whole number, a text or a date."""
        return self.source.isidentifier() or self.source.isdecimal() or self.source.startswith(("'", '"'))


@dataclass(frozen=True, slots=True)
class Used:
    """Phrases read on the claim, on its lines, on lines of its history."""

    claim: set[str] = field(default_factory=set)
    line: set[str] = field(default_factory=set)
    past: set[str] = field(default_factory=set)

    def add(self, other: Used) -> None:
        """What another has used too."""
        self.claim.update(other.claim)
        self.line.update(other.line)
        self.past.update(other.past)


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary, as emitted code sees it."""

    vocabulary: Vocabulary
    used: Used

    def word(self, phrase: str) -> Word:
        return self.vocabulary.words[phrase]

    def raw(self, phrase: str, variable: str, past: bool) -> Term:
        """The one value of a word, as the claim writes it; a list of a word that holds many."""
        if phrase in CORE:
            return Term(f"{variable}.{CORE[phrase]}")
        nullable = phrase not in ALWAYS_THERE and (past or phrase not in ON_CLAIM_LINES)
        if phrase == "modifier":
            return Term(f"{variable}.modifier")
        if is_of_claim(self.word(phrase), past):
            self.used.claim.add(phrase)
            return Term(f"claim.{attribute(phrase)}", nullable)
        if phrase.startswith("rendering "):
            return Term(f"{variable}.provider.get({_key(phrase, 'rendering ')!r})", nullable)
        if self.is_simple(phrase):
            source = of_line(self.word(phrase), set(), past).replace("get(", f"{variable}.raw.get(", 1)
            return Term(f"({source})" if " " in source else source, nullable)
        (self.used.past if past else self.used.line).add(phrase)
        return Term(f"{variable}.{attribute(phrase)}", nullable)

    def is_simple(self, phrase: str) -> bool:
        """Whether a word of a line is one value that stands there as it is."""
        return not (self.word(phrase).many or phrase.startswith("billing ") or phrase == "days of care")

    def value(self, phrase: str, variable: str, past: bool) -> Term:
        """The one value of a word: a number where it is one, else the claim's text."""
        term = self.raw(phrase, variable, past)
        if self.word(phrase).kind.is_numeric and phrase not in ("line number", "days of care"):
            return Term(f"number({term.source})", term.nullable)
        return term

    def is_closed(self, phrase: str, past: bool) -> bool:
        """Whether a list is never open: it then is a frozen set."""
        return phrase in CLOSED or (phrase == "diagnosis" and not past)


def is_of_claim(word: Word, past: bool) -> bool:
    """Whether a word is read on the claim, whichever line is asked."""
    if word.many:
        return word.phrase == "diagnosis type" or (word.phrase == "diagnosis" and not past)
    return word.of == "claim" and not (past and word.phrase.startswith("billing "))


def attribute(phrase: str) -> str:
    """The attribute that holds a word."""
    return phrase.replace(" ", "_").replace("-", "_")


# ------------------------------------------------------------------ reading


def readers(words: Vocabulary, systems: Mapping[str, CodeSystem], used: Used) -> str:
    """The functions that read the used words, as text."""
    dotted = dotted_systems(systems)
    return "\n".join(
        (
            *_function("read_claim(claim, raw)", (), _claim_words(words, dotted, used.claim)),
            *_function(
                "read_line(line, raw, claim)",
                ("get = raw.get",),
                _line_words(words, dotted, used.line, False),
            ),
            *_function(
                "read_past(line, raw, claim)",
                ("get = raw.get", 'billing = get("billing_provider") or NOTHING'),
                _line_words(words, dotted, used.past, True),
            ),
        )
    )


def _function(signature: str, opening: Iterable[str], body: Iterable[str]) -> Iterator[str]:
    yield f"def {signature}:"
    yield from (f"    {line}" for line in (*opening, *body, "return None"))
    yield ""


def _claim_words(vocabulary: Vocabulary, dotted: set[str], phrases: Iterable[str]) -> Iterator[str]:
    for phrase in sorted(phrases):
        word = vocabulary.words[phrase]
        normal = f"normal_{attribute(word.system)}" if word.system in dotted and word.system else ""
        target = f"claim.{attribute(phrase)}"
        if phrase == "diagnosis":
            yield f'{target} = frozenset([{normal}(one["code"]) for one in raw["diagnoses"]])'
        elif phrase == "diagnosis type":
            yield f'{target} = lists.entries(raw["diagnoses"], "type", {normal or "as_it_is"})'
        elif phrase == "principal diagnosis":
            yield f'{target} = {normal}(raw["diagnoses"][0]["code"])'
        else:
            yield f"{target} = {_assumed(_path('raw', word.field), phrase)}"


def _line_words(
    vocabulary: Vocabulary, dotted: set[str], phrases: Iterable[str], past: bool
) -> Iterator[str]:
    for phrase in sorted(phrases):
        yield f"line.{attribute(phrase)} = {of_line(vocabulary.words[phrase], dotted, past)}"


def of_line(word: Word, dotted: set[str], past: bool) -> str:
    """A word of a line, by `get` of what the claim writes there."""
    phrase, key = word.phrase, word.field.rpartition(".")[2]
    if word.many:
        normal = f"normal_{attribute(word.system)}" if word.system in dotted and word.system else "as_it_is"
        return _list(phrase, key, normal)
    if phrase == "days of care":
        return 'days_between(get("care_from"), get("care_to"))'
    if phrase.startswith("billing ") and word.of == "claim":
        return f'billing.get("{_key(phrase, "billing ")}")'
    if word.fallback and not past:
        return f'get("{key}") or claim.raw.get("{word.fallback}")'
    return _assumed(f'get("{key}")', phrase)


def _key(phrase: str, whose: str) -> str:
    """The key of what is said of a provider."""
    return phrase.removeprefix(whose).replace(" ", "_")


def dotted_systems(systems: Mapping[str, CodeSystem]) -> set[str]:
    """Systems whose codes may be written with a dot."""
    return {name for name, system in systems.items() if system.dotted}


def _list(phrase: str, key: str, normal: str) -> str:
    match phrase:
        case "diagnosis":
            return f'lists.diagnoses(get("diagnoses"), {normal})'
        case "pointed diagnosis":
            return f"lists.pointed(line, claim, {normal})"
        case "prior authorization":
            return "lists.authorizations(line, claim)"
    return f'lists.attachments(line, claim, "{key}", {normal})'


def _path(start: str, path: str) -> str:
    *steps, last = path.split(".")
    for step in steps:
        start = f'({start}.get("{step}") or NOTHING)'
    return f'{start}.get("{last}")'


def _assumed(source: str, phrase: str) -> str:
    return f'{source} or "{ASSUMED[phrase]}"' if phrase in ASSUMED else source
