"""From a product to the lorry in the browser: every step of the SmartConnect guide under its own name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.processes import Desk
from tests.browser.steps import expect_answer, field_call_of, reload_until, scan

pytestmark = pytest.mark.browser
SKU, ASIN, BARCODE = "RUG-77", "B0ZDDWR1P2", "5060009421607"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def says(page: Page, sentence: str) -> None:
    expect(page.locator(".banner", has_text=sentence)).to_be_visible()


def test_a_product_goes_from_the_price_to_the_lorry(sign_in, desk):
    office = sign_in("ada")
    the_connection_is_tested(office, desk)
    a_channel_is_added(office)
    an_amazon_price_is_created(office)
    goods_are_booked_in(office)
    the_product_is_listed(office, desk)
    order_id, early, late = desk.buy(SKU, 2), desk.buy(SKU), desk.buy(SKU)
    number = field_call_of(office, order_id)
    the_sale_hides_its_buyer(office, order_id)
    the_enquiry_offers_the_pick_list(office, number)
    packer = sign_in("pat", station="Journey")
    consignment = the_call_is_packed(packer, number, BARCODE, SKU)
    a_sale_is_cancelled_before_packing(office, desk, early)
    cancelled = field_call_of(office, late)
    assert the_call_is_packed(packer, cancelled, BARCODE) == consignment
    a_sale_is_cancelled_after_its_label(office, desk, late)
    the_lorry_is_completed(packer, consignment, number, left_out=cancelled)
    told = [row["status"] for order in (order_id, early, late) for row in desk.shipments(order)]
    assert told == ["SHIPPED", "CANCELLED", "CANCELLED"]
    the_goods_are_put_back(office, cancelled)
    the_buyer_appears(office, order_id)


def the_connection_is_tested(page: Page, desk: Desk) -> None:
    page.goto("/office/connections/new/")
    for label, value in (
        ("Name", "second"),
        ("Seller ID", "A2DEMOSELLER"),
        ("LWA client ID", "demo-client"),
        ("LWA client secret", "wrong-secret"),
        ("Refresh token", "Atzr|demo"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_label("Endpoint", exact=False).first.fill(desk.amazon.address)
    page.get_by_label("Token endpoint").fill(f"{desk.amazon.address}/auth/o2/token")
    press(page, "Save connection")
    press(page, "Test connection")
    expect(page.locator("#findings")).to_contain_text("second does not work yet.")
    page.goto("/office/connection/shop-uk/")
    press(page, "Test connection")
    expect(page.locator("#findings")).to_contain_text("shop-uk works.")


def a_channel_is_added(page: Page) -> None:
    page.goto("/office/sales-channels/new/")
    page.get_by_label("Code").fill("SC-DE")
    page.get_by_label("Connection").select_option("shop-uk")
    page.get_by_label("Marketplace").select_option("DE")
    page.get_by_label("Programme").select_option("smartconnect")
    rooms = page.get_by_label("Stock rooms that feed it")
    rooms.fill("SHOP")
    press(page, "Add sales channel")
    expect(page.locator("main")).to_contain_text("Write it like MAIN=LBAY.")
    rooms.fill("SHOP=LBDE")
    press(page, "Add sales channel")
    says(page, "Sales channel SC-DE is there.")


def an_amazon_price_is_created(page: Page) -> None:
    page.goto("/office/products/new/")
    for label, value in (("SKU", SKU), ("Name", "Wool rug, oatmeal"), ("Barcodes", BARCODE)):
        page.get_by_label(label).fill(value)
    for label, value in (
        ("Weight in grams", "12400"),
        ("Length in mm", "1600"),
        ("Width in mm", "280"),
        ("Height in mm", "280"),
    ):
        page.get_by_label(label).fill(value)
    press(page, "Save")
    page.get_by_role("link", name="Financial › Retail prices").click()
    page.get_by_label("Price, tax included").fill("149.00")
    press(page, "Save price")
    says(page, f"{SKU} costs 149.00 GBP for Amazon")


def goods_are_booked_in(page: Page) -> None:
    page.goto("/office/stock/goods-in/")
    page.get_by_label("Barcode or SKU").fill(BARCODE)
    page.get_by_label("Units").fill("9")
    page.get_by_label("Stock room").select_option("MAIN")
    page.keyboard.press("Enter")
    says(page, "On hand in MAIN: 0 → 9.")
    page.goto("/office/stock/transfer/")
    page.get_by_label("Barcode or SKU").fill(SKU)
    page.get_by_label("Units").fill("2")
    page.get_by_label("From stock room").select_option("MAIN")
    page.get_by_label("To stock room").select_option("SHOP")
    press(page, "Book")
    says(page, "MAIN: 9 → 7; SHOP: 0 → 2.")
    page.goto("/office/stock/disposal/")
    page.get_by_label("Barcode or SKU").fill(SKU)
    page.get_by_label("Stock room").select_option("SHOP")
    page.get_by_label("Reason").fill("Broken")
    press(page, "Book")
    says(page, "SHOP: 2 → 1.")


def the_product_is_listed(page: Page, desk: Desk) -> None:
    page.goto(f"/office/product/{SKU}/amazon/")
    page.get_by_label("ASIN", exact=True).fill(ASIN)
    press(page, "Check ASIN")
    expect(page.locator("#asin-found")).to_contain_text("Wool Rug, 160 x 230 cm, Oatmeal")
    expect(page.get_by_label("Condition")).to_have_value("new_new")
    expect(page.get_by_label("Listing type")).to_have_value("onsite_fba")
    page.get_by_label("Country of origin").fill("GB")
    page.get_by_label("Shipping template").select_option("Standard Delivery")
    press(page, "Add/Update ASIN")
    says(page, "Press Save to list it on Amazon.")
    press(page, "Save")
    says(page, f"{SKU} is sent to Amazon.")
    here = page.locator(".steps .is-here")
    address = f"/office/product/{SKU}/amazon/"
    reload_until(page, address, lambda: here.inner_text().strip() == "Awaiting conversion")
    submitted = desk.amazon.control.get(f"/simulator/inspect/listings/{SKU}").json()
    assert [one["quantity"] for one in submitted["availability"]] == [0]
    page.goto(f"{desk.amazon.address}/central/listings/{SKU}")
    press(page, "Change to Onsite FBA")
    expect(page.get_by_role("status")).to_contain_text(f"{SKU} is Onsite FBA now")
    told = page.get_by_text("Amazon shows 8 to buyers")
    reload_until(page, address, lambda: page.locator(".steps .is-done").count() == 5 and told.count() == 1)
    page.get_by_role("link", name="Why this number").click()
    expect(page.locator(".sum tr", has_text="To tell Amazon")).to_contain_text("8")


def the_sale_hides_its_buyer(page: Page, order_id: str) -> None:
    page.goto(f"/office/sales/?text={order_id}")
    page.locator("tbody th a").click()
    expect(page.locator("main")).to_contain_text("Amazon Sellerflex")
    expect(page.locator("main")).to_contain_text("None. Amazon shows it after the parcel was shipped.")
    expect(page.locator("main")).to_contain_text("Amazon shows the buyer only after the parcel was marked")


def the_enquiry_offers_the_pick_list(page: Page, number: str) -> None:
    page.goto("/office/field-calls/")
    expect(page.get_by_label("Carrier", exact=True)).to_have_value("Amazon SmartConnect")
    page.get_by_label("Carrier Collection Date").fill("")
    page.get_by_label("Number or SKU").fill(number)
    press(page, "Search")
    expect(page.locator("tbody th")).to_have_text(number)
    link = page.get_by_role("link", name="Pick list (PDF)").get_attribute("href")
    answer = page.request.get(str(link))
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")


def the_call_is_packed(page: Page, number: str, *items: str) -> str:
    page.goto("/bench/")
    for code in (number, *items):
        scan(page, code)
    expect_answer(page, "ok", f"{SKU}: {len(items)} of {len(items)}")
    press(page, "Packing Finished")
    expect_answer(page, "ok", f"Label for {number}")
    expect(page.locator("[data-labels] li", has_text=number)).to_contain_text("Printed", timeout=30_000)
    page.goto(f"/office/field-call/{number}/")
    return page.locator("td a", has_text="CN-").inner_text()


def a_sale_is_cancelled_before_packing(page: Page, desk: Desk, order_id: str) -> None:
    number = field_call_of(page, order_id)
    cancel_at_amazon(page, desk, order_id, number)
    expect(page.get_by_role("button", name="Put back")).to_have_count(0)
    assert standing(page) == {"Labelled": "2", "Open at Amazon": "1", "To put back": "0"}


def a_sale_is_cancelled_after_its_label(page: Page, desk: Desk, order_id: str) -> None:
    number = field_call_of(page, order_id)
    cancel_at_amazon(page, desk, order_id, number)
    expect(page.get_by_role("button", name="Put back")).to_be_visible()
    assert standing(page) == {"Labelled": "2", "Open at Amazon": "0", "To put back": "1"}


def cancel_at_amazon(page: Page, desk: Desk, order_id: str, number: str) -> None:
    desk.amazon.post(f"/simulator/orders/{order_id}/cancel")
    gone = page.locator("h1", has_text="Cancelled")
    reload_until(page, f"/office/field-call/{number}/", lambda: gone.count() == 1)


def standing(page: Page) -> dict[str, str]:
    """What of the rugs in MAIN is promised, by the stock page; the page stays what it was."""
    here = page.url
    page.goto(f"/office/product/{SKU}/stock/")
    table = page.get_by_role("group", name="Stock by room")
    heads = [head.strip() for head in table.locator("thead th").all_inner_texts()]
    cells = table.locator("tbody tr", has_text="MAIN").locator("th, td").all_inner_texts()
    row = dict(zip(heads, (cell.strip() for cell in cells), strict=True))
    page.goto(here)
    return {name: row[name] for name in ("Labelled", "Open at Amazon", "To put back")}


def the_goods_are_put_back(page: Page, number: str) -> None:
    page.goto(f"/office/field-call/{number}/")
    press(page, "Put back")
    assert standing(page)["To put back"] == "0"


def the_lorry_is_completed(page: Page, consignment: str, number: str, *, left_out: str) -> None:
    page.goto("/bench/batch-complete/")
    scan(page, consignment)
    page.wait_for_url(f"**code={consignment}")
    sheet = page.request.get(str(page.get_by_role("link", name="Dock sheet (PDF)").get_attribute("href")))
    assert sheet.body()[:5] == b"%PDF-"
    off = page.locator(".banner-stop", has_text="Take these off the lorry: Amazon cancelled them.")
    expect(off).to_contain_text(left_out)
    loaded = page.locator(".batch-sum-ok").inner_text().split("loaded, ")[1].split(" ")[0]
    page.get_by_label("Parcels counted on the lorry").fill(str(int(loaded) + 1))
    press(page, "Complete All")
    expect(page.locator(".bench-answer-stop")).to_contain_text("Nothing completed")
    count = page.get_by_label("Parcels counted on the lorry")
    count.focus()
    scan(page, consignment)
    page.wait_for_url(f"**code={consignment}")
    expect(count).to_have_value("")
    count.fill(loaded)
    press(page, "Complete All")
    says(page, f"{consignment} are completed. Amazon is told.")
    shown = page.locator(".timeline", has_text="Completed: it left on the lorry.")
    reload_until(page, f"/office/field-call/{number}/", lambda: shown.count() == 1)
    told = page.locator("td time")
    reload_until(page, f"/office/field-call/{number}/", lambda: told.count() == 1)


def the_buyer_appears(page: Page, order_id: str) -> None:
    page.goto(f"/office/sales/?text={order_id}")
    address = page.locator("tbody th a").get_attribute("href")
    reload_until(page, str(address), lambda: page.get_by_text("CreditCard").count() > 0)
    expect(page.locator("main")).not_to_contain_text("Amazon Sellerflex")
