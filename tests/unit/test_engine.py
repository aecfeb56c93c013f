from __future__ import annotations

import json

import pytest

import pollex
from pollex.engine import Engine
from unit.cli.small import POLICY, SET, TABLE, claim, line


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("policies")
    for name, text in (("a.pol", POLICY), ("sets/b.yaml", SET), ("tables/c.yaml", TABLE)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return pollex.load(folder)


def test_a_claim_as_text_is_decided_like_the_object(engine: Engine) -> None:
    one = claim("C-É", line(1, "44120", "22"), line(2))
    for text in (json.dumps(one), json.dumps(one, ensure_ascii=False, indent=2)):
        decision = engine.decide_json(text.encode())
        assert decision == engine.decide(one)
        assert decision.to_json().encode() == decision.to_json_bytes()


def test_an_assumption_goes_with_the_text(engine: Engine) -> None:
    one = claim("C-1", history=None)
    decided = [engine.decide_json(json.dumps(one).encode(), assume=what) for what in ((), ("no-history",))]
    assert decided[1] == engine.decide(one, assume=("no-history",))
    assert decided[0].assumptions != decided[1].assumptions
    with pytest.raises(ValueError, match="cannot be assumed"):
        engine.decide_json(json.dumps(one).encode(), assume=("luck",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "ends before it is complete"),
        (b"[]", "is a list: a claim is a JSON object"),
        (b'{"claim_id": "C-1", "claim_id": "C-1"}', "stands here more than once"),
        (b'{"claim_id": 1.5}', "not a number with a decimal point"),
        (b"\xff\xfe{", "is not UTF-8"),
    ],
)
def test_a_text_that_is_no_claim_is_refused(engine: Engine, text: bytes, said: str) -> None:
    with pytest.raises(pollex.ClaimError, match=said):
        engine.decide_json(text)
