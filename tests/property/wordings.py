"""Every kind of condition, filter and effect in words, over few codes, dates and amounts: things meet.

A kind has a handful of wordings. `CONDITIONS` speak of this line alone; tests of other lines and of the
history are put together from `FACTS`, `PAST_FACTS` and `FILTERS`.
"""

from __future__ import annotations

Wordings = dict[str, tuple[str, ...]]

DOCUMENTS = (
    "documentation of lysis",
    "documentation of lysis in operative-note",
    "documentation of need in letter",
)

# Each hangs on one element of the claim that has no other place to stand.
DIRECT: Wordings = {
    "place": (
        "place of service 21",
        "place of service any of 11, 22",
        "place of service in facilities",
        "place of service not 21",
        "place of service none of 21, 22",
        "place of service not in facilities",
    ),
    "choice": (
        "network status is out-of-network",
        "network status is not out-of-network",
        "line of business is any of commercial, medicaid",
        "line of business is none of commercial, medicaid",
        "patient sex is F",
        "patient sex is any of F, M, U",
    ),
    "money": (
        "fee is at least $100.00",
        "fee is more than $200.00",
        "fee is $200.00",
        "billed charge is less than $200.00",
        "billed charge is at most $100.00",
        "total charge is not $100.00",
    ),
    "received": (
        "received date is more than 1 year after the service date",
        "received date is at least 30 days after the service date",
        "received date is less than 1 month after the service date",
        "received date is within 3 months after the service date",
        "received date is at most 2 weeks after the service date",
        "received date is before 2026-03-31",
        "received date is on or after 2026-02-28",
        "received date is 2026-03-31",
        "received date is any of 2026-03-31, 2027-02-28",
    ),
    "age": (
        "patient age under 18 years",
        "patient age under 6 months",
        "patient age is at least 65 years",
        "birth date is after 2008-02-28",
    ),
    "provider": (
        "billing specialty 208600000X",
        "billing specialty not 363A00000X",
        'billing tax id "12-3456789"',
        "billing tax id in partners",
    ),
    "documentation": (
        "documentation of lysis in operative-note is found",
        "documentation of lysis in operative-note is not found",
        "documentation of need in letter is found",
    ),
}

CONDITIONS: Wordings = {
    **DIRECT,
    "modifier": (
        "modifier 22",
        "modifier any of 80, AS",
        "modifier in assistants",
        "no modifier 22",
        "no modifier any of 22, 59",
        "no modifier in assistants",
    ),
    "diagnosis": (
        "any diagnosis K56.50",
        "any diagnosis any of K5650, C17.0",
        "any diagnosis in obstruction",
        "no diagnosis in obstruction",
        "every diagnosis in obstruction",
        "principal diagnosis K56.50",
        "principal diagnosis not in obstruction",
    ),
    "pointed diagnosis": (
        "any pointed diagnosis in obstruction",
        "every pointed diagnosis K56.50",
        "no pointed diagnosis C17.0",
    ),
    "diagnosis type": ('any diagnosis type "ABK"', 'every diagnosis type "ABK"', 'no diagnosis type "ABF"'),
    "cpt": (
        "cpt 44120",
        "cpt any of 44121, 99213",
        "cpt in visits",
        "cpt in new-codes",
        "cpt not 44120",
        "cpt none of 44120, 44005",
        "cpt not in new-codes",
    ),
    "rendering": (
        'rendering npi "1234567893"',
        "rendering specialty 208600000X",
        "rendering specialty none of 208600000X, 363A00000X",
        'rendering tax id "98-7654321"',
        'billing npi "1987654321"',
    ),
    "attachment": (
        "any attachment report type OB",
        "no attachment report type any of OB, M1",
        'every attachment loinc "11504-8"',
        'any attachment control number "C1"',
    ),
    "authorization": (
        "prior authorization is on file",
        "prior authorization is not on file",
        'prior authorization "A1"',
        'no prior authorization any of "A1", "A2"',
    ),
    "assumed": (
        "claim type is professional",
        "claim type is institutional",
        "frequency code 1",
        "frequency code not 1",
        'claim id "c1"',
        'payer "aetna"',
    ),
    "number": (
        "units is more than 2",
        "units is 2",
        "units is not 2",
        "units is none of 1, 3",
        "units is at most limits units",
        "line number is 1",
        "fee is at least billed charge",
    ),
    "column": (
        "fees indicator is 2",
        "fees indicator is not 2",
        "limits indicator is any of 0, 1",
        "limits indicator is not 0",
        "fees share is 16",
        "fees share is more than limits share",
        "fees cap is at least billed charge",
        "fees since is on or before 2026-02-15",
        "limits global-days is at least 90 days",
        "limits global-days is more than days of care",
        "dated grade is A",
    ),
    "arithmetic": (
        "fee * units is more than $250.00",
        "billed charge - fee is at most $50.00",
        "fees cap + $10.00 is at least billed charge",
        "(units + 1) * 2 is less than 6",
        "fee / billed charge is less than 2",
        "fees share * 2 / units is at least limits share",
    ),
    "date": (
        "service date is before 2026-02-01",
        "service date is 2026-02-28",
        "last service date is after the service date",
        "admission date is within 3 days before the service date",
        "received date is within 1 to 3 months after the service date",
        "discharge date is on or after the service date",
        "original processed date is at least 1 year before the received date",
        "service date is at least 1 month after 2026-01-31",
        "history complete since is on or before 2026-01-01",
    ),
    "days of a table": (
        "received date is more than limits global-days after the service date",
        "received date is within fees care-days after the service date",
        "service date is within limits global-days before the received date",
    ),
    "days": (
        "days of care is at least 30 days",
        "days from the care from to the care to is more than 4 weeks",
        "days from the service date to the received date is at most 60 days",
        "days from the admission date to the discharge date is less than 5 days",
        "days from 2026-01-31 to the last service date is more than 1 days",
    ),
    "documentation": tuple(f"{what} is {state}" for what in DOCUMENTS for state in ("found", "not found")),
    "quantity": (
        "quantity of documentation of lysis is more than 120",
        "quantity of documentation of lysis in operative-note is at most 120",
        "quantity of documentation of lysis in operative-note is 120",
    ),
}

