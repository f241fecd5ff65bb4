"""What an exchange or a replacement stands for: the shipment that was sent first.

Where none is named, one of before this world's memory is made up, as Amazon's sandbox does.
"""

from amazon_simulator.world import ids
from amazon_simulator.world.commands import PlaceOrder
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.refusal import invalid, not_now
from amazon_simulator.world.state import Line, Location, Original, OriginalLine

KINDS = ("NEW", "EXCHANGE", "REPLACEMENT")
BEFORE_MEMORY = 10**9


def check(memory: Memory, command: PlaceOrder) -> None:
    if command.type not in KINDS:
        raise invalid(f"'{command.type}' is not a kind of shipment; it is one of {', '.join(KINDS)}.")
    if not command.replaces:
        return
    if command.type == "NEW":
        raise invalid("Only an EXCHANGE or a REPLACEMENT stands for an earlier shipment.")
    first = memory.shipment(command.replaces)
    if first.status not in (Status.SHIPPED, Status.DELIVERED):
        raise not_now(f"The shipment {first.id} is {first.status}: there is nothing to replace yet.")


def of(memory: Memory, command: PlaceOrder, location: Location, lines: list[Line]) -> Original | None:
    if command.type == "NEW":
        return None
    if not command.replaces:
        number = BEFORE_MEMORY + memory.state.counters.shipment
        made_up = ids.shipment_id(memory.state.seed, number)
        same = tuple(_stands(line, line) for line in lines)
        return Original(shipment_id=made_up, location_id=location.id, lines=same)
    first = memory.shipment(command.replaces)
    pairs = [(line, first.lines[min(number, len(first.lines) - 1)]) for number, line in enumerate(lines)]
    stands = tuple(_stands(new, old) for new, old in pairs)
    return Original(shipment_id=first.id, location_id=first.location_id, lines=stands)


def _stands(new: Line, old: Line) -> OriginalLine:
    return OriginalLine(sku=new.sku, original_sku=old.sku, quantity=new.quantity, price=old.price)
