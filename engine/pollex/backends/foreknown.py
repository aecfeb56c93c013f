"""What a backend knows of a claim's lines when it hands one of them on: then it need not be asked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pollex.backends.firing import Firing
from pollex.backends.kleene import Tri
from pollex.ir.program import Rule
from pollex.model.decision import Reading


class Foreknown(Protocol):
    """Lines of the claim by their index. None says that something is not known here, whatever the reason."""

    def relevant(self, index: int, strata: tuple[int, ...], trial: bool) -> Iterable[Rule]:
        """The rules of a line, of some strata and on trial or not, but for those that are known not to hold:
        they change nothing.
        """
        ...

    def firings(self, index: int, rule: Rule) -> tuple[Firing, ...] | None:
        """The firings of a relevant rule, where all of them are known."""
        ...

    def readings(self, index: int, rule: Rule) -> tuple[Reading, ...] | None:
        """What a rule with known firings has read, as a decision shows it."""
        ...

    def denied(self, index: int) -> Tri:
        """Whether the first stratum denies a line."""
        ...
