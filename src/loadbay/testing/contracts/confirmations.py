"""The contract of `ConfirmationDesk`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from loadbay.core.errors import Rejected
from loadbay.core.ids import AmazonOrderId, MarketplaceId
from loadbay.dispatch.ports import ShippedParcel
from loadbay.testing.contracts.stage import Stage


class ConfirmationDeskContract:
    """What every `ConfirmationDesk` does."""

    def test_a_parcel_that_left_ships_its_order(self, stage: Stage) -> None:
        number = stage.place_ordinary(units=2)
        self.tell(stage, number, self.parcel(stage, number))
        seen = stage.confirmation_desk.look(number)
        assert seen.status == "SHIPPED"
        assert [(p.package_id, p.tracking_id) for p in seen.packages] == [("101", "JD0001")]

    def test_a_part_that_left_ships_a_part(self, stage: Stage) -> None:
        number = stage.place_ordinary(units=2)
        parcel = self.parcel(stage, number)
        self.tell(stage, number, replace(parcel, lines=((parcel.lines[0][0], 1),)))
        seen = stage.confirmation_desk.look(number)
        assert (seen.status, seen.lines[0].shipped_units) == ("PARTIALLY_SHIPPED", 1)

    def test_the_same_reference_again_corrects_the_parcel(self, stage: Stage) -> None:
        number = stage.place_ordinary()
        parcel = self.parcel(stage, number)
        self.tell(stage, number, parcel)
        self.tell(
            stage, number, replace(parcel, tracking_id="JD0002", carrier_code="Other", carrier_name="Van")
        )
        seen = stage.confirmation_desk.look(number)
        assert [(p.package_id, p.tracking_id) for p in seen.packages] == [("101", "JD0002")]

    @pytest.mark.parametrize("wrong", ["line", "marketplace"])
    def test_what_does_not_fit_the_order_is_rejected(self, stage: Stage, wrong: str) -> None:
        number = stage.place_ordinary()
        parcel = self.parcel(stage, number)
        place = stage.marketplace_id
        if wrong == "line":
            parcel = replace(parcel, lines=(("000", 1),))
        else:
            place = "A1PA6795UKMFR9"
        with pytest.raises(Rejected):
            stage.confirmation_desk.confirm_shipped(number, parcel, marketplace_id=MarketplaceId(place))
        assert stage.confirmation_desk.look(number).status == "UNSHIPPED"

    def parcel(self, stage: Stage, number: AmazonOrderId) -> ShippedParcel:
        lines = stage.confirmation_desk.look(number).lines
        return ShippedParcel(
            reference="101",
            carrier_code="DPD",
            carrier_name="",
            method="Next Day",
            tracking_id="JD0001",
            shipped_at=stage.now() - timedelta(seconds=5),
            lines=tuple((line.line_id, line.units) for line in lines),
        )

    def tell(self, stage: Stage, number: AmazonOrderId, parcel: ShippedParcel) -> None:
        stage.confirmation_desk.confirm_shipped(
            number, parcel, marketplace_id=MarketplaceId(stage.marketplace_id)
        )
