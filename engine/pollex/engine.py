"""The engine: policies loaded once, then claims decided, from any thread.

An engine never changes after it is made, and deciding reads no file, clock or environment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pollex.backends.assumed import ASSUMPTIONS
from pollex.backends.interpret.claim import exact_lines
from pollex.backends.python.decide import PythonBackend
from pollex.intake.claims import check_claim, read_claim
from pollex.intake.document import DEFAULT, Limits
from pollex.intake.faults import ClaimError
from pollex.ir.program import Program
from pollex.model.decision import Decision
from pollex.model.explanation import LineExplanation
from pollex.source.diagnostic import Diagnostic
from pollex.source.render import render_text
from pollex.source.span import Span
from pollex.source.text import SourceText
from pollex.version import PACKAGE
from pollex.workspace import Workspace, open_paths, shipped, user_cache

if TYPE_CHECKING:
    from pollex.backends.python.explain.explainer import Explainer

NO_SOURCES: Mapping[str, SourceText] = MappingProxyType({})


class PolicyError(Exception):
    """Policies that cannot run; `diagnostics` holds every mistake, and the message shows them as text."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], text: str) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics


class Engine:
    """Decides claims under a set of policies."""

    def __init__(
        self, program: Program, limits: Limits = DEFAULT, sources: Mapping[str, SourceText] = NO_SOURCES
    ) -> None:
        self._program = program
        self._limits = limits
        self._backend = backend(program, sources)

    @cached_property
    def _explainer(self) -> Explainer:
        """What says why, loaded when it is first asked: most processes only decide."""
        from pollex.backends.interpret.explain import explain  # noqa: PLC0415
        from pollex.backends.python.explain.explainer import Explainer  # noqa: PLC0415

        return Explainer(self._backend, explain)

    def __reduce__(self) -> tuple[type[Engine], tuple[Program, Limits]]:
        """Another process makes what it needs of the program itself."""
        return Engine, (self._program, self._limits)

    @property
    def program(self) -> Program:
        """What the policies come to."""
        return self._program

    @property
    def digest(self) -> str:
        """The digest of all policies; another one, and a claim may be decided otherwise."""
        listed = sorted(policy.digest for policy in self._program.policies)
        return f"sha256:{sha256(' '.join(listed).encode()).hexdigest()}"

    def decide(self, claim: Mapping[str, Any], *, assume: Collection[str] = ()) -> Decision:
        """Decide one claim (`schemas/claim.schema.json`).

        `assume` holds what the caller vouches for: `no-history`, `no-prior-authorization`.
        Raises ClaimError with every fault of an invalid claim, ValueError for an unknown assumption.
        """
        _check_assumptions(assume)
        faults = check_claim(claim, self._limits)
        if faults:
            raise ClaimError(faults)
        return self._backend.decide(claim, assume)

    def decide_json(self, text: bytes, *, assume: Collection[str] = ()) -> Decision:
        """Decide one claim that comes as JSON text, UTF-8; what reads it is strict and quicker than `json`.

        Raises ClaimError as well where the text cannot be read as a claim.
        """
        _check_assumptions(assume)
        checked = read_claim(text, limits=self._limits)
        if checked.claim is None:
            raise ClaimError(checked.faults)
        return self._backend.decide(checked.claim, assume)

    def decide_checked(self, claim: Mapping[str, Any], *, assume: Collection[str] = ()) -> Decision:
        """Decide a claim in which `check_claim` or `read_claim` has found no fault."""
        return self._backend.decide(claim, assume)

    def decide_many(
        self, claims: Iterable[Mapping[str, Any]], *, assume: Collection[str] = ()
    ) -> Iterator[Decision | ClaimError]:
        """Decide claims one after another, in order; an invalid one gives its ClaimError and stops
        nothing.
        """
        _check_assumptions(assume)
        for claim in claims:
            try:
                yield self.decide(claim, assume=assume)
            except ClaimError as error:
                yield error

    def explain(
        self, claim: Mapping[str, Any], *, assume: Collection[str] = ()
    ) -> tuple[LineExplanation, ...]:
        """For each line, every rule of its policies: whether it held, and the values it read."""
        _check_assumptions(assume)
        faults = check_claim(claim, self._limits)
        if faults:
            raise ClaimError(faults)
        return self._explainer.explain(claim, assume)


def backend(program: Program, sources: Mapping[str, SourceText] = NO_SOURCES) -> PythonBackend:
    """What decides claims; of a line that lacks something that matters it asks the interpreter.

    An error in it names a line of the policy, as far as its text is among the sources.
    """

    def place_of(span: Span) -> str:
        text = sources.get(span.file)
        return span.file if text is None else f"{span.file}:{text.position(span.start)[0]}"

    return PythonBackend(program, exact_lines, PACKAGE, place_of)


def _check_assumptions(assume: Collection[str]) -> None:
    for name in assume:
        if name not in ASSUMPTIONS:
            raise ValueError(f"`{name}` cannot be assumed; what can: {', '.join(ASSUMPTIONS)}")


def engine_of(workspace: Workspace, limits: Limits = DEFAULT) -> Engine:
    """The engine of a workspace; raises PolicyError with all diagnostics where it holds errors."""
    compilation = workspace.compilation
    if not compilation.is_sound:
        raise PolicyError(compilation.diagnostics, render_text(compilation.diagnostics, compilation.sources))
    return Engine(compilation.program, limits, compilation.sources)


def load(*paths: str | Path, limits: Limits = DEFAULT, cache: bool = True) -> Engine:
    """Load policies from files and folders, or the shipped ones where none is named.

    What was compiled before from the same texts is read from the user's cache (`pollex/cache.py`), unless
    `cache` is False or `POLLEX_CACHE_DIR` is empty. Raises PolicyError with all diagnostics, UnreadableFile
    where a path cannot be read.
    """
    kept = user_cache() if cache else None
    return engine_of(open_paths(paths, kept) if paths else shipped(kept), limits)
