"""Whatever happens to serialised items, in whatever order: on hand is their number, room by room.

Hypothesis books in, carries, disposes of, promises, packs, puts back, hands over; refusals are part of it.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from loadbay.core.errors import Refusal
from loadbay.stock import items, services
from loadbay.stock.item_rules import ItemState, ItemStep, may
from loadbay.stock.models import Level, Product, Reservation, SerialisedItem, StockRoom
from loadbay.stock.queries import ledger_differences
from loadbay.stock.rules import ReserveRequest
from tests.services.goods import HERE, a_room, a_serialised

SKUS, ROOMS = ("SAW", "DRILL"), ("SHOP", "ATTIC")
NUMBERS = [f"N-{place}" for place in range(6)]
some_numbers = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=4)


class Items(RuleBasedStateMachine):
    """The state is the database; the machine remembers only which promises it made."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.holders = 0
        for room in ROOMS:
            a_room(room)
        for sku in SKUS:
            a_serialised(sku)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @rule(sku=st.sampled_from(SKUS), room=st.sampled_from(ROOMS), numbers=some_numbers)
    def goods_come_in(self, sku: str, room: str, numbers: list[str]) -> None:
        self._try(lambda: services.goods_in(sku=sku, room=room, units=len(numbers), numbers=numbers))

    @rule(
        sku=st.sampled_from(SKUS), room=st.sampled_from(ROOMS), numbers=some_numbers, more=st.integers(0, 1)
    )
    def goods_are_disposed_of(self, sku: str, room: str, numbers: list[str], more: int) -> None:
        units = len(numbers) + more
        self._try(lambda: services.dispose(sku=sku, room=room, units=units, reason="torn", numbers=numbers))

    @rule(sku=st.sampled_from(SKUS), source=st.sampled_from(ROOMS), numbers=some_numbers)
    def goods_are_carried(self, sku: str, source: str, numbers: list[str]) -> None:
        target = ROOMS[1 - ROOMS.index(source)]
        units = len(numbers)
        self._try(
            lambda: services.transfer(sku=sku, source=source, target=target, units=units, numbers=numbers)
        )

    @rule(sku=st.sampled_from(SKUS), units=st.integers(1, 3))
    def somebody_buys(self, sku: str, units: int) -> None:
        self.holders += 1
        rooms = tuple(StockRoom.objects.order_by("-code").values_list("pk", flat=True))
        product = Product.objects.get(sku=sku).pk
        holder = f"shipment:{self.holders}"
        services.reserve([ReserveRequest(holder, sku, units, HERE, ((product, units),), rooms)])

    @rule(data=st.data())
    def somebody_is_promised_anew(self, data: st.DataObject) -> None:
        """As for a shipment that was short: its goods are looked for again, in the other order of rooms."""
        mine = Reservation.objects.order_by("id").values_list("holder", "product", "units", "sold_as")
        if not mine.exists():
            return
        holder = data.draw(st.sampled_from(sorted({row[0] for row in mine})))
        rooms = tuple(StockRoom.objects.order_by("code").values_list("pk", flat=True))
        again = [
            ReserveRequest(holder, sold_as, units, HERE, ((product, units),), rooms)
            for whose, product, units, sold_as in mine
            if whose == holder
        ]
        services.reserve_again(again)

    @rule(data=st.data())
    def one_is_packed(self, data: st.DataObject) -> None:
        """As the bench does it: an item in stock, for a promise that still wants one."""
        open_promises = [
            holder
            for holder in Reservation.objects.order_by("holder").values_list("holder", flat=True).distinct()
            if self._wants(holder)
        ]
        free = SerialisedItem.objects.filter(state="in_stock").order_by("id")
        if not open_promises or not free.exists():
            return
        holder = data.draw(st.sampled_from(open_promises))
        mine = free.filter(product__in=Reservation.objects.filter(holder=holder).values("product"))
        if mine.exists():
            item = items.locked_item(data.draw(st.sampled_from(list(mine.values_list("pk", flat=True)))))
            assert may(item, ItemStep.PACK)
            items.pack(item, holder=holder, reference="FC-1", parcel="PKG-1")

    def _wants(self, holder: str) -> bool:
        return self._packed(holder) < sum(
            Reservation.objects.filter(holder=holder).values_list("units", flat=True)
        )

    def _packed(self, holder: str) -> int:
        return SerialisedItem.objects.filter(holder=holder, state="packed").count()

    @rule(data=st.data(), how=st.sampled_from(["leave", "release", "put_back", "hand_over"]))
    def a_promise_ends(self, data: st.DataObject, how: str) -> None:
        holders = sorted(set(Reservation.objects.values_list("holder", flat=True)))
        if not holders:
            return
        holder = data.draw(st.sampled_from(holders))
        if how == "hand_over" and self._wants(holder):
            return  # a shipment ships whole or not at all
        match how:
            case "leave":
                items.unpack([holder])
            case "release":
                services.release([holder])
            case "put_back":
                services.put_back(holder)
            case "hand_over":
                services.hand_over([holder], reference="FC-1")
        assert self._packed(holder) == 0

    # --- what must hold after each of these ---

    @invariant()
    def on_hand_is_the_number_of_items_in_each_room(self) -> None:
        connection.check_constraints()
        for level in Level.objects.all():
            here = SerialisedItem.objects.filter(product=level.product_id, room=level.room_id)
            assert level.on_hand == level.numbered == here.count()

    @invariant()
    def stock_agrees_with_the_ledger(self) -> None:
        assert ledger_differences() == ()

    @invariant()
    def what_is_packed_is_promised_where_it_lies(self) -> None:
        for item in SerialisedItem.objects.filter(state="packed"):
            packed = SerialisedItem.objects.filter(
                holder=item.holder, product=item.product_id, room=item.room_id, state="packed"
            ).count()
            promised = Reservation.objects.filter(
                holder=item.holder, product=item.product_id, room=item.room_id
            ).values_list("units", flat=True)
            assert sum(promised) >= packed

    @invariant()
    def no_number_is_borne_twice(self) -> None:
        borne = list(SerialisedItem.objects.values_list("product", "number"))
        assert len(borne) == len(set(borne))
        assert set(SerialisedItem.objects.values_list("state", flat=True)) <= {s.value for s in ItemState}

    def _try(self, act) -> None:
        with suppress(Refusal), transaction.atomic():
            act()


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_on_hand_is_the_number_of_items():
    expect_no_rule_to_be_broken = run_state_machine_as_test
    expect_no_rule_to_be_broken(
        Items,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
