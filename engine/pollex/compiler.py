"""All texts of a policy tree, through every stage: sets and tables, trees, meaning, program.

Opens no file: whoever calls it brings the texts. A stage is worked out once, when it is first asked for,
and the diagnostics of all of them come together, so that every mistake is said in one run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from pollex.cache import without_collection
from pollex.source.diagnostic import Diagnostic, has_errors, in_order
from pollex.source.text import SourceText

if TYPE_CHECKING:
    from pollex.check.checked import Checked, CheckedPolicy, Scenarios
    from pollex.check.names import Environment
    from pollex.ir.program import Program
    from pollex.syntax.ast import PolicyFile

Outcome = tuple["Program", tuple[Diagnostic, ...]]
"""What comes of sound texts: the program, and what there is to say all the same."""
Trees = tuple[tuple["PolicyFile", ...], tuple["CheckedPolicy", ...], tuple["Scenarios", ...]]
"""What the program is made of, for those who ask more than a decision; kept by itself, since few do."""
TREES = "-trees"


@dataclass(frozen=True, slots=True)
class Texts:
    """What is compiled: policy files, files of sets, files of tables."""

    policies: tuple[SourceText, ...]
    sets: tuple[SourceText, ...] = ()
    tables: tuple[SourceText, ...] = ()

    def all(self) -> Iterable[SourceText]:
        return (*self.policies, *self.sets, *self.tables)


class Cache(Protocol):
    """Where what comes of sound texts is kept: see `pollex/cache.py`."""

    def key(self, *kinds: Iterable[SourceText]) -> str: ...

    def get(self, key: str) -> Any: ...

    def put(self, key: str, found: object) -> None: ...


class Compilation:
    """One set of texts and what comes of it. With a `cache`, program and diagnostics may come from there."""

    def __init__(self, texts: Texts, cache: Cache | None = None) -> None:
        self._cache = cache
        self.texts = Texts(
            tuple(sorted((text.normalise() for text in texts.policies), key=lambda text: text.name)),
            tuple(sorted(texts.sets, key=lambda text: text.name)),
            tuple(sorted(texts.tables, key=lambda text: text.name)),
        )

    @cached_property
    def sources(self) -> Mapping[str, SourceText]:
        """Every text by its name, to show diagnostics with."""
        return {text.name: text for text in self.texts.all()}

    @cached_property
    def _key(self) -> str | None:
        if self._cache is None:
            return None
        return self._cache.key(self.texts.policies, self.texts.sets, self.texts.tables)

    @cached_property
    def _kept(self) -> Outcome | None:
        """What the cache holds."""
        return self._cache.get(self._key) if self._cache is not None and self._key is not None else None

    @cached_property
    def _kept_trees(self) -> Trees | None:
        """What the cache holds beside a program that it holds; where it lacks that, it gets it here."""
        if self._cache is None or self._key is None or not self.is_sound:
            return None
        kept: Trees | None = self._cache.get(self._key + TREES) if self._kept is not None else None
        if kept is None:
            checked = self._checked[0]
            self._cache.put(self._key + TREES, (self._parsed[0], checked.policies, checked.scenarios))
        return kept

    # The stages are imported when one is needed: where the cache answers, none is.

    @cached_property
    def _data(self) -> tuple[Environment, tuple[Diagnostic, ...]]:
        from pollex.check.names import Environment  # noqa: PLC0415
        from pollex.intake.codesets import load_set, merge_sets  # noqa: PLC0415
        from pollex.intake.tables import load_table, merge_tables  # noqa: PLC0415
        from pollex.intake.vocabulary import shipped_systems, shipped_vocabulary  # noqa: PLC0415

        vocabulary, systems = shipped_vocabulary(), shipped_systems()
        found: list[Diagnostic] = []
        set_versions, table_versions = [], []
        for text in self.texts.sets:
            set_version, diagnostics = load_set(text, systems)
            found.extend(diagnostics)
            if set_version is not None:
                set_versions.append(set_version)
        for text in self.texts.tables:
            table_version, diagnostics = load_table(text, systems, vocabulary)
            found.extend(diagnostics)
            if table_version is not None:
                table_versions.append(table_version)
        sets, about_sets = merge_sets(set_versions)
        tables, about_tables = merge_tables(table_versions)
        return Environment(vocabulary, systems, sets, tables), (*found, *about_sets, *about_tables)

    @cached_property
    def environment(self) -> Environment:
        """Vocabulary, code systems, sets and tables."""
        if self._kept is None:
            return self._data[0]
        from pollex.check.names import Environment  # noqa: PLC0415

        program = self._kept[0]
        return Environment(program.vocabulary, program.systems, program.sets, program.tables)

    @cached_property
    def _parsed(self) -> tuple[tuple[PolicyFile, ...], tuple[Diagnostic, ...]]:
        from pollex.intake.vocabulary import shipped_vocabulary  # noqa: PLC0415
        from pollex.syntax.parse import parse  # noqa: PLC0415

        phrases = shipped_vocabulary().phrases
        if self._cache is not None:
            bring_tables(phrases, self._cache)
        with without_collection():
            parsed = [parse(text, phrases) for text in self.texts.policies]
        return tuple(tree for tree, _ in parsed), tuple(d for _, diagnostics in parsed for d in diagnostics)

    @property
    def trees(self) -> tuple[PolicyFile, ...]:
        """The trees of the policy files, in order of their names."""
        return self._parsed[0] if self._kept_trees is None else self._kept_trees[0]

    @cached_property
    def _checked(self) -> tuple[Checked, tuple[Diagnostic, ...]]:
        from pollex.check.clauses import check  # noqa: PLC0415

        trees, environment = self._parsed[0], self._data[0]
        with without_collection():
            return check(trees, self.sources, environment)

    @cached_property
    def checked(self) -> Checked:
        """The policies and tests, put together."""
        if self._kept_trees is None:
            return self._checked[0]
        from pollex.check.checked import Checked  # noqa: PLC0415

        _, policies, scenarios = self._kept_trees
        return Checked(self.environment, policies, scenarios)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything there is to say, by file and place."""
        if self._kept is not None:
            return self._kept[1]
        return tuple(in_order((*self._data[1], *self._parsed[1], *self._checked[1])))

    @property
    def is_sound(self) -> bool:
        """Whether there is a program: nothing was found that is an error."""
        return not has_errors(self.diagnostics)

    @cached_property
    def program(self) -> Program:
        """The program; ask only where `is_sound`."""
        if self._kept is not None:
            return self._kept[0]
        from pollex.lower import lower  # noqa: PLC0415

        checked = self._checked[0]
        with without_collection():
            program = lower(checked)
        if self._cache is not None and self._key is not None:
            self._cache.put(self._key, (program, self.diagnostics))
        return program


def bring_tables(phrases: tuple[str, ...], cache: Cache) -> None:
    """The tables that texts are read by, from the cache: making them takes longer than reading a policy."""
    from pollex.syntax import grammar  # noqa: PLC0415

    made_by = grammar.made_by()
    if made_by is None or grammar.is_ready(phrases):
        return
    key = cache.key([SourceText("policy.lark", grammar.grammar_text(phrases)), SourceText("lark", made_by)])
    kept = cache.get(key)
    if kept is not None:
        grammar.bring(phrases, kept)
    else:
        cache.put(key, grammar.tables(phrases))
