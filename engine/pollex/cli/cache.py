"""`pollex cache`: what is kept between runs, and how to be rid of it."""

from __future__ import annotations

import json

from pollex.cache import Cache, folder
from pollex.cli.arguments import Arguments
from pollex.cli.exits import OK


def run(arguments: Arguments) -> int:
    """Say what there is; with `--clear`, take it away."""
    place = folder()
    cache = None if place is None else Cache(place)
    found = None if cache is None else cache.clear() if arguments.clear else cache.held()
    entries, size = found or (0, 0)
    if arguments.format == "json":
        where = None if place is None else str(place)
        said = {"folder": where, "entries": entries, "bytes": size, "cleared": arguments.clear}
        print(json.dumps(said, indent=2))
    elif place is None:
        print("nothing is kept: POLLEX_CACHE_DIR is empty")
    else:
        done = "removed " if arguments.clear else ""
        count = f"{entries:,} {'entry' if entries == 1 else 'entries'}"
        print(f"{place}: {done}{count}, {size / 1_000_000:,.1f} MB")
    return OK
