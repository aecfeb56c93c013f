"""Every diagnostic has a page that `pollex explain` shows, and what the page says is so.

The wrong example of a page provokes its code, once and nothing else; the right one provokes nothing. Examples
are read in the small world of `corpus/standard`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.workbench import compiled, with_data
from pollex.backends.sql.query import query
from pollex.backends.sql.unsaid import unsaid
from pollex.source.codes import CODES
from pollex.source.diagnostic import Diagnostic
from pollex.source.span import Span

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "grammar" / "diagnostics"
PAGE = re.compile(
    r"# (?P<code>POL\d{3}): (?P<title>[^\n]+)\n\n"
    r"(?P<why>[^#\n][^\n]+)\n\n"
    r"## Wrong\n\n```(?P<wrong_kind>[a-z ]+)\n(?P<wrong>.+?\n)```\n\n"
    r"## Right\n\n```(?P<right_kind>[a-z ]+)\n(?P<right>.+?\n)```\n\n"
    r"## What to do\n\n(?P<remedy>[^\n]+)\n",
    re.DOTALL,
)
BY_SQL = ("POL902",)
KINDS = ("pol", "pol whole", "yaml")


def page(code: str) -> re.Match[str]:
    """A page in its parts."""
    found = PAGE.fullmatch((PAGES / f"{code}.md").read_text(encoding="utf-8"))
    assert found is not None, f"{code}.md does not have the form of a page"
    return found


def diagnostics(kind: str, text: str, code: str) -> tuple[Diagnostic, ...]:
    """What there is to say of an example, by SQL too where that is the matter."""
    assert kind in KINDS
    if kind == "yaml":
        return with_data(text)
    compilation = compiled(text, whole=kind == "pol whole")
    if compilation.is_sound:
        assert compilation.program.policies
    if code in BY_SQL:
        program = compilation.program
        payer = program.policies[0].payers[0]

        def words(span: Span) -> str:
            return compilation.sources[span.file].text[span.start : span.end]

        return (*compilation.diagnostics, *unsaid(program, query(program, payer), words))
    return compilation.diagnostics


def test_there_is_a_page_for_each_code_and_for_no_other() -> None:
    assert sorted(file.stem for file in PAGES.glob("*.md")) == list(CODES)


def test_the_engine_uses_each_code_and_no_other() -> None:
    listed = ROOT / "engine" / "pollex" / "source" / "codes.py"
    used: set[str] = set()
    for file in (ROOT / "engine" / "pollex").rglob("*.py"):
        if file != listed:
            used |= set(re.findall(r'"(POL\d{3})"', file.read_text(encoding="utf-8")))
    assert sorted(used) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_its_code_means(code: str) -> None:
    found = page(code)
    assert (found["code"], found["title"]) == (code, CODES[code])
    assert found["why"].endswith(".")
    assert found["remedy"].endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_provokes_the_code_once_and_nothing_else(code: str) -> None:
    found = page(code)
    assert [d.code for d in diagnostics(found["wrong_kind"], found["wrong"], code)] == [code]


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_provokes_nothing(code: str) -> None:
    found = page(code)
    assert not diagnostics(found["right_kind"], found["right"], code)
