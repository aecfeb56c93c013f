"""Killing: the cases that a mutant can reach, the likeliest first, until one of them fails.

A case is reached where a changed rule answers otherwise than before on some line of the case's claim: another
effect, another answer, another element that it lacks. Where the change can alter which lines a policy speaks
of, or lies in a list, every case that may be concerned is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pollex.backends.interpret.line import Evaluated, LineDecider
from pollex.ir.program import Rule
from pollex.testing.cases import Case
from pollex.testing.mutate.cases import Bench, Deciding, FailsAlready, Ready, answers, lines_of
from pollex.testing.mutate.mutants import Brought
from pollex.testing.mutate.programs import Altered


@dataclass(frozen=True, slots=True)
class Verdict:
    """`by` is the case that noticed; of a survivor, `reached` are those that the change reached without being
    noticed.
    """

    by: Case | None
    by_key: str
    reached: tuple[Ready, ...]

    @property
    def killed(self) -> bool:
        return self.by is not None


def kill(brought: Brought, bench: Bench) -> Verdict:
    """Whether some test notices."""
    reached: list[Ready] = []
    decide = Deciding(brought.program)
    for one in candidates(brought, bench):
        if one.fails(decide):
            verify(one, bench)
            return Verdict(one.case, one.key, ())
        reached.append(one)
    return Verdict(None, "", tuple(reached))


def verify(one: Ready, bench: Bench) -> None:
    """A case that kills has to pass under the original; each is tried once."""
    if not one.verified:
        if one.fails(bench.decide):
            raise FailsAlready(one.case)
        one.verified.append(True)


def candidates(brought: Brought, bench: Bench) -> Iterator[Ready]:
    """The cases that a mutant reaches, the likeliest to notice first."""
    codes = brought.mutant.codes
    for policy in brought.mutant.policies:
        versions = [one for one in brought.versions if one.policy.id == policy]
        rules = [rule for version in versions for rule, _ in version.rules]
        for one in bench.likely_first(policy, rules):
            if codes and not mentions(one, codes):
                continue
            if codes or any(version.everywhere or is_told(one, version, brought) for version in versions):
                yield one


def mentions(one: Ready, codes: Iterable[str]) -> bool:
    """Whether a claim names every one of some codes, with or without a dot."""
    text = one.text
    return all(code in text for code in codes)


def is_told(one: Ready, version: Altered, brought: Brought) -> bool:
    """Whether a changed rule answers otherwise than the original on some line."""
    after: LineDecider | None = None
    for old, new in version.rules:
        for ref in lines_of(one.decider, old):
            before = answers(one.decider, ref, old)
            if new is None:
                if before.firings:
                    return True
                continue
            after = after or one.mutated(brought.program)
            if _said(before) != _said(answers(after, ref, new)):
                return True
    return False


def _said(found: Evaluated) -> object:
    """All of a rule's answer that a decision depends on."""
    firings = [(firing.clause.name, firing.effects, firing.holds) for firing in found.firings]
    return firings, found.leaves, found.lacking


def rules_of(brought: Brought) -> tuple[Rule, ...]:
    """The changed rules, as they are after the change."""
    return tuple(new or old for version in brought.versions for old, new in version.rules)
