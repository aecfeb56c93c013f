"""A run gives the decisions of `Engine.decide`, in order, however it is cut up, spread out or stopped."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollex.batch.checkpoint import CannotGoOn
from pollex.batch.deciding import Desk
from pollex.batch.inputs import chunks
from pollex.batch.run import Job
from pollex.intake.document import DEFAULT, Limits
from pollex.intake.faults import ClaimError
from unit.batch.claims import Seen, Stopped, engine, job, mixed, ndjson, run
from unit.cli.small import POLICY

CLAIMS = mixed(20)


def expected(claims: list[dict[str, Any]]) -> bytes:
    decided = engine().decide_many(claims)
    return b"".join(one.to_json_bytes() + b"\n" for one in decided if not isinstance(one, ClaimError))


def left(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").write_bytes(ndjson(CLAIMS))
    return tmp_path


def test_decisions_are_those_of_the_engine_in_order_and_nothing_else_is_left(folder: Path) -> None:
    tally, watch = run(job(folder, "in"))
    assert (folder / "out").read_bytes() == expected(CLAIMS)
    assert (tally.decided, tally.invalid) == (16, 4)
    assert left(folder) == {"in", "out", "out.rejects"}
    assert watch.read[-1] == (folder / "in").stat().st_size
    assert watch.before is None


def test_rejects_have_places_and_no_values(folder: Path) -> None:
    run(job(folder, "in"))
    written = (folder / "out.rejects").read_text(encoding="utf-8")
    assert "nonsense" not in written
    assert "C-" not in written
    first, *_ = map(json.loads, written.splitlines())
    assert first == {
        "input": str(folder / "in"),
        "position": 5,
        "line": 5,
        "faults": [{"pointer": "/lines/0/procedure_code", "message": first["faults"][0]["message"]}],
    }
    assert len(written.splitlines()) == 4


def test_several_inputs_follow_each_other(folder: Path) -> None:
    (folder / "more").write_text(json.dumps(CLAIMS[:7]), encoding="utf-8")
    (folder / "none").write_text("", encoding="utf-8")
    tally, watch = run(job(folder, "more", "none", "in"))
    assert (folder / "out").read_bytes() == expected(CLAIMS[:7] + CLAIMS)
    assert tally.unreadable == 1
    assert [reject.position for reject in watch.rejects if not reject.name.endswith("in")] == [5, 0]


@pytest.mark.parametrize(("workers", "chunk"), [(1, 1), (1, 100), (2, 3), (3, 1)])
def test_workers_and_chunks_do_not_show(folder: Path, workers: int, chunk: int) -> None:
    one, _ = run(job(folder, "in"))
    other, _ = run(job(folder, "in", out="other", workers=workers, chunk=chunk))
    assert (folder / "other").read_bytes() == (folder / "out").read_bytes()
    assert (folder / "other.rejects").read_bytes() == (folder / "out.rejects").read_bytes()
    assert one == other


def test_a_worker_may_get_its_desk_by_copying(folder: Path) -> None:
    made = job(folder, "in")
    (chunk,) = chunks(made.inputs, 100, DEFAULT)
    assert pickle.loads(pickle.dumps(made.desk)).decide(chunk) == made.desk.decide(chunk)  # noqa: S301 - our own


def test_assumptions_reach_the_engine(folder: Path) -> None:
    desk = Desk(engine(), DEFAULT, frozenset(["no-history"]), columns=False)
    run(job(folder, "in", desk=desk))
    first = json.loads((folder / "out").read_bytes().splitlines()[0])
    assert first == engine().decide(CLAIMS[0], assume=["no-history"]).to_dict()


# ------------------------------------------------------------------ stopping and going on


@settings(max_examples=25)
@given(st.lists(st.integers(1, 4), max_size=6), st.integers(1, 6), st.binary(max_size=9))
def test_a_run_stopped_anywhere_and_taken_up_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, stops: list[int], chunk: int, torn: bytes
) -> None:
    folder = tmp_path_factory.mktemp("run")
    (folder / "in").write_bytes(ndjson(CLAIMS))
    made = job(folder, "in", chunk=chunk)
    for stop in stops:
        try:
            run(made, Seen(stop))
        except Stopped:
            assert not (folder / "out").exists()
            for half in ("out.partial", "out.rejects.partial"):
                with (folder / half).open("ab") as file:  # written, but before the checkpoint said so
                    file.write(torn)
        else:
            break
    run(made)
    assert (folder / "out").read_bytes() == expected(CLAIMS)
    assert len((folder / "out.rejects").read_bytes().splitlines()) == 4
    assert left(folder) == {"in", "out", "out.rejects"}


def stopped(folder: Path, **settings: Any) -> Job:
    made = job(folder, "in", **settings)
    with pytest.raises(Stopped):
        run(made, Seen(2))
    return made


def test_what_is_decided_is_not_decided_again(folder: Path) -> None:
    _, watch = run(stopped(folder))
    assert (watch.before, watch.chunks) == (6, 5)


def test_the_figures_go_on_too(folder: Path) -> None:
    whole, _ = run(job(folder, "in", out="other"))
    assert run(stopped(folder))[0] == whole


def other_policies() -> Desk:
    return Desk(engine(POLICY.replace("pay 16 percent", "pay 17 percent")), DEFAULT, frozenset(), False)


def changed_claim(folder: Path) -> None:
    data = (folder / "in").read_bytes()
    (folder / "in").write_bytes(data.replace(b"44121", b"44125", 1))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"desk": other_policies()}, "the policies have changed since"),
        ({"desk": Desk(engine(), DEFAULT, frozenset(["no-history"]), False)}, "with other options"),
        ({"desk": Desk(engine(), DEFAULT, frozenset(), True)}, "with other options"),
        ({"desk": Desk(engine(), Limits(9999), frozenset(), False)}, "with other options"),
        ({"rejects": None}, "with other options"),
        ({"chunk": 4}, "with other options"),
        ({"inputs": []}, "with other inputs, or one of them has changed"),
    ],
)
def test_another_run_does_not_go_on_and_says_why(folder: Path, settings: dict[str, Any], said: str) -> None:
    made = stopped(folder)
    with pytest.raises(CannotGoOn, match=said):
        run(replace(made, **settings))
    run(made)
    assert (folder / "out").read_bytes() == expected(CLAIMS)


def test_claims_that_changed_in_place_are_noticed(folder: Path) -> None:
    made = stopped(folder)
    changed_claim(folder)
    with pytest.raises(CannotGoOn, match="one of them has changed"):
        run(made)
    run(replace(made, restart=True))
    changed = [json.loads(text) for text in (folder / "in").read_bytes().splitlines()]
    assert (folder / "out").read_bytes() == expected(changed)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda file: file.write_bytes(b""), "shorter than its checkpoint says"),
        (
            lambda file: file.write_bytes(file.read_bytes().swapcase()),
            "not what its checkpoint",
        ),
        (lambda file: file.with_name("out.checkpoint").write_bytes(b"{"), "is damaged"),
        (lambda file: file.with_name("out.checkpoint").write_bytes(b"[]"), "is damaged"),
        (lambda file: file.with_name("out.checkpoint").write_bytes(b'{"run": {}}'), "is damaged"),
    ],
)
def test_unfinished_output_that_was_touched_is_noticed(folder: Path, harm: Any, said: str) -> None:
    made = stopped(folder)
    harm(folder / "out.partial")
    with pytest.raises(CannotGoOn, match=said):
        run(made)


@pytest.mark.parametrize("until", ["out.rejects", "out"])
def test_a_run_stopped_while_it_finishes_finishes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, until: str
) -> None:
    replace_file = Path.replace

    def stop(self: Path, target: Path) -> Path:
        made = replace_file(self, target)
        if Path(target).name == until:
            raise Stopped
        return made

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(Stopped):
        run(job(folder, "in"))
    monkeypatch.undo()
    tally, watch = run(job(folder, "in"))
    assert (tally.decided, watch.chunks) == (16, 0)
    assert (folder / "out").read_bytes() == expected(CLAIMS)
    assert left(folder) == {"in", "out", "out.rejects"}


def test_a_new_run_is_not_held_up_by_one_that_stopped_when_all_was_in_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", None)
        with pytest.raises(TypeError):
            run(job(folder, "in"))
    assert (folder / "out.checkpoint").exists()
    changed_claim(folder)
    (folder / "in").write_bytes(ndjson(CLAIMS[:5]))
    run(job(folder, "in"))
    assert (folder / "out").read_bytes() == expected(CLAIMS[:5])


def test_two_runs_do_not_write_to_one_output(folder: Path) -> None:
    pytest.importorskip("fcntl")

    class Twice(Seen):
        def chunk(self, *_: Any) -> None:
            with pytest.raises(CannotGoOn, match="another run is writing"):
                run(job(folder, "in"))
            raise Stopped

    with pytest.raises(Stopped):
        run(job(folder, "in"), Twice())
