"""A program does what people do in the office: same services, same shapes as the terminal's `--json`."""

from __future__ import annotations

import json

import pytest

from loadbay.channels.models import Connection
from loadbay.channels.queries import channel
from loadbay.core.clock import SystemClock
from loadbay.core.plain import plain
from loadbay.dispatch.bench_rules import COMMAND_FINISH
from loadbay.inbox.services import open_task
from loadbay.journal.queries import timeline
from loadbay.listings.ports import OfferedTemplate
from loadbay.listings.services.templates import store_templates
from loadbay.listings.shown import listing_shown
from loadbay.orders.shown import sale_without_buyer
from loadbay.people.queries import people
from loadbay.stock.shown import stock_shown
from tests.builders import a_field_call
from tests.contracts.stages import a_simulator
from tests.services.goods import a_room, a_serialised
from tests.services.own_seller import own_seller

pytestmark = pytest.mark.django_db
MUG = {"sku": "MUG-01", "name": "Mug", "barcodes": ["4006381333931"], "weight_g": 350}


def test_a_product_is_added_found_changed_and_priced(api, shop):
    made = api.post("/products", MUG)
    assert (api.status, made["barcodes"], made["weight_g"]) == (201, ["4006381333931"], 350)
    assert api.get("/products/4006381333931")["sku"] == "MUG-01"
    assert [row["sku"] for row in api.get("/products?search=mug")["products"]] == ["MUG-01"]
    changed = api.ask("patch", "/products/MUG-01", {"name": "Blue mug", "weight_g": None})
    assert (changed["name"], changed["weight_g"], changed["barcodes"]) == ("Blue mug", None, MUG["barcodes"])
    price = {"sku": "MUG-01", "category": "Amazon", "amount": "12.99", "currency": "GBP"}
    assert api.post("/prices", price)["price"] == {"amount": "12.99", "currency": "GBP"}
    assert len(api.get("/prices?sku=MUG-01")["prices"]) == 1


def test_a_product_that_is_there_is_not_added_again(api, shop):
    api.post("/products", MUG)
    api.post("/products", MUG | {"barcodes": []})
    assert (api.status, api.error()["code"]) == (409, "product_exists")
    api.post("/products", MUG | {"sku": "MUG-02"})
    assert (api.status, api.error()["code"], api.error()["field"]) == (409, "barcode_taken", "barcodes")
    api.post("/products", MUG | {"sku": "MUG-03", "barcodes": ["4006381333932"]})
    assert (api.status, api.error()["field"]) == (422, "barcodes")


def test_a_soft_bundle_is_made_of_its_contents(api, shop):
    made = api.post("/products", {"sku": "SET", "name": "Set", "contents": {"RUG": 2}})
    assert (made["is_bundle"], [part["units"] for part in made["contents"]]) == (True, [2])
    assert api.get("/stock/SET")["free"] == 10


def test_products_come_a_page_at_a_time_until_the_last(api, shop):
    for number in range(7):
        api.post("/products", {"sku": f"P-{number}", "name": "Pot"})
    seen, after, pages = [], "", 0
    while after is not None:
        page = api.get(f"/products?limit=3&after={after}")
        seen += [row["sku"] for row in page["products"]]
        after, pages = page["after"], pages + 1
    assert seen == sorted([*(f"P-{number}" for number in range(7)), "RUG"])
    assert pages == 3


def test_a_file_of_products_is_imported_whole_or_not_at_all(api, shop):
    sheet = b"sku,name,weight_g\nA-1,Aloe,100\nA-2,Agave,heavy\n"
    api.ask("post", "/products/import", sheet, Content_Type="text/csv")
    assert (api.status, api.error()["code"]) == (422, "sheet_has_faults")
    good = sheet.replace(b"heavy", b"200")
    report = api.ask("post", "/products/import?dry_run=true", good, Content_Type="text/csv")
    assert (report["is_applied"], report["created"]) == (False, 2)
    assert api.get("/products?search=A-1")["products"] == []
    assert api.ask("post", "/products/import", good, Content_Type="text/csv")["is_applied"] is True


