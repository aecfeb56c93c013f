"""Suggested claims as tests in the language, ready to paste, with the decision of today as what is
expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pollex.model.decision import Decision, LineDecision
from pollex.syntax.conditions import Literal
from pollex.syntax.format_conditions import literal_text
from pollex.syntax.format_lines import BREAK, Line, broken, flat
from pollex.syntax.format_scenarios import where_text
from pollex.testing.expect import documentation_text
from pollex.testing.gaps import SAID
from pollex.testing.suggesting.changes import NOWHERE
from pollex.testing.suggesting.choose import Suggestion
from pollex.testing.suggesting.goals import Goal

LONGEST = 88
CLAUSE, WHERE = 2, 4
HOLDS = {True: "holds", False: "does not hold", None: "is not known"}


def written(
    suggestion: Suggestion, decide: Callable[[Mapping[str, Any]], Decision], taken: set[str]
) -> Iterator[str]:
    """The lines of one test. `taken` are titles that there are; the new one is added."""
    found = suggestion.found
    assert found.around is not None
    number = int(found.decider.view.line(found.around.asked.line)["line_number"])
    decision = decide(found.claim)
    line = next(one for one in decision.lines if one.line_number == number)
    yield "# Suggested. A person must confirm what is expected. It shows that"
    for goal in suggestion.goals:
        yield f"# - {shown(goal)}"
    title = free_title(title_of(suggestion.goals[0]), taken)
    yield f'test "{title}"'
    yield f"  given {found.candidate.fixture}"
    for where in found.candidate.wheres:
        yield from broken(Line(WHERE, f"where {where_text(where)}", 0))
    expected = f",{BREAK}".join(expectations(line))
    yield from broken(Line(CLAUSE, f"expect line {number} {expected}", 0))


def shown(goal: Goal) -> str:
    """What a claim shows, in a sentence."""
    of = f"{goal.clause.id.kind} {goal.clause.id.name}"
    if goal.place is None:
        return f"the {of} can be {SAID[goal.answer]}"
    return f"`{flat(goal.clause.atoms[goal.place].text)}` can be {SAID[goal.answer]} ({of})"


def title_of(goal: Goal) -> str:
    """A title that a reviewer understands."""
    clause = goal.clause
    name = (clause.title or clause.id.name.replace("-", " ").capitalize()).replace('"', "'")
    if goal.place is None or len(clause.atoms) == 1:
        return f"{name}: {HOLDS[goal.answer]}"
    text = flat(clause.atoms[goal.place].text).replace('"', "'")
    room = LONGEST - len(name) - len(HOLDS[goal.answer])
    if len(text) > room:
        text = text[: max(room - 1, 0)].rpartition(" ")[0] + "…"
    return f"{name}: {text} {HOLDS[goal.answer]}"


def free_title(title: str, taken: set[str]) -> str:
    """The title, with a number where there is one like it."""
    free, number = title, 1
    while free in taken:
        number += 1
        free = f"{title} ({number})"
    taken.add(free)
    return free


def expectations(line: LineDecision) -> Iterator[str]:
    """What came out, in the words of `expect`."""
    yield line.outcome.replace("_", " ")
    if line.outcome == "allow":
        yield f"percent {line.percent}" if line.percent is not None else "percent missing"
        amount = line.allowed_amount
        yield f"amount {_money(amount)}" if amount is not None else "amount missing"
    for rule in dict.fromkeys(reason.rule for reason in line.reasons):
        if rule != "otherwise":
            yield f"because {rule}"
    for owed in dict.fromkeys((one.concept, one.document) for one in line.required_documentation):
        yield f"requires {documentation_text(*owed)}"
    for term in dict.fromkeys(one.term for one in line.missing):
        yield f"missing {term}"


def _money(amount: str) -> str:
    return literal_text(Literal("money", amount, NOWHERE))
