"""The sales channel's card: each part is changed by itself, a refusal stands beside its field."""

from __future__ import annotations

from datetime import date, time

import pytest

from loadbay.channels import queries
from loadbay.channels.models import SalesChannel
from loadbay.journal.queries import timeline
from loadbay.parties.services import ensure_agent
from loadbay.stock import services as stock
from loadbay.web.office.channel_forms import PARTS, TAB_OF, WEEKDAYS, form_of
from tests.builders import a_field_call
from tests.services.goods import a_room

pytestmark = pytest.mark.django_db
CARD = "/office/sales-channel/UK/"


def page(answer) -> str:
    return answer.content.decode()


def filled(part: str) -> dict[str, object]:
    """A part's form as the page shows it, ready to be sent."""
    form = form_of(part, queries.channel("UK"))
    shown = {name: form[name].value() for name in form.fields}
    if part == "orders":
        shown["order_start_at"] = f"{shown['order_start_at']:%Y-%m-%dT%H:%M}"
    return {name: "" if value is None else value for name, value in shown.items()}


@pytest.mark.parametrize("part", PARTS)
def test_saving_a_part_as_it_is_changes_nothing(part: str, shop, sign_in):
    SalesChannel.objects.update(time_zone="Etc/UTC")
    before = queries.channel("UK")
    answer = sign_in("manager").post(f"{CARD}change/{part}/", filled(part), follow=True)
    assert answer.redirect_chain == [(f"{CARD}{TAB_OF[part]}/", 302)]
    assert "Nothing was changed." in page(answer)
    assert (queries.channel("UK"), timeline("channel:UK")) == (before, [])


def test_each_part_changes_what_was_filled_in_and_says_so(shop, sign_in):
    a_room("LOFT")
    ensure_agent("DPD", "DPD")
    client = sign_in("manager")
    for part, changes, said in (
        ("general", {"dimension_1": "SALES"}, "Dimension 1: none → SALES."),
        (
            "rooms",
            {"location-LOFT": "LTWO", "order-LOFT": "1", "order-SHOP": "2"},
            "Stock rooms that feed it: SHOP=LBAY → LOFT=LTWO, SHOP=LBAY.",
        ),
        ("collection", {"pickups-LTWO": "09:15"}, "Carrier pickup times: LBAY 16:00, LTWO 16:00 → "),
        ("collection", {"collection_weekdays": ["1", "2"]}, "Collection days: every day → Mon, Tue."),
        ("collection", {"holidays": "2031-12-26\n2031-12-25"}, "none → 2031-12-25, 2031-12-26."),
        ("orders", {"confirms_by_itself": "no"}, "Confirm shipments: by itself → by a person."),
        (
            "orders",
            {"finishes_with_last_scan": "yes"},
            "Packing Finished: by the packer → with the last scan.",
        ),
        ("orders", {"external_document_template": "{sale}"}, "External document number: "),
        ("orders", {"shipping_agent": "DPD"}, "Shipping agent: AMZSMART → DPD."),
        ("customers", {"buyer_details_days": "21"}, "Days to wait for buyer details: 7 → 21."),
        ("listings", {"send_mode": "on_schedule"}, "Send mode: at once → on schedule."),
        ("listings", {"reservation_ends": "shipped"}, "when the label is made → when the parcel is shipped."),
        ("listings", {"price_category": "Retail"}, "Price category: Amazon → Retail."),
    ):
        answer = client.post(f"{CARD}change/{part}/", {**filled(part), **changes}, follow=True)
        assert said in page(answer), part
    card = queries.channel("UK")
    assert [(room.room, room.location) for room in card.rooms] == [("LOFT", "LTWO"), ("SHOP", "LBAY")]
    assert (card.pickups_at("LTWO"), card.collection_weekdays) == ((time(9, 15),), "12")
    assert card.holidays == (date(2031, 12, 25), date(2031, 12, 26))
    assert (card.confirms_by_itself, card.buyer_details_days) == (False, 21)
    first = page(client.get(f"{CARD}general/"))
    assert "Dimension 1: none → SALES." in first
    assert "manager.one" in first


