"""The Python backend: that it decides as the interpreter does, what it writes, and when."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import pollex
from pollex.backends.foreknown import ExactLines
from pollex.backends.interpret.claim import decide, exact_lines
from pollex.backends.python.code import Shared
from pollex.backends.python.decide import PythonBackend
from pollex.backends.python.emit.rules import body, gate
from pollex.backends.python.kept import Kept
from pollex.ir.program import Program
from pollex.synth.claims import synthesis
from pollex.testing import run
from pollex.workspace import Workspace, open_paths, shipped, user_cache
from unit.backends.small import claim, policy_file, program, set_file

CORPUS = Path(__file__).parents[2] / "corpus"
FOLDERS = (*sorted((CORPUS / "accept").iterdir()), CORPUS / "knee-mri", CORPUS / "standard")


def backend(of: Program) -> PythonBackend:
    return PythonBackend(of, exact_lines, "0")


def assert_alike(of: Program, claims: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> int:
    """Decide each claim both ways; how many there were."""
    fast, count = backend(of), 0
    for one in claims:
        assert fast.decide(one, ()).to_dict() == decide(of, one, (), "0").to_dict(), one["claim_id"]
        count += 1
    return count


@pytest.fixture(scope="module")
def policies() -> Workspace:
    return shipped(user_cache())


# ------------------------------------------------------------------ as the interpreter does


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_corpus(folder: Path) -> None:
    workspace = open_paths([folder])
    lines = [line for file in folder.glob("*.ndjson") for line in file.read_text("utf-8").splitlines()]
    of = workspace.compilation.program
    assert assert_alike(of, [*map(json.loads, lines), *claims_of(workspace)])


def test_cases_of_the_shipped_policies(policies: Workspace) -> None:
    """Every fourth; `tests/bench/agreement.py` takes all of them."""
    assert assert_alike(policies.compilation.program, claims_of(policies)[::4]) > 400


def claims_of(workspace: Workspace) -> list[dict[str, Any]]:
    """The claims of the tests that policies carry."""
    suite = run.Suite(workspace)
    return [claim for case in suite.cases if (claim := suite.claim(case)) is not None]


def test_made_up_claims_of_every_payer(policies: Workspace) -> None:
    of = policies.compilation.program
    assert assert_alike(of, synthesis(of, "backends").claims(200)) == 200


def test_threads_share_a_backend(policies: Workspace) -> None:
    of = policies.compilation.program
    claims = list(synthesis(of, "threads").claims(40))
    expected = [decide(of, one, (), "0").to_json() for one in claims]
    shared = backend(of)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: [shared.decide(one, ()).to_json() for one in claims], range(4)):
            assert found == expected


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of a plan are asked all at once from the second line on."""
    monkeypatch.setattr("pollex.backends.python.code.OFTEN", 1)
    monkeypatch.setattr("pollex.backends.python.strata.AGAIN", 1)
    monkeypatch.setattr("pollex.backends.python.code.MOST_SIEVES", 100_000)


@pytest.mark.usefixtures("at_once")
def test_rules_that_are_asked_all_at_once(policies: Workspace) -> None:
    """Each claim twice: the second time nothing is asked one by one, and what rules come to is remembered."""
    of = policies.compilation.program
    claims = claims_of(policies)[::24]
    assert assert_alike(of, [again for claim in claims for again in (claim, claim)]) > 200


@pytest.mark.usefixtures("at_once")
def test_an_error_among_rules_asked_at_once_names_the_rule() -> None:
    fast = backend(program(policy_file(RULES + "rule r3 when units is more than 2 deny\n")))
    fast.decide(claim(), ())
    with pytest.raises(ValueError, match="Invalid literal") as caught:
        fast.decide(claim({"units": "no number"}), ())
    assert "rule r3: p.pol" in "".join(caught.value.__notes__)


@pytest.mark.usefixtures("at_once")
def test_rules_at_once_are_one_function_of_the_policy() -> None:
    of = program(policy_file(RULES))
    fast = backend(of)
    fast.decide(claim(), ())
    shared = fast.versions["aetna"][0].unit(of, ()).shared
    assert shared.sieves == 0, "no function is written for one rule"
    fast.decide(claim({"modifiers": ["22"], "place_of_service": "11"}), ("no-history",))
    assert shared.sieves == 1


