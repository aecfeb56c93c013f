"""Every diagnostic code and its short title. A code is never reused; its page is
grammar/diagnostics/POLnnn.md.

1xx text and syntax, 2xx names, 3xx types, 4xx clauses, 5xx intake (sets, tables, claims, fixtures), 6xx
tests, 8xx lint, 9xx limits.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    # 1xx text and syntax
    "POL101": "the text cannot be read as a policy",
    # 2xx names
    # 3xx types
    # 4xx clauses
    # 5xx intake
    # 6xx tests
    # 8xx lint
    # 9xx limits
}


def title(code: str) -> str:
    """The short title of a code; a code that is not in the list is a mistake of the program."""
    return CODES[code]
