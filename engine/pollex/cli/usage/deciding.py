"""Claims and what is decided of them."""

from __future__ import annotations

from argparse import ArgumentParser

from pollex.cli.modifiers import modifier_lists
from pollex.cli.usage.batching import BATCH
from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.kinds import day, number, one_of, words
from pollex.cli.usage.options import add_assume, add_format, add_output, add_policies
from pollex.cli.usage.querying import SQL

FEES = ("claim", "benchmark")
MOST_BYTES = 1_048_576
MOST_LEVELS = 64
DEEPEST = 200

DECIDE = """\
Decide claims under payer policies. For each claim: the outcome, and per line outcome, share of the
fee, amount, reasons with their sources, adjustment codes, what is missing, and which documents to
send.

CLAIM is a file with one claim in JSON, a JSON array of claims, or NDJSON (a claim on each line);
`-` is standard input. An invalid claim is reported on standard error with its position and every
fault, and the others are still decided."""

DECIDE_MORE = f"""\
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


def _decide(command: ArgumentParser) -> None:
    command.add_argument(
        "claims", nargs="+", metavar="CLAIM", help="a file of claims, or - for standard input"
    )
    add_policies(command)
    add_format(command, "text", "json", "ndjson")
    command.add_argument(
        "--explain",
        action="store_true",
        help="add, for every rule of the policy, why it held or did not, with the values that it read",
    )
    add_assume(command)
    command.add_argument(
        "--max-bytes",
        type=number(1, None),
        default=MOST_BYTES,
        metavar="N",
        help=f"the most bytes that one claim may take (default: {MOST_BYTES})",
    )
    command.add_argument(
        "--max-depth",
        type=number(1, DEEPEST),
        default=MOST_LEVELS,
        metavar="N",
        help=f"the most levels of nesting in a claim, up to {DEEPEST} (default: {MOST_LEVELS})",
    )


COMPARE = """\
Decide one claim under each payer, and show line by line what each does with it: outcome, share of the
fee, amount, adjustment codes, documents to send, what is missing, and the rules with their sources.
What differs from the first payer is marked.

Under another payer than its own, a claim keeps its line of business where that payer can have it;
medicare-ffs and the others replace each other where not. Its network status, authorization numbers
and the outcomes of earlier lines are not known there. All of that is listed, by payer, as supposed.

Published rates stand in tables called benchmark-fees-PAYER; an amount without one is not available."""

COMPARE_MORE = f"""\
examples:
  pollex compare claim.json
  pollex compare claim.json --payers medicare,bcbs-nc,bcbs-tx:commercial:in-network
  pollex compare claim.json --modifiers none,22,51,62,80,AS,78
  pollex compare claim.json --fees benchmark --format html -o comparison.html

formats:
  text      for reading
  json      for programs: schemas/comparison.schema.json
  markdown  to hand round
  html      one page that needs nothing else, for the screen and for paper

{EXIT_CODES}
(1: the claim is not valid, or the policies have errors; 2: no policy names a payer, several claims)"""


def _compare(command: ArgumentParser) -> None:
    command.add_argument("claim", metavar="CLAIM", help="a file with one claim, or - for standard input")
    add_policies(command)
    command.add_argument(
        "--payers",
        type=words,
        metavar="PAYER,…",
        help="the payers, the first is what the others are compared with; each may say its coverage, as in "
        "aetna:commercial:out-of-network (default: all that have a policy, the claim's own first)",
    )
    command.add_argument(
        "--fees",
        default=FEES[0],
        type=one_of("a kind of fees", FEES),
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
        type=number(1, None),
        metavar="N",
        help="the number of the line that --modifiers varies, where the claim has several",
    )
    add_assume(command)
    add_format(command, "text", "json", "markdown", "html")
    add_output(command)


MATRIX = """\
Show what each payer does with a procedure code: a table of payers and topics, asked of the compiled
policies. Every cell is the decision of a claim made for it: the code with each modifier, before and
after the record is reviewed; several procedures of one day and what ranks them; bundled codes; visits
around surgery; filing limits. Rows that every payer answers alike share a line."""

MATRIX_MORE = f"""\
examples:
  pollex matrix 44120
  pollex matrix 44120 --payers medicare,uhc --modifiers 22,62,AS
  pollex matrix 44120 --format html -o matrix.html

The questions start from an ordinary inpatient claim with a fee of $1,000.00; --claim names another. Its
line 1 takes the code, and all its dates move with --on.

{EXIT_CODES}
(1: the policies have errors or the claim is not valid; 2: no policy decides the code on that day)"""


def _matrix(command: ArgumentParser) -> None:
    command.add_argument("code", metavar="CODE", help="a procedure code, as in 44120")
    add_policies(command)
    command.add_argument(
        "--payers",
        type=words,
        metavar="PAYER,…",
        help="the payers (default: all that have a policy)",
    )
    command.add_argument(
        "--modifiers",
        type=words,
        metavar="MODIFIER,…",
        help="the modifiers to ask about, as in 22,62,AS (default: all that some rule names)",
    )
    command.add_argument(
        "--on", type=day, metavar="DATE", help="the date of service, as in 2026-07-01 (default: today)"
    )
    command.add_argument(
        "--claim", metavar="FILE", help="the claim that all questions start from (default: a plain one)"
    )
    add_format(command, "text", "json", "markdown", "html")
    add_output(command)


SYNTH = """\
Make up claims to try policies on. They are about what the policies are about: their payers, codes,
modifiers, diagnoses, days, documents. Most are ordinary; others are aimed at a rule, at the edge of a
limit or a day beside it; some lack elements. Nobody's data is in them: providers have ids that are
not given out, and fees and charges are made up, not published ones."""

SYNTH_MORE = f"""\
examples:
  pollex synth --count 1000 > claims.ndjson
  pollex synth --count 500 --payers medicare --policies policies/ -o claims.ndjson
  pollex synth --count 20 --seed spring --format json

The same policies, seed and count give the same bytes everywhere; a longer run begins with the claims
of a shorter one.

formats:
  ndjson  a claim on each line
  json    a list of claims

{EXIT_CODES}
(1: the policies have errors)"""


def _synth(command: ArgumentParser) -> None:
    command.add_argument(
        "--count", type=number(1, None), default=100, metavar="N", help="how many claims (default: 100)"
    )
    command.add_argument(
        "--seed",
        default="1",
        metavar="TEXT",
        help="any word or number: another gives other claims (default: 1)",
    )
    command.add_argument(
        "--payers",
        type=words,
        default=(),
        metavar="PAYER,…",
        help="claims of these payers only (default: all that the policies name)",
    )
    add_policies(command)
    add_format(command, "ndjson", "json")
    add_output(command)


COMMANDS = (
    Command("decide", "decide claims", DECIDE, DECIDE_MORE, _decide),
    BATCH,
    SQL,
    Command("compare", "one claim under every payer", COMPARE, COMPARE_MORE, _compare),
    Command("matrix", "what each payer pays for a code", MATRIX, MATRIX_MORE, _matrix),
    Command("synth", "make up claims to try policies on", SYNTH, SYNTH_MORE, _synth),
)
