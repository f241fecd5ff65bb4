"""The payment method of our books on a sale, where the channel maps them.

Amazon shows how a buyer paid after shipping, when the sale stands already: an unknown way of paying makes its
row and task then, and mapping it goes to the sales that lack it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from loadbay.channels.definition_queries import definitions
from loadbay.channels.definition_rules import Definitions, Unmapped
from loadbay.channels.services.unmapped import tell_unmapped
from loadbay.core.bulk import update_many
from loadbay.orders.definition_rules import payment_code_of
from loadbay.orders.models import Sale


class PaidSale(Protocol):
    """A sale as far as its payment concerns it."""

    number: str
    channel_id: int
    payment_method: str
    payment_code: str


def code_payments(sales: Sequence[PaidSale], *, known: Mapping[int, Definitions]) -> None:
    """Set the payment code of sales whose payment method is known now, without saving them.

    `known` are definitions that were read in this transaction, by channel.
    """
    defined = {**known, **definitions({sale.channel_id for sale in sales} - known.keys())}
    unknown: dict[int, dict[Unmapped, list[str]]] = {}
    for sale in sales:
        sale.payment_code, lacking = payment_code_of(sale.payment_method, defined[sale.channel_id])
        for one in lacking:
            unknown.setdefault(sale.channel_id, {}).setdefault(one, []).append(f"sale:{sale.number}")
    for channel_id in sorted(unknown):
        tell_unmapped(channel_id, unknown[channel_id])


def code_again(channel_id: int) -> int:
    """Sales of the channel whose payment method is mapped by now get its code. Returns how many."""
    (mine,) = definitions([channel_id]).values()
    if not mine.maps_payment_methods:
        return 0
    rows = Sale.objects.filter(shipment__channel_id=channel_id, payment_code="").exclude(payment_method="")
    codes = {pk: payment_code_of(paid, mine)[0] for pk, paid in rows.values_list("pk", "payment_method")}
    found = {pk: code for pk, code in codes.items() if code}
    update_many(Sale, "payment_code", found)
    return len(found)
