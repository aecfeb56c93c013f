"""A file of data read like a form: known keys, each with a value of its kind.

Every function gives the value, or None after having noted why there is none; so all mistakes of a file are
found in one run. A place that has been remarked on once is left alone afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from pollex.intake import yamltext
from pollex.intake.yamltext import Node, Scalar, Sequence
from pollex.model.codesets import CodeSystem, Source, normal_code
from pollex.source.diagnostic import Diagnostic, Fix, Label, in_order
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.source.text import SourceText

EVIDENCE = ("primary-data", "payer-page", "document-copy", "secondary", "contract-terms")
LONGEST_NAME = 80

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_DAY = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"

Days: TypeAlias = tuple[date | None, date | None]


@dataclass(slots=True)
class Findings:
    """The diagnostics of one file, at most one at a place."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        advice: str | None = None,
        fix: Fix | None = None,
        labels: tuple[Label, ...] = (),
    ) -> None:
        if all(found.span != span for found in self.diagnostics):
            self.diagnostics.append(Diagnostic(code, message, span, labels=labels, help=advice, fix=fix))

    def in_order(self) -> tuple[Diagnostic, ...]:
        return tuple(in_order(self.diagnostics))


@dataclass(frozen=True, slots=True)
class Form:
    """A mapping whose keys are known; `place` is where to remark on the whole."""

    values: Mapping[str, Node]
    place: Span

    def get(self, key: str) -> Node | None:
        """The value of a key, or None where it is left out (or remarked on as missing)."""
        return self.values.get(key)


def open_file(text: SourceText) -> tuple[Node | None, Findings]:
    """The file's tree, and what reading it has found."""
    node, found = yamltext.read(text)
    return node, Findings(list(found))


def form(
    node: Node, what: str, needed: Iterable[str], optional: Iterable[str], findings: Findings
) -> Form | None:
    """A mapping without unknown keys; one that lacks a needed key is returned all the same."""
    if not isinstance(node, yamltext.Mapping):
        findings.error("POL507", f"{what} is written as `key: value`", node.span)
        return None
    needed, known = tuple(needed), (*needed, *optional)
    values: dict[str, Node] = {}
    for entry in node.entries:
        if entry.key.text in known:
            values[entry.key.text] = entry.value
        else:
            unknown(entry.key, "POL505", f"{what} has no key `{entry.key.text}`", known, findings)
    missing = [key for key in needed if key not in values]
    if missing:
        lacks = " and ".join(f"`{key}`" for key in missing)
        findings.error("POL506", f"{what} lacks {lacks}", node.head, f"add `{missing[0]}: …`")
    return Form(values, node.head)


def unknown(word: Scalar, code: str, message: str, known: Iterable[str], findings: Findings) -> None:
    """A word that is not among those known, with the nearest one or the list of all."""
    choices = tuple(known)
    near = nearest(word.text, choices)
    fix = Fix(word.span, f'"{near}"' if not word.plain else near) if near else None
    findings.error(code, message, word.span, None if near else "known: " + ", ".join(choices), fix)


def head(node: Node) -> Span:
    """Where a remark on the whole of it is best shown."""
    return node.head if isinstance(node, yamltext.Mapping) else node.span


def items(node: Node | None, what: str, findings: Findings) -> tuple[Node, ...]:
    """The items of a list."""
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        findings.error("POL507", f"{what} are written as a list", head(node), "begin each with `- `")
        return ()
    return node.items


def text(node: Node | None, what: str, findings: Findings) -> str | None:
    """A text that is not empty."""
    if node is None:
        return None
    if not isinstance(node, Scalar) or node.is_null or not node.text.strip():
        findings.error("POL507", f"{what} is a text", head(node), "write it behind the key, in quotes")
        return None
    return " ".join(node.text.split())


def name(node: Node | None, what: str, findings: Findings) -> str | None:
    """A name: lower-case words joined by hyphens."""
    said = text(node, what, findings)
    if said is None or node is None:
        return None
    if not _NAME.fullmatch(said) or len(said) > LONGEST_NAME:
        better = "-".join(re.findall(r"[a-z0-9]+", said.lower())).lstrip("0123456789-")
        fix = Fix(node.span, better) if better else None
        message = f"`{said}` is not a name: {what} is lower-case words joined by hyphens"
        findings.error("POL508", message, node.span, fix=fix)
        return None
    return said


def choice(node: Node | None, what: str, code: str, known: Iterable[str], findings: Findings) -> str | None:
    """One of the known words."""
    said = text(node, what, findings)
    choices = tuple(known)
    if said is not None and isinstance(node, Scalar) and said not in choices:
        unknown(node, code, f"`{said}` is not known as {what}", choices, findings)
        return None
    return said


def flag(node: Node | None, what: str, findings: Findings) -> bool:
    """true or false; false where it is left out."""
    if node is None:
        return False
    if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
        return node.text == "true"
    findings.error("POL507", f"{what} is `true` or `false`", node.span)
    return False


def day(node: Node | None, what: str, findings: Findings) -> date | None:
    """A day of the calendar, written year-month-day, with or without quotes."""
    said = text(node, what, findings)
    if said is None or node is None:
        return None
    try:
        if _DAY.fullmatch(said):
            return date.fromisoformat(said)
        message, advice = f"`{said}` is not a date", "write year-month-day: `2026-01-31`"
    except ValueError:
        message, advice = f"there is no day `{said}`", "check the month and the day"
    findings.error("POL511", message, node.span, advice)
    return None


def days(values: Form, findings: Findings) -> Days:
    """The first and the last day, each None where it is left out."""
    start = day(values.get("from"), "the first day", findings)
    end = day(values.get("through"), "the last day", findings)
    later = values.get("through")
    if start is not None and end is not None and later is not None and start > end:
        message = f"the last day, {end.isoformat()}, is before the first, {start.isoformat()}"
        findings.error("POL512", message, later.span, "put the earlier day behind `from`")
    return start, end


def source(node: Node | None, findings: Findings) -> Source | None:
    """Where the data comes from."""
    if node is None:
        return None
    values = form(node, "a source", ("title",), ("at", "published", "evidence", "facts"), findings)
    if values is None:
        return None
    title = text(values.get("title"), "the title", findings)
    evidence = choice(values.get("evidence"), "a kind of evidence", "POL513", EVIDENCE, findings)
    facts = [text(item, "a fact", findings) for item in items(values.get("facts"), "facts", findings)]
    return Source(
        title or "",
        text(values.get("at"), "the address", findings),
        day(values.get("published"), "the day of publication", findings),
        evidence,
        tuple(fact for fact in facts if fact is not None),
    )


def code(node: Node | None, system: CodeSystem | None, findings: Findings) -> str | None:
    """A quoted code of a system, in its normal form; without a system, any quoted text."""
    said = text(node, "a code", findings)
    if said is None or not isinstance(node, Scalar):
        return None
    if node.plain:
        bare = said.strip(_QUOTES)
        message = f"the code `{said}` is not in quotes"
        findings.error(
            "POL509", message, node.span, "YAML may read it as a number", Fix(node.span, f'"{bare}"')
        )
        said = bare
    else:
        said = node.text
    if system is None:
        return said
    found = normal_code(system, said)
    if not system.matches(found):
        message = f"`{said}` is not a code of {system.title}"
        findings.error("POL510", message, node.span, system.help or None)
        return None
    if system.closed and not system.lists(found):
        message = f"`{said}` is not among the known codes of {system.title}"
        findings.error("POL510", message, node.span, "add it to grammar/code-systems.yaml, with its source")
        return None
    return found
