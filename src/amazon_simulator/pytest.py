"""A pytest plugin for other projects: where this package is installed, a test may have its own Amazon.

The fixture `amazon_simulator` is a `Running`: its address, its secrets, and what a test does from behind.
pytest loads this at every start, so the simulator itself is imported by the first test that wants one.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from amazon_simulator.running import Running

MARKER = "amazon_simulator(seed=1, scenario='demo', plans=False, speed=1.0): how it runs"
WORDS = {"seed": "seed", "scenario": "scenario", "plans": "has_plans", "speed": "speed"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def amazon_simulator(request: pytest.FixtureRequest) -> "Iterator[Running]":
    """An Amazon for this test alone, stopped and forgotten at its end."""
    marker = request.node.get_closest_marker("amazon_simulator")
    given: dict[str, Any] = dict(marker.kwargs) if marker is not None else {}
    if unknown := given.keys() - WORDS.keys():
        raise pytest.UsageError(f"amazon_simulator takes no {', '.join(sorted(unknown))}: {MARKER}")
    server, home = import_module("amazon_simulator.server"), import_module("amazon_simulator.running")
    options = server.Options(port=0, **({"has_plans": False} | {WORDS[word]: given[word] for word in given}))
    with home.running(options) as running:
        yield running
