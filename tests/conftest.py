"""What every test may ask for: the checkout's root, and goldens that `pytest --bless` rewrites.

Hypothesis draws the same examples in every run and watches no clock: a test that fails, fails for everybody.
`HYPOTHESIS_PROFILE=search pytest` draws others.

What is compiled is kept for the run: a test that needs the shipped policies, and not the compiler, asks for
`shipped(user_cache())`.

Every decision that a test writes out is held to schemas/decision.schema.json, whatever the test is about.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

from pollex.model import decisiontext
from pollex.model.decision import Decision, Document
from pollex.model.fastjson import written
from pollex.resources import read_text

# What a shell starts in its background ignores interrupts, and so would every process that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
KEPT: TemporaryDirectory[str] | None = None
if "PYTEST_XDIST_WORKER" not in os.environ:
    # No test reads or writes the cache of whoever runs it. All workers, and the commands that tests start,
    # share one of this run's own, so that the shipped policies are compiled once; it goes with this process.
    KEPT = TemporaryDirectory(prefix="pollex-tests-")
    os.environ["POLLEX_CACHE_DIR"] = KEPT.name
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", UNHURRIED, derandomize=True)
settings.register_profile("search", UNHURRIED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

collect_ignore = ["packaging/embedding"]  # a project of its own: test_wheel.py runs it


# Whole files go to workers (`--dist=loadfile`), these first, so that none is left when the others are done.
LONGEST = (
    "unit/testing/test_shipped.py",
    "packaging/test_wheel.py",
    "property/test_laws.py",
    "unit/test_mutation_floor.py",
    "property/test_reach.py",
    "unit/check/test_any_policy.py",
    "unit/backends/test_python.py",
    "property/test_backends.py",
    "property/test_sql.py",
    "unit/batch/test_layout.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    ranks = {here / file: rank for rank, file in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="rewrite golden files; review them with git diff")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of the checkout."""
    return Path(__file__).parents[1]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """`golden(file, text)`: the text is the file's, or becomes it under `--bless`."""
    bless = bool(request.config.getoption("--bless"))

    def compare(file: Path, text: str) -> None:
        if bless:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.is_file(), f"no golden file {file.name}: write it with pytest --bless"
        assert text == file.read_text(encoding="utf-8")

    return compare


def validator(schema: dict[str, Any]) -> Callable[[Any], object]:
    """Raises where a document does not keep to a schema; jsonschema-rs, where it is there, is quicker."""
    try:
        from jsonschema_rs import Draft202012Validator as Quick
    except ImportError:
        return Draft202012Validator(schema).validate
    return Quick(schema).validate


@pytest.fixture(autouse=True, scope="session")
def every_decision_keeps_to_its_schema() -> Iterator[None]:
    """`Decision.to_dict` checks what it returns, each distinct document once; what is written is the same."""
    validate = validator(json.loads(read_text("schemas", "decision.schema.json")))
    seen: set[int] = set()
    plain, plain_text = Decision.to_dict, decisiontext.decision_text

    @wraps(plain)
    def to_dict(decision: Decision) -> Document:
        document = plain(decision)
        text = hash(json.dumps(document, sort_keys=True))
        if text not in seen:
            validate(document)
            seen.add(text)
        return document

    def decision_text(decision: Decision) -> str:
        text = plain_text(decision)
        assert text.encode() == written(decision.to_dict())
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Decision, "to_dict", to_dict)
        patch.setattr("pollex.model.decision.decision_text", decision_text)
        yield
