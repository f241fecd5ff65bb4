"""The demo's shop, made in two parts: what the first page needs, and what arrives while people look at it.

Rule: a stage that is done is noted in the shop's own timeline and never done again, so a demo goes on where
it stopped; a stage that was interrupted looks at what is there and does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from loadbay.core.clock import SystemClock
from loadbay.core.locks import alone
from loadbay.demo import goods, morning, offers, other_channels, other_orders
from loadbay.demo.people import SignIn, add_people
from loadbay.demo.pretend_amazon import PretendAmazon
from loadbay.journal.queries import timeline
from loadbay.journal.services import note

SUBJECT = "demo:shop"
LAST_STAGES = ("other_orders", "listings")


def begin(*, simulator: str, home: Path) -> list[SignIn]:
    """People, connection, goods and channel: no network, so it takes a moment."""
    with alone(SUBJECT):
        people = add_people()
        goods.connect(simulator)
        with transaction.atomic():
            _once("goods", lambda: goods.stock_the_shop(home=home, now=SystemClock().now()))
            _once("other_channels", lambda: other_channels.add_other_channels(SystemClock().now()))
    return people


def complete(*, simulator: str) -> None:
    """Listings, a morning's sales, the first parcels, other orders. Works beside a running worker."""
    amazon = PretendAmazon(simulator)
    first = offers.offers(offers.FIRST)
    others = offers.offers(offers.LINKED, offers.WAITING, offers.REJECTED, offers.DRAFT)
    with alone(SUBJECT):
        _once("pickups", lambda: _agree_on_pickups(amazon))
        _once("first_listings", lambda: offers.list_products(first, amazon=amazon))
        _once("sales", lambda: morning.let_buyers_order(amazon))
        _once("bench", lambda: morning.pack_some(amazon))
        _once("other_orders", lambda: other_orders.let_buyers_order(amazon))
        _once("listings", lambda: offers.list_products(others, amazon=amazon))


def is_complete() -> bool:
    return all(_is_done(stage) for stage in LAST_STAGES)


def _agree_on_pickups(amazon: PretendAmazon) -> None:
    amazon.set_pickups(goods.LOCATION, times=goods.pickups(SystemClock().now()))


def _once(stage: str, make: Callable[[], object]) -> None:
    if _is_done(stage):
        return
    make()
    note(SUBJECT, f"The demo's shop: {stage.replace('_', ' ')} done.", what=stage)


def _is_done(stage: str) -> bool:
    return any(line.what == stage for line in timeline(SUBJECT))
