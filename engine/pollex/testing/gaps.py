"""What tests leave open: for each policy what was seen of what can be, and a reason for each miss.

What cannot be at all is no miss; it is listed with the reason why it cannot. Both reasons are read off the
condition: the words that a claim may lack, what is assumed, what the schema requires.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from pollex.backends.kleene import Tri
from pollex.backends.providers import RELATIONS
from pollex.ir import nodes as n
from pollex.ir.nodes import Condition, Subject
from pollex.ir.program import Program
from pollex.model.tables import UNKNOWN
from pollex.testing.atoms import ANSWERS, Atom, Clause, ClauseId
from pollex.testing.coverage import Coverage, Seen, Shown
from pollex.testing.domains import Words
from pollex.testing.reach import Reach
from pollex.testing.reads import nodes_of
from pollex.testing.touched import TouchedOfPolicy

SAID: dict[Tri, str] = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Item:
    """An atom, or a whole clause (`atom` None): what was seen of it, and what can be."""

    clause: Clause
    atom: Atom | None
    seen: Seen
    can_be: frozenset[Tri]
    can_decide: frozenset[Tri]

    @property
    def missed(self) -> tuple[Tri, ...]:
        """The answers that it can give and was not seen to give."""
        return tuple(one for one in ANSWERS if one in self.can_be and not self.seen.answers[one])

    @property
    def cannot_be(self) -> tuple[Tri, ...]:
        """What it cannot be; the name of a definition is answered by the definition's own conditions."""
        named = self.atom is not None and self.atom.definition is not None
        return () if named else tuple(one for one in ANSWERS if one not in self.can_be)

    @property
    def undecided(self) -> tuple[Tri, ...]:
        """The answers with which it can decide and was not seen to."""
        return tuple(one for one in (True, False) if one in self.can_decide and not self.seen.decided[one])


@dataclass(frozen=True, slots=True)
class Miss:
    """An answer that was not seen, or that cannot be, and why."""

    item: Item
    answer: Tri
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    seen: int
    of: int

    @property
    def percent(self) -> float:
        """To one place, never rounded up to 100."""
        return 100.0 if self.seen == self.of else int(1000 * self.seen / self.of) / 10


@dataclass(frozen=True, slots=True)
class PolicyGaps:
    """Of one policy, in all its versions, the items in the order of its texts."""

    policy: str
    items: tuple[Item, ...]
    missed: tuple[Miss, ...]
    unreachable: tuple[Miss, ...]
    touched: TouchedOfPolicy

    @property
    def conditions(self) -> Count:
        """True, false and unknown of every condition, as far as it can be: the share that is asked for."""
        return _count([item for item in self.items if item.atom is not None])

    @property
    def rules(self) -> Count:
        """The same of rules, exceptions and definitions as wholes."""
        return _count([item for item in self.items if item.atom is None])

    @property
    def decisive(self) -> Count:
        """How many conditions were seen to decide alone, being true and being false."""
        of = sum(len(item.can_decide) for item in self.items)
        return Count(of - sum(len(item.undecided) for item in self.items), of)


def gaps(coverage: Coverage, reached: Reach, policies: Container[str]) -> tuple[PolicyGaps, ...]:
    """What is seen and missed, policy by policy."""
    shown = coverage.shown()
    reasons = Reasons(coverage.program, shown, reached)
    found: dict[str, dict[tuple[ClauseId, int], Item]] = {}
    for outline in coverage.outlines:
        if outline.policy.id not in policies:
            continue
        items = found.setdefault(outline.policy.id, {})
        for clause in outline.clauses:
            for number, item in enumerate(_items(clause, shown, reached)):
                items.setdefault((clause.id, number), item)
    return tuple(
        _of_policy(policy, tuple(items.values()), reasons, coverage.touching.touched(policy))
        for policy, items in found.items()
    )


def _items(clause: Clause, shown: Shown, reached: Reach) -> Iterator[Item]:
    can_be = frozenset(reached.clauses[clause.id])
    yield Item(clause, None, shown.clauses[clause.id], can_be, frozenset())
    for atom in clause.atoms:
        can_be = frozenset(reached.atoms[atom.id] if atom.definition is None else ())
        can_decide = frozenset(reached.decides[atom.id])
        yield Item(clause, atom, shown.atoms[atom.id], can_be, can_decide)


def _of_policy(policy: str, items: Sequence[Item], reasons: Reasons, touched: TouchedOfPolicy) -> PolicyGaps:
    ordered = tuple(sorted(items, key=_place))
    missed = tuple(Miss(i, answer, reasons.missed(i, answer)) for i in ordered for answer in i.missed)
    cannot = tuple(Miss(i, answer, reasons.cannot(i, answer)) for i in ordered for answer in i.cannot_be)
    return PolicyGaps(policy, ordered, missed, cannot, touched)


def _place(item: Item) -> tuple[str, int, int]:
    span = item.clause.id.span
    return span.file, span.start, item.atom.span.start if item.atom else -1


