"""Products, barcodes, bundles and retail prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from loadbay.catalogue import queries, rules, services
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.models import Barcode, Product, RetailPrice
from loadbay.core.errors import WrongInput
from loadbay.core.money import Money
from tests.services.goods import a_bundle, a_product, events

pytestmark = pytest.mark.django_db
RUG = ProductFields(sku="RUG", name="Wool rug", brand="Dale", barcodes=("5012345678900", "RUG-OLD"))


def test_a_product_is_found_by_its_sku_and_every_spelling_of_its_barcodes():
    product_id = services.create_product(RUG)
    for code in ("RUG", "5012345678900", "05012345678900", " RUG-OLD "):
        found = queries.product_of_code(code)
        assert found is not None
        assert found.id == product_id


@pytest.mark.parametrize("nonsense", ["", "NOTHING", "x" * 10_000, "\x00", "5012345678901"])
def test_nonsense_scans_to_no_product(nonsense):
    services.create_product(RUG)
    assert queries.product_of_code(nonsense) is None


def test_a_second_product_with_the_same_sku_is_refused():
    services.create_product(RUG)
    with pytest.raises(rules.ProductExists, match="There is a product RUG already"):
        services.create_product(RUG)
    assert Product.objects.count() == 1


def test_a_barcode_belongs_to_one_product_in_all_its_spellings():
    services.create_product(ProductFields(sku="RUG", name="Rug", barcodes=("036000291452",)))
    with pytest.raises(rules.BarcodeTaken, match="belongs to RUG already"):
        services.create_product(ProductFields(sku="LAMP", name="Lamp", barcodes=("0036000291452",)))
    assert list(Product.objects.values_list("sku", flat=True)) == ["RUG"]


def test_a_barcode_that_is_another_products_sku_is_refused_because_it_would_scan_to_that_one():
    a_product("LAMP")
    with pytest.raises(rules.BarcodeTaken, match="LAMP belongs to LAMP already"):
        services.create_product(ProductFields(sku="RUG", name="Rug", barcodes=("LAMP",)))
    assert not Product.objects.filter(sku="RUG").exists()


def test_changing_a_product_takes_off_barcodes_that_are_not_named_any_more():
    services.create_product(RUG)
    services.update_product(ProductFields(sku="RUG", name="Rug", barcodes=("RUG-OLD", "RUG-NEW")))
    card = queries.product_card("RUG")
    assert (card.name, card.brand, card.barcodes) == ("Rug", "", ("RUG-OLD", "RUG-NEW"))


def test_changing_what_is_not_there_is_refused():
    with pytest.raises(rules.ProductUnknown, match="no product 'RUG'"):
        services.update_product(RUG)


def test_a_soft_bundle_knows_its_contents():
    cup, pot = a_product("CUP"), a_product("POT")
    bundle_id = a_bundle("TEA", contents={"CUP": 4, "POT": 1})
    assert queries.bundle_contents([bundle_id, cup]) == {bundle_id: ((cup, 4), (pot, 1))}
    assert queries.bundles_with([pot]) == [bundle_id]
    assert events("catalogue.products_changed")[-1]["contents"] == [bundle_id]


def test_a_bundle_that_cannot_be_is_not_made_at_all():
    a_product("CUP")
    a_bundle("TEA", contents={"CUP": 4})
    with pytest.raises(rules.BundleNotPossible, match="is a soft bundle itself"):
        a_bundle("BIG-TEA", contents={"TEA": 2})
    with pytest.raises(rules.ProductUnknown):
        a_bundle("BIG-TEA", contents={"NOTHING": 2})
    assert not Product.objects.filter(sku="BIG-TEA").exists()


def test_a_product_with_stock_of_its_own_does_not_become_a_bundle():
    a_product("CUP")
    a_product("POT")
    with pytest.raises(rules.BundleNotPossible, match="stock of its own"):
        services.set_contents("POT", contents={"CUP": 1})


def test_skus_of_orders_are_resolved_by_sku_then_by_barcode():
    product_id = services.create_product(RUG)
    assert queries.resolve_skus(["RUG", "RUG-OLD", "NOTHING"]) == {"RUG": product_id, "RUG-OLD": product_id}


def test_products_are_found_by_the_beginning_of_any_word():
    services.create_product(RUG)
    a_product("LAMP-1")
    for text in ("wool rug", "dal", "RU", "ru", "5012345678900"):
        assert [row.sku for row in queries.products(search=text)] == ["RUG"]
    assert [row.sku for row in queries.products(search="lamp-1")] == ["LAMP-1"]
    assert queries.products(search="'; drop table & | ! :*") == ()
    assert [row.sku for row in queries.products(after_sku="LAMP-1")] == ["RUG"]


# --- prices ---


def test_a_price_holds_from_its_day_on_until_the_next():
    product_id = a_product("RUG")
    for day, amount in ((date(2026, 1, 1), "10"), (date(2026, 2, 1), "12.99")):
        services.set_price(sku="RUG", category="Amazon", amount=amount, currency="GBP", valid_from=day)

    def on(day: date) -> Money | None:
        return queries.price_on([product_id], category="Amazon", currency="GBP", day=day).get(product_id)

    assert on(date(2025, 12, 31)) is None
    assert on(date(2026, 1, 31)) == Money(Decimal("10.00"), "GBP")
    assert on(date(2026, 2, 1)) == Money(Decimal("12.99"), "GBP")


def test_setting_the_price_of_a_day_again_replaces_it():
    a_product("RUG")
    services.set_price(sku="RUG", category="amazon", amount="10", currency="gbp")
    done = services.set_price(sku="RUG", category="Amazon", amount="11", currency="GBP")
    assert done.price == Money(Decimal("11.00"), "GBP")
    assert RetailPrice.objects.count() == 1


def test_an_ended_price_is_none():
    product_id = a_product("RUG")
    services.set_price(sku="RUG", category="Amazon", amount="10", currency="GBP", valid_from=date(2026, 1, 1))
    services.end_price(sku="RUG", category="Amazon", currency="GBP", last_day=date(2026, 1, 31))
    found = [
        queries.price_on(
            [product_id], category="Amazon", currency="GBP", day=date(2026, month, 31 if month == 1 else 1)
        )
        for month in (1, 2)
    ]
    assert found == [{product_id: Money(Decimal("10.00"), "GBP")}, {}]
    assert queries.products_priced_from(date(2026, 2, 1)) == [product_id]


def test_ending_a_price_does_not_bring_back_one_that_had_ended_before_it():
    product_id = a_product("RUG")
    price = {"sku": "RUG", "category": "Amazon", "currency": "GBP"}
    services.set_price(**price, amount="10", valid_from=date(2026, 1, 1))
    services.end_price(**price, last_day=date(2026, 1, 31))
    services.set_price(**price, amount="12", valid_from=date(2026, 3, 1))
    services.end_price(**price, last_day=date(2026, 4, 30))
    february = queries.price_on([product_id], category="Amazon", currency="GBP", day=date(2026, 2, 10))
    assert february == {}


def test_prices_of_other_categories_and_currencies_are_others():
    product_id = a_product("RUG", price="10")
    day = RetailPrice.objects.get().valid_from
    assert queries.price_on([product_id], category="Retail", currency="GBP", day=day) == {}
    assert queries.price_on([product_id], category="Amazon", currency="EUR", day=day) == {}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": "0"}, rules.PriceNotUsable),
        ({"amount": "-1"}, WrongInput),
        ({"amount": "1.999"}, WrongInput),
        ({"amount": "NaN"}, WrongInput),
        ({"amount": "twelve"}, WrongInput),
        ({"currency": "POUNDS"}, WrongInput),
        ({"category": "Friends"}, rules.CategoryUnknown),
        ({"sku": "NOTHING"}, rules.ProductUnknown),
    ],
)
def test_a_price_that_cannot_be_is_refused_and_nothing_changes(change, refusal):
    a_product("RUG")
    with pytest.raises(refusal):
        services.set_price(**{"sku": "RUG", "category": "Amazon", "amount": "1", "currency": "GBP", **change})
    assert not RetailPrice.objects.exists()
    assert events("catalogue.prices_changed") == []


def test_a_barcode_is_kept_as_it_was_given():
    services.create_product(RUG)
    assert list(Barcode.objects.order_by("id").values_list("code", "kind")) == [
        ("5012345678900", "gtin"),
        ("RUG-OLD", "own"),
    ]
