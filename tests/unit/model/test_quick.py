"""Dataclasses made quickly are the same objects."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from pollex.model.decision import LineDecision, Reading
from pollex.model.quick import quick

GIVEN = (1, "44120", "allow", "100", "1.00", (), (), (), (), (), ())


def test_they_are_equal_and_alike() -> None:
    made, plain = quick(LineDecision)(*GIVEN), LineDecision(*GIVEN)  # type: ignore[arg-type]
    assert made == plain
    assert type(made) is LineDecision
    assert hash(made) == hash(plain)
    assert repr(made) == repr(plain)
    assert replace(made, percent="50") == replace(plain, percent="50")
    assert made.to_dict() == plain.to_dict()


def test_they_are_frozen() -> None:
    made = quick(Reading)("fee", "/lines/0/fee_schedule_amount", "1.00", None, None)
    with pytest.raises(FrozenInstanceError):
        made.value = "2.00"  # type: ignore[misc]


def test_they_travel() -> None:
    made = quick(Reading)("fee", "/lines/0/fee_schedule_amount", "1.00", None, None)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301
