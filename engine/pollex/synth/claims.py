"""The claims of a run: mostly ordinary ones, a good part aimed at some rule, some with elements missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pollex.ir.program import ExceptionRule, Program, Require, Rule
from pollex.synth.aim import Aimer
from pollex.synth.codes import Codes
from pollex.synth.draft import Draft
from pollex.synth.draws import Draws
from pollex.synth.gaps import take_away
from pollex.synth.ordinary import DAY, STATUSES, document, ordinary, state
from pollex.synth.world import Aim, Plan, World

AIMED = 0.3
TWICE = 0.1
LACKING = 0.1
AT_THE_EDGE = 0.04
LATE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Makes claims for the policies of a program, of all payers or of some."""

    world: World
    seed: str
    codes: Codes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", Codes(self.world.program, self.world.turns))

    def claims(self, count: int) -> Iterator[dict[str, Any]]:
        """The first claims of the run."""
        for number in range(1, count + 1):
            yield self.claim(number)

    def claim(self, number: int) -> dict[str, Any]:
        """The claim of that number, from 1: of the seed and the number, whatever came before."""
        draws = Draws(self.seed, number)
        plan = draws.of(self.world.plans)
        if plan.aims and draws.chance(AIMED):
            draft = self.aimed(plan, draws.one(plan.aims), draws)
        else:
            draft = ordinary(self.world.program, plan, draws, None, _day(plan.first, plan.last, draws))
            if draws.chance(0.02):
                draft.claim["received_date"] = (draft.on + LATE).isoformat()
        if draws.chance(LACKING):
            take_away(draft)
        return draft.finished(f"synth-{number:07}")

    def aimed(self, plan: Plan, aim: Aim, draws: Draws, steady: bool = False) -> Draft:
        """A claim that is to meet a clause; `steady`: that does not miss it on purpose."""
        on = self._day_for(plan, aim, draws)
        fitting = self.codes.fitting(aim.conditions, plan.codes.items, on)
        code = draws.one(fitting) if fitting else draws.of(plan.codes)
        draft = ordinary(self.world.program, plan, draws, code, on)
        aimer = Aimer(draft, self.codes, steady)
        for condition in aim.conditions:
            aimer.make(condition)
        if not steady and draws.chance(TWICE):
            for condition in draws.one(plan.aims).conditions:
                aimer.make(condition)
        if draws.chance(0.5):
            for condition in aim.spared:
                aimer.make(condition, False)
        for effect in aim.effects:
            if isinstance(effect, Require):
                state(effect.documented, draft, draws.of(STATUSES))
        for line in draft.lines:
            document(line, draft)
        return draft

    @staticmethod
    def _day_for(plan: Plan, aim: Aim, draws: Draws) -> date:
        """A day on which all clauses of the aim are in effect, where there is one."""
        clauses: tuple[Rule | ExceptionRule, ...] = (aim.rule, *aim.chain)
        first = max([plan.first, *(clause.from_date for clause in clauses if clause.from_date)])
        last = min([plan.last, *(clause.through_date for clause in clauses if clause.through_date)])
        return _day(first, last, draws) if first <= last else _day(plan.first, plan.last, draws)


def synthesis(program: Program, seed: str, payers: tuple[str, ...] = ()) -> Synthesis:
    """A run of claims under these policies; `payers` keeps those of some payers."""
    return Synthesis(World(program, payers), seed)


def _day(first: date, last: date, draws: Draws) -> date:
    """A day of a period; sometimes its first or last, or the one outside."""
    if draws.chance(AT_THE_EDGE):
        return draws.one((first, last, first - DAY, last + DAY))
    return draws.day(first, last)
