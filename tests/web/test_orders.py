"""Sales > Channel orders: the list, actions confirmed with their count, and the page of one order."""

from __future__ import annotations

import pytest

from loadbay.core.clock import SystemClock
from loadbay.journal.rules import Conversation
from loadbay.journal.services import record_exchange
from loadbay.orders.models import Sale, Shipment, Work
from tests.builders import Shop, a_field_call

pytestmark = pytest.mark.django_db


def page(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def three(shop: Shop) -> Shop:
    for _ in range(3):
        shop.buys("RUG")
    shop.imports()
    return shop


def numbers() -> list[str]:
    return list(Shipment.objects.order_by("id").values_list("shipment_id", flat=True))


def confirmed(client, **fields: object) -> str:
    shown = client.post("/office/orders/confirm/", fields)
    assert shown.status_code == 200
    return page(shown)


def test_ticked_orders_are_confirmed_with_their_count_and_archived(three, sign_in):
    client, (first, second, third) = sign_in("manager"), numbers()
    assert third in page(client.get("/office/orders/"))
    shown = client.post("/office/orders/confirm/", {"act": "archive", "shipment": [first, second]})
    assert "Archive: 2 orders" in page(shown)
    assert not Shipment.objects.filter(archived_at__isnull=False).exists()
    asked = {"act": "archive", "filter": shown.context["filter"], "back": "orders"}
    said = page(client.post("/office/orders/act/", asked, follow=True))
    assert "Archive: done for 2 orders." in said
    assert first not in page(client.get("/office/orders/"))
    assert first in page(client.get(f"/office/orders/?numbers={first}"))
    assert first in page(client.get("/office/orders/?archived=yes"))


def test_all_that_fit_the_filter_of_the_sales_list_are_counted(three, sign_in):
    client = sign_in("manager")
    listed = client.get("/office/sales/?order_status=Released")
    assert "All that fit the filter" in page(listed)
    fields = {"act": "archive", "all": "yes", "filter": listed.context["filter"], "back": "sales"}
    assert "Archive: 3 orders" in confirmed(client, **fields)
    answer = client.post("/office/orders/act/", fields, follow=True)
    assert answer.redirect_chain[-1][0] == "/office/sales/"
    assert "No sale yet" in page(answer)
    assert Sale.objects.first().number in page(client.get("/office/sales/?archived=yes"))


def test_what_asks_amazon_for_many_is_long_work_that_is_watched(three, sign_in):
    client = sign_in("manager")
    shown = client.post("/office/orders/confirm/", {"act": "update-status", "all": "yes"})
    assert "Amazon is asked for each of them" in page(shown)
    answer = client.post(
        "/office/orders/act/", {"act": "update-status", "filter": shown.context["filter"]}, follow=True
    )
    work = Work.objects.get()
    assert answer.redirect_chain[-1][0] == f"/office/work/{work.pk}/"
    assert "Update status: 3 orders" in page(answer)
    assert "0 of 3 done" in page(answer)


def test_ignoring_asks_why_and_passes_over_what_is_sold(three, sign_in):
    client, (first, *_) = sign_in("manager"), numbers()
    shown = client.post("/office/orders/confirm/", {"act": "ignore", "shipment": first})
    assert "Why they are ignored" in page(shown)
    asked = {"act": "ignore", "filter": shown.context["filter"]}
    without = page(client.post("/office/orders/act/", asked, follow=True))
    assert "Say why the orders are to be ignored" in without
    sold = page(client.post("/office/orders/act/", {**asked, "reason": "A test"}, follow=True))
    assert "decline or cancel that instead" in sold


def test_nothing_chosen_is_told(three, sign_in):
    client = sign_in("manager")
    for fields in ({"act": "archive"}, {"act": "fly", "all": "yes"}):
        said = page(client.post("/office/orders/confirm/", fields, follow=True))
        assert "Choose orders, or all that fit the filter, and what to do with them." in said


def test_a_day_that_is_none_is_told_and_nothing_is_done(three, sign_in):
    client = sign_in("manager")
    assert client.get("/office/orders/?before=yesterday").status_code == 422
    answer = client.post("/office/orders/act/", {"act": "archive", "filter": "before=yesterday"})
    assert (answer.status_code, Shipment.objects.filter(archived_at__isnull=False).count()) == (302, 0)


def test_the_page_of_an_order_shows_its_parts_and_what_happened_with_its_exchanges(shop, sign_in):
    call = a_field_call(shop)
    sale = Sale.objects.get()
    order = sale.shipment.order.order_id
    number = record_exchange(
        Conversation(
            system="amazon",
            connection="UK-seller",
            operation="processShipment",
            method="POST",
            target="/shipments/1",
            outcome="unclear",
            sentence="The answer was lost.",
            subjects=(f"shipment:{sale.shipment.shipment_id}",),
            started_at=SystemClock().now(),
            milliseconds=12,
        )
    )
    client = sign_in("manager")
    for name in (order, sale.number, sale.shipment.shipment_id):
        shown = page(client.get(f"/office/order/{name}/"))
        assert f"Built from shipment {sale.shipment.shipment_id}." in shown
        assert f'href="/office/field-call/{call.number}/"' in shown
        assert "processShipment: The answer was lost." in shown
        assert f'href="/office/exchanges/{number}/"' in shown
    assert f"/office/order/{order}/" in page(client.get(f"/office/sale/{sale.number}/"))
    assert client.get("/office/order/123-0/").status_code == 404


def test_the_page_of_an_order_says_what_it_replaces_and_its_programs_where_there_are_any(shop, sign_in):
    sale = a_field_call(shop).sale
    client = sign_in("manager")
    address = f"/office/order/{sale.number}/"
    assert "Replaces" not in page(client.get(address))
    Shipment.objects.update(replaces="026-1-7", programs=["AMAZON_BUSINESS", "PRIME"])
    shown = page(client.get(address))
    assert 'Replaces <span class="mono">026-1-7</span>' in shown
    assert '<span class="sub">AMAZON_BUSINESS, PRIME</span>' in shown


def test_an_action_on_an_order_comes_back_to_its_page(three, sign_in):
    client = sign_in("manager")
    order = Sale.objects.first().shipment.order.order_id
    shown = client.get(f"/office/order/{order}/")
    asked = {"act": "archive", "filter": shown.context["filter"], "back": f"order:{order}"}
    answer = client.post("/office/orders/act/", asked, follow=True)
    assert answer.redirect_chain[-1][0] == f"/office/order/{order}/"
    assert "archived" in page(answer)
