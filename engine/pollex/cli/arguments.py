"""The arguments of the command line.

Nothing heavy is imported here: what each command takes and says of itself stands in the folder `usage`, what
it does in a module of its name. Every mistake ends the command with one sentence and where to look further.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, NoReturn

from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.cli.usage import authoring, changing, deciding, mutating, reading
from pollex.cli.usage.command import EXIT_CODES
from pollex.cli.wording import no_such
from pollex.source.listing import listed

Arguments = argparse.Namespace

OFFERED = (*deciding.COMMANDS, *authoring.COMMANDS, *mutating.COMMANDS, *changing.COMMANDS, *reading.COMMANDS)
COMMANDS = tuple(command.name for command in OFFERED)

MORE = f"""\
examples:
  pollex decide claim.json     decide a claim under the policies that come with Pollex
  pollex check policies/       find the mistakes in policies
  pollex test policies/        run the tests that policies carry

`pollex COMMAND --help` says more. E{EXIT_CODES[1:]}.
NO_COLOR turns colour off. What was compiled is kept in ~/.cache/pollex, or in POLLEX_CACHE_DIR;
where that is empty, or with --no-cache, nothing is kept."""


OPTION = re.compile(r"--?[A-Za-z]")


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one sentence; what a command does not know, it says first."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        for word in takewhile(lambda word: word != "--", args):
            option = word.partition("=")[0] if word.startswith("--") else word[:2]
            if OPTION.match(word) and option not in self._option_string_actions:
                options = sorted(name for name in self._option_string_actions if name.startswith("--"))
                self.error(no_such("option", option, options))
        found, more = super().parse_known_args(args, namespace)
        if more:
            self.error(f"there is nothing to do with {listed([f'`{word}`' for word in more])}")
        return found, more

    def error(self, message: str) -> NoReturn:
        plain = message.removeprefix("argument ")
        raise Stop(BAD_USAGE, f"{plain} (see `{self.prog} --help`)")


def read(argv: Sequence[str]) -> Arguments:
    """The arguments of a command. What is wrong with them, and help that was asked for, end in Stop."""
    if not argv:
        raise Stop(BAD_USAGE, f"name a command: {listed(COMMANDS)} (see `pollex --help`)")
    if argv[0] == "--version":
        argv = ["version", *argv[1:]]
    if not argv[0].startswith("-") and argv[0] not in COMMANDS:
        raise Stop(BAD_USAGE, no_such("command", argv[0], COMMANDS))
    try:
        return _parser().parse_args(argv)
    except SystemExit:
        raise Stop(OK) from None


def _parser() -> Parser:
    parser = Parser(
        "pollex",
        description="Decide medical claims under payer policies that people can read.",
        epilog=MORE,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="the same as the command version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for offered in OFFERED:
        command = commands.add_parser(
            offered.name,
            help=offered.line,
            description=offered.description,
            epilog=offered.more,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        offered.fill(command)
    return parser
