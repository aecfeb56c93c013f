"""What a rule that holds has read: by which function, so that rules which read the same words share one."""

from __future__ import annotations

from pollex.backends.python.asked import Asked
from pollex.backends.python.claims import Line
from pollex.backends.python.reading import Locators, Read, Readings
from pollex.model.decision import Reading


class Evidence:
    """Says what reads what a rule has read."""

    def __init__(self, locators: Locators) -> None:
        self._locators = locators

    def __call__(self, asked: Asked | None) -> Read:
        code = None if asked is None else asked.code
        if asked is None or code is None or code.because is None:
            return self._locators.reader(() if code is None else code.words)
        because, day, locators = code.because, asked.day, self._locators

        def read(line: Line) -> tuple[Reading, ...]:
            readings = Readings(locators)
            because(line, line.claim, day, readings)
            return readings.result()

        return read
