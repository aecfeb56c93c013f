"""Policies as SQL."""

from __future__ import annotations

from argparse import ArgumentParser

from pollex.cli.usage.command import EXIT_CODES, Command
from pollex.cli.usage.options import add_policies

DESCRIPTION = """\
Write the policies of a payer as one SQL query, for DuckDB or for Spark, over claims in columns (a Parquet
file with a claim in each row). It gives each line's outcome, percent, allowed amount, adjustments and the
names of the rules that fired: what Pollex decides. NULL is not known. A claim on which something unknown
could matter, or something that SQL does not say exactly, has `exact` true, and is for Pollex itself. What SQL
does not say is remarked at the author's line (POL902).

Each rule stands in its author's words above what is made of it.

With --claims the queries are run here, by DuckDB (`pip install 'pollex[duckdb]'`) or by Spark on this machine
(`pip install 'pollex[spark]'`, and Java 17), and what they leave open is finished: a line of JSON for each
claim, in order (schemas/verdict.schema.json). Rows that are no valid claims are named and left out. How many
claims SQL decided is said at the end."""

MORE = f"""\
examples:
  pollex sql bcbs-tx
  pollex sql medicare -o medicare.sql
  pollex sql medicare --dialect spark -o medicare.sql
  pollex sql medicare aetna --claims 2026.parquet -o verdicts.ndjson

schemas/README.md says which columns the query reads, and what makes such a file.

{EXIT_CODES}
(1: the policies have errors, or a claim is not valid; 2: no policy names that payer)"""


def _fill(command: ArgumentParser) -> None:
    command.add_argument("payers", nargs="+", metavar="PAYER", help="a payer's id")
    add_policies(command)
    command.add_argument(
        "--dialect",
        choices=["duckdb", "spark"],
        default="duckdb",
        help="whose SQL to write (default: duckdb)",
    )
    command.add_argument("--claims", metavar="FILE", help="decide the claims of this Parquet file by it")
    command.add_argument("-o", "--output", metavar="FILE", help="write here (default: standard output)")


SQL = Command("sql", "write policies as an SQL query", DESCRIPTION, MORE, _fill)
