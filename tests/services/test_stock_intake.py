"""Product files: all of it or nothing, and their goods once."""

from __future__ import annotations

import pytest

from loadbay.catalogue.models import Product, RetailPrice
from loadbay.catalogue.queries import product_card
from loadbay.stock.intake import SheetHasFaults, SheetImportedAlready, import_products
from loadbay.stock.models import Level
from tests.services.goods import a_bundle, a_product, a_room, a_serialised, items, movements, on_hand

pytestmark = pytest.mark.django_db
HEAD = "sku,name,barcode,price,currency,quantity,room\n"
FILE = (HEAD + "RUG,Wool rug,5012345678900,12.99,GBP,4,SHOP\nLAMP,Lamp,,,,,\n").encode()


def test_a_preview_says_what_would_happen_and_does_nothing():
    a_room("SHOP")
    report = import_products(FILE, apply=False)
    assert (report.is_applied, report.created, report.prices, report.units) == (False, 2, 1, 4)
    assert report.faults == ()
    assert not Product.objects.exists()


def test_a_file_brings_products_prices_and_goods():
    a_room("SHOP")
    report = import_products(FILE, apply=True)
    assert (report.created, report.updated, report.prices, report.units) == (2, 0, 1, 4)
    card = product_card("RUG")
    assert (card.name, card.barcodes, str(card.prices[0].price)) == (
        "Wool rug",
        ("5012345678900",),
        "12.99 GBP",
    )
    assert on_hand("RUG") == 4


def test_one_bad_row_stops_the_whole_file_and_is_named():
    a_room("SHOP")
    with pytest.raises(SheetHasFaults) as refused:
        import_products(FILE + b"PAN,Pan,123,x,GBP,-1,SHOP\n", apply=True)
    assert refused.value.code == "sheet_has_faults"
    assert "Row 4, quantity '-1'" in refused.value.sentence
    assert [fault.column for fault in refused.value.faults] == ["quantity"]
    assert not Product.objects.exists()
    assert not RetailPrice.objects.exists()


def test_columns_that_a_file_lacks_stay_as_they_are():
    a_product("RUG", on_hand=3)
    report = import_products(b"sku,name\nRUG,New name\n", apply=True)
    assert (report.created, report.updated) == (0, 1)
    card = product_card("RUG")
    assert (card.name, card.weight_g) == ("New name", 900)
    assert on_hand("RUG") == 3


def test_the_same_file_twice_does_not_bring_the_goods_twice():
    a_room("SHOP")
    import_products(FILE, apply=True)
    with pytest.raises(SheetImportedAlready, match="its quantities are booked in"):
        import_products(FILE, apply=True)
    assert movements("RUG") == [("goods_in", "SHOP", 4)]


def test_what_only_the_shop_knows_is_named_by_row_too():
    a_product("CUP")
    a_bundle("SET", contents={"CUP": 2})
    import_products(b"sku,name,barcode\nOTHER,Other,5012345678900\n", apply=True)
    text = HEAD + "RUG,Rug,5012345678900,,,,\nSET,Set,,,,2,SHOP\nPAN,Pan,,,,1,NOWHERE\n"
    report = import_products(text.encode(), apply=False)
    assert [(fault.row, fault.column) for fault in report.faults] == [
        (2, "barcode"),
        (3, "quantity"),
        (4, "room"),
    ]
    assert "belongs to OTHER already" in report.faults[0].cure
    assert "Known rooms: SHOP" in report.faults[2].cure


def test_five_thousand_products_come_in_with_a_handful_of_statements(django_assert_max_num_queries):
    a_room("SHOP")
    rows = "".join(f"SKU-{n:05},Thing {n},,{n % 50 + 1}.50,GBP,{n % 9 + 1},SHOP\n" for n in range(5000))
    with django_assert_max_num_queries(60):
        report = import_products((HEAD + rows).encode(), apply=True)
    assert (report.created, report.prices) == (5000, 5000)
    assert on_hand("SKU-04999") == 4999 % 9 + 1


def test_the_preview_of_a_file_that_is_booked_in_says_so():
    a_room("SHOP")
    import_products(FILE, apply=True)
    with pytest.raises(SheetImportedAlready, match="its quantities are booked in"):
        import_products(FILE, apply=False)
    assert on_hand("RUG") == 4


ITEMS = "sku,name,serialised,quantity,room,serial_numbers\n"


def test_serialised_products_come_in_with_their_numbers():
    a_room("SHOP")
    report = import_products((ITEMS + "SAW,Saw,yes,2,SHOP,SN-1 | SN-2\n").encode(), apply=True)
    assert (report.units, on_hand("SAW")) == (2, 2)
    assert items("SAW") == {"SN-1": ("in_stock", "SHOP"), "SN-2": ("in_stock", "SHOP")}


