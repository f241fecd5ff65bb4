"""Homes that the database's account can reach, and processes that use them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from loadbay.hosting.cluster import Cluster
from loadbay.hosting.keeper import KEEPER_LOCK
from loadbay.hosting.locks import is_free
from loadbay.hosting.place import known_place
from loadbay.hosting.removal import remove_home
from loadbay.hosting.waiting import until

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with a space and an umlaut in its name, which does not exist yet."""
    parent = Path(tempfile.mkdtemp(prefix="loadbay läden "))
    parent.chmod(0o711)
    yield parent / "my home"
    remove_home(parent / "my home")
    parent.rmdir()


class Holder:
    """A process that holds the database of a home."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hosting.holder", str(home)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        return self.process.stdout.readline().strip()

    def tend(self) -> None:
        self.process.stdin.write("tend\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "tended\n"

    def leave(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(30) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)


@pytest.fixture
def hold(home: Path) -> Iterator[Callable[[], Holder]]:
    """Starts one more process that uses the home's database."""
    holders: list[Holder] = []

    def start() -> Holder:
        holders.append(Holder(home))
        return holders[-1]

    yield start
    for holder in holders:
        holder.kill()
        holder.process.stdin.close()
        holder.process.stdout.close()


def cluster_of(home: Path) -> Cluster:
    place = known_place(home)
    return Cluster(place.data, Path("/nowhere"), None, home / "database.log")


def stopped(home: Path) -> bool:
    """Server and keeper are gone, within a few seconds."""
    return until(lambda: cluster_of(home).postmaster() is None and is_free(home / KEEPER_LOCK), seconds=15)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url, connect_timeout=5) as server:
        return server.execute(statement).fetchone()[0]


def comes_back(url: str) -> bool:
    def answers() -> bool:
        try:
            return ask(url, "SELECT 1") == 1
        except psycopg.OperationalError:
            return False

    return until(answers, seconds=30)
