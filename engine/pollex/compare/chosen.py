"""The policies of a payer, each as it was checked (titles, what it uses) and as it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pollex.check.checked import CheckedPolicy
from pollex.compiler import Compilation
from pollex.ir.program import ExceptionRule, Policy, Rule


@dataclass(frozen=True, slots=True)
class Chosen:
    """One version of a policy."""

    checked: CheckedPolicy
    policy: Policy

    @property
    def file(self) -> str:
        """The file that its header stands in."""
        return self.policy.span.file


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule, or an exception with the name of what it is an exception to."""

    clause: Rule | ExceptionRule
    title: str | None
    to: str | None
    above: tuple[Rule | ExceptionRule, ...]
    """What it is an exception to, from the rule down."""

    @property
    def trial(self) -> bool:
        """Whether the rule, for an exception the rule at its top, is on trial."""
        top = self.above[0] if self.above else self.clause
        return isinstance(top, Rule) and top.trial


def payers_of(compilation: Compilation) -> tuple[str, ...]:
    """Every payer that some policy names, sorted."""
    return tuple(sorted({payer for policy in compilation.program.policies for payer in policy.payers}))


def policies_of(compilation: Compilation, payer: str | None) -> tuple[Chosen, ...]:
    """The policies of a payer, or all, by id and in order of time; ask only where the policies are sound."""
    checked = {(policy.id, policy.version): policy for policy in compilation.checked.policies}
    return tuple(
        Chosen(checked[policy.id, policy.version], policy)
        for policy in compilation.program.policies
        if payer is None or payer in policy.payers
    )


def clauses_of(chosen: Chosen) -> Iterator[Clause]:
    """Every rule by its name, the exceptions to it behind it."""
    for rule in chosen.policy.rules:
        yield Clause(rule, rule.title, None, ())
        yield from _exceptions(chosen, (rule,))


def _exceptions(chosen: Chosen, above: tuple[Rule | ExceptionRule, ...]) -> Iterator[Clause]:
    titles = chosen.checked.names.exceptions
    for exception in above[-1].exceptions:
        title = titles[exception.name].title if exception.name in titles else None
        yield Clause(exception, title, above[-1].name, above)
        yield from _exceptions(chosen, (*above, exception))
