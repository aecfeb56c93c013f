"""The built distributions: what they hold, and that an installed one decides a claim from any folder.

The wheel is built from the source distribution, so that both are known to be complete. It is run installed
in a folder and straight from its zip file, with the checkout out of sight; and in a fresh environment an
adjudication project (`embedding/`) tests its policies with it.
"""

from __future__ import annotations

import email
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

SHIPPED = ("grammar", "policies", "schemas")
CLAIM = {
    "claim_id": "packaged",
    "payer": {"id": "medicare", "line_of_business": "medicare-ffs"},
    "billing_provider": {"npi": "1234567893", "tax_id": "12-3456789"},
    "diagnoses": [{"code": "K56.50"}],
    "lines": [
        {
            "line_number": 1,
            "procedure_code": "44120",
            "service_date": "2026-08-03",
            "fee_schedule_amount": "1136.30",
        }
    ],
}


@pytest.fixture(scope="module")
def distributions(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel built from it."""
    for tool in ("build", "hatchling"):
        if importlib.util.find_spec(tool) is None:
            pytest.skip(f"{tool} is not installed")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (only,) = distributions.glob("*.whl")
    return only


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel is installed in, without its dependencies."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True, timeout=300)
    return folder


@pytest.fixture(params=["installed", "wheel"])
def place(request: pytest.FixtureRequest) -> Path:
    """Where Python finds the package: a folder, or the wheel itself as a zip file."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Path)
    return found


def run(place: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with the package found at `place`; each compiles for itself, once."""
    command = [sys.executable, "-P", *arguments]
    cache = folder.parent / f"kept-by-{place.name}"
    environment = {"PYTHONPATH": str(place), "PATH": "", "NO_COLOR": "1", "POLLEX_CACHE_DIR": str(cache)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def shipped_files(checkout: Path) -> set[str]:
    return {
        file.relative_to(checkout).as_posix()
        for top in SHIPPED
        for file in (checkout / top).rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


def modules(checkout: Path) -> set[str]:
    engine = checkout / "engine"
    return {file.relative_to(engine).as_posix() for file in (engine / "pollex").rglob("*.py")}


def templates(checkout: Path) -> set[str]:
    engine = checkout / "engine"
    pages = engine / "pollex" / "cli" / "pages" / "templates"
    return {file.relative_to(engine).as_posix() for file in pages.iterdir()}


def project(checkout: Path) -> dict[str, object]:
    loaded = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    found = loaded["project"]
    assert isinstance(found, dict)
    return found


def test_the_wheel_holds_the_package_and_what_it_reads(wheel: Path, checkout: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"pollex/_data/{name}" for name in shipped_files(checkout)} <= names
    assert {*modules(checkout), *templates(checkout), "pollex/py.typed"} <= names
    assert {name.split("/")[0] for name in names} == {
        "pollex",
        f"pollex-{project(checkout)['version']}.dist-info",
    }


def test_the_wheel_says_what_it_is(wheel: Path, checkout: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        information = f"pollex-{project(checkout)['version']}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{information}/METADATA"))
        entry_points = archive.read(f"{information}/entry_points.txt").decode()
        archive.getinfo(f"{information}/licenses/LICENSE")
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "pollex = pollex.cli.main:main" in entry_points
    assert "[pytest11]\npollex = pollex.pytest_plugin\n" in entry_points


def test_the_source_distribution_holds_the_checkout(distributions: Path, checkout: Path) -> None:
    (source,) = distributions.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert shipped_files(checkout) <= names
    assert {f"engine/{name}" for name in modules(checkout) | templates(checkout)} <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py", ".pre-commit-hooks.yaml"} <= names


def test_the_package_is_found_where_it_was_installed(place: Path, tmp_path: Path) -> None:
    done = run(place, tmp_path, "-c", "import pollex; print(pollex.__file__)")
    assert done.stdout.startswith(str(place)), done.stderr


def test_it_tells_its_version(place: Path, tmp_path: Path, checkout: Path) -> None:
    done = run(place, tmp_path, "-m", "pollex", "version")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(project(checkout)["version"]) in done.stdout


def test_it_decides_a_claim_as_the_checkout_does(place: Path, tmp_path: Path, checkout: Path) -> None:
    claim = tmp_path / "claim.json"
    claim.write_text(json.dumps(CLAIM), encoding="utf-8")
    arguments = ("-m", "pollex", "decide", "claim.json", "--format", "ndjson")
    done = run(place, tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    (decision,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert decision["claim_id"] == "packaged"
    assert decision["lines"][0]["outcome"] in ("allow", "deny", "pend")
    assert done.stdout == run(checkout / "engine", tmp_path, *arguments).stdout


def test_it_checks_and_tests_its_own_policies(place: Path, tmp_path: Path) -> None:
    for command in ("check", "test"):
        done = run(place, tmp_path, "-m", "pollex", command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_makes_a_page_as_the_checkout_does(place: Path, tmp_path: Path, checkout: Path) -> None:
    (tmp_path / "claim.json").write_text(json.dumps(CLAIM), encoding="utf-8")
    arguments = ("-m", "pollex", "compare", "claim.json", "--fees", "benchmark", "--format", "html")
    done = run(place, tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert "prefers-color-scheme: dark" in done.stdout
    assert done.stdout == run(checkout / "engine", tmp_path, *arguments).stdout


# ------------------------------------------------------------------ a project that embeds it


@pytest.fixture
def fresh_python(wheel: Path, tmp_path: Path) -> Path:
    """The Python of a fresh virtual environment that the wheel is installed in, as pip does it.

    What the wheel depends on, and pytest, are lent from the environment that this test runs in.
    """
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "--no-index", str(wheel)], check=True, timeout=300)
    site = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    (Path(site) / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return python


@pytest.fixture
def example(checkout: Path, tmp_path: Path) -> Path:
    """The example project, copied out of the checkout."""
    source = checkout / "tests" / "packaging" / "embedding"
    return shutil.copytree(source, tmp_path / "embedding", ignore=shutil.ignore_patterns(".*", "__pycache__"))


def test_a_project_tests_its_policies_and_its_code_in_one_run(fresh_python: Path, example: Path) -> None:
    def pytest_says(*arguments: str) -> tuple[int, str]:
        command = [str(fresh_python), "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        environment = {"PATH": "", "NO_COLOR": "1", "POLLEX_CACHE_DIR": str(example.parent / "cache")}
        done = subprocess.run(
            command, cwd=example, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout

    code, said = pytest_says("-v")
    assert (code, "7 passed" in said) == (0, True), said
    assert "policies/lysis.pol::More work[row 2] PASSED" in said
    assert "tests/test_queues.py::test_a_claim_goes_to_its_queue" in said
    assert "2 passed" in pytest_says("policies", "-q", "-n", "2", "-k", "More")[1]
    policy = example / "policies" / "lysis.pol"
    policy.write_text(policy.read_text("utf-8").replace("$1,000.00", "$900.00"), encoding="utf-8")
    code, said = pytest_says("policies")
    assert (code, "1 failed, 3 passed" in said) == (1, True), said
    assert "line 1 amount: expected $900.00, got $1000.00" in said
