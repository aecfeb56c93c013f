"""The summary of `pollex batch` as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pollex.batch.tally import BETWEEN, CLAIM_OUTCOMES, LINE_OUTCOMES, Tally, dollars, most
from pollex.cli.terminal import counted
from pollex.source.snippet import visible

TOP = 10


def summary_text(tally: Tally, output: str, rejects: str | None) -> str:
    """Outcomes, dollars, top reasons, what was missing most, and where the results are."""
    return "\n".join([*_parts(tally), *_places(tally, output, rejects), ""])


def laid_out_text(tally: Tally, output: str, rejects: str | None) -> str:
    """How many claims were laid out, and where they are."""
    said = f"{counted(tally.laid_out, 'claim')} laid out"
    refused = f", claims that are not valid in {visible(rejects)}" if rejects else ""
    return "\n".join(
        [
            f"{said}, {tally.invalid:,} not valid" if tally.invalid else said,
            "",
            f"claims in {visible(output)}{refused}",
            "",
        ]
    )


def _parts(tally: Tally) -> Iterator[str]:
    said = f"{counted(tally.decided, 'claim')} decided"
    yield f"{said}, {tally.invalid:,} not valid" if tally.invalid else said
    if not tally.decided:
        return
    yield ""
    yield from _table(
        ("", "claims", "lines", "charged"),
        [
            (
                outcome.replace("_", " "),
                f"{tally.outcomes[outcome]:,}",
                f"{tally.lines[outcome]:,}" if outcome in LINE_OUTCOMES else "",
                _money(tally.cents[f"charged {outcome}"]) if outcome in LINE_OUTCOMES else "",
            )
            for outcome in CLAIM_OUTCOMES
        ],
    )
    yield ""
    yield f"allowed {_money(tally.cents['allowed'])}{_not_known(tally)}"
    if tally.reasons:
        yield from ("", "Rules that shaped most lines")
        top = [(*name.split(BETWEEN), f"{lines:,}") for name, lines in most(tally.reasons)[:TOP]]
        yield from _table(
            ("lines", "payer", "rule", "effect"),
            [(lines, payer, rule, effect) for payer, rule, effect, lines in top],
            left=(1, 2, 3),
        )
    if tally.missing:
        yield from ("", "Missing on most lines")
        yield from _table(
            ("lines", "element"),
            [(f"{lines:,}", term) for term, lines in most(tally.missing)[:TOP]],
            left=(1,),
        )


def _not_known(tally: Tally) -> str:
    parts = [
        (tally.without["amount"], "allowed line", "without an amount"),
        (tally.without["charge"], "line", "without a charge"),
    ]
    said = [f"{counted(number, word)} {what}" for number, word, what in parts if number]
    return f" ({', '.join(said)})" if said else ""


def _places(tally: Tally, output: str, rejects: str | None) -> Iterator[str]:
    yield ""
    refused = f", claims that are not valid in {visible(rejects)}" if rejects else ""
    yield f"decisions in {visible(output)}{refused}"


def _money(cents: int) -> str:
    whole, _, places = dollars(cents).partition(".")
    return f"${int(whole):,}.{places}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> Iterator[str]:
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        cells = [
            text.ljust(width) if at in left else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
