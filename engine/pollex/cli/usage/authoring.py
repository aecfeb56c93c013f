"""Writing policies: mistakes, tests, layout."""

from __future__ import annotations

from argparse import ArgumentParser

from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.kinds import jobs, number
from pollex.cli.usage.options import add_format, add_paths

CHECK = """\
Compile policies with their sets and tables, and print every diagnostic: code, place, what is wrong
and what to do. PATH is a policy file or a folder; without one, the policies that come with Pollex
are checked."""

CHECK_MORE = f"""\
examples:
  pollex check policies/
  pollex check policies/medicare/44120.pol
  pollex check policies/ --format json
  pollex check policies/ --format sarif > pollex.sarif
  pollex explain POL204        what a code means

formats:
  text   every diagnostic with its line, then a summary
  json   a list of diagnostics (schemas/diagnostic.schema.json)
  sarif  SARIF 2.1.0, for code hosts and editors

{EXIT_CODES}
(1: at least one diagnostic is an error; warnings alone are 0)"""


def _check(command: ArgumentParser) -> None:
    add_paths(command)
    add_format(command, "text", "json", "sarif")


TEST = """\
Run the tests that policies carry. PATH is a policy file or a folder; without one, the tests of the
policies that come with Pollex run. A test that fails shows each expectation that was not met, with
its place, and the rules that fired instead, with the values that they read.

With --coverage: of each condition, rule, exception and definition, whether it was seen true, false
and unknown, of what it can be at all, and why not; what was not seen comes first. A condition
decides alone where turning it around would turn its rule around."""

TEST_MORE = f"""\
examples:
  pollex test policies/
  pollex test policies/medicare -k "modifier 22"
  pollex test policies/ --fail-fast --jobs 2
  pollex test policies/medicare --watch      (pip install 'pollex[watch]')
  pollex test --format junit > results.xml
  pollex test policies/ --coverage --fail-under 90
  pollex test policies/ --coverage-file coverage.html --coverage-file coverage.info

formats:
  text    the tests that failed, then a summary
  json    every test with its place and result (schemas/test-results.schema.json)
  junit   XML that build servers read
  github  annotations for GitHub Actions

{EXIT_CODES}
(1: a test failed, no test was found, coverage is below --fail-under, or the policies have errors)"""


def _test(command: ArgumentParser) -> None:
    add_paths(command)
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
        type=jobs,
        metavar="N|auto",
        help="how many processes run the tests (default: auto, as many as pay)",
    )
    command.add_argument(
        "--coverage",
        action="store_true",
        help="show of each condition and rule whether it was seen true, false and unknown",
    )
    command.add_argument(
        "--coverage-file",
        action="append",
        default=[],
        metavar="FILE",
        help="write coverage to a file: .txt, .json, .info (LCOV) or .html; may be given again",
    )
    command.add_argument(
        "--fail-under",
        type=number(0, 100),
        metavar="N",
        help="end with 1 where a policy's tests show less than N percent of what they could",
    )
    add_format(command, "text", "json", "junit", "github")


FMT = """\
Write policies in their one canonical layout, in place. Comments stay. PATH is a policy file or a
folder; `-` reads standard input and writes to standard output. A file that cannot be parsed is left
alone and its mistakes are shown."""

FMT_MORE = f"""\
examples:
  pollex fmt policies/
  pollex fmt --check policies/
  pollex fmt - < draft.pol

{EXIT_CODES}
(1: a file cannot be parsed, or with --check would change)"""


def _fmt(command: ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="+", metavar="PATH", help="a policy file, a folder, or - for standard input"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; list the files that would change"
    )


EXPLAIN = """\
Show the page of a diagnostic code: why it is said, a wrong and a right example. Without CODE, list all
codes."""

EXPLAIN_MORE = f"""\
examples:
  pollex explain
  pollex explain POL204

{EXIT_CODES}
(2: there is no such code)"""


def _explain(command: ArgumentParser) -> None:
    command.add_argument("code", nargs="?", metavar="CODE", help="a code, as in POL204")


SUGGEST = """\
Write the tests that are missing: for each answer that a condition or a rule can give and that no test
shows, the smallest claim that does, made from the policy's own fixtures and tests; few claims for
all of them. PATH is a policy file or a folder; without one, the policies that come with Pollex.

What each test expects is what the policy decides today: a person must confirm it."""

SUGGEST_MORE = f"""\
examples:
  pollex suggest policies/medicare
  pollex suggest policies/medicare > policies/medicare/tests-suggested.pol
  pollex test policies/medicare --coverage      what is missing, and why

formats:
  text  tests in the language, ready to paste
  json  for each policy its tests with their claims, and what was not found

{EXIT_CODES}
(1: for an answer that a condition could give no claim was found, or the policies have errors)"""


def _suggest(command: ArgumentParser) -> None:
    add_paths(command)
    add_format(command, "text", "json")


COMMANDS = (
    Command("check", "find the mistakes in policies", CHECK, CHECK_MORE, _check),
    Command("test", "run the tests that policies carry", TEST, TEST_MORE, _test),
    Command("suggest", "write the tests that are missing", SUGGEST, SUGGEST_MORE, _suggest),
    Command("fmt", "write policies in their canonical layout", FMT, FMT_MORE, _fmt),
    Command("explain", "what a diagnostic code means", EXPLAIN, EXPLAIN_MORE, _explain),
)