def test_goods_move_and_the_ledger_says_who_moved_them(api, shop):
    a_room("LOFT")
    api.post("/stock/goods-in", {"sku": "RUG", "room": "SHOP", "units": 5, "reference": "DN-1"})
    moved = api.post("/stock/transfer", {"sku": "RUG", "source": "SHOP", "target": "LOFT", "units": 4})
    assert (api.status, {one["room"]: one["after"] for one in moved["rooms"]}) == (
        201,
        {"SHOP": 21, "LOFT": 4},
    )
    api.post("/stock/disposal", {"sku": "RUG", "room": "LOFT", "units": 1, "reason": "torn"})
    assert api.get("/stock/RUG") == plain(stock_shown("RUG"))
    first = api.get("/stock/RUG/movements?limit=2")
    rest = api.get(f"/stock/RUG/movements?limit=50&after={first['after']}")
    assert [row["units"] for row in (*first["movements"], *rest["movements"])] == [-1, 4, -4, 5, 20]
    assert {row["room"] for row in api.get("/stock")["stock"]} == {"SHOP", "LOFT"}


def test_items_of_a_serialised_product_are_booked_by_their_numbers(api, shop):
    a_serialised("CAM", "SN-1")
    api.post("/stock/goods-in", {"sku": "CAM", "room": "SHOP", "numbers": ["SN-2", "SN-3"]})
    page = api.get("/stock/CAM/items?limit=2")
    assert ([row["number"] for row in page["items"]], page["after"]) == (["SN-1", "SN-2"], "SN-2")
    assert api.get("/stock/items/SN-3")["item"]["sku"] == "CAM"
    api.post("/stock/goods-in", {"sku": "CAM", "room": "SHOP", "numbers": ["SN-2"]})
    assert (api.status, api.error()["code"]) == (409, "number_taken")


def test_a_listing_is_added_changed_explained_and_sent(api, shop):
    api.post("/products", MUG)
    wanted = {"sku": "MUG-01", "channel": "UK", "asin": "B000TEST01", "check": False}
    wanted |= {"country_of_origin": "GB", "shipping_template": "Prime"}
    api.post("/listings", wanted)
    assert (api.status, api.error()["code"]) == (409, "listing_not_ready")
    api.post("/prices", {"sku": "MUG-01", "category": "Amazon", "amount": "12.99", "currency": "GBP"})
    made = api.post("/listings", wanted)
    assert (api.status, made["listing"]["state"]) == (201, "draft")
    api.ask("patch", "/listings/UK/MUG-01", {"offset": -2, "cap": 7})
    shown = api.get("/listings/UK/MUG-01")
    assert (shown["listing"]["stock_offset"], shown["listing"]["stock_cap"]) == (-2, 7)
    assert shown == plain(listing_shown("MUG-01", "UK"))
    assert len(api.get("/listings/UK/MUG-01/why-this-number")["locations"]) == 1
    assert api.post("/listings/UK/MUG-01/submit")["listing"]["submission_wanted"] is True
    assert {row["sku"] for row in api.get("/listings")["listings"]} == {"RUG", "MUG-01"}


def test_the_global_stock_cap_is_tried_set_and_ended(api, shop):
    assert api.post("/stock-cap?dry_run=true", {"units": 5})["caps"] == []
    assert api.post("/stock-cap", {"units": 5})["in_force"] == 5
    assert api.post("/stock-cap/end", {})["in_force"] is None


def test_a_listing_is_taken_off_only_when_that_is_said(api, shop):
    assert api.post("/listings/UK/RUG/delist?dry_run=true")["listing"]["delisting_wanted"] is False
    assert api.post("/listings/UK/RUG/delist")["listing"]["delisting_wanted"] is True


def test_secrets_of_a_connection_go_in_and_never_come_out(api, shop):
    wanted = {"name": "DE", "region": "eu", "seller_id": "A1", "client_id": "c"}
    made = api.post("/connections", wanted | {"client_secret": "s3cret-one", "refresh_token": "Atzr|two"})
    assert (api.status, made["name"]) == (201, "DE")
    texts = [json.dumps(made), json.dumps(api.get("/connections")), json.dumps(api.get("/connections/DE"))]
    assert [word for word in ("s3cret-one", "Atzr|two") if any(word in text for text in texts)] == []
    api.post("/connections/DE/secrets", {})
    assert api.said() == (422, "wrong_input", "client_secret")
    assert api.post("/connections/DE/secrets", {"client_secret": "three"})["name"] == "DE"


