"""Where names are looked up: the environment every policy shares, the names of one policy, and the report.

A name that is not found is one diagnostic, with the nearest one that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pollex.model.codesets import CodeSet, CodeSystem
from pollex.model.tables import Table
from pollex.model.vocabulary import Vocabulary, Word
from pollex.source.diagnostic import Diagnostic, Fix, Label, Severity
from pollex.source.span import Span
from pollex.source.suggest import nearest
from pollex.syntax.ast import Define, ExceptionRule, Rule, SourceClause
from pollex.syntax.conditions import Name, WordRef


@dataclass(frozen=True, slots=True)
class Environment:
    """The data a policy may speak of."""

    vocabulary: Vocabulary
    systems: Mapping[str, CodeSystem]
    sets: Mapping[str, CodeSet]
    tables: Mapping[str, Table]

    def word(self, ref: WordRef) -> Word:
        """The entry of a phrase; the parser lets no other phrase through."""
        return self.vocabulary.words[ref.phrase]


@dataclass(slots=True)
class Report:
    """Collects diagnostics; the same mistake at the same place is said once."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
        witness: Mapping[str, object] | None = None,
    ) -> None:
        self._add(Diagnostic(code, message, span, Severity.ERROR, labels, help, fix, witness))

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        labels: tuple[Label, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        self._add(Diagnostic(code, message, span, Severity.WARNING, labels, help, fix))

    def _add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def unknown(
        self, code: str, what: str, name: Name, known: Iterable[str], help: str | None = None
    ) -> str | None:
        """`no set is called …`, with the nearest one as a fix; returns the nearest."""
        near = nearest(name.text, known)
        fix = Fix(name.span, near) if near else None
        self.error(code, f"no {what} is called `{name.text}`", name.span, help, fix=fix)
        return near


@dataclass(slots=True)
class PolicyNames:
    """The names of one version of one policy, from all its files; `header` is the place of its id.

    `lost` are the words of what could not be read. What seems to be missing may be said there.
    """

    id: str
    header: Span | None = None
    lost: frozenset[str] = frozenset()
    sets: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    sources: dict[str, SourceClause] = field(default_factory=dict)
    defines: dict[str, Define] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    exceptions: dict[str, ExceptionRule] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def saw(self, kind: str, name: str | None) -> None:
        """Remember that a set, table, source or definition is used, or was meant by a misspelt name."""
        if name is not None:
            self.seen.add((kind, name))

    def is_used(self, kind: str, name: str) -> bool:
        """Whether a set, table, source or definition is used, or may be used in what could not be read."""
        return (kind, name) in self.seen or name in self.lost


SET_HELP = "sets are files in a `sets` folder; name the ones you use in the header"
TABLE_HELP = "tables are files in a `tables` folder; name the ones you use in the header"


def find_set(name: Name, env: Environment, names: PolicyNames, report: Report) -> CodeSet | None:
    """A set that exists and that the header names. What the header misspells is said there, once."""
    names.saw("set", name.text)
    if name.text in env.sets:
        if name.text not in names.sets and name.text not in _meant(names.sets, env.sets):
            _not_in_header("POL205", "set", name, names, report)
        return env.sets[name.text]
    if name.text not in names.sets:
        help = f"`{name.text}` is a table; {SET_HELP}" if name.text in env.tables else SET_HELP
        names.saw("set", report.unknown("POL204", "set", name, env.sets, help))
    return None


def find_table(name: Name, env: Environment, names: PolicyNames, report: Report) -> Table | None:
    """A table that exists and that the header names. What the header misspells is said there, once."""
    names.saw("table", name.text)
    if name.text in env.tables:
        if name.text not in names.tables and name.text not in _meant(names.tables, env.tables):
            _not_in_header("POL207", "table", name, names, report)
        return env.tables[name.text]
    if name.text not in names.tables:
        help = f"`{name.text}` is a set; {TABLE_HELP}" if name.text in env.sets else TABLE_HELP
        names.saw("table", report.unknown("POL206", "table", name, env.tables, help))
    return None


def check_text(text: str | None, place: Span, report: Report) -> None:
    """A text in quotes, where there is one, says something."""
    if text is not None and not text.strip():
        report.error("POL428", "this text says nothing", place, "write what a reader should know")


def _meant(named: Iterable[str], known: Mapping[str, object]) -> set[str | None]:
    """What names that do not exist were probably meant to be."""
    return {nearest(name, known) for name in named if name not in known}


def _not_in_header(code: str, kind: str, name: Name, names: PolicyNames, report: Report) -> None:
    if name.text in names.lost:
        return
    message = f"the header does not say that it uses the {kind} `{name.text}`"
    labels = (Label(names.header, "this header"),) if names.header else ()
    report.error(code, message, name.span, f"add `use {kind} {name.text}` to the header", labels)
