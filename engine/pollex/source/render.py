"""Diagnostics as text for people and as documents for programs.

The text shows the place, the line with the span underlined, the remarks, and what to do next; several
places of one diagnostic stand below each other, the diagnostic's own first. A span of several lines
underlines the first and says how many more there are. Both forms hold the same content in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from pollex.source.diagnostic import Diagnostic, Fix, Severity, in_order
from pollex.source.snippet import snippet, visible
from pollex.source.span import Span
from pollex.source.text import SourceText

GUTTER = 5

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_LABEL_COLOR = "34"
_BOLD = "1"


def render_text(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText], color: bool = False
) -> str:
    """All diagnostics in order, one block each; a file that is not in `sources` is named without a line."""
    blocks = (_block(found, sources, color) for found in in_order(diagnostics))
    return "".join("\n".join(block) + "\n" for block in blocks)


def render_json(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText]
) -> list[dict[str, object]]:
    """The same as documents (schemas/diagnostic.schema.json); ends are exclusive, unknown places null."""
    return [
        {
            "code": found.code,
            "severity": found.severity.value,
            "message": found.message,
            **_place(found.span, sources),
            "help": found.help,
            "labels": [{**_place(label.span, sources), "text": label.text} for label in found.labels],
            "fix": _fix_document(found.fix, sources),
            "witness": None if found.witness is None else dict(found.witness),
        }
        for found in in_order(diagnostics)
    ]


# ------------------------------------------------------------------ documents


def _place(span: Span, sources: Mapping[str, SourceText]) -> dict[str, object]:
    source = sources.get(span.file)
    line, column = source.position(span.start) if source else (None, None)
    end_line, end_column = source.position(span.end) if source else (None, None)
    return {
        "file": span.file,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _fix_document(fix: Fix | None, sources: Mapping[str, SourceText]) -> dict[str, object] | None:
    return None if fix is None else {**_place(fix.span, sources), "replacement": fix.replacement}


# ------------------------------------------------------------------ text


def _block(found: Diagnostic, sources: Mapping[str, SourceText], color: bool) -> Iterator[str]:
    name = _painted(f"{found.severity.value}[{found.code}]", _COLORS[found.severity], color)
    yield f"{_where(found.span, sources)}: {name}: {_painted(visible(found.message), _BOLD, color)}"
    yield from _places(found, sources, color)
    if found.fix is not None and not _is_correction(found, sources):
        yield f"   fix: {_fix_sentence(found.fix, sources)}"
    if found.help is not None:
        yield f"   help: {visible(found.help)}"
    if found.witness is not None:
        yield f"   for example: {visible(json.dumps(found.witness, ensure_ascii=False, default=str))}"


def _where(span: Span, sources: Mapping[str, SourceText]) -> str:
    source = sources.get(span.file)
    if source is None:
        return visible(span.file)
    line, column = source.position(span.start)
    return f"{visible(span.file)}:{line}:{column}"


def _places(found: Diagnostic, sources: Mapping[str, SourceText], color: bool) -> Iterator[str]:
    """The underlined lines. A line is written once for all that is underlined in it, one after the other."""
    own = [label.text for label in found.labels if label.span == found.span]
    if found.fix is not None and _is_correction(found, sources):
        own.append(f"did you mean `{found.fix.replacement}`?")
    remarks = [(found.span, "; ".join(own), "^", _COLORS[found.severity])]
    remarks += [
        (label.span, label.text, "-", _LABEL_COLOR) for label in found.labels if label.span != found.span
    ]
    above: tuple[str, int] | None = None
    for span, text, mark, tint in remarks:
        source = _shown(span, sources)
        if source is None:
            if text:
                yield f"   {_where(span, sources)}: {visible(text)}"
            continue
        line = (span.file, source.position(span.start)[0])
        if span.file != (above[0] if above else found.span.file):
            yield f"   {_where(span, sources)}:"
        piece = snippet(source, span)
        if line != above:
            yield f"{line[1]:>{GUTTER}} | {piece.line}".rstrip()
        above = line
        said = " ".join(filter(None, (visible(text), _and_more(piece.further_lines))))
        underline = _painted(mark * piece.width, tint, color)
        yield f"{'':>{GUTTER}} | {' ' * piece.indent}{underline} {said}".rstrip()


def _shown(span: Span, sources: Mapping[str, SourceText]) -> SourceText | None:
    source = sources.get(span.file)
    return source if source is not None and source.shown and source.text else None


def _is_correction(found: Diagnostic, sources: Mapping[str, SourceText]) -> bool:
    """Whether the fix is another word for the very place that is underlined."""
    fix = found.fix
    return (
        fix is not None
        and fix.span == found.span
        and fix.span.start < fix.span.end
        and fix.replacement != ""
        and _shown(fix.span, sources) is not None
    )


def _fix_sentence(fix: Fix, sources: Mapping[str, SourceText]) -> str:
    source = _shown(fix.span, sources)
    old = visible(source.text[fix.span.start : fix.span.end]) if source else ""
    new = visible(fix.replacement)
    if not fix.replacement:
        return f"leave out `{old}`" if old else "leave it out"
    if fix.span.start == fix.span.end:
        return f"add `{new}`"
    return f"write `{new}` for `{old}`" if old else f"write `{new}`"


def _and_more(lines: int) -> str:
    return f"(and {lines} more line{'' if lines == 1 else 's'})" if lines else ""


def _painted(text: str, tint: str, color: bool) -> str:
    return f"\x1b[{tint}m{text}\x1b[0m" if color else text
