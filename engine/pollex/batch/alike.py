"""Two versions of policies asked of claims in columns: what both decide alike is counted, the rest is named.

Of a claim that no change can reach, the old version alone is asked. Of another, both are: where on each line
the same rules say the same, of the same dollars, and have read the same (`compare/diff/altered.py`), nothing
more is to be known of it. Every other claim, and each that SQL leaves open, is for whoever decides it both
ways and finds which change its difference comes from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from pollex.backends.sql.evidence import Evidence
from pollex.batch.answered import NO_POLICY, Answers, Claims, answered
from pollex.batch.asking import Questions
from pollex.batch.parquet import computing, library
from pollex.batch.vouched import can_tell, vouched
from pollex.compare.diff.impact import Alike, Impact
from pollex.compare.diff.touch import Reach
from pollex.ir.program import Program
from pollex.model.decision import ClaimOutcome, LineOutcome, claim_outcome

WORDS = ("payer", "code", "modifiers", "outcome")


@dataclass(frozen=True, slots=True)
class Side:
    """A version of the policies: its queries, and what is remembered of their answers."""

    program: Program
    questions: Questions
    answers: Answers = field(default_factory=Answers)

    def asked(self, table: Any, assume: frozenset[str]) -> Decided:
        """What it decides of claims."""
        claims = Claims.of(table)
        payers = claims.payers()
        asked, few = self.questions.of(payers)
        lines = self.questions.sql.lines(asked, vouched(table, assume))
        found = [answered(query, said, claims, self.answers) for query, said in lines]
        left = frozenset[int]().union(*(one.exact for one in found))
        left |= {place for place, payer in enumerate(payers) if payer in few}
        if can_tell(self.program, assume):
            left |= claims.without("history")
        made, count = [NO_POLICY], len(claims.lines)
        which = [0] * count
        percents: list[Any] = [None] * count
        cents: list[int | None] = [None] * count
        for one in found:
            first = len(made)
            made += one.evidence
            said = zip(one.places.to_pylist(), one.which, one.percent.to_pylist(), _cents(one), strict=True)
            for place, at, percents[place], cents[place] in said:
                which[place] = first + at
        self.answers.trim()
        return Decided(claims, payers, left, made, which, percents, cents)


@dataclass(frozen=True)
class Decided:
    """Claims, those of them that SQL leaves open, and of each line which evidence it has, share and cents."""

    claims: Claims
    payers: Sequence[str]
    left: frozenset[int]
    evidence: Sequence[Evidence]
    which: Sequence[int]
    percents: Sequence[Any]
    cents: Sequence[int | None]

    @cached_property
    def lines(self) -> list[range]:
        """The lines of each claim."""
        ends = self.claims.offsets.to_pylist()
        return [range(first, end) for first, end in pairwise(ends)]

    def outcome(self, claim: int) -> ClaimOutcome:
        return claim_outcome([self.evidence[self.which[at]].outcome for at in self.lines[claim]])


@dataclass(frozen=True, slots=True)
class BothSides:
    """Both versions. `altered` are names of rules by payer, `assume` is what the caller vouches for."""

    old: Side
    new: Side
    reach: Reach
    altered: Mapping[str, frozenset[str]]
    assume: frozenset[str] = frozenset()

    def counted(self, table: Any) -> tuple[Impact, list[int]]:
        """The sums of those valid claims of a table that both versions decide alike; where the others are."""
        old = self.old.asked(table, self.assume)
        reached = self._reached(table, old.payers)
        asked = [place for place in sorted(reached) if place not in old.left]
        alike: set[int] = set()
        if asked:
            new = self.new.asked(_rows(table, asked), self.assume)
            alike = {place for at, place in enumerate(asked) if self._is_alike(old, place, new, at)}
        others = (reached - alike) | old.left
        kept = [place for place in range(table.num_rows) if place not in others]
        impact = Impact()
        outcomes = Counter(map(old.outcome, kept))
        impact.add_alike(outcomes, _groups(old, kept), len(kept) - len(alike))
        return impact, sorted(others)

    def _reached(self, table: Any, payers: Sequence[str]) -> set[int]:
        """The claims that some change can reach."""
        near = frozenset(payer for spans in self.reach.spans for span in spans for payer in span.payers)
        places = [place for place, payer in enumerate(payers) if payer in near]
        claims = _claims(_rows(table, places))
        return {place for place, claim in zip(places, claims, strict=True) if self.reach.touching(claim)}

    def _is_alike(self, old: Decided, place: int, new: Decided, at: int) -> bool:
        """Whether nothing of a claim is different, but for the policies that it was decided under."""
        if at in new.left:
            return False
        altered = self.altered.get(old.payers[place], frozenset())
        return all(
            old.cents[before] == new.cents[after]
            and old.percents[before] == new.percents[after]
            and _say_the_same(old.evidence[old.which[before]], new.evidence[new.which[after]], altered)
            for before, after in zip(old.lines[place], new.lines[at], strict=True)
        )


def _say_the_same(old: Evidence, new: Evidence, altered: Collection[str]) -> bool:
    """Whether two versions say the same of a line, and have read the same."""
    plain = replace(new, policies=old.policies, all_known=old.all_known)
    return old == plain and not any(reason.rule in altered for reason in old.reasons)


# ------------------------------------------------------------------ columns


def _rows(table: Any, places: Sequence[int]) -> Any:
    return table if len(places) == table.num_rows else table.take(library().array(places, "int64"))


def _cents(one: Any) -> list[int | None]:
    arrow, compute = library(), computing()
    hundred = arrow.scalar(100, arrow.decimal128(3, 0))
    cents: list[int | None] = compute.multiply(one.amount, hundred).cast("int64").to_pylist()
    return cents


def _groups(old: Decided, kept: Sequence[int]) -> Iterator[Alike]:
    """The lines of these claims, added up."""
    arrow, compute = library(), computing()
    places = [at for place in kept for at in old.lines[place]]
    taken = arrow.array(places, "int64")
    lines, claims = old.claims.lines, old.claims
    outcomes = [one.outcome for one in old.evidence]
    modifiers = compute.binary_join(compute.struct_field(lines, "modifiers"), " ")
    columns = [
        claims.element("payer.id").take(taken),
        compute.struct_field(lines, "procedure_code").take(taken),
        compute.fill_null(modifiers, "").take(taken),
        arrow.array([outcomes[old.which[at]] for at in places], "string"),
    ]
    is_paid = [outcomes[old.which[at]] != "pend" for at in places]
    cents = [old.cents[at] if paid else None for at, paid in zip(places, is_paid, strict=True)]
    table = arrow.table([*columns, arrow.array(cents, "int64")], [*WORDS, "cents"])
    sums = table.group_by(list(WORDS)).aggregate([([], "count_all"), ("cents", "sum"), ("cents", "count")])
    for row in sums.to_pylist():
        outcome: LineOutcome = row["outcome"]
        count = row["count_all"]
        is_open = count - row["cents_count"] if outcome == "allow" else 0
        words = (row["payer"], row["code"], row["modifiers"], outcome)
        yield Alike(*words, count, row["cents_sum"] or 0, is_open)


def _claims(table: Any) -> list[dict[str, Any]]:
    """Claims with what is looked at to tell what can reach them."""
    arrow, compute = library(), computing()
    columns = {
        name: table.column(name).combine_chunks() for name in ("payer", "diagnoses", "lines", "history")
    }
    past = compute.struct_field(columns["history"], "lines")
    columns["lines"] = _narrow(columns["lines"], ("procedure_code", "modifiers", "service_date"))
    earlier = _narrow(past, ("procedure_code", "modifiers", "diagnoses"))
    columns["history"] = arrow.StructArray.from_arrays([earlier], ["lines"])
    rows: list[dict[str, Any]] = arrow.table(columns).to_pylist()
    return rows


def _narrow(lists: Any, names: Sequence[str]) -> Any:
    """Lists of objects with some of their elements, days as texts; of no list an empty one."""
    arrow, compute = library(), computing()
    if lists.offset:
        lists = arrow.concat_arrays([lists])
    items = lists.flatten()
    parts = [compute.struct_field(items, name) for name in names]
    parts = [one.cast("string") if arrow.types.is_date(one.type) else one for one in parts]
    lengths = compute.fill_null(compute.list_value_length(lists), 0)
    ends = compute.cumulative_sum(lengths)
    offsets = arrow.concat_arrays([arrow.array([0], ends.type), ends])
    return arrow.ListArray.from_arrays(offsets, arrow.StructArray.from_arrays(parts, list(names)))
