"""A peer: somebody else who decides claims under the same rules, and how its answers are held to Pollex's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

from tests.bench.peers import plan
from tests.bench.peers.answer import differences, of_decision

Claim: TypeAlias = Mapping[str, Any]
Decide: TypeAlias = Callable[[Claim], Any]
Said: TypeAlias = Callable[[Any], Sequence[tuple[Any, ...]]]

MODULES = (
    "readable",
    "specialised",
    "json_logic",
    "zen_expressions",
    "cel_cpp",
    "cel_rust",
    "rego_rust",
    "rego_cpp",
    "cedar",
)
"""A file each, in the order in which they are shown."""


def by_pollex(claim: Claim) -> Sequence[tuple[Any, ...]]:
    return of_decision(plan.engine().decide_checked(claim))


def as_it_is(answer: Any) -> Sequence[tuple[Any, ...]]:
    found: Sequence[tuple[Any, ...]] = answer
    return found


@dataclass(frozen=True)
class Peer:
    """`ready` loads what the peer needs and gives what decides a claim, a dictionary.

    `said` reads from its answer what is compared, line by line; `expected` gives the same of Pollex. `rules`
    counts what the peer can say of the policy's rules.
    """

    name: str
    ready: Callable[[], Decide]
    needs: str | None = None
    """The module that has to be installed."""
    package: str = ""
    """What installs it."""
    rules: int = plan.RULES
    said: Said = as_it_is
    expected: Callable[[Claim], Sequence[tuple[Any, ...]]] = by_pollex

    @property
    def is_installed(self) -> bool:
        return self.needs is None or find_spec(self.needs) is not None

    def differing(self, decide: Decide, claims: Iterable[Claim]) -> Iterator[str]:
        """Where its answers are not Pollex's: a claim's id, and pointers into its decision."""
        for claim in claims:
            for difference in differences(self.expected(claim), self.said(decide(claim))):
                yield f"{self.name}, claim {claim['claim_id']}, {difference}"


def peers() -> tuple[Peer, ...]:
    return tuple(import_module(f"tests.bench.peers.{name}").PEER for name in MODULES)
