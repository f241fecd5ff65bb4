"""What is written of a sale: the columns of its head and of its lines, reckoned from a staged shipment.

Plain values for `core.bulk`; `building` decides what is built and writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from loadbay.channels.definition_rules import Charge
from loadbay.channels.item_rules import GIFT_WRAP, OTHER
from loadbay.channels.models import SalesChannel
from loadbay.channels.rules import POSTED
from loadbay.channels.tax_rules import ONE_LINE
from loadbay.core.bulk import Row, these
from loadbay.core.numbers import take_numbers
from loadbay.orders import rules
from loadbay.orders.definition_rules import Becomes
from loadbay.orders.models import SaleLine, Shipment, ShipmentLine

_COLUMNS = ("pk", "shipment_id", "sku", "product_id", "units", "net", "tax")
_CHARGES = ("shipping_net", "shipping_tax", "other_net", "other_tax")
_MARKS = ("asin", "gift_wrap", "is_tax_collected", "gone_units")
_NOTHING = Decimal(0)
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
    off_balance: str
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
    asin: str
    gift_wrap: bool
    is_tax_collected: bool
    gone_units: int = 0
    is_mapped: bool = False
    """A person said what it is: `product_id`, or where it is `posted` without needing stock."""
    posted: Charge | None = None

    @property
    def left(self) -> int:
        """Units that are still to be picked."""
        return max(0, self.units - self.gone_units)

    @property
    def is_known(self) -> bool:
        return self.product_id is not None or self.posted is not None


def lines_by_shipment(rows: Sequence[Shipment] | Sequence[ShipmentToBuild]) -> dict[int, list[LineToBuild]]:
    found: dict[int, list[LineToBuild]] = {row.pk: [] for row in rows}
    lines = ShipmentLine.objects.filter(shipment_id__among=these(found)).order_by("id")
    for values in lines.values_list(*_COLUMNS, *_CHARGES, *_MARKS):
        line = LineToBuild(*values)
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
            return _NOTHING, _NOTHING
        charges = list(self.shipping)
        return sum((net for net, _ in charges), _NOTHING), sum((tax for _, tax in charges), _NOTHING)

    @cached_property
    def planned(self) -> tuple[PlannedLine, ...]:
        """Its lines as Amazon charges them: goods, what each was charged besides, the header's charges."""
        return tuple(_planned(self))

    @property
    def left_out_tax(self) -> Decimal:
        """Tax that the marketplace collected and that is left out of the sale."""
        if not self.becomes.tax.leaves_out_collected:
            return _NOTHING
        return sum((line.tax for line in self.planned if line.is_tax_collected), _NOTHING)


@dataclass(frozen=True)
class PlannedLine:
    """A line of a sale before the channel says how tax is shown."""

    kind: SaleLine.Kind
    description: str
    net: Decimal
    tax: Decimal
    product_id: int | None = None
    units: int = 1
    charge: Charge = Charge()
    is_tax_collected: bool = False


def sale_numbers(prefixes: Sequence[str]) -> list[str]:
    """A number for each prefix, in their order. Series are locked in order, so that two batches never wait
    for each other."""
    taken = {
        prefix: iter(take_numbers("sale", count=count, prefix=prefix))
        for prefix, count in sorted(Counter(prefixes).items())
    }
    return [next(taken[prefix]) for prefix in prefixes]


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
        "posted_at": row.status_at if status == POSTED else None,
        "currency": row.currency,
        "net_total": row.net_total - skipped_net,
        "tax_total": row.tax_total - skipped_tax - sold.left_out_tax,
        "agent_id": becomes.carried.agent_id if becomes.carried else None,
        "service_id": becomes.carried.service_id if becomes.carried else None,
        "currency_code": becomes.currency_code,
        "payment_code": becomes.payment_code,
        "skipped_net": skipped_net,
        "skipped_tax": skipped_tax,
        "left_out_tax": sold.left_out_tax,
    }


def sale_line_rows(sale_pk: int, sold: Sold) -> Iterable[Row]:
    """The planned lines with tax as the channel shows it; they add up to the head to the last decimal."""
    tax = sold.becomes.tax
    apart = _NOTHING
    for line in sold.planned:
        mine = _NOTHING if tax.leaves_out_collected and line.is_tax_collected else line.tax
        if tax.shown == ONE_LINE:
            apart, mine = apart + mine, _NOTHING
        yield _row(sale_pk, line, tax=mine)
    if apart:
        charge = Charge("account", tax.account)
        yield _row(sale_pk, PlannedLine(SaleLine.Kind.TAX, "Tax", _NOTHING, apart, charge=charge), tax=apart)


def _planned(sold: Sold) -> Iterable[PlannedLine]:
    for line in sold.lines:
        yield from _of_line(sold, line)
    for charge in sold.row.charges:
        net, tax = Decimal(charge["net"]), Decimal(charge["tax"])
        if charge["kind"] == SHIPPING:
            yield from _shipping(sold, net, tax)
        else:
            yield _other(sold, net, tax, name=charge["kind"].upper())


def _of_line(sold: Sold, line: LineToBuild) -> Iterable[PlannedLine]:
    """The goods, or what a person mapped them to, and what they were charged besides."""
    mine = PlannedLine(
        SaleLine.Kind.OTHER if line.posted else SaleLine.Kind.ITEM,
        line.sku,
        line.net,
        line.tax,
        product_id=line.product_id,
        units=line.units,
        charge=line.posted or Charge(),
    )
    lines = [mine]
    if line.shipping_net or line.shipping_tax:
        lines += _shipping(sold, line.shipping_net, line.shipping_tax)
    if line.other_net or line.other_tax:
        name = GIFT_WRAP if line.gift_wrap else OTHER
        lines.append(_other(sold, line.other_net, line.other_tax, name=name))
    return [replace(one, is_tax_collected=True) for one in lines] if line.is_tax_collected else lines


def _shipping(sold: Sold, net: Decimal, tax: Decimal) -> Iterable[PlannedLine]:
    """The charge, posted where its shipping method says; nothing where the method skips it."""
    if sold.becomes.charge is not None:
        yield PlannedLine(SaleLine.Kind.SHIPPING, "Shipping", net, tax, charge=sold.becomes.charge)


def _other(sold: Sold, net: Decimal, tax: Decimal, *, name: str) -> PlannedLine:
    """Gift wrap and other charges, posted where *Items* maps the charge's name."""
    charge = sold.becomes.charges.get(name, Charge())
    return PlannedLine(SaleLine.Kind.OTHER, "Gift wrap and other charges", net, tax, charge=charge)


def _row(sale_pk: int, line: PlannedLine, *, tax: Decimal) -> Row:
    return {
        "sale_id": sale_pk,
        "kind": line.kind,
        "product_id": line.product_id,
        "charge_type": line.charge.type,
        "charge_number": line.charge.number,
        "description": line.description,
        "units": line.units,
        "net": line.net,
        "tax": tax,
    }
