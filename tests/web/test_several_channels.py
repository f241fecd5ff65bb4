"""Screens that show something of a sales channel choose the right one where a shop has several."""

from __future__ import annotations

import pytest

from loadbay.catalogue.services import set_price
from tests.services.goods import a_product, an_order_channel
from tests.web.test_mapping import page

pytestmark = pytest.mark.django_db


def test_a_products_amazon_page_begins_with_a_channel_that_is_told_of_listings(shop, sign_in):
    an_order_channel("fba", beside=shop.channel, marketplace="DE")
    shown = page(sign_in("manager").get("/office/product/RUG/amazon/"))
    assert f"UK · {shop.channel.description}" in shown
    assert "FBA-DE" not in shown


def test_the_list_of_products_shows_the_price_of_a_channel_that_is_told_of_listings(shop, sign_in):
    an_order_channel("fba", beside=shop.channel, marketplace="DE")
    a_product("LAMP")
    for sku, amount, currency in (("RUG", "99", "EUR"), ("RUG", "89", "GBP"), ("LAMP", "49", "EUR")):
        set_price(sku=sku, category="Amazon", amount=amount, currency=currency)
    shown = page(sign_in("manager").get("/office/products/"))
    assert [price for price in ("£89.00", "€99.00", "€49.00") if price in shown] == ["£89.00", "€49.00"]


def test_what_amazon_ships_has_no_locations_of_ours(shop, sign_in):
    an_order_channel("fba", beside=shop.channel, marketplace="DE")
    client = sign_in("manager")
    assert "No stock room feeds this channel" in page(
        client.get("/office/sales-channel/FBA-DE/setup/locations/")
    )
    assert "No stock room feeds" not in page(client.get("/office/sales-channel/UK/setup/locations/"))
