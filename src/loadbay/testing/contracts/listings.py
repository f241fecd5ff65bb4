"""The contracts of `CatalogueDesk` and `ListingDesk`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from loadbay.core.errors import Rejected
from loadbay.core.ids import Asin, Sku
from loadbay.core.money import Money
from loadbay.listings.ports import ListingChange, ListingToSubmit, OwnShipping
from loadbay.testing.contracts.stage import Stage

NO_ASIN = Asin("B000000000")
PRICE, HIGHER = Money(Decimal("12.99"), "GBP"), Money(Decimal("14.49"), "GBP")


def a_listing(stage: Stage, sku: str) -> ListingToSubmit:
    """An offer for the free ASIN that agrees with the catalogue."""
    item = stage.catalogue_desk.check_asin(stage.free_asin, condition="New")
    assert item is not None
    return ListingToSubmit(
        sku=Sku(sku),
        asin=stage.free_asin,
        product_type=item.product_type,
        condition="New",
        price=PRICE,
        quantity=0,
        country_of_origin=item.country_of_origin or "GB",
        shipping_template=stage.catalogue_desk.templates(item.product_type).templates[0],
    )


class CatalogueDeskContract:
    """What every `CatalogueDesk` does."""

    def test_an_asin_shows_what_the_catalogue_holds(self, stage: Stage) -> None:
        item = stage.catalogue_desk.check_asin(stage.free_asin, condition="New")
        assert item is not None
        assert (item.asin, item.restrictions) == (stage.free_asin, ())
        assert item.title
        assert item.product_type

    def test_an_asin_that_does_not_exist_is_none(self, stage: Stage) -> None:
        assert stage.catalogue_desk.check_asin(NO_ASIN, condition="New") is None

    def test_the_sellers_templates_are_named(self, stage: Stage) -> None:
        item = stage.catalogue_desk.check_asin(stage.free_asin, condition="New")
        assert item is not None
        seen = stage.catalogue_desk.templates(item.product_type)
        assert seen.templates
        assert all(seen.templates)

    def test_every_template_of_the_seller_is_named_once_whatever_the_product(self, stage: Stage) -> None:
        item = stage.catalogue_desk.check_asin(stage.free_asin, condition="New")
        assert item is not None
        offered = stage.catalogue_desk.offered_templates()
        assert {one.name for one in offered} >= set(
            stage.catalogue_desk.templates(item.product_type).templates
        )
        assert all(one.id and one.name for one in offered)
        assert len({one.id for one in offered}) == len(offered)
        assert stage.catalogue_desk.offered_templates() == offered


class ListingDeskContract:
    """What every `ListingDesk` does."""

    def test_a_preview_stores_nothing(self, stage: Stage) -> None:
        listing = a_listing(stage, "preview-only")
        assert stage.listing_desk.preview(listing) == ()
        stage.appear(listing.sku)
        assert stage.listing_desk.read(listing.sku) is None

    def test_a_preview_names_what_is_wrong(self, stage: Stage) -> None:
        issues = stage.listing_desk.preview(replace(a_listing(stage, "wrong"), asin=NO_ASIN))
        assert any(issue.severity == "ERROR" for issue in issues)
        assert all(issue.message for issue in issues)

    def test_accepted_means_queued_then_live_as_mfn_then_converted(self, stage: Stage) -> None:
        listing = a_listing(stage, "a life")
        answer = stage.listing_desk.submit(listing)
        assert answer.accepted
        assert answer.submission_id
        assert stage.listing_desk.read(listing.sku) is None
        stage.appear(listing.sku)
        seen = stage.listing_desk.read(listing.sku)
        assert seen is not None
        assert (seen.asin, seen.channel_codes, seen.price) == (listing.asin, ("DEFAULT",), PRICE)
        stage.convert(listing.sku)
        seen = stage.listing_desk.read(listing.sku)
        assert seen is not None
        assert seen.channel_codes != ("DEFAULT",)
        assert seen.channel_codes[0].startswith("AMAZON_")

    def test_sending_the_same_submission_twice_is_harmless(self, stage: Stage) -> None:
        listing = a_listing(stage, "twice")
        assert stage.listing_desk.submit(listing).accepted
        assert stage.listing_desk.submit(listing).accepted
        stage.appear(listing.sku)
        seen = stage.listing_desk.read(listing.sku)
        assert seen is not None
        assert seen.price == PRICE

    def test_a_price_changes_alone(self, stage: Stage) -> None:
        before = stage.listing_desk.read(stage.linked_sku)
        assert before is not None
        answer = stage.listing_desk.tell_price(
            stage.linked_sku, price=HIGHER, product_type=before.product_type
        )
        assert answer.accepted
        stage.appear(stage.linked_sku)
        after = stage.listing_desk.read(stage.linked_sku)
        assert after is not None
        assert after.price == HIGHER
        assert (after.asin, after.channel_codes) == (before.asin, before.channel_codes)

    def test_a_change_of_the_origin_leaves_everything_else(self, stage: Stage) -> None:
        before = stage.listing_desk.read(stage.linked_sku)
        assert before is not None
        change = ListingChange(stage.linked_sku, before.product_type, country_of_origin="PT")
        assert stage.listing_desk.preview_change(change) == ()
        answers = [stage.listing_desk.change(change) for _ in range(2)]
        assert [answer.accepted for answer in answers] == [True, True]
        stage.appear(stage.linked_sku)
        after = stage.listing_desk.read(stage.linked_sku)
        assert after is not None
        assert (after.asin, after.channel_codes, after.price) == (
            before.asin,
            before.channel_codes,
            before.price,
        )

    def test_handling_days_of_ones_own_shipping_change_before_the_conversion(self, stage: Stage) -> None:
        listing = a_listing(stage, "slow")
        stage.listing_desk.submit(listing)
        stage.appear(listing.sku)
        own = OwnShipping(quantity=0, handling_days=4)
        change = ListingChange(listing.sku, listing.product_type, own_shipping=own)
        assert stage.listing_desk.preview_change(change) == ()
        assert stage.listing_desk.change(change).accepted
        stage.appear(listing.sku)
        seen = stage.listing_desk.read(listing.sku)
        assert seen is not None
        assert (seen.channel_codes, seen.is_buyable) == (("DEFAULT",), False)

    def test_many_are_found_at_once_and_those_not_there_are_missing(self, stage: Stage) -> None:
        listing = a_listing(stage, "one, two")
        stage.listing_desk.submit(listing)
        stage.appear(listing.sku)
        wanted = [listing.sku, Sku("never listed"), stage.linked_sku]
        found = {seen.sku: seen for seen in stage.listing_desk.find(wanted)}
        assert set(found) == {listing.sku, stage.linked_sku}
        assert found[stage.linked_sku] == stage.listing_desk.read(stage.linked_sku)
        with pytest.raises(Rejected):
            stage.listing_desk.find([Sku(f"S{n}") for n in range(stage.listing_desk.page_size + 1)])

    def test_a_listing_is_taken_off_and_again(self, stage: Stage) -> None:
        listing = a_listing(stage, "short life")
        stage.listing_desk.submit(listing)
        stage.appear(listing.sku)
        for _ in range(2):
            assert stage.listing_desk.delete(listing.sku).accepted
        stage.appear(listing.sku)
        assert stage.listing_desk.read(listing.sku) is None

    def test_a_listing_that_is_not_there_is_none(self, stage: Stage) -> None:
        assert stage.listing_desk.read(Sku("never listed / anywhere")) is None
