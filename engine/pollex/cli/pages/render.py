"""A page from its template and the values that it shows.

Every value is escaped, and control characters are made visible, since they may come from a claim or from
somebody's policy. A template that names a value it was not given is an error, not an empty place. The
templates lie beside this file and are read as resources, so that a package in a zip file finds them too.
A page never names the day on which it was made: the same values are the same bytes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pollex.cli.layout import dollars
from pollex.cli.terminal import counted
from pollex.source.snippet import visible
from pollex.version import LANGUAGE, PACKAGE

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = files("pollex.cli.pages") / "templates"
SCHEMES = re.compile(r"https?://\S+", re.ASCII)


def render(template: str, **values: object) -> str:
    """The page: `render("compare.html", comparison=…)`."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(_template),
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(dollars=dollars, counted=counted)
    made.tests.update(web=_is_web)
    made.globals.update(package_version=PACKAGE, language_version=LANGUAGE)
    return made


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _shown(value: object) -> object:
    """Text of a file without its control characters; what the templates themselves made stays as it is."""
    return visible(value) if type(value) is str else value


def _is_web(place: str | None) -> bool:
    """Whether a place may become a link: nothing but the web is followed."""
    return place is not None and SCHEMES.fullmatch(place) is not None
