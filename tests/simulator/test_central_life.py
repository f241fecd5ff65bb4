"""Seller Central around a sale: what a trainer does to shipments, returns, listings, baskets, the lorry."""

import re

import pytest

from amazon_simulator.central.switch_words import WORDS
from amazon_simulator.world.switches import Switches
from tests.simulator.shop import Shop
from tests.simulator.test_central import press


@pytest.fixture
def selling(shop: Shop) -> Shop:
    shop.linked("MUG", "CUP")
    return shop


def forms(shop: Shop, path: str) -> set[str]:
    """Where the forms of a page lead."""
    answer = shop.client.get(path)
    assert answer.status_code == 200, answer.text
    return set(re.findall(r'action="([^"]+)"', answer.text))


@pytest.mark.parametrize("status", ["ACCEPTED", "CONFIRMED", "SHIPLABEL_GENERATED", "SHIPPED"])
def test_a_shipment_offers_what_is_possible_now(selling: Shop, status: str) -> None:
    shipment_id = selling.until(status)
    path = f"/central/shipments/{shipment_id}"
    if status == "SHIPPED":
        assert forms(selling, path) == {f"{path}/carry", f"{path}/delivery", f"{path}/return"}
    else:
        assert forms(selling, path) == {f"{path}/cancel", f"{path}/fulfil"}


def test_a_trainer_lets_the_shop_do_its_part_and_cancels(selling: Shop) -> None:
    shipment_id = selling.sold("MUG")
    path = f"/central/shipments/{shipment_id}"
    said = press(selling, f"{path}/fulfil", until="SHIPLABEL_GENERATED")
    assert said == "The shop did its part: the shipment is SHIPLABEL_GENERATED."
    assert press(selling, f"{path}/cancel", by="amazon").endswith("is cancelled by Amazon.")
    assert selling.shipment(shipment_id)["cancellation"] == "SYSTEM_CANCELLED"
    assert press(selling, f"{path}/cancel").startswith("The step 'cancel' is not possible")
    assert forms(selling, path) == set()


def test_a_trainer_is_carrier_and_buyer_of_what_left(selling: Shop) -> None:
    shipment_id = selling.until("SHIPPED")
    path = f"/central/shipments/{shipment_id}"
    assert press(selling, f"{path}/carry", says="LOST") == "The carrier says LOST."
    assert press(selling, f"{path}/delivery", hours="72").endswith("in 72 hours.")
    assert press(selling, f"{path}/carry", says="DELIVERED") == "The carrier says DELIVERED."
    said = press(
        selling, f"{path}/return", sku="MUG", units="1", kind="EXCHANGE", exchange_sku="CUP", otp="on"
    )
    back = selling.inspect("returns")[0]
    assert (
        said == f"1 x MUG come back under {back['rma']}. The order {back['exchange_order_id']} replaces it."
    )
    assert back["rma"] in selling.client.get(path).text
    page = f"/central/returns/{back['id']}"
    assert back["otp"] in selling.client.get(page).text
    assert back["rma"] in selling.client.get("/central/returns?q=MUG").text
    assert back["rma"] not in selling.client.get("/central/returns?q=CUP").text
    status = "CUSTOMER_DROPPED_OFF"
    assert press(selling, f"{page}/move", status=status) == f"The return is {status} now."
    assert press(selling, f"{page}/move", status="DELIVERED").startswith(
        "A return that is CUSTOMER_DROPPED_OFF"
    )
    assert press(selling, f"{path}/return", sku="MUG", units="1", kind="SURPRISE") == (
        "'SURPRISE' is not a kind of return."
    )


def test_a_trainer_is_the_driver_at_the_lorry(selling: Shop) -> None:
    shipment_id = selling.until("SHIPLABEL_GENERATED")
    assert "1 shipment(s) wait for the lorry" in selling.client.get("/central").text
    assert press(selling, "/central/lorry/LBAY/miss") == "The next lorry will not come to LBAY."
    tracking = selling.shipment(shipment_id)["packages"][0]["tracking_id"]
    said = press(selling, "/central/scan", tracking_id=f" {tracking} ")
    assert said == f"The driver took {tracking} of the shipment {shipment_id}."
    assert press(selling, "/central/scan", tracking_id="QA1") == "The label 'QA1' is not known."