def test_a_connection_that_does_not_work_is_named_finding_by_finding(api, shop):
    name = Connection.objects.get().name
    tested = api.post(f"/connections/{name}/test", {})
    assert (api.status, tested["works"]) == (200, False)
    assert all(finding["sentence"] for finding in tested["findings"])


def test_a_channels_settings_change_together_or_not_at_all(api, shop):
    tried = api.ask("patch", "/channels/UK?dry_run=true", {"description": "Kingdom"})
    assert ([one["setting"] for one in tried["changed"]], tried["is_dry_run"]) == (["description"], True)
    api.ask("patch", "/channels/UK", {"description": "Kingdom", "time_zone": "Mars/Base"})
    assert (api.status, api.error()["field"]) == (422, "time_zone")
    assert api.get("/channels/UK") == plain(channel("UK"))
    api.ask("patch", "/channels/UK", {"description": "Kingdom", "is_watching": True})
    assert (api.get("/channels/UK")["description"], channel("UK").is_watching) == ("Kingdom", True)
    assert timeline("channel:UK")[0].actor == f"token:{api.name}"


def test_the_order_status_matrix_is_read_tried_and_changed(api, shop):
    matrix = api.get("/channels/UK/order-status-matrix")
    tried = api.post("/channels/UK/order-status-matrix/try", {"lines": matrix["lines"]})
    assert (api.status, tried["changed"]) == (200, 0)
    same = {"lines": matrix["lines"], "version": matrix["version"]}
    assert api.ask("put", "/channels/UK/order-status-matrix", same)["changes"] == []
    api.ask("put", "/channels/UK/order-status-matrix", same | {"version": "another"})
    assert (api.status, api.error()["code"]) == (409, "matrix_changed_meanwhile")


def test_definitions_are_retrieved_mapped_and_removed(api, shop):
    api.post("/shipping-agents", {"code": "DPD", "name": "DPD"})
    agent = api.post("/shipping-agents/DPD/services", {"code": "NEXT", "name": "Next day"})
    assert agent["services"] == [["NEXT", "Next day"]]
    added = api.post("/channels/UK/shipping-methods/retrieve")["added"]
    assert len(added) == 8
    line = {"external_id": added[0], "agent": "DPD", "service": "NEXT", "behaviour": "skip"}
    assert api.ask("patch", "/channels/UK/shipping-methods", {"lines": [line]})["changed"]
    rows = {row["external_id"]: row for row in api.get("/channels/UK/shipping-methods")["shipping_methods"]}
    assert (rows[added[0]]["agent"], rows[added[0]]["is_mapped"]) == ("DPD", True)
    api.ask("patch", "/channels/UK/shipping-methods", {"lines": [line | {"service": "NONE"}]})
    assert (api.status, api.error()["code"], api.error()["field"]) == (
        422,
        "definition_not_usable",
        "service",
    )
    api.post("/channels/UK/shipping-methods/remove", {"external_id": added[1]})
    assert len(api.get("/channels/UK/shipping-methods")["shipping_methods"]) == 7
    assert api.ask("patch", "/channels/UK/currencies", {"codes": {"EUR": "EUR"}})["changed"]


def test_a_sale_is_read_without_its_buyer_and_a_look_at_the_buyer_is_noted(program, shop):
    number = a_field_call(shop).sale.number
    caller = program("sales:read")
    assert [row["number"] for row in caller.get("/sales")["sales"]] == [number]
    assert caller.get(f"/sales/{number}") == plain(sale_without_buyer(number))
    caller.get(f"/sales/{number}/buyer")
    assert caller.status == 403
    seeing = program("buyers:read")
    assert seeing.get(f"/sales/{number}/buyer")["sale"] == number
    assert seeing.status == 200


def test_a_channel_order_is_read_whole_and_ignored_with_a_reason(api, shop):
    call = a_field_call(shop)
    rows = api.get("/orders")["orders"]
    assert [row["sale"] for row in rows] == [call.sale.number]
    shown = api.get(f"/orders/{rows[0]['order_id']}")
    assert shown["field_calls"] == {call.sale.number: call.number}
    api.post("/orders/act", {"act": "ignore", "numbers": [rows[0]["order_id"]]})
    assert (api.status, api.error()["code"], api.error()["field"]) == (409, "reason_needed", "reason")
    api.post("/orders/act", {"act": "archive"})
    assert api.said()[:2] == (422, "wrong_input")
    done = api.post("/orders/act", {"act": "archive", "numbers": [rows[0]["order_id"]]})
    assert (done["done"], api.get("/orders")["orders"]) == (1, [])


