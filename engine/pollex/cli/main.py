"""The door of the command line: read the arguments, run the one command, and end in good order.

Whatever happens, the user sees a sentence and never a traceback. A reader that goes away (`pollex … |
head`) and Ctrl-C end the command silently, with the codes that a shell expects. A mistake of the program
itself is named by its place in the code alone: an exception's own message may quote a claim.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import cast

from pollex.cli.arguments import Arguments, read
from pollex.cli.exits import BAD_USAGE, BROKEN_PIPE, INTERRUPTED, Stop, complain

CACHE_DIR = "POLLEX_CACHE_DIR"
PACKAGE = Path(__file__).parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    """Run `pollex` with these arguments, those of the process by default, and return its exit code."""
    _open_streams()
    try:
        _write_anything()
        code = _run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
    except Stop as stop:
        if stop.message is not None:
            complain(stop.message)
        return stop.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return BROKEN_PIPE
    except OSError as error:
        return _of_the_system(error)
    except Exception as error:  # noqa: BLE001 - the last resort: the user gets a sentence, whatever went wrong
        complain(_own_mistake(error))
        return BAD_USAGE
    return code


def _run(argv: list[str]) -> int:
    arguments = read(argv)
    command = import_module(f"pollex.cli.{arguments.command}")
    run = cast(Callable[[Arguments], int], command.run)
    with _kept_out(getattr(arguments, "no_cache", False)):
        return run(arguments)


@contextmanager
def _kept_out(wanted: bool) -> Iterator[None]:
    """While a command runs with `--no-cache`: also the processes that it starts keep nothing."""
    before = os.environ.get(CACHE_DIR)
    if wanted:
        os.environ[CACHE_DIR] = ""
    try:
        yield
    finally:
        if wanted:
            os.environ.pop(CACHE_DIR)
            os.environ.update({} if before is None else {CACHE_DIR: before})


def _open_streams() -> None:
    """A caller may have closed the streams that we write to (`>&-`); then what is written goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
            setattr(sys, name, nowhere)


def _write_anything() -> None:
    """No character of a result may break a stream that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _close_quietly() -> None:
    """Python flushes the stream once more when it ends: it gets a place where that does no harm."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _of_the_system(error: OSError) -> int:
    what = f"{error.filename}" if error.filename else "the output cannot be written"
    complain(f"{what}: {(error.strerror or 'unknown reason').lower()}")
    if error.filename is None:
        _close_quietly()
    return BAD_USAGE


def _own_mistake(error: Exception) -> str:
    where = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    ours = [
        f"{file.relative_to(PACKAGE).as_posix()}:{line}" for file, line in where if PACKAGE in file.parents
    ]
    notes = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
    return (
        f"this is a mistake in Pollex itself ({type(error).__name__} at {ours[-1]}{notes}); please report "
        "this line, the command and what `pollex version` says to the maintainers, without any claim"
    )
