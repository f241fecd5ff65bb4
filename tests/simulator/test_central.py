"""The pretend Seller Central: what a person in training sees and does there."""

from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.simulator.orders import listed
from tests.simulator.shop import SELLER, Shop

PAGES = ("/", "/central", *(f"/central/{name}" for name in ("listings", "orders", "shipments", "stock")))


@pytest.fixture
def selling(shop: Shop) -> Shop:
    shop.linked("MUG", quantity=5)
    return shop


def press(shop: Shop, path: str, **form: str) -> str:
    """Send a form and read what the page says then."""
    answer: TestResponse = shop.client.post(path, data=form, follow_redirects=True)
    assert answer.status_code == 200
    start = answer.text.index('role="status">') + len('role="status">')
    return unescape(answer.text[start : answer.text.index("</p>", start)])


@pytest.mark.parametrize(
    "path", [*PAGES, "/central/calls", "/central/trouble", "/central/settings", "/central/style.css"]
)
def test_every_page_opens_empty_and_filled(shop: Shop, path: str) -> None:
    assert shop.client.get(path).status_code == 200
    shop.linked("MUG")
    shop.until("SHIPPED")
    answer = shop.client.get(path)
    assert answer.status_code == 200
    if not path.endswith(".css"):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text


def test_a_person_places_an_order_and_cancels_it(selling: Shop) -> None:
    said = press(selling, "/central/orders", sku="MUG", quantity="2", count="1")
    assert said.startswith("1 order(s) placed")
    order_id = selling.inspect("orders")[0]["id"]
    assert order_id in selling.client.get("/central/orders").text
    assert press(selling, f"/central/orders/{order_id}/cancel") == (
        f"The order {order_id} is cancelled by its buyer."
    )
    assert selling.inspect("orders")[0]["status"] == "CANCELLED"


def test_a_refusal_is_shown_in_words(selling: Shop) -> None:
    said = press(selling, "/central/orders", sku="MUG", quantity="6", count="1")
    assert said == "MUG at LBAY: 6 ordered, 5 sellable."
    assert press(selling, "/central/orders", sku="MUG", quantity="many", count="1") == (
        "quantity: 'many' is not a number."
    )
    assert selling.inspect("orders") == []


def test_a_person_converts_a_listing_with_the_hazmat_form(shop: Shop) -> None:
    asin = shop.product(is_hazmat=True)["asin"]
    shop.control("POST", "listings/seed", {"listings": [{"sku": "A/B", "asin": asin}], "converted": False})
    page = shop.client.get("/central/listings/A%2FB")
    assert "dangerous goods" in page.text
    assert "hazmat form" in press(shop, "/central/listings/A%2FB/convert")
    said = press(shop, "/central/listings/A%2FB/convert", un_number="UN3481", description="Lantern")
    assert said.startswith("A/B is Onsite FBA now")
    assert shop.inspect("listings/A%2FB")["is_converted"]


def test_a_person_sends_the_lorry_and_sees_what_amazon_was_told(selling: Shop) -> None:
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    assert press(selling, "/central/lorry/LBAY") == "The lorry at LBAY took 1 shipment(s)."
    page = selling.client.get(f"/central/shipments/{shipment_id}").text
    assert "Picked up" in page
    assert "carrier" in page
    assert selling.shipment(shipment_id)["packages"][0]["tracking_id"] in page


def test_a_person_changes_how_amazon_behaves(shop: Shop) -> None:
    assert press(shop, "/central/switches", reservation_ends="shipped") == "Amazon behaves so from now on."
    assert shop.inspect("switches")["reservation_ends"] == "shipped"
    press(shop, "/central/locations/LBAY", label_format="ZPL", pickups="10:00, 16:00")
    assert shop.inspect("locations")[0]["pickups"] == ["10:00", "16:00"]
    press(shop, "/central/clock", seconds="600")
    assert shop.inspect("clock")["offset_seconds"] == 600
    assert "cannot be set" in press(shop, "/central/switches", reservation_ends="never")


def test_a_price_is_shown_in_the_currency_of_its_marketplace(shop: Shop) -> None:
    germany = "A1PA6795UKMFR9"
    shop.app.desk.world.state.sellers[SELLER].marketplaces = [germany]
    row = {"sku": "MUG", "asin": shop.product()["asin"], "price": "12.99"}
    shop.control("POST", "listings/seed", {"listings": [row], "marketplace": germany})
    assert "12.99 EUR" in shop.client.get("/central/listings/MUG").text


def test_text_from_outside_is_escaped(shop: Shop) -> None:
    shop.linked("<b>MUG</b>")
    page = shop.client.get("/central/listings").text
    assert "<b>MUG</b>" not in page
    assert "&lt;b&gt;MUG&lt;/b&gt;" in page
    page = shop.client.get("/central?said=<script>alert(1)</script>").text
    assert "<script" not in page


def test_a_form_of_another_site_does_nothing(selling: Shop) -> None:
    form = {"sku": "MUG", "quantity": "1", "count": "1"}
    answer = selling.client.post("/central/orders", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert selling.inspect("orders") == []


def test_an_item_has_a_picture(shop: Shop) -> None:
    asin = shop.product()["asin"]
    answer = shop.client.get(f"/simulator/pictures/{asin}.png")
    assert (answer.content_type, answer.data[:4]) == ("image/png", b"\x89PNG")
    assert shop.client.get("/simulator/pictures/NOPE.png").status_code == 404


def test_an_order_that_the_merchant_ships_is_hurried_asked_back_and_cancelled(shop: Shop) -> None:
    listed(shop, "MUG")
    form = {"sku": "MUG", "quantity": "1", "count": "1", "way": "merchant"}
    assert press(shop, "/central/orders", **form).startswith("1 order(s) placed")
    order_id = shop.inspect("orders")[0]["id"]
    assert "The merchant ships it" in shop.client.get("/central/orders").text
    assert press(shop, f"/central/orders/{order_id}/hurry") == f"The order {order_id} is UNSHIPPED now."
    assert press(shop, f"/central/orders/{order_id}/ask-to-cancel") == (
        f"The buyer asks to cancel the order {order_id}; the seller decides."
    )
    assert "Cancellation requested" in shop.client.get("/central/orders").text
    press(shop, f"/central/orders/{order_id}/cancel")
    assert shop.inspect(f"orders/{order_id}")["status"] == "CANCELLED"
