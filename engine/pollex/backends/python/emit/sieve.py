"""All rules of a plan as one Python function: which of them could hold on a line.

Each rule's two questions stand in it as `conditions.py` writes them, but for where they find what they ask:
the words of the line and of its claim are variables, read once, and the sets and tables of the day are
constants, since a plan belongs to one day. What was found of rule 3 is `known_3`, `unknown_3`, or, where
more has to be asked of it, what `found_3` says. Where anything fails, the rules are asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pollex.backends.python.emit.conditions import Writer
from pollex.backends.python.emit.evidence import STEP
from pollex.backends.python.emit.rules import LINE, rest
from pollex.backends.python.emit.words import CORE, Term, Used, Words, dotted_systems, of_line
from pollex.ir.program import Policy, Program, Rule


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
    """Words of the line and its claim as variables; `local` holds where each comes from. Who rendered a line
    is read with all its words, once that is asked.
    """

    dotted: set[str] = field(default_factory=set)
    local: dict[str, str] = field(default_factory=dict)

    def raw(self, phrase: str, variable: str, past: bool) -> Term:
        term = Words.raw(self, phrase, variable, past)
        owner, _, name = term.source.partition(".")
        if owner not in ("claim", LINE.this) or phrase.startswith("rendering "):
            return term
        is_read = owner == "claim" or phrase in CORE or phrase == "modifier"
        source = term.source if is_read else of_line(self.word(phrase), self.dotted, False)
        self.local[f"{owner}_{name}"] = source
        return Term(f"{owner}_{name}", term.nullable, term.unlisted)

    def value(self, phrase: str, variable: str, past: bool) -> Term:
        term = Words.value(self, phrase, variable, past)
        if not term.source.startswith("number(") or variable != LINE.this:
            return term
        name = f"number_of_{term.source.removeprefix('number(').removesuffix(')')}"
        self.local[name] = term.source
        return Term(name, term.nullable, term.unlisted)


class SieveWriter(Writer):
    """Writes conditions in which a day's sets and tables are constants."""

    def day(self, name: str, *of: str) -> str:
        return Writer.day(self, name, *of).removeprefix("day.")


def sieve(program: Program, policy: Policy, rules: Iterable[tuple[Rule, bool]]) -> tuple[SieveText, Writer]:
    """Rules of a plan, each with whether code, modifiers and day leave it known; and their writer."""
    words = LocalWords(program.vocabulary, Used(), dotted_systems(program.systems))
    writer = SieveWriter(program, policy, words)
    body: list[str] = []
    given: list[str] = []
    for at, (rule, is_settled) in enumerate(rules):
        condition = rest(writer, rule)
        could, sure = writer.could(condition, LINE), writer.sure(condition, LINE)
        if rule.exceptions:
            given.append(f"found_{at}")
            found = f"found_{at}(line, claim)"
        elif not is_settled:
            given.append(f"unknown_{at}")
            found = f"unknown_{at}"
        elif sure == could:
            given.append(f"known_{at}")
            found = f"known_{at}"
        else:
            given += [f"known_{at}", f"unknown_{at}"]
            found = f"known_{at} if {sure} else unknown_{at}"
        if could == "True":
            body.append(f"add({found})")
        elif could != "False":
            body += [f"if {could}:", f"{STEP}add({found})"]
    names = tuple(sorted(writer.names))
    local = [f"{name} = {source}" for name, source in words.local.items()]
    lines = (
        f"def made({', '.join(('one_by_one', *names, *given))}):",
        *indented(1, ("def ask(line, claim):",)),
        *indented(2, ("try:",)),
        *indented(3, ("get = line.raw.get", *local, "found = []", "add = found.append", *body)),
        *indented(3, ("return tuple(found)",)),
        *indented(2, ("except Exception:", f"{STEP}return one_by_one(line, claim)")),
        *indented(1, ("return ask",)),
    )
    return SieveText("\n".join((*lines, "")), names, frozenset(given)), writer


def indented(steps: int, lines: Iterable[str]) -> Iterator[str]:
    yield from (f"{STEP * steps}{line}" for line in lines)
