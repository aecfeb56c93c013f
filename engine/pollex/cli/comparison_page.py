"""A comparison as one page of HTML: the grid first, each line of it leading to reasons and sources."""

from __future__ import annotations

from pollex.cli import comparison_words, decision_words
from pollex.cli.pages.render import render
from pollex.compare.claims import Comparison


def comparison_page(comparison: Comparison) -> str:
    """The whole page."""
    sources = [comparison_words.cited_sources(comparison, place) for place in range(len(comparison.columns))]
    anchors = [
        {source: f"source-{place}-{number}" for number, source in enumerate(cited, 1)}
        for place, cited in enumerate(sources, 1)
    ]
    return render(
        "compare.html",
        comparison=comparison,
        sources=sources,
        anchors=anchors,
        words=comparison_words,
        said=decision_words,
    )
