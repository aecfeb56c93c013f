"""The query of a payer's policies: one row a line, stage upon stage, over the table `claims`.

A claim's words are read first, then each of its lines becomes a row, and stages add columns to it: its words;
the policies that speak of it; its places among others; its rules, stratum by stratum; what they come to. What
is asked of other lines is asked of `lines`, a list of narrow records that every row of the claim carries.
Rules that hang on which lines are denied come after those that deny: there each row sees the claim's others
anew, once.
The columns of `claims` are those of schemas/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pollex.backends.sql.answers import FALSE, Answer, all_of, any_of, chosen
from pollex.backends.sql.bits import Bits
from pollex.backends.sql.combine import Combining
from pollex.backends.sql.conditions import Conditions
from pollex.backends.sql.dialect import DUCKDB, Dialect
from pollex.backends.sql.firing import Asked, Firing, Otherwise, between
from pollex.backends.sql.place import At, Writing, asks_denied
from pollex.backends.sql.shape import Shape
from pollex.backends.sql.stages import GATHERED, Stage, Text
from pollex.backends.sql.words import Words
from pollex.ir.nodes import Member, Subject
from pollex.ir.program import Policy, Program, Rule, Scope
from pollex.source.span import Span

TextOf = Callable[[Span], str]
HEAD = """\
--
-- claims    one row a claim, its columns the elements of a claim (schemas/README.md), and `position`:
--           a number that tells claims apart and puts them in order
-- result    one row a claim: outcome and lines; where `exact` is true, something could matter that is
--           not known, or not said in SQL: leave the row, and decide the claim with Pollex
-- NULL      not known, as in the policies
"""


@dataclass(frozen=True, slots=True)
class Query:
    """A payer's query, and what it leaves to the exact way: clauses with what SQL does not say of them.
    `lines` is the same query with a row a line, whose columns `shape` explains.
    """

    payer: str
    text: str
    unsaid: Mapping[str, frozenset[str]]
    lines: str
    shape: Shape


def query(program: Program, payer: str, text_of: TextOf | None = None, dialect: Dialect = DUCKDB) -> Query:
    """The query; `text_of` gives the author's words at a place, to stand above what is made of them."""
    policies = tuple(policy for policy in program.policies if payer in policy.payers)
    to = Writing(program, dialect, Words(program, dialect), payer)
    return _Query(to, policies, text_of).query()


