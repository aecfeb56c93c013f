"""The frame of pages: self-contained, escaped, readable in light and dark, the same in a zip file."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from pollex.cli.pages import render as module
from pollex.cli.pages.render import TEMPLATES, render

PAGE = """\
{% extends "base.html" %}{% import "parts.html" as parts %}
{% block title %}{{ title }}{% endblock %}
{% block content %}
{{ parts.outcome(outcome) }}
{% call parts.table("one", "All lines") %}<tbody><tr><th scope="row">{{ code }}</th></tr></tbody>{% endcall %}
<p>{{ parts.source("A manual", at, "payer page", None) }}</p>
{% endblock %}
"""
VALUES = {"title": "A page", "outcome": "no_policy", "code": "44120", "at": None}
READABLE = 4.5
VOID = {"meta", "br", "link", "hr", "img", "input"}


class Outline(HTMLParser):
    """Every tag with its attributes; what was not closed in order is a mistake."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.mistakes: list[str] = []
        self.feed(text)
        self.mistakes += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> closes another")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a small page that extends the frame."""
    environment = module._environment()
    assert environment.loader is not None
    monkeypatch.setattr(
        environment, "loader", ChoiceLoader([DictLoader({"page.html": PAGE}), environment.loader])
    )
    return "page.html"


def test_a_page_is_well_formed_and_says_its_title_twice(page: str) -> None:
    text = render(page, **VALUES)
    outline = Outline(text)
    assert outline.mistakes == []
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    assert "<title>A page</title>" in text
    assert "<h1>A page</h1>" in text
    assert [tag for tag, _ in outline.tags].count("h1") == 1


def test_a_page_needs_nothing_from_elsewhere(page: str) -> None:
    text = render(page, **VALUES)
    tags = Outline(text).tags
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in tags}
    assert not [
        name for _, attributes in tags for name in attributes if name.startswith("on") or name == "src"
    ]
    assert "@import" not in text
    assert "url(" not in text
    assert "default-src 'none'; style-src 'unsafe-inline'" in text


def test_every_value_is_escaped_and_its_control_characters_shown(page: str) -> None:
    text = render(page, **{**VALUES, "title": "<script>alert(1)</script>\x1b[31m & more"})
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\x1b" not in text
    assert "&amp; more" in text


def test_a_value_that_was_not_given_is_an_error(page: str) -> None:
    with pytest.raises(UndefinedError):
        render(page, title="A page")


@pytest.mark.parametrize(
    ("at", "linked"),
    [
        ("https://example.org/manual", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://example.org/a\nb", False),
        ("chapter 12", False),
    ],
)
def test_only_the_web_is_linked(page: str, at: str, linked: bool) -> None:
    links = [
        attributes["href"]
        for tag, attributes in Outline(render(page, **{**VALUES, "at": at})).tags
        if tag == "a"
    ]
    assert links == ["#content", *([at] if linked else [])]


def test_a_table_has_a_caption_that_names_its_region(page: str) -> None:
    tags = Outline(render(page, **VALUES)).tags
    (region,) = [attributes for _, attributes in tags if attributes.get("role") == "region"]
    (at,) = [place for place, (tag, _) in enumerate(tags) if tag == "caption"]
    tag, attributes = tags[at + 1]
    assert (tag, attributes["id"]) == ("span", region["aria-labelledby"])
    assert region["tabindex"] == "0"


def test_the_same_values_are_the_same_page(page: str) -> None:
    assert render(page, **VALUES) == render(page, **VALUES)


# ------------------------------------------------------------------ contrast


def palettes() -> list[dict[str, str]]:
    """The colours of light, dark and print."""
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks]


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["paper", "raised", "mark"])
@pytest.mark.parametrize(
    "text", ["ink", "muted", "link", "allow", "deny", "pend", "partial", "no-policy", "mark-line"]
)
def test_text_stands_out_from_its_ground(palette: dict[str, str], ground: str, text: str) -> None:
    least = 3 if text == "mark-line" else READABLE  # a line is no text
    assert contrast(palette[text], palette[ground]) >= least
