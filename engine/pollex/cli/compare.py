"""`pollex compare`: one claim under each payer, line beside line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from pollex.cli.arguments import Arguments
from pollex.cli.comparison_document import comparison_document
from pollex.cli.comparison_markdown import comparison_markdown
from pollex.cli.comparison_text import comparison_parts
from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.cli.one_claim import only_claim
from pollex.cli.opening import sound
from pollex.cli.output import written
from pollex.cli.payers import known_payer
from pollex.cli.terminal import console, show
from pollex.cli.wording import no_such
from pollex.compare.chosen import payers_of
from pollex.compare.claims import Claim, Comparison, Question, compare
from pollex.compare.coverage import Asked
from pollex.compiler import Compilation
from pollex.model.vocabulary import Vocabulary
from pollex.source.listing import listed
from pollex.version import PACKAGE


def run(arguments: Arguments) -> int:
    """Compare one claim."""
    compilation = sound(arguments.policies).compilation
    claim = only_claim(arguments.claim)
    varied = _varied(claim, arguments.line, arguments.modifiers)
    question = Question(
        _payers(compilation, claim, arguments.payers),
        arguments.fees,
        frozenset(arguments.assume),
        varied,
        arguments.modifiers or (),
    )
    tables = compilation.environment.tables
    comparison = compare(compilation.program, tables, claim, question, PACKAGE)
    if arguments.format == "text" and arguments.output is None:
        target = console(sys.stdout)
        show(target, comparison_parts(comparison, target.width))
    else:
        written(FORMS[arguments.format](comparison), arguments.output)
    return OK


def _text(comparison: Comparison) -> str:
    page = io.StringIO()
    target = console(page)
    show(target, comparison_parts(comparison, target.width))
    return page.getvalue()


def _json(comparison: Comparison) -> str:
    return f"{json.dumps(comparison_document(comparison), sort_keys=True, ensure_ascii=False, indent=2)}\n"


def _html(comparison: Comparison) -> str:
    from pollex.cli.comparison_page import comparison_page  # noqa: PLC0415 - only a page needs templates

    return comparison_page(comparison)


FORMS: Mapping[str, Callable[[Comparison], str]] = {
    "text": _text,
    "json": _json,
    "markdown": comparison_markdown,
    "html": _html,
}


# ------------------------------------------------------------------ the claim


def _varied(claim: Claim, line: int | None, modifiers: Sequence[object] | None) -> int | None:
    """The number of the line whose modifiers are varied."""
    numbers = [found["line_number"] for found in claim["lines"]]
    there = listed([str(number) for number in numbers])
    if not modifiers:
        if line is None:
            return None
        raise Stop(BAD_USAGE, "--line says which line --modifiers varies: name modifiers, as in none,22")
    if line is None and len(numbers) > 1:
        raise Stop(BAD_USAGE, f"the claim has lines {there}: say with --line which one --modifiers varies")
    if line is not None and line not in numbers:
        raise Stop(BAD_USAGE, f"the claim has no line {line}; it has {there}")
    return numbers[0] if line is None else line


# ------------------------------------------------------------------ the payers


def _payers(compilation: Compilation, claim: Claim, named: Sequence[str] | None) -> tuple[Asked, ...]:
    """Those that were named, or all that have a policy, the claim's own first."""
    if named is None:
        own = claim["payer"]["id"]
        known = payers_of(compilation)
        return tuple(Asked(payer) for payer in sorted(known, key=lambda payer: (payer != own, payer)))
    vocabulary = compilation.environment.vocabulary
    asked = tuple(_asked(compilation, vocabulary, text) for text in named)
    for one in asked:
        if asked.count(one) > 1:
            raise Stop(
                BAD_USAGE, f"--payers names {one.payer} twice: once, or with another coverage each time"
            )
    return asked


def _asked(compilation: Compilation, vocabulary: Vocabulary, text: str) -> Asked:
    """`aetna`, `aetna:commercial`, `aetna:commercial:out-of-network`."""
    payer, *coverage = text.split(":")
    known_payer(compilation, payer)
    words = ("line of business", "network status")
    if len(coverage) > len(words):
        raise Stop(BAD_USAGE, f"`{text}` says too much: write PAYER:LINE-OF-BUSINESS:NETWORK-STATUS")
    for said, word in zip(coverage, words, strict=False):
        choices = vocabulary.words[word].choices
        if said not in choices:
            raise Stop(BAD_USAGE, no_such(word, said, choices))
    return Asked(payer, *coverage)
