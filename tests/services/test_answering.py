"""Confirming and declining at Amazon: each once, whatever is lost, and what trouble of each kind leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from loadbay.channels.models import Connection
from loadbay.core.errors import (
    Conflict,
    Misconfigured,
    NotFound,
    Rejected,
    Retryable,
    Trouble,
    Unclear,
    WrongInput,
)
from loadbay.core.ids import ShipmentId
from loadbay.jobs import rounds
from loadbay.orders.services import answering
from loadbay.orders.services.answering import CannotConfirm, CannotReject
from loadbay.stock import services as stock
from loadbay.testing.fakes import FakeShipmentDesk, Moment
from tests.builders import CallBuilder, Shop, a_field_call, tasks
from tests.services.goods import a_product, events, promised


def a_new_sale(shop: Shop, *, on_hand: int = 5) -> CallBuilder:
    """Built, and still to be confirmed."""
    a_product("RUG", on_hand=on_hand)
    shipment = shop.buys("RUG", 2)
    shop.reads()
    shop.builds()
    return shop.call(shipment)


def test_a_covered_sale_is_confirmed_once_and_released(shop: Shop):
    call = a_new_sale(shop)
    assert (call.shipment.promise, call.sale.order_status) == ("wanted", "Open")
    assert shop.confirms().done == 1
    assert shop.confirms().done == 0
    assert (shop.asked("confirm"), shop.status(call.shipment_id)) == (1, "CONFIRMED")
    assert (call.shipment.promise, call.shipment.status, call.sale.order_status) == (
        "confirmed",
        "CONFIRMED",
        "Released",
    )
    assert call.shipment.implied_status == "In Progress"


@pytest.mark.parametrize("moment", list(Moment))
def test_a_lost_answer_is_looked_after_before_anything_is_repeated(shop: Shop, moment: Moment):
    call = a_new_sale(shop)
    shop.fails("confirm", Unclear("the answer was lost"), moment=moment)
    answered = shop.confirms()
    assert (answered.done, answered.put_off) == (0, 1)
    assert answered.due_at == shop.clock.now() + timedelta(seconds=5)
    assert shop.asked("shipment") == 1
    shop.clock.advance(5)
    assert shop.confirms().done == 1
    assert shop.asked("confirm") == (2 if moment is Moment.BEFORE else 1)
    assert (call.shipment.promise, call.shipment.asked) == ("confirmed", "")
    assert shop.status(call.shipment_id) == "CONFIRMED"


@pytest.mark.parametrize("moment", list(Moment))
def test_a_process_killed_at_the_question_leaves_it_and_the_next_one_looks(shop: Shop, moment: Moment):
    call = a_new_sale(shop)
    shop.fails("confirm", KeyboardInterrupt(), moment=moment)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        shop.confirms()
    assert call.shipment.asked == "confirm"
    assert shop.confirms().done == 1
    assert shop.asked("shipment") == 1
    assert shop.asked("confirm") == (2 if moment is Moment.BEFORE else 1)
    assert (call.shipment.promise, call.shipment.asked) == ("confirmed", "")


def test_while_the_look_fails_too_nothing_is_asked_again(shop: Shop):
    call = a_new_sale(shop)
    shop.fails("confirm", Unclear("the answer was lost"), moment=Moment.AFTER)
    for _ in range(3):
        shop.fails("shipment", Retryable("Amazon is down"))
    for _ in range(3):
        shop.clock.moment = shop.confirms().due_at
    assert call.shipment.asked == "confirm"
    assert shop.confirms().done == 1
    assert shop.asked("confirm") == 1


def test_a_wrong_key_at_the_look_leaves_the_question_unclear(shop: Shop):
    call = a_new_sale(shop)
    shop.fails("confirm", Unclear("the answer was lost"), moment=Moment.AFTER)
    shop.fails("shipment", Retryable("Amazon is down"))
    shop.clock.moment = shop.confirms().due_at
    shop.fails("shipment", Misconfigured("the secret has expired", fault="secret"))
    with pytest.raises(Misconfigured):
        shop.confirms()
    assert call.shipment.asked == "confirm"


def test_a_conflict_is_looked_at_and_believed(shop: Shop):
    """Somebody confirmed it in Seller Central."""
    call = a_new_sale(shop)
    shop.marketplace.move(call.shipment_id, "CONFIRMED")
    assert shop.confirms().put_off == 1
    shop.clock.advance(5)
    assert shop.confirms().done == 1
    assert (shop.asked("confirm"), call.shipment.promise) == (1, "confirmed")
    assert call.sale.order_status == "Released"


def test_a_conflict_because_it_was_cancelled_ends_the_sale(shop: Shop):
    call = a_new_sale(shop)
    shop.marketplace.move(call.shipment_id, "CANCELLED")
    shop.confirms()
    shop.clock.advance(5)
    assert shop.confirms().done == 0
    assert (call.sale.order_status, call.row.state, call.shipment.promise) == (
        "Cancelled",
        "cancelled",
        "none",
    )
    assert promised("RUG") == {}


def test_passing_trouble_is_put_off_longer_each_time_and_alarmed_the_fifth_time(shop: Shop):
    call = a_new_sale(shop)
    waits = []
    for _ in range(6):
        shop.fails("confirm", Retryable("Amazon is down"))
        due = shop.confirms().due_at
        waits.append((due - shop.clock.now()).total_seconds())
        assert shop.confirms().put_off == 0
        shop.clock.moment = due
    assert waits == [5, 15, 60, 300, 900, 900]
    assert tasks() == [("answer_late", call.shipment_id)]
    assert call.shipment.asked == ""
    assert shop.confirms().done == 1
    assert tasks() == []


def test_amazons_own_advice_when_to_come_back_is_followed(shop: Shop):
    a_new_sale(shop)
    shop.fails("confirm", Retryable("Too many requests", after=timedelta(seconds=50)))
    assert shop.confirms().due_at == shop.clock.now() + timedelta(seconds=50)


def test_trouble_with_one_shipment_does_not_hold_up_the_others(shop: Shop):
    a_product("RUG", on_hand=9)
    sold = [shop.buys() for _ in range(3)]
    shop.fails("confirm", Retryable("Amazon is down"))
    shop.fails("confirm", Rejected("No.", reason="400"))
    shop.imports()
    assert [shop.status(one) for one in sold] == ["ACCEPTED", "ACCEPTED", "CONFIRMED"]
    assert [shop.call(one).shipment.promise for one in sold] == ["wanted", "none", "confirmed"]


def test_what_amazon_declines_for_good_waits_for_a_person_who_confirms_again(shop: Shop):
    call = a_new_sale(shop)
    shop.fails("confirm", Rejected("The shipment cannot be processed.", reason="400"))
    answered = shop.confirms()
    assert (answered.done, answered.put_off) == (0, 0)
    assert answered.declined == ((call.shipment_id, "The shipment cannot be processed."),)
    assert tasks() == [("answer_declined", call.shipment_id)]
    assert (call.shipment.promise, call.shipment.asked) == ("none", "")
    assert shop.scans(call.number).outcome.value == "held"
    answering.want_confirmation(call.shipment_id)
    assert shop.confirms().done == 1
    assert (call.shipment.promise, tasks()) == ("confirmed", [])
    assert shop.scans(call.number).outcome.value == "started"


def test_a_wrong_key_stops_the_connection_with_one_alert(shop: Shop):
    a_new_sale(shop)
    for _ in range(2):
        shop.fails("confirm", Misconfigured("The client secret has expired.", fault="secret"))
        with pytest.raises(Misconfigured):
            rounds.stopping_on_misconfigured(shop.connection, shop.confirms)
    connection = Connection.objects.get()
    assert (connection.state, connection.stopped_because) == ("stopped", "The client secret has expired.")
    assert tasks() == [("connection_stopped", str(shop.connection))]
    assert len(events("channels.connection_stopped")) == 1


@pytest.mark.parametrize("trouble", [Retryable("down"), Unclear("lost"), Conflict("no"), Rejected("no")])
def test_a_watching_channel_answers_nothing(shop: Shop, trouble: Trouble):
    shop.set_channel(is_watching=True)
    call = a_new_sale(shop)
    shop.fails("confirm", trouble)
    assert shop.confirms().done == 0
    assert (shop.asked("confirm"), call.shipment.promise, call.sale.order_status) == (0, "none", "Open")


def test_a_channel_that_watches_since_building_answers_nothing(shop: Shop):
    a_new_sale(shop)
    shop.set_channel(is_watching=True)
    assert shop.confirms().done == 0
    assert shop.asked("confirm") == 0


def test_where_people_confirm_nothing_is_confirmed_by_itself(shop: Shop):
    shop.set_channel(confirms_by_itself=False)
    call = a_new_sale(shop)
    assert shop.confirms().done == 0
    answering.want_confirmation(call.shipment_id)
    assert shop.confirms().done == 1
    assert call.shipment.promise == "confirmed"


def test_only_what_can_be_promised_can_be_confirmed_by_a_person(shop: Shop):
    call = a_new_sale(shop, on_hand=1)
    with pytest.raises(CannotConfirm, match="short of stock") as refusal:
        answering.want_confirmation(call.shipment_id)
    assert refusal.value.code == "cannot_confirm"
    assert call.shipment.promise == "none"
    with pytest.raises(NotFound):
        answering.want_confirmation("SHP-404")


# --- declining ---


@dataclass
class NotingDesk(FakeShipmentDesk):
    """Notes what was declined."""

    declined: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def reject(self, shipment_id: ShipmentId, *, line_ids: tuple[str, ...], reason: str) -> None:
        self.declined.append((line_ids, reason))
        super().reject(shipment_id, line_ids=line_ids, reason=reason)


def test_a_shipment_is_declined_whole_and_its_sale_goes_with_amazons_cancellation(shop: Shop):
    a_product("RUG", on_hand=1)
    a_product("LAMP", on_hand=5)
    shipment = shop.buys("RUG", 2, LAMP=1)
    shop.imports()
    call = shop.call(shipment)
    desk = shop.answers = NotingDesk(shop.marketplace)
    answering.want_rejection(shipment, reason="OUT_OF_STOCK")
    assert shop.scans(call.number).outcome.value == "held"
    assert shop.confirms().done == 1
    assert desk.declined == [(("1", "2"), "OUT_OF_STOCK")]
    assert (shop.status(shipment), call.shipment.promise) == ("CANCELLED", "rejected")
    shop.reads("CANCELLED")
    assert (call.sale.order_status, call.row.state) == ("Cancelled", "cancelled")
    assert (promised("RUG"), promised("LAMP"), tasks()) == ({}, {}, [])


@pytest.mark.parametrize("moment", list(Moment))
def test_a_lost_answer_to_a_rejection_is_looked_after(shop: Shop, moment: Moment):
    call = a_new_sale(shop, on_hand=1)
    answering.want_rejection(call.shipment_id, reason="CUSTOMER_REQUESTED")
    shop.fails("reject", Unclear("the answer was lost"), moment=moment)
    shop.confirms()
    shop.clock.advance(5)
    shop.confirms()
    assert shop.asked("reject") == (2 if moment is Moment.BEFORE else 1)
    shop.reads("CANCELLED")
    assert call.row.state == "cancelled"


def test_after_the_label_amazon_allows_no_rejection(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    with pytest.raises(CannotReject) as refusal:
        answering.want_rejection(call.shipment_id, reason="OUT_OF_STOCK")
    assert refusal.value.code == "cannot_reject"
    assert (call.shipment.promise, call.shipment.held_because) == ("confirmed", "")


def test_a_rejection_that_came_too_late_is_a_persons_matter_and_ends(shop: Shop):
    call = a_new_sale(shop)
    answering.want_rejection(call.shipment_id, reason="OUT_OF_STOCK")
    shop.marketplace.move(call.shipment_id, "SHIPLABEL_GENERATED")
    assert shop.confirms().put_off == 1
    shop.clock.advance(5)
    assert shop.confirms().declined == ((call.shipment_id, "It is SHIPLABEL_GENERATED by now."),)
    assert call.shipment.promise == "none"
    assert tasks() == [("answer_declined", call.shipment_id)]
    assert shop.asked("reject") == 1


@pytest.mark.parametrize("reason", ["", "no idea", "out_of_stock"])
def test_a_reason_amazon_does_not_know_is_refused(shop: Shop, reason: str):
    call = a_new_sale(shop)
    with pytest.raises(WrongInput, match="OUT_OF_STOCK, CUSTOMER_REQUESTED"):
        answering.want_rejection(call.shipment_id, reason=reason)
    assert call.shipment.promise == "wanted"
    with pytest.raises(NotFound):
        answering.want_rejection("SHP-404", reason="OUT_OF_STOCK")


def test_goods_that_come_do_not_undo_a_persons_rejection(shop: Shop):
    call = a_new_sale(shop, on_hand=1)
    answering.want_rejection(call.shipment_id, reason="OUT_OF_STOCK")
    stock.goods_in(sku="RUG", room="SHOP", units=5)
    assert shop.covers() == 0
    assert call.shipment.promise == "to_reject"
