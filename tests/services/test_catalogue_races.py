"""Two people give one barcode to two products at once: one does it, the other is told."""

from __future__ import annotations

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.models import Barcode, Product
from loadbay.catalogue.rules import BarcodeTaken, ProductExists
from loadbay.catalogue.services import create_product
from tests.services import racing
from tests.services.racing import at_once

own_database = racing.own_database


def test_a_barcode_given_to_two_products_at_once_is_refused_to_one_of_them(own_database):
    def make(sku: str, code: str) -> object:
        return lambda: create_product(ProductFields(sku=sku, name=sku, barcodes=(code,)))

    answers = at_once(make("RUG", "036000291452"), make("LAMP", "0036000291452"))
    assert [type(answer) for answer in answers].count(BarcodeTaken) == 1
    assert (Product.objects.count(), Barcode.objects.count()) == (1, 1)


def test_a_product_made_twice_at_once_is_refused_once(own_database):
    def make() -> int:
        return create_product(ProductFields(sku="RUG", name="Rug"))

    answers = at_once(make, make, make)
    assert [type(answer) for answer in answers].count(ProductExists) == 2
    assert Product.objects.count() == 1
