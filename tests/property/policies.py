"""Policies in the language's own text, drawn at random with their sets and tables.

A `World` is what `Compilation` takes: policies, sets and tables. It is kept in pieces, so that the same
policies can be written in another order (`texts(world, random)`). Names and types are right by construction;
now and then two literal shares contradict each other, which the checker refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, lists, sampled_from

from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText
from property import wordings as w
from property.data import SETS, Data, Mix, new_codes, tables

Strings = tuple[str, ...]
T = TypeVar("T")
ROUGH = {"one": "", "and": " and ", "or": " or "}


@dataclass(frozen=True)
class When:
    """`kind` is always, one, and, or, all, any, none or at least N."""

    kind: str
    conditions: Strings = ()

    def text(self, mix: Mix) -> str:
        if self.kind in ROUGH:
            return ROUGH[self.kind].join(mix(self.conditions))
        return f"{self.kind} of:" + "".join(f"\n  - {condition}" for condition in mix(self.conditions)) + "\n"


@dataclass(frozen=True)
class Clause:
    """A rule, an exception or a definition, whose effects stand after `lead`."""

    opening: str
    when: When
    period: str = ""
    lead: str = ""
    effects: Strings = ()
    because: str = ""
    trial: str = ""
    scope: str = ""

    @property
    def name(self) -> str:
        return self.opening.split()[1] if self.opening else ""

    @property
    def target(self) -> str | None:
        """What an exception is one to."""
        return self.opening.split()[3] if self.opening.startswith("exception") else None

    def text(self, mix: Mix) -> str:
        when = "always" if self.when.kind == "always" else f"when {self.when.text(mix)}"
        if self.opening.startswith("define"):
            when = f"as {self.when.text(mix)}"
        effects = "\n  ".join(mix(self.effects))
        opening = f"{self.opening} {self.trial} {self.scope}"
        return f"{opening}\n  {when}\n  {self.period}\n  {self.lead} {effects}\n  {self.because}\n"


@dataclass(frozen=True)
class Policy:
    """One version of a policy."""

    opening: str
    clauses: Strings
    items: tuple[Clause, ...]


@dataclass(frozen=True)
class World:
    """Everything that is compiled together."""

    policies: tuple[Policy, ...]
    sets: tuple[Data, ...]
    tables: tuple[Data, ...]


def texts(world: World, random: Random | None = None) -> Texts:
    """The world as files; with `random` in another order, a policy spread over two files."""

    def mix(parts: Iterable[str]) -> list[str]:
        return random.sample(found, len(found)) if random and (found := list(parts)) else list(parts)

    files: list[str] = []
    for policy in world.policies:
        items = [item.text(mix) for item in policy.items]
        head = policy.opening + "\n  " + "\n  ".join(mix(policy.clauses)) + "\n\n"
        cut = len(items)
        if random is not None and len(world.policies) == 1:
            items, cut = mix(items), random.randrange(len(items) + 1)
            name = policy.opening.split()[1]
            files.append(f"part of {name}\n\n" + "\n".join(items[cut:]))
        files.append(head + "\n".join(items[:cut]))
    names = mix([f"{letter}.pol" for letter in "abcdef"[: len(files)]])
    return Texts(
        tuple(SourceText(name, text) for name, text in zip(names, files, strict=True)),
        tuple(SourceText(f"{at}.set.yaml", data.text(mix)) for at, data in enumerate(world.sets)),
        tuple(SourceText(f"{at}.table.yaml", data.text(mix)) for at, data in enumerate(world.tables)),
    )


def compiled(world: World, random: Random | None = None) -> Compilation:
    return Compilation(texts(world, random))


# ------------------------------------------------------------------ conditions


def mixed(*strategies: SearchStrategy[T]) -> SearchStrategy[T]:
    """One of the strategies, each as likely as the others whatever it is made of."""
    return sampled_from(strategies).flatmap(lambda chosen: chosen)


any_wording = st.one_of([sampled_from(kind) for kind in w.CONDITIONS.values()])
direct_wording = st.one_of([sampled_from(kind) for kind in w.DIRECT.values()])


def filters(facts: Strings, late: bool) -> SearchStrategy[str]:
    """Up to two filters; `late` ones may ask whether the line is denied."""
    wordings = [*w.FILTERS, *(f"with {fact}" for fact in facts)]
    chosen = lists(sampled_from(wordings), max_size=2).map(" ".join)
    return st.builds("{} {}".format, chosen, sampled_from(("", "not denied"))) if late else chosen


def sentences(*parts: SearchStrategy[str] | Strings) -> SearchStrategy[str]:
    """One wording of each part, in a row."""
    drawn = st.tuples(*(part if isinstance(part, SearchStrategy) else sampled_from(part) for part in parts))
    return drawn.map(" ".join)


QUANTIFIERS = ("any line", "any other line", "no other line", "every other line", "every line")
RANKS = ("1", "2", "1 to 2", "2 to 3", "2 or later")
RANKED_BY = ("fee", "billed charge", "units", "fees cap", "fee * units", "limits units")
CELLS = ("", "", "with indicator 0", "with indicator 2", "with weight 1", "with indicator 0 with weight 1")
TOTALS = (
    "count of {} is at least 1",
    "count of {} is 2",
    "count of {} is less than units",
    "sum of units of {} is more than 2",
    "sum of units of {} is at least limits units",
    "sum of fee of {} is at most $300.00",
    "sum of billed charge of {} is $200.00",
)


def totals(lines: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.builds(str.format, sampled_from(TOTALS), lines)


@cache
def about_lines(late: bool) -> tuple[SearchStrategy[str], ...]:
    """Tests of other lines and of the history; `late` in the second stratum."""
    among, past = filters(w.FACTS, late), filters(w.PAST_FACTS, False)
    verdict = [sentences(QUANTIFIERS, among, ("is denied", "is not denied"))] * 3 if late else []
    bundled = ("bundles this line under another line",)
    return (
        *verdict,
        sentences(QUANTIFIERS, among, ("has",), w.FACTS),
        sentences(("history has",), w.PAST_FACTS, past) | sentences(("history has no line",), past),
        sentences(
            ("this line ranks",), RANKS, ("by",), RANKED_BY, ("among",), ("lines", "other lines"), among
        ),
        sentences(("pairs", "open-pairs"), CELLS, bundled, among),
        totals(sentences(("lines", "other lines"), among)),
        totals(sentences(("history lines",), past)),
    )


@cache
def conditions(late: bool, defined: Strings) -> SearchStrategy[str]:
    """Any condition of a rule."""
    named = [sampled_from((*defined, *(f"not {name}" for name in defined)))] if defined else []
    lines = about_lines(late)
    return mixed(*[any_wording] * len(lines), *lines, *named)


KINDS = ("one", "one", "and", "and", "or", "all", "any", "none", "at least 1", "at least 2")


@cache
def whens(condition: SearchStrategy[str], most: int = 3) -> SearchStrategy[When]:
    one = st.builds(lambda chosen: When("one", (chosen,)), condition)
    chosen = lists(condition, min_size=2, max_size=most).map(tuple)
    return st.one_of(one, st.builds(When, sampled_from(KINDS[2:]), chosen))


# ------------------------------------------------------------------ clauses

PERIODS = ("",) * 5 + (
    "in effect from 2026-02-15",
    "in effect through 2026-03-01",
    "in effect from 2026-02-15 through 2026-02-28",
)
periods = sampled_from(PERIODS)
becauses = sampled_from(("", "", 'because "So it is." [SRC]', "because [OLD, SRC]", 'because "Why."'))
places = sampled_from(("",) * 4 + ("after the other lines are decided",) * 2)
trials = sampled_from(("",) * 8 + ("on trial", "on trial from 2026-02-15"))
SCOPES = "cpt in resections", "cpt 44005", "cpt in visits, cpt 44121", "cpt in new-codes"
scopes = sampled_from(("",) * 8 + tuple(f"on lines with {scope}" for scope in SCOPES))
AT_ALL_TIMES = When("always")


def effects_of(shares: Strings, small: Strings, requirements: Strings) -> SearchStrategy[Strings]:
    """A denial; or one other outcome and one share at most, and up to two of the rest."""
    denials = sampled_from([(text,) for text in w.OUTCOMES if text.startswith("deny")])
    outcomes = ("",) * 4 + tuple(text for text in w.OUTCOMES if not text.startswith("deny"))
    rest = lists(sampled_from(small) | sampled_from(requirements), max_size=2)
    parts = st.tuples(sampled_from(outcomes), sampled_from(("",) * 12 + shares), rest)
    others = parts.map(lambda drawn: (*filter(None, (drawn[0], drawn[1], *drawn[2])),))
    return mixed(*[others] * 4, denials)


effects = effects_of(w.SHARES, w.SMALL_EFFECTS, w.REQUIREMENTS)
plain_effects = effects_of(w.PLAIN_SHARES, w.PLAIN_EFFECTS, w.PLAIN_REQUIREMENTS)


@dataclass(frozen=True)
class Terms:
    """What policies are made of: any condition and effect, or plain ones on single elements of the claim."""

    only: SearchStrategy[str] | None = None
    effects: SearchStrategy[Strings] = effects

    def conditions(self, late: bool, defined: Strings) -> SearchStrategy[str]:
        return conditions(late, defined) if self.only is None else self.only


ANY = Terms()
PLAIN = Terms(direct_wording, plain_effects)


@st.composite
def rules(draw: DrawFn, name: str, defined: Strings, terms: Terms) -> Clause:
    place = draw(places) if terms.only is None else ""
    if draw(st.integers(0, 9)) == 0:
        when = AT_ALL_TIMES
    else:
        when = draw(whens(terms.conditions(place != "", defined)))
    done = draw(terms.effects) or ('note "Nothing."',)
    opening = f'rule {name} "A rule" {place}'
    return Clause(opening, when, draw(periods), "", done, draw(becauses), draw(trials), draw(scopes))


@st.composite
def exceptions(draw: DrawFn, name: str, targets: Strings, defined: Strings, terms: Terms) -> Clause:
    opening = f"exception {name} to {draw(sampled_from(targets))}"
    instead, period = draw(st.just(()) | terms.effects), draw(periods)
    when = (
        AT_ALL_TIMES if period and draw(st.booleans()) else draw(whens(terms.conditions(False, defined), 2))
    )
    return Clause(opening, when, period, "instead" if instead else "", instead, draw(becauses))


@st.composite
def items(draw: DrawFn, mark: str, terms: Terms) -> tuple[Clause, ...]:
    """Definitions, rules, exceptions to them and to one another."""
    found: list[Clause] = []
    defined: Strings = ()
    for at in range(draw(st.integers(0, 2)) if terms.only is None else 0):
        found.append(Clause(f"define d{at}", draw(whens(terms.conditions(False, defined), 2))))
        defined = (*defined, f"d{at}")
    targets: Strings = ()
    for at in range(draw(st.integers(1, 4))):
        targets = (*targets, f"{mark}{at}")
        found.append(draw(rules(f"{mark}{at}", defined, terms)))
    for at in range(draw(st.integers(0, 3))):
        found.append(draw(exceptions(f"{mark}e{at}", targets, defined, terms)))
        targets = (*targets, f"{mark}e{at}")
    if draw(st.integers(0, 5)) == 0:
        found.append(Clause("", When("one", (draw(direct_wording),)), "", "", ('note "Short."',)))
    return tuple(found)


APPLIES = (
    "cpt in resections, cpt 99213, cpt 44005",
    "cpt 44120, cpt 44121, cpt in visits",
    "cpt 44120, cpt in visits, cpt in new-codes",
    "cpt in resections",
)
headers = st.tuples(
    sampled_from(("payer aetna", "payer aetna, cigna")),
    sampled_from(APPLIES).map("applies to {}".format),
    sampled_from(("allow",) * 6 + ("deny with co carc 50", "pend for review by nurses")).map(
        "otherwise {}".format
    ),
    sampled_from(("", "", "claim type professional")),
    st.just('source SRC "A source", published 2026-01-05, at "https://example.org/", payer page'),
    st.just('source OLD "An old source", secondary'),
    st.just("use set resections, visits, facilities, assistants, obstruction, partners, new-codes"),
    st.just("use table fees, limits, dated, pairs, open-pairs"),
)


@st.composite
def worlds(draw: DrawFn, terms: Terms = ANY) -> World:
    """One policy; or two of a payer, or two versions of one."""
    more = draw(sampled_from(("", "", "", "", "other", "later"))) if terms is ANY else ""
    end = " through 2026-02-27" if more == "later" else ""
    first = f"in effect from 2026-01-01{end}, by date of service"
    found = [Policy('policy p "The first"', (*draw(headers), first), draw(items("r", terms)))]
    if more:
        opening, start = ("policy q", "2026-02-01") if more == "other" else ("policy p", "2026-02-28")
        clauses = (*draw(headers), f"in effect from {start}")
        found.append(Policy(opening, clauses, draw(items("q", terms))))
    return World(tuple(found), (*SETS, draw(new_codes())), draw(tables()))
