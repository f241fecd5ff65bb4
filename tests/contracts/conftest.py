"""One simulator for all contract tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.stages import Simulator, a_simulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with a_simulator() as running:
        yield running
