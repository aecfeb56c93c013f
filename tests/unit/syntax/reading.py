"""A sample policy, and short ways to read one, for the tests of this folder."""

from __future__ import annotations

from pollex.source.diagnostic import Diagnostic
from pollex.source.text import SourceText
from pollex.syntax.ast import PolicyFile
from pollex.syntax.parse import parse
from property.trees import PHRASES

SAMPLE = """policy small-bowel "Small-bowel resection"  # the header
  payer medicare
  applies to cpt in resection-family, cpt 44120
  in effect from 2026-01-01, by date of service
  source PFS "Fee schedule", published 2026-06-30, primary data

# about assistants
rule assistant "Assistants"
  when modifier any of 80, AS and mpfs assistant-indicator is 2
  pay 13.6 * (1 + 2) percent of fee, with co carc 45
  because "A share." [PFS]

rule stays
  when at least 2 of:
    - place of service 21
    - history has cpt 44120 within 90 days before the service date
  require documentation of increased-work, otherwise note "Paid."

test "t"
  given clean
    where line 1 modifier is 22
    where documentation of increased-work is not found
  expect line 1 allow, amount $1,136.30

examples "e" given clean
  | modifier | expect amount |
  | 80       | $181.81       |
"""


def read(text: str) -> tuple[PolicyFile, tuple[Diagnostic, ...]]:
    return parse(SourceText("t.pol", text), PHRASES)


def good(text: str) -> PolicyFile:
    tree, diagnostics = read(text)
    assert diagnostics == ()
    return tree


def mistakes(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of each diagnostic."""
    source = SourceText("t.pol", text)
    _, diagnostics = parse(source, PHRASES)
    return [(found.code, *source.position(found.span.start)) for found in diagnostics]


def only(text: str) -> tuple[Diagnostic, str]:
    """The one diagnostic of a text, and the words that it marks."""
    _, diagnostics = read(text)
    (found,) = diagnostics
    return found, text[found.span.start : found.span.end]


def names(tree: PolicyFile) -> list[str]:
    return [getattr(getattr(item, "name", None), "text", "") for item in tree.items]
