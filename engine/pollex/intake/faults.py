"""What is wrong with a claim, as values: a place and one sentence.

The place is a JSON Pointer made of keys that the schema knows and of positions; an empty one is the whole
claim. Neither it nor the sentence ever holds a value of the claim: those are health data, and messages
end up in logs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. The message is said of the place: `is missing and is required`."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'claim'}: {self.message}"


class ClaimError(Exception):
    """A claim that cannot be decided; `faults` are all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        count = len(self.faults)
        lines = [f"the claim is not valid: {count} fault{'' if count == 1 else 's'}"]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN]]
        if count > SHOWN:
            lines.append(f"  and {count - SHOWN} more")
        return "\n".join(lines)


def pointer(path: Path) -> str:
    """The JSON Pointer of a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
