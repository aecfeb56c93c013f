"""The floors, walls and doors of engine/README.md, read off the imports.

Imports go down only, and rooms on one floor do not know each other. An import counts wherever it stands: in a
function, under `TYPE_CHECKING`, or as a call of `import_module`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "engine" / "pollex"

FLOORS = (
    ("cli", "lsp", "http", "pytest_plugin"),
    ("batch",),
    ("engine",),
    ("workspace", "testing", "compare", "lint", "synth"),
    ("compiler",),
    ("lower", "backends", "intake", "cache"),
    ("check",),
    ("syntax", "ir"),
    ("model",),
    ("source", "resources", "version"),
)
FLOOR_OF = {room: number for number, floor in enumerate(reversed(FLOORS)) for room in floor}
WINDOWS = FLOORS[0]

# The public face stands above the workspace and below the windows; `python -m pollex` opens one of them.
FACE, STARTER = "__init__", "__main__"

WALLS = {
    "backends": ("syntax", "check", "lower"),
    "check": ("ir",),
}
BACKENDS = ("interpret", "python", "sql", "smt")

DOORS = {
    "lark": "syntax/grammar.py",
    "jsonschema": "intake/schemafaults.py",
    "jsonschema_rs": "intake/accept_rs.py",
    "orjson": "model/fastjson.py",
    "pyarrow": "batch/parquet.py",
    "zstandard": "batch/zstd.py",
    "compression": "batch/zstd.py",
    "yaml": "intake/yamltext.py",
    "rich": "cli",
    "watchfiles": "cli/watching.py",
    "pytest": "pytest_plugin",
    "jinja2": "cli/pages/render.py",
    "z3": "backends/smt.py",
    "duckdb": "backends/sql/duckdb.py",
    "pyspark": "backends/sql/spark.py",
}
LAZY = (
    "jsonschema_rs",
    "orjson",
    "pyarrow",
    "zstandard",
    "compression",
    "jinja2",
    "watchfiles",
    "z3",
    "duckdb",
    "pyspark",
)


@dataclass(frozen=True)
class Import:
    target: str
    line: int
    lazy: bool


def violations(package: Path) -> list[str]:
    """Every import that breaks a rule, as `file:line: the rule`."""
    found: list[str] = []
    for file in sorted(package.rglob("*.py")):
        place = file.relative_to(package)
        for imported in imports(file, package):
            found += [f"{place.as_posix()}:{imported.line}: {rule}" for rule in broken_rules(place, imported)]
    return found


def broken_rules(place: Path, imported: Import) -> Iterator[str]:
    top, *rest = imported.target.split(".")
    if top == "pollex":
        yield from broken_floors(place, rest)
    elif top in DOORS:
        door = DOORS[top]
        if place.as_posix() != door and door not in place.parts:
            yield f"`{top}` enters by {door} alone"
        if top in LAZY and not imported.lazy:
            yield f"`{top}` is heavy: import it inside the function that needs it"
    elif top not in sys.stdlib_module_names:
        yield f"`{top}` has no door: name the one file that may import it in DOORS"


def broken_floors(place: Path, target: list[str]) -> Iterator[str]:
    here = room_of(place)
    there = target[0] if target else FACE
    if here not in FLOOR_OF and here not in (FACE, STARTER):
        yield f"`{here}` stands on no floor: give it one in FLOORS and in engine/README.md"
    elif there == FACE:
        if here not in (*WINDOWS, FACE, STARTER):
            yield f"`{here}` imports the public face: import the room that holds the name"
    elif there not in FLOOR_OF:
        yield f"`{there}` stands on no floor: give it one in FLOORS and in engine/README.md"
    elif here == FACE:
        if there in WINDOWS:
            yield f"the public face imports the window `{there}`"
    elif here not in (STARTER, there):
        if FLOOR_OF[here] < FLOOR_OF[there]:
            yield f"`{here}` imports `{there}`, which stands above it"
        elif FLOOR_OF[here] == FLOOR_OF[there]:
            yield f"`{here}` imports `{there}`, a room on its own floor"
        if there in WALLS.get(here, ()):
            yield f"`{here}` never sees `{there}`"
    elif here == there == "backends":
        yield from broken_backends(place, target)


def broken_backends(place: Path, target: list[str]) -> Iterator[str]:
    here = Path(place.parts[1]).stem
    there = target[1] if len(target) > 1 else ""
    if there in BACKENDS and there != here:
        yield f"the backend `{here}` imports the backend `{there}`"


def room_of(place: Path) -> str:
    return Path(place.parts[0]).stem


def imports(file: Path, package: Path) -> Iterator[Import]:
    module = ("pollex", *file.relative_to(package).with_suffix("").parts)
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    inside = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types(outer)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        for target in targets(node, module):
            yield Import(target, node.lineno, id(node) in inside)


def is_for_types(node: ast.AST) -> bool:
    """Whether it is an `if TYPE_CHECKING:`; what it imports is never loaded."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def targets(node: ast.AST, module: tuple[str, ...]) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=name, names=names, level=level):
            base = [*(module[:-level] if level else ()), *(name.split(".") if name else ())]
            # `from pollex import model` imports a room, `from pollex.model import types` a file of it.
            short = len(base) < 3 and base[:1] == ["pollex"]
            yield from (".".join([*base, alias.name]) for alias in names) if short else [".".join(base)]
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def test_imports_keep_to_floors_walls_and_doors() -> None:
    found = violations(PACKAGE)
    assert not found, "imports that break the shape of engine/README.md:\n" + "\n".join(found)


