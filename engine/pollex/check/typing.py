"""What kind of value an expression is, and whether a literal can stand for such a value.

Numbers carry a dimension (dollars, percent, days), so that `percent * days / days` is a percentage and
dollars never meet days. A literal is read for what it is compared with: `22` is a modifier beside
`modifier` and a number beside `units`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from pollex.check.names import Environment
from pollex.model.codesets import CodeSystem, normal_code
from pollex.model.vocabulary import Kind
from pollex.source.suggest import nearest
from pollex.syntax.conditions import Literal

Dimension: TypeAlias = tuple[int, int, int]
PLAIN: Dimension = (0, 0, 0)
DIMENSIONS: dict[Kind, Dimension] = {
    Kind.NUMBER: PLAIN,
    Kind.MONEY: (1, 0, 0),
    Kind.PERCENT: (0, 1, 0),
    Kind.DAYS: (0, 0, 1),
}
NAMES: dict[Dimension, str] = {
    PLAIN: "a number",
    (1, 0, 0): "an amount of money",
    (0, 1, 0): "a percentage",
    (0, 0, 1): "a number of days",
}
KINDS: dict[Kind, str] = {
    Kind.CODE: "a code",
    Kind.TEXT: "an identifier",
    Kind.CHOICE: "a choice",
    Kind.DATE: "a date",
    Kind.MONEY: "an amount of money",
    Kind.NUMBER: "a number",
    Kind.PERCENT: "a percentage",
    Kind.DAYS: "a number of days",
    Kind.AGE: "an age",
}
WIDEST_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression is: its kind, for numbers the dimension, for codes the system, for choices the
    choices.
    """

    kind: Kind
    label: str
    dimension: Dimension = PLAIN
    system: str | None = None
    choices: tuple[str, ...] = ()
    many: bool = False
    is_column: bool = False

    @property
    def named(self) -> str:
        """What to call it in a message: the author's words, or `this` for something worked out."""
        return f"`{self.label}`" if self.label else "this"

    @property
    def says(self) -> str:
        return (
            NAMES.get(self.dimension, "a product of unlike numbers")
            if self.kind.is_numeric
            else KINDS[self.kind]
        )


def numeric(label: str, dimension: Dimension) -> Type:
    """The type of a computed number."""
    kind = next((kind for kind, has in DIMENSIONS.items() if has == dimension), Kind.NUMBER)
    return Type(kind, label, dimension)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a literal cannot stand here: the code, one sentence, and what to type."""

    code: str
    message: str
    help: str | None = None
    near: str | None = None  # what was probably meant


def shown(literal: Literal) -> str:
    """A literal as the author wrote it."""
    sign = "$" if literal.kind == "money" else ""
    return f'"{literal.text}"' if literal.kind == "string" else sign + literal.text


def read_date(literal: Literal) -> date | Problem:
    """A literal as a day of the calendar."""
    if literal.kind != "date":
        message = f"`{shown(literal)}` is not a date"
        return Problem("POL305", message, "write it year-month-day: `2026-01-31`")
    try:
        return date.fromisoformat(literal.text)
    except ValueError:
        return Problem("POL306", f"there is no day `{literal.text}`", "check the month and the day")


def read_number(literal: Literal) -> Fraction | Problem:
    """A literal as an exact number, without a unit."""
    plain = literal.text.replace(".", "", 1)
    if literal.kind != "atom" or not (plain.isascii() and plain.isdigit()) or literal.text.endswith("."):
        message = f"`{shown(literal)}` is not a number"
        return Problem("POL307", message, "write digits, with a point for decimals: `13.6`")
    if len(plain) > WIDEST_NUMBER:
        return Problem("POL308", f"this number has more than {WIDEST_NUMBER} digits", "check it for slips")
    return Fraction(literal.text)


def read_money(literal: Literal) -> Fraction | Problem:
    """A literal as dollars and cents."""
    if literal.kind != "money":
        plain = not isinstance(read_number(literal), Problem)
        message = f"`{shown(literal)}` is not an amount of money"
        help = "write it with a dollar sign: `$100.00`"
        return Problem("POL309", message, help, f"${literal.text}" if plain else None)
    whole, _, cents = literal.text.partition(".")
    if len(whole) > WIDEST_NUMBER - 3 or len(cents) > 2:
        message = f"`${literal.text}` is not an amount in dollars and cents"
        return Problem("POL310", message, "use at most two decimals, and at most twelve digits of dollars")
    return Fraction(literal.text)


def read_text(literal: Literal) -> str | Problem:
    """A literal as an identifier: always in quotes, so that it is never taken for a code."""
    if literal.kind == "string":
        return literal.text
    return Problem("POL338", f"`{shown(literal)}` has to stand in quotes here", near=f'"{literal.text}"')


def read_code(literal: Literal, system: CodeSystem | None) -> str | Problem:
    """A literal as a code of a system, in the system's normal form; cells of a table have no system."""
    if literal.kind == "string":
        return Problem("POL301", "a code stands without quotes", near=literal.text)
    if literal.kind != "atom":
        help = system.help if system is not None else None
        message = f"`{shown(literal)}` is not a code"
        return Problem("POL301", message, help or "codes are written in capitals and digits")
    if system is None:
        return literal.text
    code = normal_code(system, literal.text)
    if system.name == "modifier" and code == "00":
        message = "`00` is the placeholder for no modifier, not a modifier"
        return Problem("POL303", message, "leave it out: claims that carry it are read as having none")
    first, dash, last = literal.text.partition("-")
    if dash and system.matches(first) and system.matches(last):
        help = "name each code, or put them in a set: `… in SET`"
        return Problem("POL301", f"`{literal.text}` is a range, and a code stands alone", help)
    if not system.matches(code):
        return Problem("POL301", f"`{literal.text}` is not a code of {system.title}", system.help or None)
    if system.closed and not system.lists(code):
        message = f"`{literal.text}` is not among {system.title} that are known here"
        help = "check it for slips; a code that exists belongs in grammar/code-systems.yaml, with its dates"
        return Problem("POL302", message, help, nearest(code, system.codes))
    return code


def read_choice(literal: Literal, wanted: Type) -> str | Problem:
    """A literal as one of the choices."""
    if literal.text in wanted.choices:
        if literal.kind == "string":
            return Problem("POL312", "a choice stands without quotes", near=literal.text.replace("_", " "))
        return literal.text
    message = f"`{shown(literal)}` is not a choice for `{wanted.label}`"
    return Problem("POL312", message, _listed(wanted.choices), nearest(literal.text, wanted.choices))


def _listed(choices: tuple[str, ...]) -> str:
    return "choices: " + ", ".join(choice.replace("_", " ") for choice in choices)


def read_literal(literal: Literal, wanted: Type, env: Environment) -> Fraction | date | str | Problem:
    """A literal as a value of the wanted type, or why it is not one."""
    match wanted.kind:
        case Kind.DATE:
            return read_date(literal)
        case Kind.MONEY:
            return read_money(literal)
        case Kind.NUMBER | Kind.PERCENT:
            return read_number(literal)
        case Kind.DAYS:
            message = f"`{wanted.label}` is a number of days, and is not compared with `is` alone"
            return Problem("POL311", message, f"write `is at least {literal.text} days` or `is at most …`")
        case Kind.TEXT:
            return read_text(literal)
        case Kind.CODE:
            return read_code(literal, env.systems.get(wanted.system) if wanted.system else None)
        case Kind.CHOICE:
            return read_choice(literal, wanted)
        case Kind.AGE:
            message = "an age is asked with `under` or `is at least`"
            return Problem("POL313", message, f"write `{wanted.label} is at least {literal.text} years`")
