"""Conditions as SQL, in three values: NULL is unknown, and so is what SQL does not say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from pollex.backends.providers import RELATIONS
from pollex.backends.sql.answers import (
    FALSE,
    TRUE,
    UNKNOWN,
    Answer,
    all_of,
    any_of,
    chosen,
    negation,
)
from pollex.backends.sql.data import members, pairs
from pollex.backends.sql.place import At, Writing
from pollex.backends.sql.values import UNSAID, Values
from pollex.backends.sql.words import CLAIM, EARLIER, LINE, THIS, Several
from pollex.ir.nodes import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Denied,
    Documented,
    Exists,
    Lines,
    Member,
    Not,
    OnFile,
    PairListed,
    Ranks,
    Same,
    SameProvider,
    Subject,
)

FEW = 8
"""So many codes are written where they are asked for; more become a field of the line."""


def _name(leaf: Member) -> str:
    """The sets of a membership, as part of a field's name."""
    return "_or_".join(leaf.sets).replace("-", "_") + ("_and_more" if leaf.codes else "")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Writes conditions."""

    to: Writing

    @property
    def values(self) -> Values:
        return Values(self)

    def holds(self, condition: Condition, at: At) -> Answer:
        match condition:
            case All(items):
                return all_of(self.holds(item, at) for item in items)
            case AnyOf(items):
                return any_of(self.holds(item, at) for item in items)
            case Not(item):
                return negation(self.holds(item, at))
            case AtLeast(count, items):
                return self._at_least(count, [self.holds(item, at) for item in items])
            case Compare(op, left, right):
                return self.values.compare(op, left, right, at)
            case Member():
                return self._member(condition, at)
            case Same(phrase):
                return self._same(phrase, at)
            case SameProvider(relation):
                return all_of(self._same(phrase, at) for phrase in RELATIONS[relation])
            case Documented(concept, document):
                return self.documented(concept, document)
            case OnFile(phrase):
                return self._on_file(phrase)
            case Denied():
                return Answer(f"{at.other}.denied") if at.kind == LINE else UNKNOWN
            case Exists():
                return self._exists(condition, at)
            case Ranks():
                return self._ranks(condition, at)
            case PairListed():
                return self._pair(condition, at)
            case _:
                assert_never(condition)

    @staticmethod
    def _at_least(count: int, items: list[Answer]) -> Answer:
        count -= items.count(TRUE)
        items = [item for item in items if item not in (TRUE, FALSE)]
        if count <= 0 or count > len(items):
            return TRUE if count <= 0 else FALSE
        true = " + ".join(f"CASE WHEN {item.text} THEN 1 ELSE 0 END" for item in items)
        if not any(item.maybe for item in items):
            return Answer(f"({true} >= {count})", False)
        false = " + ".join(f"CASE WHEN NOT {item.text} THEN 1 ELSE 0 END" for item in items)
        too_many = len(items) - count + 1
        return Answer(f"CASE WHEN {true} >= {count} THEN TRUE WHEN {false} >= {too_many} THEN FALSE END")

    # ------------------------------------------------------------ codes

    def _member(self, leaf: Member, at: At) -> Answer:
        if leaf.phrase == "payer":
            return TRUE if self.to.payer in leaf.codes else FALSE
        ways = []
        for stretch in members(leaf, at.policy, self.to.program):
            answer = UNKNOWN if stretch.found is None else self._among(stretch.found, leaf, at)
            ways.append((f"this.service_date <= {self.to.dialect.day(stretch.through)}", answer))
        if len({answer for _, answer in ways}) == 1:
            return ways[0][1]
        self.values.field("service date", at, Subject.THIS)
        text = chosen([(when, answer.text) for when, answer in ways[:-1]], ways[-1][1].text)
        return Answer(f"({text})", any(answer.maybe for _, answer in ways))

    def _among(self, codes: frozenset[str], leaf: Member, at: At) -> Answer:
        holder, kind = at.holder(leaf.subject)
        if self.to.words.word(leaf.phrase).many:
            listed = self.to.words.many(leaf.phrase, kind)
            if listed is None:
                self.to.lacks(leaf.phrase)
                return UNKNOWN
            return self._list_among(codes, leaf, listed, holder)
        read = self.to.words.one(leaf.phrase, kind)
        if read is None:
            return UNKNOWN
        if not codes:
            return Answer(f"CASE WHEN {read.text} IS NOT NULL THEN FALSE END") if read.maybe else FALSE
        if len(codes) <= FEW:
            text = self.to.words.use(read.place, read.name, read.text, holder)
            return Answer(f"({self.to.dialect.is_one_of(text, codes)})", read.maybe)
        in_row, in_list = (
            self.to.dialect.is_one_of(read.text, codes),
            self.to.dialect.is_one_of_many(read.text, codes),
        )
        asked = in_list if read.place == EARLIER else in_row
        own = self.values.own_name(f"{read.name}_in_{_name(leaf)}", read.place, asked)
        return Answer(self.to.words.use(read.place, own, asked, holder, in_list), read.maybe)

    def _list_among(self, codes: frozenset[str], leaf: Member, listed: Several, holder: str) -> Answer:
        of_any = leaf.quantifier == "any"
        if not codes and of_any:
            found, possible = FALSE, FALSE
        elif len(codes) > FEW:
            found, possible = self._many_listed(codes, leaf, listed, holder)
        else:
            found, possible = self._few_listed(codes, of_any, listed, holder)
        if of_any:
            return any_of((found, self._gap(listed, possible, "FALSE", holder)))
        return all_of((negation(found), self._gap(listed, possible, "TRUE", holder)))

    def _few_listed(
        self, codes: frozenset[str], of_any: bool, listed: Several, holder: str
    ) -> tuple[Answer, Answer]:
        """Whether some value is among the codes, or, asked of all, is not; and whether one that may be is."""
        d, use = self.to.dialect, self.to.words.use
        wanted = d.listed(tuple(map(d.quoted, sorted(codes))))

        def asked(values: str) -> Answer:
            if not of_any:
                return Answer(d.some(values, "code", f"(NOT {d.contains(wanted, 'code')})", False), False)
            one = len(codes) == 1
            text = d.contains(values, d.quoted(min(codes))) if one else d.overlap(values, wanted)
            return Answer(text, False)

        found = asked(use(listed.place, listed.name, listed.text, holder))
        if listed.within is None:
            return found, TRUE
        return found, asked(use(CLAIM, listed.name.replace("pointed_", ""), listed.within, holder))

    def _many_listed(
        self, codes: frozenset[str], leaf: Member, listed: Several, holder: str
    ) -> tuple[Answer, Answer]:
        """The same, as fields that say of each value whether it is among the codes."""
        d, use, own_name = self.to.dialect, self.to.words.use, self.values.own_name
        sought = "TRUE" if leaf.quantifier == "any" else "FALSE"
        name = f"{'' if sought == 'TRUE' else 'outside_'}in_{_name(leaf)}"

        def field(place: str, of: str, text: str) -> Answer:
            own = own_name(f"{of}_{name}", place, text)
            return Answer(use(place, own, text, holder), False)

        if listed.within is None:
            return field(listed.place, listed.name, d.contains(d.each(listed.text, codes), sought)), TRUE
        of_claim, each = listed.name.replace("pointed_", ""), d.each(listed.within, codes)
        own = own_name(f"each_{of_claim}_in_{_name(leaf)}", CLAIM, each)
        places = d.transform(listed.places, "place", d.at(use(CLAIM, own, each, THIS), "place"))
        return (
            field(listed.place, listed.name, d.contains(places, sought)),
            field(CLAIM, of_claim, d.contains(each, sought)),
        )

    def _gap(self, listed: Several, possible: Answer, otherwise: str, holder: str) -> Answer:
        """NULL where the list is open, and what may stand in it could settle the answer."""
        if listed.open is None or possible == FALSE:
            return TRUE if otherwise == "TRUE" else FALSE
        is_open = self.to.words.use(listed.place, f"{listed.name}_is_open", listed.open, holder)
        gap = all_of((Answer(is_open, False), possible))
        return Answer(f"CASE WHEN NOT {gap.text} THEN {otherwise} END")

    def _on_file(self, phrase: str) -> Answer:
        listed = self.to.words.many(phrase, LINE)
        if listed is None:
            self.to.lacks(phrase)
            return UNKNOWN
        values = self.to.words.use(listed.place, listed.name, listed.text, "this")
        found = Answer(f"({self.to.dialect.size(values)} > 0)", False)
        return any_of((found, self._gap(listed, TRUE, "FALSE", "this")))

    def documented(self, concept: str, document: str | None) -> Answer:
        """A field that is worked out of the line's documentation before its rules are asked."""
        name = f"documentation_of_{concept}" + (f"_in_{document}" if document else "")
        field = self.to.documented.setdefault((concept, document), name.replace("-", "_"))
        return Answer(f"this.{field}")

    def _pair(self, leaf: PairListed, at: At) -> Answer:
        """The line's partners in the table are a field of its own."""
        d, table = self.to.dialect, self.to.program.tables[leaf.table]
        code = self.to.words.one("cpt", at.kind)
        assert code is not None
        other = self.to.words.use(at.kind, code.name, code.text, at.other or "")
        ways = []
        for stretch in pairs(table, leaf.cells, at.policy):
            held, is_closed = stretch.found
            partners: dict[str, list[str]] = {}
            for first, second in sorted(held):
                partners.setdefault(second, []).append(d.quoted(first))
            listed = {d.quoted(second): d.listed(tuple(firsts)) for second, firsts in partners.items()}
            field = d.listed(())
            if listed:
                field = f"coalesce({d.found('line.procedure_code', listed)}, {field})"
            name = "_".join([leaf.table, *(str(value) for _, value in leaf.cells), "partners"])
            own = self.values.own_name(name.replace("-", "_"), LINE, field)
            found = Answer(d.contains(self.to.words.use(LINE, own, field, "this"), other), False)
            answer = found if is_closed else any_of((found, UNKNOWN))
            ways.append((f"this.service_date <= {d.day(stretch.through)}", answer))
        if len({answer for _, answer in ways}) == 1:
            return ways[0][1]
        text = chosen([(when, answer.text) for when, answer in ways[:-1]], ways[-1][1].text)
        return Answer(f"({text})", any(answer.maybe for _, answer in ways))

    # ------------------------------------------------------------ other lines

    def _same(self, phrase: str, at: At) -> Answer:
        if self.to.words.word(phrase).many:
            return self._same_list(phrase, at)
        mine = self.values.field(phrase, at, Subject.THIS)
        theirs = self.values.field(phrase, at, Subject.OTHER)
        if UNSAID in (mine, theirs):
            return UNKNOWN
        if mine == theirs:
            return TRUE
        compared = Answer(f"({mine.text} = {theirs.text})", mine.maybe or theirs.maybe)
        if phrase.startswith("rendering ") and at.kind == LINE:
            name = "names_who_gave_it"
            text = "(line.rendering_provider IS NOT NULL)"
            named = [
                Answer(self.to.words.use(LINE, name, text, holder), False)
                for holder in ("this", at.other or "")
            ]
            return any_of((negation(any_of(named)), compared))
        return compared

    def _same_list(self, phrase: str, at: At) -> Answer:
        mine, theirs = self.to.words.many(phrase, LINE), self.to.words.many(phrase, at.kind)
        if mine is None or theirs is None or mine.open or theirs.open:
            if mine == theirs and mine is not None and mine.place == "claim":
                return TRUE
            self.to.lacks(f"the same {phrase}")
            return UNKNOWN
        if mine.place == "claim" == theirs.place:
            return TRUE
        use, d = self.to.words.use, self.to.dialect
        left = use(mine.place, mine.name, mine.text, "this")
        right = use(theirs.place, theirs.name, theirs.text, at.other or "")
        return Answer(f"({d.distinct(left)} = {d.distinct(right)})", False)

    def lines_of(self, lines: Lines) -> str:
        """The column that holds the lines; a record must hold something, and each has its day."""
        if lines.of != "history":
            return "lines"
        day = self.to.words.one("service date", EARLIER)
        assert day is not None
        self.to.words.use(EARLIER, day.name, day.text, "")
        return "history"

    def qualifies(self, lines: Lines, inner: At) -> Answer:
        """Whether a line is one of these, asked of each line of the claim or of the history."""
        where = self.holds(lines.where, inner)
        if lines.of != "other":
            return where
        return all_of((self.is_another(inner), where))

    def is_another(self, inner: At) -> Answer:
        """Whether the other line is not this one."""
        mine = self.values.field("line number", inner, Subject.THIS).text
        theirs = self.values.field("line number", inner, Subject.OTHER).text
        return Answer(f"({theirs} <> {mine})", False)

    def _exists(self, condition: Exists, at: At) -> Answer:
        lines = condition.lines
        inner = at.inside(lines)
        both = all_of((self.qualifies(lines, inner), self.holds(condition.fact, inner)))
        found = FALSE
        if both != FALSE:
            some = self.to.dialect.some(self.lines_of(lines), inner.other or "", both.text, both.maybe)
            found = Answer(some, both.maybe)
        if lines.of != "history":
            return found
        closed = self.values.closed(lines, at)
        gap = UNKNOWN if closed == FALSE else Answer(f"CASE WHEN {closed.text} THEN FALSE END")
        return any_of((found, gap))

    def _ranks(self, leaf: Ranks, at: At) -> Answer:
        """A line's best place, and its worst, are worked out before; here they meet the places asked for."""
        if leaf.lines.of == "history":
            self.to.lacks("a place among lines of the history")
            return UNKNOWN
        key = (at.policy.id + at.policy.version, Ranks(1, None, leaf.by, leaf.lines))
        stem, _ = self.to.ranked.setdefault(key, (f"rank_{len(self.to.ranked) + 1}", at))
        self.ranking(key[1], at)  # what it lacks, this clause lacks
        best = f"1 + this.{stem}_above"
        worst = f"{best} + this.{stem}_perhaps_above"
        below = [f"{worst} < {leaf.low}"] if leaf.low > 1 else []
        above = [f"{best} > {leaf.high}"] if leaf.high is not None else []
        inside = [f"{best} >= {leaf.low}"] if leaf.low > 1 else []
        inside += [f"{worst} <= {leaf.high}"] if leaf.high is not None else []
        outside = " OR ".join([f"NOT this.{stem}_among", *below, *above])
        within = " AND ".join([f"this.{stem}_among", *inside])
        return Answer(f"CASE WHEN {outside} THEN FALSE WHEN {within} THEN TRUE END")

    def ranking(self, leaf: Ranks, at: At) -> tuple[Answer, str, str]:
        """Whether this line is ranked, how many lines are above it for certain, and how many may be."""
        inner = at.inside(leaf.lines)
        itself = At(at.policy, "this", LINE, inner.depth)
        mine, amount = self.holds(leaf.lines.where, itself), self.values.value(leaf.by, itself)
        theirs = self.values.value(leaf.by, inner)
        if UNSAID in (amount, theirs):
            return UNKNOWN, "0", "50"
        among = all_of((negation(amount.absent), mine))
        where = self.holds(leaf.lines.where, inner)
        counted = all_of((self.is_another(inner), negation(theirs.absent), where))
        number = self.values.field("line number", inner, Subject.OTHER).text
        own = self.values.field("line number", inner, Subject.THIS).text
        higher = f"({theirs.text} > {amount.text} OR ({theirs.text} = {amount.text} AND {number} < {own}))"
        is_known = f"({theirs.text} IS NOT NULL AND {amount.text} IS NOT NULL)"
        if not (theirs.maybe or amount.maybe):
            is_known = "TRUE"
        perhaps = (
            f"CASE WHEN NOT {counted.text} THEN FALSE WHEN NOT {is_known} THEN TRUE "
            f"ELSE {higher} AND {counted.text} IS NULL END"
        )

        def count(where: str) -> str:
            """Asked only of lines that are ranked."""
            number = self.to.dialect.count("lines", inner.other or "", where)
            return number if among == TRUE else f"CASE WHEN NOT {among.text} THEN 0 ELSE {number} END"

        return among, count(f"{is_known} AND {higher} AND {counted.text}"), count(perhaps)
