"""What a change of policies does: to what they say, and to claims."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError

from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.kinds import jobs
from pollex.cli.usage.options import add_assume, add_cache, add_engine, add_format, add_output, add_policies

LIMITS = ("any-change", "new-denial")

DIFF = """\
Compare two versions of a policy tree: what changed in meaning, rule by rule, set by set, table by
table; layout, comments and order are no change. With --claims every claim is decided under both
versions: where lines go (allow to deny …), dollars before and after by payer, code, modifiers and
change, each difference put down to the change that it comes from, and examples by claim id.

VERSION is a folder or a file, or a git revision, from which the folder --policies is read; with
another folder for one of them, REVISION:FOLDER. `main..HEAD` names both; `main..` ends at the files
as they are now."""

DIFF_MORE = f"""\
examples:
  pollex diff policies-2025/ policies/
  pollex diff main..HEAD --claims claims.ndjson
  pollex diff HEAD~1 policies/ --claims claims.ndjson --format markdown > comment.md
  pollex diff main.. --claims claims.ndjson --fail-on new-denial --fail-on 'dollars>5000'
  pollex diff main..HEAD --claims claims-2025.parquet --engine duckdb
  pollex synth --count 5000 | pollex diff main..HEAD --claims - --format html -o diff.html

formats:
  text      for reading
  json      one object (schemas/diff.schema.json)
  markdown  for a comment on a pull request
  html      one page in one file, with charts

Claims are read one after the other, on all processors; only sums and a few claim ids are kept.

--engine duckdb and --engine spark ask both versions as SQL, of claims in Parquet as `pollex batch
--to-parquet` lays them out. What both decide alike is counted there; only what differs, or what SQL leaves
open, is decided one by one. The report is the same. It is worth it from some ten thousand claims on.

{EXIT_CODES}
(1: --fail-on found something, a claim is not valid, or the policies have errors)"""


def _diff(command: ArgumentParser) -> None:
    command.add_argument(
        "versions",
        nargs="+",
        metavar="VERSION",
        help="the old and the new one: folders, files or git revisions; or both as one, as in main..HEAD",
    )
    command.add_argument(
        "--claims",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="claims to decide under both, as decide takes them; - is standard input",
    )
    command.add_argument(
        "--policies",
        default="policies",
        metavar="DIR",
        help="the folder that a git revision is read from, seen from here (default: policies)",
    )
    add_cache(command)
    add_assume(command)
    add_engine(command, "what decides claims first: Pollex itself, or SQL over claims in Parquet")
    command.add_argument(
        "--fail-on",
        action="append",
        default=[],
        type=_limit,
        metavar="LIMIT",
        help="end with 1 on any-change, new-denial, or 'dollars>N' more or less; may be given again",
    )
    add_jobs(command)
    add_format(command, "text", "json", "markdown", "html")
    add_output(command)


def add_jobs(command: ArgumentParser) -> None:
    command.add_argument(
        "--jobs",
        type=jobs,
        metavar="N|auto",
        help="how many processes decide claims (default: auto, as many as there are processors)",
    )


def _limit(text: str) -> tuple[str, str]:
    """A limit by its name and, behind `>`, its figure."""
    what, above, figure = text.partition(">")
    if text in LIMITS:
        return text, ""
    if what == "dollars" and above and re.fullmatch(r"\$?\d{1,12}(\.\d{1,2})?", figure, re.ASCII):
        return what, figure.lstrip("$")
    raise ArgumentTypeError(f"`{text}` is not a limit; there are {', '.join(LIMITS)} and dollars>N")


RECORD = """\
Decide claims and keep them with their decisions in one file, to decide them again later: before and
after a new version of Pollex, or of policies. The file holds the claims: keep it as you keep those."""

RECORD_MORE = f"""\
examples:
  pollex record claims.ndjson -o before.ndjson
  pollex record claims.ndjson --policies policies/ -o before.ndjson
  pollex replay before.ndjson

The file is NDJSON (schemas/recording.schema.json).

{EXIT_CODES}
(1: a claim is not valid, and left out, or the policies have errors)"""


def _record(command: ArgumentParser) -> None:
    command.add_argument(
        "claims", nargs="+", metavar="CLAIMS", help="a file of claims, or - for standard input"
    )
    add_policies(command)
    add_assume(command)
    add_output(command)


REPLAY = """\
Decide the claims of a recording again, and report what is no longer as it was recorded: outcomes,
amounts, and any other part of a decision. Whether the policies changed shows by their digests; what
differs under policies that did not change comes from the engine."""

REPLAY_MORE = f"""\
examples:
  pollex replay before.ndjson
  pollex replay before.ndjson --policies policies/ --format json

{EXIT_CODES}
(1: a decision is not as recorded, or the policies have errors; 2: it is not a recording)"""


def _replay(command: ArgumentParser) -> None:
    command.add_argument("recording", metavar="FILE", help="what `pollex record` wrote")
    add_policies(command)
    add_format(command, "text", "json")


COMMANDS = (
    Command("diff", "what a policy change does", DIFF, DIFF_MORE, _diff),
    Command("record", "keep claims with their decisions", RECORD, RECORD_MORE, _record),
    Command("replay", "decide recorded claims again", REPLAY, REPLAY_MORE, _replay),
)
