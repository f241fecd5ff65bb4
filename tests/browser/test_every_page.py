"""Every page in light, in dark, on a handheld: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from amazon_simulator.central.frame import MENU
from tests.browser.opening_stock import ASIN
from tests.browser.steps import a_field_call, expect_answer, scan
from tests.contracts.stages import Simulator, a_simulator

pytestmark = pytest.mark.browser
OFFICE = (
    "/office/",
    "/office/products/",
    "/office/products/new/",
    "/office/products/import/",
    "/office/product/MUG-01/",
    "/office/product/MUG-01/change/",
    "/office/product/MUG-01/stock/",
    "/office/product/MUG-01/retail-prices/",
    "/office/product/MUG-01/amazon/",
    "/office/product/MUG-01/amazon/why/",
    "/office/product/MUG-02/amazon/",
    "/office/retail-prices/",
    "/office/listings/",
    "/office/stock/goods-in/",
    "/office/stock/disposal/",
    "/office/stock/transfer/",
    "/office/stock/enquiry/",
    "/office/stock/rooms/",
    "/office/sales/",
    "/office/orders/",
    "/office/ledger/",
    "/office/ledger/accounts/",
    "/office/ledger/account/4000/",
    "/office/ledger/document/SO-000001/",
    "/office/ledger/payment/PAY-000001/reverse/",
    "/office/ledger/series/",
    "/office/ledger/export/",
    "/office/gap-proof/",
    "/office/order-rules/",
    "/office/order-rules/new/",
    "/office/field-calls/",
    "/office/sales-channels/",
    "/office/sales-channels/new/",
    "/office/sales-channel/AMZ-UK/",
    "/office/sales-channel/AMZ-UK/order-management/",
    "/office/sales-channel/AMZ-UK/customers/",
    "/office/sales-channel/AMZ-UK/listings/",
    "/office/sales-channel/AMZ-UK/setup/order-status-matrix/",
    "/office/sales-channel/AMZ-UK/setup/shipping-methods/",
    "/office/sales-channel/AMZ-UK/setup/shipping-carriers/",
    "/office/sales-channel/AMZ-UK/setup/shipping-templates/",
    "/office/sales-channel/AMZ-UK/setup/payment-methods/",
    "/office/sales-channel/AMZ-UK/setup/currencies/",
    "/office/shipping-agents/",
    "/office/shipping-agent/AMZSMART/",
    "/office/sales-channel/AMZ-UK/setup/items/",
    "/office/sales-channel/AMZ-UK/setup/customers/",
    "/office/sales-channel/AMZ-UK/setup/tax/",
    "/office/sales-channel/AMZ-UK/setup/locations/",
    "/office/sales-channel/AMZ-UK/setup/definitions-file/",
    "/office/connections/",
    "/office/connections/new/",
    "/office/connection/shop-uk/",
    "/office/tasks/",
    "/office/exchanges/",
    "/office/people/",
    "/office/people/new/",
    "/office/person/pat/",
    "/office/api-tokens/",
    "/office/api-tokens/new/",
    "/api/v1/docs",
    "/office/boxes/",
    "/office/printers/",
    "/office/nowhere/",
    "/bench/",
    "/bench/station/",
    "/bench/batch-complete/",
    "/bench/batch-complete/?code=HELLO",
)
REPEATED = 12
SHORTER = """([most]) => {
    for (const list of document.querySelectorAll("tbody, nav ul"))
        [...list.children].slice(most).forEach(one => one.remove());
    [...document.querySelectorAll(".api-page > section")].slice(most).forEach(one => one.remove());
}"""
"""A long list and the description of all calls repeat one form; looking at each takes a minute a page."""
EVERYTHING = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


AXE = Axe()
WIDTHS = (1024, 390)
MENU_OF_ALL = "#menu"
"""The same on every page, so it is looked into on the first."""


def faults(page: Page, *rules: str, but: str = "") -> list[str]:
    """What axe finds by these rules; `but` is a part of the page that is not looked into."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.axe_script)
    asked = {"runOnly": list(rules), "resultTypes": ["violations"]}
    where = {"include": ["html"], "exclude": [but] if but else []}
    run = "([where, asked]) => axe.run(where, asked).then(told => told.violations)"
    found = page.evaluate(run, [where, asked])
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def every_fault(page: Page, *, but: str = "") -> list[str]:
    """Of the page that is open: in light, in dark, on a laptop and on a handheld.

    What differs between the themes is colour alone, so the second look is at contrast only.
    """
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        over = page.evaluate(OVER)
        found += [f"{over} pixels too wide at {width}"] if over > 0 else []
    page.set_viewport_size({"width": WIDTHS[0], "height": 844})
    page.evaluate(SHORTER, [REPEATED])
    found += faults(page, *EVERYTHING, but=but)
    page.emulate_media(color_scheme="dark")
    found += faults(page, "color-contrast", but=but)
    page.emulate_media(color_scheme="light")
    return found


