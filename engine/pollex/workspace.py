"""A folder of policies: which files belong to it, read from disk or from the installed package.

Policy files are `*.pol`; sets and tables are the YAML files in folders called `sets` and `tables`. A
part of a tree sees the sets and tables of the folders above it too, a single file brings the other
files of its policy with it, a part its policy from a folder above, and a policy the parts that it shares
with others, from a folder called `shared`. Names of files are as the caller gave them, so that messages
can be followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path

from pollex import resources
from pollex.cache import Cache, folder
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText, UnreadableFile

LEVELS_ABOVE = 4
SHARED = "shared"
DATA_SUFFIXES = (".yaml", ".yml")
HEADER = re.compile(
    r"(?:\s|#[^\n]*\n)*(?:policy|(?P<part>part)\s+of)\s+(?P<names>[a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)"
)


@dataclass(frozen=True, slots=True)
class PolicyFileRef:
    """A file of the workspace: its name for messages, its text, and how to reach files beside it."""

    text: SourceText
    folder: Path | Traversable


class Workspace:
    """The files that were asked for, and those that they need."""

    def __init__(
        self,
        policies: Iterable[PolicyFileRef],
        data: Iterable[SourceText],
        asked: Iterable[str],
        cache: Cache | None = None,
    ) -> None:
        self._cache = cache
        self.files = {file.text.name: file for file in policies}
        self.data = {text.name: text for text in data}
        self.asked = frozenset(asked)

    @cached_property
    def compilation(self) -> Compilation:
        """Everything compiled together."""
        return Compilation(
            Texts(
                tuple(file.text for file in self.files.values()),
                tuple(text for text in self.data.values() if _kind(text.name) == "sets"),
                tuple(text for text in self.data.values() if _kind(text.name) == "tables"),
            ),
            self._cache,
        )

    def whole(self) -> Workspace:
        """The same files, all of them asked for."""
        return Workspace(self.files.values(), self.data.values(), self.files, self._cache)

    def beside(self, name: str, path: str) -> SourceText:
        """A file named relative to a policy file (a fixture)."""
        folder = self.files[name].folder
        shown = str(Path(name).parent / path)
        place = folder.joinpath(*Path(path).parts) if not Path(path).is_absolute() else Path(path)
        try:
            return SourceText(shown, place.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{shown} cannot be read: {_why(error)}") from None


def user_cache() -> Cache | None:
    """Where this user's compiled policies are kept, if anywhere."""
    place = folder()
    return None if place is None else Cache(place)


def shipped(cache: Cache | None = None) -> Workspace:
    """The policies that come with the package."""
    found = dict(resources.walk("policies", suffix=".pol"))
    yaml = dict(resources.walk("policies", suffix=".yaml"))
    folders = {name: resources.path(*name.split("/")[:-1]) for name in found}
    policies = [
        PolicyFileRef(SourceText(name, place.read_text("utf-8")), folders[name])
        for name, place in found.items()
    ]
    data = [SourceText(name, place.read_text("utf-8")) for name, place in yaml.items() if _kind(name)]
    return Workspace(policies, data, found, cache)


def open_paths(paths: Iterable[str | Path], cache: Cache | None = None) -> Workspace:
    """The policies of files and folders on disk."""
    policies: dict[Path, PolicyFileRef] = {}
    data: dict[Path, SourceText] = {}
    asked: set[Path] = set()
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise UnreadableFile(f"there is no file or folder {given}")
        files = [path] if path.is_file() else sorted(path.rglob("*.pol"))
        wanted = [] if path.suffix in DATA_SUFFIXES else list(map(_policy, files))
        others = list(_of_the_same_policy(wanted[0])) if path.is_file() and wanted else []
        asked.update(Path(file.text.name).resolve() for file in wanted)
        if others and not _is_part(wanted[0]):
            asked.update(Path(file.text.name).resolve() for file in others)
        brought = list(_of_policies_above(path, (*wanted, *others)))
        whole = _tree_of_shared_parts(path, (*wanted, *others, *brought))
        around = [_policy(Path(_tidy(file))) for file in sorted(whole.rglob("*.pol"))] if whole else []
        for file in (*wanted, *others, *brought, *around):
            policies.setdefault(Path(file.text.name).resolve(), file)
        beside = (place for file in brought for place in _data_files(Path(file.text.name)))
        for place in (*_data_files(path), *beside, *(_data_files(whole) if whole else ())):
            data.setdefault(place.resolve(), SourceText(str(place), _read(place)))
    names = {policies[place].text.name for place in asked}
    return Workspace(policies.values(), data.values(), names, cache)


