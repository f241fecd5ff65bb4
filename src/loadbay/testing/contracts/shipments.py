"""The contracts of `ShipmentSource` and `ShipmentDesk`."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from loadbay.core.errors import Conflict, Rejected
from loadbay.core.ids import ShipmentId
from loadbay.orders.ports import SeenShipment, Spoiled
from loadbay.testing.contracts.stage import Stage, confirmed, labelled, recently

NOBODY = ShipmentId("NoSuchShipment")


def listed(stage: Stage, status: str, *, since: datetime | None = None) -> dict[ShipmentId, SeenShipment]:
    """Every shipment in the status, page by page, in the order given."""
    found: dict[ShipmentId, SeenShipment] = {}
    token: str | None = None
    after = since or recently(stage)
    while True:
        page = stage.shipment_source.shipments(
            status=status, updated_after=after, updated_before=None, location_id=None, token=token
        )
        assert page.spoiled == ()
        found |= {seen.shipment_id: seen for seen in page.shipments}
        token = page.next_token
        if token is None:
            return found


class ShipmentSourceContract:
    """What every `ShipmentSource` does."""

    def test_a_new_shipment_is_listed_whole(self, stage: Stage) -> None:
        shipment_id = stage.place_order(units=2)
        seen = listed(stage, "ACCEPTED")[shipment_id]
        (line,) = seen.lines
        assert (line.sku, line.units, seen.units) == (stage.linked_sku, 2, 2)
        assert (seen.location_id, seen.marketplace_id) == (stage.location, stage.marketplace_id)
        assert (seen.channel_name, seen.kind) == ("FBA", "NEW")
        assert line.charges[0].net.currency == seen.currency
        assert line.charges[0].net.amount > 0
        assert seen.order_id
        assert seen.raw

    def test_one_shipment_is_what_the_list_says(self, stage: Stage) -> None:
        shipment_id = stage.place_order()
        from_list = listed(stage, "ACCEPTED")[shipment_id]
        alone = stage.shipment_source.shipment(shipment_id)
        assert (alone.lines, alone.status, alone.updated_at) == (
            from_list.lines,
            from_list.status,
            from_list.updated_at,
        )

    def test_a_shipment_moves_from_one_status_to_the_next(self, stage: Stage) -> None:
        shipment_id = confirmed(stage).shipment_id
        assert shipment_id not in listed(stage, "ACCEPTED")
        assert listed(stage, "CONFIRMED")[shipment_id].status == "CONFIRMED"

    def test_a_cancelled_shipment_is_found_as_cancelled(self, stage: Stage) -> None:
        shipment_id = stage.place_order()
        stage.cancel(shipment_id)
        assert listed(stage, "CANCELLED")[shipment_id].status == "CANCELLED"

    def test_what_changed_earlier_is_left_out_and_the_oldest_change_comes_first(self, stage: Stage) -> None:
        stage.place_order()
        last = stage.place_order()
        seen = list(listed(stage, "ACCEPTED").values())
        assert [s.updated_at for s in seen] == sorted(s.updated_at for s in seen)
        # Whether the very moment belongs to it is not said anywhere; readers overlap their windows.
        changed = stage.shipment_source.shipment(last).updated_at
        assert last in listed(stage, "ACCEPTED", since=changed - timedelta(seconds=1))
        assert last not in listed(stage, "ACCEPTED", since=changed + timedelta(seconds=1))

    def test_what_was_received_once_can_be_read_again(self, stage: Stage) -> None:
        shipment_id = stage.place_order(units=2)
        seen = listed(stage, "ACCEPTED")[shipment_id]
        assert stage.shipment_source.reread(seen.raw) == seen
        for nonsense in (b"", b"{}", b"<html>", b"\xff", b'{"id": 7}'):
            read = stage.shipment_source.reread(nonsense)
            assert isinstance(read, Spoiled)
            assert (read.raw, bool(read.reason)) == (nonsense, True)

    def test_an_unknown_shipment_is_rejected_with_404(self, stage: Stage) -> None:
        with pytest.raises(Rejected) as caught:
            stage.shipment_source.shipment(NOBODY)
        assert caught.value.reason == "404"


class ShipmentDeskContract:
    """What every `ShipmentDesk` does."""

    def test_a_promise_to_ship_is_taken_once(self, stage: Stage) -> None:
        shipment_id = stage.place_order()
        stage.shipment_desk.confirm(shipment_id)
        assert stage.shipment_source.shipment(shipment_id).status == "CONFIRMED"
        with pytest.raises(Conflict):
            stage.shipment_desk.confirm(shipment_id)

    def test_a_cancelled_shipment_cannot_be_promised(self, stage: Stage) -> None:
        shipment_id = stage.place_order()
        stage.cancel(shipment_id)
        with pytest.raises(Conflict):
            stage.shipment_desk.confirm(shipment_id)

    def test_declining_ends_the_whole_shipment(self, stage: Stage) -> None:
        shipment_id = stage.place_order(units=2)
        stage.shipment_desk.reject(shipment_id, line_ids=("1",), reason="OUT_OF_STOCK")
        assert stage.shipment_source.shipment(shipment_id).status == "CANCELLED"

    def test_after_the_label_it_is_too_late_to_decline(self, stage: Stage) -> None:
        seen = labelled(stage)
        with pytest.raises(Conflict):
            stage.shipment_desk.reject(seen.shipment_id, line_ids=("1",), reason="OUT_OF_STOCK")
        assert stage.shipment_source.shipment(seen.shipment_id).status == "SHIPLABEL_GENERATED"

    def test_an_unknown_shipment_can_be_neither_promised_nor_declined(self, stage: Stage) -> None:
        with pytest.raises(Rejected) as caught:
            stage.shipment_desk.confirm(NOBODY)
        assert caught.value.reason == "404"
        with pytest.raises(Rejected):
            stage.shipment_desk.reject(NOBODY, line_ids=("1",), reason="OUT_OF_STOCK")
