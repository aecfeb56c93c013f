"""The changes that are made to a policy, by stable names."""

from __future__ import annotations

from typing import Final

OPERATORS: Final = {
    "rule-removed": "a rule is taken out",
    "exception-removed": "an exception is taken out",
    "and-or": "`and` becomes `or`, `all of` becomes `any of`, and the other way round",
    "condition-dropped": "one condition of a list is left out",
    "negation": "a condition says the opposite; `every` becomes `any`",
    "bound": "a number, a count, a rank or a length of time is one less or one more",
    "order": "a limit counts, or no longer counts: `more than` and `at least`, `before` and `on or before`",
    "direction": "a window of days lies on the other side",
    "date": "a day is the day before or the day after",
    "code-dropped": "a code or value of a list is left out",
    "code-added": "a code that the policy speaks of elsewhere is added to a code or a list",
    "filter-dropped": "one of the words that choose other lines is left out: a date, a provider, a `with`",
    "provider": "the same provider becomes the same group, the group becomes the provider",
    "lines": "`other line` becomes `line`: this line counts too",
    "document-dropped": "documentation is found in any document",
    "effect": "an outcome becomes another: allow, deny, pend",
    "effect-dropped": "an effect, an `instead` or an `otherwise` is left out",
    "percent": "a percentage is one less or one more",
    "amount": "an amount of money is a dollar less or more",
    "arithmetic": "`+` and `-`, or `*` and `/`, change places",
    "reason-code": "a group, CARC or RARC becomes another; a RARC, or all of them, are left out",
    "scope": "a code or set is left out of the lines that a policy or rule speaks of",
    "trial": "a rule on trial is in force",
    "member-dropped": "a code is left out of a set",
    "member-added": "a code is added to a set",
    "row-dropped": "a row is left out of a table",
    "cell": "a cell of a table that some rule reads holds another value",
}
"""Each operator and what it does. The names stand in reports and in the files that a run goes on from."""
