"""`pollex batch`: many claims into one file, stopped and taken up at will, and a summary at the end."""

from __future__ import annotations

import os
import sys
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from pollex.backends.sql.engines import ENGINES
from pollex.backends.sql.spark import CannotStart
from pollex.batch import parquet
from pollex.batch.asking import Asking
from pollex.batch.chunks import Done, Reject
from pollex.batch.deciding import Desk
from pollex.batch.inputs import Input, file_input
from pollex.batch.laying import Laying
from pollex.batch.run import CannotGoOn, Job
from pollex.batch.run import run as run_job
from pollex.batch.tally import Tally, laid_out_summary, summary
from pollex.batch.work import Work
from pollex.cli.arguments import Arguments
from pollex.cli.batch_text import laid_out_text, summary_text
from pollex.cli.claimfiles import STANDARD_INPUT, standard_input
from pollex.cli.documents import print_document
from pollex.cli.engines import only_parquet, questions, sql_engine
from pollex.cli.exits import BAD_USAGE, FINDINGS, INTERRUPTED, OK, Stop, complain
from pollex.cli.opening import sound
from pollex.cli.progress import Meter
from pollex.cli.terminal import counted
from pollex.engine import engine_of
from pollex.intake.document import DEFAULT
from pollex.source.snippet import visible
from pollex.source.text import UnreadableFile

CHUNK = 500
"""Claims that are decided at once; an engine of SQL has a number of its own."""
WORTH_A_WORKER = 1_048_576
"""Bytes of input; less is decided before another process has started."""
SHOWN = 10
"""Claims that are not valid, where no file takes them."""


def run(arguments: Arguments) -> int:
    """Decide all claims of all inputs."""
    output, rejects = _outputs(arguments)
    inputs = _inputs(arguments, output, rejects)
    desk, most = _work(arguments, inputs)
    workers = arguments.workers or _workers(inputs)
    chunk = arguments.chunk or most
    job = Job(inputs, output, rejects, desk, workers, chunk, arguments.restart)
    with Meter("claim") as meter:
        watch = _Watch(meter, sum(source.size or 0 for source in inputs), listed=rejects is not None)
        tally = _done(job, watch)
    watch.say_how_many_more()
    if arguments.summary == "json":
        print_document(laid_out_summary(tally) if arguments.to_parquet else summary(tally))
    else:
        text = laid_out_text if arguments.to_parquet else summary_text
        sys.stdout.write(text(tally, str(output), None if rejects is None else str(rejects)))
    return FINDINGS if tally.invalid or tally.unreadable else OK


def _done(job: Job, watch: _Watch) -> Tally:
    try:
        return run_job(job, watch)
    except (CannotGoOn, CannotStart, UnreadableFile) as error:
        raise Stop(BAD_USAGE, str(error)) from None
    except BrokenProcessPool:
        said = f"a worker was ended from outside, perhaps for want of memory; {watch.so_far}"
        raise Stop(BAD_USAGE, said) from None
    except KeyboardInterrupt:
        watch.meter.__exit__(None, None, None)
        complain(f"stopped; {watch.so_far}")
        raise Stop(INTERRUPTED) from None


# ------------------------------------------------------------------ what to do


def _outputs(arguments: Arguments) -> tuple[Path, Path | None]:
    output = Path(arguments.output)
    rejects = None if arguments.rejects is None else Path(arguments.rejects)
    for file in (output, rejects):
        if file is not None and (str(file) == STANDARD_INPUT or file.is_dir()):
            raise Stop(BAD_USAGE, f"{file} is not a file: name one to write to")
        if file is not None and not file.parent.is_dir():
            raise Stop(BAD_USAGE, f"{file}: there is no folder {file.parent}")
    if rejects is not None and rejects.absolute() == output.absolute():
        raise Stop(BAD_USAGE, f"{output} cannot take both the decisions and what is refused")
    return output, rejects


def _inputs(arguments: Arguments, output: Path, rejects: Path | None) -> list[Input]:
    if arguments.inputs.count(STANDARD_INPUT) > 1:
        raise Stop(BAD_USAGE, "standard input (`-`) can be named once")
    try:
        inputs = [_input(path) for path in arguments.inputs]
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    for source in inputs:
        for file in (output, rejects):
            if source.path is not None and file is not None and file.exists() and file.samefile(source.path):
                raise Stop(BAD_USAGE, f"{file} is one of the inputs: name another file to write to")
    return inputs


