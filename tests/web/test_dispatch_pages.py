"""Field Call Enquiry as the guide opens it, the card of a field call, papers, and what a sale shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from loadbay.core.errors import Rejected
from loadbay.core.ids import Sku
from loadbay.dispatch.models import FieldCall, Parcel
from loadbay.journal.queries import timeline
from tests.builders import FINISH, a_field_call
from tests.services.goods import a_product, an_order_channel

pytestmark = pytest.mark.django_db


def page(answer) -> str:
    return answer.content.decode()


def test_the_enquiry_opens_with_the_day_s_smartconnect_collection(sign_in, shop):
    call = a_field_call(shop)
    day = call.row.collection_date
    client = sign_in("packer")
    form = client.get("/office/field-calls/").context["form"]
    assert form.data["carrier"] == "Amazon SmartConnect"
    assert form.data["collection_date"] == str(timezone.localtime(shop.clock.now()).date())
    wanted = f"/office/field-calls/?carrier=Amazon+SmartConnect&collection_date={day}"
    assert [row.number for row in client.get(wanted).context["page"].rows] == [call.number]


def test_the_enquiry_finds_by_state_room_and_text(sign_in, shop):
    call = a_field_call(shop)
    client = sign_in("packer")
    for found in ("state=to_pack", "room=SHOP", "channel=UK", "text=RUG", f"text={call.number.lower()}"):
        assert len(client.get(f"/office/field-calls/?{found}").context["page"].rows) == 1, found
    for missed in ("state=completed", "text=NOPE"):
        assert client.get(f"/office/field-calls/?{missed}").context["page"].rows == (), missed


@pytest.mark.parametrize("wrong", ["collection_date=tomorrow", "state=lost", "room=MOON"])
def test_a_search_that_makes_no_sense_is_named(wrong, sign_in, shop):
    answer = sign_in("packer").get(f"/office/field-calls/?{wrong}")
    assert answer.status_code == 422
    assert answer.context["form"].errors


@pytest.mark.parametrize("key", ["x", "2026-01-01~x", "~", "2026-01-01T00:00:00+00:00~9" + "9" * 30])
def test_a_mangled_page_key_shows_the_first_page(key, sign_in, shop):
    call = a_field_call(shop)
    answer = sign_in("packer").get("/office/field-calls/", {"text": "RUG", "after": key})
    assert [row.number for row in answer.context["page"].rows] == [call.number]


def test_the_pick_list_is_a_pdf_of_what_was_searched(sign_in, shop):
    call = a_field_call(shop)
    answer = sign_in("packer").get(
        f"/office/field-calls/pick-list.pdf?collection_date={call.row.collection_date}"
    )
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


def test_nothing_to_pick_is_said_not_printed(sign_in, shop):
    answer = sign_in("packer").get("/office/field-calls/pick-list.pdf?collection_date=2020-01-01")
    assert answer.status_code == 404
    assert "There is no field call to pick on 01 January 2020." in page(answer)


def test_what_a_field_call_offers_follows_its_state(sign_in, shop):
    client = sign_in("packer")
    call = a_field_call(shop)
    assert ">Complete<" not in offers(client, call)
    call.labelled()
    assert "Reprint" in offers(client, call)
    assert "Complete" in offers(client, call)
    call.cancelled()
    assert "Put back" in offers(client, call)
    answer = client.post(f"/office/field-call/{call.number}/put-back/", follow=True)
    assert "are back on the shelf" in page(answer)
    again = client.post(f"/office/field-call/{call.number}/put-back/", follow=True)
    assert "has no goods waiting to be put back" in page(again)


def test_put_back_is_offered_only_where_goods_wait_to_be_put_back(sign_in, shop):
    client = sign_in("packer")
    assert "Put back" not in offers(client, a_field_call(shop).cancelled())
    packed = a_field_call(shop).packed().cancelled()
    assert "Put back" in offers(client, packed)
    client.post(f"/office/field-call/{packed.number}/put-back/")
    assert "Put back" not in offers(client, packed)


def a_declined_call(shop):
    call = a_field_call(shop).packed()
    shop.fails("make_labels", Rejected("The box is too heavy.", reason="400"))
    shop.makes_labels_until_settled(call.number)
    return call


def test_a_declined_call_is_opened_again_at_ones_own_bench(sign_in, shop):
    client, call = sign_in("packer"), a_declined_call(shop)
    assert "Open again" in offers(client, call)
    answer = client.post(f"/office/field-call/{call.number}/open-again/", follow=True)
    assert f"{call.number} is open again at packer.one." in page(answer)
    assert (call.row.state, call.row.station) == ("packing", "packer.one")
    assert "Open again" not in offers(client, call)


def test_another_box_is_told_from_the_card(sign_in, shop):
    client, call = sign_in("packer"), a_declined_call(shop)
    address = f"/office/field-call/{call.number}/box/PKG-1/"
    refused = client.post(address, {"size": "60x40", "weight": ""}, follow=True)
    assert "Size: 60x40 is no size." in page(refused)
    answer = client.post(address, {"size": "60x40x40", "weight": "2.4"}, follow=True)
    assert "The box of PKG-1 is changed." in page(answer)
    assert "60 × 40 × 40 cm" in page(answer)
    shop.makes_labels_until_settled(call.number)
    assert (call.row.state, shop.asked("update_package")) == ("labelled", 1)


def test_boxes_of_the_house_are_added_chosen_and_removed(sign_in, shop):
    client = sign_in("manager")
    assert "No box yet" in page(client.get("/office/boxes/"))
    box = {"code": "m", "name": "Medium", "size": "40x30x20", "weight": "150 g"}
    assert "Box M is there." in page(client.post("/office/boxes/", box, follow=True))
    refused = client.post("/office/boxes/", box)
    assert (refused.status_code, "Code M is taken." in page(refused)) == (422, True)
    client.post("/office/boxes/", {**box, "code": "L", "size": "60x40x40"})
    assert "L is the house box now." in page(client.post("/office/boxes/L/house-box/", follow=True))
    text = page(client.post("/office/boxes/M/remove/", follow=True))
    assert "Box M is gone." in text
    assert "LB-BOX-L" in text
    assert "LB-BOX-M" not in text


def offers(client, call) -> str:
    text = page(client.get(f"/office/field-call/{call.number}/"))
    return text[text.index('<div class="page-head">') : text.index('class="columns-wide"')]


def test_a_field_call_without_label_cannot_be_completed(sign_in, shop):
    call = a_field_call(shop)
    answer = sign_in("packer").post(f"/office/field-call/{call.number}/complete/", follow=True)
    assert "Only a labelled field call can be completed" in page(answer)
    assert call.row.state == "to_pack"


def test_a_label_can_be_opened_by_those_who_pack(sign_in, shop):
    call = a_field_call(shop).labelled()
    client = sign_in("packer")
    label = client.get(f"/office/field-call/{call.number}/label/PKG-1/")
    assert (label["Content-Type"], label["Cache-Control"]) == ("text/plain; charset=utf-8", "no-store")
    assert label.content.startswith(b"^XA")
    assert client.get(f"/office/field-call/{call.number}/label/PKG-9/").status_code == 422


def test_a_sale_says_why_each_buyer_field_is_empty(sign_in, shop):
    call = a_field_call(shop)
    answer = sign_in("manager").get(f"/office/sale/{call.sale.number}/")
    why = {label: reason for label, value, reason in answer.context["buyer"] if not value}
    assert why["Name"] == "Amazon shows the buyer only after the parcel was marked as shipped."
    assert "Amazon Sellerflex" in page(answer)
    assert "None. Amazon shows it after the parcel was shipped." in page(answer)


def test_each_look_at_a_buyer_is_noted_with_who_looked(sign_in, shop):
    call = a_field_call(shop).shipped()
    shop.finds_buyers()
    answer = sign_in("manager").get(f"/office/sale/{call.sale.number}/")
    assert any(value for _, value, _ in answer.context["buyer"])
    seen = [entry for entry in timeline(f"sale:{call.sale.number}") if entry.what == "buyer_seen"]
    assert [entry.actor for entry in seen] == ["manager.one"]


def test_sales_are_found_by_number_and_status(sign_in, shop):
    call = a_field_call(shop)
    client = sign_in("manager")
    for found in (
        f"text={call.sale.number}",
        f"text={call.shipment_id}",
        "order_status=Released",
        "channel=UK",
    ):
        rows = client.get(f"/office/sales/?{found}").context["page"].rows
        assert [row.number for row in rows] == [call.sale.number], found
    assert "No sale fits" in page(client.get("/office/sales/?text=nothing"))


def test_the_start_page_counts_the_day_and_names_the_next_lorry(sign_in, shop):
    call = a_field_call(shop).labelled()
    day = timezone.localtime(shop.clock.now()).date()
    client = sign_in("manager")
    answer = client.get("/office/")
    if call.row.collection_date == day:
        (pickup,) = answer.context["pickups"]
        assert (pickup.of.to_pack, pickup.of.labelled, pickup.total) == (0, 1, 1)
        assert abs(pickup.seconds_left) < timedelta(days=1).total_seconds()
    else:
        assert answer.context["pickups"] == []
    assert "UK-seller" in page(answer)


def test_the_office_gives_and_corrects_the_tracking_number_of_an_own_carrier(shop, sign_in):
    an_order_channel("mfn", beside=shop.channel)
    a_product("VASE", on_hand=3)
    order = shop.ordinary.place({Sku("VASE"): 1})
    shop.imports_orders()
    number = FieldCall.objects.get(sale__shipment__shipment_id=order).number
    shop.packs(number)
    for _ in range(2):
        shop.scans(FINISH)
    client = sign_in("manager")
    card = f"/office/field-call/{number}/"
    shown = client.get(card).content.decode()
    assert "Carrier and tracking" in shown
    assert "Regenerate" not in shown
    assert "Label again" not in shown
    wrong = client.post(f"{card}ship/", {"tracking": ""}, follow=True).content.decode()
    assert "no tracking number" in wrong
    filled = {"tracking": "JD0001", "carrier_code": "DPD", "carrier_name": "", "method": "Next Day"}
    assert "ready for the lorry" in client.post(f"{card}ship/", filled, follow=True).content.decode()
    client.post(f"{card}complete/")
    again = client.post(f"{card}tell-again/", follow=True).content.decode()
    assert f"Amazon is told of {number} again." in again
    parcel = Parcel.objects.get(field_call__number=number)
    assert (parcel.tracking_id, parcel.carrier_code, parcel.ship_method) == ("JD0001", "DPD", "Next Day")


def test_a_person_ships_an_order_anyway_and_sales_are_filtered_by_programme(shop, sign_in):
    an_order_channel("mfn", beside=shop.channel)
    a_product("VASE", on_hand=3)
    order = shop.ordinary.place({Sku("VASE"): 1})
    shop.ordinary.change(order, replaces="203-0000000-0000001", programs=("AMAZON_BUSINESS",))
    shop.imports_orders()
    shop.ordinary.ask_to_cancel(order)
    shop.imports_orders()
    client = sign_in("manager")
    listed = client.get("/office/sales/?programme=mfn").context["page"].rows
    assert [row.order_id for row in listed] == [order]
    assert client.get("/office/sales/?programme=fba").context["page"].rows == ()
    sale = f"/office/sale/{listed[0].number}/"
    shown = client.get(sale).content.decode()
    assert "Ship Anyway" in shown
    assert "203-0000000-0000001" in shown
    assert "AMAZON_BUSINESS" in shown
    answer = client.post(f"{sale}ship-anyway/", follow=True).content.decode()
    assert "is shipped anyway" in answer
    assert "Ship Anyway" not in answer
