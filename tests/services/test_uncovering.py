"""Goods that vanish take their promise along: the sale is held until goods come; the packed keep theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.core.errors import Rejected
from loadbay.core.ids import ShipmentId
from loadbay.dispatch.services import labels
from loadbay.dispatch.services.labels import GoodsGone
from loadbay.inbox.queries import open_tasks
from loadbay.orders.models import Shipment
from loadbay.orders.services import answering
from loadbay.orders.shortages import Elsewhere, Shortage, shortages_of
from loadbay.stock import services as stock
from tests.builders import FINISH, LEAVE, CallBuilder, Shop, a_field_call, picks, tasks, valid_labels
from tests.services.conftest import a_shop
from tests.services.goods import a_bundle, a_product, a_room, a_serialised, events


def jobs_of(name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=f"loadbay.jobs.tasks.{name}").count()


@pytest.fixture
def shop_maker(request: pytest.FixtureRequest) -> Callable[[], Shop]:
    return of_three_sales if "three" in request.fixturenames else a_shop


def of_three_sales() -> Shop:
    shop = a_shop()
    a_product("RUG", on_hand=3)
    for _ in range(3):
        a_field_call(shop)
    return shop


@pytest.fixture
def three(shop: Shop) -> list[CallBuilder]:
    """Three sales of one rug each, confirmed to Amazon, and just the rugs they need."""
    rows = Shipment.objects.order_by("id").values_list("shipment_id", flat=True)
    return [shop.call(ShipmentId(shipment_id)) for shipment_id in rows]


def dispose(units: int, room: str = "SHOP") -> None:
    stock.dispose(sku="RUG", room=room, units=units, reason="torn")


def short(calls: list[CallBuilder]) -> list[bool]:
    return [call.shipment.is_short for call in calls]


def test_the_newest_sale_is_held_although_it_was_confirmed(shop: Shop, three: list[CallBuilder]):
    dispose(1)
    assert short(three) == [False, False, True]
    assert three[2].shipment.promise == "confirmed"
    answer = shop.scans(three[2].number)
    assert (answer.outcome.value, answer.tone.value) == ("held", "stop")
    assert answer.sentence == (
        "The goods that were promised to it are gone. It lacks 1 RUG. Leave it; its task says what to do."
    )
    assert shop.scans(three[1].number).outcome.value == "started"
    assert len(events("orders.sales_uncovered")) == 1


def test_its_task_says_what_it_lacks_and_what_can_be_done(shop: Shop, three: list[CallBuilder]):
    a_room("LOFT")
    stock.goods_in(sku="RUG", room="LOFT", units=7)
    dispose(1)
    (task,) = open_tasks()
    number = three[2].sale.number
    assert (task.kind, task.matter, task.cause) == ("short_stock", three[2].shipment_id, "stock")
    assert task.sentence == f"Sale {number} lacks 1 RUG. The goods that were promised to it are gone."
    assert task.cure == (
        "Transfer RUG from LOFT (7 free), or bring goods in, and it goes on by itself; "
        "or decline it in the sale, as long as Amazon allows it."
    )
    assert task.link == f"/office/sale/{number}/"
    assert shortages_of(three[2].shipment_id) == (Shortage("RUG", 1, "SHOP", (Elsewhere("LOFT", 7),)),)


@pytest.mark.parametrize("way", ["goods in", "transfer"])
def test_goods_that_come_release_it(shop: Shop, three: list[CallBuilder], way: str):
    a_room("LOFT")
    stock.goods_in(sku="RUG", room="LOFT", units=1)
    dispose(1)
    assert shop.covers() == 0
    if way == "goods in":
        stock.goods_in(sku="RUG", room="SHOP", units=1)
    else:
        stock.transfer(sku="RUG", source="LOFT", target="SHOP", units=1)
    assert jobs_of("build_sales") >= 1
    assert shop.covers() == 1
    assert (short(three), tasks()) == ([False, False, False], [])
    assert (three[2].shipment.promise, shop.asked("confirm")) == ("confirmed", 3)
    assert shop.scans(three[2].number).outcome.value == "started"


def test_a_transfer_out_of_the_rooms_takes_the_promise_as_a_disposal_does(shop: Shop, three):
    a_room("LOFT")
    stock.transfer(sku="RUG", source="SHOP", target="LOFT", units=2)
    assert short(three) == [False, True, True]


def test_a_transfer_between_the_rooms_of_the_channel_only_changes_where_it_is_picked(db, clock):
    shop = Shop(clock=clock, rooms=("SHOP", "BACK"))
    a_product("RUG", on_hand=1)
    call = a_field_call(shop)
    stock.transfer(sku="RUG", source="SHOP", target="BACK", units=1)
    assert call.shipment.is_short
    assert shop.covers() == 1
    assert not call.shipment.is_short
    assert picks(call.number) == {("1", "RUG", "BACK"): 1}
    assert (shop.scans(call.number).outcome.value, tasks()) == ("started", [])


def test_the_packed_keep_theirs_and_who_is_on_the_bench_comes_next(shop: Shop, three: list[CallBuilder]):
    three[2].labelled()
    three[1].on_the_bench()
    dispose(1)
    assert short(three) == [True, False, False]
    dispose(1)
    assert short(three) == [True, True, False]
    dispose(1)
    assert short(three) == [True, True, False]
    assert shop.completes(three[2].number).numbers == (three[2].number,)


def test_a_call_opened_again_keeps_the_goods_in_its_box(shop: Shop, three: list[CallBuilder]):
    """It counted as one on the bench with nothing packed, so the newest of those lost its packed goods."""
    three[2].packed()
    shop.fails("make_labels", Rejected("too heavy", reason="400"))
    shop.makes_labels_until_settled(three[2].number)
    three[0].on_the_bench(station="Bench 2")
    three[1].on_the_bench(station="Bench 3")
    assert [shop.scans(three[2].number).outcome.value for _ in range(2)] == ["declined", "opened"]
    dispose(1)
    assert short(three) == [False, True, False]
    dispose(1)
    assert short(three) == [True, True, False]
    assert shop.scans(FINISH).outcome.value == "finished"


def test_goods_in_a_box_stay_there_although_an_older_sale_lacks_them(shop: Shop):
    a_product("RUG", on_hand=4)
    older, newer = a_field_call(shop, "RUG", 2), a_field_call(shop, "RUG", 2)
    newer.on_the_bench()
    shop.scans("RUG")
    older.on_the_bench(station="Bench 2")
    dispose(2)
    assert short([older, newer]) == [True, False]
    assert open_tasks()[0].sentence.startswith(f"Sale {older.sale.number} lacks 1 RUG.")


def test_an_item_that_was_just_scanned_into_a_box_is_not_promised_to_another_bench(db, clock):
    shop = Shop(clock=clock, rooms=("SHOP", "BACK"))
    a_serialised("SAW", "SN-1")
    stock.goods_in(sku="SAW", room="BACK", units=1, numbers=["SN-2"])
    older, newer = a_field_call(shop, "SAW"), a_field_call(shop, "SAW")
    older.on_the_bench()
    newer.on_the_bench(station="Bench 2")
    assert shop.scans("SN-1", station="Bench 2").outcome.value == "all_packed"
    assert short([older, newer]) == [True, False]
    assert shop.scans(FINISH, station="Bench 2").outcome.value == "finished"


def test_on_the_bench_the_next_scan_says_so_and_only_putting_back_is_possible(shop: Shop, three):
    call = three[0].on_the_bench()
    dispose(3)
    for code in ("RUG", FINISH, three[1].number):
        answer = shop.scans(code)
        assert (answer.outcome.value, answer.headline) == ("held", f"{call.number} is held")
    assert "Put its goods back with the Put Back command" in answer.sentence
    assert shop.scans(LEAVE).outcome.value == "left"
    assert shop.scans(call.number).outcome.value == "held"


def test_a_packed_call_that_became_short_does_not_go_on_in_silence(shop: Shop, three: list[CallBuilder]):
    """Goods vanished in the moment in which packing was finished: no label, and everybody is told why."""
    call = three[2].packed()
    held = "The goods that were promised to it are gone. It lacks 1 RUG."
    Shipment.objects.filter(pk=call.shipment.pk).update(is_short=True, held_because=held)
    assert shop.makes_labels(call.number) is None
    assert (valid_labels(call.number), labels.due_labels(shop.connection, now=shop.clock.now())) == ([], [])
    answer = shop.scans(call.number)
    assert (answer.outcome.value, answer.sentence) == ("held", f"{held} Leave it; its task says what to do.")
    with pytest.raises(GoodsGone, match="lacks 1 RUG"):
        labels.want_label_again(call.number)
    shop.covers()
    assert shop.makes_labels(call.number) is None
    assert call.row.state == "labelled"


def test_laid_aside_while_it_is_short_the_bench_says_so(shop: Shop, three: list[CallBuilder]):
    call = three[2].packed()
    shop.fails("make_labels", Rejected("too heavy", reason="400"))
    shop.makes_labels_until_settled(call.number)
    assert [shop.scans(call.number).outcome.value for _ in range(2)] == ["declined", "opened"]
    Shipment.objects.filter(pk=call.shipment.pk).update(is_short=True, held_because="It lacks 1 RUG.")
    answer = shop.scans(LEAVE)
    assert (answer.outcome.value, answer.tone.value) == ("laid_aside", "stop")
    assert answer.sentence == (
        "It lacks 1 RUG. Put the box back on the trouble shelf: it still has no label, and its task says "
        "what to do."
    )


def test_a_sale_that_is_not_confirmed_yet_is_not_confirmed_without_its_goods(shop: Shop):
    a_product("RUG", on_hand=1)
    shipment_id = shop.buys()
    shop.reads("ACCEPTED")
    shop.builds()
    dispose(1)
    assert shop.call(shipment_id).shipment.promise == "none"
    assert shop.confirms().done == 0
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    shop.covers()
    assert shop.confirms().done == 1


def test_a_sale_that_is_being_declined_takes_no_goods_from_the_others(shop: Shop, three: list[CallBuilder]):
    answering.want_rejection(three[0].shipment_id, reason="CUSTOMER_REQUESTED")
    dispose(1)
    assert (short(three), tasks()) == ([False, False, False], [])


def test_a_bundle_is_held_when_one_of_its_parts_is_gone(shop: Shop):
    a_product("RUG", on_hand=2)
    a_product("LAMP", on_hand=2)
    a_bundle("SET", contents={"RUG": 1, "LAMP": 1})
    call = a_field_call(shop, "SET")
    stock.dispose(sku="LAMP", room="SHOP", units=2, reason="broken")
    assert call.shipment.is_short
    (task,) = open_tasks()
    assert task.sentence.startswith(f"Sale {call.sale.number} lacks 1 LAMP.")


def test_goods_that_left_without_being_there_take_them_from_a_promise(shop: Shop, three: list[CallBuilder]):
    """A count had found too few for what was packed: the lorry has them, the others lack them."""
    three[0].labelled()
    dispose(1)
    assert short(three) == [False, False, True]
    shop.completes(three[0].number)
    assert short(three) == [False, False, True]


def test_a_disposal_of_free_goods_holds_nobody(shop: Shop, three: list[CallBuilder]):
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    before = jobs_of("build_sales")
    dispose(1)
    assert (short(three), tasks(), jobs_of("build_sales")) == ([False, False, False], [], before)


def test_cancelling_a_held_sale_closes_its_task(shop: Shop, three: list[CallBuilder]):
    dispose(1)
    three[2].cancelled()
    assert tasks() == []
    assert shortages_of(three[2].shipment_id) == ()


def test_goods_that_come_in_part_change_what_the_task_and_the_bench_say(shop: Shop):
    a_product("RUG", on_hand=1)
    call = a_field_call(shop, "RUG", 4)
    assert open_tasks()[0].sentence.startswith(f"Sale {call.sale.number} lacks 3 RUG. ")
    stock.goods_in(sku="RUG", room="SHOP", units=2)
    assert shop.covers() == 0
    (task,) = open_tasks()
    assert task.sentence.startswith(f"Sale {call.sale.number} lacks 1 RUG. ")
    assert task.times == 1
    assert shop.scans(call.number).sentence.startswith(
        "The stock rooms do not hold everything it needs. It lacks 1 RUG."
    )
