"""Diagnostics as SARIF 2.1.0, the form in which code hosts and editors take findings in.

Each code that was found is a rule with its page as help. Columns count characters, ends are exclusive, and
files are named by their way from the folder that the command runs in, which is the top of a checkout there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from pollex.resources import path
from pollex.source.codes import CODES
from pollex.source.diagnostic import Diagnostic, Fix, Label, Severity, in_order
from pollex.source.snippet import visible
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.version import PACKAGE

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
ROOT = "%SRCROOT%"

Object = dict[str, object]
Sources = Mapping[str, SourceText]


def sarif(diagnostics: Iterable[Diagnostic], sources: Sources) -> Object:
    """The log of one run."""
    found = in_order(diagnostics)
    codes = sorted({one.code for one in found})
    driver = {"name": "Pollex", "version": PACKAGE, "rules": [_rule(code, found) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code), sources) for one in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, found: Sequence[Diagnostic]) -> Object:
    """A code: its title, why it is said, and its whole page."""
    page = path("grammar", "diagnostics", f"{code}.md").read_text(encoding="utf-8")
    why = page.split("\n\n")[1].strip()
    severity = next(one.severity for one in found if one.code == code)
    return {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "fullDescription": {"text": why},
        "help": {"text": _plain(page), "markdown": page},
        "defaultConfiguration": {"level": LEVELS[severity]},
    }


def _plain(page: str) -> str:
    """Markdown without the marks of headings and the fences of examples."""
    return re.sub(r"^(?:#+ |```\w*\n?)", "", page, flags=re.MULTILINE)


def _result(found: Diagnostic, rule: int, sources: Sources) -> Object:
    said = [found.message, *([found.help] if found.help else [])]
    result: Object = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": LEVELS[found.severity],
        "message": {"text": "\n".join(map(visible, said))},
        "locations": [{"physicalLocation": _place(found.span, sources)}],
    }
    if found.labels:
        result["relatedLocations"] = [_related(label, sources) for label in found.labels]
    if found.fix is not None and found.fix.span.file in sources:
        result["fixes"] = [_fix(found.fix, sources)]
    return result


def _related(label: Label, sources: Sources) -> Object:
    return {"physicalLocation": _place(label.span, sources), "message": {"text": visible(label.text)}}


def _fix(fix: Fix, sources: Sources) -> Object:
    replacement = {
        "deletedRegion": _region(fix.span, sources[fix.span.file]),
        "insertedContent": {"text": fix.replacement},
    }
    return {"artifactChanges": [{"artifactLocation": _file(fix.span.file), "replacements": [replacement]}]}


def _place(span: Span, sources: Sources) -> Object:
    place: Object = {"artifactLocation": _file(span.file)}
    if span.file in sources:
        place["region"] = _region(span, sources[span.file])
    return place


def _region(span: Span, source: SourceText) -> Object:
    line, column = source.position(span.start)
    end_line, end_column = source.position(max(span.start, span.end))
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _file(name: str) -> Object:
    """Below the folder that the command runs in, a file is named from there; elsewhere as a whole."""
    here, file = Path.cwd(), Path(name).resolve()
    if here in file.parents:
        return {"uri": quote(file.relative_to(here).as_posix()), "uriBaseId": ROOT}
    return {"uri": file.as_uri()}
