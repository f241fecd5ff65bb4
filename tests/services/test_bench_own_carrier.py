"""Parcels with a carrier of our own (MFN): tracking at bench and office, told to Amazon once each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loadbay.channels.models import SalesChannel
from loadbay.core.errors import Rejected, Retryable, Unclear, WrongInput
from loadbay.core.ids import AmazonOrderId, Sku
from loadbay.dispatch import queries
from loadbay.dispatch.bench_rules import Outcome
from loadbay.dispatch.models import FieldCall, Label, Parcel
from loadbay.dispatch.own_carrier import reference_of
from loadbay.dispatch.services import completing, labels, tracking
from loadbay.dispatch.services.completing import NoValidLabel, OnlyWatching
from loadbay.dispatch.services.tracking import NotYours, Shipped
from loadbay.orders.models import Sale, Shipment
from loadbay.testing.fakes import Moment
from tests.builders import FINISH, LEAVE, NEXT, Shop, tasks
from tests.services.goods import a_bundle, a_product, an_order_channel, on_hand, promised

RUG = Sku("RUG")


@pytest.fixture
def mfn(shop: Shop) -> SalesChannel:
    a_product("RUG", on_hand=9)
    return an_order_channel("mfn", beside=shop.channel)


def a_call(shop: Shop, units: int = 1) -> tuple[AmazonOrderId, str]:
    number = shop.ordinary.place({RUG: units})
    shop.imports_orders()
    return number, FieldCall.objects.get(sale__shipment__shipment_id=number).number


def packed(shop: Shop, units: int = 1) -> tuple[AmazonOrderId, str]:
    """Every unit is in, and its tracking number is wanted."""
    order, number = a_call(shop, units)
    shop.packs(number)
    assert shop.scans(FINISH).outcome is Outcome.TRACKING_WANTED
    return order, number


def completed(shop: Shop, tracking_id: str = "JD0001") -> tuple[AmazonOrderId, str]:
    order, number = packed(shop)
    shop.scans(tracking_id)
    shop.completes(number)
    return order, number


def told(shop: Shop) -> list[tuple[str, str]]:
    return [(reference, parcel.tracking_id) for (_, reference), parcel in shop.confirmations.told.items()]


# --- at the bench ---


def test_the_packer_scans_the_carriers_number_instead_of_getting_a_label(shop: Shop, mfn: SalesChannel):
    _, number = packed(shop)
    answer = shop.scans("JD0001")
    call = FieldCall.objects.get(number=number)
    assert (answer.outcome, call.state, call.label_wanted) == (Outcome.TRACKED, "labelled", "")
    parcel = Parcel.objects.get()
    assert (parcel.tracking_id, parcel.carrier_code) == ("JD0001", "Other")
    assert parcel.carrier_name == "Own carrier"
    assert (parcel.ship_method, parcel.consignment.agent_id) == ("STANDARD", mfn.shipping_agent_id)
    assert parcel.consignment.number in answer.sentence
    assert (Label.objects.count(), promised("RUG")) == (0, {"labelled": 1})


def test_each_parcel_has_its_own_number(shop: Shop, mfn: SalesChannel):
    _, number = a_call(shop, 2)
    for code in (number, "RUG", NEXT, "RUG", FINISH):
        answer = shop.scans(code)
    assert "of parcel 1" in answer.headline
    assert "of parcel 2" in shop.scans("JD0001").headline
    assert shop.scans("JD0001").outcome is Outcome.NO_TRACKING
    assert shop.scans("JD0002").outcome is Outcome.TRACKED
    assert list(Parcel.objects.order_by("id").values_list("tracking_id", flat=True)) == ["JD0001", "JD0002"]


@pytest.mark.parametrize("code", ["RUG", "X" * 81, "JD0001é"])
def test_what_is_no_tracking_number_is_refused_and_still_wanted(shop: Shop, mfn: SalesChannel, code: str):
    packed(shop)
    assert shop.scans(code).outcome is Outcome.NO_TRACKING
    assert Parcel.objects.get().tracking_id == ""
    assert shop.scans("JD0001").outcome is Outcome.TRACKED


def test_the_number_may_come_later_from_the_office(shop: Shop, mfn: SalesChannel):
    _, number = packed(shop)
    assert shop.scans(FINISH).outcome is Outcome.TRACKING_LATER
    assert FieldCall.objects.get().state == "packed"
    assert shop.scans(number).outcome is Outcome.TRACKING_LATER
    sentence = tracking.ship(number, Shipped(("JD0009",), "DPD"), now=shop.clock.now())
    assert "is ready for the lorry, in CN-" in sentence
    parcel = Parcel.objects.get()
    assert (parcel.tracking_id, parcel.carrier_code, parcel.field_call.state) == ("JD0009", "DPD", "labelled")


def test_put_back_while_a_number_is_wanted_begins_anew(shop: Shop, mfn: SalesChannel):
    _, number = packed(shop)
    assert shop.scans(LEAVE).outcome is Outcome.LEFT
    assert (FieldCall.objects.get().state, Parcel.objects.count()) == ("to_pack", 0)


def test_another_field_call_waits_until_the_number_is_there(shop: Shop, mfn: SalesChannel):
    packed(shop)
    _, other = a_call(shop)
    assert shop.scans(other).outcome is Outcome.OTHER_FIELD_CALL


def test_watch_mode_is_refused_at_the_bench_and_tells_nothing(shop: Shop, mfn: SalesChannel):
    _, number = packed(shop)
    shop.scans("JD0001")
    SalesChannel.objects.filter(pk=mfn.pk).update(is_watching=True)
    with pytest.raises(OnlyWatching):
        shop.completes(number)
    _, other = a_call(shop)
    assert shop.scans(other).outcome is Outcome.WATCHING
    assert shop.confirms_shipped() == []
    assert told(shop) == []


def test_no_label_is_ever_asked_of_amazon(shop: Shop, mfn: SalesChannel):
    _, number = packed(shop)
    shop.scans("JD0001")
    for act in (labels.want_label_again, labels.regenerate):
        with pytest.raises(labels.NoLabelYet, match="a carrier of your own"):
            act(number)
    assert labels.due_labels(shop.connection, now=shop.clock.now()) == []


def test_a_parcel_without_its_number_cannot_leave(shop: Shop, mfn: SalesChannel):
    _, number = packed(shop)
    shop.scans("JD0001")
    Parcel.objects.update(tracking_id="")
    with pytest.raises(NoValidLabel):
        shop.completes(number)


# --- told to Amazon ---


def test_a_completed_call_is_confirmed_with_everything_amazon_wants(shop: Shop, mfn: SalesChannel):
    order, number = packed(shop, 2)
    shop.scans("JD0001")
    shop.clock.advance(60)
    shop.completes(number)
    assert Sale.objects.get().order_status == "Posted"
    assert (on_hand("RUG"), promised("RUG")) == (7, {})
    assert shop.confirms_shipped() == []
    (parcel,) = shop.confirmations.told.values()
    assert parcel.reference == reference_of(number, "PKG-1")
    assert parcel.reference.isdigit()
    assert (parcel.carrier_code, parcel.carrier_name, parcel.method) == ("Other", "Own carrier", "STANDARD")
    assert (parcel.tracking_id, parcel.lines) == ("JD0001", ((f"{order}-1", 2),))
    assert parcel.shipped_at == FieldCall.objects.get().completed_at
    shipment = Shipment.objects.get()
    assert (shipment.status, shipment.implied_status, shipment.asked) == ("SHIPPED", "Complete", "")


def test_a_whole_consignment_is_completed_and_confirmed(shop: Shop, mfn: SalesChannel):
    orders = []
    for name in ("JD0001", "JD0002"):
        order, _ = packed(shop)
        shop.scans(name)
        orders.append(order)
    shop.completes_everything()
    shop.confirms_shipped()
    assert [order for order, _ in shop.confirmations.told] == orders


def test_a_soft_bundle_is_told_in_sold_units(shop: Shop, mfn: SalesChannel):
    a_bundle("SET", contents={"RUG": 2})
    number = shop.ordinary.place({Sku("SET"): 1})
    shop.imports_orders()
    call = FieldCall.objects.get(sale__shipment__shipment_id=number).number
    shop.packs(call)
    for code in (FINISH, "JD0001"):
        shop.scans(code)
    shop.completes(call)
    shop.confirms_shipped()
    (parcel,) = shop.confirmations.told.values()
    assert parcel.lines == ((f"{number}-1", 1),)


def test_told_once_however_often_it_is_looked(shop: Shop, mfn: SalesChannel):
    completed(shop)
    shop.confirms_shipped()
    shop.confirms_shipped()
    assert shop.asked("confirm_shipped") == 1


def test_a_lost_answer_is_looked_after_before_anything_is_repeated(shop: Shop, mfn: SalesChannel):
    completed(shop)
    shop.fails("confirm_shipped", Unclear("lost"), moment=Moment.AFTER)
    assert shop.confirms_shipped() == []
    assert (shop.asked("confirm_shipped"), shop.asked("look_at_order")) == (1, 1)
    assert Shipment.objects.get().status == "SHIPPED"


def test_what_was_lost_before_it_arrived_is_told_again(shop: Shop, mfn: SalesChannel):
    completed(shop)
    shop.fails("confirm_shipped", Unclear("lost"))
    (later,) = shop.confirms_shipped()
    assert told(shop) == []
    shop.clock.moment = later
    assert shop.confirms_shipped() == []
    assert (len(told(shop)), Shipment.objects.get().status) == (1, "SHIPPED")


def test_killed_between_question_and_answer_it_looks_first(shop: Shop, mfn: SalesChannel):
    order, number = completed(shop)

    class Killed(BaseException):
        pass

    desk = shop.confirmations
    ask = desk.confirm_shipped

    def dies(*args: object, **more: object) -> None:
        ask(*args, **more)
        raise Killed

    desk.confirm_shipped = dies
    with pytest.raises(Killed):
        shop.confirms_shipped()
    assert Shipment.objects.get().asked == f"confirm:{reference_of(number, 'PKG-1')}"
    desk.confirm_shipped = ask
    assert shop.confirms_shipped() == []
    assert (shop.asked("confirm_shipped"), Parcel.objects.get().told_shipped_at is not None) == (1, True)


def test_what_amazon_refuses_is_a_task_with_its_words_and_is_told_again(shop: Shop, mfn: SalesChannel):
    _, number = completed(shop)
    shop.fails("confirm_shipped", Rejected("CarrierCode is not known.", reason="400"))
    (later,) = shop.confirms_shipped()
    assert tasks() == [("shipped_declined", number)]
    assert FieldCall.objects.get().problem == "CarrierCode is not known."
    assert queries.field_call(number).may_tell_again
    tracking.tell_again(number)
    assert (tasks(), later > shop.clock.now()) == ([], True)
    assert shop.confirms_shipped() == []
    assert len(told(shop)) == 1
    assert not queries.field_call(number).may_tell_again


def test_an_amazon_that_is_down_is_asked_later(shop: Shop, mfn: SalesChannel):
    completed(shop)
    shop.fails("confirm_shipped", Retryable("down", after=timedelta(minutes=9)))
    (later,) = shop.confirms_shipped()
    assert later >= shop.clock.now() + timedelta(minutes=9)
    assert tasks() == []


def test_a_correction_is_told_under_the_same_reference(shop: Shop, mfn: SalesChannel):
    _, number = completed(shop)
    shop.confirms_shipped()
    sentence = tracking.ship(number, Shipped(("JD0002",), "Other", "Our van"), now=shop.clock.now())
    assert sentence == f"{number} is corrected; Amazon is told again."
    assert shop.confirms_shipped() == []
    assert told(shop) == [(reference_of(number, "PKG-1"), "JD0002")]
    assert shop.asked("confirm_shipped") == 2
    assert "nothing was changed" in tracking.ship(
        number, Shipped(("JD0002",), "Other", "Our van"), now=shop.clock.now()
    )


def test_a_correction_made_during_the_call_is_told_as_well(shop: Shop, mfn: SalesChannel):
    _, number = completed(shop)
    desk = shop.confirmations
    ask = desk.confirm_shipped

    def meanwhile_corrected(*args: object, **more: object) -> None:
        desk.confirm_shipped = ask
        ask(*args, **more)
        tracking.ship(number, Shipped(("JD0002",), "Other", "Our van"), now=shop.clock.now())

    desk.confirm_shipped = meanwhile_corrected
    shop.confirms_shipped()
    assert (Parcel.objects.get().told_shipped_at, Shipment.objects.get().asked) == (None, "")
    assert shop.confirms_shipped() == []
    assert told(shop) == [(reference_of(number, "PKG-1"), "JD0002")]
    assert Parcel.objects.get().told_shipped_at is not None


def test_another_carrier_under_the_same_number_is_told_although_its_answer_was_lost(
    shop: Shop, mfn: SalesChannel
):
    _, number = completed(shop)
    shop.confirms_shipped()
    tracking.ship(number, Shipped(("JD0001",), "Other", "Our van"), now=shop.clock.now())
    shop.fails("confirm_shipped", Unclear("lost"))
    (later,) = shop.confirms_shipped()
    shop.clock.moment = later
    assert shop.confirms_shipped() == []
    (parcel,) = shop.confirmations.told.values()
    assert (parcel.tracking_id, parcel.carrier_name) == ("JD0001", "Our van")


def test_corrected_back_after_a_lost_answer_it_is_told_again(shop: Shop, mfn: SalesChannel):
    _, number = completed(shop)
    shop.confirms_shipped()
    tracking.ship(number, Shipped(("JD0001",), "Other", "Our van"), now=shop.clock.now())
    shop.fails("confirm_shipped", Unclear("lost"), moment=Moment.AFTER)
    (later,) = shop.confirms_shipped()
    shop.clock.moment = later
    tracking.ship(number, Shipped(("JD0001",)), now=shop.clock.now())
    assert shop.confirms_shipped() == []
    (parcel,) = shop.confirmations.told.values()
    assert parcel.carrier_name == "Own carrier"


def test_a_cancelled_order_is_not_confirmed(shop: Shop, mfn: SalesChannel):
    order, _ = completed(shop)
    shop.ordinary.move(order, "CANCELLED")
    shop.imports_orders()
    assert completing.due_to_tell(shop.connection, now=shop.clock.now()) == []
    assert shop.confirms_shipped() == []
    assert told(shop) == []


# --- refusals ---


def test_what_is_not_packed_or_not_ours_has_no_tracking_to_give(shop: Shop, mfn: SalesChannel):
    _, number = a_call(shop)
    with pytest.raises(NotYours, match="is not packed"):
        tracking.ship(number, Shipped(("JD1",)), now=shop.clock.now())
    shop.buys()
    shop.imports()
    other = FieldCall.objects.exclude(number=number).get().number
    with pytest.raises(NotYours, match="from Amazon"):
        tracking.ship(other, Shipped(("JD1",)), now=shop.clock.now())
    with pytest.raises(NotYours, match="nothing that is still to be told"):
        tracking.tell_again(number)


@pytest.mark.parametrize(
    ("shipped", "words"),
    [
        (Shipped(()), "0 tracking numbers"),
        (Shipped(("1", "2")), "2 tracking numbers"),
        (Shipped(("",)), "no tracking number"),
        (Shipped(("JD1",), "Other"), "needs the carrier's name"),
        (Shipped(("JD1",), "X" * 61), "cannot be a carrier"),
    ],
)
def test_wrong_input_changes_nothing(shop: Shop, mfn: SalesChannel, shipped: Shipped, words: str):
    _, number = packed(shop)
    with pytest.raises(WrongInput, match=words):
        tracking.ship(number, shipped, now=shop.clock.now())
    assert (Parcel.objects.get().tracking_id, FieldCall.objects.get().state) == ("", "packing")


@pytest.mark.parametrize(
    ("call", "parcel", "reference"),
    [("FC-000123", "PKG-2", "12302"), ("FC-1", "PKG-1", "101"), ("FC-000123", "PKG-12", "12312")],
)
def test_a_reference_is_digits_made_of_call_and_parcel(call: str, parcel: str, reference: str):
    assert reference_of(call, parcel) == reference
