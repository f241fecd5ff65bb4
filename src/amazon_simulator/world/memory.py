"""The state with its indexes, and the few moves that keep both right: new order, new status.

Everybody who changes a status goes through `Memory.move`; reservations, order statuses and logs follow there.
The lists are rebuilt from the state at start; only the state is kept.
"""

from datetime import datetime
from heapq import heapify

from amazon_simulator.world import ledger, shelf
from amazon_simulator.world.changelog import ChangeLog, Entry
from amazon_simulator.world.life_state import Return
from amazon_simulator.world.lifecycle import BEFORE_LABEL, Programme, Status
from amazon_simulator.world.refusal import unknown
from amazon_simulator.world.return_life import ReturnStatus
from amazon_simulator.world.state import Line, Order, Shipment, State
from amazon_simulator.world.switches import ReservationEnds

_HELD = frozenset((Status.ACCEPTED, Status.CONFIRMED, *BEFORE_LABEL))
_GONE = frozenset((Status.SHIPPED, Status.DELIVERED))


def shipment_key(shipment: Shipment) -> tuple[str, str]:
    return shipment.location_id, shipment.status


def order_key(order: Order) -> tuple[str, str, str, str]:
    return order.seller_id, order.marketplace_id, order.fulfilled_by, order.status


def return_key(back: Return) -> tuple[str, str]:
    return back.return_location_id, back.status


