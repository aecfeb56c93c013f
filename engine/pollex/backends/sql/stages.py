"""The stages of a query as text: each a table of its own, with the columns of the one before and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pollex.backends.sql.answers import chosen
from pollex.backends.sql.dialect import indented
from pollex.backends.sql.place import Writing
from pollex.backends.sql.words import CLAIM, EARLIER, LINE, OTHER


@dataclass(frozen=True, slots=True)
class Stage:
    """Columns that are added, some of them under a comment."""

    name: str
    comment: str
    added: Mapping[str, str]
    comments: Mapping[str, str] = field(default_factory=dict)
    is_worked_out: bool = False
    """Many mention its columns, and they are not to stand for their expressions."""


GATHERED = Stage("gathered", "the claim's lines, with which of them are denied", {})
"""Where each row of a claim sees the others."""


SHOWN = {
    "place": "place",
    "line_number": "line_number",
    "procedure_code": "cpt",
    "outcome": "outcome",
    "percent": "percent",
    "allowed_amount": "allowed_amount",
    "adjustments": "adjustments",
    "rules": "rules",
    "billed_charge": "billed_charge",
}
"""What is gathered of each line of a claim, by its columns; the place goes first, and puts them in order."""

RESULT = ("position", "place", "outcome", "percent", "allowed_amount", "is_exact", "is_silent")
"""What is said of each line, besides what is in force on it."""


@dataclass(frozen=True, slots=True)
class Text:
    """Writes the query."""

    to: Writing
    stages: Sequence[Stage]

    def by_claim(self, named: Mapping[str, str]) -> str:
        """A row a claim, with its lines as the result shows them."""
        d = self.to.dialect
        parts, last = self._parts()
        parts.append(_table("named AS", "adjustments and rules, each as a text", self._more(named, {}), last))
        listed = d.gathered(d.record({name: f"this.{column}" for name, column in SHOWN.items()}))
        alone = "its.outcome = 'deny' AND its.adjustments NOT LIKE '% %'"
        one = {
            "group": d.part("one", 1),
            "carc": d.part("one", 2),
            "rarc": d.words_of(d.part("one", 3), ","),
            "rule": d.part("one", 4),
            "amount": f"CASE WHEN {alone} THEN its.billed_charge END",
        }
        texts = {
            "adjustments": d.transform(d.words_of("its.adjustments"), "one", d.record(one)),
            "rules": d.words_of("its.rules"),
        }
        names = [name for name in SHOWN if name not in ("place", "billed_charge")]
        shown = d.record({name: texts.get(name, f"its.{name}") for name in names})

        def some(outcome: str) -> str:
            return d.any_row(f"this.outcome = '{outcome}'")

        exact = d.any_row("this.is_exact")
        ways = [
            (exact, "NULL"),
            (some("pend"), "'pend'"),
            (f"{some('allow')} AND {some('deny')}", "'partial'"),
            (some("allow"), "'allow'"),
            (some("deny"), "'deny'"),
        ]
        outcome = indented(chosen(ways, "'no_policy'"))
        return (
            f"{_with(parts)}SELECT\n  this.position,\n  any_value(this.claim_id) AS claim_id,\n"
            f"  {outcome} AS outcome,\n  {exact} AS exact,\n"
            f"  {indented(d.transform(listed, 'its', shown))} AS lines\n"
            "FROM named AS this\nGROUP BY this.position\n"
        )

    def by_line(self, columns: Sequence[str], numbers: Mapping[str, str]) -> str:
        """A row a line, in no order."""
        parts, last = self._parts()
        notes = [
            f"this.{name}" for stage in self.stages for name in stage.added if name.startswith("is_open_note")
        ]
        listed = [f"this.{name}" for name in (*RESULT, *columns)]
        listed.append(f"({' OR '.join(notes)}) AS is_open_note")
        listed += [f"{text} AS {name}" for name, text in numbers.items()]
        columns = indented(",\n".join(listed))
        return f"{_with(parts)}SELECT\n  {columns}\nFROM {last} AS this\n"

    # ------------------------------------------------------------ tables

    def _parts(self) -> tuple[list[str], str]:
        """The tables, and the name of the last."""
        d, fields = self.to.dialect, self.to.words.fields
        parts = [f"read AS (  -- the words of a claim\n  {indented(self._read())}\n)"]
        others = {"line_number": "line.line_number", **fields[OTHER]}
        lines = d.transform("given_lines", "line", d.record(others))
        parts.append(_table("beside AS", "its lines, as other lines see them", f"{lines} AS lines", "read"))
        parts.append(
            _table("one_by_one AS", "a row a line", d.unnested("given_lines", "line", "place"), "beside")
        )
        words = ",\n".join(f"{text} AS {name}" for name, text in fields[LINE].items())
        parts.append(_table("worded AS", "the words of a line", words, "one_by_one"))
        last = "worded"
        for stage in self.stages:
            if stage is GATHERED:
                parts.append(self._gathered(last))
                last = stage.name
            elif stage.added:
                columns = self._more(stage.added, stage.comments)
                head = d.worked_out(stage.name) if stage.is_worked_out else f"{stage.name} AS"
                parts.append(_table(head, stage.comment, columns, last))
                last = stage.name
        return parts, last

    def _read(self) -> str:
        d, fields = self.to.dialect, self.to.words.fields
        columns = ["claims.position", "claims.claim_id"]
        columns += [f"{text} AS {name}" for name, text in fields[CLAIM].items()]
        columns.append(f"{d.given('claims.documentation')} AS documentation")
        if fields[EARLIER]:
            past = d.transform(d.given("claims.history.lines"), "earlier", d.record(fields[EARLIER]))
            columns.append(f"{past} AS history")
        columns.append("claims.lines AS given_lines")
        listed = ",\n  ".join(map(indented, columns))
        return f"SELECT\n  {listed}\nFROM claims\nWHERE claims.payer.id = {d.quoted(self.to.payer)}"

    def _more(self, added: Mapping[str, str], comments: Mapping[str, str]) -> str:
        """Columns, each below its comment."""
        parts = []
        for name, text in added.items():
            remarks = [self.to.dialect.remark(line) for line in comments.get(name, "").splitlines()]
            parts.append("\n".join([*(["", *remarks] if remarks else []), f"{text} AS {name}"]))
        return ",\n".join(parts)

    def _gathered(self, last: str) -> str:
        d, fields = self.to.dialect, self.to.words.fields
        names = ["line_number", *(name for name in fields[OTHER] if name != "line_number"), "denied"]
        record = d.record({name: f"this.{name}" for name in names})
        lines = f"{d.beside(record, 'this.position')} AS lines"
        columns = f"this.{d.all_but('lines')},\n    {indented(lines)}"
        return (
            f"{GATHERED.name} AS (  -- {GATHERED.comment}\n  SELECT\n    {columns}\n  FROM {last} AS this\n)"
        )


def _with(parts: Sequence[str]) -> str:
    return "WITH " + ",\n".join(parts) + "\n"


def _table(head: str, comment: str, columns: str, last: str) -> str:
    columns = indented(indented(columns))
    return f"{head} (  -- {comment}\n  SELECT\n    *,\n    {columns}\n  FROM {last} AS this\n)"
