"""Products, prices and product files: what is refused is said beside its field, and changes nothing."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loadbay.catalogue.models import Barcode, Product, RetailPrice
from loadbay.catalogue.queries import product_card
from loadbay.stock.models import Level
from tests.services.goods import a_product, a_serialised

pytestmark = pytest.mark.django_db
LAMP = {"sku": "LAMP", "name": "Desk lamp", "barcodes": "5060004717781"}


def page(answer) -> str:
    return answer.content.decode()


def test_a_new_product_is_shown_with_what_to_do_next(sign_in):
    client = sign_in("manager")
    answer = client.post("/office/products/new/", LAMP, follow=True)
    assert answer.redirect_chain == [("/office/product/LAMP/", 302)]
    assert "LAMP is in the catalogue. Next: give it a retail price." in page(answer)
    assert list(Barcode.objects.values_list("code", flat=True)) == ["5060004717781"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("barcodes", "5060004717782", "check digit"),
        ("sku", "", "This field is required."),
        ("name", "", "This field is required."),
        ("weight_g", "heavy", "Enter a whole number."),
    ],
)
def test_a_wrong_value_is_named_beside_its_field(field, value, sentence, sign_in):
    answer = sign_in("manager").post("/office/products/new/", {**LAMP, field: value})
    assert answer.status_code == 422
    assert any(sentence in error for error in answer.context["form"].errors[field])
    assert not Product.objects.exists()


def test_a_barcode_of_another_product_is_refused_beside_the_barcodes(sign_in):
    client = sign_in("manager")
    client.post("/office/products/new/", LAMP)
    answer = client.post("/office/products/new/", {**LAMP, "sku": "LAMP-2"})
    assert answer.status_code == 422
    assert "belongs to LAMP already" in answer.context["form"].errors["barcodes"][0]
    assert Product.objects.count() == 1


def test_a_soft_bundle_is_made_from_its_lines(sign_in):
    client = sign_in("manager")
    client.post("/office/products/new/", LAMP)
    client.post("/office/products/new/", {"sku": "PAIR", "name": "Two lamps", "contents": "LAMP 2"})
    answer = client.get("/office/product/PAIR/")
    assert "Soft bundle" in page(answer)
    assert [(part.sku, part.units) for part in answer.context["product"].contents] == [("LAMP", 2)]


def test_changing_a_product_keeps_its_sku(sign_in):
    client = sign_in("manager")
    client.post("/office/products/new/", LAMP)
    answer = client.post("/office/product/LAMP/change/", {**LAMP, "sku": "OTHER", "name": "Lamp"})
    assert answer.status_code == 302
    assert list(Product.objects.values_list("sku", "name")) == [("LAMP", "Lamp")]


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("12,99", "is not a number"),
        ("0", "cannot be sold at"),
        ("1.999", "too many decimals"),
        ("-1", "range"),
    ],
)
def test_a_price_that_cannot_be_used_is_named(amount, sentence, sign_in):
    client = sign_in("manager")
    client.post("/office/products/new/", LAMP)
    price = {"category": "Amazon", "currency": "GBP", "valid_from": "2026-01-01", "amount": amount}
    answer = client.post("/office/product/LAMP/retail-prices/set/", price)
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors["amount"][0]
    assert not RetailPrice.objects.exists()


def test_a_price_in_the_amazon_category_is_set_and_ended(sign_in):
    client = sign_in("manager")
    client.post("/office/products/new/", LAMP)
    price = {"category": "Amazon", "currency": "GBP", "valid_from": "2026-01-01", "amount": "12.99"}
    assert "£12.99" in page(client.post("/office/product/LAMP/retail-prices/set/", price, follow=True))
    client.post("/office/product/LAMP/retail-prices/end/", {"category": "Amazon", "currency": "GBP"})
    assert RetailPrice.objects.get().valid_until is not None


def test_the_list_is_searched_and_an_empty_one_says_what_to_do(sign_in):
    client = sign_in("manager")
    assert "Import your catalogue from a CSV file" in page(client.get("/office/products/"))
    client.post("/office/products/new/", LAMP)
    assert "Desk lamp" in page(client.get("/office/products/?search=desk"))
    assert "Nothing found" in page(client.get("/office/products/?search=chair"))
    fragment = page(client.get("/office/products/?search=lamp", headers={"HX-Request": "true"}))
    assert "<table>" in fragment
    assert "<html" not in fragment


def sheet(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("products.csv", text.encode(), content_type="text/csv")


def test_a_file_is_previewed_before_anything_is_written(sign_in):
    client = sign_in("manager")
    answer = client.post("/office/products/import/", {"file": sheet("sku,name\nLAMP,Lamp\n")})
    assert answer.context["report"].created == 1
    assert not Product.objects.exists()


def test_one_bad_row_stops_the_whole_file_and_is_named(sign_in):
    client = sign_in("manager")
    text = "sku,name,barcode\nLAMP,Lamp,5060004717781\nRUG,Rug,5060004717782\n"
    answer = client.post("/office/products/import/", {"file": sheet(text), "apply": "yes"})
    assert answer.status_code == 422
    (fault,) = answer.context["faults"]
    assert (fault.row, fault.column, fault.value) == (3, "barcode", "5060004717782")
    assert not Product.objects.exists()


def test_a_good_file_is_imported_with_its_goods(sign_in, shop):
    client = sign_in("manager")
    text = "sku,name,quantity,room\nLAMP,Lamp,7,SHOP\n"
    answer = client.post("/office/products/import/", {"file": sheet(text), "apply": "yes"}, follow=True)
    assert "Imported: 1 products made, 0 changed." in page(answer)
    assert Level.objects.get(product__sku="LAMP").on_hand == 7


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK\x03\x04", b"\xff\xfea"])
def test_a_file_that_is_no_product_file_is_refused_in_words(data, sign_in):
    answer = sign_in("manager").post(
        "/office/products/import/", {"file": SimpleUploadedFile("x.csv", data), "apply": "yes"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_an_unknown_product_is_a_page_in_words(sign_in):
    answer = sign_in("manager").get("/office/product/NOPE/")
    assert answer.status_code == 404
    assert "There is no product" in page(answer)


def test_a_sku_with_a_slash_has_its_pages(sign_in):
    client = sign_in("manager")
    client.post("/office/products/new/", {"sku": "RUG/120", "name": "Rug"})
    for tab in ("", "stock/", "retail-prices/", "amazon/"):
        assert client.get(f"/office/product/RUG/120/{tab}").context["product"].sku == "RUG/120"


def test_the_list_finds_a_product_by_the_serial_number_of_an_item(sign_in):
    a_serialised("SAW", "SN-77")
    a_product("LAMP")
    rows = sign_in("manager").get("/office/products/?search=SN-77").context["page"].rows
    assert [row.line.sku for row in rows] == ["SAW"]


def test_marking_a_product_with_goods_as_serialised_is_refused_beside_the_box(sign_in):
    a_product("LAMP", on_hand=2)
    given = {"name": "Lamp", "is_serialised": "on"}
    answer = sign_in("manager").post("/office/product/LAMP/change/", given)
    assert answer.status_code == 422
    assert "Serialise it on its Stock tab" in answer.context["form"].errors["is_serialised"][0]
    assert not product_card("LAMP").is_serialised
