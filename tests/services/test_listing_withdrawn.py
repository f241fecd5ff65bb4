"""What people do while a batch of listings is on its way: a withdrawn wish and a watching channel count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from loadbay.channels.models import SalesChannel
from loadbay.core.ids import Sku
from loadbay.listings import senders, services
from loadbay.listings.models import Listing
from loadbay.listings.ports import (
    ListingChange,
    ListingIssue,
    ListingToSubmit,
    SeenListing,
    SubmissionAnswer,
)
from loadbay.testing.fakes import FakeListingDesk
from tests.services.goods import Amazon, a_channel, a_linked_listing, a_product, wanted

pytestmark = pytest.mark.django_db


def nothing() -> None:
    pass


@dataclass
class BusyDesk(FakeListingDesk):
    """While Amazon is busy with the first question of a kind, somebody does something."""

    during: str = ""
    meanwhile: Callable[[], object] = nothing

    def _is_asked(self, kind: str) -> None:
        if kind == self.during:
            act, self.meanwhile = self.meanwhile, nothing
            act()

    def preview(self, listing: ListingToSubmit) -> tuple[ListingIssue, ...]:
        self._is_asked("preview")
        return super().preview(listing)

    def submit(self, listing: ListingToSubmit) -> SubmissionAnswer:
        self._is_asked("submit")
        return super().submit(listing)

    def preview_change(self, change: ListingChange) -> tuple[ListingIssue, ...]:
        self._is_asked("preview_change")
        return super().preview_change(change)

    def delete(self, sku: Sku) -> SubmissionAnswer:
        self._is_asked("delete")
        return super().delete(sku)

    def read(self, sku: Sku) -> SeenListing | None:
        self._is_asked("read")
        return super().read(sku)


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture
def channel() -> int:
    return a_channel().pk


def saved(*skus: str) -> None:
    for sku in skus:
        a_product(sku, on_hand=5, price="12.99")
        services.add_listing(wanted(sku))
        services.want_submission(sku, "UK")


def desk(amazon: Amazon, *, during: str, meanwhile: Callable[[], object]) -> BusyDesk:
    return BusyDesk(amazon.marketplace, during=during, meanwhile=meanwhile)


def watch() -> None:
    SalesChannel.objects.update(is_watching=True)


def take_off_rug() -> None:
    services.want_delisting("RUG", "UK")


def state(sku: str) -> str:
    return Listing.objects.get(sku=sku).state


def test_take_off_pressed_while_a_batch_is_submitted_sends_that_listing_no_more(amazon, channel):
    saved("LAMP", "RUG")
    Listing.objects.filter(sku="RUG").update(state="rejected")
    busy = desk(amazon, during="submit", meanwhile=take_off_rug)
    assert senders.submit_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert [sent.sku for sent in busy.submissions] == ["LAMP"]
    senders.change_listings(channel, desk=busy, clock=amazon.clock)
    senders.submit_listings(channel, desk=busy, clock=amazon.clock)
    assert (state("RUG"), len(busy.submissions)) == ("delisted", 1)


def test_take_off_pressed_while_amazon_looks_at_a_submission_is_not_submitted_after_it(amazon, channel):
    saved("RUG")
    Listing.objects.update(state="rejected")
    busy = desk(amazon, during="preview", meanwhile=take_off_rug)
    assert senders.submit_listings(channel, desk=busy, clock=amazon.clock) == senders.doors.Sent()
    assert (busy.submissions, state("RUG")) == ([], "rejected")


def test_a_channel_that_begins_to_watch_in_a_batch_submits_nothing_more(amazon, channel):
    saved("LAMP", "RUG")
    busy = desk(amazon, during="submit", meanwhile=watch)
    assert senders.submit_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert [sent.sku for sent in busy.submissions] == ["LAMP"]
    assert Listing.objects.get(sku="RUG").submission_wanted


def linked(amazon: Amazon, *skus: str) -> None:
    for sku in skus:
        a_product(sku, on_hand=5, price="12.99")
        a_linked_listing(sku, amazon=amazon)


def test_a_channel_that_begins_to_watch_in_a_batch_takes_nothing_more_off(amazon, channel):
    linked(amazon, "LAMP", "RUG")
    for sku in ("LAMP", "RUG"):
        services.want_delisting(sku, "UK")
    busy = desk(amazon, during="delete", meanwhile=watch)
    assert senders.change_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert list(amazon.marketplace.listings) == ["RUG"]


def test_a_channel_that_begins_to_watch_in_a_batch_changes_nothing_more(amazon, channel):
    linked(amazon, "LAMP", "RUG")
    for sku in ("LAMP", "RUG"):
        services.update_listing(replace(services.fields_of(sku, "UK"), country_of_origin="PT"))
    busy = desk(amazon, during="preview_change", meanwhile=watch)
    assert senders.change_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert [change.sku for change in busy.changes] == ["LAMP"]


def test_a_listing_saved_again_while_others_are_taken_off_stays_on(amazon, channel):
    saved("LAMP", "RUG")
    Listing.objects.update(state="rejected", submission_wanted=False)
    for sku in ("LAMP", "RUG"):
        services.want_delisting(sku, "UK")
    busy = desk(amazon, during="delete", meanwhile=lambda: services.want_submission("RUG", "UK"))
    assert senders.change_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert (state("LAMP"), state("RUG")) == ("delisted", "rejected")
    assert Listing.objects.get(sku="RUG").submission_wanted


def test_a_save_pressed_while_amazon_is_asked_to_delete_that_listing_is_not_lost(amazon, channel):
    saved("RUG")
    Listing.objects.update(state="rejected", submission_wanted=False)
    take_off_rug()
    busy = desk(amazon, during="delete", meanwhile=lambda: services.want_submission("RUG", "UK"))
    senders.change_listings(channel, desk=busy, clock=amazon.clock)
    assert (state("RUG"), Listing.objects.get().submission_wanted) == ("delisted", True)
    assert senders.submit_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert state("RUG") == "submitted"


def test_take_off_pressed_while_changes_are_told_tells_that_listing_no_change(amazon, channel):
    linked(amazon, "LAMP", "RUG")
    for sku in ("LAMP", "RUG"):
        services.update_listing(replace(services.fields_of(sku, "UK"), country_of_origin="PT"))
    busy = desk(amazon, during="preview_change", meanwhile=take_off_rug)
    assert senders.change_listings(channel, desk=busy, clock=amazon.clock).told == 1
    assert [change.sku for change in busy.changes] == ["LAMP"]
