"""The commands, their arguments and their help.

Nothing heavy is imported here. What argparse cannot say in one plain sentence is checked by functions of
this file, and every mistake ends the command with such a sentence and where to look further.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NoReturn

from pollex.cli import help_texts
from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.cli.modifiers import modifier_lists
from pollex.source.suggest import nearest

Arguments = argparse.Namespace

COMMANDS = (
    "decide",
    "compare",
    "matrix",
    "check",
    "test",
    "fmt",
    "explain",
    "sources",
    "timeline",
    "synth",
    "version",
)
FEES = ("claim", "benchmark")
SORTS = ("evidence", "rule")
ASSUMPTIONS = ("no-history", "no-prior-authorization")

MOST_BYTES = 1_048_576
MOST_LEVELS = 64
DEEPEST = 200
MOST_DIGITS = 15
MOST_JOBS = 256


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
        epilog=help_texts.MAIN_MORE,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="the same as the command version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for name, line, description, more, fill in (
        ("decide", "decide claims", help_texts.DECIDE, help_texts.DECIDE_MORE, _decide),
        ("compare", "one claim under every payer", help_texts.COMPARE, help_texts.COMPARE_MORE, _compare),
        ("check", "find the mistakes in policies", help_texts.CHECK, help_texts.CHECK_MORE, _check),
        ("test", "run the tests that policies carry", help_texts.TEST, help_texts.TEST_MORE, _test),
        ("fmt", "write policies in their canonical layout", help_texts.FMT, help_texts.FMT_MORE, _fmt),
        ("explain", "what a diagnostic code means", help_texts.EXPLAIN, help_texts.EXPLAIN_MORE, _explain),
        ("sources", "what each rule rests on", help_texts.SOURCES, help_texts.SOURCES_MORE, _sources),
        ("timeline", "what is in effect when", help_texts.TIMELINE, help_texts.TIMELINE_MORE, _timeline),
        ("matrix", "what each payer pays for a code", help_texts.MATRIX, help_texts.MATRIX_MORE, _matrix),
        ("synth", "make up claims to try policies on", help_texts.SYNTH, help_texts.SYNTH_MORE, _synth),
        (
            "version",
            "the versions of package and language",
            help_texts.VERSION,
            help_texts.EXIT_CODES,
            _version,
        ),
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
    _add_policies(command)
    _add_format(command, "text", "json", "ndjson")
    command.add_argument(
        "--explain",
        action="store_true",
        help="add, for every rule of the policy, why it held or did not, with the values that it read",
    )
    _add_assume(command)
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


def _compare(command: argparse.ArgumentParser) -> None:
    command.add_argument("claim", metavar="CLAIM", help="a file with one claim, or - for standard input")
    _add_policies(command)
    command.add_argument(
        "--payers",
        type=_words,
        metavar="PAYER,…",
        help="the payers, the first is what the others are compared with; each may say its coverage, as in "
        "aetna:commercial:out-of-network (default: all that have a policy, the claim's own first)",
    )
    command.add_argument(
        "--fees",
        default=FEES[0],
        type=_one_of("a kind of fees", FEES),
        metavar="|".join(FEES),
        help=f"the claim's own fees, the same for every payer, or published rates (default: {FEES[0]})",
    )
    command.add_argument(
        "--modifiers",
        type=modifier_lists,
        metavar="LIST,…",
        help="decide a line once with each of these modifiers, as in none,22,51,22+51",
    )
    command.add_argument(
        "--line",
        type=_number(1, None),
        metavar="N",
        help="the number of the line that --modifiers varies, where the claim has several",
    )
    _add_assume(command)
    _add_format(command, "text", "json", "markdown", "html")
    command.add_argument("-o", "--output", metavar="FILE", help="write to a file (default: standard output)")


def _check(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    _add_format(command, "text", "json", "sarif")


def _test(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument(
        "-k",
        dest="pattern",
        metavar="TEXT",
        help="only tests with this text in their policy or title, in any case",
    )
    command.add_argument("--fail-fast", action="store_true", help="stop at the first test that fails")
    command.add_argument(
        "--watch", action="store_true", help="run again whenever a file changes, until Ctrl-C"
    )
    command.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N|auto",
        help="how many processes run the tests (default: auto, as many as pay)",
    )
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


def _sources(command: argparse.ArgumentParser) -> None:
    command.add_argument("payer", nargs="?", metavar="PAYER", help="a payer's id (default: all payers)")
    _add_policies(command)
    command.add_argument(
        "--on", type=_day, metavar="DATE", help="the day to count ages at, as in 2026-07-01 (default: today)"
    )
    command.add_argument(
        "--sort",
        default=SORTS[0],
        type=_one_of("an order", SORTS),
        metavar="|".join(SORTS),
        help=f"the order of rules: weakest evidence first, or by name (default: {SORTS[0]})",
    )
    _add_format(command, "text", "json", "markdown")


def _timeline(command: argparse.ArgumentParser) -> None:
    command.add_argument("payer", metavar="PAYER", help="a payer's id")
    _add_policies(command)
    command.add_argument("--on", type=_day, metavar="DATE", help="list what is in force on that day")
    _add_format(command, "text", "json")


def _synth(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--count", type=_number(1, None), default=100, metavar="N", help="how many claims (default: 100)"
    )
    command.add_argument(
        "--seed",
        default="1",
        metavar="TEXT",
        help="any word or number: another gives other claims (default: 1)",
    )
    command.add_argument(
        "--payers",
        type=_words,
        default=(),
        metavar="PAYER,…",
        help="claims of these payers only (default: all that the policies name)",
    )
    _add_policies(command)
    _add_format(command, "ndjson", "json")
    command.add_argument(
        "-o", "--output", metavar="FILE", help="the file to write (default: standard output)"
    )


def _matrix(command: argparse.ArgumentParser) -> None:
    command.add_argument("code", metavar="CODE", help="a procedure code, as in 44120")
    _add_policies(command)
    command.add_argument(
        "--payers",
        type=_words,
        metavar="PAYER,…",
        help="the payers (default: all that have a policy)",
    )
    command.add_argument(
        "--modifiers",
        type=_words,
        metavar="MODIFIER,…",
        help="the modifiers to ask about, as in 22,62,AS (default: all that some rule names)",
    )
    command.add_argument(
        "--on", type=_day, metavar="DATE", help="the date of service, as in 2026-07-01 (default: today)"
    )
    command.add_argument(
        "--claim", metavar="FILE", help="the claim that all questions start from (default: a plain one)"
    )
    _add_format(command, "text", "json", "markdown", "html")
    command.add_argument("-o", "--output", metavar="FILE", help="write to a file (default: standard output)")


def _version(command: argparse.ArgumentParser) -> None:
    _add_format(command, "text", "json")


def _add_assume(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--assume",
        action="append",
        default=[],
        type=_one_of("an assumption", ASSUMPTIONS),
        metavar="WHAT",
        help=f"what you vouch for where a claim is silent: {listed(ASSUMPTIONS)}; may be given again",
    )


def _add_policies(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--policies",
        action="append",
        default=[],
        metavar="PATH",
        help="a folder or a file of policies, may be given again (default: those that come with Pollex)",
    )


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


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(","))
    if not all(words):
        raise argparse.ArgumentTypeError(f"`{text}` is not a list of names with commas between them")
    return words


def _day(text: str) -> date:
    try:
        if re.fullmatch(r"(?:19|20)\d{2}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"`{text}` is not a day from 1900 to 2099, as in 2026-07-01")


def _jobs(text: str) -> int | None:
    """A number of processes; None where the program chooses."""
    return None if text == "auto" else _number(1, MOST_JOBS)(text)


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
