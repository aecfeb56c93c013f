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
    "POL501": "the file cannot be read as YAML",
    "POL502": "a key stands twice",
    "POL503": "a file holds more than one document",
    "POL504": "an anchor, alias, merge key or tag of YAML",
    "POL505": "a key that the file does not know",
    "POL506": "a key is missing",
    "POL507": "a value of the wrong shape",
    "POL508": "not a name",
    "POL509": "a code is not in quotes",
    "POL510": "a code outside its system",
    "POL511": "not a date",
    "POL512": "the last day is before the first",
    "POL513": "unknown kind of evidence",
    "POL514": "unknown code system",
    "POL515": "listed twice for the same days",
    "POL516": "two files of one name speak of the same days",
    "POL517": "files of one name are not of one make",
    "POL518": "unknown type of column",
    "POL519": "unknown column",
    "POL520": "a cell of the wrong type",
    "POL521": "a word that cannot key a table",
    "POL522": "a row's key has the wrong number of codes",
    "POL523": "a pattern that is not a regular expression",
    "POL524": "unknown meaning of an absent key",
    # 6xx tests
    # 8xx lint
    # 9xx limits
}


def title(code: str) -> str:
    """The short title of a code; a code that is not in the list is a mistake of the program."""
    return CODES[code]