def test_an_order_rule_is_tried_added_and_removed(api, shop):
    condition = {"field": "total", "comparison": "at-least", "value": "1"}
    wanted = {"channel": "UK", "action": "hold", "conditions": [condition]}
    a_field_call(shop)
    assert api.post("/order-rules/try", wanted)["fitting"] == 1
    made = api.post("/order-rules", wanted | {"name": "Large"})
    assert (api.status, made["row"]["name"]) == (201, "Large")
    assert [row["name"] for row in api.get("/order-rules")["rules"]] == ["Large"]
    at = f"/order-rules/{made['row']['id']}"
    changed = api.ask("put", at, wanted | {"name": "Larger", "conditions": [condition | {"value": "9"}]})
    assert (changed["row"]["id"], changed["row"]["name"]) == (made["row"]["id"], "Larger")
    api.ask("put", at, wanted | {"name": "Large", "channel": "DE"})
    assert api.said()[:2] == (422, "wrong_rule")
    api.ask("put", at, wanted | {"name": "Large"})
    api.post("/order-rules/try", wanted | {"conditions": [condition | {"field": "colour"}]})
    assert (api.status, api.error()["code"]) == (422, "wrong_rule")
    api.ask("delete", f"/order-rules/{made['row']['id']}")
    assert api.get("/order-rules")["rules"] == []


def test_where_buyers_live_is_asked_only_by_who_may_see_buyers(program, shop):
    condition = {"field": "Postcode", "comparison": "starts-with", "value": "D"}
    wanted = {"channel": "UK", "action": "flag", "conditions": [condition]}
    blind = program("sales:read", "sales:write")
    for path, given in (("/order-rules/try", wanted), ("/order-rules", wanted | {"name": "D"})):
        blind.post(path, given)
        assert (blind.status, blind.error()["code"]) == (403, "scope_missing")
    seeing = program("sales:read", "sales:write", "buyers:read")
    assert seeing.post("/order-rules/try", wanted)["looked_at"] == 0
    seeing.post("/order-rules", wanted | {"name": "D"})
    assert seeing.status == 201


def test_a_parcel_is_packed_scan_by_scan_and_a_repeated_scan_counts_nothing(api, shop):
    number = a_field_call(shop).number
    at = "/bench/Bench%201"
    assert api.post(f"{at}/scan", {"code": number})["answer"]["outcome"] == "started"
    one = {"code": "RUG", "key": "0b9d2a3e-7d0e-4a55-9f0e-3f3f3c1c9a11"}
    first, again = (api.post(f"{at}/scan", one)["answer"] for _ in range(2))
    assert (first, first["outcome"]) == (again, "all_packed")
    assert api.post(f"{at}/scan", {"code": "WRONG"})["answer"]["tone"] == "stop"
    assert api.post(f"{at}/scan", {"code": COMMAND_FINISH})["answer"]["outcome"] == "finished"
    assert api.get(f"/field-calls/{number}")["row"]["state"] == "packed"


def test_a_label_is_buyer_data_and_comes_as_its_bytes(program, shop):
    call = a_field_call(shop).labelled()
    package = call.row.parcels.get().package_id
    caller = program("buyers:read", "dispatch:read")
    content = caller.get(f"/field-calls/{call.number}/labels/{package}")
    assert (caller.status, len(content) > 20) == (200, True)
    assert caller.answer["Content-Type"].split("/")[0] in {"image", "application", "text"}
    assert caller.answer["Cache-Control"] == "no-store"
    other = program("dispatch:write")
    other.get(f"/field-calls/{call.number}/labels/{package}")
    assert other.status == 403


