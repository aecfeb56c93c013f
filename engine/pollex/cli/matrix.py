"""`pollex matrix`: what each payer does with a procedure code, asked of the compiled policies."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping

from pollex import resources
from pollex.cli.arguments import Arguments
from pollex.cli.documents import document
from pollex.cli.exits import BAD_USAGE, OK, Stop
from pollex.cli.matrix_markdown import matrix_markdown
from pollex.cli.matrix_text import matrix_parts
from pollex.cli.one_claim import only_claim
from pollex.cli.opening import sound
from pollex.cli.output import written
from pollex.cli.payers import known_payer
from pollex.cli.progress import Meter
from pollex.cli.terminal import console, show
from pollex.cli.today import today
from pollex.compare.chosen import payers_of
from pollex.compare.matrix.build import matrix_of
from pollex.compare.matrix.plain import Claim
from pollex.compare.matrix.session import policies_for
from pollex.compare.matrix.values import Matrix
from pollex.source.listing import listed

PLAIN = ("policies", "claims", "plain.json")


def run(arguments: Arguments) -> int:
    """Ask every payer, and show the table."""
    compilation = sound(arguments.policies).compilation
    named = arguments.payers or payers_of(compilation)
    payers = tuple(dict.fromkeys(known_payer(compilation, payer) for payer in named))
    on = arguments.on or today()
    if not any(policies_for(compilation.program, payer, arguments.code, on) for payer in payers):
        raise Stop(BAD_USAGE, f"no policy of {listed(payers)} decides {arguments.code} on {on.isoformat()}")
    plain = _plain(arguments.claim)
    with Meter("question") as meter:

        def asked() -> None:
            meter.step()
            if meter.is_due():
                meter.look()

        matrix = matrix_of(compilation.program, arguments.code, plain, payers, on, arguments.modifiers, asked)
    if arguments.format == "text" and arguments.output is None:
        target = console(sys.stdout)
        show(target, matrix_parts(matrix, target.width))
    else:
        written(FORMS[arguments.format](matrix), arguments.output)
    return OK


def _plain(path: str | None) -> Claim:
    """The claim that all questions start from: the caller's, or the one that comes with Pollex."""
    if path is None:
        plain: Claim = json.loads(resources.read_text(*PLAIN))
        return plain
    claim = only_claim(path)
    lacking = [key for key in ("fee_schedule_amount", "charge_amount") if claim["lines"][0].get(key) is None]
    lacking += [key for key in ("received_date", "history") if claim.get(key) is None]
    if lacking:
        raise Stop(
            BAD_USAGE, f"{path}: the questions change {', '.join(lacking)} of line 1: give each a value"
        )
    return claim


def _text(matrix: Matrix) -> str:
    page = io.StringIO()
    target = console(page)
    show(target, matrix_parts(matrix, target.width))
    return page.getvalue()


def _json(matrix: Matrix) -> str:
    return f"{json.dumps(document(matrix), sort_keys=True, ensure_ascii=False, indent=2)}\n"


def _html(matrix: Matrix) -> str:
    from pollex.cli.matrix_page import matrix_page  # noqa: PLC0415 - only a page needs templates

    return matrix_page(matrix)


FORMS: Mapping[str, Callable[[Matrix], str]] = {
    "text": _text,
    "json": _json,
    "markdown": matrix_markdown,
    "html": _html,
}
