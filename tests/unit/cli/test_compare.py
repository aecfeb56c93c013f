"""`pollex compare`: its four forms, its options, and every way to ask it wrongly."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from pollex import resources
from pollex.cli.comparison_words import COMPARED as SAID
from pollex.cli.usage.deciding import FEES
from pollex.compare import claims as value
from unit.cli.small import Ran, Run, claim, line, without_frame
from unit.compare.two_payers import ACME, RATES

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"text": "txt", "json": "json", "markdown": "md", "html": "html"}
GIVEN = claim(
    "C-1",
    line(1, "44120", prior_authorizations=["A-1"]),
    line(2, "44121", charge_amount="250.00", fee_schedule_amount="200.00"),
    line(3, "99213"),
)


@pytest.fixture
def file(folder: Path) -> str:
    """A claim of three lines, beside the policies of two payers."""
    (folder / "policies" / "acme.pol").write_text(ACME, encoding="utf-8")
    (folder / "policies" / "tables" / "rates.yaml").write_text(RATES, encoding="utf-8")
    put(folder, GIVEN)
    return "claim.json"


def put(folder: Path, *claims: Any) -> None:
    text = "\n".join(json.dumps(one) for one in claims)
    (folder / "claim.json").write_text(text, encoding="utf-8")


def compare(run: Run, *arguments: str) -> Ran:
    return run("compare", *arguments, "--policies", "policies")


def well(run: Run, *arguments: str) -> str:
    ran = compare(run, *arguments)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


# ------------------------------------------------------------------ the four forms


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("as-it-came", []),
        ("modifiers", ["--modifiers", "none,80,22,52,62", "--line", "1", "--fees", "benchmark"]),
        (
            "coverage",
            ["--payers", "acme:commercial:in-network,acme:medicaid,medicare", "--assume", "no-history"],
        ),
    ],
)
def test_a_comparison_is_shown(
    file: str, run: Run, golden: Callable[[Path, str], None], name: str, options: list[str], form: str
) -> None:
    shown = well(run, file, *options, "--format", form)
    golden(GOLDEN / f"compare-{name}.{ENDINGS[form]}", without_frame(shown))


@pytest.mark.parametrize("options", [[], ["--modifiers", "none,62", "--line", "2", "--fees", "benchmark"]])
def test_json_keeps_to_its_schema(file: str, run: Run, options: list[str]) -> None:
    document = json.loads(well(run, file, *options, "--format", "json"))
    schemas = [
        json.loads(resources.read_text("schemas", f"{name}.schema.json"))
        for name in ("decision", "comparison")
    ]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    jsonschema.Draft202012Validator(schemas[1], registry=registry).validate(document)
    cells = [cell for one in document["variations"] for each in one["lines"] for cell in each["cells"]]
    assert {len(one["cells"]) for each in document["variations"] for one in each["lines"]} == {2}
    assert any(cell["differs"] for cell in cells)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_nothing_of_a_policy_or_a_claim_is_taken_for_markup(
    folder: Path, file: str, run: Run, form: str
) -> None:
    put(folder, claim("<b>C|1</b>", line(1, "44120", "80")))
    shown = well(run, file, "--modifiers", "22", "--format", form)
    assert "<b>" not in shown
    assert "<page>" not in shown
    if form == "markdown":
        rows = [row for row in shown.splitlines() if row.startswith("|")]
        assert {row.replace("\\|", "").count("|") for row in rows} <= {5, 9}


class Ids(HTMLParser):
    """The ids of a page, and the places that it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.scopes: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.add(str(found["href"]))
        if tag == "th":
            self.scopes.append(found.get("scope"))


def test_every_cell_of_the_page_leads_to_rules_and_sources(file: str, run: Run) -> None:
    page = Ids(
        well(run, file, "--fees", "benchmark", "--modifiers", "22,80", "--line", "1", "--format", "html")
    )
    assert len(page.ids) == len(set(page.ids))
    inner = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inner <= set(page.ids)
    assert {f"line-{variation}-{number}" for variation in (1, 2) for number in (1, 2, 3)} <= inner
    assert {"payer-1", "payer-2"} <= inner
    assert [name for name in page.ids if name.startswith("source-")]
    assert {name for name in page.ids if name.startswith("source-")} <= inner
    assert set(page.scopes) <= {"row", "col"}


