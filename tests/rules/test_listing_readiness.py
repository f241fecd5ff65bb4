"""The readiness check: each failing point says what to change and where."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from loadbay.core.money import Money
from loadbay.listings.readiness import Facts, ListingNotReady, failing, readiness

READY = Facts(
    sku="RUG",
    asin="B0EXAMPLE1",
    is_bundle=False,
    listing_type="onsite_fba",
    origin="GB",
    template="Standard delivery",
    price=Money(Decimal("12.99"), "GBP"),
    category="Amazon",
    currency="GBP",
    asin_exists=True,
    amazon_origin="GB",
    templates=("Standard delivery", "Heavy goods"),
    has_weight=True,
)


def test_a_listing_with_everything_right_is_ready():
    assert failing(readiness(READY)) == ()
    assert all(finding.is_met for finding in readiness(READY))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"price": None}, "price", "Product Info > Financial > Retail prices"),
        ({"origin": ""}, "origin", "Choose the country of origin"),
        ({"origin": "CN"}, "origin_agrees", "Set it to GB"),
        ({"template": ""}, "template", "Choose one of: Standard delivery, Heavy goods"),
        ({"template": "Fast"}, "template", "'Fast' is none of yours"),
        ({"asin_exists": False}, "asin", "Copy the ASIN from Seller Central"),
        ({"restrictions": ("APPROVAL_REQUIRED: ask",)}, "restriction", "Ask for approval"),
        ({"is_bundle": True}, "no_bundle", "the bundle as MFN"),
    ],
)
def test_a_point_that_amazon_would_not_take_blocks_and_names_its_cure(change, code, words):
    (finding,) = failing(readiness(replace(READY, **change)))
    assert finding.code == code
    assert words in f"{finding.sentence} {finding.cure}"


def test_what_is_only_advice_does_not_block():
    facts = replace(READY, amazon_hazmat="lithium", has_weight=False)
    assert failing(readiness(facts)) == ()
    assert [finding.code for finding in readiness(facts) if not finding.is_met] == ["hazmat", "weight"]


def unchecked(facts: Facts) -> list[str]:
    found = [finding for finding in readiness(facts) if not finding.is_checked]
    assert not any(finding.is_met or finding.is_blocking for finding in found)
    assert all(finding.cure for finding in found)
    return [finding.code for finding in found]


def test_before_the_asin_was_checked_points_are_not_checked_and_stop_nothing():
    facts = replace(READY, asin_exists=None, amazon_origin="", templates=())
    assert failing(readiness(facts)) == ()
    assert unchecked(facts) == ["asin", "origin_agrees", "template", "restriction", "hazmat"]


def test_what_amazon_does_not_say_is_not_met_but_not_checked():
    assert unchecked(READY) == []
    assert unchecked(replace(READY, amazon_origin="")) == ["origin_agrees"]
    assert unchecked(replace(READY, templates=())) == ["template"]


def test_the_refusal_names_every_failing_point():
    points = failing(readiness(replace(READY, price=None, origin="")))
    refusal = ListingNotReady("RUG", points)
    assert refusal.code == "listing_not_ready"
    assert refusal.sentence.startswith("RUG cannot be listed yet. RUG has no price in GBP")
    assert "has no country of origin" in refusal.sentence
    assert refusal.findings == points
