"""The seller tells quantities: each wish of a batch is judged alone, and a refused one harms no other.

A sequence number must grow per (location, SKU); a SKU is known at an FBA location once it is converted.
The arithmetic is in `ledger`.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from amazon_simulator.world import ledger, seller_central, shelf
from amazon_simulator.world.commands import StockEntry, TellStock
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Channel, Location, State, Stock
from amazon_simulator.world.switches import ProductDataErrors

DEFAULT = "DEFAULT"
PRODUCT_DATA = "PRODUCT_ATTRIBUTE_VALIDATION_FAILURE"


class Verdict(StrEnum):
    DONE = "done"
    WRONG = "wrong"
    STALE = "stale"


class Answer(Struct, frozen=True, kw_only=True):
    """What became of one wish; the figures are those after it."""

    entry: StockEntry
    verdict: Verdict
    trouble: str = ""
    text: str = ""
    quantity: int | None = None
    reserved: int | None = None
    sellable: int | None = None
    sequence: int | None = None
    location: Location | None = None


def tell(memory: Memory, command: TellStock, *, now: datetime) -> list[Answer]:
    answers = []
    for entry in command.entries:
        answer = judge(memory.state, command.seller_id, entry)
        if entry.is_update and answer.verdict == Verdict.DONE and answer.location is not None:
            ledger.at(memory.state, answer.location.id, entry.sku).changed = now
        answers.append(answer)
    return answers


def judge(state: State, seller_id: str, entry: StockEntry) -> Answer:
    """Do one wish of a batch, or say why not; also used for batches that only ask."""
    trouble = _trouble(state, seller_id, entry)
    if trouble:
        return Answer(entry=entry, verdict=Verdict.WRONG, trouble=trouble[0], text=trouble[1])
    location = _place(state, seller_id, entry.location_id)
    assert location is not None
    stock = ledger.find(state, location.id, entry.sku) or Stock()  # whoever only asks opens no line
    missing = _missing(state, seller_id, entry, location)
    if not entry.is_update:
        return _figures(entry, stock, Verdict.DONE, location=location, missing=missing)
    if entry.quantity is None or entry.sequence is None or entry.quantity < 0:
        text = "quantity (not below zero) and clientSequenceNumber are both required for an update."
        return Answer(entry=entry, verdict=Verdict.WRONG, trouble="INVALID_INPUT", text=text)
    if ledger.is_stale(stock, entry.sequence):
        stock.stale_refusals += 1
        return _figures(entry, stock, Verdict.STALE, location=location)
    if missing and state.switches.product_data_errors == ProductDataErrors.REFUSE:
        return _figures(entry, stock, Verdict.WRONG, location=location, missing=missing)
    stock = ledger.at(state, location.id, entry.sku)
    ledger.tell(stock, quantity=entry.quantity, sequence=entry.sequence)
    listing = shelf.find(state, seller_id, entry.sku)
    if listing is not None and location.channel == Channel.FBA:
        seller_central.spoil(state, listing, stock)
    return _figures(entry, stock, Verdict.DONE, location=location, missing=missing)


def _place(state: State, seller_id: str, location_id: str) -> Location | None:
    """By its id; DEFAULT is the merchant's only location."""
    if location_id != DEFAULT:
        location = state.locations.get(location_id)
        return location if location is not None and location.seller_id == seller_id else None
    own = [
        each
        for each in state.locations.values()
        if each.seller_id == seller_id and each.channel == Channel.MFN
    ]
    return own[0] if len(own) == 1 else None


def _missing(state: State, seller_id: str, entry: StockEntry, location: Location) -> str:
    """What the catalogue lacks for goods that Amazon's carrier takes."""
    listing = shelf.find(state, seller_id, entry.sku)
    product = state.products.get(listing.asin) if listing is not None else None
    if product is None or location.channel != Channel.FBA:
        return ""
    if product.weight <= 0:
        return "MISSING_WEIGHT"
    return "MISSING_DIMENSIONS" if min(product.length, product.width, product.height) <= 0 else ""


def _figures(
    entry: StockEntry, stock: Stock, verdict: Verdict, *, location: Location, missing: str = ""
) -> Answer:
    is_stale = verdict == Verdict.STALE
    trouble, text = (PRODUCT_DATA, missing) if missing else ("", "")
    if is_stale:
        trouble = "STALE_SEQUENCE_NUMBER"
        text = f"The last accepted sequence number is {stock.sequence}."
    return Answer(
        entry=entry,
        verdict=verdict,
        trouble=trouble,
        text=text,
        quantity=stock.quantity,
        reserved=stock.reserved,
        sellable=ledger.sellable(stock),
        sequence=stock.sequence,
        location=location,
    )


def _trouble(state: State, seller_id: str, entry: StockEntry) -> tuple[str, str] | None:
    location = _place(state, seller_id, entry.location_id)
    if location is None:
        return "INVALID_LOCATION", f"The location '{entry.location_id}' does not belong to this seller."
    if entry.marketplace_id and entry.marketplace_id != location.marketplace_id:
        return "INVALID_MARKETPLACE", f"The location serves the marketplace {location.marketplace_id}."
    if entry.channel and entry.channel != location.channel:
        return "INVALID_CHANNEL", f"The location serves the channel {location.channel}."
    listing = shelf.find(state, seller_id, entry.sku)
    is_known = listing is not None and listing.created is not None
    if is_known and location.channel == Channel.FBA:
        is_known = listing is not None and listing.is_converted
    if not is_known:
        return "INVALID_SKU", f"The seller has no SKU '{entry.sku}' that can be stocked at {location.id}."
    return None
