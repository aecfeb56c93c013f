"""What the README beside some policies says is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.compare.sources import PolicySources
from pollex.compare.unknowns import TITLE, not_known
from pollex.source.text import UnreadableFile
from pollex.workspace import Workspace

README = "README.md"


@dataclass(frozen=True, slots=True)
class FolderUnknowns:
    """A folder of policies, and the lines; `problem` says why there are none."""

    folder: str
    policies: tuple[str, ...]
    introduction: str | None
    lines: tuple[str, ...]
    problem: str | None


def unknowns_of(workspace: Workspace, policies: Iterable[PolicySources]) -> tuple[FolderUnknowns, ...]:
    """Folder by folder, for the files that the headers of the policies stand in."""
    found: dict[str, list[PolicySources]] = {}
    for policy in policies:
        found.setdefault(str(PurePath(policy.file).parent), []).append(policy)
    return tuple(_folder(workspace, folder, members) for folder, members in found.items())


def _folder(workspace: Workspace, folder: str, policies: list[PolicySources]) -> FolderUnknowns:
    ids = tuple(dict.fromkeys(policy.id for policy in policies))
    file = policies[0].file
    if not workspace.files[file].folder.joinpath(README).is_file():
        return FolderUnknowns(
            folder, ids, None, (), f"{folder} has no {README}: what is not known is not said"
        )
    try:
        said = not_known(workspace.beside(file, README).text)
    except UnreadableFile as error:
        raise Stop(BAD_USAGE, str(error)) from None
    if said is None:
        problem = f"{folder}/{README} has no heading `{TITLE.capitalize()}`"
        return FolderUnknowns(folder, ids, None, (), problem)
    empty = None if said.lines else f"{folder}/{README} says nothing under `{TITLE.capitalize()}`"
    return FolderUnknowns(folder, ids, said.introduction, said.lines, empty)
