"""`pollex diff`: versions, formats, limits, claims that are not valid, git."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pollex.backends.sql.engines import ENGINES
from pollex.batch.layout import write_claims as write_columns
from pollex.resources import read_text
from unit.cli.small import POLICY, Run, claim

GIT = shutil.which("git") or "git"


@pytest.fixture
def versions(folder: Path) -> Path:
    """The small policy, a version in `new` with a smaller share and a lower limit, and a few claims."""
    table = Path("policies/tables/limits.yaml")
    table.write_text(table.read_text("utf-8").replace('units: "1"', 'units: "3"'), encoding="utf-8")
    shutil.copytree("policies", "new")
    changed = POLICY.replace("pay 16 percent", "pay 14 percent").replace(
        "because [MANUAL]", 'because "Twice a year." [MANUAL]'
    )
    Path("new/small.pol").write_text(changed, encoding="utf-8")
    table = Path("new/tables/limits.yaml")
    table.write_text(table.read_text("utf-8").replace('units: "3"', 'units: "1"'), encoding="utf-8")
    write_claims("claims.ndjson", claim(), one("80"), one("80", units="2"), one(units="2"), one(units="3"))
    return folder


def one(*modifiers: str, **line: object) -> dict[str, object]:
    given = claim()
    given["lines"][0] |= {"modifiers": list(modifiers), **line}
    return given


def write_claims(file: str, *claims: dict[str, object]) -> None:
    numbered = ({**given, "claim_id": f"c-{number}"} for number, given in enumerate(claims, 1))
    Path(file).write_text("".join(f"{json.dumps(given)}\n" for given in numbered), encoding="utf-8")


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_goldens(run: Run, form: str, golden: Callable[[Path, str], None]) -> None:
    ran = run("diff", "policies", "new", "--claims", "claims.ndjson", "--jobs", "1", "--format", form)
    assert (ran.code, ran.err) == (0, "")
    golden(Path(__file__).parent / "golden" / f"diff.{form}", ran.out)


@pytest.mark.usefixtures("versions")
def test_without_claims_it_says_what_changed(run: Run) -> None:
    ran = run("diff", "policies", "new")
    assert ran.code == 0
    assert "2 changes that can change a decision, 1 that decides nothing by itself." in ran.out
    assert "On the claims" not in ran.out
    same = run("diff", "policies", "policies")
    assert "Nothing changed in meaning or in words." in same.out


@pytest.mark.usefixtures("versions")
def test_the_document_keeps_to_its_schema(run: Run) -> None:
    schema = Draft202012Validator(json.loads(read_text("schemas", "diff.schema.json")))
    for more in ((), ("--claims", "claims.ndjson")):
        ran = run("diff", "policies", "new", "--format", "json", *more)
        schema.validate(json.loads(ran.out))


@pytest.mark.usefixtures("versions")
def test_several_processes_say_the_same(run: Run) -> None:
    claims = [one("80"), one(units="2"), one(), one("22")] * 60
    write_claims("many.ndjson", *claims)
    alone, together = (
        run("diff", "policies", "new", "--claims", "many.ndjson", "--format", "json", "--jobs", jobs).out
        for jobs in ("1", "2")
    )
    assert alone == together
    assert json.loads(alone)["claims"]["count"] == 240


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("assume", [(), ("--assume", "no-history")])
@pytest.mark.parametrize("engine", [(), ("--engine", "duckdb")])
def test_claims_in_parquet_say_the_same(run: Run, engine: tuple[str, ...], assume: tuple[str, ...]) -> None:
    """Two files of them, in one of which some are not valid."""
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    given = [one("80"), one(units="2"), one("22"), one("8")] * 5
    write_claims("in.ndjson", *given)
    write_columns(given_claims("in.ndjson"), Path("in.parquet"))
    write_columns(given_claims("claims.ndjson"), Path("claims.parquet"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENGINES, "duckdb", replace(ENGINES["duckdb"], worth=0, chunk=7))
        lines, rows = (
            run("diff", "policies", "new", "--jobs", "2", "--format", "json", "--claims", *files, *more)
            for files, more in (
                (("in.ndjson", "claims.ndjson"), assume),
                (("in.parquet", "claims.parquet"), (*engine, *assume)),
            )
        )
    assert lines.out == rows.out
    assert json.loads(rows.out)["claims"]["invalid"] == 5
    assert lines.code == rows.code == 1
    assert rows.err == lines.err.replace(".ndjson", ".parquet")


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--engine says what decides claims: name their files with --claims"),
        (
            ("--claims", "claims.ndjson"),
            "asks Parquet, which claims.ndjson is not: `pollex batch claims",
        ),
        (("--claims", "-"), "asks Parquet, which standard input is not: `pollex batch -"),
        (("--claims", "none.parquet"), "none.parquet cannot be read: no such file or directory"),
    ],
)
def test_an_engine_that_cannot_be_asked(run: Run, arguments: tuple[str, ...], said: str) -> None:
    pytest.importorskip("duckdb")
    ran = run("diff", "policies", "new", "--engine", "duckdb", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.usefixtures("versions")
def test_columns_that_are_laid_out_otherwise(run: Run) -> None:
    """They are read row by row, and cannot be asked."""
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pytest.importorskip("duckdb")
    parquet.write_table(pyarrow.Table.from_pylist(given_claims("claims.ndjson")), "claims.parquet")
    asked = ("diff", "policies", "new", "--jobs", "1", "--format", "json", "--claims")
    assert run(*asked, "claims.parquet").out == run(*asked, "claims.ndjson").out
    ran = run(*asked, "claims.parquet", "--engine", "duckdb")
    assert ran.code == 2
    assert "claims.parquet: the column payer is not laid out as schemas/README.md says" in ran.err


def given_claims(file: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()]


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("limits", "claims", "code", "said"),
    [
        (("any-change",), (), 1, "2 changes can change a decision"),
        (("any-change",), ("claims.ndjson",), 1, "4 lines decided differently"),
        (("new-denial",), ("claims.ndjson",), 1, "3 lines newly denied"),
        (("dollars>1000",), ("claims.ndjson",), 1, "dollars change by -$5,340.00, more than $1,000.00"),
        (("dollars>$5340.00",), ("claims.ndjson",), 0, ""),
        (("new-denial",), (), 0, ""),
        (("new-denial", "dollars>5"), ("harmless.ndjson",), 0, ""),
    ],
)
def test_limits(run: Run, limits: tuple[str, ...], claims: tuple[str, ...], code: int, said: str) -> None:
    write_claims("harmless.ndjson", claim())
    flags = [part for limit in limits for part in ("--fail-on", limit)]
    given = ["--claims", *claims] if claims else []
    ran = run("diff", "policies", "new", *flags, "--jobs", "1", *given)
    assert ran.code == code
    assert said in ran.err


@pytest.mark.usefixtures("versions")
def test_a_change_that_flips_nothing_is_said(run: Run) -> None:
    write_claims("harmless.ndjson", claim())
    ran = run("diff", "policies", "new", "--claims", "harmless.ndjson", "--jobs", "1")
    assert ran.code == 0
    assert "on these claims the change flips nothing" in ran.out


@pytest.mark.usefixtures("versions")
def test_claims_that_are_not_valid_are_reported_and_the_rest_counted(run: Run) -> None:
    text = Path("claims.ndjson").read_text("utf-8")
    Path("claims.ndjson").write_text(f'{{"claim_id": "x"}}\nnot json\n{text}', encoding="utf-8")
    ran = run("diff", "policies", "new", "--claims", "claims.ndjson", "--format", "json", "--jobs", "1")
    assert ran.code == 1
    assert "claims.ndjson: claim 1 is not valid" in ran.err
    assert "claims.ndjson: claim 2 is not valid" in ran.err
    found = json.loads(ran.out)["claims"]
    assert (found["count"], found["invalid"]) == (5, 2)
    missing = run("diff", "policies", "new", "--claims", "none.ndjson")
    assert missing.code == 2
    assert "none.ndjson cannot be read" in missing.err


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("policies",), "name two versions"),
        (("policies", "nowhere"), "`nowhere` is neither a file or folder nor"),
        (("policies", "new", "third"), "name two versions, not 3"),
        (("policies", "new", "--fail-on", "dollars"), "`dollars` is not a limit"),
        (("policies", "new", "--claims", "-", "-"), "standard input (`-`) can be named once"),
    ],
)
def test_bad_usage(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = run("diff", *arguments)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.usefixtures("versions")
def test_policies_with_mistakes_are_not_compared(run: Run) -> None:
    Path("new/small.pol").write_text("policy small\n", encoding="utf-8")
    ran = run("diff", "policies", "new")
    assert ran.code == 1
    assert "the policies cannot be run" in ran.err


# ------------------------------------------------------------------ pages


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.usefixtures("versions")
def test_the_page_is_whole_and_fetches_nothing(run: Run) -> None:
    arguments = (
        "diff",
        "policies",
        "new",
        "--claims",
        "claims.ndjson",
        "--format",
        "html",
        "-o",
        "diff.html",
    )
    assert run(*arguments).out == ""
    page = Path("diff.html").read_text("utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.seen["svg"] >= 3
    assert "<script" not in page
    assert "src=" not in page


# ------------------------------------------------------------------ git


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run([GIT, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(versions: Path) -> Path:
    """The small policy in a first commit, the new version in a second one."""
    git("init", "-q", "-b", "main")
    git("add", "policies")
    git("commit", "-q", "-m", "first")
    shutil.rmtree("policies")
    shutil.move("new", "policies")
    git("add", "policies")
    git("commit", "-q", "-m", "second")
    return versions


@pytest.mark.usefixtures("repository")
def test_revisions(run: Run) -> None:
    by_range = run("diff", "HEAD~1..HEAD", "--format", "json")
    assert by_range.code == 0, by_range.err
    changes = json.loads(by_range.out)["changes"]
    assert [change["id"] for change in changes if change["decides"]] == ["small/assistant", "table limits"]
    assert changes[0]["place"]["file"] == "policies/small.pol"
    for versions in (("HEAD~1", "HEAD"), ("HEAD~1", "policies"), ("HEAD~1:policies", "main"), ("HEAD~1..",)):
        found = json.loads(run("diff", *versions, "--format", "json").out)["changes"]
        assert [change["id"] for change in found] == [change["id"] for change in changes]
    assert "Nothing changed" in run("diff", "HEAD", "policies").out
    assert "Nothing changed" in run("diff", "HEAD..", "--policies", "policies").out


@pytest.mark.usefixtures("repository")
def test_files_as_they_are_now_are_read_too(run: Run) -> None:
    Path("policies/small.pol").write_text(POLICY, encoding="utf-8")
    found = json.loads(run("diff", "main..", "--format", "json").out)["changes"]
    assert [change["id"] for change in found if change["decides"]] == ["small/assistant"]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("HEAD~9", "HEAD"), "`HEAD~9` is neither a file or folder nor a revision that git knows"),
        (("HEAD:nowhere", "HEAD"), "there is no folder nowhere at the revision `HEAD`"),
        (("HEAD:policies/tables", "HEAD"), "there is no policy file (*.pol) in policies/tables"),
        (("HEAD~1..HEAD", "--policies", "policies/tables"), "there is no policy file"),
    ],
)
def test_revisions_that_are_not_there(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = run("diff", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_git_is_not_installed(run: Run, versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(versions))
    ran = run("diff", "HEAD~1", "policies")
    assert ran.code == 2
    assert "git is not installed" in ran.err
    assert run("diff", "policies", "new").code == 0


@pytest.mark.usefixtures("versions")
def test_a_folder_without_git(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    ran = run("diff", "HEAD~1", "policies")
    assert ran.code == 2
    assert "this folder is in no git repository" in ran.err
