"""The demo's own files fit one another and the pretend Amazon's catalogue."""

import csv
from importlib.resources import files
from pathlib import Path

from loadbay.catalogue.sheet import read_sheet
from loadbay.demo import goods, morning, offers

CATALOGUE = Path(__file__).parents[2] / "src" / "amazon_simulator" / "scenarios" / "catalogue.csv"
SHEET = read_sheet(files("loadbay.demo").joinpath("products.csv").read_bytes())
PRODUCTS = {row.product.sku: row for row in SHEET.rows}
OFFERS = offers.offers(offers.FIRST, offers.LINKED, offers.WAITING, offers.REJECTED, offers.DRAFT)
AMAZON = {row["asin"]: row for row in csv.DictReader(CATALOGUE.read_text(encoding="utf-8").splitlines())}


def test_the_shop_has_sixty_products_and_no_faulty_cell():
    assert len(PRODUCTS) == 60
    assert SHEET.faults == ()


def test_every_listed_product_bears_the_barcode_that_amazon_has_for_its_asin():
    wrong = {
        offer.sku: PRODUCTS[offer.sku].product.barcodes
        for offer in OFFERS
        if PRODUCTS[offer.sku].product.barcodes != (AMAZON[offer.asin]["ean"],)
    }
    assert wrong == {}


def test_every_other_barcode_is_in_amazons_catalogue_too():
    known = {row["ean"] for row in AMAZON.values()}
    assert {code for row in PRODUCTS.values() for code in row.product.barcodes} - known == set()


def test_products_that_amazon_holds_as_hazmat_have_a_hazmat_class():
    by_ean = {row["ean"]: row["is_hazmat"] == "yes" for row in AMAZON.values()}
    wrong = [
        sku
        for sku, row in PRODUCTS.items()
        if by_ean[row.product.barcodes[0]] != bool(row.product.hazmat_class)
    ]
    assert wrong == []


def test_only_the_listings_meant_to_fail_name_another_origin_or_lack_approval():
    odd = {
        offer.sku
        for offer in OFFERS
        if offer.origin != AMAZON[offer.asin]["origin"] or AMAZON[offer.asin]["gate"]
    }
    assert odd == offers.UNCHECKED


def test_everything_sold_in_the_morning_is_linked_first():
    first = {offer.sku for offer in OFFERS if offer.stage == offers.FIRST}
    sold = {sku for order in morning.SALES for sku in order.lines}
    assert sold - {morning.UNKNOWN_SKU} <= first
    assert morning.UNKNOWN_SKU not in PRODUCTS


def test_rooms_of_the_file_are_rooms_of_the_shop():
    assert {row.room for row in SHEET.rows if row.room} == set(goods.ROOMS)
