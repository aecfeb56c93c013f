"""YAML as a small typed tree with places; the only file that knows PyYAML.

Of YAML only what is plain to read is taken: one document of mappings, lists and texts. A key that stands
twice, an anchor, an alias, a merge key, a tag, a second document: each is refused with its place, and what
follows is still read. Whether a text was written in quotes stays known; nothing is turned into a number here,
so that no code loses a zero and no amount a cent.

`to_plain` gives the tree as Python data for claims and fixtures: quoted texts as they stand, unquoted whole
numbers as int, unquoted decimals as Decimal (never float), so that an amount that should have been quoted is
seen by whoever validates the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import yaml

from pollex.source.diagnostic import Diagnostic, Label, in_order
from pollex.source.span import Span, cover, whole_file
from pollex.source.text import SourceText

DEEPEST = 64

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile(r"[^\s,\]}]+")
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)", re.ASCII)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

Plain: TypeAlias = "str | int | bool | Decimal | list[Plain] | dict[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `plain` says that it was written without quotes. `span` holds the quotes too."""

    text: str
    plain: bool
    span: Span

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, each key once. `head` is where a remark on the whole is best shown."""

    entries: tuple[Entry, ...]
    span: Span
    head: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


Node: TypeAlias = Scalar | Mapping | Sequence


def read(source: SourceText) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The document of a text; None where it cannot be read at all."""
    unprintable = _UNPRINTABLE.search(source.text.removeprefix("\ufeff"))
    if unprintable is not None:
        place = unprintable.start() + _mark_width(source)
        message = f"the character U+{ord(unprintable.group()):04X} cannot stand in YAML"
        return None, (Diagnostic("POL501", message, Span(source.name, place, place + 1), help="delete it"),)
    reader = _Reader(source)
    try:
        document = reader.document()
    except yaml.MarkedYAMLError as error:
        document, unreadable = None, _unreadable(error, source)
        reader.found.append(unreadable)
    except _Unreadable as error:
        document = None
        reader.found.append(error.args[0])
    return document, tuple(in_order(reader.found))


def to_plain(node: Node) -> Plain:
    """Python data; see the top of the module for what an unquoted text becomes."""
    match node:
        case Mapping():
            return {entry.key.text: to_plain(entry.value) for entry in node.entries}
        case Sequence():
            return [to_plain(item) for item in node.items]
        case Scalar(text=text, plain=True):
            return _resolved(text)
        case Scalar(text=text):
            return text


def locate(node: Node, pointer: str) -> Span:
    """The place of what a JSON Pointer names in the tree, or of what is nearest above it."""
    here = node
    for step in pointer.split("/")[1:]:
        word = step.replace("~1", "/").replace("~0", "~")
        below: Node | None = None
        if isinstance(here, Mapping):
            below = next((entry.value for entry in here.entries if entry.key.text == word), None)
        elif isinstance(here, Sequence) and word.isdecimal() and int(word) < len(here.items):
            below = here.items[int(word)]
        if below is None:
            break
        here = below
    return here.head if isinstance(here, Mapping) else here.span


def _resolved(text: str) -> Plain:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


# ------------------------------------------------------------------ events to nodes


class _Unreadable(Exception):  # noqa: N818 - not an error of the program: it carries a diagnostic out
    """Ends the reading; holds the diagnostic."""


def _mark_width(source: SourceText) -> int:
    return 1 if source.text.startswith("\ufeff") else 0


