"""The goals for speed as figures: `python -m tests.bench [NAME…]`, from the top of the checkout.

Every figure is a ratio to a floor that was measured in the same run, turn by turn, since a machine that is
shared is never twice the same. Nothing here is run by `pytest` as a test of speed: a clock is no test.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from collections.abc import Iterator, Mapping
from itertools import chain

from tests.bench import batch, commands, deciding, many_rules, one_claim, parquet, policy_tests
from tests.bench.interleaved import Bench, Unequal
from tests.bench.record import missing_place, record

BENCHES: Mapping[str, Bench] = {
    "one-claim": one_claim.BENCH,
    "deciding": deciding.BENCH,
    "batch": batch.BENCH,
    "parquet": parquet.BENCH,
    "many-rules": many_rules.BENCH,
    "policy-tests": policy_tests.BENCH,
    "commands": commands.BENCH,
}
SHOWN = 20


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure, as ratios to floors."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(BENCHES)}")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    parser.add_argument(
        "--scale", type=int, default=1000, help="how many items are worked on (default: 1000)"
    )
    parser.add_argument("--profile", action="store_true", help="show where the time goes instead")
    parser.add_argument("--record", action="store_true", help="keep what is printed in README.md")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    names = arguments.names or list(BENCHES)
    for fault in map(missing_place, names if arguments.record else ()):
        if fault is not None:
            parser.error(fault)
    for name in names:
        if arguments.profile:
            profile(BENCHES[name], arguments.scale)
            continue
        try:
            printed = list(shown(name, BENCHES[name], arguments.rounds, arguments.scale))
        except Unequal as unequal:
            sys.exit(f"{name}: answers differ, so nothing is measured\n{unequal}")
        if arguments.record:
            record(name, printed)


def shown(name: str, bench: Bench, rounds: int, scale: int) -> Iterator[str]:
    """Print what a bench says, line by line."""
    for line in chain((f"{name}: {bench.goal}",), (f"  {line}" for line in bench.measure(rounds, scale))):
        print(line, flush=True)
        yield line


def profile(bench: Bench, scale: int) -> None:
    """The functions that take most of the time, of every work but the floor."""
    for work, run in bench.works(scale).items():
        if work != bench.floor:
            profiler = cProfile.Profile()
            profiler.runcall(run)
            print(work.format(scale=f"{scale:,}"))
            pstats.Stats(profiler).sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main()
