"""Add/Update ASIN and Save: what is refused, what is kept, what is wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadbay.catalogue.rules import ProductUnknown
from loadbay.core.errors import NotFound, WrongInput
from loadbay.listings import queries, readers, rules, services
from loadbay.listings.models import Listing
from loadbay.listings.readiness import ListingNotReady
from tests.services.goods import (
    Amazon,
    a_bundle,
    a_channel,
    a_linked_listing,
    a_product,
    events,
    figure,
    wanted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture(autouse=True)
def shop() -> None:
    a_channel()
    a_product("RUG", on_hand=5, price="12.99")


def checked(amazon: Amazon, **change: object) -> services.WantedListing:
    found = readers.check_asin("b0example1", condition="New", desk=amazon.catalogue, clock=amazon.clock)
    return replace(wanted("RUG"), checked=found, **change)


def test_a_checked_product_becomes_a_draft_with_what_amazon_holds(amazon):
    services.add_listing(checked(amazon, offset=-1, cap=40))
    card = queries.listing_card("RUG", "UK")
    assert (card.state, card.asin, card.condition, card.type) == (
        "draft",
        "B0EXAMPLE1",
        "new_new",
        "onsite_fba",
    )
    assert (card.stock_offset, card.stock_cap, str(card.price)) == (-1, 40, "12.99 GBP")
    assert card.catalogue["title"] == "Wool rug"
    assert card.catalogue["templates"] == ["Standard delivery", "Heavy goods"]
    assert Listing.objects.get().product_type == "RUG"


def test_an_asin_that_amazon_does_not_have_is_refused():
    amazon = Amazon()
    with pytest.raises(ListingNotReady, match="Amazon has no ASIN B0EXAMPLE1 here"):
        services.add_listing(checked(amazon))
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"country_of_origin": ""}, "has no country of origin"),
        ({"country_of_origin": "CN"}, "CN here and GB in Amazon's record"),
        ({"shipping_template": "Fast"}, "Choose one of: Standard delivery, Heavy goods"),
    ],
)
def test_what_amazon_would_not_take_is_refused_with_its_cure(amazon, change, words):
    with pytest.raises(ListingNotReady, match=words) as refused:
        services.add_listing(checked(amazon, **change))
    assert refused.value.code == "listing_not_ready"
    assert not Listing.objects.exists()


def test_without_a_price_for_amazon_there_is_no_listing():
    a_product("LAMP")
    with pytest.raises(ListingNotReady, match="Product Info > Financial > Retail prices"):
        services.add_listing(wanted("LAMP"))


def test_a_bundle_is_never_the_smartconnect_listing():
    a_bundle("SET", contents={"RUG": 1})
    with pytest.raises(
        ListingNotReady, match="List the product it contains on SmartConnect, and the bundle as MFN"
    ):
        services.add_listing(wanted("SET"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"asin": "nonsense"}, WrongInput),
        ({"sku": "NOTHING"}, ProductUnknown),
        ({"channel": "NOWHERE"}, NotFound),
        ({"type": "mfn"}, WrongInput),
        ({"condition": "shabby"}, WrongInput),
        ({"cap": -1}, rules.CapNotUsable),
        ({"percentage": 101}, rules.CapNotUsable),
        ({"offset": 10**9}, rules.CapNotUsable),
        ({"handling_days": 99}, rules.CapNotUsable),
    ],
)
def test_nonsense_is_refused_and_nothing_is_listed(change, refusal):
    with pytest.raises(refusal):
        services.add_listing(replace(wanted("RUG"), **change))
    assert not Listing.objects.exists()


def test_a_product_is_listed_once_per_channel():
    services.add_listing(wanted("RUG"))
    with pytest.raises(rules.ListingExists, match="Change that listing instead"):
        services.add_listing(wanted("RUG"))
    assert Listing.objects.count() == 1


def test_save_wants_one_submission():
    listing_id = services.add_listing(wanted("RUG"))
    services.want_submission("RUG", "uk")
    assert Listing.objects.get().submission_wanted
    (event,) = events("listings.submission_wanted")
    assert event["listing_ids"] == [listing_id]


def test_save_is_refused_when_something_went_missing_meanwhile():
    services.add_listing(wanted("RUG"))
    Listing.objects.update(country_of_origin="")
    with pytest.raises(ListingNotReady):
        services.want_submission("RUG", "UK")
    assert not Listing.objects.get().submission_wanted


def test_a_listing_that_is_at_amazon_is_not_sent_again():
    a_linked_listing("RUG")
    with pytest.raises(rules.StepNotAllowed, match="was sent to Amazon already"):
        services.want_submission("RUG", "UK")


def test_asin_and_condition_cannot_change_once_amazon_has_them():
    a_linked_listing("RUG")
    with pytest.raises(rules.StepNotAllowed, match="take the listing off Amazon first"):
        services.update_listing(wanted("RUG", asin="B0EXAMPLE2"))
    assert Listing.objects.get().asin == "B0EXAMPLE1"


def test_an_offset_may_change_at_any_time_and_makes_the_figure_due():
    a_linked_listing("RUG")
    row = figure("RUG")
    row.is_dirty = False
    row.save()
    services.update_listing(replace(services.fields_of("RUG", "UK"), offset=-2))
    assert figure("RUG").is_dirty
    assert len(events("listings.stock_to_tell")) == 1
    (number,) = queries.why_this_number("RUG", "UK")
    assert (number.free, number.offset, number.to_tell) == (5, -2, 3)


def test_the_readiness_list_is_there_for_the_screen(amazon):
    services.add_listing(checked(amazon))
    points = {finding.code: finding.is_met for finding in services.readiness_of("RUG", "UK")}
    assert points == dict.fromkeys(points, True)
    assert set(points) >= {"price", "origin", "template", "restriction", "weight"}


def test_what_is_not_listed_is_said():
    with pytest.raises(rules.ListingUnknown, match="RUG is not listed on UK. Add it first."):
        services.want_submission("RUG", "UK")
    with pytest.raises(rules.ListingUnknown):
        queries.listing_card("RUG", "UK")
