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
        self, code: str, message: str, span: Span, help: str | None = None, labels: tuple[Label, ...] = ()
    ) -> None:
        self._add(Diagnostic(code, message, span, Severity.WARNING, labels, help))

    def _add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def unknown(
        self, code: str, what: str, name: Name, known: Iterable[str], help: str | None = None
    ) -> None:
        """`no set is called …`, with the nearest one and a fix."""
        near = nearest(name.text, known)
        labels = (Label(name.span, f"did you mean `{near}`?"),) if near else ()
        fix = Fix(name.span, near) if near else None
        self.error(code, f"no {what} is called `{name.text}`", name.span, help, labels, fix)


@dataclass(slots=True)
class PolicyNames:
    """The names of one version of one policy, from all its files."""

    id: str
    sets: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    sources: dict[str, SourceClause] = field(default_factory=dict)
    defines: dict[str, Define] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    exceptions: dict[str, ExceptionRule] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def saw(self, kind: str, name: str) -> None:
        """Remember that a set, table, source or definition is used."""
        self.seen.add((kind, name))


def find_set(name: Name, env: Environment, names: PolicyNames, report: Report) -> CodeSet | None:
    """A set that exists and that the header names."""
    names.saw("set", name.text)
    if name.text not in env.sets:
        help = "sets are YAML files in a `sets` folder; name the ones you use in the header"
        report.unknown("POL204", "set", name, env.sets, help)
        return None
    if name.text not in names.sets:
        help = f"add `use set {name.text}` to the header"
        report.error("POL205", f"the header does not say that it uses the set `{name.text}`", name.span, help)
    return env.sets[name.text]


def find_table(name: Name, env: Environment, names: PolicyNames, report: Report) -> Table | None:
    """A table that exists and that the header names."""
    names.saw("table", name.text)
    if name.text not in env.tables:
        help = "tables are YAML files in a `tables` folder; name the ones you use in the header"
        report.unknown("POL206", "table", name, [*env.tables, *env.vocabulary.words], help)
        return None
    if name.text not in names.tables:
        help = f"add `use table {name.text}` to the header"
        report.error(
            "POL207", f"the header does not say that it uses the table `{name.text}`", name.span, help
        )
    return env.tables[name.text]
