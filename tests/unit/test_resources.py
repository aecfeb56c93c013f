"""Shipped files are found in a checkout, in an installed package and in a zip file alike."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pollex import resources


def test_a_checkout_is_read_at_its_top(checkout: Path) -> None:
    assert resources.path("grammar") == checkout / "grammar"
    assert resources.policies_root() == checkout / "policies"


def test_a_file_is_read_as_text(checkout: Path) -> None:
    grammar = (checkout / "grammar" / "policy.lark").read_text(encoding="utf-8")
    assert resources.read_text("grammar", "policy.lark") == grammar


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        resources.read_text("grammar", "nothing.lark")


def test_walking_names_every_file_from_the_root(checkout: Path) -> None:
    walked = dict(resources.walk("grammar", suffix=".lark"))
    assert list(walked) == ["grammar/policy.lark"]
    assert walked["grammar/policy.lark"].read_text(encoding="utf-8").startswith("//")
    everything = [name for name, _ in resources.walk("grammar", suffix="")]
    assert set(everything) == {
        file.relative_to(checkout).as_posix() for file in (checkout / "grammar").rglob("*") if file.is_file()
    }


def test_walking_a_folder_that_is_not_there_finds_nothing() -> None:
    assert list(resources.walk("grammar", "nowhere", suffix=".pol")) == []


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_an_installed_package_reads_its_own_copy(tmp_path: Path, checkout: Path, zipped: bool) -> None:
    archive = tmp_path / "site.zip"
    engine = checkout / "engine"
    with zipfile.ZipFile(archive, "w") as site:
        for name in ("pollex/__init__.py", "pollex/resources.py"):
            site.writestr(name, (engine / name).read_text(encoding="utf-8") if "res" in name else "")
        site.writestr("pollex/_data/policies/b/two.pol", "second")
        site.writestr("pollex/_data/policies/a.pol", "first")
        site.writestr("pollex/_data/policies/a.txt", "other")
    place = archive
    if not zipped:
        place = tmp_path / "site"
        with zipfile.ZipFile(archive) as site:
            site.extractall(place)
    script = (
        "from pollex import resources as r\n"
        "print([(name, file.read_text()) for name, file in r.walk('policies', suffix='.pol')])\n"
        "print(r.read_text('policies', 'a.txt'), r.policies_root().is_dir())\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == ("[('policies/a.pol', 'first'), ('policies/b/two.pol', 'second')]\nother True\n")


def test_a_zip_file_is_not_read_again_once_it_is_in_memory(tmp_path: Path) -> None:
    """Its open file is what copies of a process would read in turns."""
    archive = tmp_path / "pollex.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("pollex/_data/grammar/policy.lark", "// here")
    found = resources._in_memory(zipfile.Path(archive, "pollex/_data/"))
    archive.write_bytes(b"")
    assert found.joinpath("grammar", "policy.lark").read_text(encoding="utf-8") == "// here"
