"""What a new shop does first, in order, with what is done already; gone from the start page once all is.

Rule: each step asks one area one small question, and nothing is asked after the first sale.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadbay.catalogue.queries import products
from loadbay.channels.queries import channels, connections
from loadbay.dispatch.queries import printers
from loadbay.listings.queries import state_counts
from loadbay.orders.backlog import newest_sale
from loadbay.stock.queries import enquiry, rooms


@dataclass(frozen=True)
class FirstStep:
    words: str
    why: str
    url: str
    is_done: bool


def first_steps() -> tuple[FirstStep, ...]:
    """Empty once the shop has sold something or every step is done."""
    if newest_sale():
        return ()
    steps = (
        FirstStep("Add a stock room", "Where your goods lie.", "stock-rooms", bool(rooms())),
        FirstStep(
            "Import products", "From a CSV file, or by hand.", "product-import", bool(products(limit=1))
        ),
        FirstStep("Book goods in", "What is on hand now.", "goods-in", bool(enquiry(limit=1))),
        FirstStep("Connect your seller account", "With its keys.", "connections", bool(connections())),
        FirstStep("Add a sales channel", "Marketplace, rooms, pickup times.", "channels", bool(channels())),
        FirstStep("Add a label printer", "And print a trial label.", "printers", bool(printers())),
        FirstStep("List the first product", "On its Amazon screen.", "products", bool(state_counts())),
    )
    return () if all(step.is_done for step in steps) else steps
