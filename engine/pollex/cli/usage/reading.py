"""What policies rest on, what is in effect when, which versions there are."""

from __future__ import annotations

from argparse import ArgumentParser

from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.kinds import day, one_of
from pollex.cli.usage.options import add_format, add_policies

SORTS = ("evidence", "rule")

SOURCES = """\
Show what each rule and exception rests on: its sources, how strongly each was seen, when it was
published and how old that is; rules without a source; the count by level of evidence; and what the
README.md beside the policies says is not known. Without PAYER, for the policies of every payer.

A rule is as strong as the weakest of its sources."""

SOURCES_MORE = f"""\
examples:
  pollex sources
  pollex sources medicare --sort rule
  pollex sources medicare --on 2026-07-01 --format markdown > sources.md

{EXIT_CODES}
(1: the policies have errors; 2: no policy names that payer)"""


def _sources(command: ArgumentParser) -> None:
    command.add_argument("payer", nargs="?", metavar="PAYER", help="a payer's id (default: all payers)")
    add_policies(command)
    command.add_argument(
        "--on", type=day, metavar="DATE", help="the day to count ages at, as in 2026-07-01 (default: today)"
    )
    command.add_argument(
        "--sort",
        default=SORTS[0],
        type=one_of("an order", SORTS),
        metavar="|".join(SORTS),
        help=f"the order of rules: weakest evidence first, or by name (default: {SORTS[0]})",
    )
    add_format(command, "text", "json", "markdown")


TIMELINE = """\
Draw what is in effect when, for one payer: the versions of its policies, the rules in them that have
days of their own or are on trial, and the sets and tables they use, with every gap. Days of a policy
for which a set or table has no version are said, since what it holds is not known then."""

TIMELINE_MORE = f"""\
examples:
  pollex timeline medicare
  pollex timeline medicare --on 2026-10-01
  pollex timeline medicare --format json

With --on, text lists what is in force that day; json has it beside the timeline, under in_force.

{EXIT_CODES}
(1: the policies have errors; 2: no policy names that payer. Gaps are part of the picture: 0)"""


def _timeline(command: ArgumentParser) -> None:
    command.add_argument("payer", metavar="PAYER", help="a payer's id")
    add_policies(command)
    command.add_argument("--on", type=day, metavar="DATE", help="list what is in force on that day")
    add_format(command, "text", "json")


CACHE = """\
Show where compiled policies are kept for the next run, how many there are and how large. Entries of
texts that changed go by themselves; nothing else needs them."""

CACHE_MORE = f"""\
examples:
  pollex cache
  pollex cache --clear
  pollex check policies/ --no-cache          compile anew, this once
  POLLEX_CACHE_DIR= pollex check policies/   the same, for every command of a shell

The folder is POLLEX_CACHE_DIR, or pollex in XDG_CACHE_HOME or ~/.cache.

{EXIT_CODES}"""


def _cache(command: ArgumentParser) -> None:
    command.add_argument("--clear", action="store_true", help="remove all entries")
    add_format(command, "text", "json")


VERSION = "Show the version of the package and the version of the language that it reads."


def _version(command: ArgumentParser) -> None:
    add_format(command, "text", "json")


COMMANDS = (
    Command("sources", "what each rule rests on", SOURCES, SOURCES_MORE, _sources),
    Command("timeline", "what is in effect when", TIMELINE, TIMELINE_MORE, _timeline),
    Command("cache", "what is kept between runs", CACHE, CACHE_MORE, _cache),
    Command("version", "the versions of package and language", VERSION, EXIT_CODES, _version),
)
