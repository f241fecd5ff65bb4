"""Two people and Amazon at once: one does it, the other is told, and nothing cancelled is shipped."""

from __future__ import annotations

from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import transaction

from loadbay.core.errors import Rejected
from loadbay.dispatch.bench_rules import Outcome
from loadbay.dispatch.models import BenchScan, Consignment, FieldCall, Parcel, ParcelLine
from loadbay.dispatch.rules import StepNotAllowed
from loadbay.dispatch.services import bench, labels, serials
from loadbay.dispatch.services.completing import Completed, NothingToComplete
from loadbay.dispatch.services.reopening import BenchInUse, open_again
from loadbay.orders.models import Sale
from loadbay.stock import item_queries
from loadbay.stock import services as stock
from loadbay.stock.item_rules import NumberNotHere
from loadbay.stock.queries import ledger_differences
from loadbay.testing.fakes import FakeLabelDesk
from tests.builders import FINISH, Shop, a_field_call, call_of, tasks, valid_labels
from tests.services.goods import a_product, a_serialised, items, movements, on_hand, promised
from tests.services.racing import at_once

PATIENCE = 15


# --- two people pack one call ---


def test_without_the_lock_two_people_would_both_start_it(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    both_have_looked = Barrier(2)

    def start_without_lock(station: str) -> Outcome:
        with transaction.atomic():
            row = FieldCall.objects.select_related("sale__shipment", "channel").get(number=call.number)
            refusal = bench._refuse_start(row)
            both_have_looked.wait(PATIENCE)
            return (refusal or bench._started(row, shop.bench(station))).outcome

    answers = at_once(lambda: start_without_lock("Bench 1"), lambda: start_without_lock("Bench 2"))
    assert answers == [Outcome.STARTED, Outcome.STARTED]


def test_of_two_people_scanning_one_call_one_packs_it(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop)
    scan = lambda station: bench.scan(key=uuid4(), code=call.number, bench=shop.bench(station))  # noqa: E731
    answers = at_once(lambda: scan("Bench 1"), lambda: scan("Bench 2"), lambda: scan("Bench 3"))
    outcomes = sorted(answer.outcome.value for answer in answers)
    assert outcomes == ["elsewhere", "elsewhere", "started"]
    assert call.row.state == "packing"
    told = next(answer for answer in answers if answer.outcome is Outcome.ELSEWHERE)
    assert call.row.station in told.sentence


def test_opened_again_from_the_office_while_the_bench_starts_another_it_has_one_in_hand(shop: Shop):
    a_product("RUG", on_hand=5)
    declined, fresh = a_field_call(shop).packed(), a_field_call(shop)
    shop.fails("make_labels", Rejected("The box is too heavy.", reason="400"))
    shop.makes_labels_until_settled(declined.number)
    now = shop.clock.now()
    answers = at_once(
        lambda: open_again(declined.number, station="Bench 1", user_id=None, now=now),
        lambda: bench.scan(key=uuid4(), code=fresh.number, bench=shop.bench()).outcome,
    )
    in_hand = list(FieldCall.objects.filter(state="packing").values_list("number", flat=True))
    if isinstance(answers[0], BenchInUse):
        assert (answers[1], in_hand) == (Outcome.STARTED, [fresh.number])
    else:
        assert (answers[1], in_hand) == (Outcome.OTHER_FIELD_CALL, [declined.number])


def test_one_scan_sent_twice_at_once_counts_once(shop: Shop):
    a_product("RUG", on_hand=5)
    a_field_call(shop, "RUG", 5).on_the_bench()
    key = uuid4()
    scan = lambda: bench.scan(key=key, code="RUG", bench=shop.bench())  # noqa: E731
    answers = at_once(scan, scan, scan)
    assert answers[0] == answers[1] == answers[2]
    assert ParcelLine.objects.get().units == 1
    assert BenchScan.objects.filter(key=key).count() == 1


def test_scans_typed_faster_than_answers_all_count(shop: Shop):
    a_product("RUG", on_hand=9)
    a_field_call(shop, "RUG", 5).on_the_bench()
    scan = lambda: bench.scan(key=uuid4(), code="RUG", bench=shop.bench()).outcome.value  # noqa: E731
    answers = at_once(*[scan] * 6)
    assert sorted(answers) == ["all_packed", "counted", "counted", "counted", "counted", "too_many"]
    assert ParcelLine.objects.get().units == 5
    assert Parcel.objects.count() == 1


# --- two benches scan one serial number ---


def two_benches_that_want_a_saw(shop: Shop) -> None:
    a_serialised("SAW", "SN-1", "SN-2")
    for station in ("Bench 1", "Bench 2"):
        a_field_call(shop, "SAW").on_the_bench(station=station)


def test_without_the_lock_two_benches_would_pack_the_same_item(shop: Shop):
    two_benches_that_want_a_saw(shop)
    both_have_looked = Barrier(2)

    def scan_without_lock(station: str) -> str:
        with transaction.atomic():
            call = bench._current(station)
            wanted = bench.wanted_lines(call)
            judged = serials.judged(item_queries.called("SN-1")[0], call, wanted)
            both_have_looked.wait(PATIENCE)
            return bench._taken(call, judged, wanted, bench=shop.bench(station)).outcome.value

    answers = at_once(lambda: scan_without_lock("Bench 1"), lambda: scan_without_lock("Bench 2"))
    assert answers == ["all_packed", "all_packed"]
    assert list(ParcelLine.objects.values_list("serials", flat=True)) == [["SN-1"], ["SN-1"]]


@pytest.mark.parametrize("is_asked_for", [False, True])
def test_of_two_benches_scanning_one_serial_number_one_gets_the_item(shop: Shop, is_asked_for: bool):
    two_benches_that_want_a_saw(shop)
    stations = ("Bench 1", "Bench 2")
    if is_asked_for:
        assert {shop.scans("SAW", station=station).outcome for station in stations} == {Outcome.SERIAL_WANTED}
    scan = lambda station: bench.scan(key=uuid4(), code="SN-1", bench=shop.bench(station))  # noqa: E731
    answers = at_once(lambda: scan("Bench 1"), lambda: scan("Bench 2"))
    assert sorted(answer.outcome.value for answer in answers) == ["all_packed", "item_elsewhere"]
    told = next(answer for answer in answers if answer.outcome is Outcome.ITEM_ELSEWHERE)
    packed = ParcelLine.objects.get()
    assert packed.serials == ["SN-1"]
    assert told.sentence.startswith(f"SN-1 is in {packed.parcel.field_call.number}, parcel PKG-1.")
    assert items("SAW") == {"SN-1": ("packed", "SHOP"), "SN-2": ("in_stock", "SHOP")}


def test_an_item_is_packed_or_disposed_of_but_not_both(shop: Shop):
    two_benches_that_want_a_saw(shop)
    scan = lambda: bench.scan(key=uuid4(), code="SN-1", bench=shop.bench("Bench 1")).outcome.value  # noqa: E731
    dispose = lambda: stock.dispose(sku="SAW", room="SHOP", units=1, reason="torn", numbers=["SN-1"])  # noqa: E731
    answer, disposed = at_once(scan, dispose)
    if answer == "all_packed":
        assert (type(disposed), on_hand("SAW")) == (NumberNotHere, 2)
    else:
        assert (answer, on_hand("SAW")) == ("item_gone", 1)
    assert ledger_differences() == ()


# --- labels ---


def test_two_workers_make_one_label(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).packed()
    make = lambda: shop.makes_labels(call.number)  # noqa: E731
    assert at_once(make, make, make) == [None, None, None]
    assert shop.asked("make_labels") == 1
    assert len(valid_labels(call.number)) == 1
    assert promised("RUG") == {"labelled": 1}


class Paused(FakeLabelDesk):
    """Stands still at the label, before or after Amazon made it, until told to go on."""

    def __init__(self, shop: Shop, *, after: str = "") -> None:
        super().__init__(shop.marketplace)
        self.after, self.standing, self.go_on = after, Event(), Event()

    def make_labels(self, shipment_id, package_ids, *, option_id=None):
        if self.after:
            made = super().make_labels(shipment_id, package_ids, option_id=option_id)
            self._stand()
            return made
        self._stand()
        return super().make_labels(shipment_id, package_ids, option_id=option_id)

    def _stand(self) -> None:
        self.standing.set()
        self.go_on.wait(PATIENCE)


def cancelled_at_the_label(shop: Shop, desk: Paused) -> FieldCall:
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).packed()
    shop.labels = desk

    def amazon_cancels() -> None:
        desk.standing.wait(PATIENCE)
        shop.marketplace.move(call.shipment_id, "CANCELLED")
        shop.reads("CANCELLED")
        desk.go_on.set()

    assert at_once(lambda: shop.makes_labels(call.number), amazon_cancels) == [None, None]
    return call_of(call.number)


