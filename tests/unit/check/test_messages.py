"""What an author reads: the whole text of diagnostics, as `pollex check` prints it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.workbench import compiled
from pollex.compiler import Compilation, Texts
from pollex.source.diagnostic import Severity
from pollex.source.render import render_json, render_text
from pollex.source.text import SourceText

HERE = Path(__file__).parent

SHAPE = """\
policies/cigna/44120.pol:14:20: error[POL204]: no set is called `assistant-surgry`
   14 |   when modifier in assistant-surgry
      |                    ^^^^^^^^^^^^^^^^ did you mean `assistant-surgery`?
   help: sets are files in a `sets` folder; name the ones you use in the header
"""

CIGNA = """\
# Two rules, one of them with a slip.
policy cigna-44120
  payer cigna
  applies to cpt 44120
  in effect from 2026-01-01
  use set assistant-surgery
  otherwise allow

rule always-so
  when modifier in assistant-surgery
  pay 16 percent of fee

rule with-a-slip
  when modifier in assistant-surgry
  pend for review by coding
"""

SURGERY = """\
set: assistant-surgery
system: modifier
title: Modifiers of assistants
source: {title: "Made for this test"}
members: ["80", "AS"]
"""

# One of each kind: what an author meets most, and each way a diagnostic can look.
TYPICAL = """\
rule misspelt-word
  when modifer 22 and cpt 44120
  deny

rule misspelt-effect
  when modifier 22
  denny

rule unfinished
  when modifier 22
  deny with co carc

rule mixed
  when modifier 22 and cpt 44120 or cpt 44121
  deny

rule misspelt-column
  when mpfs asistant-indicator is 2
  deny

rule wrong-set
  when cpt in facility-places
  deny

rule wrong-article
  when diagnosis in dense-adhesions
  deny

rule wrong-negation
  when modifier none of 80, 81
  deny

rule unlike-things
  when fee is more than 100
  deny

rule too-early
  when every other line with cpt 44120 is denied
  deny

rule two-outcomes
  when cpt 44121
  allow
  pend for review by coding

rule share
  when modifier any of 80, 81
  pay 16 percent of fee

rule other-share
  when modifier 81
  pay 10 percent of fee

exception never to too-early
  when cpt 44120
  in effect from 2027-01-01

define unused as
  modifier 22
  and cpt 44120

examples "A table" given clean
  | modifier | fee | expect amount |
  | 80       | 100 | $16.00        |
"""


def test_the_shape_of_a_diagnostic() -> None:
    texts = Texts(
        (SourceText("policies/cigna/44120.pol", CIGNA),),
        (SourceText("policies/cigna/sets/assistant-surgery.yaml", SURGERY),),
    )
    compilation = Compilation(texts)
    assert render_text(compilation.diagnostics, compilation.sources) == SHAPE


def test_typical_diagnostics(golden: Callable[[Path, str], None]) -> None:
    compilation = compiled(TYPICAL, "policies/example.pol")
    golden(HERE / "messages.txt", render_text(compilation.diagnostics, compilation.sources))


def test_a_conflict_shows_a_claim() -> None:
    compilation = compiled(TYPICAL)
    (conflict,) = [found for found in compilation.diagnostics if found.code == "POL419"]
    assert conflict.witness is not None
    (line,) = conflict.witness["lines"]
    assert line["modifiers"] == ["81"]


def test_each_text_of_a_diagnostic_is_in_its_document() -> None:
    compilation = compiled(TYPICAL)
    documents = render_json(compilation.diagnostics, compilation.sources)
    assert len(documents) == len(compilation.diagnostics)
    for document, found in zip(documents, compilation.diagnostics, strict=True):
        said = (document["code"], document["message"], document["help"])
        assert said == (found.code, found.message, found.help)
        assert (document["fix"] is None) == (found.fix is None)


def test_errors_and_warnings() -> None:
    kinds = {found.code: found.severity for found in compiled(TYPICAL).diagnostics}
    assert kinds.pop("POL443") is Severity.WARNING
    assert set(kinds.values()) == {Severity.ERROR}


def test_each_fix_repairs_its_mistake() -> None:
    """Every fix of the typical diagnostics, put in, takes its own mistake away and leaves the others."""
    text = f"part of standard\n{TYPICAL}"
    before = compiled(text).diagnostics
    repaired = text
    fixes = [found.fix for found in before if found.fix is not None]
    for fix in sorted(fixes, key=lambda fix: -fix.span.start):
        repaired = repaired[: fix.span.start] + fix.replacement + repaired[fix.span.end :]
    after = compiled(repaired).diagnostics
    assert len(fixes) >= 5
    assert len(after) == len(before) - len(fixes)
    assert {found.code for found in after} <= {found.code for found in before}