class Memory:
    """State and indexes in step."""

    def __init__(self, state: State) -> None:
        self.state = state
        shelf.put_right(state)
        self.shipments = ChangeLog(is_current=self._is_current_shipment)
        self.orders = ChangeLog(is_current=self._is_current_order)
        self.orders_created = ChangeLog(is_current=lambda key, entry: True)
        self.returns = ChangeLog(is_current=self._is_current_return)
        self.returns_created = ChangeLog(is_current=lambda key, entry: True)
        self.due: list[tuple[datetime, int, str]] = []
        self.orders_due: list[tuple[datetime, int, str]] = []
        for place, listing in state.listings.items():
            self.due += [(change.due, 0, place) for change in listing.waiting]
        heapify(self.due)
        for shipment in sorted(state.shipments.values(), key=lambda each: each.stamp):
            self.shipments.add(shipment_key(shipment), (shipment.updated, shipment.stamp, shipment.id))
        for order in sorted(state.orders.values(), key=lambda each: each.stamp):
            self.orders.add(order_key(order), (order.updated, order.stamp, order.id))
        for order in sorted(state.orders.values(), key=lambda each: each.number):
            self.orders_created.add(order.seller_id, (order.created, order.number, order.id))
            if order.ordinary is not None and order.ordinary.due is not None:
                self.orders_due.append((order.ordinary.due, order.number, order.id))
        heapify(self.orders_due)
        for back in sorted(state.returns.values(), key=lambda each: each.stamp):
            self.returns.add(return_key(back), (back.updated, back.stamp, back.id))
        for number, back in enumerate(state.returns.values(), start=1):
            self.returns_created.add(back.seller_id, (back.created, number, back.id))

    def shipment(self, shipment_id: str) -> Shipment:
        try:
            return self.state.shipments[shipment_id]
        except KeyError:
            raise unknown("shipment", shipment_id) from None

    def order(self, order_id: str) -> Order:
        try:
            return self.state.orders[order_id]
        except KeyError:
            raise unknown("order", order_id) from None

    def lines(self, order: Order) -> list[Line]:
        """All lines of an order, whichever way it goes."""
        if order.ordinary is not None:
            return order.ordinary.lines
        return [line for each in order.shipment_ids for line in self.state.shipments[each].lines]

    def add(self, order: Order, shipments: list[Shipment]) -> None:
        self.state.orders[order.id] = order
        order.stamp = self._stamp()
        self.orders.add(order_key(order), (order.updated, order.stamp, order.id))
        self.orders_created.add(order.seller_id, (order.created, order.number, order.id))
        for shipment in shipments:
            self.state.shipments[shipment.id] = shipment
            shipment.stamp = self._stamp()
            self.shipments.add(shipment_key(shipment), (shipment.updated, shipment.stamp, shipment.id))
            if self.holds_back(shipment.status):
                self._reserve(shipment, sign=1, now=shipment.updated)

    def move(self, shipment: Shipment, status: Status, *, now: datetime) -> None:
        """Give a shipment its new status (or the same one, touched), with all that follows from it."""
        held, holds = self.holds_back(shipment.status), self.holds_back(status)
        if held != holds:
            self._reserve(shipment, sign=1 if holds else -1, now=now)
        old = shipment_key(shipment)
        shipment.status = status
        shipment.updated, shipment.stamp = now, self._stamp()
        self.shipments.left(old)
        self.shipments.add(shipment_key(shipment), (now, shipment.stamp, shipment.id))
        self._refresh_order(self.state.orders[shipment.order_id], now=now)

    def add_return(self, back: Return) -> None:
        self.state.returns[back.id] = back
        back.stamp = self._stamp()
        self.returns.add(return_key(back), (back.updated, back.stamp, back.id))
        self.returns_created.add(back.seller_id, (back.created, len(self.state.returns), back.id))

    def move_return(self, back: Return, status: ReturnStatus, *, now: datetime) -> None:
        self.returns.left(return_key(back))
        back.status, back.updated, back.stamp = status, now, self._stamp()
        self.returns.add(return_key(back), (now, back.stamp, back.id))

    def relocate_return(self, back: Return, location_id: str) -> None:
        self.returns.left(return_key(back))
        back.return_location_id, back.stamp = location_id, self._stamp()
        self.returns.add(return_key(back), (back.updated, back.stamp, back.id))

    def holds_back(self, status: Status) -> bool:
        if status == Status.SHIPLABEL_GENERATED:
            return self.state.switches.reservation_ends == ReservationEnds.SHIPPED
        return status in _HELD

    def count_reservations_again(self) -> None:
        """After the switch that says when a reservation ends was turned."""
        for lines in self.state.stock.values():
            for stock in lines.values():
                stock.reserved = stock.in_baskets
        for shipment in self.state.shipments.values():
            if self.holds_back(shipment.status):
                self._reserve(shipment, sign=1, now=shipment.updated)

    def _reserve(self, shipment: Shipment, *, sign: int, now: datetime) -> None:
        for line in shipment.lines:
            stock = ledger.at(self.state, shipment.location_id, line.sku)
            stock.reserved += sign * line.quantity
            stock.changed = now

    def _refresh_order(self, order: Order, *, now: datetime) -> None:
        status = self._order_status(order)
        if status != order.status:
            self.move_order(order, status, now=now)

    def move_order(self, order: Order, status: str, *, now: datetime) -> None:
        """Give an order its new status (or the same one, touched)."""
        old = order_key(order)
        order.status = status
        order.updated, order.stamp = now, self._stamp()
        self.orders.left(old)
        self.orders.add(order_key(order), (now, order.stamp, order.id))

    def _order_status(self, order: Order) -> str:
        statuses = [self.state.shipments[each].status for each in order.shipment_ids]
        alive = [each for each in statuses if each != Status.CANCELLED]
        gone = [each for each in alive if each in _GONE]
        if not alive:
            return "CANCELLED"
        if gone:
            return "SHIPPED" if len(gone) == len(alive) else "PARTIALLY_SHIPPED"
        return first_order_status(order.fulfilled_by)

    def _stamp(self) -> int:
        self.state.counters.stamp += 1
        return self.state.counters.stamp

    def _is_current_shipment(self, key: object, entry: Entry) -> bool:
        shipment = self.state.shipments[entry[2]]
        return shipment.stamp == entry[1]

    def _is_current_return(self, key: object, entry: Entry) -> bool:
        return self.state.returns[entry[2]].stamp == entry[1]

    def _is_current_order(self, key: object, entry: Entry) -> bool:
        return self.state.orders[entry[2]].stamp == entry[1]


def first_order_status(fulfilled_by: str) -> str:
    """What Amazon fulfils (Onsite too) stays PENDING until it ships; a merchant sees UNSHIPPED at once."""
    return "PENDING" if fulfilled_by == "AMAZON" else "UNSHIPPED"


def fulfilled_by(programme: Programme) -> str:
    return "AMAZON" if programme == Programme.SMARTCONNECT else "MERCHANT"
