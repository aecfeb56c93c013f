"""The commands, their arguments and their help.

Nothing heavy is imported here. What argparse cannot say in one plain sentence is checked by functions of
this file, and every mistake ends the command with such a sentence and where to look further.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.source.suggest import nearest

Arguments = argparse.Namespace

COMMANDS = ("decide", "check", "test", "fmt", "explain", "version")
ASSUMPTIONS = ("no-history", "no-prior-authorization")

MOST_BYTES = 1_048_576
MOST_LEVELS = 64
DEEPEST = 200
MOST_DIGITS = 15

EXIT_CODES = "exit codes: 0 all well; 1 findings; 2 bad usage, or a file that cannot be read"

_DECIDE = """\
Decide claims under payer policies. For each claim: the outcome, and per line outcome, share of the
fee, amount, reasons with their sources, adjustment codes, what is missing, and which documents to
send.

CLAIM is a file with one claim in JSON, a JSON array of claims, or NDJSON (a claim on each line);
`-` is standard input. An invalid claim is reported on standard error with its position and every
fault, and the others are still decided."""

_DECIDE_MORE = f"""\
examples:
  pollex decide claim.json
  pollex decide claim.json --explain
  pollex decide claims.ndjson --format ndjson > decisions.ndjson
  cat claims.json | pollex decide - --policies policies/ --format json

formats:
  text    for reading
  json    one decision for one claim; a list where there are several claims, or the input is a list
  ndjson  a decision on each line, written as soon as it is made
With --explain, json and ndjson give {{"decision": …, "explanation": …}} for each claim.

{EXIT_CODES}
(1: a claim is not valid, an input holds no claim, or the policies have errors)"""

_CHECK = """\
Compile policies with their sets and tables, and print every diagnostic: code, place, what is wrong
and what to do. PATH is a policy file or a folder; without one, the policies that come with Pollex
are checked."""

_CHECK_MORE = f"""\
examples:
  pollex check policies/
  pollex check policies/medicare/44120.pol
  pollex check policies/ --format json
  pollex explain POL204        what a code means

{EXIT_CODES}
(1: at least one diagnostic is an error; warnings alone are 0)"""

_TEST = """\
Run the tests that policies carry. PATH is a policy file or a folder; without one, the tests of the
policies that come with Pollex run."""

_TEST_MORE = f"""\
examples:
  pollex test policies/
  pollex test policies/medicare -k "modifier 22"
  pollex test --format junit > results.xml

formats:
  text    failures with what was expected and what came, then a summary
  json    every test with its place and result
  junit   XML that build servers read
  github  annotations for GitHub Actions

{EXIT_CODES}
(1: a test failed, no test was found, or the policies have errors)"""

_FMT = """\
Write policies in their one canonical layout, in place. Comments stay. PATH is a policy file or a
folder; `-` reads standard input and writes to standard output. A file that cannot be parsed is left
alone and its mistakes are shown."""

_FMT_MORE = f"""\
examples:
  pollex fmt policies/
  pollex fmt --check policies/
  pollex fmt - < draft.pol

{EXIT_CODES}
(1: a file cannot be parsed, or with --check would change)"""

_EXPLAIN = """\
Show the page of a diagnostic code: why it is said, a wrong and a right example. Without CODE, list all
codes."""

_EXPLAIN_MORE = f"""\
examples:
  pollex explain
  pollex explain POL204

{EXIT_CODES}
(2: there is no such code)"""

_VERSION = "Show the version of the package and the version of the language that it reads."

_MAIN_MORE = f"""\
examples:
  pollex decide claim.json     decide a claim under the policies that come with Pollex
  pollex check policies/       find the mistakes in policies
  pollex test policies/        run the tests that policies carry

`pollex COMMAND --help` says more. E{EXIT_CODES[1:]}.
NO_COLOR turns colour off."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one sentence."""

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


