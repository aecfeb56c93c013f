"""A value that a rule read, in words: what was asked, what was found, and where."""

from __future__ import annotations

from pollex.model.decision import Reading

NOT_KNOWN = "not known"


def reading_text(reading: Reading) -> str:
    """`modifier = 22, 51 (/lines/0/modifiers)`, `mpfs work-rvu = 20.30 (mpfs 44120)`."""
    if reading.table is not None and reading.key is not None:
        key = reading.key if isinstance(reading.key, str) else " with ".join(reading.key)
        place = f"{reading.table} {key}"
    else:
        place = reading.pointer or "the claim"
    return f"{reading.term} = {_value(reading)} ({place})"


def _value(reading: Reading) -> str:
    match reading.value:
        case None:
            return NOT_KNOWN
        case True:
            return "yes"
        case False:
            return "no"
        case ():
            return "none"
        case tuple(values):
            return ", ".join(NOT_KNOWN if value is None else str(value) for value in values)
        case value:
            return str(value)