def _of_the_same_policy(file: PolicyFileRef) -> Iterator[PolicyFileRef]:
    """The other files, beside a file or below, that make up its policies: a policy is never half there."""
    folder = Path(file.text.name).parent
    found = [other for other in sorted(folder.rglob("*.pol")) if str(other) != file.text.name]
    others = [_policy(other) for other in found if other.exists()]
    policies = _policies_of(file)
    while related := [other for other in others if _policies_of(other) & policies]:
        yield from related
        policies = policies.union(*map(_policies_of, related))
        others = [other for other in others if other not in related]


def _tree_of_shared_parts(path: Path, files: Iterable[PolicyFileRef]) -> Path | None:
    """The folder above that has a `shared` folder with parts of these policies, if there is one.

    Such parts name policies of other payers too, so the whole tree is needed to read one payer's folder.
    """
    policies = frozenset[str]().union(*map(_policies_of, files))
    for above in _above(path if path.is_dir() else path.parent):
        if any(_policies_of(_policy(file)) & policies for file in (above / SHARED).glob("*.pol")):
            return above
    return None


def _of_policies_above(path: Path, files: Iterable[PolicyFileRef]) -> Iterator[PolicyFileRef]:
    """The policies in the folders above of which there are only parts here, with all their files."""
    files = tuple(files)
    headed = frozenset[str]().union(*(_policies_of(file) for file in files if not _is_part(file)))
    lost = frozenset[str]().union(*map(_policies_of, files)) - headed
    for above in _above(path if path.is_dir() else path.parent) if lost else ():
        for file in (_policy(Path(_tidy(place))) for place in sorted(above.glob("*.pol"))):
            if _policies_of(file) & lost and not _is_part(file):
                yield file
                yield from _of_the_same_policy(file)


def _above(folder: Path) -> Iterator[Path]:
    """The folders above a folder, the nearest first."""
    for _ in range(LEVELS_ABOVE):
        folder = folder / ".." if not folder.is_absolute() else folder.parent
        yield folder


def _policies_of(file: PolicyFileRef) -> frozenset[str]:
    """The names in a file's header."""
    header = HEADER.match(file.text.text)
    return frozenset(re.split(r"\s*,\s*", header["names"])) if header else frozenset()


def _is_part(file: PolicyFileRef) -> bool:
    """Whether a file is part of a policy: it stands for itself, where a policy stands for all its files."""
    header = HEADER.match(file.text.text)
    return header is not None and header["part"] is not None


def _data_files(path: Path) -> Iterator[Path]:
    """The sets and tables below a folder, or beside a file, and those of the folders above."""
    folder = path if path.is_dir() else path.parent
    if path.suffix in DATA_SUFFIXES:
        yield _with_its_kind(path)
    if path.is_dir():
        yield from (file for file in sorted(folder.rglob("*.yaml")) if _kind(str(file)))
    else:
        yield from _data_in(folder)
    for above in _above(folder):
        yield from _data_in(above)


def _with_its_kind(path: Path) -> Path:
    """The name of a file that holds a set or a table, with the folder that says which."""
    if _kind(str(path)):
        return path
    named = Path("..", path.resolve().parent.name, path.name)
    if path.parent != Path() or not _kind(str(named)):
        raise UnreadableFile(f"{path} is not in a folder called `sets` or `tables`")
    return named


def _data_in(folder: Path) -> Iterator[Path]:
    """The sets and tables of one folder."""
    for kind in ("sets", "tables"):
        for file in sorted((folder / kind).glob("*.yaml")):
            yield Path(_tidy(file))


def _tidy(file: Path) -> str:
    """`policies/medicare/../sets/x.yaml` as `policies/sets/x.yaml`."""
    parts: list[str] = []
    for part in file.parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        else:
            parts.append(part)
    return str(Path(*parts)) if parts else "."


def _policy(file: Path) -> PolicyFileRef:
    return PolicyFileRef(SourceText(str(file), _read(file)), file.parent.absolute())


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{file} cannot be read: {_why(error)}") from None


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (
        "it is not UTF-8"
        if isinstance(error, UnicodeDecodeError)
        else (error.strerror or "unknown reason").lower()
    )


def _kind(name: str) -> str:
    parts = name.split("/")
    return parts[-2] if len(parts) > 1 and parts[-2] in ("sets", "tables") else ""
