"""From Packing Finished to the stored label: each step once, whatever breaks off, and one valid label."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.core.errors import Conflict, Misconfigured, NotFound, Rejected, Retryable, Unclear
from loadbay.core.ids import PackageId
from loadbay.dispatch.models import Consignment, Label, Parcel, PrintJob
from loadbay.dispatch.queries import label_bytes
from loadbay.dispatch.services import labels
from loadbay.dispatch.services.labels import NoLabelYet
from loadbay.dispatch.services.printers import NewPrinter, add_printer, due_prints
from loadbay.dispatch.services.stopping import put_back
from loadbay.jobs.rounds import print_label
from loadbay.listings.services import set_stock_cap
from loadbay.stock import services as stock
from loadbay.testing.fakes import FakeLabelDesk, Moment
from tests.builders import FINISH, NEXT, CallBuilder, Shop, a_field_call, tasks, valid_labels
from tests.printing.pretend import pretend_printer, takes_all
from tests.services.goods import a_bundle, a_linked_listing, a_product, figure, on_hand, promised

ASKED = ("confirm", "create_packages", "shipping_options", "make_labels", "fetch_label")
BYTES = b"^XA^FO50,50^FDfake label^FS^XZ"


class Killed(BaseException):
    """The process ends here."""


def a_packed_call(shop: Shop) -> CallBuilder:
    """Packed, and not even confirmed: every question is still to be asked."""
    shop.set_channel(confirms_by_itself=False)
    a_product("RUG", on_hand=5)
    return a_field_call(shop, "RUG", 2).packed()


def must_be_labelled(shop: Shop, call: CallBuilder) -> None:
    """One valid label with its bytes, one consignment, stock labelled, nothing unclear."""
    assert valid_labels(call.number) == [("PKG-1", BYTES)]
    assert call.row.state == "labelled"
    assert (call.row.label_wanted, call.row.problem, call.shipment.asked) == ("", "", "")
    assert shop.status(call.shipment_id) == call.shipment.status == "SHIPLABEL_GENERATED"
    assert Consignment.objects.count() == 1
    assert promised("RUG") == {"labelled": 2}
    assert Label.objects.exclude(link=None).count() == 0


def test_each_question_is_asked_once_and_in_order(shop: Shop):
    call = a_packed_call(shop)
    before = len(shop.marketplace.troubles.asked)
    assert shop.makes_labels(call.number) is None
    asked = shop.marketplace.troubles.asked[before:]
    assert [one for one in asked if one != "shipments"] == list(ASKED)
    must_be_labelled(shop, call)
    assert call.shipment.promise == "confirmed"
    assert call.sale.order_status == "Released"
    assert shop.makes_labels(call.number) is None
    assert shop.asked("make_labels") == 1


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("operation", ASKED)
def test_killed_at_any_question_the_end_is_the_same(shop: Shop, operation: str, moment: Moment):
    call = a_packed_call(shop)
    shop.fails(operation, Killed(), moment=moment)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        shop.makes_labels(call.number)
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("operation", ASKED)
def test_whichever_answer_is_lost_the_end_is_the_same(shop: Shop, operation: str, moment: Moment):
    call = a_packed_call(shop)
    shop.fails(operation, Unclear("the answer was lost"), moment=moment)
    shop.fails("look", Retryable("Amazon is down"))
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)
    effects = {"confirm": 1, "create_packages": 1, "make_labels": 1}
    if moment is Moment.BEFORE and operation in effects:
        effects[operation] = 2
    assert {name: shop.asked(name) for name in effects} == effects


def test_while_the_look_fails_too_no_label_is_asked_for_again(shop: Shop):
    call = a_packed_call(shop)
    shop.fails("make_labels", Unclear("the answer was lost"), moment=Moment.AFTER)
    for _ in range(3):
        shop.fails("look", Retryable("Amazon is down"))
    for _ in range(3):
        due = shop.makes_labels(call.number)
        assert due is not None
        shop.clock.moment = due
    assert call.shipment.asked == "make"
    shop.makes_labels_until_settled(call.number)
    assert (shop.asked("make_labels"), shop.asked("remake_labels")) == (1, 1)
    must_be_labelled(shop, call)


def test_amazon_that_is_elsewhere_is_looked_at_and_followed(shop: Shop):
    """Somebody made the packages in Seller Central: Conflict, look, go on."""
    call = a_packed_call(shop)
    shop.fails("create_packages", Conflict("It is not CONFIRMED.", reason="422"), moment=Moment.AFTER)
    shop.makes_labels_until_settled(call.number)
    assert shop.asked("create_packages") == 1
    must_be_labelled(shop, call)


def test_passing_trouble_is_put_off_longer_each_time_and_told_the_third_time(shop: Shop):
    call = a_packed_call(shop)
    waits = []
    for _ in range(4):
        shop.fails("make_labels", Retryable("Amazon is down"))
        due = shop.makes_labels(call.number)
        assert due is not None
        waits.append((due - shop.clock.now()).total_seconds())
        assert labels.due_labels(shop.connection, now=shop.clock.now()) == []
        shop.clock.moment = due
    assert waits == [2, 5, 15, 30]
    assert tasks() == [("label_late", call.number)]
    assert (call.row.problem, call.shipment.asked) == ("Amazon is down", "")
    shop.makes_labels_until_settled(call.number)
    assert tasks() == []
    must_be_labelled(shop, call)


def test_amazons_own_advice_when_to_come_back_is_followed(shop: Shop):
    call = a_packed_call(shop)
    shop.fails("make_labels", Retryable("Too many requests", after=timedelta(seconds=40)))
    due = shop.makes_labels(call.number)
    assert due == shop.clock.now() + timedelta(seconds=40)


def test_a_wrong_key_is_handed_on_and_the_label_comes_when_it_is_mended(shop: Shop):
    call = a_packed_call(shop)
    shop.fails("create_packages", Misconfigured("the secret has expired", fault="secret"))
    with pytest.raises(Misconfigured):
        shop.makes_labels(call.number)
    assert call.shipment.asked == ""
    shop.clock.advance(10)
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)


@pytest.mark.parametrize("operation", ["confirm", "create_packages", "make_labels"])
def test_what_amazon_declines_goes_back_to_a_person(shop: Shop, operation: str):
    call = a_packed_call(shop)
    shop.fails(operation, Rejected("The box is too heavy.", reason="400"))
    assert shop.makes_labels(call.number) is None
    assert (call.row.state, call.row.problem, call.row.label_wanted) == (
        "packed",
        "The box is too heavy.",
        "",
    )
    assert tasks() == [("label_declined", call.number)]
    assert call.shipment.asked == ""
    labels.want_label_again(call.number)
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)
    assert tasks() == []


def test_one_parcel_without_a_label_keeps_the_whole_call_back(shop: Shop):
    shop.labels = FakeLabelDesk(shop.marketplace, failing=frozenset({PackageId("PKG-2")}))
    a_product("RUG", on_hand=5)
    call = a_field_call(shop, "RUG", 2).on_the_bench()
    for code in ("RUG", NEXT, "RUG", FINISH):
        shop.scans(code)
    shop.makes_labels(call.number)
    assert call.row.state == "packed"
    assert call.row.problem == "PKG-2: No carrier can take it."
    assert tasks() == [("label_declined", call.number)]
    shop.labels = FakeLabelDesk(shop.marketplace)
    labels.want_label_again(call.number)
    shop.makes_labels_until_settled(call.number)
    assert valid_labels(call.number) == [("PKG-1", BYTES), ("PKG-2", BYTES)]
    assert set(Parcel.objects.values_list("consignment__number", flat=True)) == {"CN-000001"}


def test_a_link_that_has_expired_means_a_new_label(shop: Shop):
    call = a_packed_call(shop)
    shop.fails("fetch_label", Rejected("The link no longer works.", reason="expired"))
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)
    assert (shop.asked("make_labels"), shop.asked("remake_labels")) == (1, 1)
    assert Label.objects.filter(is_void=True).count() == 1


def test_the_tracking_id_is_that_of_the_label_that_counts(shop: Shop):
    call = a_packed_call(shop)
    shop.makes_labels_until_settled(call.number)
    first = Parcel.objects.get().tracking_id
    labels.regenerate(call.number)
    shop.makes_labels_until_settled(call.number)
    label = Label.objects.get(is_void=False)
    assert Parcel.objects.get().tracking_id == label.tracking_id != first


def test_regenerate_voids_the_old_label_and_keeps_the_rest(shop: Shop):
    call = a_packed_call(shop)
    shop.makes_labels_until_settled(call.number)
    shop.marketplace.label_content = b"^XA^FDnew^FS^XZ"
    labels.regenerate(call.number)
    shop.makes_labels_until_settled(call.number)
    assert valid_labels(call.number) == [("PKG-1", b"^XA^FDnew^FS^XZ")]
    assert Label.objects.filter(is_void=True).count() == 1
    assert (call.row.state, Consignment.objects.count()) == ("labelled", 1)
    assert promised("RUG") == {"labelled": 2}


@pytest.mark.parametrize("operation", ["remake_labels", "fetch_label"])
@pytest.mark.parametrize("moment", list(Moment))
def test_killed_while_regenerating_the_end_is_one_valid_label(shop: Shop, operation: str, moment: Moment):
    call = a_packed_call(shop)
    shop.makes_labels_until_settled(call.number)
    labels.regenerate(call.number)
    shop.fails(operation, Killed(), moment=moment)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        shop.makes_labels(call.number)
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)


def test_without_a_printer_a_reprint_says_so(shop: Shop):
    call = a_packed_call(shop)
    with pytest.raises(labels.NoPrinter):
        labels.reprint(call.number, station="Bench 1")


def test_nothing_can_be_regenerated_or_reprinted_before_there_is_a_label(shop: Shop, tmp_path):
    add_printer(NewPrinter(name="Bench 1", kind="folder", address=str(tmp_path)))
    call = a_packed_call(shop)
    with pytest.raises(NoLabelYet):
        labels.regenerate(call.number)
    with pytest.raises(NoLabelYet):
        labels.reprint(call.number, station="Bench 1")
    with pytest.raises(NotFound):
        labels.reprint("FC-404", station="Bench 1")
    assert (call.row.label_wanted, PrintJob.objects.count()) == ("make", 0)


def test_a_label_prints_at_its_bench_and_reprint_sends_the_same_bytes(shop: Shop, tmp_path):
    add_printer(NewPrinter(name="Bench 1", kind="folder", address=str(tmp_path)))
    call = a_packed_call(shop)
    shop.makes_labels_until_settled(call.number)
    (first,) = due_prints(now=shop.clock.now())
    (again,) = labels.reprint(call.number, station="Bench 1")
    assert again != first
    assert PrintJob.objects.get(pk=first).label_id == PrintJob.objects.get(pk=again).label_id
    assert label_bytes(call.number) == (("PKG-1", "zpl", BYTES),)
    assert shop.asked("make_labels") == 1


def test_a_zpl_label_in_another_code_page_reaches_the_printer_byte_for_byte(shop: Shop):
    """It was refused as "not text": ZPL may hold any bytes, ^CI says what they mean."""
    zpl = b"^XA^CI27^FO50,50^FDM\xfcller, \xa3\xf3d\x9f \x00\xff^FS^XZ\r\n"
    shop.marketplace.label_content = zpl
    with pretend_printer(takes_all) as printer:
        add_printer(NewPrinter(name="Bench 1", kind="raw", address=f"127.0.0.1:{printer.port}"))
        call = a_packed_call(shop)
        shop.makes_labels_until_settled(call.number)
        (job,) = due_prints(now=shop.clock.now())
        assert print_label(job) is None
        assert printer.received(1) == [zpl]
    assert valid_labels(call.number) == [("PKG-1", zpl)]


# --- cancelled on the way ---


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("operation", ASKED[:-1])
def test_cancelled_between_any_two_steps_it_is_never_labelled(shop: Shop, operation: str, is_known: bool):
    call = a_packed_call(shop)
    shop.fails(operation, Killed())  # type: ignore[arg-type]
    with pytest.raises(Killed):
        shop.makes_labels(call.number)
    shop.marketplace.move(call.shipment_id, "CANCELLED")
    if is_known:
        shop.reads("CANCELLED")
    shop.makes_labels_until_settled(call.number)
    assert shop.marketplace.labels_made == {}
    assert (call.row.state, call.sale.order_status) == ("cancelled", "Cancelled")
    assert promised("RUG") == {"put_back": 2}
    assert tasks() == [("put_back", call.number)]


def test_cancelled_while_its_label_is_fetched_leaves_no_label_that_counts(shop: Shop):
    call = a_packed_call(shop)
    shop.fails("fetch_label", Killed())  # type: ignore[arg-type]
    with pytest.raises(Killed):
        shop.makes_labels(call.number)
    call.cancelled()
    assert shop.makes_labels(call.number) is None
    assert valid_labels(call.number) == []
    assert (call.row.state, shop.asked("fetch_label")) == ("cancelled", 1)
    assert Consignment.objects.count() == 0


def test_a_cancellation_is_looked_for_right_before_the_label(shop: Shop):
    """Not known by polling yet: the look before GenerateShipLabels finds it."""
    call = a_packed_call(shop)
    shop.fails("shipping_options", Killed(), moment=Moment.AFTER)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        shop.makes_labels(call.number)
    shop.clock.advance(60)
    shop.marketplace.move(call.shipment_id, "CANCELLED")
    shop.makes_labels_until_settled(call.number)
    assert shop.asked("make_labels") == 0
    assert call.row.state == "cancelled"


def test_one_look_at_cancellations_serves_five_seconds(shop: Shop):
    a_product("RUG", on_hand=5)
    calls = [a_field_call(shop) for _ in range(2)]
    for place, call in enumerate(calls, start=1):
        call.packed(station=f"Bench {place}")
    shop.clock.advance(60)
    looks = shop.asked("shipments")
    for call in calls:
        shop.makes_labels(call.number)
    assert shop.asked("shipments") == looks + 1
    labels.regenerate(calls[0].number)
    shop.clock.advance(6)
    shop.makes_labels(calls[0].number)
    assert shop.asked("shipments") == looks + 2


def test_no_label_is_made_while_cancellations_cannot_be_known(shop: Shop):
    call = a_packed_call(shop)
    shop.clock.advance(60)
    shop.fails("shipments", Retryable("Amazon is down"))
    assert shop.makes_labels(call.number) is not None
    assert shop.asked("make_labels") == 0
    shop.makes_labels_until_settled(call.number)
    must_be_labelled(shop, call)


def test_a_watching_channel_makes_no_label(shop: Shop):
    call = a_packed_call(shop)
    shop.set_channel(is_watching=True)
    before = list(shop.marketplace.troubles.asked)
    assert labels.due_labels(shop.connection, now=shop.clock.now()) == []
    assert shop.makes_labels(call.number) is None
    assert shop.marketplace.troubles.asked == before


# --- consignments ---


def test_parcels_of_one_pickup_share_a_consignment_and_tomorrows_do_not(shop: Shop):
    a_product("RUG", on_hand=9)
    today = [a_field_call(shop).labelled() for _ in range(2)]
    shop.clock.moment = shop.clock.moment.replace(hour=16, minute=30)
    tomorrow = a_field_call(shop).labelled()
    assert today[0].consignment == today[1].consignment
    assert tomorrow.consignment != today[0].consignment
    assert (tomorrow.row.collection_date - today[0].row.collection_date).days == 1
    assert shop.completes_all(today[0].consignment).numbers == tuple(call.number for call in today)
    assert tomorrow.row.state == "labelled"


@pytest.mark.parametrize("days", [-4000, 4000])
def test_an_absurd_pickup_window_is_not_believed(shop: Shop, days: int):
    call = a_packed_call(shop)
    usual = call.row.collection_at
    made = FakeLabelDesk._label
    desk = shop.labels

    class Absurd(FakeLabelDesk):
        def _label(self, seen, package_id):
            label = made(self, seen, package_id)
            return type(label)(**{**vars(label), "pickup_from": shop.clock.now() + timedelta(days=days)})

    shop.labels = Absurd(desk.marketplace)
    shop.makes_labels_until_settled(call.number)
    assert call.row.collection_at == usual


# --- what Amazon is told of the packages ---


def packages_told(shop: Shop, call: CallBuilder) -> list[dict[str, int]]:
    """Per parcel: line id → units, as Amazon was told."""
    told: list[dict[str, int]] = []

    class Noting(FakeLabelDesk):
        def create_packages(self, shipment_id, packages):
            told.extend({line.line_id: line.units for line in package.lines} for package in packages)
            super().create_packages(shipment_id, packages)

    shop.labels = Noting(shop.marketplace)
    shop.makes_labels_until_settled(call.number)
    assert call.row.state == "labelled"
    return told


def test_goods_of_two_rooms_in_two_parcels_are_told_once_each(db: None, clock):
    shop = Shop(rooms=("SHOP", "LOFT"), clock=clock)
    a_product("RUG", on_hand=3)
    stock.goods_in(sku="RUG", room="LOFT", units=2)
    call = a_field_call(shop, "RUG", 5).on_the_bench()
    for code in ("RUG", "RUG", NEXT, "RUG", "RUG", "RUG", FINISH):
        shop.scans(code)
    assert packages_told(shop, call) == [{"1": 2}, {"1": 3}]


def test_a_bundle_is_told_in_the_parcel_that_makes_it_whole(shop: Shop):
    a_product("LEG", on_hand=8)
    a_product("TOP", on_hand=2)
    a_bundle("TABLE", contents={"LEG": 4, "TOP": 1})
    call = a_field_call(shop, "TABLE", 2).on_the_bench()
    for code in ("LEG", "LEG", "LEG", "LEG", "TOP", "LEG", NEXT, "LEG", "LEG", "LEG", "TOP", FINISH):
        shop.scans(code)
    assert packages_told(shop, call) == [{"1": 1}, {"1": 1}]


# --- stock ---


def test_the_sent_figure_falls_once_with_the_label_not_with_the_sale(shop: Shop):
    a_product("RUG", on_hand=10, price="12.99")
    a_linked_listing("RUG", amazon=shop)
    shop.sends_stock()
    told = []
    call = a_field_call(shop, "RUG", 2)
    for step in (call.packed, lambda: shop.makes_labels(call.number), lambda: shop.completes(call.number)):
        shop.sends_stock()
        told.append((shop.told("RUG")[-1], shop.sellable()))
        step()
    shop.sends_stock()
    shop.tells_shipped_until_settled()
    assert told == [(10, 8), (10, 8), (8, 8)]
    assert (shop.told("RUG"), shop.sellable()) == ([10, 8], 8)
    assert (on_hand("RUG"), figure("RUG").acknowledged_quantity) == (8, 8)


def test_with_a_cap_of_five_amazon_sells_five_whatever_is_open(shop: Shop):
    a_product("RUG", on_hand=100, price="12.99")
    a_linked_listing("RUG", amazon=shop)
    set_stock_cap(5, valid_from=shop.clock.now().date())
    call = a_field_call(shop, "RUG", 5)
    shop.sends_stock()
    assert (shop.told("RUG")[-1], shop.sellable()) == (10, 5)
    call.labelled()
    shop.sends_stock()
    assert (shop.told("RUG")[-1], shop.sellable()) == (5, 5)


def test_a_cancellation_after_the_label_raises_the_figure_only_once_put_back(shop: Shop):
    a_product("RUG", on_hand=10, price="12.99")
    a_linked_listing("RUG", amazon=shop)
    call = a_field_call(shop, "RUG", 2).labelled()
    shop.sends_stock()
    assert shop.told("RUG")[-1] == 8
    call.cancelled()
    shop.sends_stock()
    assert shop.told("RUG")[-1] == 8
    put_back(call.number)
    shop.sends_stock()
    assert (shop.told("RUG")[-1], shop.sellable(), on_hand("RUG")) == (10, 10, 10)


def test_the_label_makes_its_figure_urgent(shop: Shop):
    a_product("RUG", on_hand=10, price="12.99")
    a_linked_listing("RUG", amazon=shop)
    call = a_field_call(shop).packed()
    shop.sends_stock()
    shop.makes_labels_until_settled(call.number)
    assert (figure("RUG").is_dirty, figure("RUG").urgency) == (True, 1)
