"""Which members of sets, codes of written lists and rows of tables the claims of tests touch.

A member is touched where a claim that the policy decides carries its code, on any line or in the history,
under a word that a condition asks for that set. A row is touched where a line has its key; of a table of
pairs, where two lines have. A list is one that a condition writes out itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from pollex.backends.interpret.claimview import ClaimView
from pollex.backends.interpret.elements import Known, LineRef
from pollex.ir.nodes import Column, Member, PairListed
from pollex.ir.program import Program
from pollex.testing.atoms import Atom, AtomId, Outline
from pollex.testing.reads import nodes_of

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Touched:
    """Codes, or keys of rows, of one set, list or table: all, and those that were touched."""

    all: frozenset[str]
    seen: frozenset[str]

    @property
    def untouched(self) -> tuple[str, ...]:
        return tuple(sorted(self.all - self.seen))


@dataclass(frozen=True, slots=True)
class TouchedOfPolicy:
    """Of one policy: sets and tables by their names, written lists by the condition they stand in."""

    sets: dict[str, Touched] = field(default_factory=dict)
    tables: dict[str, Touched] = field(default_factory=dict)
    lists: dict[AtomId, Touched] = field(default_factory=dict)


class Touching:
    """The codes that claims carried, word by word; give it the claims one after another."""

    def __init__(self, program: Program, outlines: Iterable[Outline]) -> None:
        self.program = program
        self.atoms: dict[str, dict[AtomId, Atom]] = {}
        for outline in outlines:
            known = self.atoms.setdefault(outline.policy.id, {})
            known.update({atom.id: atom for clause in outline.clauses for atom in clause.atoms})
        self.phrases = {policy: _phrases(atoms.values()) for policy, atoms in self.atoms.items()}
        self.carried: dict[str, dict[str, set[str]]] = {
            policy: {phrase: set() for phrase in phrases} for policy, phrases in self.phrases.items()
        }
        self.pairs: dict[str, set[str]] = {policy: set() for policy in self.atoms}

    def add(self, view: ClaimView, policies: Iterable[str]) -> None:
        """Count the codes of a claim that these policies decide."""
        lines = (*view.lines, *view.history_lines)
        for policy in policies:
            if policy in self.carried:
                for phrase, codes in self.carried[policy].items():
                    codes.update(code for line in lines for code in _codes(phrase, line, view))
                own = [view.code(line) for line in view.lines]
                self.pairs[policy].update(f"{one}/{other}" for one in own for other in own)

    def touched(self, policy: str) -> TouchedOfPolicy:
        """What claims touched of all that a policy asks for."""
        found = TouchedOfPolicy()
        carried = self.carried[policy]
        for atom_id, atom in self.atoms[policy].items():
            for node in nodes_of(atom.condition):
                match node:
                    case Member(phrase, _, codes, sets):
                        for name in sets:
                            _join(found.sets, name, self.program.sets[name].codes, carried[phrase])
                        if codes and len(codes) > 1:
                            _join(found.lists, atom_id, codes, carried[phrase])
                    case Column(table):
                        _join(found.tables, table, self._keys(table), carried["cpt"])
                    case PairListed(table):
                        _join(found.tables, table, self._keys(table), self.pairs[policy])
        return found

    def _keys(self, table: str) -> frozenset[str]:
        versions = self.program.tables[table].versions
        return frozenset("/".join(row.key) for version in versions for row in version.rows)


def _join(found: dict[Key, Touched], key: Key, codes: frozenset[str], carried: set[str]) -> None:
    before = found.get(key, Touched(frozenset(), frozenset()))
    found[key] = Touched(before.all | codes, before.seen | (codes & carried))


def _phrases(atoms: Iterable[Atom]) -> frozenset[str]:
    asked = {node.phrase for atom in atoms for node in nodes_of(atom.condition) if isinstance(node, Member)}
    return frozenset({*asked, "cpt"})


def _codes(phrase: str, line: LineRef, view: ClaimView) -> Iterator[str]:
    word = view.vocabulary.words[phrase]
    if line.of_history and not word.history:
        return
    if word.many:
        yield from view.read_list(phrase, line).values
    elif word.of != "history" or line.of_history:
        found = view.read(phrase, line)
        if isinstance(found, Known):
            yield str(found.value)
