"""A version of a policy tree: a folder or a file, or a folder as it was at a git revision.

A revision is read through `git` into memory: nothing is checked out and nothing is written.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from pollex.cli.exits import BAD_USAGE, Stop
from pollex.cli.opening import is_sound, opened
from pollex.source.snippet import visible
from pollex.source.text import SourceText
from pollex.workspace import PolicyFileRef, Workspace

SUFFIXES = (".pol", ".yaml", ".yml")
DATA = ("sets", "tables")
FILE_MODES = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Named:
    """A version as it was named, and its policies."""

    name: str
    workspace: Workspace


def both_versions(versions: Sequence[str], folder: str) -> tuple[Named, Named]:
    """The two versions that a command names: `OLD NEW`, or `main..HEAD`."""
    if len(versions) > 2:
        raise Stop(BAD_USAGE, f"name two versions, not {len(versions)}")
    if len(versions) == 1:
        versions = _range(versions[0], folder)
    old, new = (_version(name, folder) for name in versions)
    return old, new


def _range(name: str, folder: str) -> tuple[str, str]:
    """The ends of `main..HEAD`; without a right end, the files as they are now."""
    left, dots, right = name.partition("..")
    if not dots or Path(name).exists():
        said = f"name two versions, as in `pollex diff {name} NEW` or `pollex diff main..HEAD`"
        raise Stop(BAD_USAGE, said)
    return left or "HEAD", right.lstrip(".") or folder


def _version(name: str, folder: str) -> Named:
    if Path(name).exists():
        return Named(name, is_sound(opened([name])))
    revision, colon, own_folder = name.partition(":")
    return Named(name, is_sound(at_revision(revision, own_folder if colon else folder)))


def at_revision(revision: str, folder: str) -> Workspace:
    """The policies of a folder, as they were at a revision; files outside the folder are not seen."""
    if revision.startswith("-") or not revision:
        raise Stop(BAD_USAGE, f"`{revision}` is neither a file or folder nor a git revision")
    if _git("rev-parse", "--git-dir", otherwise=None) is None:
        said = f"`{revision}` is neither a file or folder nor a revision: this folder is in no git repository"
        raise Stop(BAD_USAGE, said)
    commit = _git(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", otherwise=None
    )
    if commit is None:
        raise Stop(BAD_USAGE, f"`{revision}` is neither a file or folder nor a revision that git knows")
    tree = f"{commit.strip().decode()}:./{Path(folder).as_posix()}"
    listed = _git("ls-tree", "-r", "-z", tree, otherwise=None)
    if listed is None:
        raise Stop(BAD_USAGE, f"there is no folder {folder} at the revision `{revision}`")
    files = tuple(_files(listed))
    if not any(path.endswith(".pol") for path, _ in files):
        raise Stop(BAD_USAGE, f"there is no policy file (*.pol) in {folder} at the revision `{revision}`")
    return _workspace(folder, _texts(files))


def _files(listed: bytes) -> Iterator[tuple[str, str]]:
    """Path and object of each file of policies, sets or tables."""
    for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
        described, _, path = entry.partition("\t")
        if path.endswith(SUFFIXES) and described.split()[0] in FILE_MODES:
            yield path, described.split()[2]


def _texts(files: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Path and text of each file, all through one process."""
    wanted = "".join(f"{found}\n" for _, found in files).encode()
    said = _git("cat-file", "--batch", given=wanted)
    assert said is not None
    at = 0
    for path, _ in files:
        end = said.index(b"\n", at)
        size = int(said[at:end].split()[2])
        data = said[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
        try:
            yield path, data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Stop(BAD_USAGE, f"{visible(path)} cannot be read: it is not UTF-8") from None


def _workspace(folder: str, texts: Iterator[tuple[str, str]]) -> Workspace:
    policies: list[PolicyFileRef] = []
    data: list[SourceText] = []
    for path, text in texts:
        place = Path(folder) / path
        source = SourceText(place.as_posix(), text)
        if path.endswith(".pol"):
            policies.append(PolicyFileRef(source, place.parent))
        elif place.parent.name in DATA:
            data.append(source)
    return Workspace(policies, data, [file.text.name for file in policies])


def _git(*arguments: str, given: bytes | None = None, otherwise: bytes | None = b"") -> bytes | None:
    """What git says; `otherwise` where it refuses, and a sentence where that is no answer."""
    program = which("git")
    if program is None:
        said = "git is not installed, and revisions are read through it: name two folders instead"
        raise Stop(BAD_USAGE, said)
    command = [program, *arguments]
    ran = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603 - no shell
    if ran.returncode == 0:
        return ran.stdout
    if otherwise is None:
        return None
    lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    raise Stop(
        BAD_USAGE, f"git cannot read the policies: {visible(lines[0]) if lines else 'no reason given'}"
    )
