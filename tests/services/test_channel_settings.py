"""A changed setting is stored, noted, and obeyed: by watch mode, confirming, the bench, the next sale."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from loadbay.channels import queries
from loadbay.channels.models import Holiday, SalesChannel
from loadbay.channels.services import WantedSettings, change_channel, try_change
from loadbay.channels.setting_rules import SettingNotUsable
from loadbay.core.errors import NotFound, WrongInput
from loadbay.jobs import rounds
from loadbay.journal.queries import timeline
from loadbay.listings.models import Listing, StockFigure
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services.answering import promise_what_waits
from loadbay.parties.services import ensure_agent, ensure_customer
from loadbay.stock import services as stock
from tests.builders import Shop, a_field_call, tasks
from tests.services.goods import a_product, a_room, events
from tests.services.settings_shop import a_selling_shop, change, forget_jobs, jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_queue(db: None):
    forget_jobs()


# --- storing and noting ---


def test_every_setting_is_stored_and_noted_with_before_and_after(shop: Shop):
    ensure_agent("DPD", "DPD")
    ensure_customer("SOMEBODY", "Somebody at Amazon")
    a_room("LOFT")
    wanted = WantedSettings(
        description="Our Amazon",
        time_zone="Europe/Berlin",
        dimension_1="SALES",
        dimension_2="ONLINE",
        is_watching=True,
        rooms={"SHOP": "LBAY", "LOFT": "LBAY"},
        pickups={"LBAY": ("11:00", "16:30")},
        collection_weekdays="1-6",
        holidays=(date(2026, 12, 25),),
        order_start_at=datetime.fromisoformat("2026-02-01T00:00:00+00:00"),
        confirms_by_itself=False,
        finishes_with_last_scan=True,
        external_document_template="{sale}",
        sale_prefix="uk-",
        allows_multi_currency=True,
        payment_behaviour="mapped",
        shipping_agent="dpd",
        placeholder_customer="somebody",
        buyer_details_days=14,
        onsite_wait_hours=12,
        price_category="Retail",
        send_mode="on-schedule",
        reservation_ends="shipped",
    )
    changed = change_channel("uk", wanted, now=shop.clock.now())
    card = queries.channel("UK")
    assert (card.description, card.time_zone) == ("Our Amazon", "Europe/Berlin")
    assert (card.dimension_1, card.dimension_2) == ("SALES", "ONLINE")
    assert [(room.room, room.location) for room in card.rooms] == [("SHOP", "LBAY"), ("LOFT", "LBAY")]
    assert card.pickups == (("LBAY", time(11)), ("LBAY", time(16, 30)))
    assert (card.collection_weekdays, card.holidays) == ("123456", (date(2026, 12, 25),))
    assert (card.is_watching, card.confirms_by_itself, card.finishes_with_last_scan) == (True, False, True)
    assert (card.shipping_agent_code, card.placeholder_customer_code) == ("DPD", "SOMEBODY")
    assert (card.buyer_details_days, card.price_category) == (14, "Retail")
    assert (card.send_mode, card.reservation_ends) == ("on_schedule", "shipped")
    assert card.external_document_template == "{sale}"
    told = {entry.text for entry in timeline("channel:UK")}
    assert told == {f"{one.name}: {one.before} → {one.after}." for one in changed}
    settings = set(WantedSettings.__dataclass_fields__) - {"erp"}  # there is but one ERP to choose
    assert len(told) == len(settings)
    assert "Send mode: at once → on schedule." in told
    assert "Carrier pickup times: LBAY 16:00 → LBAY 11:00, LBAY 16:30." in told
    assert "Collection days: every day → Mon–Sat." in told
    (event,) = events("channels.channel_changed")
    assert set(event["changed"]) == settings


def test_what_is_as_it_was_is_no_change(shop: Shop):
    assert change(shop) == ()
    same = {"description": shop.channel.description, "collection_weekdays": "1-7", "is_watching": False}
    assert change(shop, **same, rooms={"SHOP": "LBAY"}, pickups={"LBAY": ("16:00",)}) == ()
    assert (timeline("channel:UK"), events("channels.channel_changed")) == ([], [])


def test_trying_says_what_would_change_and_changes_nothing(shop: Shop):
    a_selling_shop(shop)
    wanted = WantedSettings(is_watching=True, holidays=(date(2026, 12, 25),))
    tried = try_change("UK", wanted, now=shop.clock.now())
    assert [(one.setting, one.before, one.after) for one in tried] == [
        ("is_watching", "off", "on"),
        ("holidays", "none", "2026-12-25"),
    ]
    shop.channel.refresh_from_db()
    assert (shop.channel.is_watching, Holiday.objects.count()) == (False, 0)
    assert (timeline("channel:UK"), events("channels.channel_changed"), jobs()) == ([], [], set())


@pytest.mark.parametrize(
    ("wanted", "setting", "named"),
    [
        ({"time_zone": "Mars"}, "time_zone", "Time zone 'Mars' is not known"),
        ({"description": "x" * 101}, "description", "Use up to 100"),
        ({"dimension_2": "x" * 21}, "dimension_2", "Use up to 20"),
        ({"payment_behaviour": "never"}, "payment_behaviour", "Use one of: channel, mapped"),
        ({"send_mode": "never"}, "send_mode", "Use one of: at_once, on_schedule"),
        ({"reservation_ends": "sold"}, "reservation_ends", "Use one of: label, shipped"),
        ({"buyer_details_days": 0}, "buyer_details_days", "Give 1 to 30"),
        ({"collection_weekdays": ""}, "collection_weekdays", "names no collection days"),
        ({"pickups": {"LBAY": ("noon",)}}, "pickups", "Pickup time 'noon' is no time of day"),
        ({"pickups": {"ELSE": ("11:00",)}}, "pickups", "ELSE is no location of this channel"),
        ({"rooms": {}}, "rooms", "has no stock room"),
        ({"rooms": {"SHOP": "L BAY"}}, "rooms", "no usable Amazon location id"),
        ({"shipping_agent": "NOBODY"}, "shipping_agent", "Known: AMZSMART"),
        ({"placeholder_customer": "NOBODY"}, "placeholder_customer", "Known: AMAZON-SELLERFLEX"),
        ({"price_category": "Friends"}, "price_category", "Known: Amazon, Retail"),
        ({"external_document_template": "{order_id}"}, "external_document_template", "the same number"),
        ({"order_start_at": datetime(2026, 3, 2)}, "order_start_at", "names no time zone"),  # noqa: DTZ001
        ({"holidays": tuple(date(2027, 1, 1) + timedelta(n) for n in range(367))}, "holidays", "too many"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_changes(
    shop: Shop, wanted: dict[str, object], setting: str, named: str
):
    before = queries.channel("UK")
    with pytest.raises(SettingNotUsable, match=named) as refusal:
        change(shop, dimension_1="KEPT", **wanted)
    assert (refusal.value.setting, refusal.value.code) == (setting, "setting_not_usable")
    assert queries.channel("UK") == before
    assert timeline("channel:UK") == []


def test_rooms_and_channels_nobody_knows_are_refused(shop: Shop):
    with pytest.raises(NotFound, match="There is no stock room CELLAR"):
        change(shop, rooms={"CELLAR": "LBAY"})
    with pytest.raises(NotFound, match="There is no sales channel US. Known: UK."):
        change_channel("US", WantedSettings(), now=shop.clock.now())
    with pytest.raises(WrongInput):
        change(shop, rooms={"SHOP": "LBAY", "shop": "ELSE"})


def test_an_old_template_is_kept_until_somebody_changes_it(shop: Shop):
    shop.set_channel(external_document_template="{order_id}")
    assert change(shop, external_document_template="{order_id}", dimension_1="SALES") == ("dimension_1",)


def test_days_without_a_lorry_that_are_over_are_forgotten_in_silence(shop: Shop):
    Holiday.objects.create(channel=shop.channel, day=date(2025, 12, 25))
    assert change(shop, holidays=()) == ()
    assert change(shop, holidays=(date(2026, 12, 25), date(2025, 12, 26))) == ("holidays",)
    assert list(Holiday.objects.values_list("day", flat=True)) == [date(2026, 12, 25)]
    assert timeline("channel:UK")[0].text == "Days without a lorry: none → 2026-12-25."


# --- watch mode ---


def test_leaving_watch_mode_confirms_what_was_built_meanwhile(shop: Shop):
    a_product("RUG", on_hand=5)
    change(shop, is_watching=True)
    call = a_field_call(shop)
    assert (call.shipment.promise, shop.asked("confirm")) == ("none", 0)
    change(shop, is_watching=False)
    assert call.shipment.promise == "wanted"
    assert shop.confirms().done == 1


def test_leaving_watch_mode_sends_stock_and_prices_that_differ_and_wakes_every_sender(shop: Shop):
    a_selling_shop(shop)
    change(shop, is_watching=True)
    assert jobs() == set()
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    shop.sends_stock()
    assert shop.told("RUG") == [10]
    forget_jobs()
    change(shop, is_watching=False)
    assert {"answer_shipments", "tell_shipped", "submit_listings", "follow_listings"} <= jobs()
    assert {"send_stock", "send_prices", "reconcile_stock"} <= jobs()
    shop.sends_stock()
    assert shop.told("RUG") == [10, 15]
    assert Listing.objects.get().price_dirty


def test_a_label_wanted_before_watching_is_made_after_it(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).packed()
    change(shop, is_watching=True)
    assert rounds.labels_due(shop.connection) == []
    shop.makes_labels(call.number)
    assert call.row.state == "packed"
    forget_jobs()
    change(shop, is_watching=False)
    assert "make_labels" in jobs()
    shop.makes_labels_until_settled(call.number)
    assert call.row.state == "labelled"


def test_a_channel_that_begins_to_watch_while_a_backlog_is_sent_stops_at_the_next_look(shop: Shop):
    a_selling_shop(shop)
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    tell = shop.stock.tell

    def watch_then_more(figures):  # what happens while the first batch is on its way
        SalesChannel.objects.update(is_watching=True)
        stock.goods_in(sku="RUG", room="SHOP", units=1)
        return tell(figures)

    shop.stock.tell = watch_then_more  # type: ignore[method-assign]
    shop.sends_stock()
    assert shop.told("RUG") == [10, 15]
    assert StockFigure.objects.get().is_dirty


# --- confirming ---


def test_switching_to_by_itself_promises_what_waits_and_nothing_else(shop: Shop):
    change(shop, confirms_by_itself=False)
    a_product("RUG", on_hand=3)
    waiting, short = a_field_call(shop), a_field_call(shop, "RUG", 9)
    declined = a_field_call(shop)
    Shipment.objects.filter(pk=declined.shipment.pk).update(held_because="Amazon did not accept it.")
    assert shop.confirms().done == 0
    change(shop, confirms_by_itself=True)
    assert [one.shipment.promise for one in (waiting, short, declined)] == ["wanted", "none", "none"]
    assert "answer_shipments" in jobs()
    assert shop.confirms().done == 1


def test_what_was_promised_stays_so_when_people_confirm_from_now_on(shop: Shop):
    a_product("RUG", on_hand=3)
    shop.buys()
    shop.reads("ACCEPTED")
    shop.builds()
    change(shop, confirms_by_itself=False)
    later = a_field_call(shop)
    assert later.shipment.promise == "none"
    assert list(Shipment.objects.order_by("id").values_list("promise", flat=True)) == ["confirmed", "none"]


def test_a_shipment_built_while_the_switch_was_turned_is_found_by_the_next_look(shop: Shop):
    shop.set_channel(confirms_by_itself=False)
    a_product("RUG", on_hand=3)
    call = a_field_call(shop)
    shop.set_channel(confirms_by_itself=True)  # not seen by the builder, and the builder not by the switch
    assert promise_what_waits(shop.connection) == 1
    assert promise_what_waits(shop.connection) == 0
    assert call.shipment.promise == "wanted"


# --- the last scan ---


def test_the_last_scan_finishes_only_where_the_channel_says_so(shop: Shop):
    a_product("RUG", on_hand=5)
    by_hand = a_field_call(shop)
    shop.packs(by_hand.number)
    assert by_hand.row.state == "packing"
    shop.scans("LB-LEAVE")
    change(shop, finishes_with_last_scan=True)
    shop.packs(by_hand.number)
    assert by_hand.row.state == "packed"


# --- the next sale ---


def test_the_next_sale_has_the_new_number_and_placeholder_and_the_others_keep_theirs(shop: Shop):
    ensure_customer("SOMEBODY", "Somebody at Amazon")
    a_product("RUG", on_hand=5)
    first = a_field_call(shop)
    change(shop, external_document_template="{channel}/{sale}", placeholder_customer="SOMEBODY")
    second = a_field_call(shop)
    order_id = first.shipment.order.order_id
    assert first.sale.external_document == f"{order_id}-{first.shipment_id}"
    assert second.sale.external_document == f"UK/{second.sale.number}"
    assert [sale.customer.code for sale in Sale.objects.order_by("id")] == ["AMAZON-SELLERFLEX", "SOMEBODY"]


def test_an_earlier_start_takes_in_what_was_left_out_and_a_later_one_leaves_out(shop: Shop):
    a_product("RUG", on_hand=5)
    start = shop.clock.now() + timedelta(minutes=1)
    change(shop, order_start_at=start)
    shipment_id = shop.buys()
    shop.marketplace.move(shipment_id, "SHIPPED")
    shop.reads("SHIPPED")
    shop.builds()
    assert Shipment.objects.get().building == "ignored"
    forget_jobs()
    change(shop, order_start_at=start - timedelta(days=1))
    assert {"read_shipments", "build_sales"} == jobs()
    shop.builds()
    assert (Shipment.objects.get().implied_status, tasks()) == ("Error", [("shipment_stopped", shipment_id)])