def _input(path: str) -> Input:
    if path == STANDARD_INPUT:
        return Input("standard input", stream=standard_input())
    return file_input(path)


def _work(arguments: Arguments, inputs: list[Input]) -> tuple[Work, int]:
    """What is done with claims, and with how many at once: they are decided, or laid out in columns."""
    if arguments.engine in ENGINES:
        return _asking(arguments, inputs)
    if not arguments.to_parquet:
        engine = engine_of(sound(arguments.policies))
        return Desk(engine, DEFAULT, frozenset(arguments.assume), _is_columns(arguments)), CHUNK
    for name, given in (("--policies", arguments.policies), ("--assume", arguments.assume)):
        if given:
            raise Stop(BAD_USAGE, f"{name} means nothing with --to-parquet, which decides no claim")
    if arguments.format == "ndjson":
        raise Stop(BAD_USAGE, "--to-parquet writes Parquet: leave out --format ndjson")
    if not parquet.is_installed():
        raise Stop(BAD_USAGE, parquet.NOT_INSTALLED)
    return Laying(DEFAULT), CHUNK


def _asking(arguments: Arguments, inputs: list[Input]) -> tuple[Work, int]:
    """Claims are decided by SQL, which says nothing of what rules have read."""
    name = arguments.engine
    engine = sql_engine(name, f"--engine {name}")
    if arguments.to_parquet:
        said = "--to-parquet decides no claim, and --engine says what decides: leave one of them out"
        raise Stop(BAD_USAGE, said)
    if not _is_columns(arguments):
        said = "writes Parquet: what each rule has read, SQL does not say; name OUT.parquet"
        raise Stop(BAD_USAGE, f"--engine {name} {said}")
    only_parquet(inputs, f"--engine {name}")
    decides = engine_of(sound(arguments.policies))
    asked = questions(engine, decides.program)
    desk = Desk(decides, DEFAULT, frozenset(arguments.assume), columns=True)
    return Asking(desk, asked, name), engine.chunk


def _is_columns(arguments: Arguments) -> bool:
    form = arguments.format or ("parquet" if arguments.output.endswith(".parquet") else "ndjson")
    if form == "parquet" and not parquet.is_installed():
        raise Stop(BAD_USAGE, parquet.NOT_INSTALLED)
    return bool(form == "parquet")


def _workers(inputs: list[Input]) -> int:
    """As many as there are processors for us; one where all inputs together are small."""
    sizes = [source.size for source in inputs]
    if None not in sizes and sum(size or 0 for size in sizes) < WORTH_A_WORKER:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ------------------------------------------------------------------ how it goes


@dataclass(slots=True)
class _Watch:
    """Shows how a run goes; `total` bytes of input, 0 where not known; `listed`: a file takes the rejects."""

    meter: Meter
    total: int
    listed: bool
    claims: int = 0
    invalid: int = 0

    @property
    def so_far(self) -> str:
        return f"{counted(self.claims, 'claim')} done so far, and the same command goes on from there"

    def goes_on(self, tally: Tally) -> None:
        self.claims = tally.claims
        self.meter.say(f"going on with an unfinished run: {counted(self.claims, 'claim')} done before")

    def chunk(self, done: Done, read: int) -> None:
        claims = done.tally.claims
        self.claims += claims
        self.meter.step(claims)
        for reject in done.rejects:
            self.reject(reject)
        if self.meter.is_due():
            self.meter.look(read, self.total or None)

    def reject(self, reject: Reject) -> None:
        """On standard error, where no file takes them: the first ones."""
        name = visible(reject.name)
        if reject.position == 0:
            self.meter.say("\n".join(f"{name}: {fault.message}" for fault in reject.faults))
            return
        self.invalid += 1
        if self.listed or self.invalid > SHOWN:
            return
        line = f" (line {reject.line})" if reject.line is not None else ""
        said = f"{name}: claim {reject.position}{line} is not valid: {counted(len(reject.faults), 'fault')}"
        self.meter.say("\n".join([said, *(f"  {visible(str(fault))}" for fault in reject.faults)]))

    def say_how_many_more(self) -> None:
        if not self.listed and self.invalid > SHOWN:
            more = counted(self.invalid - SHOWN, "more claim")
            complain(f"{more} not valid: --rejects FILE lists them all")