def no_such(what: str, word: str, known: Sequence[str]) -> str:
    """`there is no command `chek`; did you mean `check`?`"""
    near = nearest(word, known)
    more = f"did you mean `{near}`?" if near else f"there are {listed(known)}"
    return f"there is no {what} `{word}`; {more}"


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _parser() -> Parser:
    parser = Parser(
        "pollex",
        description="Decide medical claims under payer policies that people can read.",
        epilog=_MAIN_MORE,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="the same as the command version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for name, line, description, more, fill in (
        ("decide", "decide claims", _DECIDE, _DECIDE_MORE, _decide),
        ("check", "find the mistakes in policies", _CHECK, _CHECK_MORE, _check),
        ("test", "run the tests that policies carry", _TEST, _TEST_MORE, _test),
        ("fmt", "write policies in their canonical layout", _FMT, _FMT_MORE, _fmt),
        ("explain", "what a diagnostic code means", _EXPLAIN, _EXPLAIN_MORE, _explain),
        ("version", "the versions of package and language", _VERSION, EXIT_CODES, _version),
    ):
        command = commands.add_parser(
            name,
            help=line,
            description=description,
            epilog=more,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        fill(command)
    return parser


# ------------------------------------------------------------------ the commands


def _decide(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "claims", nargs="+", metavar="CLAIM", help="a file of claims, or - for standard input"
    )
    command.add_argument(
        "--policies",
        action="append",
        default=[],
        metavar="PATH",
        help="a folder or a file of policies, may be given again (default: those that come with Pollex)",
    )
    _add_format(command, "text", "json", "ndjson")
    command.add_argument(
        "--explain",
        action="store_true",
        help="add, for every rule of the policy, why it held or did not, with the values that it read",
    )
    command.add_argument(
        "--assume",
        action="append",
        default=[],
        type=_one_of("an assumption", ASSUMPTIONS),
        metavar="WHAT",
        help=f"what you vouch for where a claim is silent: {listed(ASSUMPTIONS)}; may be given again",
    )
    command.add_argument(
        "--max-bytes",
        type=_number(1, None),
        default=MOST_BYTES,
        metavar="N",
        help=f"the most bytes that one claim may take (default: {MOST_BYTES})",
    )
    command.add_argument(
        "--max-depth",
        type=_number(1, DEEPEST),
        default=MOST_LEVELS,
        metavar="N",
        help=f"the most levels of nesting in a claim, up to {DEEPEST} (default: {MOST_LEVELS})",
    )


def _check(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    _add_format(command, "text", "json")


def _test(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument(
        "-k",
        dest="pattern",
        metavar="TEXT",
        help="only tests with this text in their policy or title, in any case",
    )
    command.add_argument("--fail-fast", action="store_true", help="stop at the first test that fails")
    _add_format(command, "text", "json", "junit", "github")


def _fmt(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="+", metavar="PATH", help="a policy file, a folder, or - for standard input"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; list the files that would change"
    )


def _explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("code", nargs="?", metavar="CODE", help="a code, as in POL204")


def _version(command: argparse.ArgumentParser) -> None:
    _add_format(command, "text", "json")


def _add_paths(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a policy file or a folder (default: the policies that come with Pollex)",
    )


def _add_format(command: argparse.ArgumentParser, *formats: str) -> None:
    command.add_argument(
        "--format",
        default=formats[0],
        type=_one_of("a format", formats),
        metavar="|".join(formats),
        help=f"what to print (default: {formats[0]})",
    )


def _one_of(what: str, words: Sequence[str]) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word not in words:
            raise argparse.ArgumentTypeError(f"`{word}` is not {what}; there are {listed(words)}")
        return word

    return check


def _number(least: int, most: int | None) -> Callable[[str], int]:
    def check(digits: str) -> int:
        wanted = (
            f"a whole number of {least} or more" if most is None else f"a whole number from {least} to {most}"
        )
        number = (
            int(digits)
            if digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
            else least - 1
        )
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"`{digits}` is not {wanted}")
        return number

    return check
