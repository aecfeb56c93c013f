"""Compiled policies are kept for the next process: the same program comes back, or none."""

from __future__ import annotations

import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import pollex
from pollex.cache import MOST_ENTRIES, SUFFIX, Cache, folder
from pollex.compiler import Compilation, Texts, bring_tables
from pollex.source.text import SourceText
from pollex.syntax import grammar
from pollex.workspace import shipped
from unit.backends.small import claim, policy_file, set_file

RULES = policy_file("use set codes\nrule r when units is more than 2 deny")
CODES = set_file("codes", "cpt", '"44120"')

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="nothing is kept without user ids")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def compiled(place: Path, rules: SourceText = RULES) -> Compilation:
    return Compilation(Texts((rules,), (CODES,)), Cache(place))


def entries(place: Path) -> list[Path]:
    return sorted(place.glob(f"*{SUFFIX}"))


def is_from_the_cache(compilation: Compilation) -> bool:
    assert compilation.is_sound
    assert compilation.program.policies
    return "_checked" not in vars(compilation)


def test_what_was_compiled_comes_back(place: Path) -> None:
    first = compiled(place)
    assert not is_from_the_cache(first)
    again = compiled(place)
    assert is_from_the_cache(again)
    assert again.program == first.program
    assert again.diagnostics == first.diagnostics
    assert first.diagnostics != ()  # the set is never used: what is said of sound policies is kept too


def test_shipped_policies_come_back_whole(place: Path) -> None:
    first, again = (shipped(Cache(place)).compilation for _ in range(2))
    assert first.program == again.program
    assert is_from_the_cache(again)


def test_trees_are_kept_beside_when_they_are_asked_for(place: Path) -> None:
    first = shipped(Cache(place)).compilation
    assert first.program.policies
    kept = len(entries(place))
    checked, trees = first.checked, first.trees
    assert len(entries(place)) == kept + 1
    again = shipped(Cache(place)).compilation
    assert (again.trees, again.environment) == (trees, first.environment)
    assert (again.checked.policies, again.checked.scenarios) == (checked.policies, checked.scenarios)
    assert again.checked.environment == checked.environment
    assert is_from_the_cache(again)
    assert "_parsed" not in vars(again)
    rules = [rule for policy in again.checked.policies for rule in policy.names.rules.values()]
    items = {id(item) for tree in again.trees for item in tree.items}
    assert all(id(rule) in items for rule in rules)  # one and the same, as in what was compiled


def test_trees_of_policies_with_errors_are_made_and_not_kept(place: Path) -> None:
    wrong = compiled(place, policy_file("rule r when nothing-known deny"))
    assert wrong.trees
    assert wrong.checked.policies
    assert not list(place.glob("*-trees*"))


