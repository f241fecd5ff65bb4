"""Labels and their files: read from the bytes, believed only when whole."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from loadbay.amazon.adapter import AmazonLabelDesk
from loadbay.amazon.translate.labels import label_file
from loadbay.core.errors import Rejected
from loadbay.core.ids import PackageId, ShipmentId
from loadbay.dispatch.ports import PaperFormat
from tests.amazon.double import Double

SHIPMENT, PACKAGE = ShipmentId("SHP1"), PackageId("P1")


def a_png() -> bytes:
    out = BytesIO()
    Image.new("1", (40, 60), 1).save(out, "PNG")
    return out.getvalue()


ZPL = b"^XA^FO20,20^BCN,80^FDQA123^FS^XZ\n"
ZPL_1250 = "^XA^CI27^FO20,20^FDMüller, Łódź^FS^XZ".encode("cp1250") + b"\r\n"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_png(), PaperFormat.PNG),
        (PDF, PaperFormat.PDF),
        (ZPL, PaperFormat.ZPL),
        (b"\xef\xbb\xbf\n" + ZPL, PaperFormat.ZPL),
        (ZPL_1250, PaperFormat.ZPL),
        (b"^XA^FO0,0^GB8,8^FD\x00\x80\xff\xfe^FS^XZ", PaperFormat.ZPL),
    ],
)
@pytest.mark.parametrize("claimed", ["application/pdf", "image/png", "text/html"])
def test_the_bytes_tell_the_kind_whatever_the_answer_claims(content: bytes, kind: PaperFormat, claimed: str):
    double = Double().answering(httpx2.Response(200, content=content, headers={"content-type": claimed}))
    got = AmazonLabelDesk(double.caller).fetch_label("https://b.s3.amazonaws.com/label")
    assert (got.format, got.content) == (kind, content)
    assert double.exchanges[-1].answer == f"({len(content)} bytes)".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>expired</html>",
        b"MZ\x90\x00",
        a_png()[:-20],
        a_png()[:30],
        a_png().replace(b"IHDR", b"IDHR"),
        a_png()[:16] + b"\xff\xff\xff\xff" + a_png()[20:],
        PDF[:20],
        b"^XA^FO20,20^FDcut",
        b"~JR^XA^XZ",
    ],
)
def test_what_is_not_one_whole_label_is_refused(content: bytes):
    with pytest.raises(Rejected) as caught:
        label_file(content)
    assert caught.value.reason == "not_a_label"


def sniffed(content: bytes) -> str:
    """Unchanged, or refused as no label."""
    try:
        return "unchanged" if label_file(content).content == content else "changed"
    except Rejected as refused:
        return refused.reason


@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"%PDF-", b"^XA"]), st.binary(max_size=400))
def test_no_bytes_break_the_sniffing(start: bytes, content: bytes):
    assert sniffed(start + content) in {"unchanged", "not_a_label"}


def test_a_label_file_larger_than_five_megabytes_is_not_read_to_its_end():
    double = Double().answering(httpx2.Response(200, content=ZPL + b" " * (5 * 1024 * 1024)))
    with pytest.raises(Exception, match="larger than"):
        AmazonLabelDesk(double.caller).fetch_label("https://b.s3.amazonaws.com/label")


def labels(*entries: dict) -> tuple:
    double = Double().answering({"packageShipLabelList": list(entries)})
    return AmazonLabelDesk(double.caller).make_labels(SHIPMENT, [PACKAGE])


def test_some_labels_may_fail_inside_one_answer():
    good, bad, older = labels(
        {
            "packageId": "P1",
            "status": "SUCCESS",
            "fileData": {"url": "https://b.s3.amazonaws.com/1"},
            "shipLabelMetadata": {
                "carrierName": "ATS",
                "trackingId": 151958276037,
                "pickupWindow": {"startTime": 1772460000, "endTime": "1772463600"},
            },
        },
        {"packageId": "P2", "status": "FAILURE", "errorDetails": {"code": "X1", "message": "too heavy"}},
        {"packageId": "P3", "isErrored": True, "fileData": {"url": "https://b.s3.amazonaws.com/3"}},
    )
    assert (good.is_made, good.tracking_id, good.carrier_name) == (True, "151958276037", "ATS")
    assert good.pickup_from == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert good.pickup_until == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    assert (bad.is_made, bad.error_code, bad.error_text) == (False, "X1", "too heavy")
    assert (older.is_made, older.error_code) == (False, "no_label")


def test_an_absurd_pickup_window_is_no_reason_to_lose_a_label():
    (seen,) = labels(
        {
            "packageId": "P1",
            "fileData": {"url": "https://b.s3.amazonaws.com/1"},
            "shipLabelMetadata": {"timeSlot": {"startTime": 10**30, "endTime": 162132660}},
        }
    )
    assert (seen.is_made, seen.pickup_from, seen.pickup_until) == (
        True,
        None,
        datetime(1975, 2, 20, 12, 51, tzinfo=UTC),
    )


def test_options_are_empty_where_amazon_chooses_and_named_where_the_shop_does():
    desk = AmazonLabelDesk(Double().answering({"shippingOptions": []}).caller)
    assert desk.shipping_options(SHIPMENT, package_id=PACKAGE) == ()
    option = {"shippingOptionId": "O1", "shipBy": "MARKETPLACE", "carrierName": "ATS"}
    answer = {
        "shippingOptions": [option, option | {"shippingOptionId": 2}],
        "recommendedShippingOption": option,
    }
    seen = AmazonLabelDesk(Double().answering(answer).caller).shipping_options(SHIPMENT, package_id=PACKAGE)
    assert [(o.option_id, o.is_recommended) for o in seen] == [("O1", True), ("2", False)]
