"""What is written of a sale: the columns of its head and of its lines, reckoned from a staged shipment.

Plain values for `core.bulk`; `building` decides what is built and writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from loadbay.channels.models import SalesChannel
from loadbay.core.bulk import Row
from loadbay.orders import rules
from loadbay.orders.definition_rules import Becomes
from loadbay.orders.models import SaleLine, Shipment, ShipmentLine

_COLUMNS = ("pk", "shipment_id", "sku", "product_id", "units", "net", "tax")
_CHARGES = ("shipping_net", "shipping_tax", "other_net", "other_tax")
SHIPPING = "shipping"
"""The kind of a header's charge that a shipping method posts or skips."""


class ShipmentToBuild(NamedTuple):
    """A staged shipment, as far as building needs it."""

    pk: int
    channel_id: int
    order_id: int
    order_number: str
    shipment_id: str
    status: str
    status_at: datetime
    created_at: datetime
    location: str
    is_balanced: bool
    implied_status: str
    hold: str
    promise: str
    currency: str
    net_total: Decimal
    tax_total: Decimal
    charges: list[dict[str, str]]
    ship_method: str


class LineToBuild(NamedTuple):
    """A line of a staged shipment, as far as building needs it."""

    pk: int
    shipment_id: int
    sku: str
    product_id: int | None
    units: int
    net: Decimal
    tax: Decimal
    shipping_net: Decimal
    shipping_tax: Decimal
    other_net: Decimal
    other_tax: Decimal


def lines_by_shipment(rows: Sequence[Shipment] | Sequence[ShipmentToBuild]) -> dict[int, list[LineToBuild]]:
    found: dict[int, list[LineToBuild]] = {row.pk: [] for row in rows}
    lines = ShipmentLine.objects.filter(shipment_id__in=list(found)).order_by("id")
    for line in map(LineToBuild._make, lines.values_list(*_COLUMNS, *_CHARGES)):
        found[line.shipment_id].append(line)
    return found


@dataclass(frozen=True)
class Sold:
    """A shipment that becomes a sale, with its lines and what the channel's definitions make of it."""

    row: ShipmentToBuild
    lines: Sequence[LineToBuild]
    becomes: Becomes

    @property
    def shipping(self) -> Iterable[tuple[Decimal, Decimal]]:
        """What Amazon charged for shipping, with and without a line: net and tax of each charge."""
        yield from ((line.shipping_net, line.shipping_tax) for line in self.lines)
        for charge in self.row.charges:
            if charge["kind"] == SHIPPING:
                yield Decimal(charge["net"]), Decimal(charge["tax"])

    @property
    def skipped(self) -> tuple[Decimal, Decimal]:
        """Net and tax of the shipping that is left out of the sale."""
        if self.becomes.charge is not None:
            return Decimal(0), Decimal(0)
        charges = list(self.shipping)
        return sum((net for net, _ in charges), Decimal(0)), sum((tax for _, tax in charges), Decimal(0))


def sale_row(sold: Sold, number: str, channel: SalesChannel, *, status: str) -> Row:
    row, becomes = sold.row, sold.becomes
    skipped_net, skipped_tax = sold.skipped
    return {
        "number": number,
        "shipment_id": row.pk,
        "customer_id": channel.placeholder_customer_id,
        "external_document": rules.external_document(
            channel.external_document_template,
            order_id=row.order_number,
            shipment_id=row.shipment_id,
            sale=number,
            channel=channel.code,
        ),
        "order_status": status,
        "currency": row.currency,
        "net_total": row.net_total - skipped_net,
        "tax_total": row.tax_total - skipped_tax,
        "agent_id": becomes.carried.agent_id if becomes.carried else None,
        "service_id": becomes.carried.service_id if becomes.carried else None,
        "currency_code": becomes.currency_code,
        "payment_code": becomes.payment_code,
        "skipped_net": skipped_net,
        "skipped_tax": skipped_tax,
    }


def sale_line_rows(sale_pk: int, sold: Sold) -> Iterable[Row]:
    """The goods, what each of them was charged besides, and the charges of the whole shipment."""
    for line in sold.lines:
        yield _row(sale_pk, SaleLine.Kind.ITEM, line.net, line.tax) | {
            "product_id": line.product_id,
            "description": line.sku,
            "units": line.units,
        }
        if line.shipping_net or line.shipping_tax:
            yield from _shipping(sale_pk, sold, line.shipping_net, line.shipping_tax)
        if line.other_net or line.other_tax:
            yield _row(sale_pk, SaleLine.Kind.OTHER, line.other_net, line.other_tax)
    for charge in sold.row.charges:
        net, tax = Decimal(charge["net"]), Decimal(charge["tax"])
        if charge["kind"] == SHIPPING:
            yield from _shipping(sale_pk, sold, net, tax)
        else:
            yield _row(sale_pk, SaleLine.Kind.OTHER, net, tax)


def _shipping(sale_pk: int, sold: Sold, net: Decimal, tax: Decimal) -> Iterable[Row]:
    """The charge, posted where its shipping method says; nothing where the method skips it."""
    charge = sold.becomes.charge
    if charge is not None:
        posted = {"charge_type": charge.type, "charge_number": charge.number}
        yield _row(sale_pk, SaleLine.Kind.SHIPPING, net, tax) | posted


def _row(sale_pk: int, kind: SaleLine.Kind, net: Decimal, tax: Decimal) -> Row:
    words = "Shipping" if kind is SaleLine.Kind.SHIPPING else "Gift wrap and other charges"
    return {
        "sale_id": sale_pk,
        "kind": kind,
        "product_id": None,
        "charge_type": "",
        "charge_number": "",
        "description": words,
        "units": 1,
        "net": net,
        "tax": tax,
    }
