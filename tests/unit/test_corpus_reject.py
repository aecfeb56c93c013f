"""Every mistake of `corpus/reject` is found where it stands, in its own words, and nothing else is said.

A file is cut into chunks by `---`. A line that holds a mistake ends in `#! POL204 "words of the message"`;
several stand behind each other. A chunk is read in the small world of `corpus/standard`, and all its mistakes
are found in one run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from corpus.workbench import NEXT_FILE, STANDARD, as_part, compiled
from pollex.check.clauses import check
from pollex.source.codes import CODES
from pollex.source.diagnostic import Diagnostic
from unit.test_diagnostic_pages import PAGES

REJECT = STANDARD.parent / "reject"
CUT = re.compile(r"^---\n", re.MULTILINE)
MARK = re.compile(r"#!(?P<marks>(?: POL\d{3} \"[^\"]+\")+)\s*$")
ONE = re.compile(r"(POL\d{3}) \"([^\"]+)\"")


@dataclass(frozen=True)
class Chunk:
    """One text of the corpus, with where it stands."""

    file: str
    line: int
    text: str

    @property
    def id(self) -> str:
        return f"{self.file}:{self.line}"


def chunks() -> list[Chunk]:
    """All chunks of all files."""
    found = []
    for file in sorted(REJECT.glob("*.pol")):
        text = file.read_text(encoding="utf-8")
        start = 0
        for cut in [*CUT.finditer(text), None]:
            end = len(text) if cut is None else cut.start()
            found.append(Chunk(file.name, text.count("\n", 0, start) + 1, text[start:end]))
            start = end if cut is None else cut.end()
    return found


CHUNKS = chunks()


def expected(chunk: Chunk) -> dict[tuple[str, int, str], str]:
    """File, line and code of each mark, with the words that the message holds."""
    marks: dict[tuple[str, int, str], str] = {}
    for number, piece in enumerate(NEXT_FILE.split(chunk.text)):
        name = "piece.pol" if number == 0 else f"{number}-piece.pol"
        for line, written in enumerate(as_part(piece).splitlines(), start=1):
            mark = MARK.search(written)
            for code, words in ONE.findall(mark["marks"]) if mark else ():
                marks[name, line, code] = words
    return marks


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: chunk.id)
def test_each_mistake_is_found_and_nothing_else(chunk: Chunk) -> None:
    compilation = compiled(chunk.text)
    marks = expected(chunk)
    found: dict[tuple[str, int, str], Diagnostic] = {}
    for diagnostic in compilation.diagnostics:
        source = compilation.sources[diagnostic.span.file]
        place = (diagnostic.span.file, source.position(diagnostic.span.start)[0], diagnostic.code)
        assert place not in found, f"{diagnostic.code} is said twice of one line"
        found[place] = diagnostic
    assert sorted(found) == sorted(marks)
    for place, words in marks.items():
        assert words in found[place].message


def test_each_chunk_holds_a_mistake() -> None:
    assert [chunk.id for chunk in CHUNKS if not expected(chunk)] == []


def test_each_code_is_provoked_here_or_on_its_page() -> None:
    provoked = {code for chunk in CHUNKS for _, _, code in expected(chunk)}
    on_pages = {file.stem for file in PAGES.glob("*.md")}  # test_diagnostic_pages.py tries each of them
    assert set(CODES) == provoked | on_pages
    assert len(provoked) >= 80


def test_the_message_is_one_sentence_about_the_authors_text() -> None:
    for chunk in CHUNKS:
        for found in compiled(chunk.text).diagnostics:
            assert not found.message.endswith(".")
            assert not found.message[:1].isupper()
            assert len(found.message) <= 200
            assert found.span.start < found.span.end or found.code == "POL401"


def test_the_order_of_files_changes_nothing() -> None:
    chunk = "rule a\n  when modifier in nowhere\n  deny\n# in another file\nrule b\n  always\n  denny\n"
    compilation = compiled(chunk)
    _, forwards = check(compilation.trees, compilation.sources, compilation.environment)
    _, backwards = check(compilation.trees[::-1], compilation.sources, compilation.environment)
    assert set(forwards) == set(backwards) != set()