def test_cancelled_while_the_label_is_being_asked_for_none_is_made(shop: Shop):
    call = cancelled_at_the_label(shop, Paused(shop))
    assert (call.state, valid_labels(call.number)) == ("cancelled", [])
    assert shop.marketplace.labels_made == {}
    assert (promised("RUG"), tasks()) == ({"put_back": 1}, [("put_back", call.number)])
    assert Consignment.objects.count() == 0


def test_cancelled_while_the_label_is_on_its_way_it_is_void_from_the_start(shop: Shop):
    call = cancelled_at_the_label(shop, Paused(shop, after="make"))
    assert (call.state, valid_labels(call.number)) == ("cancelled", [])
    assert shop.asked("fetch_label") == 0
    assert promised("RUG") == {"put_back": 1}
    assert Consignment.objects.count() == 0


# --- completing ---


def test_of_two_people_completing_one_call_one_does_it(shop: Shop):
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    complete = lambda: shop.completes(call.number)  # noqa: E731
    answers = at_once(complete, complete, complete)
    assert sorted(type(answer) for answer in answers if isinstance(answer, Completed)) == [Completed]
    assert [type(answer) for answer in answers if not isinstance(answer, Completed)] == [StepNotAllowed] * 2
    assert movements("RUG") == [("goods_in", "SHOP", 5), ("sale", "SHOP", -1)]


