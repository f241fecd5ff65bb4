"""From Save to Linked: one submission with quantity 0, then nothing until the link is proven."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Rejected, Retryable, Unclear
from loadbay.core.ids import LocationId, Sku
from loadbay.inbox.queries import open_tasks
from loadbay.listings import queries, rules, senders, services
from loadbay.listings.models import Listing
from loadbay.listings.ports import ListingIssue, SeenListing
from loadbay.testing.fakes import Moment
from loadbay.testing.fakes.marketplace import StockFigure
from tests.services.goods import TEN, Amazon, a_channel, a_linked_listing, a_product, events, figure, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture
def channel() -> SalesChannel:
    channel = a_channel()
    a_product("RUG", on_hand=5, price="12.99")
    return channel


@pytest.fixture
def saved(channel) -> int:
    services.add_listing(wanted("RUG"))
    services.want_submission("RUG", "UK")
    return channel.pk


def submit(amazon: Amazon, channel_id: int) -> object:
    return senders.submit_listings(channel_id, desk=amazon.listings, clock=amazon.clock)


def follow(amazon: Amazon, channel_id: int, *, after: float = 3600) -> senders.following.Followed:
    amazon.clock.advance(after)
    return senders.follow_listings(
        channel_id, listing_desk=amazon.listings, stock_desk=amazon.stock, clock=amazon.clock
    )


def tell(amazon: Amazon, channel_id: int) -> object:
    return senders.send_stock(channel_id, desk=amazon.stock, clock=amazon.clock)


def state() -> str:
    return Listing.objects.get().state


def test_the_one_submission_carries_the_price_and_no_stock(amazon, saved):
    report = submit(amazon, saved)
    assert (report.told, report.refused) == (1, 0)
    (sent,) = amazon.listings.submissions
    assert (sent.sku, sent.quantity, str(sent.price)) == ("RUG", 0, "12.99 GBP")
    assert (sent.country_of_origin, sent.shipping_template) == ("GB", "Standard delivery")
    assert state() == "submitted"
    submit(amazon, saved)
    assert len(amazon.listings.submissions) == 1


def test_a_listing_goes_its_way_until_it_is_linked(amazon, saved):
    submit(amazon, saved)
    follow(amazon, saved)
    assert state() == "submitted"
    amazon.listings.appear()
    follow(amazon, saved)
    assert state() == "live_as_mfn"
    follow(amazon, saved)
    assert state() == "awaiting_conversion"
    amazon.listings.convert(Sku("RUG"))
    assert follow(amazon, saved).linked == 1
    assert state() == "linked"
    states = [event["state"] for event in events("listings.state_changed")]
    assert states == ["submitted", "live_as_mfn", "awaiting_conversion", "linked"]


def test_no_stock_and_no_price_leaves_before_the_link(amazon, saved):
    submit(amazon, saved)
    amazon.listings.appear()
    follow(amazon, saved)
    services.mark_stock_dirty([Listing.objects.get().product_id], urgent=True)
    services.mark_prices_dirty([Listing.objects.get().product_id])
    tell(amazon, saved)
    senders.send_prices(saved, desk=amazon.listings, clock=amazon.clock)
    assert amazon.stock.batches == []
    assert "tell_price" not in amazon.marketplace.troubles.asked


def test_at_linking_amazons_own_sequence_is_fetched_and_passed(amazon, saved):
    submit(amazon, saved)
    amazon.listings.appear()
    amazon.listings.convert(Sku("RUG"))
    far_ahead = 9_000_000_000_000_000
    amazon.marketplace.figures[LocationId("LBAY"), Sku("RUG")] = StockFigure(quantity=0, sequence=far_ahead)
    follow(amazon, saved)
    follow(amazon, saved)
    assert state() == "linked"
    tell(amazon, saved)
    (batch,) = amazon.stock.batches
    assert (batch[0].quantity, batch[0].sequence) == (5, far_ahead + 1)


def test_the_code_of_plain_fba_links_nothing(amazon, saved):
    submit(amazon, saved)
    amazon.knows("RUG")
    amazon.marketplace.location = LocationId("ELSEWHERE")
    follow(amazon, saved)
    follow(amazon, saved)
    assert state() == "live_as_mfn"


def test_a_shipment_of_the_sku_at_our_location_proves_the_link(amazon, saved):
    submit(amazon, saved)
    assert services.seen_in_shipments(dict.fromkeys(["RUG", "NOTHING"], amazon.clock.now()), saved) == 1
    assert state() == "linked"
    assert services.seen_in_shipments({"RUG": amazon.clock.now()}, saved) == 0
    assert len(events("listings.linked")) == 1


def test_a_persons_word_links_what_is_at_amazon(amazon, saved):
    with pytest.raises(rules.StepNotAllowed, match="is not at Amazon yet"):
        services.confirm_linked(sku="RUG", channel="UK", person="mary")
    submit(amazon, saved)
    services.confirm_linked(sku="RUG", channel="uk", person="mary")
    card = queries.listing_card("RUG", "UK")
    assert (card.state, card.linked_because) == ("linked", "mary said so.")
    with pytest.raises(rules.StepNotAllowed):
        services.confirm_linked(sku="RUG", channel="UK", person="john")


def test_what_amazons_validation_refuses_is_not_submitted(amazon, saved):
    amazon.marketplace.catalogue.clear()
    report = submit(amazon, saved)
    assert report.refused == 1
    assert amazon.listings.submissions == []
    card = queries.listing_card("RUG", "UK")
    assert card.state == "rejected"
    assert card.issues[0]["message"] == "ASIN B0EXAMPLE1 does not exist."
    amazon.offers()
    services.want_submission("RUG", "UK")
    submit(amazon, saved)
    assert state() == "submitted"


def test_a_declined_submission_is_shown_in_amazons_words(amazon, saved):
    amazon.marketplace.troubles.next("submit", Rejected("country_of_origin is missing", reason="90220"))
    submit(amazon, saved)
    card = queries.listing_card("RUG", "UK")
    assert (card.state, card.issues[0]["code"]) == ("rejected", "90220")


def test_errors_found_after_acceptance_reject_the_listing(amazon, saved):
    submit(amazon, saved)
    issue = ListingIssue("18448", "Origin differs from ours.", "ERROR")
    amazon.marketplace.listings[Sku("RUG")] = SeenListing(
        Sku("RUG"), Listing.objects.get().asin, is_buyable=False, channel_codes=(), issues=(issue,)
    )
    follow(amazon, saved)
    assert state() == "rejected"


@pytest.mark.parametrize("moment", list(Moment))
def test_a_submission_whose_answer_was_lost_is_sent_again_and_is_one_listing(amazon, saved, moment):
    amazon.marketplace.troubles.next("submit", Unclear("the line went dead"), moment=moment)
    with pytest.raises(Unclear):
        submit(amazon, saved)
    assert state() == "draft"
    amazon.clock.advance(60)
    submit(amazon, saved)
    assert state() == "submitted"
    assert list(amazon.listings.queued) == ["RUG"]


def test_a_listing_that_amazon_chokes_on_holds_up_no_other(amazon, saved):
    a_product("LAMP", price="20")
    services.add_listing(wanted("LAMP"))
    services.want_submission("LAMP", "UK")
    amazon.marketplace.troubles.next("preview", Retryable("503"))
    with pytest.raises(Retryable):
        submit(amazon, saved)
    assert submit(amazon, saved).told == 1
    assert [sent.sku for sent in amazon.listings.submissions] == ["LAMP"]


def test_a_listing_changed_while_it_was_being_sent_is_sent_again(amazon, saved):
    class Meanwhile:
        """A person changes the template while the first submission is under way."""

        def preview(self, listing):
            if listing.shipping_template == "Standard delivery":
                Listing.objects.update(shipping_template="Heavy goods")
            return ()

        submit = amazon.listings.submit

    senders.submit_listings(saved, desk=Meanwhile(), clock=amazon.clock)
    amazon.clock.advance(60)
    senders.submit_listings(saved, desk=Meanwhile(), clock=amazon.clock)
    assert [sent.shipping_template for sent in amazon.listings.submissions] == [
        "Standard delivery",
        "Heavy goods",
    ]
    assert not Listing.objects.get().submission_wanted


def test_a_listing_that_is_linked_while_it_is_being_sent_stays_linked(amazon, saved):
    class Meanwhile:
        """A shipment proves the link while the submission is under way."""

        submit = amazon.listings.submit

        def preview(self, listing):
            services.seen_in_shipments({listing.sku: amazon.clock.now()}, saved)
            return ()

    senders.submit_listings(saved, desk=Meanwhile(), clock=amazon.clock)
    assert state() == "linked"
    assert not Listing.objects.get().submission_wanted


def test_late_and_waiting_listings_are_reminded_of_once_and_closed_by_themselves(amazon, saved):
    submit(amazon, saved)
    follow(amazon, saved, after=60)
    assert open_tasks() == ()
    follow(amazon, saved, after=21 * 60)
    follow(amazon, saved)
    (late,) = open_tasks()
    assert (late.kind, late.matter, late.times) == ("listing_late", "UK", 1)
    assert late.subjects == ("board:UK:submitted", "listing:UK:RUG")
    amazon.listings.appear()
    follow(amazon, saved)
    (waiting,) = open_tasks()
    assert (waiting.kind, waiting.subjects) == ("listing_conversion", ("board:UK:waiting", "listing:UK:RUG"))
    amazon.listings.convert(Sku("RUG"))
    follow(amazon, saved)
    assert open_tasks() == ()


def test_amazon_is_not_asked_more_often_than_makes_sense(amazon, saved):
    submit(amazon, saved)
    assert follow(amazon, saved, after=5).looked_at == 0
    assert follow(amazon, saved, after=6).looked_at == 1
    report = follow(amazon, saved, after=1)
    assert report.looked_at == 0
    assert report.due_at > amazon.clock.now()


def test_a_suppressed_listing_that_was_linked_is_still_told_its_stock(amazon, channel):
    listing_id = a_linked_listing("RUG", amazon=amazon)
    seen = SeenListing(
        Sku("RUG"),
        Listing.objects.get().asin,
        is_buyable=False,
        channel_codes=("AMAZON_EU",),
        is_suppressed=True,
    )
    services.record_seen(listing_id, seen=seen, now=amazon.clock.now())
    assert state() == "suppressed"
    tell(amazon, channel.pk)
    assert amazon.told("RUG") == [5]
    amazon.knows("RUG")
    follow(amazon, channel.pk)
    assert state() == "linked"


def test_a_channel_that_only_watches_sends_nothing(amazon, saved):
    SalesChannel.objects.update(is_watching=True)
    assert submit(amazon, saved) == senders.doors.Sent()
    assert amazon.marketplace.troubles.asked == []
    assert state() == "draft"


def test_the_link_to_seller_central_holds_a_sku_with_signs_whole(amazon, channel):
    a_product("RUG #2+/A", price="10")
    services.add_listing(wanted("RUG #2+/A"))
    (row,) = queries.board()
    assert row.seller_central.endswith("/inventory?searchTerm=RUG%20%232%2B%2FA")


def test_the_board_shows_state_age_and_next_step(amazon, saved):
    submit(amazon, saved)
    (row,) = queries.board(channel="UK", now=amazon.clock.now() + timedelta(minutes=7))
    assert (row.sku, row.state, row.age_seconds) == ("RUG", "submitted", 420)
    assert row.next_step == rules.NEXT_STEP[rules.State.SUBMITTED]
    assert row.seller_central == "https://sellercentral-europe.amazon.com/inventory?searchTerm=RUG"
    assert queries.state_counts("UK") == {"submitted": 1}


def test_prices_flow_after_the_link_and_only_when_they_differ(amazon, channel):
    a_linked_listing("RUG", amazon=amazon)
    assert senders.send_prices(channel.pk, desk=amazon.listings, clock=amazon.clock).told == 1
    assert str(amazon.marketplace.listings[Sku("RUG")].price) == "12.99 GBP"
    services.mark_prices_dirty([Listing.objects.get().product_id])
    report = senders.send_prices(channel.pk, desk=amazon.listings, clock=amazon.clock)
    assert (report.told, report.unchanged) == (0, 1)
    assert figure("RUG").is_dirty
    assert str(TEN) == "10.00 GBP"
