"""Files of tables: facts by code, or by a pair of codes.

A file is one version of a table: its rows for a period; `merge_tables` puts versions of one name together.
Numbers are read from their text, exactly. A version is given back also where its file has mistakes, as far as
it could be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from pollex.intake import forms
from pollex.intake.codesets import Diagnostics, by_name, disagree, note_overlaps, note_twice
from pollex.intake.forms import Findings, Form
from pollex.intake.yamltext import Mapping as MappingNode
from pollex.intake.yamltext import Node, Scalar, Sequence
from pollex.model.codesets import CodeSystem, Source
from pollex.model.tables import COLUMN_TYPES, UNKNOWN, Absent, Column, Key, Row, Table, TableVersion, Value
from pollex.model.vocabulary import Kind, Vocabulary, Word
from pollex.source.span import Span
from pollex.source.text import SourceText

TABLE_KEYS = ("table", "key", "title", "source", "columns", "rows")
TABLE_OPTIONS = ("absent", "from", "through")
ROW_KEYS = ("key", "from", "through")
KEY_KINDS = (Kind.CODE, Kind.TEXT, Kind.CHOICE)
MOST_DIGITS = 15

# Of each type of number: what it looks like, and how to write it.
NUMBERS = {
    "number": (r"-?[0-9]+(?:\.[0-9]+)?", "a number", "write digits, with a point for decimals: `20.30`"),
    "money": (
        r"[0-9]+(?:\.[0-9]{1,2})?",
        "an amount of money",
        "write dollars and cents without a sign: `1136.30`",
    ),
    "percent": (r"[0-9]+(?:\.[0-9]+)?", "a percentage", "write it without a sign: `13.6`"),
    "days": (r"[0-9]+", "a number of days", "write a whole number: `90`"),
}


def load_table(
    text: SourceText, systems: Mapping[str, CodeSystem], vocabulary: Vocabulary
) -> tuple[TableVersion | None, Diagnostics]:
    """One version of a table, from its file."""
    node, findings = forms.open_file(text)
    version = None if node is None else _version(node, systems, vocabulary, findings)
    return version, findings.in_order()


def _version(
    node: Node, systems: Mapping[str, CodeSystem], vocabulary: Vocabulary, findings: Findings
) -> TableVersion | None:
    form = forms.form(node, "a table", TABLE_KEYS, TABLE_OPTIONS, findings)
    if form is None:
        return None
    named = form.get("table")
    name = forms.name(named, "a table", findings)
    words = _key_words(form.get("key"), vocabulary, findings)
    absent = UNKNOWN
    if form.get("absent") is not None:
        known = [kind.value for kind in Absent]
        said = forms.choice(form.get("absent"), "what an absent key means", "POL524", known, findings)
        absent = Absent(said) if said else UNKNOWN
    title = forms.text(form.get("title"), "the title", findings)
    source = forms.source(form.get("source"), findings)
    start, end = forms.days(form, findings)
    columns = _columns(form.get("columns"), findings)
    if words is None or columns is None or name is None or named is None:
        return None
    rows = _Rows(words, columns, systems, findings).read(form.get("rows"))
    key = tuple(word.phrase for word in words)
    return TableVersion(
        name, key, absent, title or "", source or Source(""), columns, rows, named.span, start, end
    )


def _key_words(node: Node | None, vocabulary: Vocabulary, findings: Findings) -> tuple[Word, ...] | None:
    if node is None:
        return None
    parts = node.items if isinstance(node, Sequence) else (node,)
    if len(parts) not in (1, 2):
        findings.error(
            "POL521", "a table is keyed by one word or by two", forms.head(node), "write `key: cpt`"
        )
        return None
    words = [_key_word(part, vocabulary, findings) for part in parts]
    found = tuple(word for word in words if word is not None)
    return found if len(found) == len(parts) else None


def _key_word(node: Node, vocabulary: Vocabulary, findings: Findings) -> Word | None:
    fit = {
        phrase: word
        for phrase, word in vocabulary.words.items()
        if word.kind in KEY_KINDS and not word.many and word.of != "history"
    }
    phrase = forms.text(node, "a key", findings)
    if phrase is None or not isinstance(node, Scalar):
        return None
    if phrase not in fit and phrase in vocabulary.words:
        message = f"`{phrase}` cannot key a table: a line has to have one of it, a code or a word"
        findings.error("POL521", message, node.span, "key it by a word such as `cpt`")
    elif phrase not in fit:
        forms.unknown(node, "POL521", f"the vocabulary has no word `{phrase}`", sorted(fit), findings)
    return fit.get(phrase)


def _columns(node: Node | None, findings: Findings) -> dict[str, Column] | None:
    if node is None:
        return None
    if not isinstance(node, MappingNode) or not node.entries:
        findings.error("POL507", "columns are written as `name: {type: …}`", node.span)
        return None
    columns: dict[str, Column] = {}
    for entry in node.entries:
        name = forms.name(entry.key, "a column", findings)
        form = forms.form(entry.value, "a column", ("type",), ("help",), findings)
        if name in ROW_KEYS:
            message = f"a column cannot be called `{name}`: rows use that word"
            findings.error("POL508", message, entry.key.span, "give it another name")
        if name is None or form is None:
            continue
        kind = forms.choice(form.get("type"), "a type of column", "POL518", COLUMN_TYPES, findings)
        help_text = forms.text(form.get("help"), "the help", findings)
        columns[name] = Column(name, kind or "code", help_text or "")
    return columns


# ------------------------------------------------------------------ rows


class _Rows:
    """Reads rows by the words of the key and the columns."""

    def __init__(
        self,
        words: tuple[Word, ...],
        columns: Mapping[str, Column],
        systems: Mapping[str, CodeSystem],
        findings: Findings,
    ) -> None:
        self.words = words
        self.columns = columns
        self.systems = systems
        self.findings = findings

    def read(self, node: Node | None) -> tuple[Row, ...]:
        rows: dict[Key, list[tuple[Row, Span]]] = {}
        for item in forms.items(node, "rows", self.findings):
            row = self.row(item)
            if row is None:
                continue
            known = rows.setdefault(row.key, [])
            place = forms.head(item)
            note_twice(f"the row `{', '.join(row.key)}`", row, place, known, self.findings)
            known.append((row, place))
        return tuple(row for known in rows.values() for row, _ in known)

    def row(self, item: Node) -> Row | None:
        if not isinstance(item, MappingNode):
            self.findings.error("POL507", "a row is written as `{key: …, column: …}`", item.span)
            return None
        values = {entry.key.text: entry.value for entry in item.entries}
        cells: dict[str, Value | None] = {}
        for entry in item.entries:
            word = entry.key.text
            if word in self.columns:
                value = self.cell(entry.value, self.columns[word])
                if value is not None or is_null(entry.value):
                    cells[word] = value
            elif word not in ROW_KEYS:
                message = f"the table has no column `{word}`"
                forms.unknown(entry.key, "POL519", message, (*self.columns, *ROW_KEYS), self.findings)
        if "key" not in values:
            self.findings.error("POL506", "a row lacks `key`", item.head, "add `key: …`")
            return None
        key = self.key(values["key"])
        start, end = forms.days(Form(values, item.head), self.findings)
        return None if key is None else Row(key, cells, start, end)

    def key(self, node: Node) -> Key | None:
        parts = node.items if isinstance(node, Sequence) else (node,)
        if len(parts) != len(self.words):
            wanted = " and ".join(f"a {word.phrase}" for word in self.words)
            message = f"the key of this table is {wanted}, and this row gives {len(parts)}"
            self.findings.error(
                "POL522", message, forms.head(node), 'write `"44120"` or `["44120", "44005"]`'
            )
            return None
        found = [self.key_part(part, word) for part, word in zip(parts, self.words, strict=True)]
        key = tuple(part for part in found if part is not None)
        return key if len(key) == len(found) else None

    def key_part(self, node: Node, word: Word) -> str | None:
        if word.kind is Kind.CHOICE:
            return forms.choice(node, f"a {word.phrase}", "POL520", word.choices, self.findings)
        return forms.code(node, self.systems.get(word.system or ""), self.findings)

    def cell(self, node: Node, column: Column) -> Value | None:
        """The exact value; None where the cell says `null`, or cannot be read."""
        if is_null(node):
            return None
        if column.type == "code":
            return forms.code(node, None, self.findings)
        if column.type == "date":
            return forms.day(node, f"`{column.name}`", self.findings)
        return self.number(node, column)

    def number(self, node: Node, column: Column) -> Fraction | None:
        pattern, what, advice = NUMBERS[column.type]
        if isinstance(node, Scalar) and re.fullmatch(pattern, node.text, re.ASCII):
            if sum(character.isdigit() for character in node.text) <= MOST_DIGITS:
                return Fraction(node.text)
            what, advice = f"{what} of at most {MOST_DIGITS} digits", "check it for slips"
        said = f"`{node.text}`" if isinstance(node, Scalar) else "this"
        message = f"{said} is not {what}, which `{column.name}` holds"
        self.findings.error("POL520", message, forms.head(node), advice)
        return None


def is_null(node: Node) -> bool:
    """Whether a cell says that its value is not known."""
    return isinstance(node, Scalar) and node.is_null


# ------------------------------------------------------------------ versions of one name


def merge_tables(versions: Iterable[TableVersion]) -> tuple[dict[str, Table], Diagnostics]:
    """The tables by name, each with its versions in order of time and the columns of all of them."""
    findings = Findings()
    tables: dict[str, Table] = {}
    for name, group in by_name(versions).items():
        first = group[0]
        alike = [first]
        columns = dict(first.columns)
        for other in group[1:]:
            difference = _difference(first, columns, other)
            if difference is None:
                alike.append(other)
                columns = {**other.columns, **columns}
            else:
                disagree("table", first, other, *difference, findings)
        note_overlaps("table", alike, findings)
        tables[name] = Table(name, first.key, first.absent, columns, tuple(alike))
    return tables, findings.in_order()


def _difference(
    first: TableVersion, columns: Mapping[str, Column], other: TableVersion
) -> tuple[str, str] | None:
    """What differs in make: there, and in the other version."""
    if first.key != other.key:
        return f"rows by {', '.join(first.key)}", f"rows by {', '.join(other.key)}"
    if first.absent is not other.absent:
        return f"`absent: {first.absent.value}`", f"`absent: {other.absent.value}`"
    for name, column in other.columns.items():
        if name in columns and columns[name].type != column.type:
            return f"`{name}` as {columns[name].type}", f"`{name}` as {column.type}"
    return None
