"""A whole run: the mutants of a tree clause by clause and list by list, in one process or several.

A *job* is one clause or one list with all its mutants. Results come in the order of jobs. What an earlier run
found holds on while the policy is the same: a kill as long as the test that made it is there unchanged, a
survivor as long as no test has changed.
"""

from __future__ import annotations

import signal
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from pollex.model.codesets import CodeSetVersion
from pollex.model.tables import TableVersion
from pollex.testing.mutate.cases import Bench
from pollex.testing.mutate.data import Lists, Refused
from pollex.testing.mutate.distinguish import distinguish
from pollex.testing.mutate.kill import kill
from pollex.testing.mutate.mutants import Brought, Header, Mutant, Tree, program_text
from pollex.testing.mutate.programs import Clause
from pollex.testing.mutate.write import difference, test_text
from pollex.testing.parallel import context
from pollex.testing.run import PolicyTree, Suite
from pollex.version import PACKAGE

KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"
REPEATED, REFUSED = "repeated", "refused"
Job = Clause | Header | CodeSetVersion | TableVersion


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mutate: `data` are the files of sets and tables, `pattern` a part of a clause's or list's name,
    `members` the most members, rows and cells of a list (None for all), `budget` the most claims that are
    tried to tell a survivor apart, `sample` the share of mutants that are run, of 4,096.
    """

    data: frozenset[str] = frozenset()
    pattern: str | None = None
    operators: frozenset[str] | None = None
    members: int | None = 5
    budget: int = 400
    sample: int = 4096


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a mutant. `by` is the test that killed it, `reached` how many tests a survivor reached
    unnoticed; `test` is one that would kill it, as text, where one was found.
    """

    key: str
    operator: str
    owner: str
    file: str
    line: int
    policies: tuple[str, ...]
    status: str
    by: str = ""
    by_key: str = ""
    reached: int = 0
    difference: tuple[str, ...] = ()
    test: str = ""
    basis: str = ""


class Run:
    """The jobs of a tree, and what is needed to do them."""

    def __init__(self, workspace: PolicyTree, wanted: Wanted, known: Mapping[str, Result]) -> None:
        compilation = workspace.compilation
        self.workspace = workspace
        self.wanted = wanted
        self.known = known
        self.sources = compilation.sources
        self.trees = compilation.trees
        self.tree = Tree(compilation, workspace.asked)
        self.lists = Lists(compilation.program, compilation.sources, wanted.members)
        self.bench = Bench(Suite(workspace), compilation.program)
        self.jobs = tuple(job for job in self._jobs() if self._is_wanted(job))

    def _jobs(self) -> Iterator[Job]:
        yield from self.tree.clauses()
        yield from self.lists.versions(self.wanted.data)

    def _is_wanted(self, job: Job) -> bool:
        pattern = self.wanted.pattern
        return pattern is None or pattern.lower() in self.owner(job).lower()

    def owner(self, job: Job) -> str:
        """The name of a clause or a list."""
        return job.name if isinstance(job, (CodeSetVersion, TableVersion)) else self.tree.owner(job)

    def mutants(self, job: Job) -> Iterator[Mutant]:
        """The mutants of a job that are wanted."""
        lists = isinstance(job, (CodeSetVersion, TableVersion))
        for mutant in self.lists.mutants(job) if lists else self.tree.mutants(job):  # type: ignore[arg-type]
            chosen = self.wanted.operators is None or mutant.operator in self.wanted.operators
            if chosen and int(mutant.key[:3], 16) < self.wanted.sample:
                yield mutant

    def results(self, job: Job) -> Iterator[Result]:
        """What comes of each mutant of a job."""
        seen: set[str] = set()
        for mutant in self.mutants(job):
            yield self._known(mutant) or self._result(mutant, seen)

    def _result(self, mutant: Mutant, seen: set[str]) -> Result:
        try:
            brought = self.tree.bring(mutant) if mutant.tree is not None else self.lists.bring(mutant)
        except Refused:
            return self._said(mutant, REFUSED)
        if brought is None:
            return self._said(mutant, EQUIVALENT)
        text = program_text(brought) if mutant.tree is not None else mutant.key
        if text in seen:
            return self._said(mutant, REPEATED)
        seen.add(text)
        return self._decided(mutant, brought)

    def _decided(self, mutant: Mutant, brought: Brought) -> Result:
        verdict = kill(brought, self.bench)
        if verdict.by is not None:
            return self._said(mutant, KILLED, by=verdict.by.name, by_key=verdict.by_key)
        found = difference(mutant, self.sources[mutant.file], self.trees)
        told = distinguish(brought, verdict, self.bench, self.wanted.budget)
        test = test_text(told, f"{mutant.owner}: {mutant.operator}") if told is not None else ""
        return self._said(mutant, SURVIVED, reached=len(verdict.reached), difference=found, test=test)

    def _said(self, mutant: Mutant, status: str, **more: object) -> Result:
        line = self.sources[mutant.file].position(mutant.span.start)[0]
        basis = self.basis(mutant, status)
        head = (mutant.key, mutant.operator, mutant.owner, mutant.file, line, mutant.policies, status)
        return Result(*head, basis=basis, **more)  # type: ignore[arg-type]

    # ------------------------------------------------------------ going on from an earlier run

    def _known(self, mutant: Mutant) -> Result | None:
        """What an earlier run found, where it still holds."""
        found = self.known.get(mutant.key)
        if found is None or found.basis != self.basis(mutant, found.status):
            return None
        if found.status == KILLED and found.by_key not in self._case_keys:
            return None
        return found

    @cached_property
    def _case_keys(self) -> frozenset[str]:
        return frozenset(self.bench.keys)

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {f"{one.id} {one.version}": one.digest for one in self.tree.program.policies}

    def basis(self, mutant: Mutant, status: str) -> str:
        """All that a result rests on besides the mutant itself, in short."""
        parts = [PACKAGE]
        parts += [digest for name, digest in self._digests.items() if name.split()[0] in mutant.policies]
        if status == SURVIVED:
            parts += [str(self.wanted.budget), self.bench.digest]
        return sha256("\n".join(parts).encode()).hexdigest()[:20]


# ------------------------------------------------------------------ in several processes

_here: list[Run] = []


def run_jobs(run: Run, processes: int) -> Iterator[tuple[Result, ...]]:
    """The results of each job, in the order of jobs; whoever stops asking stops the rest."""
    if processes == 1:
        for job in run.jobs:
            yield tuple(run.results(job))
        return
    start = (run.workspace, run.wanted, run.known)
    pool = ProcessPoolExecutor(processes, context(), initializer=_begin, initargs=start)
    try:
        yield from pool.map(_do, range(len(run.jobs)))
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(workspace: PolicyTree, wanted: Wanted, known: Mapping[str, Result]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; one of them says so
    _here[:] = [Run(workspace, wanted, known)]


def _do(place: int) -> tuple[Result, ...]:
    (run,) = _here
    return tuple(run.results(run.jobs[place]))


def counted(results: Collection[Result]) -> tuple[int, int]:
    """How many were killed, of how many: those that are equivalent, repeated, refused are none."""
    killed = sum(one.status == KILLED for one in results)
    return killed, killed + sum(one.status == SURVIVED for one in results)
