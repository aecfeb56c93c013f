"""All rules of a group as one Python function: which of them could hold on a line.

It is made for a plan, which says which of the rules it asks (`has_3`, for rule 3). Words of the line and of
its claim are variables, read once, and sets and tables of the day are constants, since a plan belongs to
one day; what the text itself takes for granted of the day are its `facts`. Whether something is missing is
asked first. Where nothing is that a rule reads of the line and its claim, it is asked with that taken for
granted, which leaves one question of its two, or little else. Where something is, it is asked by itself
(`asked_3`). What is found of it is `known_3` or `unknown_3`, or, where more has to be asked, what `found_3`
says. Where anything fails, all rules are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from pollex.backends.python.emit.conditions import Writer, some
from pollex.backends.python.emit.evidence import STEP
from pollex.backends.python.emit.rules import LINE, rest
from pollex.backends.python.emit.words import CORE, At, Term, Used, Words, dotted_systems, of_line
from pollex.ir.nodes import Lines, PairListed
from pollex.ir.program import Policy, Program, Rule
from pollex.model.dated import find_in_force
from pollex.model.tables import NOT_LISTED

Fact: TypeAlias = tuple[str, tuple[str, ...]]
"""Of a set, whether a version speaks; of a table and some columns, whether all of its cells are known."""


@dataclass(frozen=True, slots=True)
class SieveText:
    """The text of a function that makes the function; what it is given, in order: attributes of a day, and
    what can be found of rules, each by its place. It is good for days of which the facts are true as said.
    """

    text: str
    names: tuple[str, ...]
    given: tuple[tuple[int, str], ...]
    facts: tuple[tuple[Fact, bool], ...]


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
    facts: dict[Fact, bool] = field(default_factory=dict, kw_only=True)

    def is_so(self, name: str, columns: tuple[str, ...] = ()) -> bool:
        """Whether something is true of the day; the text hangs on it from now on."""
        fact = name, columns
        if fact not in self.facts:
            self.facts[fact] = is_true(self.program, fact, self.on)
        return self.facts[fact]

    def day(self, name: str, *of: str) -> str:
        return Writer.day(self, name, *of).removeprefix("day.")

    def set_of(self, name: str, sure: bool) -> str:
        return Writer.set_of(self, name, sure or self.is_so(name))

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
        columns = tuple(column for column, _ in pair.cells)
        if table.absent is not NOT_LISTED or not self.is_so(pair.table, ("", *columns)):
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


def is_true(program: Program, fact: Fact, on: date) -> bool:
    """Whether a version of a set speaks of a day; of a table, whether it also leaves no cell open."""
    name, columns = fact
    if not columns:
        return program.sets[name].version(on) is not None
    version = find_in_force(program.tables[name].versions, on)
    if version is None:
        return False
    return all(row.cells.get(column, "") is not None for row in version.rows for column in columns)


def sieve(program: Program, policy: Policy, on: date, rules: Iterable[Rule]) -> tuple[SieveText, Writer]:
    """Rules of a group, as they are asked on days like this one; and their writer."""
    words = LocalWords(program.vocabulary, Used(), dotted_systems(program.systems))
    writer = SieveWriter(program, policy, words, on=on, local=words)
    body: list[str] = []
    given: list[tuple[int, str]] = []
    for at, rule in enumerate(rules):
        lines, used = _asked(writer, rule, at)
        if lines:
            body += (f"if has_{at}:", *indented(1, lines))
            given += [(at, what) for what in ("has", *sorted(used))]
    names = tuple(sorted(writer.names))
    local = [f"{name} = {source}" for name, source in words.local.items()]
    lines = [
        f"def made({', '.join(('one_by_one', *names, *(f'{what}_{at}' for at, what in given)))}):",
        *indented(1, ("def ask(line, claim):",)),
        *indented(2, ("try:",)),
        *indented(3, ("get = line.raw.get", *local, "found = []", "add = found.append", *body)),
        *indented(3, ("return tuple(found)",)),
        *indented(2, ("except Exception:", f"{STEP}return one_by_one(line, claim)")),
        *indented(1, ("return ask",)),
    ]
    return SieveText("\n".join((*lines, "")), names, tuple(given), tuple(writer.facts.items())), writer


def _asked(writer: SieveWriter, rule: Rule, at: int) -> tuple[list[str], set[str]]:
    """The statements that ask one rule, and what they use of it."""
    granted = writer.local.granted
    granted.clear()
    condition = rest(writer, rule)
    could, sure = writer.could(condition, LINE), writer.sure(condition, LINE)
    if rule.exceptions:
        adds, used = f"add(found_{at}(line, claim))", {"found"}
    elif sure == could:
        adds, used = f"add(known_{at})", {"known"}
    else:
        adds, used = f"add(known_{at} if {sure} else unknown_{at})", {"known", "unknown"}
    asked = [adds] if could == "True" else [] if could == "False" else [f"if {could}:", f"{STEP}{adds}"]
    if not granted:
        return asked, used
    lines = [
        f"if {some(granted.values())}:",
        f"{STEP}one = asked_{at}(line, claim)",
        f"{STEP}if one is not None: add(one)",
    ]
    if asked and asked[0].startswith("if "):
        lines += ["el" + asked[0], *asked[1:]]
    elif asked:
        lines += ["else:", *indented(1, asked)]
    return lines, used | {"asked"} if asked else {"asked"}


def indented(steps: int, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"{STEP * steps}{line}" for line in lines)
