"""Explanations by the Python backend: those of the interpreter, without asking it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pollex.backends.interpret.claim import exact_lines
from pollex.backends.interpret.explain import explain
from pollex.backends.python.decide import ExactLines, PythonBackend
from pollex.backends.python.explain.explainer import FIRST, Explainer
from pollex.ir.program import Program
from pollex.model.explanation import LineExplanation, RuleExplanation
from pollex.synth.claims import synthesis
from pollex.testing.run import Suite
from pollex.workspace import Workspace, open_paths, shipped, user_cache
from unit.backends.small import claim, policy_file, program, table_file

CORPUS = Path(__file__).parents[2] / "corpus"
FOLDERS = (*sorted((CORPUS / "accept").iterdir()), CORPUS / "knee-mri", CORPUS / "standard")


class Counted:
    """The exact way, counted."""

    def __init__(self) -> None:
        self.claims = 0

    def __call__(self, *asked: Any) -> ExactLines:
        self.claims += 1
        return exact_lines(*asked)


def never(*_: object) -> Any:
    raise AssertionError("the interpreter was asked")


def assert_alike(of: Program, claims: list[dict[str, Any]]) -> int:
    """Explain each claim both ways; for how many the interpreter was asked which lines are denied."""
    exact = Counted()
    explainer = Explainer(PythonBackend(of, exact, "0"), never, 0)
    for one in claims:
        assert explainer.explain(one, ()) == explain(of, one, ()), one["claim_id"]
    return exact.claims


def claims_of(workspace: Workspace, step: int = 1) -> list[dict[str, Any]]:
    """The claims of the tests that policies carry, or of some."""
    suite = Suite(workspace)
    return [claim for case in suite.cases[::step] if (claim := suite.run(case).claim) is not None]


@pytest.fixture(scope="module")
def policies() -> Workspace:
    return shipped(user_cache())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_corpus(folder: Path) -> None:
    workspace = open_paths([folder])
    lines = [line for file in folder.glob("*.ndjson") for line in file.read_text("utf-8").splitlines()]
    assert_alike(workspace.compilation.program, [*map(json.loads, lines), *claims_of(workspace)])


def test_cases_of_the_shipped_policies(policies: Workspace) -> None:
    """A few; `tests/bench/agreement.py` takes all of them."""
    assert_alike(policies.compilation.program, claims_of(policies, 32))


def test_made_up_claims_of_every_payer(policies: Workspace) -> None:
    of = policies.compilation.program
    assert assert_alike(of, list(synthesis(of, "explaining").claims(100))) < 10


def test_threads_share_an_explainer(policies: Workspace) -> None:
    of = policies.compilation.program
    claims = list(synthesis(of, "threads").claims(20))
    expected = [explain(of, one, ()) for one in claims]
    shared = Explainer(PythonBackend(of, exact_lines, "0"), explain)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: [shared.explain(one, ()) for one in claims], range(4)):
            assert found == expected


# ------------------------------------------------------------------ rule by rule

RULES = """
rule before when history has cpt 44120 within 30 days before the service date deny
rule beside when any other line with the same place of service has cpt 44005 deny
rule pair when pairs with indicator 1 bundles this line under another line deny
rule care when days of care is more than 3 days deny
exception unless to care when place of service 21
exception early to care when modifier 22 in effect through 2026-01-31
rule short "Seen" when patient sex is F note "Seen."
rule later on trial from 2026-06-01 when modifier 22 deny
"""
PAIRS = table_file(
    "pairs",
    "{indicator: {type: code}}",
    '{key: ["44005", "44120"], indicator: "1"}',
    '{key: ["99213", "44120"], indicator: null}',
    head="key: [cpt, cpt]\nabsent: unknown",
)


def explained(of: dict[str, Any], rule: str) -> RuleExplanation:
    """A rule on the first line, by both; nothing that is missing goes to the interpreter."""
    running = program(policy_file(RULES, "use table pairs"), PAIRS)
    lines = Explainer(PythonBackend(running, never, "0"), never, 0).explain(of, ())
    assert lines == explain(running, of, ())
    return next(one for one in lines[0].rules if one.rule == rule)


def read(of: dict[str, Any], rule: str) -> list[tuple[str, str | None, Any]]:
    return [(one.term, one.pointer, one.value) for one in explained(of, rule).because]


SERVICE = ("service date", "/lines/0/service_date", "2026-02-28")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (None, ("history", "/history", None)),
        ({"lines": []}, ("history complete since", "/history/complete_since", None)),
        (
            {"complete_since": "2026-02-01", "lines": []},
            ("history complete since", "/history/complete_since", None),
        ),
        ({"complete_since": "2026-01-29", "lines": []}, None),
    ],
)
def test_what_keeps_the_history_open(history: Any, expected: tuple[str, str, None] | None) -> None:
    assert read(claim(history=history), "before") == [*([expected] if expected else []), SERVICE]


def test_of_other_lines_those_of_the_first_that_is_found() -> None:
    base = {"line_number": 2, "procedure_code": "44005", "service_date": "2026-02-28"}
    place = ("place of service", "/place_of_service", "21")
    assert read(claim({}, base), "beside") == [("cpt", "/lines/1/procedure_code", "44005"), place]
    elsewhere = {**base, "place_of_service": "11"}
    assert read(claim({}, elsewhere), "beside") == []
    second = read(claim({}, elsewhere, {**base, "line_number": 3}), "beside")
    assert second == [("cpt", "/lines/2/procedure_code", "44005"), place]


@pytest.mark.parametrize(
    ("code", "holds", "reads"), [("44005", True, True), ("99213", None, False), ("44121", None, False)]
)
def test_a_pair_is_read_where_it_is_found(code: str, holds: bool | None, reads: bool) -> None:
    two = claim({}, {"line_number": 2, "procedure_code": code, "service_date": "2026-02-28"})
    assert explained(two, "pair").holds is holds
    assert read(two, "pair") == ([("cpt", "/lines/1/procedure_code", code)] if reads else [])


def test_an_exception_is_read_where_its_rule_could_hold() -> None:
    stay = {"care_from": "2026-02-01", "care_to": "2026-02-10"}
    short = {"care_from": "2026-02-01", "care_to": "2026-02-02"}
    assert [one[0] for one in read(claim(short), "care")] == ["days of care"]
    assert [one[0] for one in read(claim(stay), "care")] == ["days of care", "place of service"]
    found = explained(claim(stay), "care")
    assert (found.holds, found.exceptions) == (False, ("unless",))
    found = explained(claim({**stay, "place_of_service": "11"}), "care")
    assert (found.holds, found.exceptions) == (True, ())


def test_days_that_are_not_known_are_shown_by_what_they_lack() -> None:
    lacking = [("care to", "/lines/0/care_to", None), ("place of service", "/place_of_service", "21")]
    assert read(claim({"care_from": "2026-02-01"}), "care") == lacking
    assert explained(claim({"care_from": "2026-02-01"}), "care").holds is False
    assert explained(claim({"place_of_service": "11"}), "care").holds is None


def test_rules_on_trial_come_last_and_out_of_their_days_read_nothing() -> None:
    running = program(policy_file(RULES, "use table pairs"), PAIRS)
    (line,) = Explainer(PythonBackend(running, never, "0"), never, 0).explain(claim(), ())
    assert [one.rule for one in line.rules if one.trial] == ["later"] == [line.rules[-1].rule]
    assert line.rules[-1].because == ()
    assert explained(claim({"service_date": "2026-06-01"}), "later").because != ()


def test_a_line_of_no_policy_has_no_rules() -> None:
    running = program(policy_file("rule r always deny"))
    explainer = Explainer(PythonBackend(running, never, "0"), never, 0)
    assert explainer.explain(claim({"procedure_code": "00000"}), ()) == (LineExplanation(1, ()),)


def test_the_first_claims_are_explained_plainly() -> None:
    running = program(policy_file("rule r always deny"))
    plainly: list[dict[str, Any]] = []

    def explain_plainly(_: Program, one: Any, __: Any) -> tuple[LineExplanation, ...]:
        plainly.append(one)
        return explain(running, one, ())

    explainer = Explainer(PythonBackend(running, never, "0"), explain_plainly)
    found = [explainer.explain(claim(), ()) for _ in range(FIRST + 2)]
    assert len(plainly) == FIRST
    assert found == [explain(running, claim(), ())] * len(found)