def test_complete_all_twice_at_once_completes_each_once(shop: Shop):
    a_product("RUG", on_hand=5)
    calls = [a_field_call(shop).labelled() for _ in range(3)]
    lorry = calls[0].consignment
    answers = at_once(lambda: shop.completes_all(lorry), lambda: shop.completes_all(lorry))
    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == [Completed.__name__, NothingToComplete.__name__]
    assert len([line for line in movements("RUG") if line[0] == "sale"]) == 3
    assert ledger_differences() == ()


def test_two_workers_tell_each_parcel_once(shop: Shop):
    a_product("RUG", on_hand=5)
    calls = [a_field_call(shop).completed() for _ in range(3)]
    assert at_once(shop.tells_shipped, shop.tells_shipped, shop.tells_shipped) == [[], [], []]
    assert shop.marketplace.told_shipped == {(call.shipment_id, "PKG-1"): 1 for call in calls}


def test_in_the_wrong_order_completing_and_cancelling_would_stand_still(shop: Shop):
    """Field call before sale here, sale before field call there: the database has to turn one away."""
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).labelled()
    both_hold_one = Barrier(2)

    def lock(first: type, second: type) -> None:
        with transaction.atomic():
            list(first.objects.select_for_update())
            both_hold_one.wait(PATIENCE)
            list(second.objects.select_for_update())

    answers = at_once(lambda: lock(FieldCall, Sale), lambda: lock(Sale, FieldCall))
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "OperationalError"]
    assert call.row.state == "labelled"


def test_completing_and_a_cancellation_at_once_end_in_one_of_two_truths(shop: Shop):
    a_product("RUG", on_hand=20)
    for _ in range(4):
        call = a_field_call(shop).labelled()
        shop.marketplace.move(call.shipment_id, "CANCELLED")
        done, read = at_once(lambda c=call: shop.completes(c.number), lambda: shop.reads("CANCELLED"))
        assert read is None
        shop.tells_shipped_until_settled()
        if isinstance(done, Completed):
            assert (call.row.state, call.sale.order_status) == ("completed", "Posted")
            assert ("cancelled_on_lorry", call.number) in tasks()
        else:
            assert isinstance(done, StepNotAllowed)
            assert (call.row.state, call.sale.order_status) == ("cancelled", "Cancelled")
            assert ("put_back", call.number) in tasks()
        assert shop.marketplace.told_shipped == {}
        assert ledger_differences() == ()


def test_without_the_lock_a_parcel_could_join_a_consignment_that_has_just_closed(shop: Shop):
    a_product("RUG", on_hand=5)
    first, second = a_field_call(shop).labelled(), a_field_call(shop).packed()
    found, closed = Event(), Event()

    def join_without_lock() -> None:
        with transaction.atomic():
            consignment = Consignment.objects.get(closed_at=None)
            found.set()
            closed.wait(PATIENCE)
            Parcel.objects.filter(field_call=second.row).update(consignment=consignment)

    def complete() -> None:
        found.wait(PATIENCE)
        shop.completes_all(first.consignment)
        closed.set()

    at_once(join_without_lock, complete)
    assert Parcel.objects.get(field_call=second.row).consignment.closed_at is not None


def test_a_parcel_labelled_while_its_lorry_is_completed_is_in_it_or_in_the_next(shop: Shop):
    a_product("RUG", on_hand=20)
    for _ in range(4):
        first = a_field_call(shop).labelled()
        second = a_field_call(shop).packed()
        shop.makes_everything_but_the_last_step(second.number)
        done, joined = at_once(
            lambda c=first: shop.completes_all(c.consignment),
            lambda c=second: labels.labelled(c.row.pk, now=shop.clock.now()),
        )
        assert (joined, isinstance(done, Completed)) == (None, True)
        left_behind = FieldCall.objects.filter(
            state="labelled", parcels__consignment__closed_at__isnull=False
        )
        assert not left_behind.exists()
        shop.completes_everything()


def test_finishing_two_benches_at_once_asks_for_both_labels(shop: Shop):
    a_product("RUG", on_hand=5)
    calls = [a_field_call(shop), a_field_call(shop)]
    for place, call in enumerate(calls, start=1):
        shop.packs(call.number, station=f"Bench {place}")
    finish = lambda station: bench.scan(key=uuid4(), code=FINISH, bench=shop.bench(station)).outcome  # noqa: E731
    answers = at_once(lambda: finish("Bench 1"), lambda: finish("Bench 2"))
    assert answers == [Outcome.FINISHED, Outcome.FINISHED]
    assert [call.row.state for call in calls] == ["packed", "packed"]
