"""`pollex timeline`: what is in effect when for a payer, or on one day."""

from __future__ import annotations

import sys

from pollex.cli.arguments import Arguments
from pollex.cli.bars import strokes_for
from pollex.cli.documents import document, print_document
from pollex.cli.exits import OK
from pollex.cli.in_force_text import in_force_parts
from pollex.cli.opening import sound
from pollex.cli.payers import known_payer
from pollex.cli.terminal import console, show
from pollex.cli.timeline_text import timeline_parts
from pollex.compare.inforce import in_force_on
from pollex.compare.timeline import timeline_of


def run(arguments: Arguments) -> int:
    """Draw a payer's timeline, or list what is in force on a day."""
    compilation = sound(arguments.policies).compilation
    payer = known_payer(compilation, arguments.payer)
    day = in_force_on(compilation, payer, arguments.on) if arguments.on else None
    if arguments.format == "json":
        timeline = document(timeline_of(compilation, payer))
        assert isinstance(timeline, dict)
        print_document({**timeline, "in_force": day})
        return OK
    target = console(sys.stdout)
    if day is not None:
        show(target, in_force_parts(day))
    else:
        strokes = strokes_for(sys.stdout.encoding)
        show(target, timeline_parts(timeline_of(compilation, payer), target.width, strokes))
    return OK
