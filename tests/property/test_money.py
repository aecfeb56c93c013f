"""Money, worked out a second time in decimals: the effects of rules that always hold.

Fee times units, times the one share and every factor, less every amount off; no more than the lowest cap,
never below zero; rounded once, half up to the cent.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, sampled_from

from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText
from property.runs import decided, runs

HEAD = """policy p
  payer aetna
  applies to cpt 44120
  in effect from 2026-01-01
  otherwise allow

"""
EXACT = 200  # digits: no product of the numbers drawn here has more


def numbers(most: int, places: int) -> SearchStrategy[Decimal]:
    return st.decimals(0, most, allow_nan=False, allow_infinity=False, places=places)


percents = sampled_from(
    [Decimal(text) for text in ("0", "0.5", "13.6", "16", "33.333", "62.5", "100", "150")]
)
amounts = numbers(2000, 2)
effects = st.lists(
    st.one_of(
        percents.map(lambda number: ("factor", number)),
        amounts.map(lambda number: ("off", number)),
        amounts.map(lambda number: ("cap", number)),
        numbers(200, 1).map(lambda number: ("cap on charge", number)),
    ),
    max_size=5,
)
WORDS = {
    "share": "pay {} percent of fee",
    "factor": "reduce to {} percent",
    "off": "reduce by ${}",
    "cap": "pay at most ${}",
    "cap on charge": "pay at most {} percent of billed charge",
}
Effects = list[tuple[str, Decimal]]


@runs(250)
@given(effects, st.none() | percents, numbers(10_000, 2), numbers(30, 4), amounts)
def test_money_is_exact_and_rounded_once(
    drawn: Effects, share: Decimal | None, fee: Decimal, units: Decimal, charge: Decimal
) -> None:
    said = [*drawn, *([("share", share)] if share is not None else [])]
    rules = [
        f"rule r{at}\n  always\n  {WORDS[kind].format(number)}\n" for at, (kind, number) in enumerate(said)
    ]
    compilation = Compilation(Texts((SourceText("p.pol", HEAD + "\n".join(rules)),)))
    assert compilation.is_sound, compilation.diagnostics
    line = decided(compilation.program, claim(fee, units, charge)).lines[0]
    percent, amount = worked_out(said, fee, units, charge)
    assert line.outcome == "allow"
    assert line.allowed_amount == str(amount)
    assert line.percent is not None
    assert Decimal(line.percent) == percent


def claim(fee: Decimal, units: Decimal, charge: Decimal) -> dict[str, object]:
    return {
        "claim_id": "c1",
        "payer": {"id": "aetna"},
        "billing_provider": {"npi": "1234567893"},
        "diagnoses": [{"code": "K56.50"}],
        "lines": [
            {
                "line_number": 1,
                "procedure_code": "44120",
                "service_date": "2026-02-28",
                "fee_schedule_amount": str(fee),
                "charge_amount": str(charge),
                "units": str(units),
            }
        ],
    }


def worked_out(said: Effects, fee: Decimal, units: Decimal, charge: Decimal) -> tuple[Decimal, Decimal]:
    """The percentage, to six places, and the amount."""
    with localcontext(prec=EXACT):
        percent = Decimal(100)
        for kind, number in said:
            if kind in ("share", "factor"):
                percent = percent * number / 100
        amount = fee * units * percent / 100 - sum(number for kind, number in said if kind == "off")
        caps = [number for kind, number in said if kind == "cap"]
        caps += [charge * number / 100 for kind, number in said if kind == "cap on charge"]
        amount = max(Decimal(0), min([amount, *caps]))
        return (
            percent.quantize(Decimal("0.000001"), ROUND_HALF_UP),
            amount.quantize(Decimal("0.01"), ROUND_HALF_UP),
        )
