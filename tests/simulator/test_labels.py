"""Labels of our own drawing: they scan, they end, they fail in part, and a new one has a new number."""

import re
from base64 import b64decode
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from werkzeug.test import TestResponse

from tests.simulator.shop import SHIPMENTS, Shop, package


@pytest.fixture
def packed(shop: Shop) -> tuple[Shop, str]:
    shop.linked("MUG")
    return shop, shop.until("PACKAGE_CREATED")


def fetch(shop: Shop, answer: TestResponse, place: int = 0) -> tuple[TestResponse, str]:
    """The file behind a label answer, and its tracking id."""
    label = answer.json["packageShipLabelList"][place]
    url = label["fileData"]["url"].removeprefix("http://localhost")
    return shop.client.get(url), label["shipLabelMetadata"]["trackingId"]


def dates(file: bytes) -> list[str]:
    """When a PDF says that it was made and changed: by the world's clock, not by the machine's."""
    document = pypdfium2.PdfDocument(file)
    return [document.get_metadata_value(name)[2:16] for name in ("CreationDate", "ModDate")]


def codes(picture: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(picture.convert("L"))}


def test_a_png_label_scans(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    file, tracking = fetch(shop, shop.label(shipment_id))
    assert file.content_type == "image/png"
    assert codes(Image.open(BytesIO(file.data))) == {tracking, f"{tracking};{shipment_id};P1"}


def test_a_pdf_label_scans(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    shop.control("PATCH", "locations/LBAY", {"label_format": "PDF"})
    file, tracking = fetch(shop, shop.label(shipment_id))
    assert file.content_type == "application/pdf"
    page = pypdfium2.PdfDocument(file.data)[0]
    assert [round(side) for side in page.get_size()] == [288, 432]
    assert tracking in codes(page.render(scale=203 / 72).to_pil())


@pytest.mark.parametrize("kind", ["PNG", "ZPL", "PDF"])
def test_the_same_label_is_the_same_file_at_any_time(packed: tuple[Shop, str], kind: str) -> None:
    shop, shipment_id = packed
    shop.control("PATCH", "locations/LBAY", {"label_format": kind})
    answer = shop.label(shipment_id)
    first, _ = fetch(shop, answer)
    shop.clock.advance(seconds=61)
    second, _ = fetch(shop, answer)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.data == second.data
    assert kind != "PDF" or dates(first.data) == ["20260914090000", "20260914090000"]


def test_the_same_invoice_is_the_same_file_at_any_time(shop: Shop) -> None:
    shop.linked("MUG")
    shipment_id = shop.until("PACKAGE_CREATED", invoice=True)
    path = f"{SHIPMENTS}/{shipment_id}/invoice"
    first = shop.call("POST", path).json["document"]
    shop.clock.advance(seconds=61)
    assert shop.call("GET", path).json["document"] == first
    assert dates(b64decode(first["content"])) == ["20260914090000", "20260914090000"]


def test_a_zpl_label_has_its_barcode_fields(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    shop.control("PATCH", "locations/LBAY", {"label_format": "ZPL"})
    file, tracking = fetch(shop, shop.label(shipment_id))
    assert file.content_type == "x.application/zpl"
    text = file.data.decode()
    assert text.startswith("^XA")
    assert text.rstrip().endswith("^XZ")
    assert re.findall(r"\^BCN[^^]*\^FD([^^]*)\^FS", text) == [tracking]
    assert re.findall(r"\^BXN[^^]*\^FD([^^]*)\^FS", text) == [f"{tracking};{shipment_id};P1"]


def test_the_same_address_gives_the_same_bytes(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    answer = shop.label(shipment_id)
    assert fetch(shop, answer)[0].data == fetch(shop, answer)[0].data


def test_a_label_address_needs_no_token_and_ends(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    answer = shop.label(shipment_id)
    shop.headers = {}
    assert fetch(shop, answer)[0].status_code == 200
    shop.clock.advance(seconds=300)
    ended = fetch(shop, answer)[0]
    assert (ended.status_code, ended.content_type) == (403, "application/xml")


def test_a_forged_address_opens_nothing(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    url = shop.label(shipment_id).json["packageShipLabelList"][0]["fileData"]["url"]
    path = url.removeprefix("http://localhost")
    for forged in (path.replace("Expires=", "Expires=9"), path.replace("/P1?", "/P2?"), path[:-1] + "é"):
        answer = shop.client.get(forged)
        assert answer.status_code == 403
        assert b"SignatureDoesNotMatch" in answer.data


def test_a_label_made_again_has_a_new_tracking_id(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    first = shop.label(shipment_id)
    again = shop.label(shipment_id, again=True)
    old, new = fetch(shop, first)[1], fetch(shop, again)[1]
    assert old != new
    assert shop.shipment(shipment_id)["packages"][0]["tracking_id"] == new
    assert shop.shipment(shipment_id)["packages"][0]["labels_generated"] == 2
    assert shop.shipment(shipment_id)["packages"][0]["void_tracking_ids"] == [old]
    assert shop.label(shipment_id).status_code == 409


def test_labels_can_fail_for_one_parcel_of_several(shop: Shop) -> None:
    shop.linked("MUG")
    shipment_id = shop.sold("MUG", 2, failing_labels=1)
    shop.confirm(shipment_id)
    shop.pack(shipment_id, package("P1"), package("P2"))
    rows = shop.label(shipment_id, "P1", "P2").json["packageShipLabelList"]
    assert [row["status"] for row in rows] == ["FAILURE", "SUCCESS"]
    assert rows[0]["errorDetails"]["code"] == "LabelGenerationFailure"
    assert shop.shipment(shipment_id)["status"] == "PACKAGE_CREATED"
    assert shop.label(shipment_id, "P1").json["packageShipLabelList"][0]["status"] == "SUCCESS"
    assert shop.shipment(shipment_id)["status"] == "SHIPLABEL_GENERATED"


def test_an_own_courier_is_not_for_a_label_of_amazons(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    courier = {"carrierName": "Dray & Sons", "trackingId": "DS-77"}
    path = f"/externalFulfillment/2024-09-11/shipments/{shipment_id}/shipLabels?operation=GENERATE"
    body = {"packageIds": ["P1"], "courierSupportedAttributes": courier}
    assert shop.call("PUT", path, json=body).status_code == 400
    assert shop.shipment(shipment_id)["packages"][0]["labels_generated"] == 0


def test_a_label_names_a_package_that_exists(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    assert shop.label(shipment_id, "P9").status_code == 404
    path = f"/externalFulfillment/2024-09-11/shipments/{shipment_id}/shipLabels?operation=GENERATE"
    assert shop.call("PUT", path, json={"packageIds": []}).status_code == 400


def test_the_pickup_window_is_that_of_the_promise_or_the_next_one(packed: tuple[Shop, str]) -> None:
    shop, shipment_id = packed
    label = shop.label(shipment_id).json["packageShipLabelList"][0]
    start = label["shipLabelMetadata"]["pickupWindow"]["startTime"]
    assert start == 1_789_423_200  # 14 September 2026, 23:00 in London
    shop.clock.advance(seconds=86_400)
    shop.signed_in()
    late = shop.label(shipment_id, again=True).json["packageShipLabelList"][0]
    assert late["shipLabelMetadata"]["pickupWindow"]["startTime"] == start + 86_400
