"""What is known of staged shipments for the order rules: only the fields that some rule asks for are read.

Buyer data is decrypted in memory where a rule asks for it, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from loadbay.catalogue.models import Product
from loadbay.orders.models import BuyerDetails, Shipment, ShipmentLine
from loadbay.orders.order_rules import OF_BUYERS, Facts, Value

_HEAD = (
    "currency",
    "ship_method",
    "status",
    "kind",
    "location",
    "units",
    "net_total",
    "tax_total",
    "order_id",
)
_LINES = frozenset({"lines", "sku", "discount", "gift", "gift_message", "weight"})


def facts_of(shipment_pks: Sequence[int], *, fields: Collection[str]) -> dict[int, Facts]:
    """Shipment → what is known of it, set-based."""
    heads = Shipment.objects.filter(pk__in=list(shipment_pks)).values("pk", *_HEAD)
    found: dict[int, dict[str, Value]] = {row["pk"]: _of_head(row) for row in heads}
    if _LINES & set(fields):
        _add_lines(found, with_weight="weight" in fields)
    if OF_BUYERS & set(fields):
        _add_buyers(found, {row["pk"]: row["order_id"] for row in heads})
    return dict(found)


def _of_head(row: Mapping[str, object]) -> dict[str, Value]:
    texts = ("currency", "ship_method", "status", "kind", "location")
    return {
        **{name: str(row[name]) or None for name in texts},
        "units": Decimal(str(row["units"])),
        "total": Decimal(str(row["net_total"])) + Decimal(str(row["tax_total"])),
    }


def _add_lines(found: Mapping[int, dict[str, Value]], *, with_weight: bool) -> None:
    columns = ("shipment_id", "sku", "product_id", "units", "discount", "gift_wrap", "has_gift_message")
    lines: dict[int, list[tuple]] = {pk: [] for pk in found}
    for entry in ShipmentLine.objects.filter(shipment_id__in=list(found)).values_list(*columns):
        lines[entry[0]].append(entry[1:])
    weights: dict[int, int | None] = {}
    if with_weight:
        wanted = {product for mine in lines.values() for _, product, *_ in mine if product}
        weights = dict(Product.objects.filter(pk__in=wanted).values_list("pk", "weight_g"))
    for pk, mine in lines.items():
        found[pk] |= {
            "lines": Decimal(len(mine)),
            "sku": tuple(entry[0] for entry in mine),
            "discount": sum((entry[3] for entry in mine), Decimal(0)),
            "gift": any(entry[4] for entry in mine),
            "gift_message": any(entry[5] for entry in mine),
            "weight": _weight([(weights.get(entry[1]), entry[2]) for entry in mine]),
        }


def _weight(parts: Sequence[tuple[int | None, int]]) -> Decimal | None:
    """All together; one unknown weight makes the sum unknown."""
    total = 0
    for grams, units in parts:
        if grams is None:
            return None
        total += grams * units
    return Decimal(total)


def _add_buyers(found: Mapping[int, dict[str, Value]], orders: Mapping[int, int]) -> None:
    rows = BuyerDetails.objects.filter(order_id__in=set(orders.values()))
    buyers = {row.order_id: row for row in rows.only("order_id", "postal_code", "address")}
    for pk, order_id in orders.items():
        buyer = buyers.get(order_id)
        address = (buyer.address or {}) if buyer else {}
        found[pk] |= {
            "country": address.get("country") or None,
            "postcode": (buyer.postal_code if buyer else None) or address.get("postal_code") or None,
        }
