"""The bench's pages: each scan answered once, in words and tone; what changes by itself; the dock."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from loadbay.dispatch.models import BenchScan, FieldCall
from loadbay.dispatch.services import tracking
from loadbay.dispatch.services.boxes import NewBox, add_box
from loadbay.dispatch.services.printers import NewPrinter, add_printer
from loadbay.web.bench.station import COOKIE
from tests.builders import a_field_call, a_merchant_order, call_of, valid_labels
from tests.services.goods import an_order_channel

pytestmark = pytest.mark.django_db


def a_picture() -> bytes:
    file = BytesIO()
    Image.new("1", (8, 8)).save(file, format="PNG")
    return file.getvalue()


PNG = a_picture()


@pytest.fixture
def packer(sign_in) -> Client:
    client = sign_in("packer")
    client.cookies[COOKIE] = "Bench 1"
    return client


def page(answer) -> str:
    return answer.content.decode()


def scan(client: Client, code: str, *, key: object = None, seen: str = ""):
    asked = {"key": str(key or uuid4()), "code": code, "seen": seen}
    answer = client.post("/bench/scan/", asked, headers={"X-Bench": "1"})
    assert answer.status_code == 200
    return answer


def tone_of(answer) -> tuple[str, str]:
    given = answer.context["answer"]
    return given.tone.value, given.headline


def test_the_bench_opens_ready_for_a_field_call(packer, shop):
    text = page(packer.get("/bench/"))
    assert "Scan a field call" in text
    assert "autofocus" in text
    assert 'data-station="Bench 1"' in text


def test_a_field_call_is_packed_scan_by_scan(packer, shop):
    call = a_field_call(shop, units=2)
    assert tone_of(scan(packer, call.number)) == ("ok", call.number)
    assert tone_of(scan(packer, "RUG")) == ("ok", "RUG: 1 of 2")
    answer = scan(packer, "RUG")
    assert tone_of(answer) == ("ok", "RUG: 2 of 2")
    assert "2 of 2" in page(answer)
    assert tone_of(scan(packer, "LB-FINISH")) == ("ok", f"Label for {call.number}")
    assert call.row.state == "packed"
    assert f"<strong>{call.number}</strong> <span>Label on its way</span>" in page(packer.get("/bench/rest/"))


def test_a_wrong_scan_stops_in_words_and_colour_and_counts_nothing(packer, shop):
    call = a_field_call(shop)
    scan(packer, call.number)
    answer = scan(packer, "4006381333931")
    assert tone_of(answer) == ("stop", "Unknown code")
    assert "bench-answer-stop" in page(answer)
    assert 'data-tone="stop"' in page(answer)
    assert ">STOP<" in page(answer)


def test_the_same_scan_sent_twice_counts_once_and_is_answered_the_same(packer, shop):
    call = a_field_call(shop, units=2)
    scan(packer, call.number)
    key = uuid4()
    first, second = scan(packer, "RUG", key=key), scan(packer, "RUG", key=key)
    assert tone_of(first) == tone_of(second) == ("ok", "RUG: 1 of 2")
    assert BenchScan.objects.filter(code="RUG").count() == 1


@pytest.mark.parametrize("code", ["", " ", "\x07", "x" * 10_000, "<script>alert(1)</script>"])
def test_nonsense_is_answered_not_swallowed(code, packer, shop):
    call = a_field_call(shop)
    scan(packer, call.number)
    answer = scan(packer, code)
    assert tone_of(answer)[0] == "stop"
    assert "<script>alert" not in page(answer)


def test_a_scan_without_a_key_is_refused_in_words(packer, shop):
    answer = packer.post("/bench/scan/", {"code": "RUG"}, headers={"X-Bench": "1"})
    assert answer.status_code == 400
    assert "Nothing was counted." in page(answer)
    assert not BenchScan.objects.exists()


def test_without_the_script_a_scan_shows_the_whole_page(packer, shop):
    answer = packer.post("/bench/scan/", {"key": str(uuid4()), "code": "RUG"})
    assert "<html" in page(answer)
    assert "No field call yet" in page(answer)


def test_a_call_cancelled_on_the_bench_stops_the_bench_by_itself(packer, shop):
    call = a_field_call(shop)
    scan(packer, call.number)
    call.cancelled()
    answer = packer.get("/bench/rest/")
    assert tone_of(answer) == ("stop", f"{call.number} is cancelled")
    assert f'data-cancelled="{call.number}"' in page(answer)
    assert packer.get(f"/bench/rest/?seen={call.number}").context["answer"] is None
    assert tone_of(packer.get("/bench/")) == ("stop", f"{call.number} is cancelled")
    assert tone_of(scan(packer, call.number, seen=call.number)) == ("stop", f"{call.number} is cancelled")


def test_without_the_script_a_cancellation_is_shown_and_then_the_next_call_is_taken(packer, shop):
    call, other = a_field_call(shop), a_field_call(shop)
    scan(packer, call.number)
    call.cancelled()
    asked = {"key": str(uuid4()), "code": other.number, "seen": ""}
    stopped = packer.post("/bench/scan/", asked)
    assert tone_of(stopped) == ("stop", f"{call.number} is cancelled")
    assert f'name="seen" value="{call.number}"' in page(stopped)
    taken = packer.post("/bench/scan/", {**asked, "key": str(uuid4()), "seen": call.number})
    assert tone_of(taken) == ("ok", other.number)


def test_the_bench_shows_the_box_and_weight_that_amazon_will_be_told(packer, shop):
    add_box(NewBox("L", size="60x40x40", weight="0.45"))
    call = a_field_call(shop, units=2)
    text = page(scan(packer, call.number))
    assert "<strong>60 × 40 × 40 cm</strong> house box" in text
    assert "<strong>2.25 kg</strong> goods and box" in text
    assert tone_of(scan(packer, "W 3")) == ("ok", "3 kg")
    assert "<strong>3 kg</strong> typed" in page(scan(packer, "LB-BOX-L"))
    assert tone_of(scan(packer, "W 850")) == ("stop", "Not taken")


def test_two_benches_never_pack_one_field_call(packer, sign_in, shop):
    call = a_field_call(shop)
    scan(packer, call.number)
    other = sign_in("manager")
    other.cookies[COOKIE] = "Bench 2"
    assert tone_of(scan(other, call.number)) == ("stop", f"{call.number} is being packed")


def test_a_device_without_a_name_is_the_person_s_own_bench(sign_in, shop):
    client = sign_in("packer")
    assert 'data-station="packer.one"' in page(client.get("/bench/"))
    answer = client.post("/bench/station/", {"name": "Bench 7"})
    assert answer["Location"] == "/bench/"
    assert 'data-station="Bench 7"' in page(client.get("/bench/"))
    assert client.post("/bench/station/", {"name": "<b>"}).status_code == 422


def test_a_label_for_the_browser_is_offered_printed_and_then_gone(packer, shop):
    add_printer(NewPrinter(name="Bench 1", kind="browser", formats="png,pdf"))
    shop.marketplace.label_content = PNG
    call = a_field_call(shop).labelled()
    text = page(packer.get("/bench/rest/"))
    assert "data-print=" in text
    (job,) = packer.get("/bench/").context["prints"]
    label = packer.get(f"/bench/label/{job.id}/")
    assert (label["Content-Type"], label.content) == ("image/png", PNG)
    assert packer.post(f"/bench/label/{job.id}/printed/").status_code == 204
    assert packer.get("/bench/").context["prints"] == ()
    assert call.row.state == "labelled"


def test_batch_complete_shows_what_is_on_the_lorry_before_anything_is_told(packer, shop):
    loaded = a_field_call(shop).labelled()
    unlabelled = a_field_call(shop).packed()
    gone = a_field_call(shop).labelled().cancelled()
    answer = packer.get(f"/bench/batch-complete/?code={loaded.number}")
    view = answer.context["batch"]
    assert [row.number for row in view.loaded] == [loaded.number]
    assert [row.number for row in view.without_label] == [unlabelled.number]
    assert gone.number in [row.number for row in view.cancelled]
    assert "Take these off the lorry: Amazon cancelled them." in page(answer)
    assert loaded.row.state == "labelled"


def test_complete_all_asks_for_the_parcels_and_completes_once(packer, shop):
    call = a_field_call(shop).labelled()
    address = f"/bench/batch-complete/{call.consignment}/"
    wrong = packer.post(address, {"parcels": 3})
    assert wrong.status_code == 422
    assert "You counted 3 parcels" in page(wrong)
    assert call.row.state == "labelled"
    assert packer.post(address, {}).status_code == 422
    right = packer.post(address, {"parcels": 1}, follow=True)
    assert f"1 field calls of {call.consignment} are completed. Amazon is told." in page(right)
    assert call.row.state == "completed"
    again = packer.post(address, {"parcels": 1})
    assert again.status_code == 422
    assert "no labelled field call" in page(again)


def test_a_consignment_scanned_into_the_box_for_the_count_is_looked_at_instead(packer, shop):
    call = a_field_call(shop).labelled()
    answer = packer.post(f"/bench/batch-complete/{call.consignment}/", {"parcels": "CN-000077"})
    assert answer["Location"] == "/bench/batch-complete/?code=CN-000077"
    assert call.row.state == "labelled"


def test_a_code_that_leads_nowhere_stops_in_words(packer, shop):
    answer = packer.get("/bench/batch-complete/?code=HELLO")
    assert answer.status_code == 404
    assert "HELLO leads to no consignment." in page(answer)


def test_an_unreachable_amazon_does_not_keep_the_lorry_waiting(packer, shop):
    call = a_field_call(shop).labelled()
    shop.clock.advance(60)
    answer = packer.post(f"/office/field-call/{call.number}/complete/", follow=True)
    assert "Cancellations could not be looked up." in page(answer)
    assert call_of(call.number).state == FieldCall.State.COMPLETED


def test_a_carrier_of_our_own_wants_its_tracking_number_and_then_is_done(packer, shop):
    an_order_channel("mfn", beside=shop.channel)
    _, number = a_merchant_order(shop, RUG=1)
    for code in (number, "RUG", "LB-FINISH", "LB-FINISH"):
        answered = scan(packer, code)
    assert answered.context["view"].labels == ((number, "tracking_wanted", ""),)
    assert "Tracking number wanted" in page(packer.get("/bench/"))
    tracking.ship(number, tracking.Shipped(tracking=("JD0001",)), now=shop.clock.now())
    assert "Packed, tracking number known" in page(packer.get("/bench/"))


def test_a_label_that_went_to_no_printer_is_said_to_be_stored(packer, shop):
    call = a_field_call(shop)
    shop.packs(call.number, station="Bench 1")
    scan(packer, "LB-FINISH")
    shop.makes_labels_until_settled(call.number)
    assert valid_labels(call.number)
    assert "Label stored, no printer" in page(packer.get("/bench/"))
