"""Files of code sets and of code systems.

A set's file is one version of the set: its codes for a period. Versions of one name are put together by
`merge_sets`, which refuses two that speak of the same day. A version is given back also where its file has
mistakes, as far as it could be read, so that a policy that uses it is not told that it does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Protocol, TypeVar

from pollex.intake import forms
from pollex.intake.forms import Findings
from pollex.intake.yamltext import Node, Scalar
from pollex.model.codesets import CodeSet, CodeSetVersion, CodeSystem, Member, Source
from pollex.model.dated import Dated, dates_text, first_day, overlapping
from pollex.source.diagnostic import Diagnostic, Label
from pollex.source.span import Span
from pollex.source.text import SourceText

Diagnostics = tuple[Diagnostic, ...]

SET_KEYS = ("set", "system", "title", "source", "members")
MEMBER_KEYS = ("text", "from", "through")
SYSTEM_KEYS = ("system", "title", "pattern", "help")
SYSTEM_OPTIONS = ("dotted", "closed", "codes")


class Version(Dated, Protocol):
    """One file of a set or a table."""

    @property
    def name(self) -> str: ...

    @property
    def span(self) -> Span: ...


AnyVersion = TypeVar("AnyVersion", bound=Version)

# ------------------------------------------------------------------ sets


def load_set(
    text: SourceText, systems: Mapping[str, CodeSystem]
) -> tuple[CodeSetVersion | None, Diagnostics]:
    """One version of a set, from its file."""
    node, findings = forms.open_file(text)
    version = None if node is None else _set_version(node, systems, findings)
    return version, findings.in_order()


def _set_version(node: Node, systems: Mapping[str, CodeSystem], findings: Findings) -> CodeSetVersion | None:
    form = forms.form(node, "a set", SET_KEYS, ("from", "through"), findings)
    if form is None:
        return None
    name = forms.name(form.get("set"), "a set", findings)
    system = forms.choice(form.get("system"), "a code system", "POL514", systems, findings)
    title = forms.text(form.get("title"), "the title", findings)
    source = forms.source(form.get("source"), findings)
    start, end = forms.days(form, findings)
    members = read_members(form.get("members"), systems.get(system or ""), findings)
    named = form.get("set")
    if name is None or system is None or named is None:
        return None
    return CodeSetVersion(name, system, title or "", source or Source(""), members, named.span, start, end)


def read_members(node: Node | None, system: CodeSystem | None, findings: Findings) -> tuple[Member, ...]:
    """A list of codes, each a quoted text or a mapping with a meaning and dates."""
    members: dict[str, list[tuple[Member, Span]]] = {}
    for item in forms.items(node, "codes", findings):
        found = _member(item, system, findings)
        if found is None:
            continue
        member, place = found
        known = members.setdefault(member.code, [])
        note_twice(f"`{member.code}`", member, place, known, findings)
        known.append((member, place))
    return tuple(member for known in members.values() for member, _ in known)


def _member(item: Node, system: CodeSystem | None, findings: Findings) -> tuple[Member, Span] | None:
    if isinstance(item, Scalar):
        code = forms.code(item, system, findings)
        return None if code is None else (Member(code), item.span)
    form = forms.form(item, "a code of the list", ("code",), MEMBER_KEYS, findings)
    named = None if form is None else form.get("code")
    if form is None or named is None:
        return None
    code = forms.code(named, system, findings)
    meaning = forms.text(form.get("text"), "the meaning", findings)
    start, end = forms.days(form, findings)
    return None if code is None else (Member(code, meaning, start, end), named.span)


def note_twice(
    what: str, item: Dated, place: Span, known: Sequence[tuple[Dated, Span]], findings: Findings
) -> None:
    """Say that something is listed twice for the same days."""
    for earlier, first in known:
        if overlapping(item, earlier):
            labels = (Label(first, "it stands here first"),)
            advice = "keep one, or give both dates that do not overlap"
            findings.error(
                "POL515", f"{what} is listed twice for the same days", place, advice, labels=labels
            )
            return


# ------------------------------------------------------------------ versions of one name


def merge_sets(
    versions: Iterable[CodeSetVersion],
) -> tuple[dict[str, CodeSet], Diagnostics]:
    """The sets by name, each with its versions in order of time."""
    findings = Findings()
    sets: dict[str, CodeSet] = {}
    for name, group in by_name(versions).items():
        first = group[0]
        for other in group[1:]:
            if other.system != first.system:
                disagree(
                    "set", first, other, f"codes of {first.system}", f"codes of {other.system}", findings
                )
        alike = [version for version in group if version.system == first.system]
        note_overlaps("set", alike, findings)
        sets[name] = CodeSet(name, first.system, tuple(alike))
    return sets, findings.in_order()


def by_name(versions: Iterable[AnyVersion]) -> dict[str, list[AnyVersion]]:
    """Versions by name, in order of time, whatever the order of the files."""
    groups: dict[str, list[AnyVersion]] = {}
    for version in sorted(versions, key=lambda one: (one.name, first_day(one), one.span.file)):
        groups.setdefault(version.name, []).append(version)
    return groups


def note_overlaps(kind: str, group: Sequence[Version], findings: Findings) -> None:
    """Say where two versions speak of the same day."""
    for earlier, later in combinations(group, 2):
        if overlapping(earlier, later):
            message = f"two files of the {kind} `{later.name}` speak of the same days"
            labels = (
                Label(later.span, f"this one is known {dates_text(later)}"),
                Label(earlier.span, f"this one {dates_text(earlier)}"),
            )
            advice = "end one with `through` before the other begins, or give it another name"
            findings.error("POL516", message, later.span, advice, labels=labels)


def disagree(kind: str, first: Version, other: Version, here: str, there: str, findings: Findings) -> None:
    """Say that two versions of one name are not of one make."""
    message = f"the {kind} `{other.name}` holds {there} here and {here} in another file"
    labels = (Label(first.span, f"here it holds {here}"),)
    findings.error("POL517", message, other.span, "give one of them another name", labels=labels)


# ------------------------------------------------------------------ code systems


def load_code_systems(text: SourceText) -> tuple[dict[str, CodeSystem], Diagnostics]:
    """The code systems, by name, from grammar/code-systems.yaml."""
    node, findings = forms.open_file(text)
    systems: dict[str, CodeSystem] = {}
    form = None if node is None else forms.form(node, "the file", ("systems",), (), findings)
    for item in forms.items(form.get("systems") if form else None, "code systems", findings):
        system = _system(item, findings)
        if system is None:
            continue
        if system.name in systems:
            place = forms.head(item)
            findings.error("POL515", f"the code system `{system.name}` is listed twice", place, "keep one")
        systems.setdefault(system.name, system)
    return systems, findings.in_order()


def _system(item: Node, findings: Findings) -> CodeSystem | None:
    form = forms.form(item, "a code system", SYSTEM_KEYS, SYSTEM_OPTIONS, findings)
    if form is None:
        return None
    name = forms.name(form.get("system"), "a code system", findings)
    title = forms.text(form.get("title"), "the title", findings)
    pattern = _pattern(form.get("pattern"), findings)
    advice = forms.text(form.get("help"), "the help", findings)
    dotted = forms.flag(form.get("dotted"), "`dotted`", findings)
    closed = forms.flag(form.get("closed"), "`closed`", findings)
    if name is None or pattern is None:
        return None
    bare = CodeSystem(name, title or name, pattern, advice or "", dotted)
    members = read_members(form.get("codes"), bare, findings)
    return CodeSystem(name, title or name, pattern, advice or "", dotted, closed, members)


def _pattern(node: Node | None, findings: Findings) -> str | None:
    said = forms.text(node, "the pattern", findings)
    if said is None or node is None:
        return None
    try:
        re.compile(said, re.ASCII)
    except re.error as error:
        findings.error("POL523", f"the pattern is not a regular expression: {error.msg}", node.span)
        return None
    return said