def test_an_order_says_what_the_packer_must_see_to(selling: Shop) -> None:
    wishes = dict.fromkeys(("serial", "hazmat", "border", "invoice", "label_fails"), "on")
    press(selling, "/central/orders", sku="MUG", quantity="1", count="1", **wishes)
    shipment = next(iter(selling.app.desk.world.state.shipments.values()))
    line = shipment.lines[0]
    assert (line.needs_serial, line.needs_hazmat_label, line.needs_origin, line.needs_item_value) == (
        True,
    ) * 4
    assert (shipment.needs_invoice, shipment.failing_labels) == (True, 1)


def test_a_person_edits_suppresses_and_deletes_a_listing(selling: Shop) -> None:
    path = "/central/listings/MUG"
    assert press(selling, f"{path}/edit", price="31.00", origin="GB", template="").startswith(
        "MUG is changed"
    )
    assert selling.inspect("listings/MUG")["price"] == "31.0"
    assert "31.00 GBP" in selling.client.get(path).text
    assert press(selling, f"{path}/edit", price="much") == "'much' is not a price."
    assert press(selling, f"{path}/suppress", reason="A bad image") == "MUG is suppressed."
    assert "A bad image" in selling.client.get(path).text
    assert press(selling, f"{path}/suppress", reason="") == "MUG is not suppressed any more."
    assert press(selling, f"{path}/revert").startswith("MUG is merchant fulfilled again")
    assert press(selling, f"{path}/edit", quantity="4").startswith("MUG is changed")
    assert press(selling, f"{path}/remove") == "MUG is deleted."
    assert [row["sku"] for row in selling.inspect("listings")] == ["CUP"]


def test_a_person_puts_a_sku_on_the_old_platform_and_takes_it_off(selling: Shop) -> None:
    path = "/central/listings/MUG/old-platform"
    assert "It is not there, as it should be." in selling.client.get("/central/listings/MUG").text
    assert press(selling, path, quantity="6").endswith("with 6 units.")
    assert selling.stock("MUG")["quantity"] == 106
    assert press(selling, path, off="1").endswith("taken off the old Seller Flex platform.")


def test_baskets_are_filled_and_emptied_once_they_count(selling: Shop) -> None:
    assert "Baskets do not count" in selling.client.get("/central/stock").text
    assert press(selling, "/central/settings".replace("settings", "switches"), baskets="on").startswith(
        "Amazon"
    )
    said = press(selling, "/central/baskets", sku="MUG", units="3")
    assert said == "3 x MUG lie in a basket for a quarter of an hour."
    assert selling.stock("MUG")["in_baskets"] == 3
    assert press(selling, "/central/baskets/basket-1/empty") == "3 x MUG are put back."


def test_every_open_question_is_asked_in_words_and_set_by_its_form(shop: Shop) -> None:
    assert list(WORDS) == list(Switches.__struct_fields__)
    page = shop.client.get("/central/settings").text
    assert [name for name in WORDS if f'name="{name}"' not in page] == []
    assert press(shop, "/central/switches", assign_seconds="90").startswith("Amazon behaves")
    assert shop.inspect("switches")["assign_seconds"] == 90
    assert (
        press(shop, "/central/switches", assign_seconds="soon") == "assign_seconds: 'soon' is not a number."
    )


def test_a_scenario_is_watched_on_the_overview() -> None:
    shop = Shop(scenario="quiet-shop", is_judged=False)
    shop.clock.advance(seconds=600)
    text = shop.client.get("/central").text
    assert "The scenario" in text
    assert "Ann ordered 1 x LA-1100" in text


def test_an_order_without_a_shipment_shows_its_goods(shop: Shop) -> None:
    shop = Shop(scenario="ordinary-orders", is_judged=False)
    shop.clock.advance(seconds=1_000)
    assert "2 x LA-1107" in shop.client.get("/central/orders").text
