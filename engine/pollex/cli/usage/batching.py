"""What `pollex batch` takes."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser

from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.kinds import jobs, number, one_of
from pollex.cli.usage.options import add_assume, add_engine, add_policies

FORMATS = ("ndjson", "parquet")
SUMMARIES = ("text", "json")

DESCRIPTION = """\
Decide files of claims of any size, in the order of the claims, and sum up what came of them: outcomes,
dollars, the rules that shaped most lines, the elements that were missing most.

IN is JSON (one claim, an array, or NDJSON), as it is or compressed with gzip or Zstandard, or Parquet
with a claim in each row; - is standard input. OUT appears when it is complete. Until then OUT.partial and
OUT.checkpoint stand beside it: whatever stops the run, the same command goes on where it stopped, and
refuses to where the policies or the claims have changed."""

MORE = f"""\
examples:
  pollex batch claims.ndjson -o decisions.ndjson
  pollex batch 2025-*.ndjson.gz -o 2025.parquet --workers auto --rejects refused.ndjson
  zcat claims.gz | pollex batch - -o decisions.ndjson --summary json > summary.json
  pollex batch 2025-*.ndjson.gz --to-parquet -o claims-2025.parquet
  pollex batch claims-2025.parquet --engine duckdb -o decisions-2025.parquet

formats of OUT:
  ndjson   a decision on each line, as `pollex decide --format ndjson` writes them
  parquet  a row for each line of a claim (schemas/README.md); needs pollex[parquet]

--engine duckdb and --engine spark ask the policies as SQL: IN is Parquet as --to-parquet lays it out, so
other claims go through that first, and OUT is Parquet too. The decisions are the same: what SQL leaves open
is decided by Pollex, in --workers processes, and so are the claims of a payer of whom DuckDB would plan
longer than they take. Spark runs on this machine, is always asked, and takes up to a minute for each payer
before it begins. They need pollex[duckdb]; pollex[spark] and Java 17.

--to-parquet decides nothing: it writes the claims themselves to OUT, a claim in each row, as `pollex sql`
and data warehouses ask them.

{EXIT_CODES}
(1: a claim is not valid, an input holds no claim, or the policies have errors; 2: also an unfinished run
that cannot go on)"""


def _fill(command: ArgumentParser) -> None:
    command.add_argument("inputs", nargs="+", metavar="IN", help="a file of claims, or - for standard input")
    command.add_argument("-o", "--output", required=True, metavar="OUT", help="the file for the decisions")
    command.add_argument(
        "--format",
        type=one_of("a format", FORMATS),
        metavar="|".join(FORMATS),
        help="what to write (default: parquet where OUT ends in .parquet, otherwise ndjson)",
    )
    command.add_argument(
        "--to-parquet",
        action="store_true",
        help="write the claims in columns instead of deciding them (schemas/README.md)",
    )
    add_engine(command, "what decides: Pollex itself, or SQL over claims in columns")
    add_policies(command)
    add_assume(command)
    command.add_argument(
        "--workers",
        type=jobs,
        metavar="N|auto",
        help="how many processes decide (default: auto, one a processor, and a single one for little)",
    )
    command.add_argument(
        "--rejects",
        metavar="FILE",
        help="write claims that are not valid here, with position and faults, never a value (NDJSON)",
    )
    command.add_argument(
        "--restart", action="store_true", help="begin anew instead of going on with an unfinished run"
    )
    command.add_argument(
        "--summary",
        default=SUMMARIES[0],
        type=one_of("a form of summary", SUMMARIES),
        metavar="|".join(SUMMARIES),
        help="what to print at the end (default: text; json: schemas/batch-summary.schema.json)",
    )
    command.add_argument("--chunk", type=number(1, None), default=None, help=SUPPRESS)


BATCH = Command("batch", "decide files of claims of any size", DESCRIPTION, MORE, _fill)
