"""A channel that only watches: how its listings stand is read, and nothing leaves for Amazon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadbay.channels.models import SalesChannel
from loadbay.channels.services import stop_connection
from loadbay.core.ids import Sku
from loadbay.inbox.queries import open_tasks
from loadbay.jobs import rounds, schedule
from loadbay.jobs.alerting import OVERDUE, raise_alerts
from loadbay.listings import senders
from loadbay.listings.backlog import held_by_watching
from loadbay.listings.models import Listing
from loadbay.listings.ports import ListingIssue
from loadbay.listings.services.submissions import look_now
from loadbay.testing.fakes import FakeListingDesk
from tests.builders import Shop
from tests.services.goods import a_linked_listing, a_product
from tests.services.settings_shop import change, forget_jobs, jobs

pytestmark = pytest.mark.django_db
WRONG = ListingIssue("8541", "The origin differs.", "ERROR", ("country_of_origin",))


@pytest.fixture
def watching(shop: Shop) -> Shop:
    """A RUG that waits for its conversion, on a channel that begins to watch; Amazon shows it as MFN."""
    a_product("RUG", on_hand=5, price="12.99")
    a_linked_listing("RUG")
    Listing.objects.update(state="awaiting_conversion", linked_because="", price_dirty=False)
    shop.knows("RUG", code="DEFAULT")
    change(shop, is_watching=True)
    forget_jobs()
    shop.marketplace.troubles.asked.clear()
    return shop


def follow(shop: Shop, *, after: float = 3600) -> senders.following.Followed:
    shop.clock.advance(after)
    return senders.follow_listings(
        shop.channel.pk,
        listing_desk=FakeListingDesk(shop.marketplace),
        stock_desk=shop.stock,
        clock=shop.clock,
    )


def state() -> str:
    return Listing.objects.get().state


def test_a_conversion_is_seen_while_the_channel_watches_and_told_when_it_ends(watching: Shop):
    assert (follow(watching).linked, state()) == (0, "awaiting_conversion")
    watching.knows("RUG")
    assert (follow(watching).linked, state()) == (1, "linked")
    watching.sends_stock()
    assert watching.told("RUG") == []
    assert set(watching.marketplace.troubles.asked) == {"find", "fetch"}
    assert dict(held_by_watching(watching.channel.pk))["stock figure"] == 1
    change(watching, is_watching=False)
    watching.sends_stock()
    assert watching.told("RUG") == [5]


def test_a_listing_taken_from_sale_makes_its_task_while_the_channel_watches(watching: Shop):
    watching.knows("RUG")
    follow(watching)
    seen = watching.marketplace.listings[Sku("RUG")]
    watching.marketplace.listings[Sku("RUG")] = replace(seen, is_suppressed=True, issues=(WRONG,))
    follow(watching)
    assert state() == "suppressed"
    assert [task.kind for task in open_tasks()] == ["listing_suppressed"]


def test_the_schedule_follows_the_listings_of_a_watching_channel(watching: Shop):
    schedule.follow_listings(0)
    assert jobs() == {"follow_listings"}


def test_nothing_is_asked_over_a_stopped_connection(watching: Shop):
    stop_connection(watching.connection, sentence="No.", now=watching.clock.now())
    assert follow(watching) == senders.following.Followed()
    assert watching.marketplace.troubles.asked == []


def test_looks_that_do_not_happen_raise_an_alert_though_the_channel_watches(watching: Shop):
    assert SalesChannel.objects.get().is_watching
    look_now(watching.channel.pk)
    for _ in range(123):
        raise_alerts(now=rounds.CLOCK.now())
        watching.clock.advance(60)
    assert "listings to look at" in [task.matter for task in open_tasks(kind=OVERDUE)]
