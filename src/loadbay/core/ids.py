"""Typed identifiers, so that an order number is never handed over as a shipment id."""

from __future__ import annotations

from typing import NewType

Sku = NewType("Sku", str)
Asin = NewType("Asin", str)
AmazonOrderId = NewType("AmazonOrderId", str)
ShipmentId = NewType("ShipmentId", str)
PackageId = NewType("PackageId", str)
LocationId = NewType("LocationId", str)
MarketplaceId = NewType("MarketplaceId", str)
