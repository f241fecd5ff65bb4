"""Templates are found before the first order: the list is kept, what listings name in vain is a task."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loadbay.core.errors import Misconfigured, Retryable
from loadbay.inbox.queries import open_tasks
from loadbay.journal.queries import timeline
from loadbay.listings import readers, services
from loadbay.listings.models import Listing, ShippingTemplate
from loadbay.listings.readiness import ListingNotReady
from loadbay.listings.services.life import record_delisted
from loadbay.listings.services.templates import MISSING
from loadbay.listings.template_queries import shipping_templates
from loadbay.listings.template_rules import Retrieved
from tests.services.goods import Amazon, a_channel, a_linked_listing, a_product, wanted

pytestmark = pytest.mark.django_db
BOTH = ("Standard delivery", "Heavy goods")


@pytest.fixture
def amazon() -> Amazon:
    amazon = Amazon()
    amazon.offers()
    return amazon


@pytest.fixture(autouse=True)
def channel():
    made = a_channel()
    for sku in ("LAMP", "RUG"):
        a_product(sku, on_hand=5, price="12.99")
    return made


@pytest.fixture
def retrieve(amazon, channel):
    def ask(*names: str) -> Retrieved:
        """Amazon offers these; an hour later than the last time."""
        amazon.clock.advance(timedelta(hours=1).total_seconds())
        amazon.catalogue.template_names = names
        return readers.retrieve_templates(channel.pk, desk=amazon.catalogue, clock=amazon.clock)

    return ask


def missing() -> list[str]:
    return [task.matter for task in open_tasks(kind=MISSING)]


def template_point(sku: str):
    return next(point for point in services.readiness_of(sku, "UK") if point.code == "template")


def test_the_list_is_kept_with_when_each_was_seen_and_twice_is_once(retrieve, amazon):
    assert retrieve(*BOTH).added == BOTH
    seen_at = amazon.clock.now()
    again = retrieve(*BOTH)
    assert (again.offered, again.changes) == (BOTH, ())
    rows = ShippingTemplate.objects.order_by("name").values_list("name", "last_seen_at", "gone_since")
    assert list(rows) == [(name, seen_at + timedelta(hours=1), None) for name in sorted(BOTH)]
    assert [line.text for line in timeline("channel:UK") if "templates" in line.text] == [
        "Shipping templates new: Standard delivery, Heavy goods."
    ]


def test_one_that_is_gone_is_kept_with_its_day_and_comes_back(retrieve, amazon):
    retrieve(*BOTH)
    assert retrieve("Standard delivery").gone == ("Heavy goods",)
    gone_at = amazon.clock.now()
    retrieve("Standard delivery")
    row = ShippingTemplate.objects.get(name="Heavy goods")
    assert (row.gone_since, row.last_seen_at) == (gone_at, gone_at - timedelta(hours=1))
    assert retrieve(*BOTH).returned == ("Heavy goods",)
    assert ShippingTemplate.objects.get(name="Heavy goods").gone_since is None


@pytest.mark.parametrize("trouble", [Retryable("no list"), Misconfigured("no role", fault="role")])
def test_trouble_leaves_what_is_known(retrieve, amazon, trouble):
    retrieve(*BOTH)
    amazon.marketplace.troubles.next("offered_templates", trouble)
    with pytest.raises(type(trouble)):
        retrieve()
    assert [row.is_offered for row in shipping_templates("UK")] == [True, True]
    assert missing() == []


def test_many_listings_of_one_missing_template_are_one_task_that_closes_by_itself(retrieve):
    for sku in ("RUG", "LAMP"):
        a_linked_listing(sku)
    retrieve(*BOTH)
    assert missing() == []
    retrieve("Heavy goods")
    retrieve("Heavy goods")
    (task,) = open_tasks(kind=MISSING)
    assert task.sentence == (
        "Amazon no longer offers shipping template 'Standard delivery' on UK. 2 listings name it: LAMP, RUG."
    )
    assert "Amazon screen of each listing (Heavy goods)" in task.cure
    assert (task.link, task.cause, task.times) == (
        "/office/sales-channel/UK/setup/shipping-templates/",
        "mapping",
        1,
    )
    assert task.subjects == ("listing:UK:LAMP", "listing:UK:RUG")
    retrieve(*BOTH)
    assert missing() == []


def test_each_missing_template_has_a_task_of_its_own(retrieve):
    a_linked_listing("RUG")
    services.add_listing(replace(wanted("LAMP"), shipping_template="Fast"))
    retrieve("Heavy goods")
    assert sorted(missing()) == ["Fast on UK", "Standard delivery on UK"]
    sentences = {task.sentence for task in open_tasks(kind=MISSING)}
    assert "Amazon offers no shipping template 'Fast' on UK. The listing of LAMP names it." in sentences
    assert retrieve("Heavy goods", "Fast").added == ("Fast",)
    assert missing() == ["Standard delivery on UK"]


def test_one_made_anew_in_seller_central_under_another_id_settles_it(retrieve, amazon):
    a_linked_listing("RUG")
    retrieve(*BOTH)
    retrieve("Heavy goods")
    assert missing() == ["Standard delivery on UK"]
    amazon.catalogue.template_ids = {"Standard delivery": "made anew"}
    retrieve(*BOTH)
    assert missing() == []
    row = next(row for row in shipping_templates("UK") if row.id == "made anew")
    assert (row.is_offered, row.listings) == (True, 1)
    old = next(row for row in shipping_templates("UK") if row.id == "Standard delivery")
    assert (old.is_offered, old.listings) == (False, 0)


def test_a_renamed_template_is_missed_under_its_old_name(retrieve, amazon):
    a_linked_listing("RUG")
    amazon.catalogue.template_ids = {"Standard delivery": "9f-1", "Standard UK": "9f-1"}
    retrieve(*BOTH)
    assert retrieve("Standard UK", "Heavy goods").renamed == ("Standard delivery → Standard UK",)
    assert missing() == ["Standard delivery on UK"]
    assert retrieve(*BOTH).renamed == ("Standard UK → Standard delivery",)
    assert missing() == []


def test_a_listing_may_name_a_template_by_amazons_id_as_amazon_takes_it(retrieve, amazon):
    services.add_listing(replace(wanted("RUG"), shipping_template="9f-1"))
    amazon.catalogue.template_ids = {"Standard delivery": "9f-1"}
    retrieve(*BOTH)
    assert (missing(), template_point("RUG").is_met) == ([], True)
    assert [(row.name, row.listings) for row in shipping_templates("UK")] == [
        ("Heavy goods", 0),
        ("Standard delivery", 1),
    ]


def test_one_that_is_gone_is_counted_with_the_listings_that_name_it_by_its_id(retrieve, amazon):
    services.add_listing(replace(wanted("RUG"), shipping_template="9f-1"))
    amazon.catalogue.template_ids = {"Standard delivery": "9f-1"}
    retrieve(*BOTH)
    retrieve("Heavy goods")
    assert [(row.name, row.is_offered, row.listings) for row in shipping_templates("UK")] == [
        ("Standard delivery", False, 1),
        ("Heavy goods", True, 0),
    ]


def test_a_listing_that_changes_its_template_settles_the_task_at_once(retrieve):
    a_linked_listing("RUG")
    retrieve("Heavy goods")
    assert missing() == ["Standard delivery on UK"]
    services.update_listing(replace(services.fields_of("RUG", "UK"), shipping_template="Heavy goods"))
    assert missing() == []


def test_a_listing_taken_off_amazon_asks_for_no_template(retrieve, amazon):
    listing_id = a_linked_listing("RUG")
    retrieve("Heavy goods")
    record_delisted(listing_id, now=amazon.clock.now())
    assert missing() == []
    retrieve("Heavy goods")
    assert (missing(), [row.listings for row in shipping_templates("UK")]) == ([], [0])


def test_readiness_says_which_are_offered_and_that_one_is_gone(retrieve):
    a_linked_listing("RUG")
    assert not template_point("RUG").is_checked
    retrieve(*BOTH)
    assert template_point("RUG").sentence == "Shipping template Standard delivery is one of yours."
    retrieve("Heavy goods")
    point = template_point("RUG")
    assert (point.is_met, point.is_blocking, point.is_checked) == (False, True, True)
    assert point.sentence == "Amazon no longer offers shipping template 'Standard delivery' on UK."
    assert point.cure == "Choose one of: Heavy goods."
    retrieve()
    assert template_point("RUG").cure == "Name one that Seller Central has."


def test_a_new_listing_takes_a_template_of_the_list_without_a_check_of_its_asin(retrieve):
    retrieve(*BOTH)
    with pytest.raises(ListingNotReady, match="Amazon offers no shipping template 'Fast' on UK") as refused:
        services.add_listing(replace(wanted("RUG"), shipping_template="Fast"))
    assert refused.value.code == "listing_not_ready"
    assert not Listing.objects.exists()
    services.add_listing(wanted("RUG"))
    assert Listing.objects.get().shipping_template == "Standard delivery"


def test_while_amazon_was_not_asked_a_typed_name_is_taken_as_it_is():
    services.add_listing(replace(wanted("RUG"), shipping_template="Fast"))
    assert (template_point("RUG").is_checked, missing()) == (False, [])


def test_a_check_of_the_asin_that_is_later_than_the_list_knows_what_was_made_since(retrieve, amazon):
    retrieve(*BOTH)
    amazon.clock.advance(60)
    amazon.catalogue.template_names = (*BOTH, "Express")
    found = readers.check_asin("B0EXAMPLE1", condition="new", desk=amazon.catalogue, clock=amazon.clock)
    services.add_listing(replace(wanted("RUG"), shipping_template="Express", checked=found))
    assert template_point("RUG").is_met


def test_what_is_named_in_vain_stands_first(retrieve):
    a_linked_listing("RUG")
    retrieve(*BOTH, "Old")
    retrieve("Heavy goods")
    rows = [(row.name, row.is_offered, row.listings) for row in shipping_templates("uk")]
    assert rows == [("Standard delivery", False, 1), ("Heavy goods", True, 0), ("Old", False, 0)]
