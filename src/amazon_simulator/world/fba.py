"""Goods that lie in Amazon's own warehouses: what may be sold, what waits to be shipped, and changes of both.

Onsite goods are not here: they lie with the seller (`ledger`). The rule: never below zero.
"""

from datetime import datetime

from amazon_simulator.world import shelf
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.order_commands import AddFbaStock, CreateFbaItem, DeleteFbaItem, FbaEntry
from amazon_simulator.world.refusal import invalid, repeated, unknown
from amazon_simulator.world.state import FbaStock, State


def find(state: State, seller_id: str, sku: str) -> FbaStock | None:
    return state.fba_stock.get(shelf.key(seller_id, sku))


def at(state: State, seller_id: str, sku: str) -> FbaStock:
    return state.fba_stock.setdefault(shelf.key(seller_id, sku), FbaStock())


def reserve(state: State, seller_id: str, sku: str, *, units: int, now: datetime) -> None:
    """A buyer ordered; with forced orders less may be there than was sold."""
    stock = at(state, seller_id, sku)
    there = min(units, stock.fulfillable)
    stock.fulfillable -= there
    stock.short += units - there
    stock.reserved += units
    stock.updated = now


def release(state: State, seller_id: str, sku: str, *, units: int, now: datetime) -> None:
    """The order ended without a parcel."""
    stock = at(state, seller_id, sku)
    missing = min(units, stock.short)
    stock.short -= missing
    stock.reserved -= units
    stock.fulfillable += units - missing
    stock.updated = now


def ship(state: State, seller_id: str, sku: str, *, units: int, now: datetime) -> None:
    stock = at(state, seller_id, sku)
    stock.reserved -= units
    stock.short = max(0, stock.short - units)
    stock.updated = now


def stock_up(state: State, seller_id: str, sku: str, *, units: int, now: datetime) -> None:
    """Goods came in: first for those who wait, then for sale."""
    stock = at(state, seller_id, sku)
    filled = min(stock.short, max(0, units))
    stock.short -= filled
    stock.fulfillable += units - filled
    stock.updated = now


# the sandbox-only calls and the control API


def create(memory: Memory, command: CreateFbaItem, *, now: datetime) -> FbaStock:
    state = memory.state
    if find(state, command.seller_id, command.sku) is not None:
        raise repeated(f"The SKU '{command.sku}' is in the inventory already.")
    stock = at(state, command.seller_id, command.sku)
    stock.name, stock.marketplace_id, stock.updated = command.name, command.marketplace_id, now
    return stock


def delete(memory: Memory, command: DeleteFbaItem, *, now: datetime) -> None:
    stock = find(memory.state, command.seller_id, command.sku)
    if stock is None or command.marketplace_id not in ("", stock.marketplace_id):
        raise unknown("SKU", command.sku)
    del memory.state.fba_stock[shelf.key(command.seller_id, command.sku)]


def add(memory: Memory, command: AddFbaStock, *, now: datetime) -> None:
    """All entries or none; the same token again adds nothing."""
    state = memory.state
    if command.token and command.token in state.fba_tokens:
        return
    for entry in command.entries:
        _check(state, command, entry)
    for entry in command.entries:
        stock_up(state, command.seller_id, entry.sku, units=entry.quantity, now=now)
    if command.token:
        state.fba_tokens.append(command.token)


def _check(state: State, command: AddFbaStock, entry: FbaEntry) -> None:
    stock = find(state, command.seller_id, entry.sku)
    left = entry.quantity + (stock.fulfillable if stock else 0)
    if entry.quantity == 0 or left < 0:
        raise invalid(f"{entry.sku}: {entry.quantity} units cannot be added.")
    is_listed = shelf.find(state, command.seller_id, entry.sku) is not None
    if stock is None and (command.is_sandbox or not is_listed):
        raise unknown("SKU", entry.sku)
