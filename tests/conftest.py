"""What every test may ask for: the checkout's root, and goldens that `pytest --bless` rewrites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


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
