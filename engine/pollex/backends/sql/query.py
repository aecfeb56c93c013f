"""The query of a payer's policies: one row a claim, stage upon stage, over the table `claims`.

Stages that read a line: its words; the policies that speak of it; its places among others; its rules, stratum
by stratum; what they come to. Each adds fields to the records in `lines`, so that a claim stays one row from
beginning to end. The columns of `claims` are those of schemas/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pollex.backends.sql.answers import Answer, all_of, any_of, chosen
from pollex.backends.sql.combine import Combining, Otherwise
from pollex.backends.sql.conditions import Conditions
from pollex.backends.sql.dialect import DUCKDB, Dialect, indented
from pollex.backends.sql.firing import Asked, Firing, between
from pollex.backends.sql.place import At, Writing, asks_denied
from pollex.backends.sql.words import CLAIM, EARLIER, LINE, Words
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
    """A payer's query, and what it leaves to the exact way: clauses with what SQL does not say of them."""

    payer: str
    text: str
    unsaid: Mapping[str, frozenset[str]]


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
        effects = (*first.effects, *second.effects)
        whole = Combining(self.to, effects, otherwise)
        tallied = whole.tallied((*first.repeated, *second.repeated))
        for asked, field, rule in fields:
            asked.comments[field] = self._comment(rule)
        denied = Combining(self.to, tuple(first.effects), otherwise).denied()
        ranks = self._ranks()
        covers = {under[policy.id + policy.version]: self._covers(policy) for policy in self.policies}
        for phrase in ("line number", "cpt", "service date", "fee", "units", "billed charge"):
            self.conditions.values.field(phrase, At(self.policies[0]), Subject.THIS)
        needs_denied = second.effects or ranks[1]
        stages: list[tuple[str, str, Mapping[str, str], Mapping[str, str]]] = [
            ("covered", "which policies speak of a line", covers, {}),
            ("documented", "what is documented for a line", self._documentation(), {}),
            ("ranked", "a line's place among others", ranks[0], {}),
            ("asked", "rules that hang on the claim alone", first.conditions, first.comments),
            ("excepted", "their exceptions", first.exceptions, first.comments),
            ("settled", "what of them is in force", first.settled, {}),
            ("first_denied", "whether they deny the line", denied if needs_denied else {}, {}),
            ("ranked_after", "places among lines that are not denied", ranks[1], {}),
            ("asked_after", "rules after the other lines are decided", second.conditions, second.comments),
            ("excepted_after", "their exceptions", second.exceptions, second.comments),
            ("settled_after", "what of them is in force", second.settled, {}),
            ("tallied", "what all that is in force says", tallied, {}),
            ("concluded", "the outcome of a line", whole.outcome(), {}),
        ]
        unsaid = {clause: frozenset(said) for clause, said in sorted(self.to.unsaid.items())}
        return Query(self.to.payer, self._written(stages, whole.decided()), unsaid)

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

    # ------------------------------------------------------------ text

    def _comment(self, rule: Rule) -> str:
        """The rule in its author's words, and what SQL leaves open of it."""
        words = self.text_of(rule.span) if self.text_of else f"rule {rule.name}"
        ids = [rule.id, *(exception.id for exception in rule.exceptions)]
        unsaid = sorted({what for clause in ids for what in self.to.unsaid.get(clause, ())})
        return words + "".join(f"\nNOT IN SQL, so for the exact way: {what}" for what in unsaid)

    def _written(
        self,
        stages: Iterable[tuple[str, str, Mapping[str, str], Mapping[str, str]]],
        decided: Mapping[str, str],
    ) -> str:
        d, fields = self.to.dialect, self.to.words.fields
        held = ["position", "claim_id", *fields[CLAIM], "documentation"]
        held += ["history"] if fields[EARLIER] else []
        parts = [
            f"read AS (  -- the words of the policies, read from the columns\n{indented(self._read())}\n)"
        ]
        last = "read"
        known = list(fields[LINE])
        waiting = [stage for stage in stages if stage[2]]
        for place, (name, comment, added, comments) in enumerate(waiting):
            later = [text for stage in waiting[place + 1 :] for text in stage[2].values()]
            read = _read_in((*later, *decided.values()))
            kept = [one for one in known if one in read]
            lines = d.transform("lines", "this", d.extended("this", kept, added, comments))
            known = [*kept, *added]
            columns = ",\n    ".join([*held, f"{indented(indented(lines))} AS lines"])
            parts.append(f"{name} AS (  -- {comment}\n  SELECT\n    {columns}\n  FROM {last}\n)")
            last = name
        lines = d.transform("lines", "this", d.record(decided))
        columns = f"position,\n    claim_id,\n    {indented(indented(lines))} AS lines"
        parts.append(
            f"decided AS (  -- the lines as the result shows them\n  SELECT\n    {columns}\n  FROM {last}\n)"
        )
        shown = {name: f"this.{name}" for name in decided if name != "charge_amount"}
        alone = "this.outcome = 'deny' AND this.adjustments NOT LIKE '% %'"
        adjustments = d.words_of("this.adjustments")
        one = {
            "group": d.part("one", 1),
            "carc": d.part("one", 2),
            "rarc": d.words_of(d.part("one", 3), ","),
            "rule": d.part("one", 4),
            "amount": f"CASE WHEN {alone} THEN this.charge_amount END",
        }
        shown["adjustments"] = d.transform(adjustments, "one", d.record(one))
        shown["rules"] = d.words_of("this.rules")
        lines = d.transform("lines", "this", d.record(shown))
        parts.append(
            "charged AS (  -- a denial that stands alone takes the whole charge off\n"
            f"  SELECT\n    position,\n    claim_id,\n    {indented(indented(lines))} AS lines\n"
            "  FROM decided\n)"
        )
        return self._head() + "WITH " + ",\n".join(parts) + "\n" + self._result()

    def _head(self) -> str:
        """What the query is of, and what it needs and gives."""
        versions = "".join(f"-- {one.id}, in effect from {one.version}\n" for one in self.policies)
        return f"-- Claims of payer {_plain(self.to.payer)} under\n{versions}{HEAD}"

    def _read(self) -> str:
        d, fields = self.to.dialect, self.to.words.fields
        columns = ["claims.position", "claims.claim_id"]
        columns += [f"{text} AS {name}" for name, text in fields[CLAIM].items()]
        columns.append(f"{d.given('claims.documentation')} AS documentation")
        if fields[EARLIER]:
            past = d.transform(d.given("claims.history.lines"), "earlier", d.record(fields[EARLIER]))
            columns.append(f"{past} AS history")
        columns.append(f"{d.transform('claims.lines', 'line', d.record(fields[LINE]))} AS lines")
        listed = ",\n  ".join(map(indented, columns))
        return f"SELECT\n  {listed}\nFROM claims\nWHERE claims.payer.id = {d.quoted(self.to.payer)}"

    def _result(self) -> str:
        d = self.to.dialect

        def some(outcome: str) -> str:
            return d.some("lines", "this", f"(this.outcome = '{outcome}')", False)

        exact = d.some("lines", "this", "this.is_exact", False)
        outcome = chosen(
            [
                (exact, "NULL"),
                (some("pend"), "'pend'"),
                (f"{some('allow')} AND {some('deny')}", "'partial'"),
                (some("allow"), "'allow'"),
                (some("deny"), "'deny'"),
            ],
            "'no_policy'",
        )
        return (
            f"SELECT\n  position,\n  claim_id,\n  {indented(outcome)} AS outcome,\n"
            f"  {exact} AS exact,\n  lines\nFROM charged\nORDER BY position\n"
        )


def _under(policy: Policy) -> str:
    return f"under_{policy.id}_{policy.version}".replace("-", "_")


def _read_in(texts: Iterable[str]) -> frozenset[str]:
    """The fields of records that are read somewhere."""
    return frozenset(name for text in texts for name in re.findall(r"\.(\w+)", text))


def _plain(text: str) -> str:
    """A text on one line of a comment."""
    return " ".join(text.split())
