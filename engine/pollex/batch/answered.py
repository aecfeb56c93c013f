"""Lines that SQL has decided, as decisions in columns: put together column by column, not line by line.

What a decision says besides its outcome and dollars is the same for all lines on which the same is in force
(`evidence.py`). It is made once for each combination that occurs, as Arrow's own values, and each line takes
its own. What a claim says of itself is taken from the columns in which it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pollex.backends.sql.evidence import Evidence, evidence
from pollex.backends.sql.query import Query
from pollex.backends.sql.shape import Shape
from pollex.batch.assumed import Assumed
from pollex.batch.columns import COLUMNS, decided
from pollex.batch.kept import Kept
from pollex.batch.parquet import computing, library, schema_of_decisions
from pollex.batch.tally import Tally, named, shapes
from pollex.model.decision import LineDecision, Missing, PolicyRef, claim_outcome
from pollex.version import PACKAGE

NO_POLICY = Evidence("no_policy", ())
ASKED = (
    "line_number",
    "procedure_code",
    "modifiers",
    "units",
    "service_date",
    "charge_amount",
    "fee_schedule_amount",
)
SAID = ("outcome", "adjustments", "required_documentation", "reasons", "notes", "trial")


@dataclass(slots=True)
class Answers:
    """What is remembered from chunk to chunk."""

    evidence: dict[str, Kept] = field(default_factory=dict)
    assumed: Assumed = field(default_factory=Assumed)

    def of(self, query: Query) -> Kept:
        """The evidence of a payer's lines."""
        if query.payer not in self.evidence:
            shape = query.shape
            self.evidence[query.payer] = Kept(lambda key: _evidence(shape, key))
        return self.evidence[query.payer]

    def trim(self) -> None:
        for kept in (self.assumed.kept, *self.evidence.values()):
            kept.trim()


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims as an Arrow table, and their lines one after the other; of which claim each is."""

    table: Any
    offsets: Any
    parents: Any
    lines: Any

    @classmethod
    def of(cls, table: Any) -> Claims:
        lists = table.column("lines").combine_chunks()
        if lists.offset:
            lists = library().concat_arrays([lists])
        compute = computing()
        return cls(table, lists.offsets, compute.list_parent_indices(lists), lists.flatten())

    def payers(self) -> list[str]:
        """The payer of each claim."""
        found: list[str] = computing().struct_field(self.table.column("payer"), "id").to_pylist()
        return found

    def without(self, element: str) -> set[int]:
        """The claims in which an element is not there."""
        absent = self.table.column(element).is_null().to_pylist()
        return {place for place, is_absent in enumerate(absent) if is_absent}

    def taken(self, claims: Sequence[int]) -> Any:
        """The rows of some of the claims."""
        return self.table.take(library().array(claims, "int64")).combine_chunks()

    def places(self, claims: Sequence[int]) -> Any:
        """Where the lines of some of the claims stand among all lines."""
        ends = self.offsets.to_pylist()
        return library().array([at for one in claims for at in range(ends[one], ends[one + 1])], "int64")

    def element(self, path: str) -> Any:
        """An element of the claim, for each of its lines."""
        name, _, inner = path.partition(".")
        column = self.table.column(name).combine_chunks()
        if inner:
            column = computing().struct_field(column, inner)
        return column.take(self.parents)


@dataclass(frozen=True, slots=True)
class Answered:
    """Lines decided by SQL: their places among all lines, which evidence each has, share and dollars."""

    places: Any
    which: Any
    percent: Any
    amount: Any
    evidence: Sequence[Evidence]
    exact: frozenset[int]


def answered(query: Query, rows: Any, claims: Claims, answers: Answers) -> Answered:
    """What a query says, in the order of the lines, and the claims that it leaves to the exact way."""
    arrow, compute = library(), computing()
    positions = rows.column("position")
    firsts = claims.offsets.take(positions.combine_chunks())
    places = compute.add(firsts, compute.subtract(rows.column("place"), 1))
    order = compute.sort_indices(places)
    rows, places = rows.take(order), places.take(order)
    kept = answers.of(query)
    shape = query.shape
    columns = ["outcome", "is_silent", "is_open_note", *shape.columns, *shape.numbers]
    which = [kept[key] for key in zip(*(rows.column(name).to_pylist() for name in columns), strict=True)]
    made = kept.values_made
    amount = rows.column("allowed_amount").cast(arrow.decimal128(18, 2))
    is_exact = [one.is_exact for one in made]
    unsure = [not one.all_known for one in made]
    open_amount = compute.and_(compute.equal(rows.column("outcome"), "allow"), compute.is_null(amount))
    left = zip(
        rows.column("position").to_pylist(),
        rows.column("is_exact").to_pylist(),
        which,
        open_amount.to_pylist(),
        strict=True,
    )
    exact = frozenset(
        position for position, said, at, is_open in left if said or is_exact[at] or (is_open and unsure[at])
    )
    return Answered(places, which, rows.column("percent"), amount, made, exact)


def _evidence(shape: Shape, key: tuple[Any, ...]) -> Evidence:
    outcome, is_silent, is_open_note, *others = key
    count = len(shape.columns)
    columns = dict(zip(shape.columns, others[:count], strict=True))
    numbers = dict(zip(shape.numbers, others[count:], strict=True))
    return evidence(shape, outcome, is_silent, columns, is_open_note, numbers)


# ------------------------------------------------------------------ columns


@dataclass(frozen=True, slots=True)
class Table:
    """Decisions of all lines that SQL decides, and the figures."""

    rows: Any
    tally: Tally
    places: Any


def decisions(found: Sequence[Answered], claims: Claims, exact: frozenset[int], answers: Answers) -> Table:
    """The lines of all claims but those of the exact way."""
    arrow, compute = library(), computing()
    made = [NO_POLICY]
    places, which, percents, amounts = [], [], [], []
    for one in found:
        which += [at + len(made) for at in one.which]
        made += one.evidence
        places += one.places.to_pylist()
        percents.append(one.percent)
        amounts.append(one.amount)
    count = len(claims.lines)
    of_line = [0] * count
    from_row: list[int | None] = [None] * count
    for row, (place, at) in enumerate(zip(places, which, strict=True)):
        of_line[place], from_row[place] = at, row
    parents = claims.parents.to_pylist()
    kept_places = [place for place, parent in enumerate(parents) if parent not in exact]
    taken = arrow.array(kept_places, arrow.int64())
    ids = arrow.array([of_line[place] for place in kept_places], arrow.int64())
    rows = arrow.array([from_row[place] for place in kept_places], arrow.int64())
    percent = _joined(percents, arrow.decimal128(18, 6)).take(rows)
    amount = _joined(amounts, arrow.decimal128(18, 2)).take(rows)
    outcomes, policies = _of_claims(made, of_line, parents, claims.table.num_rows)
    own = claims.parents.take(taken)
    asked = {name: compute.struct_field(claims.lines, name).take(taken) for name in ASKED}
    charge = asked["charge_amount"].cast(arrow.decimal128(18, 2))
    schema = schema_of_decisions()
    columns = {
        "claim_id": claims.element("claim_id").take(taken),
        "payer_id": claims.element("payer.id").take(taken),
        "line_of_business": claims.element("payer.line_of_business").take(taken),
        "network_status": claims.element("payer.network_status").take(taken),
        "claim_outcome": arrow.array(outcomes, arrow.string()).take(own),
        **asked,
        "percent": percent,
        "allowed_amount": amount,
        "policies": _listed(policies, schema.field("policies").type).take(own),
        "assumptions": answers.assumed.column(claims.table, schema.field("assumptions").type).take(own),
        "engine_version": arrow.repeat(arrow.scalar(PACKAGE), len(taken)),
    }
    said = list(map(_said, made))
    for name in SAID:
        columns[name] = arrow.array([one[name] for one in said], schema.field(name).type).take(ids)
    alone = arrow.array([one.alone for one in made]).take(ids)
    columns["adjustments"] = _with_charges(columns["adjustments"], alone, charge)
    columns["missing"] = _missing(columns["outcome"], amount, taken, claims, schema.field("missing").type)
    table = arrow.table([columns[name].cast(schema.field(name).type) for name in COLUMNS], schema=schema)
    tally = _tally(table, made, ids, [outcomes[at] for at in range(len(outcomes)) if at not in exact])
    return Table(table, tally, taken)


def _said(one: Evidence) -> dict[str, Any]:
    """What is said of lines, by its columns."""
    return decided(
        LineDecision(0, "", one.outcome, None, None, one.adjustments, one.owed, (), one.reasons, one.notes)
    )


def _missing_fee(at: int) -> list[dict[str, Any]]:
    missing = Missing("fee", f"/lines/{at}/fee_schedule_amount", ("amount",))
    return list(decided(LineDecision(0, "", "allow", missing=(missing,)))["missing"])


def _joined(arrays: Sequence[Any], kind: Any) -> Any:
    arrow = library()
    return arrow.chunked_array(
        [part for one in arrays for part in one.cast(kind).chunks], kind
    ).combine_chunks()


def _of_claims(
    made: Sequence[Evidence], of_line: Sequence[int], parents: Sequence[int], count: int
) -> tuple[list[str], list[list[dict[str, Any]]]]:
    """The outcome of each claim, and the policies of all its lines."""
    seen: list[set[int]] = [set() for _ in range(count)]
    for parent, at in zip(parents, of_line, strict=True):
        seen[parent].add(at)
    known: dict[frozenset[int], tuple[str, list[dict[str, Any]]]] = {}
    found = []
    for ids in map(frozenset, seen):
        if ids not in known:
            refs: dict[str, PolicyRef] = {
                ref.id + ref.version: ref for at in ids for ref in made[at].policies
            }
            listed = [dict(refs[key].to_dict()) for key in sorted(refs)]
            known[ids] = claim_outcome([made[at].outcome for at in ids]), listed
        found.append(known[ids])
    return [outcome for outcome, _ in found], [listed for _, listed in found]


def _listed(values: Sequence[Any], kind: Any) -> Any:
    """Values of which many are the same object, each made once."""
    arrow = library()
    places: dict[int, int] = {}
    different: list[Any] = []
    ids = []
    for value in values:
        if id(value) not in places:
            places[id(value)] = len(different)
            different.append(value)
        ids.append(places[id(value)])
    return arrow.array(different, kind).take(arrow.array(ids, arrow.int64()))


def _with_charges(adjustments: Any, alone: Any, charge: Any) -> Any:
    """A denial that stands alone takes the whole charge off."""
    arrow, compute = library(), computing()
    adjustments = adjustments.combine_chunks() if hasattr(adjustments, "combine_chunks") else adjustments
    parents = compute.list_parent_indices(adjustments)
    one = adjustments.flatten()
    nothing = arrow.scalar(None, charge.type)
    amount = compute.if_else(alone.take(parents), charge.take(parents), nothing)
    parts = [amount if at.name == "amount" else compute.struct_field(one, at.name) for at in one.type]
    made = arrow.StructArray.from_arrays(parts, fields=list(one.type))
    return arrow.ListArray.from_arrays(adjustments.offsets, made, type=adjustments.type)


def _missing(outcome: Any, amount: Any, taken: Any, claims: Claims, kind: Any) -> Any:
    """Of an allowed line whose amount is open, the fee; of all others, nothing."""
    arrow, compute = library(), computing()
    is_open = compute.and_(compute.equal(outcome, "allow"), compute.is_null(amount))
    place = compute.subtract(taken, claims.offsets.take(claims.parents.take(taken)).cast(arrow.int64()))
    most = (compute.max(place).as_py() or 0) if len(taken) else 0
    said = arrow.array([[], *map(_missing_fee, range(most + 1))], kind)
    return said.take(compute.if_else(is_open, compute.add(place, 1), 0))


# ------------------------------------------------------------------ figures


def _tally(table: Any, made: Sequence[Evidence], ids: Any, outcomes: Sequence[str]) -> Tally:
    """The figures of these lines, as `Gathered` counts claims."""
    compute = computing()
    tally = Tally(decided=len(outcomes))
    tally.outcomes.update(outcomes)
    payers = table.column("payer_id")
    grouped = (
        library()
        .table([payers, ids], ["payer", "id"])
        .group_by(["payer", "id"])
        .aggregate([([], "count_all")])
    )
    for payer, at, lines in zip(
        *(grouped.column(name).to_pylist() for name in ("payer", "id", "count_all")), strict=True
    ):
        tally.lines[made[at].outcome] += lines
        for reason in made[at].reasons:
            if shapes(reason.rule, reason.effect):
                tally.reasons[named(payer, reason.rule, reason.effect)] += lines
    charges = (
        table.select(["outcome", "charge_amount"])
        .group_by("outcome")
        .aggregate([("charge_amount", "sum"), ("charge_amount", "count")])
    )
    for outcome, total, there in zip(*(charges.column(at).to_pylist() for at in range(3)), strict=True):
        tally.without["charge"] += tally.lines[outcome] - there
        if there:
            tally.cents[f"charged {outcome}"] += int(total * 100)
    allowed = compute.sum(table.column("allowed_amount")).as_py()
    if allowed is not None:
        tally.cents["allowed"] += int(allowed * 100)
    open_lines = (
        compute.sum(compute.greater(compute.list_value_length(table.column("missing")), 0)).as_py() or 0
    )
    if open_lines:
        tally.without["amount"] += open_lines
        tally.missing["fee"] += open_lines
    return tally
