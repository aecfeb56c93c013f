"""Mutants of sets and tables: their text is changed and read again, so that the difference is one of texts.

Members and rows of a list are much alike, and a list is a copy of a source. So some of each are changed,
chosen by their own digest and therefore the same in every run, unless all are asked for. A cell is changed
only in a column that some rule reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import TypeAlias, TypeVar

from pollex.intake.codesets import load_set, merge_sets
from pollex.intake.tables import load_table, merge_tables
from pollex.ir import nodes as n
from pollex.ir.program import Program, Rule, Scope
from pollex.model.codesets import DOT_PLACE, CodeSetVersion
from pollex.model.tables import Row, TableVersion
from pollex.source.diagnostic import has_errors
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.testing.mutate.mutants import Brought, Mutant, place_of
from pollex.testing.mutate.nodes import next_code
from pollex.testing.mutate.programs import Altered

NEAR = 24
Version: TypeAlias = CodeSetVersion | TableVersion
ItemT = TypeVar("ItemT")


class Refused(Exception):  # noqa: N818 - a change that is none, since the list could not be read
    """A list that is a mistake after the change."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a rule reads of lists: sets, tables, and columns as (table, column)."""

    names: frozenset[str]
    columns: frozenset[tuple[str, str]]


def reads(node: object) -> Reads:
    """Every set, table and column below a node of the program."""
    names: set[str] = set()
    columns: set[tuple[str, str]] = set()

    def look(one: object) -> None:
        match one:
            case n.Member(sets=sets) | Scope(sets=sets):
                names.update(sets)
            case n.Column(table, column):
                names.add(table)
                columns.add((table, column))
            case n.PairListed(table, cells):
                names.add(table)
                columns.update((table, column) for column, _ in cells)
        if isinstance(one, tuple):
            for item in one:
                look(item)
        elif is_dataclass(one) and not isinstance(one, Span):
            for part in fields(one):
                look(getattr(one, part.name))

    look(node)
    return Reads(frozenset(names), frozenset(columns))


class Lists:
    """The sets and tables of a program that can be changed."""

    def __init__(self, program: Program, texts: Mapping[str, SourceText], most: int | None) -> None:
        self.program = program
        self.texts = texts
        self.most = most
        self.reading = [(policy, rule, reads(rule)) for policy in program.policies for rule in policy.rules]
        self.scopes = {(one.id, one.version): reads(one.scope).names for one in program.policies}

    def versions(self, files: Iterable[str]) -> Iterator[Version]:
        """The lists of some files that some policy reads, in order of their names."""
        wanted = set(files)
        every: list[Version] = [one for found in self.program.sets.values() for one in found.versions]
        every += [one for found in self.program.tables.values() for one in found.versions]
        for version in sorted(every, key=lambda one: one.span.file):
            if version.span.file in wanted and self.policies(version.name):
                yield version

    def policies(self, name: str) -> tuple[str, ...]:
        """The policies that read a list."""
        found = {policy.id for policy, _, reads in self.reading if name in reads.names}
        return tuple(sorted(found | {policy for (policy, _), names in self.scopes.items() if name in names}))

    # ------------------------------------------------------------ mutants

    def mutants(self, version: Version) -> Iterator[Mutant]:
        if isinstance(version, CodeSetVersion):
            yield from self._of_set(version)
        else:
            yield from self._of_table(version)

    def _of_set(self, version: CodeSetVersion) -> Iterator[Mutant]:
        text = self.texts[version.span.file]
        if len(version.members) > 1:
            for member in chosen(version.codes, version.name, self.most):
                place = _item(text, (member,))
                yield from self._mutant("member-dropped", version, text, place, "", (member,))
        others = sorted(
            {
                code
                for found in self.program.sets.values()
                if found.system == version.system and found.name != version.name
                for code in found.codes
            }
            - set(version.codes)
        )
        added = next_code(version.codes[-1], iter(others))
        place = _item(text, (version.codes[-1],))
        if added is not None and place is not None:
            piece = text.text[place[0] : place[1]]
            more = _behind(piece, added)
            yield from self._mutant("member-added", version, text, place, more, (added,))

    def _of_table(self, version: TableVersion) -> Iterator[Mutant]:
        text = self.texts[version.span.file]
        for row in chosen(version.rows, version.name, self.most):
            place = _item(text, row.key)
            yield from self._mutant("row-dropped", version, text, place, "", row.key)
        asked = {column for _, _, reads in self.reading for column in reads.columns}
        for column in sorted(column for table, column in asked if table == version.name):
            rows = [row for row in version.rows if row.cells.get(column) is not None]
            for row in chosen(rows, f"{version.name} {column}", self.most):
                yield from self._cell(version, text, row, column)

    def _cell(self, version: TableVersion, text: SourceText, row: Row, column: str) -> Iterator[Mutant]:
        place = _item(text, row.key)
        if place is None:
            return
        found = re.search(rf'(?<![\w-]){re.escape(column)}:\s*"([^"]*)"', text.text[place[0] : place[1]])
        value = row.cells[column]
        if found is None or value is None:
            return
        held = {str(one) for other in version.rows if isinstance(one := other.cells.get(column), str)}
        new = _beside(value, sorted(held))
        if new is not None:
            where = place[0] + found.start(1), place[0] + found.end(1)
            yield from self._mutant("cell", version, text, where, new, row.key)

    def _mutant(
        self,
        operator: str,
        version: Version,
        text: SourceText,
        place: tuple[int, int] | None,
        new: str,
        codes: tuple[str, ...],
    ) -> Iterator[Mutant]:
        if place is None:
            return
        start, end = place
        changed = SourceText(text.name, text.text[:start] + new + text.text[end:])
        before = text.text[max(0, start - NEAR) : start]  # tells the cells of a row apart
        whole = "\n".join((operator, place_of(text.name), *codes, before, new))
        key = sha256(whole.encode()).hexdigest()[:20]
        span = Span(text.name, start, end)
        yield Mutant(operator, span, version.name, self.policies(version.name), None, changed, codes, key)

    # ------------------------------------------------------------ into the program

    def bring(self, mutant: Mutant) -> Brought | None:
        """The program with the changed list; None where it holds the same; Refused where
        nobody could keep it.
        """
        assert mutant.text is not None
        program = self.program
        if mutant.owner in program.sets:
            version, diagnostics = load_set(mutant.text, program.systems)
            if version is None or has_errors(diagnostics):
                raise Refused
            before = program.sets[mutant.owner]
            sets, _ = merge_sets(_in_place(before.versions, version))
            changed = replace(program, sets={**program.sets, mutant.owner: sets[mutant.owner]})
            same = sets[mutant.owner].canonical() == before.canonical()
        else:
            rows, diagnostics = load_table(mutant.text, program.systems, program.vocabulary)
            if rows is None or has_errors(diagnostics):
                raise Refused
            table = program.tables[mutant.owner]
            tables, _ = merge_tables(_in_place(table.versions, rows))
            changed = replace(program, tables={**program.tables, mutant.owner: tables[mutant.owner]})
            same = tables[mutant.owner].canonical() == table.canonical()
        if same:
            return None
        return Brought(mutant, changed, tuple(self._altered(mutant.owner)))

    def _altered(self, name: str) -> Iterator[Altered]:
        for policy in self.program.policies:
            rules = tuple(
                (rule, rule) for at, rule, reads in self.reading if at is policy and name in reads.names
            )
            scoped = name in self.scopes[policy.id, policy.version] or _own(rules, name)
            if rules or scoped:
                yield Altered(policy, rules, scoped)


