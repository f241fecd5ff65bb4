"""The contracts of `AccountDesk` and `OrderSource`."""

from __future__ import annotations

import pytest

from loadbay.channels.ports import Feature
from loadbay.core.errors import Rejected
from loadbay.core.ids import AmazonOrderId, PackageId
from loadbay.orders.ports import SeenOrder, Spoiled, WholeOrder
from loadbay.testing.contracts.stage import Stage, labelled, recently


class AccountDeskContract:
    """What every `AccountDesk` does."""

    def test_the_sellers_marketplaces_are_named(self, stage: Stage) -> None:
        seen = {entry.marketplace_id: entry for entry in stage.account_desk.marketplaces()}
        ours = seen[stage.marketplace_id]
        assert (ours.is_participating, ours.is_suspended) == (True, False)
        assert (len(ours.country), len(ours.currency)) == (2, 3)

    @pytest.mark.parametrize("feature", list(Feature))
    def test_every_feature_of_a_good_connection_works(self, stage: Stage, feature: Feature) -> None:
        stage.account_desk.probe(feature, marketplace_id=stage.marketplace_id, location_id=stage.location)


class OrderSourceContract:
    """What every `OrderSource` does."""

    def test_the_buyer_is_hidden_until_the_goods_are_shipped(self, stage: Stage) -> None:
        seen = labelled(stage)
        before = stage.order_source.order(seen.order_id)
        assert (before.buyer_name, before.address, before.payment_methods) == ("", None, ())
        assert (before.status, before.fulfilled_by) == ("PENDING", "AMAZON")
        stage.label_desk.tell_shipped(seen.shipment_id, PackageId("P1"))
        after = stage.order_source.order(seen.order_id)
        assert (after.status, after.fulfilled_by) == ("SHIPPED", "AMAZON")
        assert after.address is not None
        assert after.address.postal_code
        assert after.payment_methods

    def test_shipped_orders_are_listed_with_their_buyers(self, stage: Stage) -> None:
        seen = labelled(stage)
        assert seen.order_id not in self.shipped(stage)
        stage.label_desk.tell_shipped(seen.shipment_id, PackageId("P1"))
        order = self.shipped(stage)[seen.order_id]
        alone = stage.order_source.order(seen.order_id)
        assert (order.address, order.buyer_name) == (alone.address, alone.buyer_name)
        assert (order.status, order.payment_methods) == ("SHIPPED", alone.payment_methods)
        assert order.raw

    def test_a_whole_order_is_listed_with_its_items_amounts_and_buyer(self, stage: Stage) -> None:
        number = stage.place_ordinary(units=2)
        order = self.whole(stage)[number]
        (line,) = order.shipment.lines
        assert (line.sku, line.units, order.shipment.units) == (stage.linked_sku, 2, 2)
        assert (order.shipment.status, order.shipment.location_id) == ("UNSHIPPED", "")
        assert {str(order.shipment.shipment_id), str(order.shipment.order_id)} == {number}
        assert order.shipment.marketplace_id == stage.marketplace_id
        assert line.charges[0].net.currency == order.shipment.currency
        assert line.charges[0].net.amount > 0
        assert order.buyer.address is not None
        assert order.buyer.buyer_name
        assert stage.order_source.whole_order(number) == order
        assert stage.order_source.reread_order(order.shipment.raw) == order

    def test_orders_of_another_fulfiller_are_left_out(self, stage: Stage) -> None:
        number = stage.place_ordinary()
        assert number not in self.whole(stage, by="AMAZON")

    def test_what_is_no_order_cannot_be_reread(self, stage: Stage) -> None:
        for nonsense in (b"", b"{}", b"<html>", b"\xff", b'{"orderId": 7}'):
            read = stage.order_source.reread_order(nonsense)
            assert isinstance(read, Spoiled)
            assert (read.raw, bool(read.reason)) == (nonsense, True)

    def whole(self, stage: Stage, *, by: str = "MERCHANT") -> dict[AmazonOrderId, WholeOrder]:
        """Every order of a fulfiller that changed lately, page by page."""
        found: dict[AmazonOrderId, WholeOrder] = {}
        after, token = recently(stage), None
        while True:
            page = stage.order_source.orders(
                updated_after=after,
                fulfilled_by=(by,),
                marketplace_ids=(stage.marketplace_id,),
                token=token,
            )
            assert page.spoiled == ()
            assert page.updated_before is not None
            found |= {order.shipment.order_id: order for order in page.orders}
            token = page.next_token
            if token is None:
                return found

    def test_an_unknown_order_is_rejected_with_404(self, stage: Stage) -> None:
        with pytest.raises(Rejected) as caught:
            stage.order_source.order(AmazonOrderId("000-0000000-0000000"))
        assert caught.value.reason == "404"

    def shipped(self, stage: Stage) -> dict[AmazonOrderId, SeenOrder]:
        """Every shipped order, page by page."""
        found: dict[AmazonOrderId, SeenOrder] = {}
        after, token = recently(stage), None
        while True:
            page = stage.order_source.shipped_orders(updated_after=after, token=token)
            assert page.spoiled == ()
            found |= {order.order_id: order for order in page.orders}
            token = page.next_token
            if token is None:
                return found
