"""Goods In, Disposal, Transfer and Enquiry: booked once, refused beside the field, the room kept."""

from __future__ import annotations

import pytest

from loadbay.stock.models import Movement
from loadbay.stock.services import goods_in
from tests.services.goods import a_bundle, a_product, a_room, on_hand

pytestmark = pytest.mark.django_db


def page(answer) -> str:
    return answer.content.decode()


def test_goods_in_are_booked_and_the_room_stays_for_the_next_scan(sign_in):
    a_product("LAMP")
    client = sign_in("manager")
    given = {"code": "LAMP", "units": 3, "room": "SHOP", "reference": "PO-7"}
    answer = client.post("/office/stock/goods-in/", given)
    assert answer["Location"] == "/office/stock/goods-in/?room=SHOP&reference=PO-7"
    assert "LAMP is booked. On hand in SHOP: 0 → 3." in page(client.get(answer["Location"]))
    assert Movement.objects.get().actor == "manager.one"


@pytest.mark.parametrize(
    ("path", "given", "field", "sentence"),
    [
        ("goods-in", {"code": "NOPE", "units": 1, "room": "SHOP"}, "code", "There is no product 'NOPE'"),
        ("goods-in", {"code": "LAMP", "units": 0, "room": "SHOP"}, "units", "greater than or equal to 1"),
        ("goods-in", {"code": "LAMP", "units": 1, "room": "MOON"}, "room", "Select a valid choice"),
        ("goods-in", {"code": "PAIR", "units": 1, "room": "SHOP"}, "code", "soft bundle"),
        (
            "disposal",
            {"code": "LAMP", "units": 9, "room": "SHOP", "reason": "x"},
            "units",
            "only 5 is on hand",
        ),
        ("disposal", {"code": "LAMP", "units": 1, "room": "SHOP", "reason": " "}, "reason", "required"),
        ("transfer", {"code": "LAMP", "units": 9, "source": "SHOP", "target": "LOFT"}, "units", "only 5"),
        ("transfer", {"code": "LAMP", "units": 1, "source": "SHOP", "target": "SHOP"}, "target", "already"),
    ],
)
def test_a_movement_that_cannot_be_is_named_beside_its_field(path, given, field, sentence, sign_in):
    a_product("LAMP", on_hand=5)
    a_room("LOFT")
    a_bundle("PAIR", contents={"LAMP": 2})
    answer = sign_in("manager").post(f"/office/stock/{path}/", given)
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field][0]
    assert 'aria-invalid="true"' in page(answer)
    assert (on_hand("LAMP"), Movement.objects.count()) == (5, 1)


def test_without_a_stock_room_the_page_says_what_to_do_first(sign_in):
    assert "Goods lie in a stock room. Add the first one" in page(
        sign_in("manager").get("/office/stock/goods-in/")
    )


def test_enquiry_leads_a_scanned_code_to_its_product(sign_in):
    a_product("LAMP", on_hand=5)
    client = sign_in("manager")
    assert client.get("/office/stock/enquiry/?code=LAMP")["Location"] == "/office/product/LAMP/stock/"
    assert "No product has this code." in page(client.get("/office/stock/enquiry/?code=NOPE"))


def test_enquiry_never_cuts_a_product_between_two_pages(sign_in):
    a_room("LOFT")
    for number in range(31):
        a_product(f"P-{number:02}", on_hand=1)
        goods_in(sku=f"P-{number:02}", room="LOFT", units=1)
    client = sign_in("manager")
    first = client.get("/office/stock/enquiry/")
    second = client.get(f"/office/stock/enquiry/?after={first.context['next_key']}")
    rows = [(row.sku, row.room) for answer in (first, second) for row in answer.context["rows"]]
    assert len(rows) == len(set(rows)) == 62
    assert second.context["next_key"] is None


def test_a_product_shows_its_rooms_and_its_ledger(sign_in):
    a_product("LAMP", on_hand=5)
    answer = sign_in("manager").get("/office/product/LAMP/stock/")
    assert [(line.kind, line.units) for line in answer.context["movements"]] == [("goods_in", 5)]
    assert answer.context["stock"].free == 5