@dataclass(frozen=True, slots=True)
class _Query:
    to: Writing
    policies: tuple[Policy, ...]
    text_of: TextOf | None

    @property
    def conditions(self) -> Conditions:
        return Conditions(self.to)

    def query(self) -> Query:
        names: dict[str, tuple[str, str, str]] = {}
        first, second = Asked(), Asked()
        fields: list[tuple[Asked, str, Rule]] = []
        under = {policy.id + policy.version: _under(policy) for policy in self.policies}
        for policy in self.policies:
            for rule in policy.rules:
                if not rule.trial:
                    asked = first if rule.stratum == 1 else second
                    field = Firing(self.to, asked, names).rule(
                        rule, policy, under[policy.id + policy.version]
                    )
                    fields.append((asked, field, rule))
        otherwise = tuple(
            Otherwise(policy, policy.otherwise, under[policy.id + policy.version]) for policy in self.policies
        )
        ranks = self._ranks()
        is_twofold = bool(second.effects or ranks[1])
        bits = Bits(self.to.dialect)
        in_force, in_force_after = bits.add(first.effects), bits.add(second.effects)
        whole = Combining(self.to, (*first.effects, *second.effects), otherwise, bits)
        before = Combining(self.to, tuple(first.effects), otherwise, bits)
        after = Combining(self.to, tuple(second.effects), (), bits)
        gaps = ["this.is_open", *(["this.is_open_after"] if is_twofold else [])]
        tallied = whole.tallied((*first.repeated, *second.repeated), gaps)
        for asked, field, rule in fields:
            asked.comments[field] = self._comment(rule)
        covers = {under[policy.id + policy.version]: self._covers(policy) for policy in self.policies}
        for phrase in ("line number", "cpt", "service date", "fee", "units", "billed charge"):
            self.conditions.values.field(phrase, At(self.policies[0]), Subject.THIS)
        in_force["is_open"] = before.unsure()
        in_force["is_open_note"] = before.unsure_note()
        elsewhere = {}
        for one, columns, suffix in ((before, in_force, ""), (after, in_force_after, "_after")):
            if (known := one.known_elsewhere()) != FALSE.text:
                elsewhere["is_known_elsewhere" + suffix] = columns["is_known_elsewhere" + suffix] = known
        stages: list[Stage] = [
            Stage("covered", "which policies speak of a line", covers),
            Stage("documented", "what is documented for a line", self._documentation()),
            Stage("ranked", "a line's place among others", ranks[0]),
            Stage("asked", "rules that hang on the claim alone", first.conditions, first.comments),
            Stage("excepted", "their exceptions", first.exceptions, first.comments),
            Stage("settled", "what of them is in force", first.settled),
            Stage("in_force", "effects in force, a bit each", in_force, is_worked_out=not is_twofold),
        ]
        if is_twofold:
            in_force_after["is_open_after"] = after.unsure()
            in_force_after["is_open_note_after"] = after.unsure_note()
            stages += [
                Stage(
                    "first_denied", "whether they deny the line", {"denied": before.denied("this.is_open")}
                ),
                GATHERED,
                Stage("ranked_after", "places among lines that are not denied", ranks[1]),
                Stage(
                    "asked_after",
                    "rules after the other lines are decided",
                    second.conditions,
                    second.comments,
                ),
                Stage("excepted_after", "their exceptions", second.exceptions, second.comments),
                Stage("settled_after", "what of them is in force", second.settled),
                Stage("in_force_after", "effects in force, a bit each", in_force_after, is_worked_out=True),
            ]
        stages += [
            Stage("tallied", "what all that is in force says", tallied),
            Stage("concluded", "the outcome of a line", whole.outcome(elsewhere)),
            Stage("decided", "its share and its dollars", whole.decided()),
        ]
        unsaid = {clause: frozenset(said) for clause, said in sorted(self.to.unsaid.items())}
        numbers = whole.numbers()
        shape = Shape(
            otherwise, tuple(map(tuple, bits.words)), {name: one for name, (one, _) in numbers.items()}
        )
        text = Text(self.to, stages)
        head = self._head()
        by_line = head + text.by_line(shape.columns, {name: said for name, (_, said) in numbers.items()})
        return Query(self.to.payer, head + text.by_claim(whole.named()), unsaid, by_line, shape)

    # ------------------------------------------------------------ stages

    def _covers(self, policy: Policy) -> str:
        """Whether a policy speaks of a line; NULL where that is not known."""
        at, values = At(policy), self.conditions.values
        day = values.field("service date", at, Subject.THIS).text
        asked = [between(day, policy.from_date, policy.through_date, self.to)]
        if policy.claim_type is not None:
            kind = values.field("claim type", at, Subject.THIS)
            asked.append(Answer(f"({kind.text} = {self.to.dialect.quoted(policy.claim_type)})", kind.maybe))
        scopes: list[Answer] = [self._scope(policy.scope, at)]
        for rule in policy.rules:
            if rule.scope is not None and not rule.trial:
                own = between(day, rule.from_date, rule.through_date, self.to)
                scopes.append(all_of((own, self._scope(rule.scope, at))))
        return all_of((*asked, any_of(scopes))).text

    def _scope(self, scope: Scope, at: At) -> Answer:
        parts = [Member("cpt", Subject.THIS, frozenset(), (name,), "any") for name in scope.sets]
        if scope.codes:
            parts.append(Member("cpt", Subject.THIS, scope.codes, (), "any"))
        return any_of(self.conditions.holds(part, at) for part in parts)

    def _documentation(self) -> dict[str, str]:
        """For each kind of documentation: found, not found, or NULL; a fact of the line goes first."""
        d, fields = self.to.dialect, {}
        for (concept, document), name in self.to.documented.items():
            asked = f"fact.concept = {d.quoted(concept)}"
            mine, all_ = "fact.line_number = this.line_number", "fact.line_number IS NULL"
            found, gone = "fact.status = 'found'", "fact.status = 'not_found'"
            if document is not None:
                asked += f" AND fact.document = {d.quoted(document)}"
            else:
                gone += " AND fact.document IS NULL"
            grades = chosen(
                [
                    (f"{asked} AND {mine} AND {found}", "1"),
                    (f"{asked} AND {mine} AND {gone}", "2"),
                    (f"{asked} AND {all_} AND {found}", "3"),
                    (f"{asked} AND {all_} AND {gone}", "4"),
                ],
                "NULL",
            )
            fields[name] = f"({d.least(d.transform('documentation', 'fact', grades))} IN (1, 3))"
        return fields

    def _ranks(self) -> tuple[dict[str, str], dict[str, str]]:
        """Each ranking once: before the first stratum, or after it where it asks what that denies."""
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for (_, leaf), (stem, at) in tuple(self.to.ranked.items()):
            among, above, perhaps = self.conditions.ranking(leaf, at)
            fields = after if asks_denied(leaf.lines.where) else before
            fields[f"{stem}_among"] = among.text
            fields[f"{stem}_above"] = above
            fields[f"{stem}_perhaps_above"] = perhaps
        return before, after

    # ------------------------------------------------------------ words of its authors

    def _comment(self, rule: Rule) -> str:
        """The rule in its author's words, and what SQL leaves open of it."""
        words = self.text_of(rule.span) if self.text_of else f"rule {rule.name}"
        ids = [rule.id, *(exception.id for exception in rule.exceptions)]
        unsaid = sorted({what for clause in ids for what in self.to.unsaid.get(clause, ())})
        return words + "".join(f"\nNOT IN SQL, so for the exact way: {what}" for what in unsaid)

    def _head(self) -> str:
        """What the query is of, and what it needs and gives."""
        versions = "".join(f"-- {one.id}, in effect from {one.version}\n" for one in self.policies)
        return f"-- Claims of payer {_plain(self.to.payer)} under\n{versions}{HEAD}"


def _under(policy: Policy) -> str:
    return f"under_{policy.id}_{policy.version}".replace("-", "_")


def _plain(text: str) -> str:
    """A text on one line of a comment."""
    return " ".join(text.split())
