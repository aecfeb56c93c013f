"""A window for pytest: it collects the tests of `.pol` files, and lends its engine to tests in Python.

pytest finds this module by its entry point. Nothing of Pollex is imported until a `.pol` file is collected or
the fixture is asked for, so that a run without them pays nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pollex.engine import Engine
    from pollex.pytest_plugin.collect import PolicyTests


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "pollex_collect", "collect the tests that .pol files carry (default: true)", type="bool", default=True
    )
    parser.addini(
        "pollex_policies",
        "files and folders of policies that are read together, also for the fixture pollex_engine "
        "(default: the folder `policies`, then the policies that come with Pollex)",
        type="paths",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "pollex: a test that a policy carries, in a .pol file")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PolicyTests | None:
    if file_path.suffix != ".pol" or not parent.config.getini("pollex_collect"):
        return None
    from pollex.pytest_plugin.collect import PolicyTests  # noqa: PLC0415 - heavy, needed for .pol files alone

    return PolicyTests.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def pollex_engine(pytestconfig: pytest.Config) -> Engine:
    """The engine of the policies that `pollex_policies` names; without it, of the folder `policies` of the
    project, or else of those that come with Pollex.
    """
    from pollex.pytest_plugin.trees import engine  # noqa: PLC0415 - heavy, needed for the fixture alone

    return engine(pytestconfig)
