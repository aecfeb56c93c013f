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

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from pollex.backends.python.emit.conditions import Writer, conjuncts, every, some
from pollex.backends.python.emit.evidence import STEP
from pollex.backends.python.emit.rules import LINE, rest
from pollex.backends.python.emit.words import (
    CORE,
    KNOWN,
    At,
    Term,
    Used,
    Words,
    attribute,
    dotted_systems,
    is_of_claim,
    of_line,
)
from pollex.ir.nodes import Exists, Lines, PairListed
from pollex.ir.program import Policy, Program, Rule
from pollex.model.dated import find_in_force
from pollex.model.tables import NOT_LISTED

WORD = re.compile(r"\w+")
Fact: TypeAlias = tuple[str, tuple[str, ...]]
"""Of a set, whether a version speaks; of a table and some columns, whether all of its cells are known."""


@dataclass(frozen=True, slots=True)
class SieveText:
    """The text of a function that makes the function; what it is given, in order: attributes of a day, and
    what can be found of rules, each by its place. Rules that ask nothing more are `always` found. It is good
    for days of which the facts are true as said.
    """

    text: str
    names: tuple[str, ...]
    given: tuple[tuple[int, str], ...]
    always: tuple[int, ...]
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
        is_core = phrase in CORE or phrase == "modifier"
        owner = "claim" if not is_core and is_of_claim(self.word(phrase), past) else variable
        if phrase.startswith("rendering ") or owner not in ("claim", LINE.this):
            return term
        name = f"{owner}_{CORE.get(phrase) or attribute(phrase)}"
        if is_core or owner == "claim":
            self.local[name] = term.source
        else:
            self.local[name] = of_line(self.word(phrase), self.dotted, False)
        if term.nullable and not self.word(phrase).many:
            self.granted[name] = f"{name} is None"
        return Term(name, False, term.unlisted)

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

    def day(self, name: str, *of: object) -> str:
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

    def cell(self, cells: str, key: Term) -> str:
        """A cell under this line's code is read once."""
        source = Writer.cell(self, cells, key)
        is_own = key.source == self.local.raw("cpt", LINE.this, False).source
        return self.once(f"{cells}_of_code", source) if is_own else source

    def once(self, name: str, source: str) -> str:
        """What is worked out once for a line."""
        self.local.local[name] = source
        return name

    def exists(self, exists: Exists, at: At, sure: bool) -> str:
        """Most codes are no second ones of a pair: then no line is looked at."""
        found = Writer.exists(self, exists, at, sure)
        parts = (*conjuncts(exists.lines.where), *conjuncts(exists.fact))
        pairs = (self.firsts(part, at) for part in parts if isinstance(part, PairListed))
        return every((*(name for name in pairs if name is not None), found))

    def pair(self, pair: PairListed, at: At, sure: bool) -> str:
        firsts = self.firsts(pair, at)
        return Writer.pair(self, pair, at, sure) if firsts is None else f"({at.other}.code in {firsts})"

    def firsts(self, pair: PairListed, at: At) -> str | None:
        """The codes that a table lists before this line's, where all is known of the table."""
        table = self.program.tables[pair.table]
        columns = tuple(column for column, _ in pair.cells)
        if table.absent is not NOT_LISTED or not self.is_so(pair.table, ("", *columns)):
            return None
        digest = sha256(repr(pair.cells).encode()).hexdigest()[:12]
        name = self.day(f"firsts_of_{pair.table}_{digest}", "firsts", pair.table, pair.cells)
        return self.once(f"{name}_of_code", f"{name}[{self.local.raw('cpt', at.this, False).source}]")

    def some_of(self, listed: str, groups: list[str], sure: bool) -> str:
        values = self.values(listed)
        if values is None:
            return Writer.some_of(self, listed, groups, sure)
        return some(f"(not {group}.isdisjoint({values}))" for group in groups)

    def on_file(self, listed: str, sure: bool) -> str:
        values = self.values(listed)
        return Writer.on_file(self, listed, sure) if values is None else f"bool({values})"

    def values(self, listed: str) -> str | None:
        """The values of a list of this line, taken not to be open."""
        source = self.local.local.get(listed)
        if source is None:
            return None
        known = next((f"lists.{name}(" for name in KNOWN.values() if f"lists.{name[6:]}(" in source), None)
        if known is None:
            self.local.granted[listed] = f"{listed}.is_open"
            return f"{listed}.values"
        name = self.once(f"known_{listed}", known + source.partition("(")[2])
        self.local.granted[name] = f"{name} is None"
        return name


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
    always: list[int] = []
    for at, rule in enumerate(rules):
        lines, used = _asked(writer, rule, at)
        if lines == [f"add(known_{at})"]:
            always.append(at)
        elif lines:
            body += (f"if has_{at}:", *indented(1, lines))
            given += [(at, what) for what in ("has", *sorted(used))]
    names = tuple(sorted(writer.names))
    local = list(_needed(words.local, body))
    lines = [
        f"def made({', '.join(('one_by_one', 'always', *names, *(f'{what}_{at}' for at, what in given)))}):",
        *indented(1, ("def ask(line, claim):",)),
        *indented(2, ("try:",)),
        *indented(3, ("get = line.raw.get", *local, "found = always.copy()", "add = found.append", *body)),
        *indented(3, ("return tuple(found)",)),
        *indented(2, ("except Exception:", f"{STEP}return one_by_one(line, claim)")),
        *indented(1, ("return ask",)),
    ]
    return SieveText(
        "\n".join((*lines, "")), names, tuple(given), tuple(always), tuple(writer.facts.items())
    ), writer


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


def _needed(local: Mapping[str, str], body: Iterable[str]) -> Iterator[str]:
    """The variables that statements name, set one after another; none needs a later one."""
    named = set(WORD.findall("\n".join(body)))
    for name, source in reversed(list(local.items())):
        if name in named:
            named.update(WORD.findall(source))
    yield from (f"{name} = {source}" for name, source in local.items() if name in named)


def indented(steps: int, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"{STEP * steps}{line}" for line in lines)
