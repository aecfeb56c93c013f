"""Rules as functions, each written and compiled when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from pollex.backends.firing import can_deny
from pollex.backends.kleene import Tri
from pollex.backends.python.claims import Claim, Line
from pollex.backends.python.days import Day
from pollex.backends.python.emit.conditions import Writer
from pollex.backends.python.emit.rules import GATES, RuleText, all_exceptions, body, default, gate, hangs_on
from pollex.backends.python.emit.sieve import SieveText, sieve
from pollex.backends.python.emit.words import Used, Words, readers
from pollex.backends.python.load import OURS, namespace, run
from pollex.backends.python.pieces import HangsOn, Piece, pieces
from pollex.backends.python.reading import Readings
from pollex.ir.nodes import All
from pollex.ir.program import Effect, Note, Policy, Program, Rule
from pollex.source.span import Span

Ask: TypeAlias = Callable[[Line, Claim, Day], bool]
Because: TypeAlias = Callable[[Line, Claim, Day, Readings], None]
PlaceOf: TypeAlias = Callable[[Span], str]
Read: TypeAlias = Callable[..., None]
Made: TypeAlias = tuple[Callable[..., Any], SieveText]
OFTEN = 100
MOST_SIEVES = 128
"""In one policy."""
MOST_GROUPS = 1024


def character(span: Span) -> str:
    """A place in a text that is not at hand."""
    return f"{span.file}, character {span.start + 1}"


class Shared:
    """What the rules of one policy share: their writer, what they may name, how claims are read for them."""

    def __init__(self, program: Program, policy: Policy, place_of: PlaceOf = character) -> None:
        self.place_of = place_of
        self.program = program
        self.policy = policy
        self.used = Used()
        self.writer = Writer(program, policy, Words(program.vocabulary, self.used))
        self.names = namespace(dict(program.systems))
        self.sieves = 0
        self._groups: dict[tuple[int, ...], Group] = {}
        self._read: tuple[int, tuple[Read, Read, Read]] | None = None

    def run(self, text: RuleText, name: str, span: Span) -> dict[str, Any]:
        """Run a text that the writer has written."""
        self.names.update(self.writer.constants)
        file = f"{OURS}{self.policy.id} {self.policy.version}, {name}: {self.place_of(span)}>"
        return run(text.text, file, self.names)

    def read(self) -> tuple[Read, Read, Read]:
        """What reads a claim, its lines and its history, as far as rules in use look."""
        number = len(self.used.claim) + len(self.used.line) + len(self.used.past)
        if self._read is None or self._read[0] != number:
            text = readers(self.program.vocabulary, self.program.systems, self.used)
            names = run(text, f"{OURS}readers of {self.policy.id} {number}>", self.names)
            self._read = number, (names["read_claim"], names["read_line"], names["read_past"])
        return self._read[1]

    def hangs_on(self, effect: Effect) -> HangsOn:
        """What the number of an effect hangs on."""
        return hangs_on(effect, self.program)

    def group(self, places: tuple[int, ...]) -> Group:
        """Rules of the policy, by their places, as one function."""
        group = self._groups.get(places)
        if group is None:
            if len(self._groups) >= MOST_GROUPS:
                self._groups.clear()
            group = self._groups[places] = Group(self, places)
        return group

    def sieve(self, rules: Iterable[Rule], day: Day) -> Made | None:
        """What makes one function of many rules; None where enough of these have been made."""
        if self.sieves >= MOST_SIEVES:
            return None
        self.sieves += 1
        written, writer = sieve(self.program, self.policy, day.on, rules)
        self.writer.names.update(writer.names)
        self.names.update(writer.constants)
        file = f"{OURS}{self.policy.id} {self.policy.version}, rules together {self.sieves}>"
        return run(written.text, file, self.names)["made"], written


class Group:
    """Rules that are written as one function, once they are asked often; once more for days of which other
    things are true.
    """

    __slots__ = ("_made", "_shared", "_until", "places")

    def __init__(self, shared: Shared, places: tuple[int, ...]) -> None:
        self.places = places
        self._shared = shared
        self._until = OFTEN
        self._made: list[Made] = []

    def is_often(self) -> bool:
        """Whether they have been asked often, with this time."""
        self._until -= 1
        return self._until <= 0

    def made(self, day: Day) -> Made | None:
        """What makes one function of plans of such a day."""
        for made in self._made:
            if all(day.is_true(fact) is said for fact, said in made[1].facts):
                return made
        rules = self._shared.policy.rules
        new = self._shared.sieve([rules[place] for place in self.places], day)
        if new is not None:
            self._made.append(new)
        return new


class RuleCode:
    """A rule and its functions; None asks nothing: the answer is yes. What it has read are `words` of the
    line, or what `because` gathers.
    """

    __slots__ = (
        "_exceptions",
        "_gate",
        "_is_ready",
        "because",
        "can_deny",
        "could",
        "denies",
        "only_notes",
        "own",
        "pieces",
        "position",
        "rule",
        "shared",
        "sure",
        "words",
    )

    def __init__(self, rule: Rule, position: int, shared: Shared) -> None:
        self.rule = rule
        self.position = position
        self.shared = shared
        self._gate: dict[str, tuple[Ask | None, Ask | None]] | None = None
        self._is_ready = False

    def gate(self, part: str, line: Line, day: Day) -> Tri:
        """What a part of the gate says: of lines of that code, with those modifiers, or of both."""
        could, sure = self._gates()[part]
        return could is None or _answer(could, sure, line, line.claim, day)

    def asks(self, part: str) -> bool:
        """Whether the gate has such a part."""
        return self._gates()[part][0] is not None

    def _gates(self) -> dict[str, tuple[Ask | None, Ask | None]]:
        if self._gate is None:
            written = gate(self.shared.writer, self.rule)
            found = self.shared.run(written, f"rule {self.rule.name}", self.rule.span)
            self._gate = {part: _both(found, part) for part in GATES}
        return self._gate

    def prepare(self) -> None:
        """Write and compile what the rule asks beyond its gate."""
        if self._is_ready:
            return
        rule = self.rule
        written = body(self.shared.writer, rule)
        found = self.shared.run(written, f"rule {rule.name}", rule.span)
        exceptions = list(all_exceptions(rule.exceptions))
        self.could, self.sure = _both(found, "rule")
        self.words = written.words or ()
        self.because: Because | None = found.get("because")
        self._exceptions = tuple(_both(found, f"exception_{at}") for at in range(len(exceptions)))
        self.pieces: dict[str, tuple[Piece, ...]] = {
            rule.id: pieces(rule, rule.effects, found, "rule", self.shared.hangs_on)
        }
        for at, one in enumerate(exceptions):
            self.pieces[one.id] = pieces(one, one.instead, found, f"exception_{at}", self.shared.hangs_on)
        effects = [*rule.effects, *(effect for one in exceptions for effect in one.instead)]
        self.only_notes = all(isinstance(effect, Note) for effect in effects)
        self.own = self.pieces[rule.id]
        self.can_deny = any(map(can_deny, effects))
        self.denies = any(piece.outcome == "deny" for piece in self.own)
        self._is_ready = True

    def exceptions(self, line: Line, day: Day) -> tuple[Tri, ...]:
        """What the condition of each of its exceptions comes to."""
        claim = line.claim
        return tuple([_answer(could, sure, line, claim, day) for could, sure in self._exceptions])


def default_pieces(policy: Policy, shared: Shared) -> tuple[Piece, ...]:
    """What a policy says where no rule gives an outcome."""
    found = shared.run(default(shared.writer, policy.otherwise), "otherwise", policy.span)
    return pieces(otherwise(policy), (policy.otherwise,), found, "rule", shared.hangs_on)


def otherwise(policy: Policy) -> Rule:
    """What a policy says where no rule gives an outcome, as a rule."""
    name, effects = f"{policy.id}/otherwise", (policy.otherwise,)
    return Rule(
        name, "otherwise", None, 1, False, None, All(()), None, None, effects, None, (), (), policy.span
    )


def _answer(could: Ask | None, sure: Ask | None, line: Line, claim: Claim, day: Day) -> Tri:
    """What two questions come to."""
    if could is not None and not could(line, claim, day):
        return False
    return True if sure is None or sure is could or sure(line, claim, day) else None


def _both(found: dict[str, Any], name: str) -> tuple[Ask | None, Ask | None]:
    could = found.get(f"{name}_could")
    return could, found.get(f"{name}_sure", could)