def _count(items: Sequence[Item]) -> Count:
    of = sum(len(item.can_be) for item in items)
    return Count(of - sum(len(item.missed) for item in items), of)


# ------------------------------------------------------------------ reasons


class Reasons:
    """Why an answer was not seen, or cannot be."""

    def __init__(self, program: Program, shown: Shown, reached: Reach) -> None:
        self.program = program
        self.reached = reached
        self.shown = shown
        self.words = Words(program)

    def missed(self, item: Item, answer: Tri) -> str:
        if not item.seen.times:
            return self._never_asked(item)
        if answer is not None:
            if item.atom is None:
                return self._of_clause(item, answer)
            seen = [SAID[one] for one in ANSWERS if item.seen.answers[one]]
            return f"{' or '.join(seen)} {_times(item.seen.times)}"
        if item.atom is None:
            return self._never_open(item.clause)
        lacking = tuple(dict.fromkeys(self._can_lack(item.atom.condition)))
        return f"no test lacks {_listed(lacking, ' or ')}"

    def _never_open(self, clause: Clause) -> str:
        if any(self.shown.atoms[atom.id].answers[None] for atom in clause.atoms):
            return "whenever one of its conditions was unknown, another one settled it"
        return "none of its conditions was ever unknown"

    def _never_asked(self, item: Item) -> str:
        clause = item.clause
        if clause.id.kind == "exception" and item.atom is None:
            return f"never asked: `{clause.target}` holds in no test"
        return "never asked: no test has a line that it speaks of"

    def _of_clause(self, item: Item, answer: bool) -> str:
        clause = item.clause
        blocking = answer is not clause.negated
        lacks = [atom for atom in clause.atoms if not self.shown.atoms[atom.id].answers[blocking]]
        named = _listed([atom.text for atom in lacks])
        if lacks and (len(lacks) == len(clause.atoms) or (clause.needed == len(clause.atoms)) is blocking):
            return f"{named} {'was' if len(lacks) == 1 else 'were'} never {SAID[blocking]}"
        return "its conditions never came together so"

    def cannot(self, item: Item, answer: Tri) -> str:
        if item.atom is None:
            opens = any(None in self.reached.atoms[atom.id] for atom in item.clause.atoms)
            if answer is None and not opens:
                return "none of its conditions can be unknown"
            return "its conditions cannot come together so"
        if answer is not None:
            always = " or ".join(SAID[one] for one in ANSWERS if one in item.can_be)
            return f"always {always} on the lines that it is asked of" if always else "there is no such line"
        known = tuple(dict.fromkeys(self._cannot_lack(item.atom.condition)))
        return "; ".join(known) or "nothing that it reads can be missing"

    # ------------------------------------------------------------ what a condition reads

    def _can_lack(self, condition: Condition) -> Iterator[str]:
        """The author's words for what could be missing."""
        for phrase, of_history in _words(condition):
            if self.words.can_be_unknown(phrase, of_history):
                yield phrase
        for node in nodes_of(condition):
            match node:
                case n.Documented(concept, document) | n.Quantity(concept, document):
                    yield f"documentation of {concept}" + (f" in {document}" if document else "")
                case n.Lines("history"):
                    yield "history"
                case n.Denied():
                    yield "what the denial of the other line hangs on"
                case n.Column(table) | n.PairListed(table):
                    if self.program.tables[table].absent is UNKNOWN:
                        yield f"a row of {table}"

    def _cannot_lack(self, condition: Condition) -> Iterator[str]:
        for phrase, of_history in _words(condition):
            if not self.words.can_be_unknown(phrase, of_history):
                why = "is on every claim" if self.words.is_required(phrase) else "is assumed when absent"
                yield f"`{phrase}` {why}"
        for node in nodes_of(condition):
            if isinstance(node, n.Column):
                yield f"`{node.table}` answers for every code of these lines"


def _words(condition: Condition) -> Iterator[tuple[str, bool]]:
    """The words that a condition reads, and whether of a line of the history."""
    for_history = {
        id(part): True for one in nodes_of(condition) if _is_history(one) for part in nodes_of(one)
    }
    for node in nodes_of(condition):
        match node:
            case n.Field(phrase, subject) | n.Member(phrase, subject):
                yield phrase, subject is Subject.OTHER and id(node) in for_history
            case n.Same(phrase) | n.OnFile(phrase):
                yield phrase, id(node) in for_history
            case n.SameProvider(relation):
                for phrase in RELATIONS[relation]:
                    yield phrase, id(node) in for_history


def _is_history(node: object) -> bool:
    return (isinstance(node, n.Lines) and node.of == "history") or (
        isinstance(node, n.Exists) and node.lines.of == "history"
    )


def _times(number: int) -> str:
    return "the one time that it was asked" if number == 1 else f"all {number:,} times that it was asked"


def _listed(words: Sequence[str], last: str = " and ") -> str:
    marked = [f"`{word}`" for word in words]
    return last.join([", ".join(marked[:-1]), marked[-1]] if marked[1:] else marked)