def test_what_differs_is_marked_by_a_sign_in_every_form(file: str, run: Run) -> None:
    for form in ("text", "markdown", "html"):
        assert "≠" in well(run, file, "--format", form)
        alone = well(run, file, "--payers", "acme", "--format", form)
        assert "≠" not in alone


@pytest.mark.parametrize(("columns", "grids"), [(60, 2), (75, 1), (100, 1)])
def test_payers_that_do_not_fit_stand_below_each_other(
    file: str, run: Run, monkeypatch: pytest.MonkeyPatch, columns: int, grids: int
) -> None:
    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for name, setting in (("COLUMNS", str(columns)), ("TERM", "xterm-256color"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, setting)
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    assert compare(run, file, "--payers", "medicare,acme,acme:medicaid,medicare:medicaid").code == 0
    shown = screen.getvalue()
    assert max(map(len, shown.splitlines())) <= columns
    assert len(re.findall(r"^Line +Code", shown, re.MULTILINE)) == grids
    grid = shown[: shown.index("Line 1, 44120")]
    assert grid.count("$1,000.00") == 3


# ------------------------------------------------------------------ the options


def test_the_claims_own_payer_comes_first(folder: Path, file: str, run: Run) -> None:
    def payers() -> list[str]:
        document = json.loads(well(run, file, "--format", "json"))
        return [payer["id"] for payer in document["payers"]]

    put(folder, claim(payer={"id": "medicare"}))
    assert payers() == ["medicare", "acme"]
    put(folder, claim(payer={"id": "acme"}))
    assert payers() == ["acme", "medicare"]
    put(folder, claim(payer={"id": "nobody"}))
    assert payers() == ["acme", "medicare"]


def test_payers_stand_as_they_were_named(file: str, run: Run) -> None:
    out = well(run, file, "--payers", "acme:commercial:out-of-network, medicare", "--format", "json")
    first, second = json.loads(out)["payers"]
    assert (first["id"], first["line_of_business"], first["network_status"]) == (
        "acme",
        "commercial",
        "out-of-network",
    )
    assert second["id"] == "medicare"


def test_published_fees_are_shown_with_their_source_and_where_there_is_none_it_is_said(
    file: str, run: Run
) -> None:
    for form in ("text", "markdown", "html"):
        shown = well(run, file, "--fees", "benchmark", "--format", form)
        assert "not available" in shown
        assert "$2,000.00" in shown
        assert "PPO" in shown
        assert "hospital" in shown
        assert "2026-07-01" in shown
        assert "contract terms" in shown


def test_modifiers_are_taken_in_any_case_and_together(folder: Path, file: str, run: Run) -> None:
    put(folder, claim())
    document = json.loads(well(run, file, "--modifiers", "none, as ,22+51", "--format", "json"))
    assert document["varied_line"] == 1
    assert [one["modifiers"] for one in document["variations"]] == [[], ["AS"], ["22", "51"]]


def test_a_file_gets_what_standard_output_would(folder: Path, file: str, run: Run) -> None:
    for form in ENDINGS:
        printed = well(run, file, "--format", form)
        assert well(run, file, "--format", form, "-o", "out") == ""
        assert (folder / "out").read_text(encoding="utf-8") == printed


def test_a_claim_may_come_by_standard_input(
    folder: Path, file: str, run: Run, typed: Callable[[str | bytes], None]
) -> None:
    typed(json.dumps(GIVEN))
    assert well(run, "-", "--format", "json") == well(run, file, "--format", "json")


def test_a_code_of_which_no_policy_speaks_is_said_once_at_the_top(file: str, run: Run) -> None:
    shown = well(run, file)
    assert "No payer here has a policy for line 3, 99213, on its day." in shown.splitlines()[:6]
    assert "No payer here" not in well(run, file, "--format", "json")


def test_what_is_named_for_the_command_line_is_what_is_compared() -> None:
    assert FEES == value.FEES
    assert SAID.keys() == value.COMPARED.keys()


# ------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--payers", "acne"], "no policy names a payer `acne`; did you mean `acme`?"),
        (["--payers", "acme,,medicare"], "`acme,,medicare` is not a list of names with commas between them"),
        (["--payers", "acme,acme"], "--payers names acme twice: once, or with another coverage each time"),
        (["--payers", "acme:comercial"], "no line of business `comercial`; did you mean `commercial`?"),
        (["--payers", "acme:commercial:in"], "there is no network status `in`"),
        (["--payers", "acme:commercial:in-network:x"], "write PAYER:LINE-OF-BUSINESS:NETWORK-STATUS"),
        (["--fees", "mine"], "`mine` is not a kind of fees; there are claim and benchmark"),
        (["--modifiers", "none,222"], "`222` is not a modifier: write two letters or digits"),
        (["--modifiers", "22,22"], "`22` stands there twice"),
        (["--modifiers", "none,none"], "`none` stands there twice"),
        (["--modifiers", "22+51+80+AS+52"], "has more than 4 modifiers"),
        (["--modifiers", "22"], "the claim has lines 1, 2 and 3: say with --line which one"),
        (["--modifiers", "22", "--line", "7"], "the claim has no line 7; it has 1, 2 and 3"),
        (["--line", "1"], "--line says which line --modifiers varies"),
        (["--format", "ndjson"], "`ndjson` is not a format"),
        (["-o", "nowhere/out.html"], "nowhere/out.html cannot be written: no such file or directory"),
    ],
)
def test_wrong_usage_is_one_sentence(file: str, run: Run, arguments: list[str], said: str) -> None:
    ran = compare(run, file, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("pollex: ")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_several_claims_are_too_many(folder: Path, file: str, run: Run) -> None:
    for text in ("\n".join([json.dumps(GIVEN)] * 2), json.dumps([GIVEN, GIVEN])):
        (folder / "claim.json").write_text(text, encoding="utf-8")
        ran = compare(run, file)
        assert (ran.code, ran.out) == (2, "")
        assert "claim.json holds more than one claim: give one" in ran.err


def test_a_list_of_one_claim_is_one_claim(folder: Path, file: str, run: Run) -> None:
    whole = well(run, file)
    (folder / "claim.json").write_text(json.dumps([GIVEN]), encoding="utf-8")
    assert well(run, file) == whole


@pytest.mark.parametrize("text", ["", "[]"])
def test_a_file_without_a_claim(folder: Path, file: str, run: Run, text: str) -> None:
    (folder / "claim.json").write_text(text, encoding="utf-8")
    ran = compare(run, file)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_a_claim_that_is_not_valid_is_told_with_every_fault_and_no_value(
    folder: Path, file: str, run: Run
) -> None:
    put(folder, {**claim(diagnoses=[]), "patient": {"sex": "Fnord"}})
    ran = compare(run, file)
    assert (ran.code, ran.out) == (1, "")
    assert "claim.json: the claim is not valid: 2 faults" in ran.err
    assert "/diagnoses" in ran.err
    assert "/patient/sex" in ran.err
    assert "Fnord" not in ran.err


def test_text_that_is_no_claim(folder: Path, file: str, run: Run) -> None:
    (folder / "claim.json").write_text("{", encoding="utf-8")
    ran = compare(run, file)
    assert (ran.code, ran.out) == (1, "")
    assert "the claim is not valid" in ran.err


def test_a_file_that_is_not_there(folder: Path, file: str, run: Run) -> None:
    ran = compare(run, "nothing.json")
    assert (ran.code, ran.out) == (2, "")
    assert "nothing.json cannot be read" in ran.err


def test_policies_with_errors_are_not_run(folder: Path, file: str, run: Run) -> None:
    (folder / "policies" / "acme.pol").write_text(ACME.replace("pay 12", "pay twelve"), encoding="utf-8")
    ran = compare(run, file)
    assert (ran.code, ran.out) == (1, "")
    assert "the policies cannot be run" in ran.err
