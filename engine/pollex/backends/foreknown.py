"""What two ways of deciding a claim say to each other, where one of them knows much of a line already.

A backend that hands a line on says what it knows (`Foreknown`): then it need not be asked again. Or it asks
only how the conditions can turn out that it does not know (`Turning`), and works out what that comes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from pollex.backends.firing import Firing
from pollex.backends.kleene import Tri
from pollex.ir.nodes import Condition
from pollex.ir.program import Rule
from pollex.model.decision import LineDecision, Missing, Reading


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


class Outcome(Protocol):
    """What a line comes to in some way of completing what is missing: values that equal their like."""

    @property
    def outcome(self) -> str: ...

    @property
    def percent(self) -> object: ...

    @property
    def owed(self) -> object: ...

    @property
    def amount(self) -> object: ...


class Reckoned(Outcome, Protocol):
    """What another backend says that it comes to."""

    @property
    def lacks(self) -> Iterable[tuple[str, str]]:
        """What would give the amount: elements by place and word."""
        ...


class Turning(Protocol):
    """How conditions can turn out together: the rows of answers that they can give, each once."""

    @property
    def rows(self) -> Sequence[tuple[bool, ...]]: ...

    def missing(
        self, results: Sequence[Reckoned], rules: Sequence[str], lacking: Iterable[tuple[str, str, str]]
    ) -> tuple[Missing, ...]:
        """What can change what the rows come to; `rules` says whose each condition is, `lacking` which rule's
        numbers lack which element.
        """
        ...


class ExactLines(Protocol):
    """The exact way: lines of a claim by their index."""

    def line(self, index: int) -> LineDecision:
        """The line, decided."""
        ...

    def is_denied(self, index: int) -> Tri:
        """Whether the first stratum denies the line."""
        ...

    def turning(self, index: int, conditions: Sequence[Condition]) -> Turning | None:
        """How conditions can turn out on the line; None where there are too many ways to tell."""
        ...
