"""`pollex explain`: the page of a code, and the list of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pollex.cli import explain
from pollex.source.codes import CODES
from unit.cli.small import Run

PAGE = """\
# POL502: a key stands twice

YAML would keep the last one
and say nothing.

## Wrong

```yaml
set: a
  system: cpt   # [bold]
```

- take one away
  or rename it
- look again
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One page, in place of the shipped ones."""
    (tmp_path / "POL502.md").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(explain, "path", lambda *parts: tmp_path / parts[-1])


@pytest.mark.parametrize("word", ["POL502", "pol502", "502"])
def test_a_page_is_laid_out_as_text(page: None, run: Run, word: str) -> None:
    ran = run("explain", word)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "POL502: a key stands twice",
        "",
        "YAML would keep the last one and say nothing.",
        "",
        "Wrong",
        "",
        "    set: a",
        "      system: cpt   # [bold]",
        "",
        "- take one away or rename it",
        "- look again",
    ]


def test_every_code_can_be_explained(run: Run) -> None:
    for code, title in CODES.items():
        ran = run("explain", code)
        assert (ran.code, ran.err) == (0, "")
        assert code in ran.out.splitlines()[0]
        assert title.split(" ", maxsplit=1)[0].casefold() in ran.out.casefold()


def test_without_a_code_all_are_listed(run: Run) -> None:
    ran = run("explain")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [f"{code}  {title}" for code, title in sorted(CODES.items())]


@pytest.mark.parametrize(
    ("word", "hint"),
    [("POL5O2", "did you mean POL502, a key stands twice?"), ("grammar", "the codes are listed above")],
)
def test_a_code_that_is_none_is_bad_usage_with_the_nearest_and_the_list(
    run: Run, word: str, hint: str
) -> None:
    ran = run("explain", word)
    assert (ran.code, ran.out) == (2, "")
    *codes, last = ran.err.splitlines()
    assert codes == [f"{code}  {title}" for code, title in sorted(CODES.items())]
    assert last == f"pollex: there is no diagnostic code `{word}`; {hint}"
