"""The contract of `LabelDesk`: packages, options, labels, shipped, in this order and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadbay.core.errors import Conflict, Rejected
from loadbay.core.ids import PackageId, ShipmentId
from loadbay.dispatch.ports import PackageToMake, PackedLine
from loadbay.orders.ports import Box
from loadbay.testing.contracts.stage import Stage, confirmed, labelled, one_package, packed

P1, P2 = PackageId("P1"), PackageId("P2")


def statuses(stage: Stage, shipment_id: ShipmentId) -> dict[PackageId, str]:
    return {package.package_id: package.status for package in stage.label_desk.look(shipment_id).packages}


class LabelDeskContract:
    """What every `LabelDesk` does."""

    def test_a_parcel_goes_from_packed_to_shipped(self, stage: Stage) -> None:
        seen = packed(stage)
        assert seen.status == "PACKAGE_CREATED"
        assert stage.label_desk.shipping_options(seen.shipment_id, package_id=P1) == ()
        (label,) = stage.label_desk.make_labels(seen.shipment_id, [P1])
        assert (label.package_id, label.is_made, label.error_code) == (P1, True, "")
        assert label.tracking_id
        assert label.carrier_name
        assert stage.label_desk.look(seen.shipment_id).status == "SHIPLABEL_GENERATED"
        stage.label_desk.tell_shipped(seen.shipment_id, P1)
        assert stage.label_desk.look(seen.shipment_id).status == "SHIPPED"

    def test_a_shipment_can_be_promised_from_the_bench_and_only_once(self, stage: Stage) -> None:
        shipment_id = stage.place_order()
        stage.label_desk.confirm(shipment_id)
        assert stage.label_desk.look(shipment_id).status == "CONFIRMED"
        with pytest.raises(Conflict):
            stage.label_desk.confirm(shipment_id)

    def test_a_labels_link_gives_the_same_bytes_each_time(self, stage: Stage) -> None:
        seen = packed(stage)
        stage.label_desk.shipping_options(seen.shipment_id, package_id=P1)
        (label,) = stage.label_desk.make_labels(seen.shipment_id, [P1])
        first = stage.label_desk.fetch_label(label.url)
        assert first.content
        assert stage.label_desk.fetch_label(label.url) == first

    def test_a_shipment_of_two_parcels_is_shipped_with_the_second(self, stage: Stage) -> None:
        seen = confirmed(stage, units=2)
        line = seen.lines[0].line_id
        boxes = [PackageToMake(name, Box(200, 200, 100, 800), (PackedLine(line, 1),)) for name in (P1, P2)]
        stage.label_desk.create_packages(seen.shipment_id, boxes)
        for name in (P1, P2):
            stage.label_desk.shipping_options(seen.shipment_id, package_id=name)
        labels = stage.label_desk.make_labels(seen.shipment_id, [P1, P2])
        assert [(label.package_id, label.is_made) for label in labels] == [(P1, True), (P2, True)]
        assert len({label.tracking_id for label in labels}) == 2
        stage.label_desk.tell_shipped(seen.shipment_id, P1)
        assert stage.label_desk.look(seen.shipment_id).status == "SHIPLABEL_GENERATED"
        assert statuses(stage, seen.shipment_id)[P1] == "SHIPPED"
        stage.label_desk.tell_shipped(seen.shipment_id, P2)
        assert stage.label_desk.look(seen.shipment_id).status == "SHIPPED"

    def test_a_new_label_takes_the_place_of_the_old_one(self, stage: Stage) -> None:
        seen = labelled(stage)
        (label,) = stage.label_desk.remake_labels(seen.shipment_id, [P1])
        assert label.is_made
        assert stage.label_desk.look(seen.shipment_id).status == "SHIPLABEL_GENERATED"

    def test_a_package_told_anew_goes_through_the_steps_after_packing_again(self, stage: Stage) -> None:
        seen = packed(stage)
        stage.label_desk.shipping_options(seen.shipment_id, package_id=P1)
        larger = replace(one_package(seen), box=Box(600, 400, 400, 3000))
        for _ in range(2):
            stage.label_desk.update_package(seen.shipment_id, larger)
        assert stage.label_desk.look(seen.shipment_id).status == "PACKAGE_CREATED"
        stage.label_desk.shipping_options(seen.shipment_id, package_id=P1)
        (label,) = stage.label_desk.make_labels(seen.shipment_id, [P1])
        assert label.is_made

    def test_a_labelled_package_told_anew_needs_a_new_label(self, stage: Stage) -> None:
        seen = labelled(stage)
        stage.label_desk.update_package(seen.shipment_id, one_package(seen))
        assert stage.label_desk.look(seen.shipment_id).status == "PACKAGE_CREATED"
        with pytest.raises(Conflict):
            stage.label_desk.tell_shipped(seen.shipment_id, P1)
        stage.label_desk.shipping_options(seen.shipment_id, package_id=P1)
        (label,) = stage.label_desk.make_labels(seen.shipment_id, [P1])
        assert label.is_made

    def test_only_a_declared_package_that_is_still_here_can_be_told_anew(self, stage: Stage) -> None:
        seen = confirmed(stage)
        with pytest.raises((Conflict, Rejected)):
            stage.label_desk.update_package(seen.shipment_id, one_package(seen))
        seen = packed(stage)
        with pytest.raises(Rejected):
            stage.label_desk.update_package(seen.shipment_id, one_package(seen, name="P9"))
        seen = labelled(stage)
        stage.label_desk.tell_shipped(seen.shipment_id, P1)
        with pytest.raises(Conflict):
            stage.label_desk.update_package(seen.shipment_id, one_package(seen))

    def test_no_step_can_be_taken_before_its_turn(self, stage: Stage) -> None:
        shipment_id = stage.place_order()
        seen = stage.label_desk.look(shipment_id)
        with pytest.raises(Conflict):
            stage.label_desk.create_packages(shipment_id, [one_package(seen)])
        seen = confirmed(stage)
        with pytest.raises((Conflict, Rejected)):
            stage.label_desk.make_labels(seen.shipment_id, [P1])
        seen = packed(stage)
        with pytest.raises(Conflict):
            stage.label_desk.tell_shipped(seen.shipment_id, P1)
        assert stage.label_desk.look(seen.shipment_id).status == "PACKAGE_CREATED"

    def test_no_step_can_be_taken_twice(self, stage: Stage) -> None:
        seen = labelled(stage)
        with pytest.raises(Conflict):
            stage.label_desk.create_packages(seen.shipment_id, [one_package(seen)])
        with pytest.raises(Conflict):
            stage.label_desk.make_labels(seen.shipment_id, [P1])
        stage.label_desk.tell_shipped(seen.shipment_id, P1)
        with pytest.raises(Conflict):
            stage.label_desk.tell_shipped(seen.shipment_id, P1)

    def test_a_cancelled_shipment_can_be_neither_labelled_nor_shipped(self, stage: Stage) -> None:
        seen = packed(stage)
        stage.cancel(seen.shipment_id)
        with pytest.raises(Conflict):
            stage.label_desk.make_labels(seen.shipment_id, [P1])
        seen = labelled(stage)
        stage.cancel(seen.shipment_id)
        with pytest.raises(Conflict):
            stage.label_desk.tell_shipped(seen.shipment_id, P1)
        assert stage.label_desk.look(seen.shipment_id).status == "CANCELLED"

    def test_a_parcel_that_is_not_there_cannot_be_shipped(self, stage: Stage) -> None:
        seen = labelled(stage)
        with pytest.raises(Rejected) as caught:
            stage.label_desk.tell_shipped(seen.shipment_id, PackageId("P9"))
        assert caught.value.reason == "404"

    def test_a_dead_link_is_rejected(self, stage: Stage) -> None:
        seen = packed(stage)
        stage.label_desk.shipping_options(seen.shipment_id, package_id=P1)
        (label,) = stage.label_desk.make_labels(seen.shipment_id, [P1])
        scheme, rest = label.url.split(":", 1)
        with pytest.raises(Rejected):
            stage.label_desk.fetch_label(f"{scheme}:{rest[::-1]}")