def test_the_tables_of_the_parser_come_back(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = ("cpt", "place of service")
    made = grammar.tables(phrases)
    monkeypatch.setattr(grammar, "_ready", {})
    bring_tables(phrases, Cache(place))
    monkeypatch.setattr(grammar, "_ready", {})
    monkeypatch.setattr(grammar, "parser", None)  # Lark is not asked again
    bring_tables(phrases, Cache(place))
    assert grammar.tables(phrases) == made
    monkeypatch.setattr(grammar, "made_by", lambda: "another release of Lark")
    monkeypatch.setattr(grammar, "_ready", {})
    with pytest.raises(TypeError):
        bring_tables(phrases, Cache(place))


def test_another_text_is_another_entry(place: Path) -> None:
    for limit in (2, 3):
        rules = policy_file(f"use set codes\nrule r when units is more than {limit} deny")
        assert not is_from_the_cache(compiled(place, rules))
    assert len(entries(place)) == 2


def test_policies_with_errors_are_not_kept(place: Path) -> None:
    wrong = compiled(place, policy_file("rule r when nothing-known deny"))
    assert not wrong.is_sound
    assert not place.exists()


def test_folder_and_entries_are_the_users_own(place: Path) -> None:
    is_from_the_cache(compiled(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [stat.S_IMODE(entry.stat().st_mode) for entry in entries(place)] == [0o600]


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_that_others_can_write_is_not_trusted(place: Path, mode: int) -> None:
    is_from_the_cache(compiled(place))
    place.chmod(mode)
    assert not is_from_the_cache(compiled(place))


def test_an_entry_that_others_can_write_is_not_trusted(place: Path) -> None:
    is_from_the_cache(compiled(place))
    entries(place)[0].chmod(0o666)
    assert not is_from_the_cache(compiled(place))


def test_links_are_not_followed(place: Path, tmp_path: Path) -> None:
    is_from_the_cache(compiled(place))
    (entry,) = entries(place)
    entry.rename(tmp_path / "elsewhere")
    entry.symlink_to(tmp_path / "elsewhere")
    assert not is_from_the_cache(compiled(place))
    link = tmp_path / "link"
    link.symlink_to(place)
    assert not is_from_the_cache(compiled(link))


@pytest.mark.parametrize("damage", [b"", b"short", bytes(64)])
def test_a_damaged_entry_is_made_again(place: Path, damage: bytes) -> None:
    is_from_the_cache(compiled(place))
    (entry,) = entries(place)
    whole = entry.read_bytes()
    for written in (damage, whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"x"):
        entry.write_bytes(written)
        assert not is_from_the_cache(compiled(place))
        assert entry.read_bytes() == whole


class Sneaky:
    """Runs a command where it is read without care."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch sneaked",)


def test_no_code_is_let_in(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even from an entry whose digest is right."""
    monkeypatch.chdir(tmp_path)
    cache = Cache(place)
    cache.put("key", Sneaky())
    assert entries(place)
    assert cache.get("key") is None
    cache.put("key", pickle.loads)
    assert cache.get("key") is None
    assert not (tmp_path / "sneaked").exists()


def test_an_entry_under_another_name_is_not_taken(place: Path) -> None:
    cache = Cache(place)
    cache.put("one", (1, 2))
    assert cache.get("one") == (1, 2)
    entries(place)[0].rename(place / f"other{SUFFIX}")
    assert cache.get("other") is None


def test_old_entries_go(place: Path) -> None:
    cache = Cache(place)
    for number in range(MOST_ENTRIES + 3):
        cache.put(f"key-{number}", number)
        os.utime(place / f"key-{number}{SUFFIX}", (number, number))
    assert len(entries(place)) == MOST_ENTRIES
    assert cache.get("key-0") is None
    assert cache.get(f"key-{MOST_ENTRIES + 2}") == MOST_ENTRIES + 2


def test_what_is_read_stays_longer(place: Path) -> None:
    cache = Cache(place)
    for number in range(MOST_ENTRIES):
        cache.put(f"key-{number}", number)
        os.utime(place / f"key-{number}{SUFFIX}", (number, number))
    assert cache.get("key-0") == 0
    cache.put("one more", None)
    assert cache.get("key-0") == 0
    assert cache.get("key-1") is None


def test_a_place_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not is_from_the_cache(compiled(tmp_path / "file"))
    assert not is_from_the_cache(compiled(tmp_path / "file" / "below"))


def test_where_entries_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLLEX_CACHE_DIR", "")
    assert folder() is None
    monkeypatch.setenv("POLLEX_CACHE_DIR", "here")
    assert folder() == Path("here")
    monkeypatch.delenv("POLLEX_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "there")
    assert folder() == Path("there/pollex")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert folder() == Path("~/.cache/pollex").expanduser()


def test_an_engine_from_the_cache_decides_and_loads_no_compiler(place: Path, tmp_path: Path) -> None:
    policy = tmp_path / "p.pol"
    policy.write_text(policy_file("rule r when units is more than 2 deny").text, encoding="utf-8")
    script = (
        "import sys, pollex\n"
        f"engine = pollex.load({str(policy)!r})\n"
        f"outcome = engine.decide({claim({'units': '3'})!r}).outcome\n"
        "print(outcome, 'lark' in sys.modules, 'yaml' in sys.modules)"
    )
    environment = {**os.environ, "POLLEX_CACHE_DIR": str(place)}
    said = [
        subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert said == ["deny True True\n", "deny False False\n"]


def test_a_program_can_do_without(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLLEX_CACHE_DIR", str(place))
    policy = tmp_path / "p.pol"
    policy.write_text(policy_file("rule r when units is more than 2 deny").text, encoding="utf-8")
    pollex.load(policy, cache=False)
    assert not place.exists()
    pollex.load(policy)
    assert entries(place)
