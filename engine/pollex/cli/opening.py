"""Opening policies for a command; what cannot be opened ends the command with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pollex.cli.exits import BAD_USAGE, FINDINGS, Stop, complain
from pollex.source.diagnostic import Severity, summary
from pollex.source.text import UnreadableFile
from pollex.workspace import Workspace, open_paths, shipped, user_cache


def opened(paths: Sequence[str], sets_alone: bool = False) -> Workspace:
    """The policies of these files and folders, or those that come with Pollex where none is named.

    `sets_alone`: whether files of sets and tables will do.
    """
    try:
        cache = user_cache()
        workspace = open_paths(paths, cache) if paths else shipped(cache)
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    if not workspace.files and not (sets_alone and any(Path(path).is_file() for path in paths)):
        where = ", ".join(paths) if paths else "what comes with Pollex"
        raise Stop(BAD_USAGE, f"there is no policy file (*.pol) in {where}")
    return workspace


def sound(paths: Sequence[str]) -> Workspace:
    """The same, for running them: where they hold errors, those are shown and the command ends."""
    return is_sound(opened(paths))


def is_sound(workspace: Workspace) -> Workspace:
    """Policies that are to be run: where they hold errors, those are shown and the command ends."""
    compilation = workspace.compilation
    if not compilation.is_sound:
        from pollex.cli.terminal import show_diagnostics  # noqa: PLC0415 - colours take long to load

        errors = [found for found in compilation.diagnostics if found.severity is Severity.ERROR]
        show_diagnostics(errors, compilation.sources)
        complain(f"the policies cannot be run: {summary(errors)}")
        raise Stop(FINDINGS)
    return workspace