@pytest.mark.parametrize("word", ["yes", "no"])
def test_a_description_or_dimension_of_yes_or_no_is_a_word_like_any_other(word: str, shop, sign_in):
    changes = {"description": word, "dimension_1": word, "dimension_2": word}
    answer = sign_in("manager").post(f"{CARD}change/general/", {**filled("general"), **changes}, follow=True)
    card = queries.channel("UK")
    assert (answer.status_code, answer.redirect_chain) == (200, [(f"{CARD}general/", 302)])
    assert (card.description, card.dimension_1, card.dimension_2) == (word, word, word)


@pytest.mark.parametrize(
    ("part", "field", "value", "named"),
    [
        ("general", "time_zone", "Mars", "Time zone &#x27;Mars&#x27; is not known"),
        ("general", "dimension_1", "x" * 21, "at most 20 characters"),
        ("rooms", "location-SHOP", "", "has no stock room"),
        ("rooms", "location-SHOP", "L BAY", "no usable Amazon location id"),
        ("collection", "pickups-LBAY", "noon", "Pickup time &#x27;noon&#x27; is no time of day"),
        ("collection", "collection_weekdays", [], "Choose at least one day"),
        ("collection", "holidays", "Christmas", "&#x27;Christmas&#x27; is no date"),
        ("orders", "external_document_template", "{order_id}", "the same number"),
        ("orders", "order_start_at", "yesterday", "valid date/time"),
        ("orders", "shipping_agent", "NOBODY", "Select a valid choice"),
        ("customers", "buyer_details_days", "31", "less than or equal to 30"),
        ("listings", "send_mode", "never", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    part: str, field: str, value: object, named: str, shop, sign_in
):
    before = queries.channel("UK")
    answer = sign_in("administrator").post(f"{CARD}change/{part}/", {**filled(part), field: value})
    form = answer.context["forms"][part]
    assert (answer.status_code, named in page(answer)) == (422, True)
    if field == "location-SHOP" and value == "":
        assert form.non_field_errors()
    else:
        assert form.errors[field]
        assert form[field].value() == value
        assert form.fields[field].widget.attrs["autofocus"]
    assert queries.channel("UK") == before


def test_a_room_still_needed_is_named_beside_its_room(shop, sign_in):
    a_room("LOFT")
    call = a_field_call(shop)
    client = sign_in("manager")
    moved = {**filled("rooms"), "location-SHOP": "LTWO"}
    answer = client.post(f"{CARD}change/rooms/", moved)
    (error,) = answer.context["forms"]["rooms"].errors["location-SHOP"]
    assert error.startswith(f"{call.number} is still to leave from LBAY.")
    assert queries.channel("UK").locations == ("LBAY",)


def test_watch_mode_says_what_follows_before_it_is_switched(shop, sign_in):
    client = sign_in("manager")
    a_field_call(shop)
    before = page(client.get(f"{CARD}general/"))
    assert "Amazon goes on selling what it was told last." in before
    assert "1 field call not yet on the lorry" in before
    answer = client.post(f"{CARD}change-watch-mode/", {"watch": "on"}, follow=True)
    assert "Watch mode: off → on." in page(answer)
    shop.buys("RUG", 2)
    shop.reads("ACCEPTED")
    shop.builds()
    stock.goods_in(sku="RUG", room="SHOP", units=4)
    now = page(client.get(f"{CARD}general/"))
    assert "1 shipment to confirm" in now
    assert "1 stock figure" in now
    assert "labels to make" not in now
    answer = client.post(f"{CARD}change-watch-mode/", {"watch": "off"}, follow=True)
    assert "Watch mode: on → off." in page(answer)
    assert not SalesChannel.objects.get().is_watching


def test_a_packer_changes_no_channel(shop, sign_in):
    packer = sign_in("packer")
    for address in (f"{CARD}change/general/", f"{CARD}change-watch-mode/"):
        assert packer.post(address, {"watch": "on", "time_zone": "Etc/UTC"}).status_code == 403
    card = queries.channel("UK")
    assert (card.is_watching, card.time_zone) == (False, "Europe/London")


def test_a_part_that_is_none_is_not_found(shop, sign_in):
    assert sign_in("manager").post(f"{CARD}change/everything/", {}).status_code == 404


def test_every_day_of_the_week_can_be_chosen():
    assert [key for key, _ in WEEKDAYS] == list("1234567")
