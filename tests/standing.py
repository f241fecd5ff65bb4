"""Shops that stand already: made once for a worker in a database of their own, rolled back after each test.

Rule: what is kept beside the database, pretended Amazon included, is copied for each test, so none sees what
another did. A shop is made by the machine's clock wherever none is handed on. Tests that need threads to
commit make one of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.databases import Databases

Made = tuple[BaseDatabaseWrapper, Any]


class StandingShops:
    """The shops of one worker, each made when the first test wants it."""

    def __init__(self, databases: Databases, *, stack: ExitStack) -> None:
        self._databases = databases
        self._stack = stack
        self._made: dict[Callable[[], Any], Made] = {}

    @contextmanager
    def inside(self, make: Callable[[], Any]) -> Iterator[Any]:
        """In the block Django's database is the one of the shop that `make` makes. Gives that shop."""
        link, shop = self._made.get(make) or self._new(make)
        with _in_place_of_the_default(link), _rolled_back(link):
            yield shop

    def _new(self, make: Callable[[], Any]) -> Made:
        url = self._stack.enter_context(self._databases.clone())
        settings = {**connections.settings["default"], "NAME": urlsplit(url).path.removeprefix("/")}
        link = type(connections["default"])(settings, "default")
        self._stack.callback(link.close)
        with _in_place_of_the_default(link):
            self._made[make] = link, make()
        return self._made[make]


def copied(shop: Any, *, clock: Any) -> Any:
    """What a test is given of a shop that stands: a copy with the test's own clock, not behind the shop's."""
    clock.moment = max(clock.moment, shop.clock.moment)
    return deepcopy(shop, {id(shop.clock): clock})


@contextmanager
def _in_place_of_the_default(link: BaseDatabaseWrapper) -> Iterator[None]:
    """New threads too connect to the database of this link."""
    before, settings = connections["default"], connections.settings["default"]
    name = settings["NAME"]
    connections["default"], settings["NAME"] = link, link.settings_dict["NAME"]
    try:
        yield
    finally:
        connections["default"], settings["NAME"] = before, name


@contextmanager
def _rolled_back(link: BaseDatabaseWrapper) -> Iterator[None]:
    """As Django's own test case does it, with the constraints that are checked when a transaction ends."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]
    with around:
        yield
        if not link.needs_rollback and link.is_usable():
            link.check_constraints()
        transaction.set_rollback(True)