@pytest.mark.usefixtures("at_once")
def test_plans_share_a_function_across_modifiers_and_days() -> None:
    """Not with days of which something else is true that the text hangs on: there, whether a set speaks."""
    days = "{code: 'K56.50', from: 2026-03-01}", "{code: 'K56.60', from: 2026-06-01}"
    rules = "use set closed\nrule r3 when any diagnosis in closed deny\n" + RULES
    of = program(policy_file(rules), set_file("closed", "icd-10-cm", *days, head="from: 2026-02-01"))
    fast, found = backend(of), []
    for day in ("2026-01-20", "2026-02-20", "2026-03-20", "2026-06-20"):
        for more in ({}, {"modifiers": ["22"]}, {"modifiers": ["22", "59"], "place_of_service": "23"}):
            one = claim({"service_date": day, **more}, received_date="2026-07-01")
            assert fast.decide(one, ()).to_dict() == decide(of, one, (), "0").to_dict()
        found.append(fast.versions["aetna"][0].unit(of, ()).shared.sieves)
    assert found == [1, 2, 2, 2]


def test_what_is_remembered_has_one_bound(policies: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims go on being decided alike, whatever of them has just been forgotten."""
    monkeypatch.setattr("pollex.backends.python.kept.MOST", 12)
    of = policies.compilation.program
    assert assert_alike(of, synthesis(of, "kept").claims(60)) == 60


def test_full_all_tables_are_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pollex.backends.python.kept.MOST", 3)
    kept = Kept()
    tables: tuple[dict[int, int], ...] = ({}, {})
    kept.in_tables(tables)
    sizes = []
    for at in range(8):
        kept.one_more()
        tables[at % 2][at] = at
        sizes.append(sum(map(len, tables)))
    assert sizes == [1, 2, 3, 1, 2, 3, 1, 2]


@pytest.mark.parametrize(("status", "outcome"), [("found", "allow"), ("not_found", "deny")])
def test_what_rules_come_to_hangs_on_the_documentation(status: str, outcome: str) -> None:
    fast = PythonBackend(program(policy_file(RULES)), never, "0")
    for said in ("found", "not_found"):
        fast.decide(documented(said), ())
    assert fast.decide(documented(status), ()).outcome == outcome


def documented(status: str) -> dict[str, Any]:
    return claim({"modifiers": ["22"]}, documentation=[{"concept": "lysis", "status": status}])


@pytest.mark.parametrize(
    ("rule", "given", "amount"),
    [
        ("pay at most billed charge", {"charge_amount": "80.005"}, "80.01"),
        ("pay at most $80.01", {}, "80.01"),
        ("reduce by $0.01", {"fee_schedule_amount": "100.005"}, "100.00"),
        ("reduce to 33.335 percent", {"fee_schedule_amount": "100.1", "units": "2.5"}, "83.42"),
        ("reduce by $200", {"fee_schedule_amount": "100.00"}, "0.00"),
        ("pay at most billed charge", {"charge_amount": "0", "fee_schedule_amount": None}, "0.00"),
    ],
)
def test_dollars_are_exact(rule: str, given: dict[str, Any], amount: str) -> None:
    of = program(policy_file(f"rule r always {rule}"))
    one = claim({"fee_schedule_amount": "120.00", **given})
    decided = PythonBackend(of, never, "0").decide(one, ())
    assert decided.lines[0].allowed_amount == amount
    assert decided == decide(of, one, (), "0")


# ------------------------------------------------------------------ the exact way, and when it is gone

RULES = """
rule r1 when modifier 22 require documentation of lysis, otherwise deny
rule r2 when place of service 23 deny
"""


def never(*_: object) -> ExactLines:
    raise AssertionError("the exact way was asked for")


def test_a_line_of_which_all_is_known_never_goes_the_exact_way() -> None:
    fast = PythonBackend(program(policy_file(RULES)), never, "0")
    assert fast.decide(claim(), ()).outcome == "allow"
    assert fast.decide(claim({"place_of_service": "23"}), ()).outcome == "deny"


def test_a_denial_that_is_sure_needs_no_more() -> None:
    fast = PythonBackend(program(policy_file(RULES)), never, "0")
    assert fast.decide(claim({"place_of_service": "23", "modifiers": ["22"]}), ()).outcome == "deny"


def test_a_line_that_lacks_what_matters_goes_the_exact_way() -> None:
    fast = PythonBackend(program(policy_file(RULES)), never, "0")
    with pytest.raises(AssertionError, match="the exact way"):
        fast.decide(claim({"modifiers": ["22"]}), ())


def test_a_fee_that_alone_is_missing_leaves_the_amount_open() -> None:
    of = program(policy_file(RULES + "rule r3 when units is 2 reduce to 50 percent\n"))
    without = claim({"fee_schedule_amount": None, "units": "2"})
    found = PythonBackend(of, never, "0").decide(without, ())
    assert found == decide(of, without, (), "0")
    assert (found.lines[0].percent, found.lines[0].allowed_amount) == ("50", None)
    assert [element.pointer for element in found.lines[0].missing] == ["/lines/0/fee_schedule_amount"]


def test_the_exact_way_gets_the_rules_that_could_hold() -> None:
    of = program(policy_file(RULES + "rule r3 when modifier 80 pend for review by nurses\n"))
    seen: list[str] = []

    def noted(*asked: Any) -> ExactLines:
        seen.extend(rule.name for rule in asked[3].relevant(0, (1, 2), False))
        return exact_lines(*asked)

    assert PythonBackend(of, noted, "0").decide(claim({"modifiers": ["22"]}), ()).outcome == "pend"
    assert seen == ["r1"]


# ------------------------------------------------------------------ what is written


def written(of: Program) -> str:
    """The text of every rule."""
    texts = []
    for policy in of.policies:
        shared = Shared(of, policy)
        for rule in policy.rules:
            texts += [write(shared.writer, rule).text for write in (gate, body)]
    return "\n".join(texts)


def test_equal_policies_give_equal_text(policies: Workspace) -> None:
    assert written(policies.compilation.program) == written(shipped().compilation.program)


def test_the_text_can_be_read() -> None:
    """A condition reads as its author wrote it, and nothing is asked twice where nothing can be missing."""
    text = written(program(policy_file("rule r when any other line has modifier 80 deny")))
    assert "return (line.others and any(('80' in other.modifier) for other in line.others))" in text
    assert "sure" not in text


def test_what_an_author_writes_stays_text() -> None:
    evil = "x'); raise SystemExit('"
    of = program(policy_file(f'rule r when billing tax id "{evil}" deny'))
    texts = [node.value for node in ast.walk(ast.parse(written(of))) if isinstance(node, ast.Constant)]
    assert evil in texts
    provider = {"npi": "1234567893", "tax_id": evil}
    assert backend(of).decide(claim(billing_provider=provider), ()).outcome == "deny"


def test_an_error_names_the_rule_and_its_place() -> None:
    of = program(policy_file("rule r when units is more than 2 deny"))
    with pytest.raises(ValueError, match="Invalid literal") as caught:
        backend(of).decide(claim({"units": "no number"}), ())
    assert "rule r: p.pol" in "".join(caught.value.__notes__)


def test_an_engine_names_the_line_of_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "p.pol"
    policy.write_text(policy_file("rule r when units is more than 2 deny").text, encoding="utf-8")
    monkeypatch.setattr("pollex.engine.check_claim", lambda *_: ())
    with pytest.raises(ValueError, match="Invalid literal") as caught:
        pollex.load(policy).decide(claim({"units": "no number"}))
    assert caught.value.__notes__ == [f"in the code of p 2026-01-01, rule r: {policy}:7"]


# ------------------------------------------------------------------ when


def test_rules_that_concern_no_claim_are_never_written() -> None:
    codes = set_file("codes", "cpt", *(f'"{code}"' for code in range(20000, 20300)))
    many = "".join(f"rule r{at} on lines with cpt in codes when units is {at} deny\n" for at in range(2, 50))
    rules = "use set codes\n" + many + "rule mine on lines with cpt 44120 when units is 1 allow"
    of = program(policy_file(rules), codes)
    fast = backend(of)
    fast.decide(claim(), ())
    unit = fast.versions["aetna"][0].unit(of, ())
    assert [code.rule.name for code in unit.rules if code._is_ready] == ["mine"]
    assert [code.rule.name for code in unit.rules if code._gate is not None] == ["mine"]