def test_a_consignment_is_completed_with_the_parcels_that_were_counted(api, shop):
    call = a_field_call(shop).labelled()
    consignment = call.consignment
    view = api.get(f"/consignments/{consignment}")
    assert (view["parcels"], [row["number"] for row in view["loaded"]]) == (1, [call.number])
    api.post(f"/consignments/{consignment}/complete", {"parcels": 2})
    assert (api.status, api.error()["code"], api.error()["field"]) == (422, "count_differs", "parcels")
    done = api.post(f"/consignments/{consignment}/complete", {"parcels": 1})
    assert (done["completed"], done["left"]) == ([call.number], [])
    assert api.get("/field-calls?state=completed")["field_calls"][0]["number"] == call.number


def test_papers_come_as_pdf(api, shop):
    call = a_field_call(shop).labelled()
    a_field_call(shop)
    for path in (
        "/field-calls/pick-list.pdf",
        f"/consignments/{call.consignment}/dock-sheet.pdf",
        "/bench/papers/commands.pdf",
    ):
        assert api.get(path).startswith(b"%PDF"), path
        assert api.answer["Content-Type"] == "application/pdf"


def test_boxes_and_printers_are_added_and_named(api, shop):
    api.post("/boxes", {"code": "M", "size": "40x30x20", "weight": "0.15"})
    api.post("/boxes", {"code": "L", "size": "60x40x40", "weight": "0.3"})
    assert api.post("/boxes/L/house-box")["house_box"] == "L"
    assert api.ask("delete", "/boxes/M") == {"removed": "M"}
    assert [box["code"] for box in api.get("/boxes")["boxes"]] == ["L"]
    made = api.post("/printers", {"name": "Bench 9", "kind": "browser", "formats": "png"})
    assert (api.status, made["name"]) == (201, "Bench 9")
    api.post("/printers", {"name": "Far", "kind": "raw", "address": "nowhere"})
    assert (api.status, api.error()["field"]) == (422, "address")


def test_a_task_is_read_and_closed(api, shop):
    number = open_task(kind="mapping", matter="x", cause="mapping", sentence="What is x?")
    assert number in [task["id"] for task in api.get("/tasks?cause=mapping")["tasks"]]
    assert api.post(f"/tasks/{number}/close") == {"id": number, "is_open": False}
    api.post("/tasks/999999/close")
    assert (api.status, api.error()["code"]) == (404, "task_unknown")


def test_people_are_let_in_and_let_go_but_the_last_administrator_stays(api, shop):
    ann = {"username": "ann", "role": "administrator", "password": "a long enough pass phrase"}
    made = api.post("/people", ann)
    assert (api.status, "password" in made) == (201, False)
    assert api.get("/people")["people"] == plain(people())
    api.post("/people/ann/let-go")
    assert (api.status, api.error()["code"]) == (409, "last_administrator")
    api.post("/people", ann)
    assert api.said()[:2] == (409, "name_taken")


def test_the_doctor_says_what_it_found(api, shop):
    found = api.get("/doctor")
    assert {finding["check"] for finding in found["findings"]} >= {"clock", "workers", "ledger"}
    assert found["problems"] == sum(finding["state"] == "problem" for finding in found["findings"])


def test_the_shipping_templates_of_a_channel_are_listed_and_trouble_leaves_them(api, shop):
    assert api.get("/channels/UK/shipping-templates")["shipping_templates"] == []
    seen = [OfferedTemplate("9f-2", "Heavy goods")]
    store_templates(shop.channel.pk, seen, now=SystemClock().now())
    rows = api.get("/channels/uk/shipping-templates")["shipping_templates"]
    assert [(row["name"], row["id"], row["is_offered"], row["listings"]) for row in rows] == [
        ("Standard delivery", "", False, 1),
        ("Heavy goods", "9f-2", True, 0),
    ]
    api.post("/channels/UK/shipping-templates/retrieve")
    assert (api.status, api.error()["code"]) == (503, "retryable")
    assert api.get("/channels/UK/shipping-templates")["shipping_templates"] == rows
    api.get("/channels/NOWHERE/shipping-templates")
    assert api.status == 404


def test_shipping_templates_are_retrieved_by_a_program(api, shop):
    with a_simulator() as amazon:
        own_seller(amazon)
        found = api.post("/channels/UK/shipping-templates/retrieve")
        assert (api.status, found["added"]) == (200, ["Standard delivery", "Heavy goods"])
        again = api.post("/channels/UK/shipping-templates/retrieve")
    assert (again["offered"], again["added"], again["gone"]) == (found["offered"], [], [])
