"""What is written of a sale: the columns of its head and of its lines, reckoned from a staged shipment.

Plain values for `core.bulk`; `building` decides what is built and writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import OPEN
from loadbay.core.bulk import Row
from loadbay.orders import rules
from loadbay.orders.models import SaleLine, Shipment, ShipmentLine

_COLUMNS = ("pk", "shipment_id", "sku", "product_id", "units", "net", "tax")
_CHARGES = ("shipping_net", "shipping_tax", "other_net", "other_tax")


class ShipmentToBuild(NamedTuple):
    """A staged shipment, as far as building needs it."""

    pk: int
    channel_id: int
    order_id: int
    order_number: str
    shipment_id: str
    status: str
    created_at: datetime
    location: str
    is_balanced: bool
    promise: str
    currency: str
    net_total: Decimal
    tax_total: Decimal
    charges: list[dict[str, str]]


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


def sale_row(row: ShipmentToBuild, number: str, channel: SalesChannel) -> Row:
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
        "order_status": OPEN,
        "currency": row.currency,
        "net_total": row.net_total,
        "tax_total": row.tax_total,
    }


def sale_line_rows(sale_pk: int, row: ShipmentToBuild, lines: Sequence[LineToBuild]) -> Iterable[Row]:
    """The goods, what each of them was charged besides, and the charges of the whole shipment."""
    for line in lines:
        yield _row(sale_pk, SaleLine.Kind.ITEM, line.net, line.tax) | {
            "product_id": line.product_id,
            "description": line.sku,
            "units": line.units,
        }
        if line.shipping_net or line.shipping_tax:
            yield _row(sale_pk, SaleLine.Kind.SHIPPING, line.shipping_net, line.shipping_tax)
        if line.other_net or line.other_tax:
            yield _row(sale_pk, SaleLine.Kind.OTHER, line.other_net, line.other_tax)
    for charge in row.charges:
        kind = SaleLine.Kind.SHIPPING if charge["kind"] == "shipping" else SaleLine.Kind.OTHER
        yield _row(sale_pk, kind, Decimal(charge["net"]), Decimal(charge["tax"]))


def _row(sale_pk: int, kind: SaleLine.Kind, net: Decimal, tax: Decimal) -> Row:
    words = "Shipping" if kind is SaleLine.Kind.SHIPPING else "Gift wrap and other charges"
    return {
        "sale_id": sale_pk,
        "kind": kind,
        "product_id": None,
        "description": words,
        "units": 1,
        "net": net,
        "tax": tax,
    }
