"""What a run of mutants has found so far, in a file, a line a mutant.

A mutant is known by its own digest, and a result says what it rests on; the run says whether it still holds.
A line that was cut off is left out. The file is complete or as it was: it is written anew at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.testing.mutate.run import Result

LISTS = ("policies", "difference")


class State:
    """The file; use it as a context while results come in."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.results: dict[str, Result] = {}
        self.file: TextIO | None = None

    def read(self) -> Mapping[str, Result]:
        """The results of earlier runs, by the mutant's key."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        except (OSError, UnicodeDecodeError):
            raise Stop(BAD_USAGE, f"{self.path} cannot be read; --fresh begins anew") from None
        found = (_result(line) for line in lines)
        self.results = {one.key: one for one in found if one is not None}
        return dict(self.results)

    def __enter__(self) -> Self:
        try:
            self._write()
            self.file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise Stop(BAD_USAGE, f"{self.path} cannot be written: {reason}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None

    def keep(self, result: Result) -> None:
        """Note a result, if it is not known yet."""
        if self.file is not None and self.results.get(result.key) != result:
            self.results[result.key] = result
            self.file.write(_line(result))
            self.file.flush()

    def _write(self) -> None:
        """Each known result once."""
        text = "".join(map(_line, self.results.values()))
        beside = self.path.with_name(f"{self.path.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.path)


def _line(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False, separators=(",", ":")) + "\n"


def _result(line: str) -> Result | None:
    try:
        read: Any = json.loads(line)
        whole = {**read, **{name: tuple(read[name]) for name in LISTS}}
        return Result(**whole) if whole.keys() == {one.name for one in fields(Result)} else None
    except (ValueError, TypeError, KeyError):
        return None
