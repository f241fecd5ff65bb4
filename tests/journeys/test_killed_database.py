"""`kill -9` of the embedded database while Amazon makes a label: `loadbay up` goes on within a minute."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest
from django.db import connections

from loadbay.cli.schema import bring_up_to_date
from loadbay.hosting.place import known_place
from loadbay.hosting.postgres import EmbeddedPostgres
from loadbay.hosting.removal import remove_home
from loadbay.hosting.sockets import free_port
from tests.journeys.processes import PATIENCE_SECONDS, PretendAmazon, loadbay_process, until
from tests.journeys.shop import RIGHT, Act, Shop, django_at, plainly, sell

pytestmark = pytest.mark.journey


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the database's account can reach, unlike pytest's own."""
    parent = Path(tempfile.mkdtemp(prefix="loadbay-journey-"))
    parent.chmod(0o711)
    yield parent
    remove_home(parent / "home")
    rmtree(parent)


@pytest.fixture
def database(folder: Path) -> Iterator[str]:
    server = EmbeddedPostgres(folder / "home")
    yield server.acquire()
    server.release()


@pytest.fixture
def shop(database: str, folder: Path, django_db_blocker: object) -> Iterator[Shop]:
    amazon = PretendAmazon(folder)
    up = loadbay_process("up", "--port", str(free_port()), folder=folder)
    with django_db_blocker.unblock(), django_at(database):
        try:
            bring_up_to_date(database)
            amazon.start()
            shop = Shop(amazon, up, folder=folder)
            shop.open()
            yield shop
        finally:
            up.interrupt()
            amazon.kill()


def is_answered(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_killed_database_loses_nothing_and_repeats_nothing(shop: Shop, database: str, folder: Path) -> None:
    place = known_place(folder / "home")
    assert place is not None

    def without_database(act: Act) -> None:
        hold_id = shop.amazon.hold("generateShipLabels", "after")
        act()
        shop.until(lambda: shop.amazon.is_reached(hold_id))
        before = postmaster(place.data)
        os.kill(before, signal.SIGKILL)
        shop.amazon.release(hold_id)
        connections.close_all()
        assert until(lambda: postmaster(place.data) != before, seconds=PATIENCE_SECONDS)
        assert until(lambda: is_answered(database), seconds=PATIENCE_SECONDS)

    assert sell(shop, arriving=plainly, packing=without_database, leaving=plainly) == RIGHT


def postmaster(data: Path) -> int:
    """The server's process number; 0 while none is noted."""
    noted = data / "postmaster.pid"
    return int(noted.read_text().partition("\n")[0] or 0) if noted.exists() else 0
