"""What `--help` says of each command: what it does, examples, formats, exit codes."""

from __future__ import annotations

EXIT_CODES = "exit codes: 0 all well; 1 findings; 2 bad usage, or a file that cannot be read"

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

COMPARE = """\
Decide one claim under each payer, and show line by line what each does with it: outcome, share of the
fee, amount, adjustment codes, documents to send, what is missing, and the rules with their sources.
What differs from the first payer is marked.

Under another payer than its own, a claim keeps its line of business where that payer can have it;
medicare-ffs and the others replace each other where not. Its network status, authorization numbers
and the outcomes of earlier lines are not known there. All of that is listed, by payer, as supposed."""

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

TEST = """\
Run the tests that policies carry. PATH is a policy file or a folder; without one, the tests of the
policies that come with Pollex run. A test that fails shows each expectation that was not met, with
its place, and the rules that fired instead, with the values that they read."""

TEST_MORE = f"""\
examples:
  pollex test policies/
  pollex test policies/medicare -k "modifier 22"
  pollex test policies/ --fail-fast --jobs 2
  pollex test policies/medicare --watch      (pip install 'pollex[watch]')
  pollex test --format junit > results.xml

formats:
  text    the tests that failed, then a summary
  json    every test with its place and result (schemas/test-results.schema.json)
  junit   XML that build servers read
  github  annotations for GitHub Actions

{EXIT_CODES}
(1: a test failed, no test was found, or the policies have errors)"""

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

EXPLAIN = """\
Show the page of a diagnostic code: why it is said, a wrong and a right example. Without CODE, list all
codes."""

EXPLAIN_MORE = f"""\
examples:
  pollex explain
  pollex explain POL204

{EXIT_CODES}
(2: there is no such code)"""

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

VERSION = "Show the version of the package and the version of the language that it reads."

MAIN_MORE = f"""\
examples:
  pollex decide claim.json     decide a claim under the policies that come with Pollex
  pollex check policies/       find the mistakes in policies
  pollex test policies/        run the tests that policies carry

`pollex COMMAND --help` says more. E{EXIT_CODES[1:]}.
NO_COLOR turns colour off."""

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