def _own(rules: Iterable[tuple[Rule, Rule]], name: str) -> bool:
    """Whether some rule has lines of its own by this list."""
    return any(rule.scope is not None and name in rule.scope.sets for rule, _ in rules)


VersionT = TypeVar("VersionT", CodeSetVersion, TableVersion)


def _in_place(versions: Sequence[VersionT], new: VersionT) -> list[VersionT]:
    return [new if one.span.file == new.span.file else one for one in versions]


def chosen(items: Sequence[ItemT], salt: str, most: int | None) -> list[ItemT]:
    """At most so many, by their digest, in their own order."""
    if most is None or len(items) <= most:
        return list(items)
    keys = {place: sha256(f"{salt} {_label(item)}".encode()).digest() for place, item in enumerate(items)}
    kept = sorted(sorted(keys, key=lambda place: keys[place])[:most])
    return [items[place] for place in kept]


def _label(item: object) -> str:
    return "/".join(item.key) if isinstance(item, Row) else str(item)


def _beside(value: Fraction | str | date, held: Sequence[str]) -> str | None:
    """Another value: of a number one more, of a code the next that the column holds."""
    match value:
        case Fraction():
            return str(value + 1) if value.denominator == 1 else str(float(value + 1))
        case str():
            return next_code(value, (code for code in held if code != value))
    return None


# ------------------------------------------------------------------ places in the text


def _item(text: SourceText, codes: tuple[str, ...]) -> tuple[int, int] | None:
    """Where the item of a code, or of a pair, stands: whole lines where it has its own, else itself."""
    start = max(
        (found.end() for found in re.finditer(r"^(?:members|rows):", text.text, re.MULTILINE)), default=0
    )
    spelt = [rf'"{_spelling(code)}"' for code in codes]
    both = r",\s*".join(spelt)
    key = spelt[0] if len(spelt) == 1 else rf"\[{both}\]"
    block = re.compile(rf"^ *- (?:{key}|\{{(?:code|key): {key}).*\n(?:(?! *(?:-|#)|\n).*\n)*", re.MULTILINE)
    found = block.search(text.text, start) or re.compile(rf"{key}(?=\s*[,\]])").search(text.text, start)
    if found is None:
        return None
    end = found.end()
    if found.group().endswith("\n"):
        return found.start(), end
    comma = re.compile(r", *").match(text.text, end)
    if comma is not None:
        return found.start(), comma.end()
    before = re.search(r", *$", text.text[: found.start()])
    return before.start() if before is not None else found.start(), end


def _behind(piece: str, code: str) -> str:
    """An item, as `_item` finds it, with another one behind it."""
    if piece.endswith("\n"):
        return f'{piece}  - "{code}"\n'
    if piece.startswith(","):
        return f'{piece}, "{code}"'
    plain = piece.rstrip(", ")
    return f'{plain}, "{code}"{piece[len(plain) :]}'


def _spelling(code: str) -> str:
    """A code as it may be written: a dot after the third character does not count."""
    plain = re.escape(code[:DOT_PLACE]) + r"\.?" + re.escape(code[DOT_PLACE:])
    return plain if len(code) > DOT_PLACE else re.escape(code)