def test_every_file_stands_on_a_floor() -> None:
    rooms = {room_of(file.relative_to(PACKAGE)) for file in PACKAGE.rglob("*.py")}
    assert rooms <= {*FLOOR_OF, FACE, STARTER}


# ------------------------------------------------------------------ the check is checked


def planted(folder: Path, place: str, text: str) -> list[str]:
    file = folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return violations(folder)


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("model/values.py", "\nfrom pollex.syntax import ast", "model/values.py:2: `model` imports `syntax`"),
        ("model/values.py", "from pollex import syntax", "`model` imports `syntax`, which stands above it"),
        ("model/values.py", "import pollex.check.names", "`model` imports `check`, which stands above it"),
        ("model/values.py", "from ..ir import nodes", "`model` imports `ir`, which stands above it"),
        (
            "syntax/ast.py",
            "from pollex.ir.nodes import And",
            "`syntax` imports `ir`, a room on its own floor",
        ),
        ("cli/main.py", "import pollex.http.server", "`cli` imports `http`, a room on its own floor"),
        ("check/names.py", "def f():\n    import pollex.ir", "check/names.py:2: `check` never sees `ir`"),
        (
            "backends/interpret.py",
            "from pollex.check.checked import Checked",
            "`backends` never sees `check`",
        ),
        ("backends/interpret.py", "from pollex.backends.sql import emit", "imports the backend `sql`"),
        ("backends/sql/emit.py", "from pollex.backends import interpret", "imports the backend `interpret`"),
        ("lower.py", "import lark", "lower.py:1: `lark` enters by syntax/grammar.py alone"),
        ("syntax/format.py", "from lark import Token", "`lark` enters by syntax/grammar.py alone"),
        ("backends/smt.py", "import z3", "`z3` is heavy"),
        ("cli/decide.py", "def f():\n    import jinja2", "`jinja2` enters by cli/pages/render.py alone"),
        ("cli/pages/render.py", "import jinja2", "`jinja2` is heavy"),
        ("model/values.py", "import numpy.linalg", "`numpy` has no door"),
        ("model/values.py", "from pollex import load", "`load` stands on no floor"),
        ("model/values.py", "import pollex", "`model` imports the public face"),
        ("__init__.py", "from pollex.cli.main import main", "the public face imports the window `cli`"),
        ("helpers.py", "import pollex.model", "`helpers` stands on no floor"),
        (
            "ir/show.py",
            "import importlib\nimportlib.import_module('pollex.check')",
            "ir/show.py:2: `ir` imports",
        ),
        (
            "ir/nodes.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pollex.lower import lower\n",
            "ir/nodes.py:3: `ir` imports `lower`, which stands above it",
        ),
    ],
)
def test_a_planted_violation_is_named(tmp_path: Path, place: str, text: str, said: str) -> None:
    found = planted(tmp_path, place, text)
    assert any(said in line for line in found), found


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("syntax/grammar.py", "from lark import Lark\nfrom pollex.source.span import Span\nimport re"),
        (
            "cli/main.py",
            "import pollex\nfrom pollex.workspace import Workspace\nfrom rich.table import Table",
        ),
        ("cli/decide.py", "from pollex.cli import output"),
        ("__init__.py", "from pollex.workspace import Workspace"),
        ("__main__.py", "from pollex.cli.main import main"),
        ("lower.py", "from pollex.check.checked import Checked\nfrom pollex.ir.nodes import And"),
        (
            "backends/sql/emit.py",
            "from pollex.backends.sql.dialect import TABLE\nfrom pollex.ir import nodes",
        ),
        ("backends/smt.py", "def prove():\n    import z3\n    return z3"),
        (
            "cli/pages/render.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from jinja2 import Environment\n",
        ),
    ],
)
def test_what_the_shape_allows_is_left_alone(tmp_path: Path, place: str, text: str) -> None:
    assert planted(tmp_path, place, text) == []
