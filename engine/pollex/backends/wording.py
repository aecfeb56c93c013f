"""Effects, sources and numbers in the words in which a decision says them."""

from __future__ import annotations

from fractions import Fraction

from pollex.backends.firing import Clause
from pollex.ir.program import Allow, Cap, Codes, Deny, Effect, Factor, Note, Off, Pend, Require, Share
from pollex.model.decision import SourceRef, money

CONFLICT = "policy conflict"


def effect_text(effect: Effect) -> str:
    """An effect in the author's words."""
    match effect:
        case Allow():
            return "allow"
        case Deny():
            return "deny"
        case Pend(queue):
            return queue if queue == CONFLICT else f"pend for review by {queue}"
        case Note():
            return "note"
        case Share():
            return "pay a share of the fee"
        case Factor():
            return "reduce to a share"
        case Off():
            return "reduce by an amount"
        case Cap():
            return "pay at most"
        case Require():
            return "require documentation"


def number_words(effect: Effect, number: Fraction | int | None) -> str:
    """An effect with its number, in words; the number may be unknown."""
    share = "an unknown" if number is None else number_text(Fraction(number))
    dollars = "an unknown amount" if number is None else f"${money(Fraction(number))}"
    match effect:
        case Share():
            return f"pay {share} percent of fee"
        case Factor():
            return f"reduce to {share} percent"
        case Off():
            return f"reduce by {dollars}"
        case Cap():
            return f"pay at most {dollars}"
    return effect_text(effect)


def codes_of(effect: Effect) -> Codes | None:
    """The reason codes of an effect."""
    return None if isinstance(effect, Require) else effect.codes


def sources_of(clause: Clause) -> tuple[SourceRef, ...]:
    """What a clause rests on."""
    return tuple(
        SourceRef(
            source.id,
            source.title,
            source.published.isoformat() if source.published else None,
            source.at,
            source.evidence.replace("-", " ") if source.evidence else None,
        )
        for source in clause.sources
    )


def number_text(value: Fraction) -> str:
    """A number in decimals, to six places where it does not end."""
    scaled = round(value * 10**6)
    whole, decimals = divmod(abs(scaled), 10**6)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{decimals:06d}".rstrip("0").rstrip(".")
