"""What of a listing at Amazon differs from what is set here, and when handling days may be told."""

from __future__ import annotations

import pytest

from loadbay.listings.offer_rules import UNKNOWN, Offer, differing, ships_itself
from loadbay.listings.rules import State

OFFER = Offer(country_of_origin="GB", shipping_template="Standard delivery", handling_days=2)
TOLD = OFFER.as_told()


def names(offer: Offer, told: dict[str, object], *, with_handling: bool = True) -> list[str]:
    return [found.name for found in differing(offer, told, with_handling=with_handling)]


def test_what_amazon_accepted_is_not_told_again():
    assert names(OFFER, TOLD) == []


@pytest.mark.parametrize("name", ["country_of_origin", "shipping_template", "handling_days"])
def test_exactly_what_differs_is_told(name):
    assert names(OFFER, TOLD | {name: "other"}) == [name]
    assert names(OFFER, TOLD | {name: UNKNOWN}) == [name]


def test_of_a_listing_that_amazon_was_never_told_everything_set_is_told():
    assert names(OFFER, {}) == ["country_of_origin", "shipping_template", "handling_days"]
    assert names(Offer("GB", "", None), {}) == ["country_of_origin"]


def test_handling_days_that_are_taken_back_are_told():
    (found,) = differing(Offer("GB", "Standard delivery", None), TOLD, with_handling=True)
    assert (found.told, found.wanted, found.wish) == (2, None, "handling days none")


def test_handling_days_are_kept_back_where_amazon_ships():
    assert names(OFFER, TOLD | {"handling_days": 9}, with_handling=False) == []


@pytest.mark.parametrize(
    ("state", "was_linked", "is_at_amazons", "may"),
    [
        (State.AWAITING_CONVERSION, False, False, True),
        (State.SUPPRESSED, False, False, True),
        (State.AWAITING_CONVERSION, False, True, False),
        (State.SUPPRESSED, True, False, False),
        (State.LINKED, True, False, False),
    ],
)
def test_only_what_the_seller_ships_himself_has_handling_days(state, was_linked, is_at_amazons, may):
    assert ships_itself(state, was_linked=was_linked, is_at_amazons=is_at_amazons) is may
