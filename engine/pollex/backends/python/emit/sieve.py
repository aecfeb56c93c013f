"""All rules of a plan as one Python function: which of them could hold on a line.

Words of the line and of its claim are variables, read once, and sets and tables of the day are constants,
since a plan belongs to one day. Whether something is missing is asked first. Where nothing is that a rule
reads of the line and its claim, it is asked with that taken for granted, which leaves one question of its
two, or little else. Where something is, it is asked by itself (`asked_3`, for rule 3). What is found of it is
`known_3` or `unknown_3`, or, where more has to be asked, what `found_3` says. Where anything fails, all
rules are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from pollex.backends.python.emit.conditions import Writer, some
from pollex.backends.python.emit.evidence import STEP
from pollex.backends.python.emit.rules import LINE, rest
from pollex.backends.python.emit.words import CORE, At, Term, Used, Words, dotted_systems, of_line
from pollex.ir.nodes import Lines, PairListed
from pollex.ir.program import Policy, Program, Rule
from pollex.model.dated import find_in_force
from pollex.model.tables import NOT_LISTED, Table


@dataclass(frozen=True, slots=True)
class SieveText:
    """The text of a function that makes the function; what it is given: attributes of a day, in order, and
    what can be found of rules.
    """

    text: str
    names: tuple[str, ...]
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class LocalWords(Words):
    """Words of the line and its claim as variables, taken to be there: `local` holds where each comes from,
    `granted` what that takes for granted of those in the rule that is being written.
    """

    dotted: set[str] = field(default_factory=set)
    local: dict[str, str] = field(default_factory=dict)
    granted: dict[str, str] = field(default_factory=dict)

    def raw(self, phrase: str, variable: str, past: bool) -> Term:
        term = Words.raw(self, phrase, variable, past)
        owner, _, name = term.source.partition(".")
        if phrase.startswith("rendering "):
            key = phrase.removeprefix("rendering ").replace(" ", "_")
            return Term(f"{owner}.provider.get({key!r})", term.nullable)
        is_read = owner == "claim" or phrase in CORE or phrase == "modifier"
        if owner in ("claim", LINE.this):
            variable = f"{owner}_{name}"
            source = term.source if is_read else of_line(self.word(phrase), self.dotted, False)
            self.local[variable] = source
            if term.nullable and not self.word(phrase).many:
                self.granted[variable] = f"{variable} is None"
            return Term(variable, False, term.unlisted)
        is_simple = not self.word(phrase).many and not phrase.startswith("billing ")
        if is_read or not is_simple or phrase == "days of care":
            return term
        source = of_line(self.word(phrase), self.dotted, past).replace("get(", f"{owner}.raw.get(", 1)
        return Term(f"({source})", term.nullable, term.unlisted)

    def value(self, phrase: str, variable: str, past: bool) -> Term:
        term = Words.value(self, phrase, variable, past)
        if not term.source.startswith("number(") or variable != LINE.this:
            return term
        name = f"number_of_{term.source.removeprefix('number(').removesuffix(')')}"
        self.local[name] = term.source
        return Term(name, term.nullable, term.unlisted)


@dataclass(slots=True)
class SieveWriter(Writer):
    """Writes conditions for one day, whose sets and tables are constants."""

    on: date = field(kw_only=True)
    local: LocalWords = field(kw_only=True)

    def day(self, name: str, *of: str) -> str:
        return Writer.day(self, name, *of).removeprefix("day.")

    def set_of(self, name: str, sure: bool) -> str:
        is_known = self.program.sets[name].version(self.on) is not None
        return Writer.set_of(self, name, sure or is_known)

    def lines(self, lines: Lines, at: At) -> str:
        source = Writer.lines(self, lines, at)
        name = source.replace(".", "_")
        self.local.local[name] = source
        return name

    def found_among(self, lines: str, asked: str) -> str:
        return f"({lines} and [1 for other in {lines} if {asked}] != [])"

    def pair(self, pair: PairListed, at: At, sure: bool) -> str:
        """Where all is known of the table, the codes that come first are looked up once for the line."""
        table, local = self.program.tables[pair.table], self.local.local
        if table.absent is not NOT_LISTED or not is_all_known(table, pair, self.on):
            return Writer.pair(self, pair, at, sure)
        code = self.local.raw("cpt", at.this, False).source
        source = f"{self.rows(pair)}.firsts({code}, {self.cells(pair)})"
        name = next((name for name, kept in local.items() if kept == source), f"firsts_{len(local)}")
        local[name] = source
        return f"({at.other}.code in {name})"

    def some_of(self, listed: str, groups: list[str], sure: bool) -> str:
        if not listed.isidentifier():
            return Writer.some_of(self, listed, groups, sure)
        self.local.granted[listed] = f"{listed}.is_open"
        return Writer.some_of(self, listed, groups, True)


def is_all_known(table: Table, pair: PairListed, on: date) -> bool:
    """Whether a version of the table speaks of a day, and leaves open none of the cells that are asked."""
    version = find_in_force(table.versions, on)
    if version is None:
        return False
    columns = [column for column, _ in pair.cells]
    return all(row.cells.get(column, "") is not None for row in version.rows for column in columns)


def sieve(
    program: Program, policy: Policy, on: date, rules: Iterable[tuple[Rule, bool]]
) -> tuple[SieveText, Writer]:
    """Rules of a plan, each with whether code, modifiers and day leave it known; and their writer."""
    words = LocalWords(program.vocabulary, Used(), dotted_systems(program.systems))
    writer = SieveWriter(program, policy, words, on=on, local=words)
    body: list[str] = []
    given: set[str] = set()
    for at, (rule, is_settled) in enumerate(rules):
        lines, used = _asked(writer, rule, at, is_settled)
        body += lines
        given |= used
    names = tuple(sorted(writer.names))
    local = [f"{name} = {source}" for name, source in words.local.items()]
    lines = [
        f"def made({', '.join(('one_by_one', *names, *sorted(given)))}):",
        *indented(1, ("def ask(line, claim):",)),
        *indented(2, ("try:",)),
        *indented(3, ("get = line.raw.get", *local, "found = []", "add = found.append", *body)),
        *indented(3, ("return tuple(found)",)),
        *indented(2, ("except Exception:", f"{STEP}return one_by_one(line, claim)")),
        *indented(1, ("return ask",)),
    ]
    return SieveText("\n".join((*lines, "")), names, frozenset(given)), writer


def _asked(writer: SieveWriter, rule: Rule, at: int, is_settled: bool) -> tuple[list[str], set[str]]:
    """The statements that ask one rule, and what they use of it."""
    granted = writer.local.granted
    granted.clear()
    condition = rest(writer, rule)
    could, sure = writer.could(condition, LINE), writer.sure(condition, LINE)
    known, unknown, found = f"known_{at}", f"unknown_{at}", f"found_{at}"
    if rule.exceptions:
        adds, used = f"add({found}(line, claim))", {found}
    elif not is_settled:
        adds, used = f"add({unknown})", {unknown}
    elif sure == could:
        adds, used = f"add({known})", {known}
    else:
        adds, used = f"add({known} if {sure} else {unknown})", {known, unknown}
    asked = [adds] if could == "True" else [] if could == "False" else [f"if {could}:", f"{STEP}{adds}"]
    if not granted:
        return asked, used if asked else set()
    alone = f"asked_{at}"
    lines = [
        f"if {some(granted.values())}:",
        f"{STEP}one = {alone}(line, claim)",
        f"{STEP}if one is not None: add(one)",
    ]
    if asked and asked[0].startswith("if "):
        lines += ["el" + asked[0], *asked[1:]]
    elif asked:
        lines += ["else:", *indented(1, asked)]
    return lines, used | {alone}


def indented(steps: int, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"{STEP * steps}{line}" for line in lines)
