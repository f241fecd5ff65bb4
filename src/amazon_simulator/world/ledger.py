"""Amazon's side of the stock: what the seller told, what Amazon holds back, what a buyer may still have.

sellable = max(0, quantity - reserved), always. `shipments` says when units are held back and let go.
"""

from amazon_simulator.world.state import State, Stock


def sellable(stock: Stock) -> int:
    return max(0, stock.quantity - stock.reserved)


def find(state: State, location_id: str, sku: str) -> Stock | None:
    return state.stock.get(location_id, {}).get(sku)


def at(state: State, location_id: str, sku: str) -> Stock:
    """The stock line of a SKU at a location, opened at zero when it is new."""
    lines = state.stock.setdefault(location_id, {})
    stock = lines.get(sku)
    if stock is None:
        stock = lines[sku] = Stock()
    return stock


def is_stale(stock: Stock, sequence: int) -> bool:
    return stock.sequence is not None and sequence <= stock.sequence


def tell(stock: Stock, *, quantity: int, sequence: int) -> None:
    stock.quantity = quantity
    stock.sequence = sequence
    stock.accepted_updates += 1


def hold(stock: Stock, units: int) -> None:
    """Units lie in somebody's basket: they count as held back until it is emptied."""
    stock.in_baskets += units
    stock.reserved += units


def let_go(stock: Stock, units: int) -> None:
    stock.in_baskets -= units
    stock.reserved -= units
