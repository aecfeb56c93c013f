"""What the effects in force on a line come to, as fields of the line.

Outcome: deny over pend over allow. The share of the fee is a product of fractions in whole numbers, and
dollars are rounded once. A line is `unsure`, and its claim for the exact way, where something that is NULL
could matter, where effects contradict each other, and where a product might not fit in 38 digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from pollex.backends.sql.answers import FALSE, Answer, any_of, chosen, unsure
from pollex.backends.sql.bits import Bits
from pollex.backends.sql.conditions import Conditions
from pollex.backends.sql.dialect import Dialect
from pollex.backends.sql.firing import InForce, Otherwise, clauses, denies_outright
from pollex.backends.sql.place import At, Writing
from pollex.backends.sql.shape import is_constant
from pollex.backends.sql.values import UNSAID, Said
from pollex.backends.wording import codes_of
from pollex.ir.program import Allow, Cap, Deny, Effect, Factor, Note, Off, Pend, Share

MOST_DIGITS = 18
"""Digits that numerators and denominators of a line's factors may have together."""
MOST_PERCENT = 10**6
MOST_FEE, MOST_UNITS = 10**8, 10**5
"""Above them a line goes the exact way: 2 * cents * ten-thousandths of a unit * 10**18 has 38 digits."""


@dataclass(frozen=True, slots=True)
class Combining:
    """Writes what effects come to; `bits` says where each stands among the numbers that hold them all."""

    to: Writing
    effects: tuple[InForce, ...]
    otherwise: tuple[Otherwise, ...]
    bits: Bits

    def some(self, *kinds: type[Effect], outright: bool | None = None) -> str:
        """Whether an effect of these kinds is in force."""
        return self.bits.some(
            one
            for one in self.effects
            if isinstance(one.effect, kinds) and outright in (None, denies_outright(one))
        )

    def unsure(self) -> str:
        """Whether something not known could change the line, as long as nothing denies it outright."""
        gaps = [unsure(one.holds) for one in self.effects if not one.only_notes]
        gaps += [Answer(f"(this.{one.under} IS NULL)", False) for one in self.otherwise]
        return any_of(gaps).text

    def unsure_note(self) -> str:
        """Whether a rule that only notes may hold."""
        return any_of(unsure(one.holds) for one in self.effects if one.only_notes).text

    def known_elsewhere(self) -> str:
        """Whether a rule may hold of which SQL can know less than others: a line that is denied anyhow shows
        its notes and denials, too.
        """
        return any_of(
            unsure(one.holds)
            for one in self.effects
            if any(clause.id in self.to.less for clause in clauses(one.rule))
        ).text

    def denied(self, is_unsure: str) -> str:
        """Whether these effects, of the first stratum, deny the line."""
        by_default = [one.under for one in self.otherwise if isinstance(one.effect, Deny)]
        soft = self.some(Deny)
        if by_default:
            said = self.some(Deny, Pend, Allow)
            under = " OR ".join(f"coalesce(this.{name}, FALSE)" for name in by_default)
            soft = f"({soft} OR (NOT {said} AND ({under})))"
        return chosen([(self.some(Deny, outright=True), "TRUE"), (is_unsure, "NULL")], soft)

    # ------------------------------------------------------------ numbers

    def tallied(self, repeated: Iterable[tuple[Answer, ...]], is_unsure: Iterable[str]) -> dict[str, str]:
        """Outcomes that rules give, the fractions of the fee, dollars off, and caps."""
        shares, factors = self._numbers(Share), self._numbers(Factor)
        off, caps = self._numbers(Off), self._numbers(Cap)
        gaps = [*is_unsure, *(self._none(one, said) for one, said in (*shares, *factors, *off, *caps))]
        gaps += [
            f"({_count(self._clause(answer) for answer in holds)} > 1)"
            for holds in repeated
            if len(holds) > 1
        ]
        gaps += [self.bits.of(one) for one, said in off if (said.places or 0) > 2]
        by_share: dict[str, list[InForce]] = {}
        for one, said in shares:
            by_share.setdefault(said.text, []).append(one)
        if len(by_share) > 1:
            gaps.append(f"({_count(map(self.bits.some, by_share.values()))} > 1)")
        parts = [
            (self.bits.some(held), next(said for _, said in shares if said.text == text))
            for text, held in by_share.items()
        ]
        parts += [(self.bits.of(one), said) for one, said in factors]
        fractions = [(holds, *self._fraction(said)) for holds, said in parts if said != UNSAID]
        digits = [f"CASE WHEN {holds} THEN {size} ELSE 0 END" for holds, _, _, size in fractions]
        few = f"({' + '.join(digits)} <= {MOST_DIGITS})" if digits else "TRUE"
        if digits:
            gaps.append(f"(NOT {few})")
        gaps += [
            f"coalesce({said.text} > {MOST_PERCENT}, FALSE)"
            for _, said in parts
            if said.most is None and said != UNSAID
        ]
        gaps.append(f"coalesce(this.fee > {MOST_FEE} OR this.units > {MOST_UNITS}, FALSE)")
        return {
            "denied_outright": self.some(Deny, outright=True),
            "said_deny": self.some(Deny),
            "said_pend": self.some(Pend),
            "said_allow": self.some(Allow),
            "is_unsure": any_of(Answer(gap, False) for gap in gaps if gap != "FALSE").text,
            "numerator": self._product(few, ((holds, over) for holds, over, _, _ in fractions)),
            "denominator": self._product(few, ((holds, under) for holds, _, under, _ in fractions)),
            "dollars_off": self._sum(off),
            "most": self._least(caps),
        }

    def numbers(self) -> dict[str, tuple[InForce, str]]:
        """The numbers of effects that are not constants, as columns, where the effects are in force."""
        found: dict[str, tuple[InForce, str]] = {}
        for kind in (Share, Factor, Off, Cap):
            for one, said in self._numbers(kind):
                if said != UNSAID and not is_constant(one.effect):
                    text = f"CASE WHEN {self.bits.of(one)} THEN greatest({said.text}, 0) END"
                    found[f"number_{len(found) + 1}"] = one, text
        return found

    def _clause(self, holds: Answer) -> str:
        """Whether a clause is in force, by the first of its effects."""
        return self.bits.of(next(one for one in self.effects if one.holds == holds))

    def _numbers(self, kind: type[Share | Factor | Off | Cap]) -> list[tuple[InForce, Said]]:
        """The numbers of effects of a kind."""
        found = []
        for one in self.effects:
            if isinstance(one.effect, kind):
                self.to.clause = one.clause.id
                number = one.effect.percent if isinstance(one.effect, Share | Factor) else one.effect.amount
                at = At(one.policy)
                found.append((one, Conditions(self.to).values.value(number, at)))
        return found

    def _none(self, one: InForce, said: Said) -> str:
        """Whether a number is needed and not there."""
        if said == UNSAID:
            return self.bits.of(one)
        if not said.maybe and said.absent == FALSE:
            return "FALSE"
        gone = f"{said.text} IS NULL"
        if said.absent != FALSE:
            gone = f"({said.absent.text} OR {gone})"
        return f"CASE WHEN {self.bits.of(one)} THEN {gone} ELSE FALSE END"

    def _fraction(self, said: Said) -> tuple[str, str, str | int]:
        """A percentage as numerator and denominator, and the digits that they have at most."""
        places = said.places or 0
        if not said.maybe and said.most is not None and said.absent == FALSE:
            exact = Fraction(0) if said.text.startswith("-") else said.most / 100
            return str(exact.numerator), str(exact.denominator), _digits(exact)
        # More than the most that is decided here counts as just above it, so that products stay in range.
        held = self.to.dialect.roomy(
            f"least(greatest({said.text}, 0), {MOST_PERCENT + 1})", 7 + places, places
        )
        scaled = self.to.dialect.whole(f"{held} * {10**places}")
        whole = 7 if said.most is None else _digits(said.most)
        return scaled, str(10 ** (places + 2)), places + whole

    def _product(self, few: str, parts: Iterable[tuple[str, str]]) -> str:
        """The product, where its digits are few."""
        factors = [
            self.to.dialect.whole(f"CASE WHEN {holds} THEN {text} ELSE 1 END") for holds, text in parts
        ]
        if not factors:
            return self.to.dialect.whole("1")
        return f"CASE WHEN {few} THEN " + "\n  * ".join(factors) + " END"

    def _sum(self, found: list[tuple[InForce, Said]]) -> str:
        parts = [
            f"CASE WHEN {self.bits.of(one)} THEN greatest({said.text}, 0) ELSE 0 END"
            for one, said in found
            if said != UNSAID
        ]
        return f"CAST({' + '.join(parts)} AS DECIMAL(38, 2))" if parts else "CAST(0 AS DECIMAL(38, 2))"

    def _least(self, found: list[tuple[InForce, Said]]) -> str:
        parts = [
            f"CASE WHEN {self.bits.of(one)} "
            f"THEN CAST(round(greatest({said.text}, 0), 2) AS DECIMAL(38, 2)) END"
            for one, said in found
            if said != UNSAID
        ]
        if not parts:
            return "CAST(NULL AS DECIMAL(38, 2))"
        return parts[0] if len(parts) == 1 else f"least({', '.join(parts)})"

    # ------------------------------------------------------------ the line

    def outcome(self, elsewhere: Iterable[str]) -> dict[str, str]:
        """The line's outcome, and whether it is for the exact way; `elsewhere`: columns that say so alone."""
        silent = "NOT (this.said_deny OR this.said_pend OR this.said_allow)"
        ways = [
            ("this.said_deny", "'deny'"),
            ("this.said_pend", "'pend'"),
            ("this.said_allow", "'allow'"),
        ]
        for kind, outcome in ((Deny, "deny"), (Pend, "pend"), (Allow, "allow")):
            named = [one.under for one in self.otherwise if isinstance(one.effect, kind)]
            if named:
                ways.append((" OR ".join(f"this.{name}" for name in named), self.to.dialect.quoted(outcome)))
        # A policy's `otherwise` that gives no outcome of its own leaves the line to the exact way.
        odd = [one.under for one in self.otherwise if not isinstance(one.effect, Deny | Pend | Allow)]
        unclear = [f"coalesce({silent} AND this.{name}, FALSE)" for name in odd]
        gaps = " OR ".join(["this.is_unsure", *unclear])
        known = f"(NOT this.denied_outright AND ({gaps}))"
        return {
            "outcome": chosen(ways, "'no_policy'"),
            "is_exact": f"({' OR '.join([known, *(f'this.{name}' for name in elsewhere)])})",
            "is_silent": f"({silent})",
        }

    def decided(self) -> dict[str, str]:
        """The line as the result shows it."""
        d = self.to.dialect
        twice = f"2 * {d.whole('this.fee * 100')} * {d.whole('this.units * 10000')} * this.numerator"
        over = "this.denominator * 10000"
        cents = d.ratio(f"({twice} + {over})", f"(2 * {over})")
        gross = f"CAST(CAST({cents} AS DECIMAL(36, 0)) * 0.01 AS DECIMAL(38, 2))"
        amount = f"greatest(least({gross} - this.dollars_off, coalesce(this.most, {gross})), 0)"
        millionths = d.ratio("(this.numerator * 200000000 + this.denominator)", "(2 * this.denominator)")
        percent = f"CAST(CAST({millionths} AS DECIMAL(30, 0)) * 0.000001 AS DECIMAL(18, 6))"
        zero = "CAST(0 AS DECIMAL(38, 2))"
        nothing = "coalesce(this.most, 1) <= 0 OR this.numerator = 0"
        ways, denied = [("this.is_exact", "NULL")], "this.outcome = 'deny'"
        paid = chosen([(nothing, zero), ("this.fee IS NULL", "NULL")], amount)
        return {
            "percent": chosen([*ways, ("this.outcome = 'allow'", percent), (denied, "0")], "NULL"),
            "allowed_amount": chosen([*ways, ("this.outcome = 'allow'", paid), (denied, zero)], "NULL"),
        }

    def named(self) -> dict[str, str]:
        """What an 835 says of the line, and the rules that shape it, each as a text between blanks."""
        return {"adjustments": self._adjustments(), "rules": self._rules()}

    def _shown(self) -> list[tuple[str, Effect, str]]:
        """Each effect by its rule's name, with where it is in force; the `otherwise` of policies last."""
        found = [(one.clause.name, one.effect, self.bits.of(one)) for one in self.effects]
        return found + [
            ("otherwise", one.effect, f"(this.is_silent AND this.{one.under})") for one in self.otherwise
        ]

    def _rules(self) -> str:
        """The names of the rules that shape the line; a denied one keeps what denies it, and remarks."""
        d = self.to.dialect
        denying: dict[str, list[str]] = {}
        others: dict[str, list[str]] = {}
        for name, effect, holds in self._shown():
            if isinstance(effect, Deny | Note):
                denying.setdefault(name, []).append(holds)
            if not isinstance(effect, Deny):
                others.setdefault(name, []).append(holds)
        return chosen([("this.outcome = 'deny'", _strung(d, denying))], _strung(d, others))

    def _adjustments(self) -> str:
        """What an 835 says of the line, each as `group/carc/rarc,rarc/rule`."""
        d = self.to.dialect
        denying: dict[str, list[str]] = {}
        pending: dict[str, list[str]] = {}
        others: dict[str, list[str]] = {}
        for name, effect, holds in self._shown():
            codes = codes_of(effect)
            if codes is None:
                continue
            said = "/".join((codes.group, codes.carc, ",".join(codes.rarcs), name))
            match effect:
                case Deny():
                    denying.setdefault(said, []).append(holds)
                case Pend():
                    pending.setdefault(said, []).append(holds)
                case _:
                    others.setdefault(said, []).append(holds)
        ways = [
            ("this.outcome = 'deny'", _strung(d, denying)),
            ("this.outcome = 'pend'", _strung(d, pending)),
        ]
        return chosen(ways, _strung(d, others))


def _strung(d: Dialect, texts: dict[str, list[str]]) -> str:
    """The texts for which one of their conditions holds, a blank between them: cheaper than a list."""
    parts = [
        f"CASE WHEN {' OR '.join(dict.fromkeys(held))} THEN {d.quoted(text)} END"
        for text, held in sorted(texts.items(), key=lambda item: item[0].split("/"))
    ]
    listed = ",\n  ".join(parts)
    return f"concat_ws(' ',\n  {listed}\n)" if parts else "''"


def _count(answers: Iterable[str]) -> str:
    return " + ".join(f"CASE WHEN {one} THEN 1 ELSE 0 END" for one in answers)


def _digits(exact: Fraction) -> int:
    return max(len(str(exact.numerator)), len(str(exact.denominator)))
