"""The tests of a tree, ready to be asked again and again.

Each case keeps its claim and, of the original program, the policies of each line and what each rule answered
there. A rule that answers as before on every line changes no decision, so a mutant is decided in full only
under the cases that its rules tell from the original.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from pollex.backends.interpret.claim import decide, prepare
from pollex.backends.interpret.elements import LineRef
from pollex.backends.interpret.line import Evaluated, LineDecider
from pollex.ir.program import ExceptionRule, Program, Rule
from pollex.model.decision import Decision
from pollex.syntax.conditions import Name
from pollex.testing.cases import Case
from pollex.testing.expect import differences
from pollex.testing.mutate.mutants import exact
from pollex.testing.run import Decide, Suite, decider
from pollex.version import PACKAGE

FEW = 8
"""So many claims are decided in the time that it takes to prepare a program."""


class FailsAlready(Exception):  # noqa: N818 - a sentence for whoever runs mutants over tests that fail
    """A test that fails without any change."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"the test `{case.title}` of {case.policy} fails without any change")
        self.case = case


@dataclass(frozen=True, slots=True)
class Ready:
    """One case: its claim, and the lines of the claim with their policies under the original program."""

    case: Case
    claim: dict[str, Any]
    decider: LineDecider
    names: frozenset[str]
    text: str
    key: str
    verified: list[bool] = field(default_factory=list)

    def mutated(self, program: Program) -> LineDecider:
        """The same lines under another program; nothing that the rules answered is carried over."""
        return replace(self.decider, program=program, asked={})

    def fails(self, decide: Decide) -> bool:
        """Whether some expectation is not met under what decides."""
        return not meets(self.case, decide(self.claim))


class Deciding:
    """Decides under one program: the first few claims by the interpreter, which needs no preparation, the
    others by what tests are run with.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.count = 0

    def __call__(self, claim: Mapping[str, Any]) -> Decision:
        self.count += 1
        return decide(self.program, claim, (), PACKAGE) if self.count <= FEW else self._prepared(claim)

    @cached_property
    def _prepared(self) -> Decide:
        return decider(self.program)


def meets(case: Case, decision: Decision) -> bool:
    """Whether every expectation is met."""
    return not any(True for expectation in case.expectations for _ in differences(decision, expectation))


class Bench:
    """The cases of a suite, by policy, made ready when they are first asked; `found` are claims that told a
    survivor apart, by policy: they often tell the next one too.
    """

    def __init__(self, suite: Suite, program: Program) -> None:
        self.suite = suite
        self.program = program
        self._cases: dict[str, list[Case]] = {}
        for case in suite.cases:
            self._cases.setdefault(case.policy, []).append(case)
        self._ready: dict[str, tuple[Ready, ...]] = {}
        self.decide = decider(program)
        self.found: dict[str, list[Ready]] = {}

    def ready(self, policy: str) -> tuple[Ready, ...]:
        """The cases of a policy."""
        if policy not in self._ready:
            made = map(self._make, self._cases.get(policy, ()))
            self._ready[policy] = tuple(one for one in made if one is not None)
        return self._ready[policy]

    def _make(self, case: Case) -> Ready | None:
        claim = self.suite.claim(case)
        if claim is None:
            return None
        names = frozenset(
            one.value.text
            for expectation in case.expectations
            for one in expectation.expected
            if isinstance(one.value, Name)
        )
        text = json.dumps(claim, sort_keys=True)
        whole = f"{case.name}\n{text}\n{exact(case.expectations)}"  # all that it gives and expects
        key = sha256(whole.encode()).hexdigest()[:20]
        decider = prepare(self.program, claim, ())
        return Ready(case, claim, decider, names, text.replace(".", ""), key)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What each case of the suite is known by."""
        return tuple(sorted(one.key for policy in self._cases for one in self.ready(policy)))

    @cached_property
    def digest(self) -> str:
        """What all of them together are known by."""
        return sha256("\n".join(self.keys).encode()).hexdigest()[:20]

    def likely_first(self, policy: str, rules: Iterable[Rule]) -> Iterator[Ready]:
        """The cases of a policy: first those that name a clause of the rules, then the others; of both first
        those where one of the rules fired. Whether one did is asked only of cases that are come to.
        """
        rules = tuple(rules)
        names = {name for rule in rules for name in clause_names(rule)}
        ready = self.ready(policy)
        for naming in (True, False):
            quiet = []
            for one in ready:
                if bool(one.names & names) is not naming:
                    continue
                if any(self.fires(one, rule) for rule in rules):
                    yield one
                else:
                    quiet.append(one)
            yield from quiet

    @staticmethod
    def fires(one: Ready, rule: Rule) -> bool:
        """Whether a rule of the original fires on a line of the case, or may."""
        return any(answers(one.decider, ref, rule).firings for ref in lines_of(one.decider, rule))


def clause_names(clause: Rule | ExceptionRule) -> Iterator[str]:
    """The names of a rule and of its exceptions."""
    yield clause.name
    for exception in clause.exceptions:
        yield from clause_names(exception)


def lines_of(decider: LineDecider, rule: Rule) -> Iterator[LineRef]:
    """The lines of which the policy of a rule speaks."""
    policy = rule.id.rpartition("/")[0]
    for ref, policies in decider.policies.items():
        if any(one.id == policy for one in policies):
            yield ref


def answers(decider: LineDecider, ref: LineRef, rule: Rule) -> Evaluated:
    """What a rule comes to on a line; asked once."""
    found, _ = decider.evaluate(ref, (rule,))
    return found[0]
