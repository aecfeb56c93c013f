"""Files to policies: a header and the parts that belong to it, each clause once, each name once.

A policy is a header file and any number of `part of` files. A part belongs to every version of the
policies it names. Order of files and of items means nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pollex.check.names import PolicyNames, Report, check_text
from pollex.check.typing import Problem, read_date
from pollex.source.diagnostic import Label
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.syntax.ast import (
    AppliesClause,
    ClaimTypeClause,
    Define,
    ExceptionRule,
    HeaderClause,
    Item,
    OtherwiseClause,
    PartHeader,
    PayerClause,
    PeriodClause,
    PolicyFile,
    PolicyHeader,
    Rule,
    SourceClause,
    UseClause,
)
from pollex.syntax.conditions import Name
from pollex.syntax.scenarios import Examples, Fixture, Test

CLAIM_TYPES = ("professional", "institutional")
NEEDED = {
    PayerClause: ("POL402", "payer", "payer medicare"),
    AppliesClause: ("POL403", "applies to", "applies to cpt 44120"),
    PeriodClause: ("POL404", "in effect", "in effect from 2026-01-01, by date of service"),
    OtherwiseClause: ("POL405", "otherwise", "otherwise allow"),
}
CLAUSES: dict[type[HeaderClause], str] = {
    ClaimTypeClause: "claim type",
    **{kind: word for kind, (_, word, _) in NEEDED.items()},
}
ONCE = (PayerClause, ClaimTypeClause, AppliesClause, PeriodClause, OtherwiseClause)
ClauseT = TypeVar("ClauseT", bound=HeaderClause)


@dataclass(slots=True)
class Draft:
    """A policy version being put together; `uses` are the sets and tables that its headers name."""

    header: PolicyHeader
    names: PolicyNames
    from_date: date | None = None
    through_date: date | None = None
    uses: list[tuple[str, Name]] = field(default_factory=list)
    fixtures: dict[str, Fixture] = field(default_factory=dict)
    tests: list[Test | Examples] = field(default_factory=list)

    def clause(self, kind: type[ClauseT]) -> ClauseT | None:
        return next((clause for clause in self.header.clauses if isinstance(clause, kind)), None)


def lost_words(files: Iterable[PolicyFile], texts: Mapping[str, SourceText]) -> frozenset[str]:
    """The words of all that could not be read; without its header, nothing of a file has a place."""
    places = [
        place
        for file in files
        for place in ((file.span,) if not file.header and file.unread else file.unread)
    ]
    pieces = [texts[span.file].text[span.start : span.end] for span in places]
    return frozenset(word for piece in pieces for word in re.findall(r"[A-Za-z0-9.\-]+", piece))


def assemble(
    files: Iterable[PolicyFile], texts: Mapping[str, SourceText], lost: frozenset[str], report: Report
) -> list[Draft]:
    """Put policies together; report what is missing, repeated or belongs nowhere."""
    ordered = sorted(files, key=lambda file: file.span.file)
    drafts = [_draft(file, texts, lost, report) for file in ordered if isinstance(file.header, PolicyHeader)]
    ids = {draft.names.id for draft in drafts}
    for file in ordered:
        if isinstance(file.header, PolicyHeader):
            continue
        if file.header is None:
            if file.items and not {"policy", "part"} & lost_words([file], texts):
                span = Span(file.span.file, file.span.start, file.span.start)
                help = 'start with `policy name "title"` and its clauses, or `part of name`'
                report.error("POL401", "the file has no header", span, help)
            continue
        note_twice(file.header.policies, report)
        for name in file.header.policies:
            if name.text not in ids and name.text not in lost:
                report.unknown(
                    "POL201", "policy", name, ids, 'its header stands in another file: `policy … "…"`'
                )
        chosen = {name.text for name in file.header.policies}
        for draft in drafts:
            if draft.names.id in chosen:
                _add_clauses(draft, file.header, report)
                _add_items(draft, file.items, texts, report)
    return drafts


def _draft(file: PolicyFile, texts: Mapping[str, SourceText], lost: frozenset[str], report: Report) -> Draft:
    assert isinstance(file.header, PolicyHeader)
    draft = Draft(file.header, PolicyNames(file.header.id.text, file.header.id.span, lost))
    lost_here = lost_words([file], texts)
    for kind, (code, word, example) in NEEDED.items():
        if draft.clause(kind) is None and word.split()[-1] not in lost_here:
            report.error(
                code,
                f"the header does not say `{word}`",
                file.header.id.span,
                f"add a line such as `{example}`",
            )
    period = draft.clause(PeriodClause)
    if period is not None:
        draft.from_date, draft.through_date = read_period(period, report)
        if period.from_date is None:
            report.error(
                "POL404",
                "the header does not say from when the policy is in effect",
                period.span,
                "write `in effect from …`",
            )
    claim_type = draft.clause(ClaimTypeClause)
    if claim_type is not None and claim_type.claim_type.text not in CLAIM_TYPES:
        report.unknown("POL209", "claim type", claim_type.claim_type, CLAIM_TYPES)
    payers = draft.clause(PayerClause)
    note_twice(payers.payers if payers else (), report)
    _add_clauses(draft, file.header, report)
    _add_items(draft, file.items, texts, report)
    return draft


def note_twice(names: Iterable[Name], report: Report) -> None:
    """A name that a list holds twice."""
    seen: set[str] = set()
    for name in names:
        if name.text in seen:
            report.warning("POL445", f"`{name.text}` stands twice in this list", name.span, "leave it out")
        seen.add(name.text)


def read_period(period: PeriodClause, report: Report) -> tuple[date | None, date | None]:
    """Both ends of a period, where they can be read; a period that runs backwards is reported."""
    ends: list[date | None] = []
    for literal in (period.from_date, period.through_date):
        value = read_date(literal) if literal is not None else None
        if isinstance(value, Problem) and literal is not None:
            report.error(value.code, value.message, literal.span, value.help)
            value = None
        ends.append(value if isinstance(value, date) else None)
    if period.from_date is None and period.through_date is None:
        report.error(
            "POL410",
            "`in effect` needs a day",
            period.span,
            "write `in effect from 2026-01-01`, or `through`, or both",
        )
    first, last = ends
    if first is not None and last is not None and first > last:
        report.error("POL411", "the period ends before it begins", period.span, "swap the two days")
    return first, last


def _add_clauses(draft: Draft, header: PolicyHeader | PartHeader, report: Report) -> None:
    seen: dict[type, HeaderClause] = {}
    for clause in header.clauses:
        kind = type(clause)
        if isinstance(header, PartHeader) and kind in ONCE:
            message = f"`{CLAUSES[kind]}` belongs in the header of the policy itself"
            report.error("POL412", message, clause.span, "a part may say `source` and `use`")
            continue
        if kind in ONCE and kind in seen:
            labels = (Label(seen[kind].span, "first said here"),)
            message = f"the header says `{CLAUSES[kind]}` twice"
            report.error("POL406", message, clause.span, "keep one of the two", labels)
        seen.setdefault(kind, clause)
        if isinstance(clause, UseClause):
            target = draft.names.sets if clause.kind == "set" else draft.names.tables
            target.update(name.text for name in clause.names)
            for name in clause.names:
                if (clause.kind, name) not in draft.uses:
                    draft.uses.append((clause.kind, name))
            note_twice(clause.names, report)
        elif isinstance(clause, SourceClause):
            _read_published(clause, report)
            check_text(clause.title, clause.id.span, report)
            known = draft.names.sources.get(clause.id.text)
            if known is not None and known != clause:
                labels = (Label(known.span, "the other one"),)
                help = "give one of them another id"
                message = f"two sources are called `{clause.id.text}`"
                report.error("POL407", message, clause.id.span, help, labels)
            draft.names.sources.setdefault(clause.id.text, clause)


def _read_published(clause: SourceClause, report: Report) -> None:
    value = read_date(clause.published) if clause.published is not None else None
    if isinstance(value, Problem) and clause.published is not None:
        report.error(value.code, value.message, clause.published.span, value.help)


def _add_items(draft: Draft, items: Iterable[Item], texts: Mapping[str, SourceText], report: Report) -> None:
    names = draft.names
    for item in items:
        match item:
            case Rule():
                name = item.name.text if item.name else short_name(item, texts)
                span = item.name.span if item.name else item.span
                if _is_new(name, span, (names.rules, names.exceptions), "rule or exception", report):
                    names.rules[name] = item
            case ExceptionRule():
                known = (names.rules, names.exceptions)
                if _is_new(item.name.text, item.name.span, known, "rule or exception", report):
                    names.exceptions[item.name.text] = item
            case Define():
                if _is_new(item.name.text, item.name.span, (names.defines,), "definition", report):
                    names.defines[item.name.text] = item
            case Fixture():
                if _is_new(item.name.text, item.name.span, (draft.fixtures,), "fixture", report):
                    draft.fixtures[item.name.text] = item
            case Test() | Examples():
                draft.tests.append(item)


def _is_new(name: str, span: Span, known: Iterable[Mapping[str, Item]], what: str, report: Report) -> bool:
    other = next((items[name] for items in known if name in items), None)
    if other is None:
        return True
    place = other.span if isinstance(other, Rule) and other.name is None else _name_span(other)
    labels = (Label(place, "the other one"),)
    message = f"another {what} is called `{name}`"
    report.error("POL408", message, span, "give one of them another name", labels)
    return False


def _name_span(item: Item) -> Span:
    name = getattr(item, "name", None)
    return name.span if isinstance(name, Name) else item.span


def short_name(rule: Rule, texts: Mapping[str, SourceText]) -> str:
    """The name of a rule in the short form: its own words, joined."""
    text = texts[rule.span.file].text[rule.span.start : rule.span.end]
    plain = re.sub(r"#[^\n]*", " ", text).lower().removeprefix("when")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
