"""Trying out tests: what if the policy said something else?"""

from __future__ import annotations

from argparse import ArgumentParser

from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.kinds import jobs, number, words
from pollex.cli.usage.options import add_format, add_paths

STATE = ".pollex-mutate.ndjson"
MEMBERS, CLAIMS = 5, 400
MOST = 1_000_000

MUTATE = """\
Change policies, one place at a time, and run their tests: a limit one more, a code left out, `and` for
`or`, an exception removed. A change that no test notices is shown as a difference of the text, with a
claim that tells the two apart, as a test to paste; what it expects is what the policy says now, and a
person must confirm it. Changes that come to the same are left out.

PATH is a policy file or a folder; what stands there is changed, sets and tables too, and the tests there
are run. Without one, the policies that come with Pollex."""

MUTATE_MORE = f"""\
examples:
  pollex mutate policies/
  pollex mutate policies/medicare -k mod22
  pollex mutate policies/uhc --operators bound,date,percent
  pollex mutate policies/ --fail-under 95 --format json > mutation.json
  pollex mutate policies/ --coverage
  pollex mutate --list-operators

A run that is stopped goes on where it was, and a later run asks again only what may have changed: what is
known stands in {STATE}. --fresh begins anew.

Of a set or table {MEMBERS} members, rows and cells a column are changed, the same in every run; --members all
changes every one.

formats:
  text  survivors, then how many were killed, policy by policy
  json  every mutant with what became of it (schemas/mutation.schema.json)

{EXIT_CODES}
(1: less than --fail-under percent of the mutants of some policy are killed, a test fails without any
change, or the policies have errors)"""


def _mutate(command: ArgumentParser) -> None:
    add_paths(command)
    command.add_argument(
        "-k",
        dest="pattern",
        metavar="TEXT",
        help="only rules, definitions, sets and tables with this text in their name, in any case",
    )
    command.add_argument(
        "--operators", type=words, metavar="NAME,…", help="only these kinds of change (default: all)"
    )
    command.add_argument("--list-operators", action="store_true", help="list the kinds of change, and end")
    command.add_argument(
        "--members",
        type=_members,
        default=MEMBERS,
        metavar="N|all",
        help=f"how many members, rows and cells of a list are changed (default: {MEMBERS})",
    )
    command.add_argument(
        "--claims",
        type=number(0, None),
        default=CLAIMS,
        metavar="N",
        help=f"how many claims are tried to tell a survivor apart (default: {CLAIMS})",
    )
    command.add_argument(
        "--jobs", type=jobs, metavar="N|auto", help="how many processes (default: auto, all processors)"
    )
    command.add_argument(
        "--state", default=STATE, metavar="FILE", help=f"where results are kept (default: {STATE})"
    )
    command.add_argument(
        "--coverage", action="store_true", help="say below how much of the conditions the tests show"
    )
    command.add_argument("--fresh", action="store_true", help="do not go on from earlier results")
    command.add_argument(
        "--fail-under",
        type=number(0, 100),
        metavar="N",
        help="end with 1 where less than N percent of a policy's mutants are killed",
    )
    add_format(command, "text", "json")


def _members(text: str) -> int | None:
    return None if text == "all" else number(1, MOST)(text)


COMMANDS = (Command("mutate", "change policies to try out their tests", MUTATE, MUTATE_MORE, _mutate),)