class _Reader:
    """Builds the tree from the parser's events, noting what is refused on the way."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.shift = _mark_width(source)
        self.found: list[Diagnostic] = []
        text = source.text.removeprefix("\ufeff")
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)

    def document(self) -> Node | None:
        """The first document; of a second one, that it is there."""
        root: Node | None = None
        documents = 0
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if documents == 1:
                root = self.node(next(self.events), 1)
                continue
            message = "a file holds one YAML document, and a second one begins here"
            self.note("POL503", message, self.span(event), "put it in a file of its own")
            return root
        if root is None or (isinstance(root, Scalar) and root.is_null):
            self.note("POL501", "the file is empty", whole_file(self.source.name), None)
            return None
        return root

    def node(self, event: Any, depth: int) -> Node:
        if depth > DEEPEST:
            message = f"lists and mappings stand more than {DEEPEST} deep in each other"
            raise _Unreadable(Diagnostic("POL501", message, self.span(event)))
        self.refuse_marks(event)
        match event:
            case yaml.AliasEvent():
                return Scalar("", True, self.span(event))
            case yaml.SequenceStartEvent():
                return self.sequence(event, depth)
            case yaml.MappingStartEvent():
                return self.mapping(event, depth)
            case _:
                return Scalar(event.value, not event.style, self.span(event))

    def sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        if start.flow_style or not items:
            return Sequence(tuple(items), self.span(start, event))
        return Sequence(tuple(items), cover(items[0].span, items[-1].span))

    def mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        last: Span | None = None
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            last = value.span
            if not isinstance(key, Scalar):
                self.note("POL501", "a key is a single word", key.span, "write `key: value`")
            elif key.text in entries:
                first = Label(entries[key.text].key.span, "it stands here first")
                message = f"the key `{key.text}` stands twice"
                self.found.append(Diagnostic("POL502", message, key.span, labels=(first,), help="keep one"))
            else:
                entries[key.text] = Entry(key, value)
        found = tuple(entries.values())
        if start.flow_style or not found or last is None:
            span = self.span(start, event)
            return Mapping(found, span, span)
        head = found[0].key.span
        return Mapping(found, cover(head, last), head)

    def refuse_marks(self, event: Any) -> None:
        """Anchors, aliases, merge keys and tags: what makes one place mean another."""
        span = self.span(event)
        word = _WORD.match(self.source.text, span.start)
        written = word.group() if word else ""
        if isinstance(event, yaml.AliasEvent):
            said = f"`{written}` stands for something written elsewhere"
        elif event.anchor is not None:
            said = f"`{written}` names something for use elsewhere"
        elif event.tag is not None:
            said = f"`{written}` gives something a type"
        elif isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style:
            said = "`<<` takes over what is written elsewhere"
        else:
            return
        place = Span(span.file, span.start, span.start + len(written))
        self.note(
            "POL504", f"{said}, which is not done here", place, "write out what is meant, where it is meant"
        )

    def note(self, code: str, message: str, span: Span, advice: str | None) -> None:
        self.found.append(Diagnostic(code, message, span, help=advice))

    def span(self, first: Any, last: Any | None = None) -> Span:
        end = (last or first).end_mark.index
        return Span(self.source.name, first.start_mark.index + self.shift, end + self.shift)


# ------------------------------------------------------------------ what cannot be read

# Words of the parser's own message, what we say instead, and what to do.
_OPEN_QUOTE = "this quote is never closed"
_SENTENCES = (
    (
        "mapping values are not allowed",
        "a `:` stands where none can",
        "put a text that holds `: ` in quotes, and see whether the line above lacks its `:`",
    ),
    ("unexpected end of stream", _OPEN_QUOTE, "close it with the same kind of quote"),
    ("expected ',' or ']'", "a list in `[ ]` is not closed, or lacks a comma", "write `[a, b]`"),
    ("expected ',' or '}'", "a mapping in `{ }` is not closed, or lacks a comma", "write `{a: b, c: d}`"),
    (
        "unknown escape",
        "a backslash in double quotes begins no escape of YAML",
        "write `\\\\`",
    ),
    ("cannot start any token", "this character cannot begin a text", "put the text in quotes"),
    ("expected ':'", "this line has no `:` after its key", "write `key: value`"),
    ("expected the node content", "something is missing or left over here", "check brackets and commas"),
    ("expected node content", "something is missing or left over here", "check brackets and commas"),
)
_MISPLACED = (
    "this stands on no level of the lines above",
    "line it up with its neighbours, and close quotes only at the end of a text",
)


def _unreadable(error: yaml.MarkedYAMLError, source: SourceText) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = 0 if mark is None else min(mark.index + _mark_width(source), len(source.text))
    problem = error.problem or ""
    message, advice = next((said for words, *said in _SENTENCES if words in problem), list(_MISPLACED))
    if source.text[place : place + 1] == "\t":
        message, advice = "a tab cannot indent a line of YAML", "use spaces"
    if message == _OPEN_QUOTE and error.context_mark is not None:
        place = error.context_mark.index + _mark_width(source)
    span = Span(source.name, place, min(place + 1, len(source.text)))
    return Diagnostic("POL501", message, span, help=advice)
