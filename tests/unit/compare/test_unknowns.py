"""The section "Not known" of a README."""

from __future__ import annotations

import pytest

from pollex.compare.unknowns import NotKnown, not_known
from pollex.resources import path, walk

SECTION = """\
# A payer

- not this one

## Not known

What we did not see.

- One thing, wrapped
  over two lines.
* Another; with a
  - nested one
1. A numbered one

### Days

A paragraph
of its own.

| what | where |
|---|---|
| this | there |

```
# no heading
```

## Something else

- nor this one
"""


def test_items_paragraphs_and_rows_are_lines() -> None:
    assert not_known(SECTION) == NotKnown(
        "What we did not see.",
        (
            "One thing, wrapped over two lines.",
            "Another; with a",
            "nested one",
            "A numbered one",
            "A paragraph of its own.",
            "this: there",
            "# no heading",
        ),
    )


@pytest.mark.parametrize("heading", ["# Not known", "## NOT KNOWN ##", "### **Not known**"])
def test_the_heading_may_be_of_any_level(heading: str) -> None:
    assert not_known(f"{heading}\n\n- a\n") == NotKnown(None, ("a",))


@pytest.mark.parametrize(
    "text", ["", "# Payer\n\n- a\n", "```\n## Not known\n```\n", "## What is not known\n- a"]
)
def test_without_the_heading_there_is_no_section(text: str) -> None:
    assert not_known(text) is None


def test_paragraphs_alone_are_the_lines() -> None:
    assert not_known("## Not known\nOne.\n\nTwo.\n") == NotKnown(None, ("One.", "Two."))
    assert not_known("## Not known\n\n## Next\n") == NotKnown(None, ())


def test_every_payer_that_ships_says_what_is_not_known() -> None:
    folders = {name.split("/")[1] for name, _ in walk("policies", suffix=".pol")}
    assert "medicare" in folders
    for folder in folders:
        said = not_known(path("policies", folder, "README.md").read_text(encoding="utf-8"))
        assert said is not None, folder
        assert said.lines, folder
