"""What is open of a line: the questions of its rules, and documentation that they require and that nobody has
looked for; which answers stand for which rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pollex.backends.documentation import documentation_term
from pollex.backends.python.asked import Asked, Open
from pollex.backends.python.claims import Line
from pollex.backends.python.code import RuleCode
from pollex.backends.python.combine import Wanted
from pollex.backends.python.outcomes import place_of
from pollex.backends.python.pieces import Piece
from pollex.backends.python.questions import Parts, Questions
from pollex.backends.python.strata import Found
from pollex.ir.nodes import Condition

Row: TypeAlias = tuple[bool, ...]
"""An answer to each condition."""


class Opened:
    """What is open of a line; `rules` says whose each condition is, `lacking` which rule's numbers lack which
    element.
    """

    __slots__ = ("_questions", "_wanted", "conditions", "found", "lacking", "rules")

    def __init__(self, line: Line, found: Found, parts: dict[RuleCode, Parts]) -> None:
        self.found = found
        self.conditions: list[Condition] = []
        self.rules: list[str] = []
        self.lacking: list[tuple[str, str, str]] = []
        self._questions: dict[Asked, tuple[int, Questions]] = {}
        self._wanted: dict[Wanted, int] = {}
        for one in found:
            name = one.code.rule.name
            if one.is_unknown:
                if not one.is_open:
                    raise Open
                of_rule = parts.get(one.code)
                if of_rule is None:
                    of_rule = parts[one.code] = Parts(one.code)
                questions = of_rule.questions(line, one)
                self._questions[one] = len(self.conditions), questions
                self._ask(name, questions.conditions)
            for piece in effects(one):
                if piece.require is not None:
                    self._require(line, piece, name)
                if piece.number_of is not None:
                    self._number(line, piece, one)

    def _ask(self, name: str, conditions: Sequence[Condition]) -> None:
        self.conditions += conditions
        self.rules += [name] * len(conditions)

    def _require(self, line: Line, piece: Piece, name: str) -> None:
        """Documentation of which it is not known whether it was found is asked for like a condition."""
        assert piece.require is not None
        wanted = piece.require.documented
        if line.claim.documented(wanted.concept, wanted.document, line.number) is None:
            self._wanted.setdefault((wanted.concept, wanted.document), len(self.conditions))
            self._ask(name, (wanted,))

    def _number(self, line: Line, piece: Piece, one: Asked) -> None:
        """What a number lacks is named, whether it is applied or not: of one that is not the line's own, the
        exact way says what that is.
        """
        assert piece.number_of is not None
        if piece.is_open_cap and piece.key is not None:
            if line.raw.get(piece.key) is None:
                self.lacking.append((one.code.rule.name, *place_of(piece, line)))
        elif piece.number_of(line, line.claim, one.day) is None:
            raise Open

    # ------------------------------------------------------------ answers

    def denies(self, row: Row) -> bool:
        """Whether a rule denies outright that is not known, by these answers."""
        for one, (first, _) in self._questions.items():
            if row[first] and one.code.can_deny:
                standing = self._standing(one, row)
                if standing is not None and standing.denies():
                    return True
        return False

    def given(self, row: Row) -> tuple[tuple[Wanted, str], ...]:
        """What was found of the documentation, by these answers."""
        return tuple([(one, "found" if row[at] else "not_found") for one, at in self._wanted.items()])

    def terms(self) -> dict[str, Wanted]:
        """The documentation by the words in which it is asked for."""
        return {documentation_term(*one): one for one in self._wanted}

    def holding(self, row: Row) -> Found:
        """The rules that hold, by these answers."""
        if not self._questions:
            return self.found
        held = [self._standing(one, row) if one.is_unknown else one for one in self.found]
        return tuple([one for one in held if one is not None])

    def _standing(self, one: Asked, row: Row) -> Asked | None:
        """What there is of a rule that is not known, by these answers."""
        first, questions = self._questions[one]
        return questions.asked(row[first : first + len(questions.conditions)])

    def always(self, rows: Sequence[Row]) -> Found:
        """The rules of which the same is in force whatever the answers are."""
        if not self._questions:
            return self.found
        held = []
        for one in self.found:
            if not one.is_unknown:
                held.append(one)
                continue
            first, questions = self._questions[one]
            end = first + len(questions.conditions)
            standing = {questions.asked(row) for row in {row[first:end] for row in rows}}
            if len(standing) == 1:
                only = standing.pop()
                if only is None:
                    raise Open
                held.append(only)
            elif None not in standing and common(standing):
                raise Open
        return tuple(held)


def common(standing: set[Asked | None]) -> set[str]:
    """The clauses of a rule whose effects are in force however its exceptions stand."""
    in_force = [
        {one.clause.id for one in found.firings or () if one.holds is True}
        for found in standing
        if found is not None
    ]
    return set.intersection(*in_force)


def effects(one: Asked) -> Iterator[Piece]:
    """The effects of a rule that are in force or may be."""
    if one.firings is None:
        yield from one.code.own
    else:
        for firing in one.firings:
            if firing.holds is not False:
                yield from one.code.pieces[firing.clause.id]
