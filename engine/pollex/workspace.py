"""A folder of policies: which files belong to it, read from disk or from the installed package.

Policy files are `*.pol`; sets and tables are the YAML files in folders called `sets` and `tables`. A part
of a tree sees the sets and tables of the folders above it too, and a single file that is `part of` a
policy sees the files beside it. Names of files are as the caller gave them, so that messages can be
followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path

from pollex import resources
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText, UnreadableFile

LEVELS_ABOVE = 4


@dataclass(frozen=True, slots=True)
class PolicyFileRef:
    """A file of the workspace: its name for messages, its text, and how to reach files beside it."""

    text: SourceText
    folder: Path | Traversable


class Workspace:
    """The files that were asked for, and those that they need."""

    def __init__(
        self, policies: Iterable[PolicyFileRef], data: Iterable[SourceText], asked: Iterable[str]
    ) -> None:
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
            )
        )

    def beside(self, name: str, path: str) -> SourceText:
        """A file named relative to a policy file (a fixture)."""
        folder = self.files[name].folder
        shown = str(Path(name).parent / path)
        place = folder.joinpath(*Path(path).parts) if not Path(path).is_absolute() else Path(path)
        try:
            return SourceText(shown, place.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile(f"{shown} cannot be read: {_why(error)}") from None


def shipped() -> Workspace:
    """The policies that come with the package."""
    found = dict(resources.walk("policies", suffix=".pol"))
    yaml = dict(resources.walk("policies", suffix=".yaml"))
    folders = {name: resources.path(*name.split("/")[:-1]) for name in found}
    policies = [
        PolicyFileRef(SourceText(name, place.read_text("utf-8")), folders[name])
        for name, place in found.items()
    ]
    data = [SourceText(name, place.read_text("utf-8")) for name, place in yaml.items() if _kind(name)]
    return Workspace(policies, data, found)


def open_paths(paths: Iterable[str | Path]) -> Workspace:
    """The policies of files and folders on disk."""
    policies: dict[str, PolicyFileRef] = {}
    data: dict[str, SourceText] = {}
    asked: set[str] = set()
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise UnreadableFile(f"there is no file or folder {given}")
        files = [path] if path.is_file() else sorted(path.rglob("*.pol"))
        for file in files:
            ref = _policy(file)
            policies[ref.text.name] = ref
            asked.add(ref.text.name)
            if path.is_file() and ref.text.text.lstrip().startswith("part of"):
                policies.update((r.text.name, r) for r in map(_policy, sorted(file.parent.rglob("*.pol"))))
        for file in _data_files(path):
            data.setdefault(str(file), SourceText(str(file), _read(file)))
    return Workspace(policies.values(), _once(data).values(), asked)


def _once(data: dict[str, SourceText]) -> dict[str, SourceText]:
    """The same file, reached by two ways, counts once."""
    found: dict[Path, SourceText] = {}
    for name, text in data.items():
        found.setdefault(Path(name).resolve(), text)
    return {text.name: text for text in found.values()}


def _data_files(path: Path) -> Iterator[Path]:
    """Sets and tables below a folder, and those of the folders above it."""
    folder = path if path.is_dir() else path.parent
    for file in sorted(folder.rglob("*.yaml")):
        if _kind(str(file)):
            yield file
    above = folder
    for _ in range(LEVELS_ABOVE):
        above = above / ".." if not above.is_absolute() else above.parent
        for kind in ("sets", "tables"):
            for file in sorted((above / kind).glob("*.yaml")):
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
    return PolicyFileRef(SourceText(str(file), _read(file)), file.parent)


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
