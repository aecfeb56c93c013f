"""The nearest known word to one that is not known, or none.

Case, hyphens and spaces do not count, nor does the order of the words of a phrase. A single slip (a letter
missing, added, changed, or two swapped) is always near; otherwise the likeness has to be high. Words
without letters get no suggestion: a billing code that differs in one digit is another service, not a
misspelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

CUTOFF = 0.75
SHORTEST = 6


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None where none is like enough; the same whatever their order."""
    wanted = _folded(word)
    if not any(character.isalpha() for character in wanted):
        return None
    best: tuple[float, str] | None = None
    for candidate in sorted(set(candidates)):
        score = _likeness(wanted, _folded(candidate))
        if score >= CUTOFF and (best is None or score > best[0]):
            best = (score, candidate)
    return best[1] if best else None


def is_slip(word: str, other: str) -> bool:
    """Whether two different words may be one, with a letter missing, added, changed, or two swapped.

    A digit that differs is no slip, nor is one of few letters.
    """
    one, two = _folded(word), _folded(other)
    if word == other or min(len(one), len(two)) < SHORTEST:
        return False
    if re.sub(r"\d", "", one) == re.sub(r"\d", "", two) and re.findall(r"\d", one) != re.findall(r"\d", two):
        return False
    return one == two or _single_slip(one, two)


def _folded(phrase: str) -> str:
    return re.sub(r"[\s_-]+", " ", phrase).strip().casefold()


def _likeness(wanted: str, candidate: str) -> float:
    if wanted == candidate:
        return 1.0
    matcher = SequenceMatcher(None, wanted, candidate, autojunk=False)
    ratio = matcher.ratio() if matcher.real_quick_ratio() >= CUTOFF else 0.0
    if _single_slip(wanted, candidate):
        return max(ratio, 0.9)
    if _sorted_words(wanted) == _sorted_words(candidate):
        return max(ratio, 0.95)
    return ratio


def _sorted_words(phrase: str) -> list[str]:
    return sorted(phrase.split())


def _single_slip(wanted: str, candidate: str) -> bool:
    """Whether one letter missing, added or changed, or two neighbours swapped, make one of the other."""
    if min(len(wanted), len(candidate)) < 3 or abs(len(wanted) - len(candidate)) > 1:
        return False
    start = 0
    while start < min(len(wanted), len(candidate)) and wanted[start] == candidate[start]:
        start += 1
    left, right = wanted[start:], candidate[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:]
