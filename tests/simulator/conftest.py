"""Fixtures of the simulator's tests: a shop in memory, and a running simulator on a free port."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.simulator import amazon_models
from tests.simulator.serving import served
from tests.simulator.shop import Shop


@pytest.fixture
def shop() -> Shop:
    return Shop().signed_in()


@pytest.fixture
def models_are_here() -> None:
    if not amazon_models.are_here():
        pytest.skip(amazon_models.ABSENT)


class Running:
    """A simulator as its own process."""

    def __init__(self, arguments: list[str]) -> None:
        command = [sys.executable, "-m", "amazon_simulator", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.url = self._address()

    def _address(self) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "http://" in line:
                return line.split()[-1]
        raise AssertionError("The simulator did not start.")

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a simulator in this process, without plans, on a real socket."""
    with served() as address:
        yield address


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def _start(*arguments: str) -> Running:
        running = Running(list(arguments))
        started.append(running)
        return running

    yield _start
    for running in started:
        if running.process.poll() is None:
            running.kill()
