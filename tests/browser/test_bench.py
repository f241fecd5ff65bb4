"""The bench in a real browser: fast scans, a dropped link, a reload, focus; none lost, none doubled."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.steps import a_field_call, expect_answer, field_call_of, reload_until, scan

pytestmark = pytest.mark.browser
LISTENING = """
window.heard = [];
const play = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  heard.push([this.type, this.frequency.value]);
  play.apply(this, at);
};
"""
"""Keeps what the page plays, for a test that cannot hear."""
BEEP, BUZZ = [["sine", 1320]], [["sawtooth", 196], ["sawtooth", 147]]


def test_a_call_is_packed_with_the_scanner_alone_and_its_label_comes_out(sign_in, desk):
    page = sign_in("pat", station="Bench A")
    number = a_field_call(page, desk, units=2)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    scan(page, "5012345000015")
    expect_answer(page, "ok", "MUG-01: 1 of 2")
    scan(page, "MUG-01")
    expect_answer(page, "ok", "MUG-01: 2 of 2")
    scan(page, "LB-FINISH")
    expect_answer(page, "ok", f"Label for {number}")
    label = page.locator("[data-labels] li", has_text=number)
    expect(label).to_contain_text("Printed", timeout=30_000)
    assert any(number in file.name for file in desk.labels.iterdir())


def test_a_wrong_scan_is_a_hard_stop_in_words_colour_and_sound(sign_in, desk):
    page = sign_in("pat", station="Bench B")
    page.add_init_script(LISTENING)
    number = a_field_call(page, desk)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    scan(page, "MUG-02")
    expect_answer(page, "stop", "Wrong item")
    expect(page.locator(".bench-sentence")).to_have_text(
        f"MUG-02 does not belong in {number}. Put it back and take the right one."
    )
    expect(page.locator("[data-answer]")).to_have_css("background-color", "rgb(179, 22, 15)")
    assert page.evaluate("heard") == [*BEEP, *BUZZ]
    page.get_by_role("button", name="Sound").click()
    scan(page, "LB-LEAVE")
    expect_answer(page, "note", f"{number} put back")
    assert page.evaluate("heard") == [*BEEP, *BUZZ], "the sound was switched off"


def test_scans_typed_faster_than_answers_are_all_counted_in_order(sign_in, desk):
    page = sign_in("pat", station="Bench C")
    number = a_field_call(page, desk, units=12)
    page.goto("/bench/")
    for code in (number, *["MUG-01"] * 12, "LB-FINISH"):
        scan(page, code)
    expect_answer(page, "ok", f"Label for {number}")
    expect(page.locator("[data-queue]")).to_be_empty()
    page.goto(f"/office/field-call/{number}/")
    expect(page.locator("tbody tr").first.locator("td").last).to_have_text("12")


def test_a_dropped_link_loses_no_scan_and_doubles_none(sign_in, desk):
    page = sign_in("pat", station="Bench D")
    number = a_field_call(page, desk, units=3)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    page.context.set_offline(True)
    for _ in range(3):
        scan(page, "MUG-01")
    expect(page.get_by_text("No link to Loadbay.")).to_be_visible()
    expect(page.locator("[data-queue]")).to_have_text("3 scans waiting")
    page.context.set_offline(False)
    expect_answer(page, "ok", "MUG-01: 3 of 3")
    expect(page.get_by_text("No link to Loadbay.")).to_be_hidden()


def test_an_answer_that_was_lost_is_asked_for_again_and_counts_once(sign_in, desk):
    page = sign_in("pat", station="Bench E")
    number = a_field_call(page, desk, units=2)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/bench/scan/", lose_the_first_answer)
    scan(page, "MUG-01")
    expect_answer(page, "ok", "MUG-01: 1 of 2")
    assert lost == [200]
    expect(page.locator(".bench-count")).to_have_text("1 of 2")


def test_waiting_scans_survive_loading_the_page_again(sign_in, desk):
    page = sign_in("pat", station="Bench F")
    number = a_field_call(page, desk, units=2)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    page.route("**/bench/scan/", lambda route: route.abort())
    scan(page, "MUG-01")
    scan(page, "MUG-01")
    expect(page.locator("[data-queue]")).to_have_text("2 scans waiting")
    page.unroute("**/bench/scan/")
    page.goto("/bench/")
    expect_answer(page, "ok", "MUG-01: 2 of 2")


def test_the_box_has_the_focus_whatever_was_touched(sign_in, desk):
    page = sign_in("pat", station="Bench G")
    page.goto("/bench/")
    box = page.get_by_label("Barcode")
    expect(box).to_be_focused()
    page.locator(".bench-work").click()
    expect(box).to_be_focused()
    page.get_by_role("button", name="Packing Finished").click()
    expect_answer(page, "stop", "No field call yet")
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Packing Finished")).to_be_focused()
    scan(page, "HELLO")
    expect(box).to_be_focused()
    expect_answer(page, "stop", "No field call yet")


def test_a_sale_cancelled_at_amazon_stops_the_bench_by_itself(sign_in, desk):
    page = sign_in("pat", station="Bench H")
    order_id = desk.sales[1].pop()
    number = field_call_of(page, order_id)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    desk.amazon.post(f"/simulator/orders/{order_id}/cancel")
    expect(page.locator("[data-answer]")).to_have_attribute("data-tone", "stop", timeout=40_000)
    expect_answer(page, "stop", f"{number} is cancelled")
    scan(page, a_field_call(sign_in("mo"), desk))
    expect(page.locator("[data-answer]")).to_have_attribute("data-tone", "ok")


def test_scans_made_before_a_cancellation_was_seen_are_stopped_and_the_next_one_counts(sign_in, desk):
    page, office = sign_in("pat", station="Bench I"), sign_in("mo")
    order_id = desk.sales[1].pop()
    number, other = field_call_of(page, order_id), a_field_call(office, desk)
    page.goto("/bench/")
    scan(page, number)
    expect_answer(page, "ok", number)
    page.context.set_offline(True)
    for code in ("MUG-01", "LB-FINISH", other, "MUG-01"):
        scan(page, code)
    desk.amazon.post(f"/simulator/orders/{order_id}/cancel")
    cancelled = office.locator("h1", has_text="Cancelled")
    reload_until(office, f"/office/field-call/{number}/", lambda: cancelled.count() == 1)
    expect(office.get_by_role("button", name="Put back")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator("[data-queue]")).to_be_empty()
    expect_answer(page, "stop", f"{number} is cancelled")
    scan(page, other)
    expect_answer(page, "ok", other)


def test_a_declined_label_is_cured_with_the_scanner_alone(sign_in, desk):
    page = sign_in("pat", station="Bench J")
    bought = {"lines": [{"sku": "MUG-01", "quantity": 1}], "force": True, "failing_labels": 1}
    placed = desk.amazon.post("/simulator/orders", bought)
    number = field_call_of(page, placed["orders"][0]["order_id"])
    page.goto("/bench/")
    for code in (number, "MUG-01", "LB-FINISH"):
        scan(page, code)
    label = page.locator("[data-labels] li", has_text=number)
    expect(label).to_contain_text("No label: scan its number", timeout=30_000)
    scan(page, number)
    expect_answer(page, "stop", f"{number} got no label")
    scan(page, number)
    expect_answer(page, "note", f"{number} is open again")
    scan(page, "B 60x40x40")
    expect_answer(page, "ok", "60 × 40 × 40 cm")
    scan(page, "W 2,4")
    expect_answer(page, "ok", "2.4 kg")
    scan(page, "LB-FINISH")
    expect_answer(page, "ok", f"Label for {number}")
    expect(label).to_contain_text("Printed", timeout=30_000)
