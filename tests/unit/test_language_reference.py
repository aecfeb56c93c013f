"""The language reference is true: its examples compile and pass, its tables agree with the data.

A block marked `pol` is a file of its own. One without a header stands under a standard one; the sets, tables
and fixtures are in `tests/corpus/language-reference`. In a block marked `pol conditions` each line is a
condition, in one marked `pol mistakes` each line is one that the compiler must refuse.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pollex.intake.codesets import load_set
from pollex.intake.tables import load_table
from pollex.intake.vocabulary import shipped_systems, shipped_vocabulary
from pollex.model.vocabulary import Kind, Word
from pollex.resources import read_text
from pollex.source.diagnostic import Severity
from pollex.source.text import SourceText
from pollex.syntax import ast, conditions, scenarios
from pollex.testing.run import run_tests
from pollex.workspace import open_paths

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "grammar" / "README.md"
DATA = ROOT / "tests" / "corpus" / "language-reference"
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
VOCABULARY = re.compile(
    r"(?<=<!-- vocabulary: written by the test from vocabulary.yaml -->\n).*?(?=<!-- end)", re.DOTALL
)

HEADER = """policy standard "Standard header"
  payer medicare
  applies to {scopes}
  in effect from 2026-01-01, by date of service
{uses}  otherwise allow
"""
SCOPES = "cpt 44120, cpt 44121, cpt 44125, cpt 44005, cpt 44140, cpt 99213, cpt 99215"
DEFINITIONS = {
    "heavy-adhesions": "define heavy-adhesions as modifier 22 and any diagnosis in dense-adhesions",
}


@dataclass(frozen=True)
class Block:
    """A fenced block: what stands behind the fence, the text, and the line it begins on."""

    info: str
    body: str
    line: int

    @property
    def id(self) -> str:
        return f"line {self.line}"


def blocks(info: str) -> list[Block]:
    text = REFERENCE.read_text(encoding="utf-8")
    found = [
        Block(match["info"], match["body"], text.count("\n", 0, match.start()) + 1)
        for match in BLOCK.finditer(text)
    ]
    return [block for block in found if block.info == info]


def one_a_line(info: str) -> Iterator[tuple[str, str]]:
    """A rule for each condition of such blocks, with its place on the page."""
    for block in blocks(info):
        for number, line in enumerate(block.body.splitlines(), start=block.line + 1):
            yield f"line {number}", f"rule example\n  when {line.partition('#')[0]}\n  deny\n"


TEXTS = [*((block.id, block.body) for block in blocks("pol")), *one_a_line("pol conditions")]
IDS = [name for name, _ in TEXTS]
MISTAKES = list(one_a_line("pol mistakes"))


def whole(text: str) -> list[str]:
    """The text as files: with a header, and the fixture that it starts from."""
    code = re.sub(r'"[^"\n]*"|#[^\n]*', "", text)
    names = set(re.findall(r"[a-z][a-z0-9-]*", code))
    if "given clean" in code and "fixture clean" not in code:
        text += '\nfixture clean from "claims/clean.yaml"\n'
    if code.startswith("policy "):
        return [text]
    uses = "".join(
        f"  use {kind} {file.stem}\n"
        for kind in ("set", "table")
        for file in sorted((DATA / f"{kind}s").iterdir())
        if file.stem in names
    )
    header = HEADER.format(scopes=SCOPES, uses=uses)
    return [header, text] if code.startswith("part of") else [f"{header}\n{text}"]


@lru_cache(maxsize=1)
def data_texts() -> tuple[Path, ...]:
    return tuple(file for kind in ("sets", "tables", "claims") for file in sorted((DATA / kind).iterdir()))


def written(text: str, folder: Path) -> Path:
    for file in data_texts():
        target = folder / file.parent.name / file.name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(file, target)
    for number, content in enumerate(whole(text)):
        (folder / f"example-{number}.pol").write_text(content, encoding="utf-8")
    return folder


# ------------------------------------------------------------------ the examples


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=IDS)
def test_an_example_compiles_without_complaint_and_its_tests_pass(
    name: str, text: str, tmp_path: Path
) -> None:
    workspace = open_paths([written(text, tmp_path)])
    found = workspace.compilation.diagnostics
    assert [f"{d.code} {d.message}" for d in found] == [], f"grammar/README.md, {name}"
    failed = [
        (result.case.title, result.problem, [(d.what, d.expected, d.actual) for d in result.differences])
        for result in run_tests(workspace)
        if not result.passed
    ]
    assert failed == [], f"grammar/README.md, {name}"


@pytest.mark.parametrize(("name", "text"), MISTAKES, ids=[name for name, _ in MISTAKES])
def test_what_the_page_calls_impossible_is_refused(name: str, text: str, tmp_path: Path) -> None:
    workspace = open_paths([written(text, tmp_path)])
    found = [d for d in workspace.compilation.diagnostics if d.severity is Severity.ERROR]
    assert len(found) == 1, [f"{d.code} {d.message}" for d in found]


def test_there_are_examples_of_each_kind() -> None:
    infos = [match["info"] for match in BLOCK.finditer(REFERENCE.read_text(encoding="utf-8"))]
    assert infos.count("pol") >= 18
    assert infos.count("pol conditions") >= 9
    assert set(infos) == {"pol", "pol conditions", "pol mistakes", "yaml", "text"}
    assert len(TEXTS) >= 100
    assert len(MISTAKES) >= 9


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.id)
def test_a_set_or_table_of_the_page_can_be_read(block: Block) -> None:
    text = SourceText("page.yaml", block.body)
    if block.body.startswith("set:"):
        version, found = load_set(text, shipped_systems())
        assert version is not None
    else:
        table, found = load_table(text, shipped_systems(), shipped_vocabulary())
        assert table is not None
    assert [d.message for d in found] == []


# ------------------------------------------------------------------ the page as a whole


def kinds(value: Any) -> Iterator[type]:
    """The kinds of node in a tree."""
    if isinstance(value, tuple):
        for item in value:
            yield from kinds(item)
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value)
        for field in fields(value):
            yield from kinds(getattr(value, field.name))


def test_the_examples_use_every_construct_of_the_language(tmp_path: Path) -> None:
    used: set[type] = set()
    for number, (_, text) in enumerate(TEXTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        for tree in open_paths([written(text, folder)]).compilation.trees:
            used |= set(kinds(tree))
    nodes = {
        node
        for module in (ast, conditions, scenarios)
        for node in vars(module).values()
        if isinstance(node, type) and is_dataclass(node) and node.__module__ == module.__name__
    }
    assert len(nodes) > 60
    assert {node.__name__ for node in nodes - used} == set()


def test_the_page_names_every_keyword_of_the_grammar() -> None:
    grammar = re.sub(r"//[^\n]*", "", read_text("grammar", "policy.lark"))
    keywords = set(re.findall(r'"([a-z]+)"', grammar))
    words = set(re.findall(r"[a-z]+", REFERENCE.read_text(encoding="utf-8")))
    assert len(keywords) > 90
    assert keywords - words == set()


def test_every_effect_and_filter_has_its_row() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for effect in (
        "allow",
        "deny",
        "pend",
        "note",
        "require",
        "pay",
        "reduce to",
        "reduce by",
        "pay at most",
    ):
        assert f"\n| `{effect}" in text, effect
    for choice in ("date", "provider", "group", "tax id"):
        assert re.search(rf"`(?:on|by) the same {choice}`", text), choice


def test_the_links_of_the_page_lead_somewhere() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("http"):
            assert (REFERENCE.parent / target).exists(), target


# ------------------------------------------------------------------ the vocabulary's table

KINDS = {
    Kind.TEXT: "text, in quotes",
    Kind.DATE: "date",
    Kind.MONEY: "money",
    Kind.NUMBER: "number",
    Kind.DAYS: "days",
    Kind.AGE: "age",
}


def row(word: Word) -> str:
    if word.kind is Kind.CHOICE:
        kind = " · ".join(f"`{choice}`" for choice in word.choices)
    elif word.kind is Kind.CODE:
        kind = f"code: {shipped_systems()[word.system or ''].title}"
    else:
        kind = KINDS[word.kind]
    several = ", several" if word.many else ""
    of_history = "yes" if word.history else ""
    return f"| `{word.phrase}` | {kind}{several} | {of_history} | {word.help} | `{word.field}` |"


def vocabulary_tables() -> str:
    """The words as the page shows them, in the order of the file."""
    parts = []
    titles = {"claim": "Of the claim", "line": "Of a line", "history": "Of a line of the history only"}
    for of, title in titles.items():
        words = [word for word in shipped_vocabulary().words.values() if word.of == of]
        head = f"\n**{title}**\n\n| word | is | history | means | field |\n|---|---|---|---|---|\n"
        parts.append(head + "".join(f"{row(word)}\n" for word in words))
    return "".join(parts) + "\n"


def test_the_page_shows_the_vocabulary_as_it_is(request: pytest.FixtureRequest) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    if request.config.getoption("--bless"):
        text = VOCABULARY.sub(lambda _: vocabulary_tables(), text)
        REFERENCE.write_text(text, encoding="utf-8", newline="\n")
    (shown,) = VOCABULARY.findall(text)
    assert shown == vocabulary_tables(), "write it with pytest --bless"