def test_each_number_that_cannot_be_booked_in_is_named_by_its_row():
    a_serialised("DRILL", "DR-1")
    a_product("RUG")
    a_product("LAMP", on_hand=1)
    text = ITEMS + (
        "SAW,Saw,yes,2,SHOP,SN-1\n"
        "DRILL,Drill,yes,1,SHOP,DR-1\n"
        "RUG,Rug,no,1,SHOP,SN-4\n"
        "LAMP,Lamp,yes,,,\n"
        "PAN,Pan,yes,1,SHOP,RUG\n"
        "PEN,Pen,yes,2,SHOP,P-1|P-1\n"
        "POT,Pot,yes,1,SHOP,\n"
    )
    report = import_products(text.encode(), apply=False)
    assert [(fault.row, fault.column, fault.cure.partition(".")[0]) for fault in report.faults] == [
        (2, "serial_numbers", "1 number was given for 2 units of SAW, the last was SN-1"),
        (3, "serial_numbers", "DR-1 of DRILL is in SHOP already"),
        (4, "serial_numbers", "RUG is not serialised, so SN-4 cannot be kept"),
        (5, "serialised", "LAMP has 1 units on hand and 0 promised"),
        (6, "serial_numbers", "RUG is a code of the product RUG, so it cannot be a serial number"),
        (7, "serial_numbers", "P-1 was given twice"),
        (8, "serial_numbers", "POT is serialised"),
    ]
    with pytest.raises(SheetHasFaults):
        import_products(text.encode(), apply=True)
    assert items("DRILL") == {"DR-1": ("in_stock", "SHOP")}


def test_a_number_that_is_a_code_of_the_same_file_is_named_in_the_preview_already():
    a_room("SHOP")
    text = (
        "sku,name,barcode,serialised,quantity,room,serial_numbers\n"
        "SAW,Saw,,yes,2,SHOP,SN-1|PEN\n"
        "DRILL,Drill,,yes,1,SHOP,5012345678900\n"
        "PEN,Pen,5012345678900,no,,,\n"
    )
    faults = import_products(text.encode(), apply=False).faults
    assert [(fault.row, fault.column, fault.cure) for fault in faults] == [
        (2, "serial_numbers", "PEN is a code of the product PEN, so it cannot be a serial number."),
        (3, "serial_numbers", "5012345678900 is a code of the product PEN, so it cannot be a serial number."),
    ]
    with pytest.raises(SheetHasFaults):
        import_products(text.encode(), apply=True)
    assert not Product.objects.exists()


def test_the_same_number_twice_in_one_file_is_named_with_its_row_in_the_preview():
    a_room("SHOP")
    text = ITEMS + "SAW,Saw,yes,1,SHOP,SN-1\nDRILL,Drill,yes,1,SHOP,SN-1\nSAW,Saw,yes,1,SHOP,SN-1\n"
    faults = import_products(text.encode(), apply=False).faults
    assert [(fault.row, fault.column, fault.cure) for fault in faults] == [
        (4, "sku", "Row 2 has this SKU too. Keep one.")
    ]


def test_a_preview_of_marks_makes_no_levels():
    a_serialised("SAW")
    a_room("ATTIC")
    before = Level.objects.count()
    report = import_products(b"sku,name,serialised\nSAW,Saw,no\n", apply=False)
    assert (report.faults, Level.objects.count()) == ((), before)


def test_three_hundred_serialised_products_come_in_with_a_handful_of_statements(
    django_assert_max_num_queries,
):
    a_room("SHOP")
    a_room("ATTIC")
    rows = "".join(
        f"SAW-{n:03},Saw {n},yes,2,{'ATTIC' if n % 2 else 'SHOP'},SN-{n}-1|SN-{n}-2\n" for n in range(300)
    )
    with django_assert_max_num_queries(70):
        report = import_products((ITEMS + rows).encode(), apply=True)
    assert (report.units, on_hand("SAW-299", "ATTIC")) == (600, 2)
    assert items("SAW-299") == {"SN-299-1": ("in_stock", "ATTIC"), "SN-299-2": ("in_stock", "ATTIC")}


def test_a_file_that_does_not_say_serialised_takes_it_from_the_catalogue():
    a_serialised("SAW")
    head = "sku,name,quantity,room,serial_numbers\n"
    import_products((head + "SAW,Saw,1,SHOP,SN-1\n").encode(), apply=True)
    assert items("SAW") == {"SN-1": ("in_stock", "SHOP")}
    faults = import_products((head + "SAW,Saw,1,SHOP,\n").encode(), apply=False).faults
    assert [(fault.row, fault.column) for fault in faults] == [(2, "serial_numbers")]
