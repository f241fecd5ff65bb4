"""Shipments of the fake marketplace: read, answered, packed, labelled, shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loadbay.amazon.translate.labels import label_file
from loadbay.core.errors import Conflict, Rejected
from loadbay.core.ids import LocationId, PackageId, ShipmentId
from loadbay.dispatch.ports import LabelFile, MadeLabel, PackageToMake, ShippingOption
from loadbay.orders.ports import SeenPackage, SeenShipment, ShipmentPage, Spoiled
from loadbay.testing.fakes.marketplace import FakeMarketplace

_LABELLED = "SHIPLABEL_GENERATED"
_WITH_PACKAGES = ("PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED", "INVOICE_GENERATED", _LABELLED)


@dataclass
class FakeShipmentSource:
    """Implements `ShipmentSource`. `page_size` is small on demand, so that pages can be tried."""

    marketplace: FakeMarketplace
    page_size: int = 100

    def shipments(
        self,
        *,
        status: str,
        updated_after: datetime,
        updated_before: datetime | None,
        location_id: LocationId | None,
        token: str | None,
    ) -> ShipmentPage:
        with self.marketplace.troubles.around("shipments"):
            found = [
                seen
                for seen in sorted(self.marketplace.shipments.values(), key=lambda s: s.updated_at)
                if seen.status == status
                and seen.updated_at >= updated_after
                and (updated_before is None or seen.updated_at <= updated_before)
                and (location_id is None or seen.location_id == location_id)
            ]
            start = int(token or 0)
            end = start + self.page_size
            return ShipmentPage(tuple(found[start:end]), (), str(end) if end < len(found) else None)

    def shipment(self, shipment_id: ShipmentId) -> SeenShipment:
        with self.marketplace.troubles.around("shipment"):
            return self.marketplace.shipment(shipment_id)

    def reread(self, raw: bytes) -> SeenShipment | Spoiled:
        known = (seen for seen in self.marketplace.shipments.values() if seen.raw == raw)
        return next(known, None) or Spoiled("", "no shipment of this marketplace", raw)


@dataclass
class FakeShipmentDesk:
    """Implements `ShipmentDesk`."""

    marketplace: FakeMarketplace

    def confirm(self, shipment_id: ShipmentId) -> None:
        with self.marketplace.troubles.around("confirm"):
            self.marketplace.require(shipment_id, "ACCEPTED", "CREATED")
            self.marketplace.move(shipment_id, "CONFIRMED")

    def reject(self, shipment_id: ShipmentId, *, line_ids: tuple[str, ...], reason: str) -> None:
        with self.marketplace.troubles.around("reject"):
            seen = self.marketplace.shipment(shipment_id)
            if seen.status not in (seen.rejectable_in or ()):
                raise Conflict(f"Shipment {shipment_id} is {seen.status}.", reason="422")
            self.marketplace.move(shipment_id, "CANCELLED")


@dataclass
class FakeLabelDesk:
    """Implements `LabelDesk`. `failing` packages get a reason instead of a label."""

    marketplace: FakeMarketplace
    failing: frozenset[PackageId] = frozenset()

    def look(self, shipment_id: ShipmentId) -> SeenShipment:
        with self.marketplace.troubles.around("look"):
            return self.marketplace.shipment(shipment_id)

    def confirm(self, shipment_id: ShipmentId) -> None:
        FakeShipmentDesk(self.marketplace).confirm(shipment_id)

    def create_packages(self, shipment_id: ShipmentId, packages: Sequence[PackageToMake]) -> None:
        with self.marketplace.troubles.around("create_packages"):
            seen = self.marketplace.require(shipment_id, "CONFIRMED")
            packed: dict[str, int] = {}
            for package in packages:
                for line in package.lines:
                    packed[line.line_id] = packed.get(line.line_id, 0) + line.units
            if packed != {line.line_id: line.units for line in seen.lines}:
                raise Rejected("All units of the shipment must be in packages.", reason="400")
            for package in packages:
                self.marketplace.boxes_told[shipment_id, package.package_id] = package.box
            made = tuple(SeenPackage(package.package_id, "CREATED") for package in packages)
            self.marketplace.move(shipment_id, "PACKAGE_CREATED", packages=made)

    def update_package(self, shipment_id: ShipmentId, package: PackageToMake) -> None:
        with self.marketplace.troubles.around("update_package"):
            seen = self.marketplace.require(shipment_id, *_WITH_PACKAGES)
            packages = self._with(seen, {self._package(seen, package.package_id).package_id}, "CREATED")
            self.marketplace.boxes_told[shipment_id, package.package_id] = package.box
            self.marketplace.move(shipment_id, "PACKAGE_CREATED", packages=packages)

    def shipping_options(
        self, shipment_id: ShipmentId, *, package_id: PackageId
    ) -> tuple[ShippingOption, ...]:
        with self.marketplace.troubles.around("shipping_options"):
            seen = self.marketplace.require(shipment_id, "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED")
            self._package(seen, package_id)
            self.marketplace.move(shipment_id, "PICKUP_SLOT_RETRIEVED")
            return ()

    def make_labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId], *, option_id: str | None = None
    ) -> tuple[MadeLabel, ...]:
        with self.marketplace.troubles.around("make_labels"):
            seen = self.marketplace.require(shipment_id, "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED")
            if any(self._package(seen, name).status == _LABELLED for name in package_ids):
                raise Conflict("A package that you name has its label already.", reason="409")
            return self._labels(shipment_id, package_ids)

    def remake_labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId]
    ) -> tuple[MadeLabel, ...]:
        with self.marketplace.troubles.around("remake_labels"):
            self.marketplace.require(shipment_id, _LABELLED)
            return self._labels(shipment_id, package_ids)

    def fetch_label(self, url: str) -> LabelFile:
        with self.marketplace.troubles.around("fetch_label"):
            if not url.startswith("memory:label/"):
                raise Rejected("The label's link no longer works.", reason="expired")
            return label_file(self.marketplace.label_content)

    def tell_shipped(self, shipment_id: ShipmentId, package_id: PackageId) -> None:
        with self.marketplace.troubles.around("tell_shipped"):
            seen = self.marketplace.require(shipment_id, _LABELLED)
            if self._package(seen, package_id).status != _LABELLED:
                raise Conflict(f"Package {package_id} cannot be shipped.", reason="422")
            told = self.marketplace.told_shipped
            told[shipment_id, package_id] = told.get((shipment_id, package_id), 0) + 1
            packages = self._with(seen, {package_id}, "SHIPPED")
            shipped = all(package.status == "SHIPPED" for package in packages)
            self.marketplace.move(shipment_id, "SHIPPED" if shipped else _LABELLED, packages=packages)

    def _labels(self, shipment_id: ShipmentId, package_ids: Sequence[PackageId]) -> tuple[MadeLabel, ...]:
        seen = self.marketplace.shipment(shipment_id)
        labels = tuple(self._label(seen, self._package(seen, name).package_id) for name in package_ids)
        made = {label.package_id for label in labels if label.is_made}
        packages = self._with(seen, made, _LABELLED)
        if all(package.status == _LABELLED for package in packages):
            self.marketplace.move(shipment_id, _LABELLED, packages=packages)
        else:
            self.marketplace.move(shipment_id, seen.status, packages=packages)
        return labels

    def _label(self, seen: SeenShipment, package_id: PackageId) -> MadeLabel:
        if package_id in self.failing:
            return MadeLabel(package_id, "", error_code="NoCarrier", error_text="No carrier can take it.")
        key = (seen.shipment_id, package_id)
        count = self.marketplace.labels_made[key] = self.marketplace.labels_made.get(key, 0) + 1
        pickup = self.marketplace.clock.now() + timedelta(hours=4)
        return MadeLabel(
            package_id,
            f"memory:label/{seen.shipment_id}/{package_id}",
            carrier_name="ATS",
            tracking_id=f"QA{seen.shipment_id}{package_id}{count}",
            pickup_from=pickup,
            pickup_until=pickup + timedelta(hours=1),
        )

    def _package(self, seen: SeenShipment, package_id: PackageId) -> SeenPackage:
        for package in seen.packages:
            if package.package_id == package_id:
                return package
        raise Rejected(f"There is no package {package_id}.", reason="404")

    def _with(self, seen: SeenShipment, names: set[PackageId], status: str) -> tuple[SeenPackage, ...]:
        return tuple(
            SeenPackage(package.package_id, status) if package.package_id in names else package
            for package in seen.packages
        )
