"""Which files belong to what a caller names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pollex.source.text import UnreadableFile
from pollex.workspace import Workspace, open_paths, shipped

HEADER = "policy {} payer medicare applies to cpt 44120 in effect from 2026-01-01\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two policies in one folder, one of them in three files, and sets beside and above."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "all/sets/common.yaml": "set: common\n",
        "all/one/main.pol": HEADER.format("main"),
        "all/one/more.pol": "# remarks first\npart of main\n",
        "all/one/tests/tests.pol": "part of main, other-main\n",
        "all/one/third.pol": HEADER.format("other-main"),
        "all/one/lone.pol": HEADER.format("lone"),
        "all/one/tables/fees.yaml": "table: fees\n",
        "all/one/notes/notes.yaml": "nothing: here\n",
        "all/one/below/sets/far.yaml": "set: far\n",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


def names(workspace: Workspace) -> tuple[set[str], set[str]]:
    return {Path(name).name for name in workspace.files}, {Path(name).name for name in workspace.data}


def test_a_folder_is_all_that_is_below_it_and_the_sets_above(tree: Path) -> None:
    workspace = open_paths(["all/one"])
    assert names(workspace) == (
        {"main.pol", "more.pol", "tests.pol", "third.pol", "lone.pol"},
        {"common.yaml", "fees.yaml", "far.yaml"},
    )
    assert workspace.asked == set(workspace.files)
    assert "all/sets/common.yaml" in workspace.data


@pytest.mark.parametrize("file", ["main.pol", "more.pol", "tests/tests.pol", "third.pol"])
def test_a_file_brings_the_whole_policy(tree: Path, file: str) -> None:
    policies, data = names(open_paths([f"all/one/{file}"]))
    assert policies == {"main.pol", "more.pol", "tests.pol", "third.pol"}
    assert "lone.pol" not in policies
    assert "far.yaml" not in data


def test_a_folder_of_parts_brings_their_policies_from_above(tree: Path) -> None:
    workspace = open_paths(["all/one/tests"])
    assert names(workspace) == (
        {"main.pol", "more.pol", "tests.pol", "third.pol"},
        {"common.yaml", "fees.yaml"},
    )
    assert workspace.asked == {"all/one/tests/tests.pol"}


def test_files_beside_a_policy_are_found_from_any_folder(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_paths(["all/one"])
    monkeypatch.chdir("/")
    assert workspace.beside("all/one/main.pol", "notes/notes.yaml").text == "nothing: here\n"


def test_a_policy_stands_for_all_its_files_and_a_part_for_itself(tree: Path) -> None:
    assert "all/one/more.pol" in open_paths(["all/one/main.pol"]).asked
    assert open_paths(["all/one/more.pol"]).asked == {"all/one/more.pol"}
    assert (
        open_paths(["all/one/lone.pol"]).asked
        == {"all/one/lone.pol"}
        == set(open_paths(["all/one/lone.pol"]).files)
    )


def test_a_file_that_is_named_twice_counts_once(tree: Path) -> None:
    workspace = open_paths(["all/one", tree / "all" / "one", "all/one/main.pol"])
    assert len(workspace.files) == 5
    assert len(workspace.data) == 3
    assert workspace.asked == set(workspace.files)


def test_a_set_or_table_may_be_named_by_itself(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names(open_paths(["all/one/tables/fees.yaml"])) == (set(), {"fees.yaml", "common.yaml"})
    monkeypatch.chdir("all/one/tables")
    assert "../tables/fees.yaml" in open_paths(["fees.yaml"]).data


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "there is no file or folder nowhere"),
        ("all/one/notes/notes.yaml", "all/one/notes/notes.yaml is not in a folder called `sets` or `tables`"),
        ("bad.pol", "bad.pol cannot be read: it is not UTF-8"),
    ],
)
def test_what_cannot_be_opened_is_said(tree: Path, path: str, said: str) -> None:
    Path("bad.pol").write_bytes(b"\xff")
    with pytest.raises(UnreadableFile, match=f"^{said}$"):
        open_paths([path])


def test_the_shipped_policies_are_sound() -> None:
    assert shipped().compilation.is_sound


def test_a_payers_folder_brings_the_parts_that_it_shares() -> None:
    """The tree around is read with it, and only the folder's own tests are asked for."""
    policies = Path(__file__).parents[2] / "policies"
    workspace = open_paths([policies / "bcbs-tx"])
    assert workspace.compilation.is_sound
    assert any(Path(name).parent.name == "shared" for name in workspace.files)
    assert {Path(name).parent.name for name in workspace.asked} == {"bcbs-tx"}


def test_a_payer_that_shares_nothing_stands_alone() -> None:
    workspace = open_paths([Path(__file__).parents[2] / "policies" / "medicare"])
    assert {Path(name).parent.name for name in workspace.files} == {"medicare"}
