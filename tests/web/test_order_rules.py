"""Sales > Order rules: tried before they are saved, refused beside their field, released one or all."""

from __future__ import annotations

import pytest

from loadbay.orders.models import OrderRule, Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import staging
from tests.builders import Shop, a_shipment

pytestmark = pytest.mark.django_db
RULE = {
    "channel": "UK",
    "name": "Big",
    "action": "hold",
    "reason": "Call them first.",
    "field_1": "units",
    "comparison_1": "at-least",
    "value_1": "2",
}


def page(answer) -> str:
    return answer.content.decode()


def arrives(shop: Shop, *numbers: str) -> None:
    seen = tuple(a_shipment(number, at=shop.clock.now()).of(("RUG", 2)).seen for number in numbers)
    staging.stage_page(shop.connection, ShipmentPage(seen, (), None))
    shop.builds()


def test_a_rule_is_tried_on_past_orders_and_then_saved(shop, sign_in):
    arrives(shop, "1")
    client = sign_in("manager")
    assert "No rule yet" in page(client.get("/office/order-rules/"))
    tried = page(client.post("/office/order-rules/new/", {**RULE, "do": "try"}))
    assert "Units is at least 2: it would hold 1 of 1 order. Nothing was changed." in tried
    assert "SHP-1" in tried
    assert not OrderRule.objects.exists()
    saved = page(client.post("/office/order-rules/new/", {**RULE, "do": "save"}, follow=True))
    assert "Big is asked of every order that becomes a sale from now on." in saved
    shown = page(client.get("/office/order-rules/"))
    assert "Units is at least 2" in shown
    assert "Insufficient stock" in shown


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "Give the rule a name"),
        ({"value_1": "many"}, "value_1", "&#x27;many&#x27; is none"),
        ({"comparison_1": "contains"}, "value_1", "Units cannot be asked with contains"),
        ({"field_1": "", "value_1": ""}, "value_1", "A rule has at least one condition"),
        ({"field_1": ""}, "value_1", "is no field of an order"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(change, field, words, shop, sign_in):
    answer = sign_in("manager").post("/office/order-rules/new/", {**RULE, **change, "do": "save"})
    assert answer.status_code == 422
    assert words in page(answer)
    assert list(answer.context["form"].errors) == [field]
    assert not OrderRule.objects.exists()


def test_one_is_released_and_then_all(shop, sign_in):
    client = sign_in("manager")
    client.post("/office/order-rules/new/", {**RULE, "do": "save"})
    arrives(shop, "1", "2", "3")
    number = OrderRule.objects.get().pk
    shown = page(client.get(f"/office/order-rule/{number}/"))
    assert "3 orders" in shown
    assert f"/office/order-rule/{number}/" in page(client.get("/office/tasks/"))
    one = client.post(f"/office/order-rule/{number}/release/", {"shipment": "SHP-2"}, follow=True)
    assert "SHP-2 goes on" in page(one)
    shop.builds()
    assert Sale.objects.get().shipment.shipment_id == "SHP-2"
    client.post(f"/office/order-rule/{number}/release/")
    shop.builds()
    assert Sale.objects.count() == 3
    again = page(client.post(f"/office/order-rule/{number}/release/", follow=True))
    assert "The order rule Big does not hold anything any more." in again


def test_a_sale_that_a_rule_flagged_says_so(shop, sign_in):
    client = sign_in("manager")
    client.post("/office/order-rules/new/", {**RULE, "action": "flag", "do": "save"})
    arrives(shop, "1")
    number = Sale.objects.get().number
    assert "Big: Call them first" in page(client.get(f"/office/sale/{number}/"))
    assert "Flag Big: Call them first" in page(client.get("/office/orders/?flagged=yes"))


def test_a_removed_rule_is_gone_and_lets_go(shop, sign_in):
    client = sign_in("manager")
    client.post("/office/order-rules/new/", {**RULE, "do": "save"})
    arrives(shop, "1")
    number = OrderRule.objects.get().pk
    assert "The rule is removed." in page(client.post(f"/office/order-rule/{number}/remove/", follow=True))
    assert Shipment.objects.get().building == "staged"
    assert client.get(f"/office/order-rule/{number}/").status_code == 404


def test_a_rule_is_changed_in_the_form_it_was_made_in(shop, sign_in):
    client = sign_in("manager")
    client.post("/office/order-rules/new/", {**RULE, "do": "save"})
    arrives(shop, "1")
    number = OrderRule.objects.get().pk
    address = f"/office/order-rule/{number}/change/"
    shown = client.get(address)
    assert [field.value() for field in shown.context["form"].rows()[0]] == ["units", "at-least", "2"]
    tried = page(client.post(address, {**RULE, "value_1": "9", "do": "try"}))
    assert "Units is at least 9: it would hold 0 of 1 order. Nothing was changed." in tried
    saved = page(client.post(address, {**RULE, "value_1": "9", "do": "save"}, follow=True))
    assert "Big is changed. What it held is looked at anew." in saved
    assert "It holds nothing" in saved
    shop.builds()
    assert Sale.objects.count() == 1
