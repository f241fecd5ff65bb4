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
    assert send(amazon, rug, after=121) == senders.doors.Sent()


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


def test_what_amazon_accepted_to_take_off_and_still_shows_is_taken_off_again(amazon, rug):
    services.want_delisting("RUG", "UK")
    kept = amazon.marketplace.listings[Sku("RUG")]
    report = send(amazon, rug)
    assert report.due_at == amazon.clock.now() + rules.LOOK_AFTER_CHANGE
    amazon.marketplace.listings[Sku("RUG")] = kept
    send(amazon, rug, after=121)
    assert timeline("listing:UK:RUG")[0].text == "Amazon still shows it, so it is taken off once more."
    assert (queries.listing_card("RUG", "UK").delisting_wanted, open_tasks()) == (True, ())
    assert send(amazon, rug, after=31).told == 1
    amazon.marketplace.listings[Sku("RUG")] = kept
    send(amazon, rug, after=121)
    assert [task.kind for task in open_tasks()] == ["listing_delist_refused"]
    assert send(amazon, rug, after=61).told == 1
    assert send(amazon, rug, after=121) == senders.doors.Sent()
    assert (Listing.objects.get().state, open_tasks()) == ("delisted", ())
    assert amazon.marketplace.listings == {}


def test_a_listing_saved_again_soon_after_it_was_taken_off_is_not_taken_off_a_second_time(amazon, rug):
    services.want_delisting("RUG", "UK")
    send(amazon, rug)
    services.want_submission("RUG", "UK")
    senders.submit_listings(rug, desk=amazon.listings, clock=amazon.clock)
    amazon.listings.appear()
    assert send(amazon, rug, after=600) == senders.doors.Sent()
    assert Sku("RUG") in amazon.marketplace.listings


def test_nobody_is_asked_who_took_off_what_a_person_wanted_off_here(amazon, rug):
    senders.follow_listings(rug, listing_desk=amazon.listings, stock_desk=amazon.stock, clock=amazon.clock)
    services.want_delisting("RUG", "UK")
    amazon.marketplace.troubles.next("delete", Unclear("the line went dead"), moment=Moment.AFTER)
    with pytest.raises(Unclear):
        send(amazon, rug)
    for _ in range(2):
        amazon.clock.advance(3600)
        senders.follow_listings(
            rug, listing_desk=amazon.listings, stock_desk=amazon.stock, clock=amazon.clock
        )
    assert (Listing.objects.get().state, open_tasks()) == ("delisted", ())


def test_never_tried_listings_are_not_behind_those_that_were_put_off(amazon, rug):
    a_product("LAMP", price="9.99")
    a_linked_listing("LAMP", amazon=amazon)
    services.want_delisting("RUG", "UK")
    for seconds in (30, 60, 120):
        amazon.marketplace.troubles.next("delete", Unclear("the line went dead"), moment=Moment.BEFORE)
        with pytest.raises(Unclear):
            send(amazon, rug)
        waits_until = Listing.objects.get(sku="RUG").offer_next_try_at
        assert (waits_until - amazon.clock.now()).total_seconds() == seconds
        amazon.clock.advance(seconds)
    services.want_delisting("LAMP", "UK")
    amazon.marketplace.troubles.next("delete", Unclear("the line went dead"), moment=Moment.BEFORE)
    with pytest.raises(Unclear):
        send(amazon, rug)
    assert Listing.objects.get(sku="LAMP").offer_next_try_at is not None


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


def test_a_channel_need_not_be_named_where_the_sku_has_one_listing(rug):
    assert queries.channel_of("RUG", "") == "UK"
    assert queries.channel_of("RUG", "DE") == "DE", "what is named is not second-guessed"
    with pytest.raises(rules.ListingUnknown, match="LAMP is not listed on any channel"):
        queries.channel_of("LAMP", "")
    listing = Listing.objects.get()
    uk = listing.channel
    german = SalesChannel.objects.get(pk=uk.pk)
    german.pk, german.code, german.marketplace = None, "DE", "DE"
    german.save()
    Listing.objects.create(product_id=listing.product_id, channel=german, sku="RUG", asin=listing.asin)
    with pytest.raises(rules.ListingAmbiguous, match="RUG is listed on DE, UK. Name one"):
        queries.channel_of("RUG", "")
