"""Goods In, Disposal, Transfer and Enquiry: booked once, refused beside the field, the room kept."""

from __future__ import annotations

import pytest

from loadbay.stock.models import Movement
from loadbay.stock.services import dispose, goods_in
from tests.services.goods import a_bundle, a_product, a_room, a_serialised, items, on_hand

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
    assert "No product and no serialised item has this code." in page(
        client.get("/office/stock/enquiry/?code=NOPE")
    )


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


# --- serialised items ---


def test_goods_in_of_a_serialised_product_asks_for_the_number_of_each_item(sign_in):
    a_serialised("SAW")
    client = sign_in("manager")
    given = {"code": "SAW", "units": 2, "room": "SHOP", "reference": "DN-7"}
    asked = client.post("/office/stock/goods-in/", given)
    assert asked.status_code == 422
    assert asked.context["form"].errors["numbers"] == [
        "SAW is serialised. Scan the serial number of each item, one per line."
    ]
    assert list(asked.context["form"].fields) == ["code", "units", "room", "reference", "numbers"]
    assert page(asked).count("autofocus") == 1
    answer = client.post("/office/stock/goods-in/", {**given, "numbers": "SN-1\r\nSN-2\r\n"})
    assert answer.status_code == 302
    assert items("SAW") == {"SN-1": ("in_stock", "SHOP"), "SN-2": ("in_stock", "SHOP")}


def test_goods_in_of_other_products_does_not_speak_of_numbers(sign_in):
    a_product("LAMP")
    client = sign_in("manager")
    assert "numbers" not in client.get("/office/stock/goods-in/?code=LAMP").context["form"].fields
    a_serialised("SAW")
    assert "numbers" in client.get("/office/stock/goods-in/?code=SAW").context["form"].fields


def test_a_scanned_serial_number_is_carried_and_disposed_of_without_typing_it_again(sign_in):
    a_serialised("SAW", "SN-1", "SN-2")
    a_room("LOFT")
    client = sign_in("manager")
    carried = {"code": "SN-1", "units": 1, "source": "SHOP", "target": "LOFT"}
    assert client.post("/office/stock/transfer/", carried).status_code == 302
    gone = {"code": "SN-2", "units": 1, "room": "SHOP", "reason": "Broken"}
    assert client.post("/office/stock/disposal/", gone).status_code == 302
    assert items("SAW") == {"SN-1": ("in_stock", "LOFT"), "SN-2": ("disposed", "")}


def test_a_number_that_is_not_there_is_named_beside_the_numbers(sign_in):
    a_serialised("SAW", "SN-1")
    given = {"code": "SAW", "units": 1, "room": "SHOP", "reason": "Broken", "numbers": "SN-9"}
    answer = sign_in("manager").post("/office/stock/disposal/", given)
    assert answer.status_code == 422
    assert answer.context["form"].errors["numbers"] == [
        "No SAW has the number SN-9. Read the number on the item again."
    ]
    assert ">SN-9</textarea>" in page(answer).replace("\n", "")
    assert on_hand("SAW") == 1


def test_enquiry_leads_a_serial_number_to_its_item(sign_in):
    a_serialised("SAW", "SN/1", "0001")
    a_serialised("DRILL", "0001")
    client = sign_in("manager")
    there = client.get("/office/stock/enquiry/?code=SN/1")["Location"]
    assert there == "/office/product/SAW/stock/?number=SN%2F1"
    answer = client.get(there)
    assert (answer.context["item"].number, answer.context["item"].room) == ("SN/1", "SHOP")
    assert "Booked into SHOP." in page(answer)
    assert "0001 is the number of an item of DRILL and of SAW." in page(
        client.get("/office/stock/enquiry/?code=0001")
    )
    assert client.get("/office/product/SAW/stock/?number=NOPE").status_code == 404


def test_a_product_shows_its_items_with_where_they_went_page_by_page(sign_in):
    numbers = [f"SN-{place:03}" for place in range(55)]
    a_serialised("SAW", *numbers)
    dispose(sku="SAW", room="SHOP", units=1, reason="dropped", numbers=["SN-000"])
    client = sign_in("manager")
    first = client.get("/office/product/SAW/stock/")
    second = client.get(f"/office/product/SAW/stock/?after={first.context['next_key']}")
    shown = [row.number for answer in (first, second) for row in answer.context["items"]]
    assert (shown, second.context["next_key"]) == (numbers[1:], None)
    every = client.get("/office/product/SAW/stock/?items=all")
    assert (every.context["items"][0].state, every.context["items"][0].went) == ("disposed", "dropped")
    assert "dropped" in page(every)


def test_a_product_with_goods_is_serialised_room_by_room(sign_in):
    a_product("SAW", on_hand=2)
    a_room("LOFT")
    goods_in(sku="SAW", room="LOFT", units=1)
    client = sign_in("manager")
    assert list(client.get("/office/product/SAW/serialise/").context["form"].fields) == ["LOFT", "SHOP"]
    wrong = client.post("/office/product/SAW/serialise/", {"SHOP": "SN-1", "LOFT": "SN-3"})
    assert wrong.status_code == 422
    assert (
        wrong.context["form"].errors["SHOP"][0].startswith("2 units of SAW are on hand in SHOP; 1 number was")
    )
    done = client.post("/office/product/SAW/serialise/", {"SHOP": "SN-1\nSN-2", "LOFT": "SN-3"})
    assert done["Location"] == "/office/product/SAW/stock/"
    assert items("SAW") == {
        "SN-1": ("in_stock", "SHOP"),
        "SN-2": ("in_stock", "SHOP"),
        "SN-3": ("in_stock", "LOFT"),
    }


def test_a_product_without_goods_is_serialised_by_one_button(sign_in):
    a_product("SAW")
    client = sign_in("manager")
    assert "no number is needed now" in page(client.get("/office/product/SAW/serialise/"))
    assert client.post("/office/product/SAW/serialise/", {"sure": "yes"}).status_code == 302
    assert "Serialised items" in page(client.get("/office/product/SAW/stock/"))
