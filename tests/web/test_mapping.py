"""Related > Setup > Customers, Items, Tax, Locations: forms are obeyed, a refusal stands beside its field."""

from __future__ import annotations

import pytest

from loadbay.channels.definition_rules import TaxLine
from loadbay.channels.item_rules import ItemLine
from loadbay.channels.mapping_queries import behaviours, buyers, items, tax
from loadbay.channels.models import KnownBuyer
from loadbay.channels.services.items import save_items
from loadbay.parties.models import Customer

pytestmark = pytest.mark.django_db
SETUP = "/office/sales-channel/UK/setup/"
MAPPED = {"code_type": "sku", "external_id": "OLD", "kind": "item", "number": "RUG"}


def page(answer) -> str:
    return answer.content.decode()


def test_every_page_of_the_setup_is_one_click_from_the_channel(shop, sign_in):
    card = page(sign_in("manager").get("/office/sales-channel/UK/"))
    for name in ("items", "customers", "tax", "locations", "order-status-matrix"):
        assert f'href="{SETUP}{name}/"' in card


def test_a_code_is_mapped_listed_and_removed(shop, sign_in):
    client = sign_in("manager")
    assert "No code is mapped" in page(client.get(f"{SETUP}items/"))
    answer = client.post(f"{SETUP}items/map/", MAPPED, follow=True)
    assert "SKU OLD: not mapped → Item RUG." in page(answer)
    assert [(row.external_id, row.number) for row in items("UK")] == [("OLD", "RUG")]
    gone = client.post(f"{SETUP}items/remove/", {"code_type": "sku", "external_id": "OLD"}, follow=True)
    assert "SKU OLD removed" in page(gone)
    assert items("UK") == ()


def test_a_code_that_waits_is_marked_and_fills_the_form(shop, sign_in):
    save_items("UK", [ItemLine("sku", "A/B & C")])
    client = sign_in("manager")
    shown = page(client.get(f"{SETUP}items/"))
    assert "Not mapped" in shown
    assert "external_id=A%2FB%20%26%20C#map" in shown
    assert 'value="A/B &amp; C"' in page(
        client.get(f"{SETUP}items/?code_type=sku&external_id=A%2FB%20%26%20C")
    )
    assert "No such code" in page(client.get(f"{SETUP}items/?search=nothing"))


def test_a_code_that_cannot_be_mapped_says_why_beside_its_field(shop, sign_in):
    answer = sign_in("manager").post(f"{SETUP}items/map/", MAPPED | {"number": "NOBODY"})
    assert answer.status_code == 422
    assert 'id="id_number_error"' in page(answer)
    assert "NOBODY of SKU OLD is no product" in page(answer)
    assert items("UK") == ()


def test_what_is_done_with_guests_is_changed_and_refused_beside_its_field(shop, sign_in):
    Customer.objects.create(code="AMAZON-UK", name="Amazon")
    client = sign_in("manager")
    sent = {"guest-behaviour": "sales_channel", "guest-customer": "amazon-uk"}
    answer = client.post(f"{SETUP}customers/guest/", sent, follow=True)
    assert "Guest customers: Auto Create AMZ-{order_id} → Sales Channel AMAZON-UK." in page(answer)
    assert [line.behaviour for line in behaviours("UK")] == ["auto_create", "sales_channel"]
    wrong = client.post(f"{SETUP}customers/new/", {"new-behaviour": "auto_create", "new-code_pattern": "X"})
    assert wrong.status_code == 422
    assert 'id="id_new-code_pattern_error"' in page(wrong)
    assert client.post(f"{SETUP}customers/old/", sent).status_code == 404


def test_a_person_picks_the_customer_of_a_buyer_and_forgets_the_pick(shop, sign_in):
    Customer.objects.create(code="JONES", name="Jones")
    KnownBuyer.objects.create(channel=shop.channel, identity="order:026-1", order_id="026-1")
    client = sign_in("manager")
    assert "Customer of order 026-1" in page(client.get(f"{SETUP}customers/"))
    wrong = client.post(f"{SETUP}customers/pick/", {"identity": "order:026-1", "customer": "X"}, follow=True)
    assert "X is no customer" in page(wrong)
    client.post(f"{SETUP}customers/pick/", {"identity": "order:026-1", "customer": "jones"})
    assert [row.customer for row in buyers("UK")] == ["JONES"]
    client.post(f"{SETUP}customers/forget/", {"identity": "order:026-1"})
    assert buyers("UK") == ()


def test_tax_is_changed_and_refused_beside_its_field(shop, sign_in):
    client = sign_in("manager")
    wrong = client.post(f"{SETUP}tax/change/", {"shown": "one_line"})
    assert (wrong.status_code, 'id="id_account_error"' in page(wrong)) == (422, True)
    sent = {"shown": "one_line", "account": "2200", "leaves_out_collected": "on"}
    assert "as one line (2200)" in page(client.post(f"{SETUP}tax/change/", sent, follow=True))
    assert tax("UK") == TaxLine("one_line", "2200", leaves_out_collected=True)
    assert "Nothing was changed." in page(client.post(f"{SETUP}tax/change/", sent, follow=True))


def test_locations_are_the_rooms_of_the_channel(shop, sign_in):
    assert 'name="location-SHOP" value="LBAY"' in page(sign_in("manager").get(f"{SETUP}locations/"))


@pytest.mark.parametrize("name", ["items", "customers", "tax", "locations"])
def test_a_page_of_the_setup_asks_at_most_a_dozen_questions(
    name, shop, sign_in, django_assert_max_num_queries
):
    client = sign_in("manager")
    client.get(f"{SETUP}{name}/")
    with django_assert_max_num_queries(14):
        assert client.get(f"{SETUP}{name}/").status_code == 200
