"""A matrix as one page of HTML: a table a group, each cell opening to its rules and sources."""

from __future__ import annotations

from pollex.cli import matrix_words
from pollex.cli.pages.render import render
from pollex.compare.matrix.values import Matrix


def matrix_page(matrix: Matrix) -> str:
    """The whole page."""
    return render("matrix.html", matrix=matrix, words=matrix_words)
