"""What Amazon's list of shipping templates means, and what is said of a template that is not on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loadbay.listings.ports import OfferedTemplate
from loadbay.listings.template_rules import (
    KnownTemplate,
    KnownTemplates,
    Retrieved,
    Standing,
    compare,
    concerned,
    cure_words,
    missing_words,
    template_choices,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KNOWN = KnownTemplates(
    (
        KnownTemplate("id-1", "Standard", NOON),
        KnownTemplate("id-2", "Heavy", NOON - HOUR, gone_since=NOON),
    )
)


def test_what_is_new_back_renamed_and_gone_is_told_apart_by_amazons_id():
    seen = [OfferedTemplate("id-2", "Heavy"), OfferedTemplate("id-3", "Express")]
    assert compare(KNOWN, seen) == Retrieved(
        offered=("Heavy", "Express"), added=("Express",), returned=("Heavy",), gone=("Standard",)
    )
    renamed = compare(KNOWN, [OfferedTemplate("id-1", "Standard UK")])
    assert renamed == Retrieved(offered=("Standard UK",), renamed=("Standard → Standard UK",))
    assert renamed.changes == ("Shipping templates renamed: Standard → Standard UK.",)


def test_the_same_list_again_changes_nothing():
    same = compare(KNOWN, [OfferedTemplate("id-1", "Standard")])
    assert (same.offered, same.changes) == (("Standard",), ())


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Standard", Standing.OFFERED),
        ("id-1", Standing.OFFERED),
        ("Heavy", Standing.GONE),
        ("id-2", Standing.GONE),
        ("standard", Standing.NEVER_SEEN),
    ],
)
def test_a_listing_names_a_template_by_its_name_or_amazons_id(text: str, standing: Standing):
    assert KNOWN.standing(text) is standing
    assert KnownTemplates().standing(text) is Standing.UNKNOWN


def test_a_template_made_anew_under_its_old_name_is_offered():
    anew = KnownTemplates((*KNOWN.rows, KnownTemplate("id-9", "Heavy", NOON)))
    assert (anew.standing("Heavy"), anew.offered) == (Standing.OFFERED, ("Standard", "Heavy"))


def test_an_older_check_of_the_asin_brings_no_template_back_and_a_later_one_adds_to_the_list():
    def seen(at: datetime) -> dict[str, object]:
        return {"templates": ["Heavy", "Express"], "at": at.isoformat()}

    assert template_choices(KNOWN, seen(NOON - HOUR)) == ("Standard",)
    assert template_choices(KNOWN, seen(NOON + HOUR)) == ("Standard", "Heavy", "Express")
    assert template_choices(KNOWN, {}) == ("Standard",)
    assert template_choices(KnownTemplates(), seen(NOON)) == ("Heavy", "Express")


def test_the_words_name_the_template_the_listings_and_the_way_out():
    assert missing_words("Heavy", "UK", standing=Standing.GONE) == (
        "Amazon no longer offers shipping template 'Heavy' on UK."
    )
    assert missing_words("Hevy", "UK", standing=Standing.NEVER_SEEN) == (
        "Amazon offers no shipping template 'Hevy' on UK."
    )
    assert concerned(["MUG"], count=1) == "The listing of MUG names it."
    assert concerned(["A", "B"], count=2) == "2 listings name it: A, B."
    assert concerned(list("ABCDEFG"), count=700) == "700 listings name it: A, B, C, D, E and 695 others."
    assert cure_words(["Standard"]).startswith(
        "Choose another on the Amazon screen of each listing (Standard)"
    )
    assert cure_words([]).startswith("Make another in Seller Central, or make it again")
