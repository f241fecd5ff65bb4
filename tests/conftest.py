"""The test run's database: one embedded PostgreSQL in the checkout, one cloned database per worker.

Rule: migrations run once into a template that is kept until a migration, a model or a lock file changes.
LOADBAY_TEST_DATABASE_URL names another server to use. Fixtures of one area live in that area's folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import pytest
from xdist.scheduler import LoadScopeScheduling

from loadbay.hosting.config import Config
from loadbay.hosting.postgres import EmbeddedPostgres
from tests.databases import Databases
from tests.standing import StandingShops

CHECKOUT = Path(__file__).parents[1]
TEST_HOME = CHECKOUT / ".test-home"

# Before Django reads its settings: tests never see the home or the database of an installation.
for name in [
    name for name in os.environ if name in {f"LOADBAY_{field.upper()}" for field in Config.model_fields}
]:
    del os.environ[name]
os.environ["LOADBAY_HOME"] = str(TEST_HOME)
os.environ["LOADBAY_SECRET_KEY"] = "a key for tests only, of at least 32 characters"

# These rooms need no shop: a run of only their tests starts neither Django nor a database.
WITHOUT_SHOP = [CHECKOUT / "tests" / room for room in ("hosting", "simulator")]

# Tests that share what takes long to make, parsed sources or a browser with a desk: one worker has them all.
TOGETHER = (
    "tests/house/",
    "tests/browser/test_",
    "tests/journeys/test_killed_at_every_call.py",
)

_server = pytest.StashKey[EmbeddedPostgres]()


def pytest_configure(config: pytest.Config) -> None:
    """Each process of the run holds the server; the first one started it, the last one stops it."""
    if not _needs_shop(config):
        return
    url = os.environ.get("LOADBAY_TEST_DATABASE_URL")
    if not url:
        config.stash[_server] = EmbeddedPostgres(TEST_HOME, durable=False)
        url = config.stash[_server].acquire()
    os.environ["LOADBAY_DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "loadbay.project.settings"
    django.setup()


def pytest_xdist_auto_num_workers() -> int:
    """Two per processor: what journeys start is mostly waited for. One server has connections for twelve."""
    return min(2 * (os.cpu_count() or 1), 12)


class Rooms(LoadScopeScheduling):
    """Deals out single tests, and what belongs together as one, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((room for room in TOGETHER if nodeid.startswith(room)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms:
    return Rooms(config, log)


def _needs_shop(config: pytest.Config) -> bool:
    asked = [config.invocation_params.dir / argument.split("::")[0] for argument in config.args]
    return not all(any(path.is_relative_to(room) for room in WITHOUT_SHOP) for path in asked)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server in config.stash:
        config.stash[_server].release()


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Makes databases with all migrations applied."""
    return Databases(os.environ["LOADBAY_DATABASE_URL"], checkout=CHECKOUT)


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's database for this worker: a clone of the template, dropped at the end."""
    with django_db_blocker.unblock(), databases.for_this_process():
        yield


@pytest.fixture
def own_database_url(databases: Databases, django_db_blocker: Any) -> Iterator[str]:
    """A migrated database of its own, for tests that start processes with LOADBAY_DATABASE_URL."""
    with django_db_blocker.unblock(), databases.clone() as url:
        yield url


@pytest.fixture(scope="session")
def standing_shops(
    databases: Databases, django_db_setup: None, django_db_blocker: Any
) -> Iterator[StandingShops]:
    """Shops that are made once for this worker (`standing.py`)."""
    with ExitStack() as stack:
        yield StandingShops(databases, stack=stack)
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def standing_shop(db: None, standing_shops: StandingShops, shop_maker: Callable[[], Any]) -> Iterator[Any]:
    """In the test Django's database is that of the shop that `shop_maker`, a fixture of the folder, makes."""
    with standing_shops.inside(shop_maker) as shop:
        yield shop


@pytest.fixture(autouse=True)
def _first_the_database(request: pytest.FixtureRequest) -> None:
    """Whatever else a test needs is made in the database of the shop that stands for it."""
    if "standing_shop" in request.fixturenames:
        assert "own_database" not in request.fixturenames, "a shop that stands commits nothing"
        request.getfixturevalue("standing_shop")
