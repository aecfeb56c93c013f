"""Taking elements away: what claims in real life lack."""

from __future__ import annotations

from pollex.synth.draft import Draft
from pollex.synth.draws import weighted

OF_THE_CLAIM = (
    "received_date", "place_of_service", "prior_authorizations", "documentation", "frequency_code",
    "claim_type", "patient", "admission_date", "discharge_date",
)  # fmt: skip
OF_A_LINE = (
    "fee_schedule_amount", "charge_amount", "diagnosis_pointers", "units", "care_from", "care_to",
    "modifiers",
)  # fmt: skip
WEIGHTS = weighted(
    (
        *(((name, "claim"), 2) for name in OF_THE_CLAIM),
        *(((name, "line"), 2) for name in OF_A_LINE),
        *(((name, "payer"), 2) for name in ("line_of_business", "network_status")),
        *(((name, "billing_provider"), 1) for name in ("tax_id", "specialty")),
        (("history", "whole"), 6),
        (("complete_since", "whole"), 3),
    )
)


def take_away(draft: Draft) -> None:
    """Take one element away, or two."""
    for _ in range(1 if draft.draws.chance(0.8) else 2):
        name, of = draft.draws.of(WEIGHTS)
        match of:
            case "claim":
                draft.claim.pop(name, None)
            case "line":
                draft.draws.one(draft.lines).pop(name, None)
            case "whole" if name == "history":
                draft.earlier = None
            case "whole":
                draft.complete_since = None
            case _:
                draft.claim[of].pop(name, None)