def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(sign_in, desk):
    page = sign_in("ada", color_scheme="light", viewport={"width": WIDTHS[0], "height": 844})
    number = a_field_call(page, desk)
    found = {}
    for address in (*OFFICE, f"/office/field-call/{number}/", f"/office/sale/{sale_of(page, number)}/"):
        page.goto(address)
        if trouble := every_fault(page, but=MENU_OF_ALL if address != OFFICE[0] else ""):
            found[address] = trouble
    assert found == {}


def test_the_bench_with_a_field_call_in_hand_has_none_either(sign_in, desk):
    page = sign_in("kim", station="Bench X", color_scheme="light")
    number = a_field_call(page, desk)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    found = faults(page, *EVERYTHING)
    page.emulate_media(color_scheme="dark")
    found += faults(page, "color-contrast")
    scan(page, "LB-LEAVE")
    assert found == []


def sale_of(page: Page, number: str) -> str:
    page.goto(f"/office/field-call/{number}/")
    return page.locator("dd a").first.inner_text()


def test_the_sign_in_page_has_none_either(chromium, desk):
    window = chromium.new_context(base_url=desk.address)
    page = window.new_page()
    page.goto("/sign-in/")
    assert faults(page, *EVERYTHING) == []
    window.close()


@pytest.mark.parametrize(
    ("address", "last"), [("/office/listings/", "Next step"), ("/office/orders/", "Total")]
)
def test_the_last_column_is_not_cut_off_on_a_laptop(sign_in, address, last):
    page = sign_in("ada", viewport={"width": 1280, "height": 800})
    page.goto(address)
    expect(page.get_by_role("columnheader", name=last)).to_be_visible()
    cut = "document.querySelector('.scroller').scrollWidth - document.querySelector('.scroller').clientWidth"
    assert page.evaluate(cut) == 0


def test_the_menu_opens_on_a_handheld_and_by_keyboard(sign_in):
    page = sign_in("ada", viewport={"width": 390, "height": 844})
    page.goto("/office/")
    menu = page.get_by_role("navigation", name="Menu")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    menu.get_by_role("link", name="Goods In").click()
    page.wait_for_url("**/office/stock/goods-in/")


def test_the_keyboard_reaches_the_page_and_the_search(sign_in):
    page = sign_in("mo")
    page.goto("/office/products/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    search = page.get_by_label("Search")
    expect(search).to_be_focused()
    page.keyboard.type("slate")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody th")).to_have_text("MUG-02")
    expect(search).to_be_focused()


def test_the_theme_can_be_chosen_and_stays(sign_in):
    page = sign_in("mo", color_scheme="light")
    page.goto("/office/")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("body")).to_have_css("color", "rgb(236, 239, 244)")
    page.goto("/office/tasks/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_file_of_products_is_previewed_as_soon_as_it_is_chosen(sign_in, tmp_path):
    page = sign_in("mo")
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("sku,name\nCHAIR-1,Chair\n")
    bad.write_text("sku,name,barcode\nCHAIR-1,Chair,5060004717782\n")
    page.goto("/office/products/import/")
    page.get_by_label("CSV file").set_input_files(bad)
    expect(page.locator("#preview")).to_contain_text("1 cell cannot be used. Nothing was imported.")
    page.get_by_label("CSV file").set_input_files(good)
    expect(page.locator("#preview")).to_contain_text("Every row can be used.")
    page.get_by_role("button", name="Import this file").click()
    expect(page.locator(".banner")).to_contain_text("Imported: 1 products made, 0 changed.")


def test_no_page_of_the_pretend_seller_central_has_a_fault_or_scrolls_sideways(chromium):
    window = chromium.new_context(color_scheme="light", viewport={"width": WIDTHS[0], "height": 844})
    page = window.new_page()
    found = {}
    with a_simulator() as amazon:
        for address in central_pages(amazon):
            page.goto(amazon.address + address)
            if trouble := every_fault(page):
                found[address] = trouble
    window.close()
    assert found == {}


def central_pages(amazon: Simulator) -> tuple[str, ...]:
    """Every page of the menu, and one of each kind that a list leads to, with something on it."""
    rows = [{"sku": "MUG-01", "asin": ASIN, "price": "12.99", "quantity": 9}]
    amazon.post("/simulator/listings/seed", {"listings": rows, "converted": True})
    line = {"sku": "MUG-01", "quantity": 1}
    shipment_id = amazon.post("/simulator/orders", {"lines": [line]})["orders"][0]["shipment_ids"][0]
    amazon.post(f"/simulator/shipments/{shipment_id}/fulfil", {"until": "SHIPPED"})
    amazon.post("/simulator/returns", {"shipment": shipment_id, "sku": "MUG-01", "units": 1})
    amazon.post("/simulator/orders", {"lines": [line]})
    amazon.post("/simulator/faults", {"operation": "getShipments", "kind": "delay", "times": 4})
    amazon.post("/simulator/holds", {"operation": "processShipment", "moment": "before"})
    came_back = amazon.control.get("/simulator/inspect/returns").json()[0]
    return (
        *(f"{address}?said=That+cannot+be.&tone=bad" for address, _ in MENU),
        "/central/listings/MUG-01?said=Done.",
        f"/central/shipments/{shipment_id}",
        f"/central/returns/{came_back['id']}",
    )
