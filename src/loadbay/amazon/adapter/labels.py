"""External Fulfillment Shipments at the bench: packages, options, labels, shipped.

Every write may be unclear; the caller looks, then decides. The neighbour `shipments.py` reads and confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from loadbay.amazon.adapter.shipments import AmazonShipmentDesk, look, shipment_path
from loadbay.amazon.caller import Caller, nothing
from loadbay.amazon.calls import Call, Effect, path, query
from loadbay.amazon.client import MEGABYTE
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import labels as translate
from loadbay.amazon.wire import shipment_writes as write
from loadbay.core.errors import Rejected
from loadbay.core.ids import PackageId, ShipmentId
from loadbay.dispatch.ports import LabelFile, MadeLabel, PackageToMake, ShippingOption
from loadbay.orders.ports import SeenShipment

LABEL_LIMIT = 5 * MEGABYTE
MOST_LABELS = 50
Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AmazonLabelDesk:
    """Implements `dispatch.ports.LabelDesk`."""

    caller: Caller
    priority: Priority = Priority.BENCH

    def look(self, shipment_id: ShipmentId) -> SeenShipment:
        return look(self.caller, shipment_id, priority=self.priority)

    def confirm(self, shipment_id: ShipmentId) -> None:
        AmazonShipmentDesk(self.caller, self.priority).confirm(shipment_id)

    def create_packages(self, shipment_id: ShipmentId, packages: Sequence[PackageToMake]) -> None:
        self.caller.ask(
            self._write(
                shipment_id,
                operation="createPackages",
                method="POST",
                below="/packages",
                body=translate.packages(packages),
            ),
            nothing,
        )

    def update_package(self, shipment_id: ShipmentId, package: PackageToMake) -> None:
        self.caller.ask(
            self._write(
                shipment_id,
                operation="updatePackage",
                method="PUT",
                below=path("/packages/{package}", package=package.package_id),
                body=translate.package(package),
            ),
            nothing,
        )

    def shipping_options(
        self, shipment_id: ShipmentId, *, package_id: PackageId
    ) -> tuple[ShippingOption, ...]:
        call = Call(
            "retrieveShippingOptions",
            "GET",
            shipment_path(shipment_id, "/shippingOptions"),
            query(packageId=package_id),
            priority=self.priority,
            subjects=(f"shipment:{shipment_id}",),
        )
        return self.caller.ask(call, translate.options)

    def make_labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId], *, option_id: str | None = None
    ) -> tuple[MadeLabel, ...]:
        return self._labels(shipment_id, package_ids, query(operation="GENERATE", shippingOptionId=option_id))

    def remake_labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId]
    ) -> tuple[MadeLabel, ...]:
        return self._labels(shipment_id, package_ids, query(operation="REGENERATE"))

    def fetch_label(self, url: str) -> LabelFile:
        return translate.label_file(self.caller.fetch(url, operation="document", limit=LABEL_LIMIT))

    def tell_shipped(self, shipment_id: ShipmentId, package_id: PackageId) -> None:
        self.caller.ask(
            self._write(
                shipment_id,
                operation="updatePackageStatus",
                method="PATCH",
                below=path("/packages/{package}", package=package_id),
                body=write.PackageStatus(),
            ),
            nothing,
        )

    def _labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId], asked: Parameters
    ) -> tuple[MadeLabel, ...]:
        if not 0 < len(package_ids) <= MOST_LABELS:
            raise Rejected(
                f"Amazon labels 1 to {MOST_LABELS} packages at once, not {len(package_ids)}."
                " Pack the shipment into fewer parcels.",
                reason="400",
            )
        call = self._write(
            shipment_id,
            operation="generateShipLabels",
            method="PUT",
            below="/shipLabels",
            body=write.LabelsRequest(list(package_ids)),
        )
        return self.caller.ask(replace(call, query=asked), translate.labels)

    def _write(
        self, shipment_id: ShipmentId, *, operation: str, method: str, below: str, body: msgspec.Struct
    ) -> Call:
        return Call(
            operation,
            method,
            shipment_path(shipment_id) + below,
            body=msgspec.json.encode(body),
            effect=Effect.WRITE,
            priority=self.priority,
            subjects=(f"shipment:{shipment_id}",),
        )
