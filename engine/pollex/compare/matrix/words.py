"""A cell in a few words: `120% if increased-work is found, else 100%; records first; at most the charge`."""

from __future__ import annotations

from collections.abc import Sequence

from pollex.compare.matrix.values import Answer, Cell
from pollex.source.listing import listed

NO_POLICY = "no policy"


def answer_text(answer: Answer) -> str:
    """`62.5%`, `deny CO 97 M144`, `pend: coding`, `pend: line of business is missing`."""
    match answer.outcome:
        case "allow":
            if answer.percent is None:
                return "allow"
            return f"{answer.percent}%" + (f" (${answer.amount})" if answer.amount else "")
        case "deny":
            return " ".join(["deny", *answer.codes])
        case "pend":
            if answer.queues:
                return f"pend: {listed(answer.queues)}"
            return f"pend: {listed(answer.wanting)} missing" if answer.wanting else "pend"
        case _:
            return NO_POLICY


def cell_text(cell: Cell) -> str:
    """What a payer does, from what it does in every state of the record."""
    assert cell.answer is not None
    cap = "; at most the charge" if cell.capped else ""
    if cell.found is None or cell.not_found is None:
        return answer_text(cell.answer) + cap
    found, not_found = answer_text(cell.found), answer_text(cell.not_found)
    first = "; records first" if cell.answer.outcome == "pend" else ""
    if found == not_found:
        return f"{found}{first}{cap}"
    concepts = sorted({document.partition(" in ")[0] for document in cell.documents})
    return f"{found} if {listed(concepts)} found, else {not_found}{first}{cap}"


def ladder_text(answers: Sequence[Answer]) -> str:
    """`100/50/50`, the highest first; what does not pay stands last, in words."""
    paid = sorted((a for a in answers if a.outcome == "allow"), key=_share, reverse=True)
    rest = [answer_text(a) for a in answers if a.outcome != "allow"]
    shares = "/".join(a.percent or "?" for a in paid)
    return ", then ".join([*([f"{shares}%"] if shares else []), *dict.fromkeys(rest)])


def _share(answer: Answer) -> float:
    return float(answer.percent or 0)


def days_text(runs: Sequence[tuple[int, int | None, str]]) -> str:
    """`days 0 to 90 deny CO 97 M144, from day 91 100%`."""
    parts = []
    for first, last, said in runs:
        if last is None:
            parts.append(said if first == runs[0][0] and len(runs) == 1 else f"from day {first} {said}")
        elif first == last:
            parts.append(f"day {first} {said}")
        else:
            parts.append(f"days {first} to {last} {said}")
    return ", ".join(parts)
