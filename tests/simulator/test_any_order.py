"""Anything happens in any order: no shipment reaches a state that Amazon's table does not know.

Stock is never below zero, every parcel leaves once, and the journal read again gives the same world.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from amazon_simulator.scenarios.load import load
from amazon_simulator.world import commands as c
from amazon_simulator.world import ledger
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.clock import MovableClock
from amazon_simulator.world.every_command import AnyCommand
from amazon_simulator.world.lifecycle import NEXT as NEXT_OF_SHIPMENTS
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.refusal import Refused
from amazon_simulator.world.return_life import BY_CLOCK, NEXT, ReturnStatus, ReturnSubType, ReturnType
from amazon_simulator.world.state import PackedLine, Shipment, Size, State
from amazon_simulator.world.switches import Switches
from amazon_simulator.world.world import World
from tests.simulator import state_machine
from tests.simulator.state_machine import BEGIN

SELLER = "A2DEMOSELLER"
PLACES = {"LBAY": "RUG", "EASY": "POT", "SELF": "TEA"}
BOX = Size(
    length=Decimal(9), width=Decimal(9), height=Decimal(9), unit="CM", weight=Decimal(1), weight_unit="KG"
)
HELD = {"ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED", "INVOICE_GENERATED"}
CHOICES = {
    "reservation_ends": ("label", "shipped"),
    "options_status": ("PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"),
    "shipped_before_pickup": ("accept", "refuse"),
    "carrier_scan": ("ships", "only_seen"),
    "shipped_after_scan": ("conflict", "unprocessable", "accept"),
    "carrier": ("by_hand", "by_clock"),
    "self_ship_confirm": ("from_created", "from_accepted"),
    "self_ship_confirm_shipment": ("refuse", "ships"),
    "latest_cancellation": ("before_shipped", "before_label"),
    "relabel_tracking": ("new", "same"),
    "baskets": ("off", "on"),
    "assign_seconds": (0, 600),
}


class Kept:
    """A journal in memory."""

    def __init__(self) -> None:
        self.entries: list[tuple[datetime, c.Command]] = []

    def write(self, moment: datetime, command: c.Command) -> None:
        self.entries.append((moment, command))


def fresh() -> State:
    state = load("three-programmes")
    state.story = []
    return state


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock, self.journal = MovableClock(datetime(2026, 9, 14, 9, 0, tzinfo=UTC)), Kept()
        self.world = World(fresh(), clock=self.clock, journal=self.journal)
        self.seen: dict[str, str] = {}
        self.returns: dict[str, ReturnStatus] = {}
        self.left: dict[tuple[str, str], datetime] = {}
        self.sequence = 0
        self.is_clock = False
        for converted in (True, False):
            rows = [
                c.SeedListing(sku=sku, asin=asin, quantity=30)
                for sku, asin in zip(PLACES.values(), ("B08KGF09PM", "B0YFDLK6X2", "B0PL10KFHG"), strict=True)
                if (sku == "RUG") == converted
            ]
            self.world.do(c.SeedListings(seller_id=SELLER, listings=rows, is_converted=converted))
        for place, sku in list(PLACES.items())[1:]:
            self._tell(place, sku, 30)

    @property
    def state(self) -> State:
        return self.world.state

    def _do(self, command: c.Command) -> Any:
        self.is_clock = False
        try:
            return self.world.do(command)
        except Refused:
            return None

    def _with(self, data: st.DataObject, act: Callable[[Shipment], c.Command]) -> None:
        if self.state.shipments:
            shipment = data.draw(st.sampled_from(list(self.state.shipments.values())))
            self._do(act(shipment))

    def _tell(self, place: str, sku: str, quantity: int) -> None:
        self.sequence += 1
        entry = c.StockEntry(
            location_id=place, sku=sku, is_update=True, quantity=quantity, sequence=self.sequence
        )
        self.world.do(c.TellStock(seller_id=SELLER, entries=[entry]))

    @initialize()
    def a_morning(self) -> None:
        """A shipment in each state, so that anything can happen to any of them from the first step on."""
        for place in PLACES:
            for until in ("", "CONFIRMED", "PACKAGE_CREATED", "SHIPLABEL_GENERATED", "SHIPPED"):
                one = self._bought(place)
                if until:
                    self.world.do(life.FulfilShipment(shipment_id=one, until=until))
            self.world.do(life.OpenReturn(shipment_id=one, units=1, has_otp=True))
        self.seen = {one.id: str(one.status) for one in self.state.shipments.values()}

    def _bought(self, place: str) -> str:
        lines = [c.WantedLine(sku=PLACES[place], quantity=2)]
        order = self.world.do(c.PlaceOrder(seller_id=SELLER, location_id=place, lines=lines))[0]
        return order.shipment_ids[0]

    # --- what happens ---

    @rule(data=st.data())
    def a_shipment_goes_on(self, data: st.DataObject) -> None:
        """The one step of the seller that leads on, as a shop that does everything right takes it."""

        def act(one: Shipment) -> c.Command:
            parcels = [parcel.id for parcel in one.parcels]
            if one.status in (Status.CREATED, Status.ACCEPTED):
                return c.ConfirmShipment(shipment_id=one.id)
            if one.status == Status.CONFIRMED:
                return c.CreateParcels(shipment_id=one.id, parcels=_boxes(one, 2))
            if one.status == Status.SHIPLABEL_GENERATED:
                left = [parcel.id for parcel in one.parcels if not parcel.shipped]
                return c.TellParcelStatus(shipment_id=one.id, parcel_id=left[0], status="SHIPPED")
            if one.status == Status.SHIPPED and one.location_id == "SELF":
                left = [parcel.id for parcel in one.parcels if parcel.status != "DELIVERED"]
                return c.TellParcelStatus(shipment_id=one.id, parcel_id=left[0], status="DELIVERED")
            if one.status == Status.SHIPPED:
                return c.ScanShipment(shipment_id=one.id, is_delivery=True)
            offers = [offer.id for parcel in one.parcels for offer in parcel.offers]
            if parcels and not all(parcel.offers for parcel in one.parcels) and one.location_id != "LBAY":
                empty = next(parcel.id for parcel in one.parcels if not parcel.offers)
                return c.AskOptions(shipment_id=one.id, parcel_id=empty)
            option = offers[0] if offers else ""
            return c.MakeLabels(shipment_id=one.id, parcel_ids=parcels, option_id=option)

        self._with(data, act)

    @rule(place=st.sampled_from(list(PLACES)), units=st.integers(1, 3), more=st.integers(0, 7))
    def somebody_buys(self, place: str, units: int, more: int) -> None:
        self._do(
            c.PlaceOrder(
                seller_id=SELLER,
                location_id=place,
                lines=[c.WantedLine(sku=PLACES[place], quantity=units)],
                is_split=bool(more & 1),
                needs_invoice=bool(more & 2),
                failing_labels=more & 4 and 1,
            )
        )

    @rule(data=st.data())
    def the_seller_confirms(self, data: st.DataObject) -> None:
        self._with(data, lambda one: c.ConfirmShipment(shipment_id=one.id))

    @rule(data=st.data())
    def the_seller_rejects(self, data: st.DataObject) -> None:
        self._with(data, lambda one: c.RejectShipment(shipment_id=one.id))

    @rule(data=st.data(), boxes=st.integers(1, 2))
    def the_seller_packs(self, data: st.DataObject, boxes: int) -> None:
        self._with(data, lambda one: c.CreateParcels(shipment_id=one.id, parcels=_boxes(one, boxes)))

    @rule(data=st.data())
    def the_seller_packs_again(self, data: st.DataObject) -> None:
        def act(one: Shipment) -> c.Command:
            parcel = one.parcels[0] if one.parcels else None
            lines = parcel.lines if parcel else []
            new = c.AnnouncedParcel(id=parcel.id if parcel else "P1", size=BOX, lines=lines)
            return c.ChangeParcel(shipment_id=one.id, parcel=new)

        self._with(data, act)

    @rule(data=st.data(), parcel=st.sampled_from(("P1", "P2")))
    def the_seller_asks_for_options(self, data: st.DataObject, parcel: str) -> None:
        self._with(data, lambda one: c.AskOptions(shipment_id=one.id, parcel_id=parcel))

    @rule(data=st.data())
    def the_seller_makes_the_invoice(self, data: st.DataObject) -> None:
        self._with(data, lambda one: c.MakeInvoice(shipment_id=one.id))

    @rule(data=st.data(), is_again=st.booleans(), parcels=st.sampled_from((["P1"], ["P2"], ["P1", "P2"])))
    def the_seller_labels(self, data: st.DataObject, is_again: bool, parcels: list[str]) -> None:
        def act(one: Shipment) -> c.Command:
            offers = [offer.id for parcel in one.parcels for offer in parcel.offers]
            option = data.draw(st.sampled_from(["", *offers]))
            return c.MakeLabels(shipment_id=one.id, parcel_ids=parcels, option_id=option, is_again=is_again)

        self._with(data, act)

    @rule(
        data=st.data(),
        parcel=st.sampled_from(("P1", "P2")),
        said=st.sampled_from(
            [
                ("SHIPPED", ""),
                ("SHIPPED", "OUT_FOR_DELIVERY"),
                ("SHIPPED", "NOT_DELIVERED"),
                ("SHIPPED", "UNDELIVERABLE"),
                ("DELIVERED", ""),
                ("CREATED", ""),
            ]
        ),
    )
    def the_seller_tells(self, data: st.DataObject, parcel: str, said: tuple[str, str]) -> None:
        self._with(
            data,
            lambda one: c.TellParcelStatus(
                shipment_id=one.id, parcel_id=parcel, status=said[0], sub_status=said[1]
            ),
        )

    @rule(data=st.data())
    def the_buyer_cancels(self, data: st.DataObject) -> None:
        self._with(data, lambda one: c.CancelOrder(order_id=one.order_id))

    @rule(data=st.data())
    def amazon_cancels_one_shipment(self, data: st.DataObject) -> None:
        self._with(data, lambda one: c.CancelShipment(shipment_id=one.id, kind="SYSTEM_CANCELLED"))

    @rule(data=st.data())
    def amazon_assigns_stock(self, data: st.DataObject) -> None:
        self._with(data, lambda one: c.AssignStock(shipment_id=one.id))

    @rule(data=st.data(), says=st.sampled_from(("", "LOST", "AT_ORIGIN_FC")), is_delivery=st.booleans())
    def the_carrier_scans(self, data: st.DataObject, says: str, is_delivery: bool) -> None:
        self._with(
            data,
            lambda one: c.ScanShipment(shipment_id=one.id, sub_status=says, is_delivery=is_delivery),
        )

    @rule(place=st.sampled_from(list(PLACES)), times=st.integers(0, 2))
    def the_lorry_comes_or_will_not(self, place: str, times: int) -> None:
        self._do(life.MissPickups(location_id=place, times=times))
        self._do(c.SendLorry(location_id=place))

    @rule(data=st.data())
    def the_invoice_comes_from_amazon(self, data: st.DataObject) -> None:
        self._with(data, lambda one: life.PublishInvoice(shipment_id=one.id))

    @rule(data=st.data(), type=st.sampled_from(ReturnType), sub_type=st.sampled_from(ReturnSubType))
    def a_buyer_sends_back(self, data: st.DataObject, type: ReturnType, sub_type: ReturnSubType) -> None:
        def act(one: Shipment) -> c.Command:
            sku = one.lines[0].sku if sub_type == ReturnSubType.EXCHANGE else ""
            return life.OpenReturn(
                shipment_id=one.id, units=1, type=type, sub_type=sub_type, exchange_sku=sku
            )

        self._with(data, act)

    @precondition(lambda self: self.state.returns)
    @rule(data=st.data(), status=st.sampled_from(ReturnStatus))
    def a_return_moves(self, data: st.DataObject, status: ReturnStatus) -> None:
        return_id = data.draw(st.sampled_from(list(self.state.returns)))
        self._do(life.MoveReturn(return_id=return_id, status=status))

    @rule(place=st.sampled_from(list(PLACES)), quantity=st.integers(0, 40))
    def stock_is_told(self, place: str, quantity: int) -> None:
        self.is_clock = False
        self._tell(place, PLACES[place], quantity)

    @rule(place=st.sampled_from(list(PLACES)), units=st.integers(1, 3))
    def a_basket_is_filled(self, place: str, units: int) -> None:
        self._do(life.FillBasket(seller_id=SELLER, sku=PLACES[place], units=units, location_id=place))

    @rule(name=st.sampled_from(list(CHOICES)), data=st.data())
    def a_switch_is_turned(self, name: str, data: st.DataObject) -> None:
        value = data.draw(st.sampled_from(CHOICES[name]))
        now = msgspec.to_builtins(self.state.switches)
        self._do(c.SetSwitches(switches=msgspec.convert({**now, name: value}, type=Switches)))

    @rule(seconds=st.sampled_from([1, 700, 7_200, 50_000, 300_000]))
    def time_goes_by(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)
        self.is_clock = True
        with self.world.look():
            pass  # what was due has happened now

    # --- what must hold after each of these ---

    @invariant()
    def only_known_steps_are_taken(self) -> None:
        with self.world.look() as memory:
            for one in memory.state.shipments.values():
                step = (self.seen.get(one.id, BEGIN), str(one.status))
                if step[0] != step[1]:
                    table = state_machine.by_amazon if self.is_clock else state_machine.allowed
                    assert step in table(one.programme), (one.programme, step)
                self.seen[one.id] = str(one.status)

    @invariant()
    def the_stock_adds_up(self) -> None:
        held = set(HELD)
        if self.state.switches.reservation_ends == "shipped":
            held.add("SHIPLABEL_GENERATED")
        wanted: Counter[tuple[str, str]] = Counter()
        for one in self.state.shipments.values():
            for line in one.lines if one.status in held else []:
                wanted[one.location_id, line.sku] += line.quantity
        for basket in self.state.baskets.values():
            wanted[basket.location_id, basket.sku] += basket.units
        for place, lines in self.state.stock.items():
            for sku, stock in lines.items():
                assert stock.quantity >= 0
                assert stock.reserved == wanted[place, sku]
                assert ledger.sellable(stock) == max(0, stock.quantity - stock.reserved)

    @invariant()
    def every_parcel_leaves_once(self) -> None:
        for one in self.state.shipments.values():
            for parcel in one.parcels:
                is_gone = parcel.status in ("SHIPPED", "DELIVERED")
                assert is_gone == (parcel.shipped is not None)
                assert parcel.told_shipped <= 1
                if parcel.shipped is not None:
                    assert self.left.setdefault((one.id, parcel.id), parcel.shipped) == parcel.shipped
            if one.status in (Status.SHIPPED, Status.DELIVERED):
                assert all(parcel.shipped for parcel in one.parcels)
            if one.status == Status.CANCELLED:
                assert not any(parcel.shipped for parcel in one.parcels)

    @invariant()
    def no_more_comes_back_than_was_sent(self) -> None:
        back: Counter[tuple[str, str]] = Counter()
        for one in self.state.returns.values():
            if one.status != ReturnStatus.CANCELLED:
                back[one.shipment_id, one.sku] += one.units
            before = self.returns.get(one.id, ReturnStatus.CREATED)
            assert one.status == before or self.is_clock or one.status in NEXT[before] or one.next_at is None
            self.returns[one.id] = one.status
        for (shipment_id, sku), units in back.items():
            lines = self.state.shipments[shipment_id].lines
            assert units <= sum(line.quantity for line in lines if line.sku == sku)

    @invariant()
    def the_lists_agree_with_the_shipments(self) -> None:
        memory = self.world.memory
        counted = Counter((one.location_id, one.status) for one in self.state.shipments.values())
        for key in list(memory.shipments.keys()):
            assert memory.shipments.count(key) == counted[key]

    def teardown(self) -> None:
        """What the journal kept makes the same world again, and so does the state as it is written."""
        with self.world.look() as memory:
            state, now = memory.state, self.world.now()
        again = World(fresh(), clock=MovableClock(now))
        for moment, command in self.journal.entries:
            again.replay(moment, _through_the_file(command))
        with again.look() as memory:
            assert memory.state == state
        written = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=State)
        assert written == state


def _through_the_file(command: c.Command) -> Any:
    return msgspec.json.decode(msgspec.json.encode(command), type=AnyCommand)


def _boxes(one: Shipment, count: int) -> list[c.AnnouncedParcel]:
    line = one.lines[0]
    if count == 1 or line.quantity == 1:
        packed = [[PackedLine(line_id=line.id, quantity=line.quantity)]]
    else:
        packed = [
            [PackedLine(line_id=line.id, quantity=1)],
            [PackedLine(line_id=line.id, quantity=line.quantity - 1)],
        ]
    return [
        c.AnnouncedParcel(id=f"P{number}", size=BOX, lines=lines) for number, lines in enumerate(packed, 1)
    ]


@pytest.mark.skipif(
    not state_machine.is_here(), reason="ef_state_machine.json is not beside Amazon's models."
)
def test_whatever_happens_in_whatever_order_amazons_states_hold() -> None:
    expect_no_rule_to_be_broken = run_state_machine_as_test
    expect_no_rule_to_be_broken(
        AnyOrder,
        settings=settings(
            max_examples=40,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


@pytest.mark.skipif(
    not state_machine.is_here(), reason="ef_state_machine.json is not beside Amazon's models."
)
def test_the_table_of_the_simulator_is_that_of_the_reference() -> None:
    from_table = {name: state_machine.allowed(name) for name in state_machine.PROGRAMMES}
    for programme, steps in NEXT_OF_SHIPMENTS.items():
        ours = {(str(old), str(new)) for (old, _), new in steps.items() if old != new}
        assert ours <= from_table[programme], ours - from_table[programme]


def test_the_clock_follows_the_table_of_returns() -> None:
    assert all(step[0] in NEXT[status] for status, step in BY_CLOCK.items())
