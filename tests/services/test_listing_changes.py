"""Correcting a listing that is at Amazon: exactly what differs is told, until Amazon has taken it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loadbay.catalogue.services import end_price
from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Rejected, Retryable, Unclear
from loadbay.core.ids import Sku
from loadbay.inbox.queries import open_tasks
from loadbay.journal.queries import timeline
from loadbay.listings import queries, readers, rules, senders, services
from loadbay.listings.models import Listing
from loadbay.listings.offer_rules import UNKNOWN
from loadbay.listings.ports import ListingChange, OwnShipping
from loadbay.listings.readiness import ListingNotReady
from loadbay.listings.services import changing
from loadbay.testing.fakes import Moment
from tests.services.goods import Amazon, a_channel, a_product, events, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture
def channel() -> SalesChannel:
    return a_channel()


def listed(amazon: Amazon, channel: SalesChannel, *skus: str) -> None:
    """Submitted with origin GB, and live as MFN."""
    for sku in skus:
        a_product(sku, on_hand=5, price="12.99")
        services.add_listing(wanted(sku))
        services.want_submission(sku, "UK")
    senders.submit_listings(channel.pk, desk=amazon.listings, clock=amazon.clock)
    amazon.listings.appear()
    follow(amazon, channel)


@pytest.fixture
def rug(amazon, channel) -> SalesChannel:
    listed(amazon, channel, "RUG")
    return channel


def follow(amazon: Amazon, channel: SalesChannel) -> None:
    amazon.clock.advance(3600)
    senders.follow_listings(
        channel.pk, listing_desk=amazon.listings, stock_desk=amazon.stock, clock=amazon.clock
    )


def link(amazon: Amazon, channel: SalesChannel, sku: str = "RUG") -> None:
    amazon.listings.convert(Sku(sku))
    follow(amazon, channel)
    assert Listing.objects.get(sku=sku).state == "linked"


def change(sku: str = "RUG", **fields: object) -> None:
    services.update_listing(replace(services.fields_of(sku, "UK"), **fields))


def send(amazon: Amazon, channel: SalesChannel, *, after: float = 0) -> senders.doors.Sent:
    amazon.clock.advance(after)
    return senders.change_listings(channel.pk, desk=amazon.listings, clock=amazon.clock)


def told(amazon: Amazon) -> list[tuple[str | None, str | None]]:
    return [(sent.country_of_origin, sent.shipping_template) for sent in amazon.listings.changes]


def test_an_origin_changed_after_submission_is_told_to_amazon(amazon, rug):
    change(country_of_origin="PT")
    assert len(events("listings.change_wanted")) == 1
    assert send(amazon, rug) == senders.doors.Sent(told=1)
    assert amazon.listings.changes == [ListingChange(Sku("RUG"), "", country_of_origin="PT")]
    assert amazon.marketplace.troubles.asked[-2:] == ["preview_change", "change"]
    card = queries.listing_card("RUG", "UK")
    assert (card.changes, card.offer_told_at) == ((), amazon.clock.now())
    assert timeline("listing:UK:RUG")[0].text == "Told to Amazon: country of origin PT."
    assert send(amazon, rug) == senders.doors.Sent()


def test_a_linked_listing_is_corrected_too_and_only_in_what_differs(amazon, rug):
    link(amazon, rug)
    change(shipping_template="Heavy goods")
    change(country_of_origin="PT", offset=-1)
    send(amazon, rug)
    assert told(amazon) == [("PT", "Heavy goods")]
    assert amazon.listings.changes[0].own_shipping is None


def test_what_is_changed_back_before_it_was_told_is_not_told(amazon, rug):
    change(country_of_origin="PT")
    change(country_of_origin="GB")
    assert send(amazon, rug) == senders.doors.Sent()
    assert amazon.listings.changes == []


def test_a_listing_that_amazon_does_not_show_yet_is_corrected_when_it_does(amazon, channel):
    a_product("RUG", price="12.99")
    services.add_listing(wanted("RUG"))
    services.want_submission("RUG", "UK")
    senders.submit_listings(channel.pk, desk=amazon.listings, clock=amazon.clock)
    change(country_of_origin="PT")
    assert send(amazon, channel) == senders.doors.Sent()
    amazon.listings.appear()
    follow(amazon, channel)
    send(amazon, channel)
    assert told(amazon) == [("PT", None)]


def test_a_draft_is_not_at_amazon_so_nothing_is_told(amazon, channel):
    a_product("RUG", price="12.99")
    services.add_listing(wanted("RUG"))
    change(country_of_origin="PT")
    assert send(amazon, channel) == senders.doors.Sent()
    assert events("listings.change_wanted") == []


# --- handling days ---


def test_handling_days_are_told_before_the_conversion_with_a_quantity_of_nothing(amazon, rug):
    change(handling_days=3)
    send(amazon, rug)
    (sent,) = amazon.listings.changes
    assert sent.own_shipping == OwnShipping(quantity=0, handling_days=3)
    assert amazon.marketplace.troubles.asked[-3:] == ["read", "preview_change", "change"]
    change(handling_days=None)
    send(amazon, rug)
    assert amazon.listings.changes[-1].own_shipping == OwnShipping(quantity=0, handling_days=None)


def test_no_merchants_record_is_added_to_a_listing_that_was_just_converted(amazon, rug):
    change(handling_days=3, country_of_origin="PT")
    amazon.listings.convert(Sku("RUG"))
    send(amazon, rug)
    (sent,) = amazon.listings.changes
    assert (sent.country_of_origin, sent.own_shipping) == ("PT", None)
    assert amazon.marketplace.listings[Sku("RUG")].channel_codes == ("AMAZON_EU",)
    assert send(amazon, rug) == senders.doors.Sent()


def test_handling_days_of_a_linked_listing_are_refused_in_words(amazon, rug):
    link(amazon, rug)
    with pytest.raises(rules.StepNotAllowed, match="Amazon's lorry ships RUG"):
        change(handling_days=3)
    assert services.fields_of("RUG", "UK").handling_days is None


def test_handling_days_wait_while_amazon_does_not_show_the_listing(amazon, rug):
    change(handling_days=3)
    kept = amazon.marketplace.listings.pop(Sku("RUG"))
    assert send(amazon, rug).told == 0
    amazon.marketplace.listings[Sku("RUG")] = kept
    assert send(amazon, rug, after=60).told == 0
    assert send(amazon, rug, after=61).told == 1


# --- what cannot change, and what may although something else is missing ---


@pytest.mark.parametrize("fields", [{"asin": "B0EXAMPLE2"}, {"condition": "used_good"}])
def test_asin_and_condition_stay_and_the_way_is_named(amazon, rug, fields):
    with pytest.raises(rules.StepNotAllowed, match="take the listing off Amazon first, then list it anew"):
        change(**fields)


def test_an_origin_that_amazon_does_not_hold_is_refused_and_a_corrected_record_helps(amazon, rug):
    def checked() -> services.AsinCheck:
        return readers.check_asin("B0EXAMPLE1", condition="new", desk=amazon.catalogue, clock=amazon.clock)

    with pytest.raises(
        ListingNotReady, match="RUG cannot be changed so. Country of origin is PT here and GB"
    ):
        change(country_of_origin="PT", checked=checked())
    amazon.offers(origin="PT")
    change(country_of_origin="PT", checked=checked())
    send(amazon, rug)
    assert told(amazon) == [("PT", None)]


def test_a_listing_at_amazon_that_lost_its_price_can_still_be_corrected(amazon, rug):
    yesterday = amazon.clock.now().date() - timedelta(days=1)
    end_price(sku="RUG", category="Amazon", currency="GBP", last_day=yesterday)
    change(country_of_origin="PT", cap=3)
    assert queries.listing_card("RUG", "UK").changes[0].wish == "country of origin PT"


# --- trouble ---


@pytest.mark.parametrize("moment", list(Moment))
def test_a_change_whose_answer_was_lost_is_told_again(amazon, rug, moment):
    change(country_of_origin="PT")
    amazon.marketplace.troubles.next("change", Unclear("the line went dead"), moment=moment)
    with pytest.raises(Unclear):
        send(amazon, rug)
    assert send(amazon, rug, after=60).told == 1
    assert set(told(amazon)) == {("PT", None)}


def test_a_lost_change_that_is_taken_back_is_told_again(amazon, rug):
    change(country_of_origin="PT")
    amazon.marketplace.troubles.next("change", Unclear("the line went dead"), moment=Moment.AFTER)
    with pytest.raises(Unclear):
        send(amazon, rug)
    change(country_of_origin="GB")
    send(amazon, rug)
    assert told(amazon) == [("PT", None), ("GB", None)]


def test_a_change_that_was_under_way_when_the_process_died_is_told_again(amazon, rug):
    change(country_of_origin="PT")
    assert changing.take_change(Listing.objects.get().pk) is not None
    assert Listing.objects.get().offer_told["country_of_origin"] == UNKNOWN
    assert send(amazon, rug).told == 1
    assert told(amazon) == [("PT", None)]


def test_a_refused_change_is_shown_waits_longer_each_time_and_makes_a_task(amazon, rug):
    amazon.listings.declines["Fast"] = "'Fast' is not one of your templates."
    change(shipping_template="Fast")
    report = send(amazon, rug)
    assert (report.told, report.refused) == (0, 1)
    assert (report.due_at - amazon.clock.now()).total_seconds() == 30
    assert send(amazon, rug, after=31).refused == 1
    assert send(amazon, rug, after=31).refused == 0
    assert "change" not in amazon.marketplace.troubles.asked
    card = queries.listing_card("RUG", "UK")
    assert card.offer_refusal == "'Fast' is not one of your templates."
    (task,) = [task for task in open_tasks() if task.kind == "listing_change_refused"]
    assert (task.matter, task.times, task.subjects) == ("RUG on UK", 2, ("listing:UK:RUG",))
    assert "shipping template Fast" in task.sentence


@pytest.mark.parametrize("mended", ["Heavy goods", "Standard delivery"])
def test_a_mended_or_withdrawn_change_closes_its_task(amazon, rug, mended):
    amazon.listings.declines["Fast"] = "no"
    change(shipping_template="Fast")
    send(amazon, rug)
    change(shipping_template=mended)
    assert send(amazon, rug).told == 1
    assert [task.kind for task in open_tasks() if task.kind == "listing_change_refused"] == []
    assert queries.listing_card("RUG", "UK").offer_refusal == ""


def test_a_change_that_amazon_declines_for_good_is_a_refusal_too(amazon, rug):
    change(country_of_origin="PT")
    amazon.marketplace.troubles.next("change", Rejected("The SKU is locked.", reason="400"))
    assert send(amazon, rug).refused == 1
    assert queries.listing_card("RUG", "UK").offer_refusal == "The SKU is locked."


def test_one_bad_sku_holds_up_no_other(amazon, channel):
    listed(amazon, channel, "RUG", "LAMP", "VASE")
    amazon.listings.declines["Fast"] = "no"
    change("LAMP", shipping_template="Fast")
    change("RUG", country_of_origin="PT")
    change("VASE", country_of_origin="PT")
    amazon.marketplace.troubles.next("preview_change", Retryable("503"))
    with pytest.raises(Retryable):
        send(amazon, channel)
    report = send(amazon, channel)
    assert (report.told, report.refused) == (1, 1)
    assert send(amazon, channel, after=31).told == 1
    assert sorted(sent.sku for sent in amazon.listings.changes) == ["RUG", "VASE"]


def test_a_change_made_while_one_is_being_told_is_told_next(amazon, rug):
    change(country_of_origin="PT")

    class Meanwhile:
        """A person changes his mind while the first change is under way."""

        preview_change = amazon.listings.preview_change

        def change(self, sent):
            if sent.country_of_origin == "PT":
                change(country_of_origin="ES")
            return amazon.listings.change(sent)

    senders.change_listings(rug.pk, desk=Meanwhile(), clock=amazon.clock)
    assert told(amazon) == [("PT", None), ("ES", None)]
    assert queries.listing_card("RUG", "UK").changes == ()


def test_a_channel_that_only_watches_tells_no_change(amazon, rug):
    SalesChannel.objects.update(is_watching=True)
    change(country_of_origin="PT")
    asked = len(amazon.marketplace.troubles.asked)
    assert send(amazon, rug) == senders.doors.Sent()
    assert len(amazon.marketplace.troubles.asked) == asked
    SalesChannel.objects.update(is_watching=False)
    assert send(amazon, rug).told == 1
