"""Arguments that several commands take."""

from __future__ import annotations

from argparse import ArgumentParser

from pollex.cli.usage.kinds import one_of
from pollex.source.listing import listed

ASSUMPTIONS = ("no-history", "no-prior-authorization")
ENGINES = ("python", "duckdb", "spark")


def add_policies(command: ArgumentParser) -> None:
    command.add_argument(
        "--policies",
        action="append",
        default=[],
        metavar="PATH",
        help="a folder or a file of policies, may be given again (default: those that come with Pollex)",
    )
    add_cache(command)


def add_paths(command: ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a policy file or a folder (default: the policies that come with Pollex)",
    )
    add_cache(command)


def add_cache(command: ArgumentParser) -> None:
    command.add_argument(
        "--no-cache", action="store_true", help="compile anew, and keep nothing for the next run"
    )


def add_format(command: ArgumentParser, *formats: str) -> None:
    command.add_argument(
        "--format",
        default=formats[0],
        type=one_of("a format", formats),
        metavar="|".join(formats),
        help=f"what to print (default: {formats[0]})",
    )


def add_assume(command: ArgumentParser) -> None:
    command.add_argument(
        "--assume",
        action="append",
        default=[],
        type=one_of("an assumption", ASSUMPTIONS),
        metavar="WHAT",
        help=f"what you vouch for where a claim is silent: {listed(ASSUMPTIONS)}; may be given again",
    )


def add_engine(command: ArgumentParser, what: str) -> None:
    command.add_argument(
        "--engine",
        default=ENGINES[0],
        type=one_of("an engine", ENGINES),
        metavar="|".join(ENGINES),
        help=f"{what} (default: {ENGINES[0]})",
    )


def add_output(command: ArgumentParser) -> None:
    command.add_argument("-o", "--output", metavar="FILE", help="write to a file (default: standard output)")
