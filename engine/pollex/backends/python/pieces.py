"""Effects, prepared: what never changes of one, its words, its codes and what its clause rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, cast

from pollex.backends.firing import Clause
from pollex.backends.python.answers import Number
from pollex.backends.python.claims import Claim, Line
from pollex.backends.wording import codes_of, effect_text, number_words, sources_of
from pollex.ir.nodes import Const
from pollex.ir.program import Allow, Cap, Deny, Effect, Factor, Note, Off, Pend, Require, Share
from pollex.model.decision import Adjustment, Group, SourceRef
from pollex.model.decision import Note as NoteText

NumberOf: TypeAlias = Callable[[Line, Claim, Any], Any]
Order: TypeAlias = tuple[str, str, str]
HangsOn: TypeAlias = tuple[bool, str | None]
"""Whether a number hangs on code, modifiers and day alone; the key of a line that it is, where it is one."""
OUTCOMES: dict[type, str] = {Allow: "allow", Deny: "deny", Pend: "pend"}
MONEY: dict[type, str] = {Share: "share", Factor: "factor", Off: "off", Cap: "cap"}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An effect of a clause: it gives an outcome, or moves money, or requires, or notes.

    `order` is its place among the effects of a line, with its words; `number` a constant, or else `number_of`
    works it out: of each line anew, where it may stand under a `key`, or, where it `is_settled`, once for its
    code and modifiers.
    """

    clause: Clause
    effect: Effect
    order: Order
    sources: tuple[SourceRef, ...]
    outcome: str | None
    money: str | None
    require: Require | None
    note: NoteText | None
    adjustment: Adjustment | None
    adjustment_order: tuple[str, str, tuple[str, ...], str]
    number: Number | None
    number_of: NumberOf | None
    is_settled: bool
    key: str | None
    otherwise: Piece | None

    @property
    def is_open_cap(self) -> bool:
        """Whether it is a most that each line has for itself."""
        return self.money == "cap" and self.number is None and not self.is_settled


def pieces(
    clause: Clause,
    effects: Iterable[Effect],
    functions: Mapping[str, Any],
    name: str,
    hangs_on: Callable[[Effect], HangsOn],
) -> tuple[Piece, ...]:
    """The effects of a clause; `functions` under its `name` work out numbers."""
    sources = sources_of(clause)
    return tuple(
        _piece(clause, effect, sources, functions.get(f"{name}_number_{at}"), hangs_on(effect))
        for at, effect in enumerate(effects)
    )


def _piece(
    clause: Clause,
    effect: Effect,
    sources: tuple[SourceRef, ...],
    number_of: NumberOf | None,
    hangs_on: HangsOn,
) -> Piece:
    constant, codes = _constant(effect), codes_of(effect)
    text = effect_text(effect) if constant is None else number_words(effect, constant)
    require = effect if isinstance(effect, Require) else None
    adjustment = None
    if codes is not None:
        adjustment = Adjustment(cast(Group, codes.group), codes.carc, clause.name, codes.rarcs)
    return Piece(
        clause,
        effect,
        (clause.id, text, effect.text if isinstance(effect, Note) else ""),
        sources,
        OUTCOMES.get(type(effect)),
        MONEY.get(type(effect)),
        require,
        NoteText(clause.name, effect.text) if isinstance(effect, Note) else None,
        adjustment,
        (codes.group, codes.carc, codes.rarcs, clause.name) if codes else ("", "", (), ""),
        constant,
        number_of,
        *hangs_on,
        _piece(clause, require.otherwise, sources, number_of, hangs_on)
        if require and require.otherwise
        else None,
    )


def _constant(effect: Effect) -> Number | None:
    match effect:
        case Share(number) | Factor(number) | Off(number) | Cap(number):
            if isinstance(number, Const) and isinstance(number.value, Fraction):
                value = max(number.value, Fraction(0))
                return value.numerator if value.denominator == 1 else value
    return None
