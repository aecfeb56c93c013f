"""The payer that a command names; one that no policy names ends it with the nearest and the list."""

from __future__ import annotations

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.compare.chosen import payers_of
from pollex.compiler import Compilation
from pollex.source.listing import listed
from pollex.source.suggest import nearest


def known_payer(compilation: Compilation, payer: str) -> str:
    """The payer, where some policy names it."""
    known = payers_of(compilation)
    if payer in known:
        return payer
    near = nearest(payer, known)
    hint = f"did you mean `{near}`? " if near else ""
    there = f"there are policies of {listed(known)}" if known else "there is no policy at all"
    raise Stop(BAD_USAGE, f"no policy names a payer `{payer}`; {hint}{there}")