# What may be asked of another line of the claim, and of a line of the history.
SHARED_FACTS: tuple[str, ...] = (
    "cpt 44120",
    "cpt any of 44121, 44005",
    "cpt in resections",
    "cpt not in new-codes",
    "modifier 59",
    "modifier in assistants",
    "place of service 21",
    "billed charge is more than $100.00",
    "units is 2",
    "units is more than limits units",
    "units is not 1",
    "fee is more than billed charge",
    "limits indicator is any of 0, 1",
    "fees cap is at least $50.00",
    "fees since is before the service date",
    "service date is before 2026-02-15",
    "last service date is after the service date",
    "any pointed diagnosis in obstruction",
    "rendering specialty 208600000X",
    "the same cpt",
    "the same modifier",
    "the same place of service",
    "the same units",
    "the same fee",
    "the same rendering npi",
    "the same pointed diagnosis",
    "the same days of care",
)
FACTS: tuple[str, ...] = (*SHARED_FACTS, "any attachment report type OB")
PAST_FACTS: tuple[str, ...] = (
    *SHARED_FACTS,
    "outcome is deny",
    "outcome is any of allow, pend",
    "outcome is none of deny, pend",
    'history claim id "h1"',
    "any diagnosis in obstruction",
    "every diagnosis K56.50",
    "the same diagnosis",
    'billing npi "1987654321"',
)
FILTERS: tuple[str, ...] = (
    "on the same date",
    "by the same provider",
    "by the same group",
    "by the same tax id",
    "with no modifier 22",
    "with no modifier in assistants",
    "within 30 days before the service date",
    "within 1 to 30 days before the service date",
    "within 1 month before the service date",
    "within 1 month after the service date",
    "within limits global-days before the service date",
    "within 1 to limits global-days before the service date",
    "within 1 year before the received date",
    "within 2 weeks after 2026-01-31",
    "within 3 months before 2026-03-01",
)

OUTCOMES: tuple[str, ...] = (
    "allow",
    "allow with co carc 45",
    "deny",
    "deny with co carc 97 rarc N519 M15",
    "pend for review by pricing",
    "pend for review by nurses with co carc 50",
)
SHARES: tuple[str, ...] = (
    "pay 16 percent of fee",
    "pay 62.5 percent of fee, with co carc 45",
    "pay fees share percent of fee",
    "pay limits share percent of fee",
    "pay 100 * units / 3 percent of fee",
    "pay fees share * days of care / limits global-days percent of fee",
)
SMALL_EFFECTS: tuple[str, ...] = (
    'note "One."',
    'note "Two." with co carc 45 rarc M69',
    "reduce to 50 percent",
    "reduce to 0 percent",
    "reduce to fees share percent, with co carc 59",
    "reduce to fees share - limits share percent",
    "reduce to 10 * count of other lines percent",
    "reduce to 20 * sum of units of lines on the same date percent",
    "reduce by $12.34",
    "reduce by fees cap",
    "reduce by billed charge, with pr carc 45",
    "pay at most $50.00",
    "pay at most fees cap, with co carc 45",
    "pay at most billed charge",
    "pay at most 120 percent of billed charge",
    "pay at most fees share percent of fee",
)
OTHERWISE: tuple[str, ...] = (
    "",
    "",
    "",
    "",
    ', otherwise note "Ordinary fee."',
    ", otherwise deny with co carc 50",
    ", otherwise allow",
    ", otherwise pend for review by nurses",
    ", otherwise pay 50 percent of fee",
    ", otherwise reduce to 75 percent",
)
REQUIREMENTS: tuple[str, ...] = tuple(
    f"require {what}{otherwise}" for what in DOCUMENTS for otherwise in OTHERWISE
)

# Effects whose numbers and documents have one place to stand each.
PLAIN_SHARES = tuple(text for text in SHARES if text[4].isdigit() and "/" not in text)
PLAIN_EFFECTS = tuple(
    text for text in SMALL_EFFECTS if not any(word in text for word in ("fees", "count", "sum"))
)
PLAIN_REQUIREMENTS = tuple(text for text in REQUIREMENTS if " in " in text)
