"""Taking a listing off Amazon, and listing it again from the beginning."""

from __future__ import annotations

import pytest

from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Rejected, Unclear
from loadbay.core.ids import Sku
from loadbay.inbox.queries import open_tasks
from loadbay.journal.queries import timeline
from loadbay.listings import queries, rules, senders, services
from loadbay.listings.models import Listing
from loadbay.testing.fakes import Moment
from tests.services.goods import Amazon, a_channel, a_linked_listing, a_product, events, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture
def rug(amazon) -> int:
    """Linked, and told its stock and price."""
    channel = a_channel()
    a_product("RUG", on_hand=5, price="12.99")
    a_linked_listing("RUG", amazon=amazon)
    senders.send_stock(channel.pk, desk=amazon.stock, clock=amazon.clock)
    senders.send_prices(channel.pk, desk=amazon.listings, clock=amazon.clock)
    return channel.pk


def send(amazon: Amazon, channel_id: int, *, after: float = 0) -> senders.doors.Sent:
    amazon.clock.advance(after)
    return senders.change_listings(channel_id, desk=amazon.listings, clock=amazon.clock)


def test_a_listing_is_taken_off_and_nothing_of_it_is_told_any_more(amazon, rug):
    services.want_delisting("RUG", "uk")
    assert queries.listing_card("RUG", "UK").state == "linked"
    assert send(amazon, rug).told == 1
    card = queries.listing_card("RUG", "UK")
    assert (card.state, card.linked_because, card.delisting_wanted) == ("delisted", "", False)
    assert amazon.marketplace.listings == {}
    assert [event["state"] for event in events("listings.state_changed")][-1] == "delisted"
    assert timeline("listing:UK:RUG")[0].text == "Taken off Amazon."
    product = Listing.objects.get().product_id
    assert services.mark_stock_dirty([product], urgent=True) == ()
    assert services.mark_prices_dirty([product]) == ()
    assert send(amazon, rug) == senders.doors.Sent()


def test_what_is_listed_again_is_told_everything_anew(amazon, rug):
    services.want_delisting("RUG", "UK")
    send(amazon, rug)
    services.want_submission("RUG", "UK")
    senders.submit_listings(rug, desk=amazon.listings, clock=amazon.clock)
    services.confirm_linked(sku="RUG", channel="UK", person="mary")
    amazon.listings.appear()
    senders.send_stock(rug, desk=amazon.stock, clock=amazon.clock)
    assert amazon.told("RUG") == [5, 5]


@pytest.mark.parametrize("moment", list(Moment))
def test_a_lost_answer_is_asked_for_again(amazon, rug, moment):
    services.want_delisting("RUG", "UK")
    amazon.marketplace.troubles.next("delete", Unclear("the line went dead"), moment=moment)
    with pytest.raises(Unclear):
        send(amazon, rug)
    assert Listing.objects.get().state == "linked"
    assert send(amazon, rug, after=31).told == 1
    assert Listing.objects.get().state == "delisted"


def test_an_amazon_that_declines_makes_a_task_and_is_asked_again(amazon, rug):
    services.want_delisting("RUG", "UK")
    amazon.marketplace.troubles.next("delete", Rejected("The SKU is locked.", reason="400"))
    assert send(amazon, rug).refused == 1
    assert queries.listing_card("RUG", "UK").offer_refusal == "The SKU is locked."
    assert [task.kind for task in open_tasks()] == ["listing_delist_refused"]
    assert send(amazon, rug, after=31).told == 1
    assert open_tasks() == ()


def test_a_draft_and_a_watching_channel_take_nothing_off(amazon, rug):
    a_product("LAMP", price="9.99")
    services.add_listing(wanted("LAMP"))
    with pytest.raises(rules.StepNotAllowed, match="LAMP is a Draft, so there is nothing to take off"):
        services.want_delisting("LAMP", "UK")
    SalesChannel.objects.update(is_watching=True)
    with pytest.raises(rules.StepNotAllowed, match="UK only watches"):
        services.want_delisting("RUG", "UK")
    with pytest.raises(rules.ListingUnknown):
        services.want_delisting("NOTHING", "UK")
    assert not Listing.objects.filter(delisting_wanted=True).exists()


def test_a_submission_that_was_saved_is_not_sent_after_the_wish_to_take_it_off(amazon, rug):
    services.want_delisting("RUG", "UK")
    send(amazon, rug)
    services.want_submission("RUG", "UK")
    senders.submit_listings(rug, desk=amazon.listings, clock=amazon.clock)
    services.want_delisting("RUG", "UK")
    senders.submit_listings(rug, desk=amazon.listings, clock=amazon.clock)
    send(amazon, rug)
    assert amazon.listings.queued == {}
    assert Sku("RUG") not in amazon.marketplace.listings
    assert len(amazon.listings.submissions) == 1
