"""What a shipment amounts to, and which of two sights of it counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.core.ids import AmazonOrderId, LocationId, MarketplaceId, ShipmentId, Sku
from loadbay.core.money import Money
from loadbay.orders.ports import ChargeKind, SeenCharge, SeenLine, SeenShipment
from loadbay.orders.rules import (
    RANK,
    is_before_start,
    is_newer,
    line_amounts,
    may_be_rejected,
    totals,
    why_hidden,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = NOON.replace(microsecond=35_000)


def pounds(text: str) -> Money:
    return Money(Decimal(text), "GBP")


def charge(kind: ChargeKind, net: str, tax: str, discount: str = "0") -> SeenCharge:
    return SeenCharge(kind, pounds(net), pounds(tax), pounds(discount))


def a_shipment(
    *lines: SeenLine, charges: tuple[SeenCharge, ...] = (), total: SeenCharge | None = None
) -> SeenShipment:
    return SeenShipment(
        shipment_id=ShipmentId("S1"),
        order_id=AmazonOrderId("026-1234567-1234567"),
        location_id=LocationId("LBAY"),
        marketplace_id=MarketplaceId("A1F83G8C2ARO7P"),
        channel_name="FBA",
        shipping_type="MARKETPLACE",
        kind="NEW",
        status="ACCEPTED",
        created_at=NOON,
        updated_at=NOON,
        placed_at=NOON,
        expected_ship_at=NOON,
        earliest_pack_at=None,
        lines=lines,
        charges=charges,
        total=total,
        currency="GBP",
        units=sum(line.units for line in lines),
    )


def a_line(*charges: SeenCharge, units: int = 1) -> SeenLine:
    return SeenLine(line_id="1", sku=Sku("MUG-01"), units=units, charges=charges)


def test_shipping_and_gift_wrap_are_kept_apart_from_the_goods():
    line = a_line(
        charge(ChargeKind.PRODUCT, "20.00", "4.00", "1.50"),
        charge(ChargeKind.SHIPPING, "3.00", "0.60"),
        charge(ChargeKind.GIFT_WRAP, "2.50", "0.50"),
        units=2,
    )
    amounts = line_amounts(line)
    assert (amounts.net, amounts.tax, amounts.discount) == (
        Decimal("20.00"),
        Decimal("4.00"),
        Decimal("1.50"),
    )
    assert (amounts.shipping_net, amounts.shipping_tax) == (Decimal("3.00"), Decimal("0.60"))
    assert (amounts.other_net, amounts.other_tax) == (Decimal("2.50"), Decimal("0.50"))


GOODS = a_line(charge(ChargeKind.PRODUCT, "80", "12"), charge(ChargeKind.GIFT_WRAP, "20", "5"), units=2)
SHIPPING = charge(ChargeKind.SHIPPING, "30", "5")


def test_a_header_whose_total_is_lines_and_shipping_is_balanced():
    found = totals(a_shipment(GOODS, charges=(SHIPPING,), total=charge(ChargeKind.OTHER, "130", "22")))
    assert (found.net, found.tax, found.is_balanced) == (Decimal(130), Decimal(22), True)


def test_a_total_that_splits_net_and_tax_otherwise_is_still_balanced():
    found = totals(a_shipment(GOODS, charges=(SHIPPING,), total=charge(ChargeKind.OTHER, "152", "0")))
    assert (found.net, found.tax, found.is_balanced) == (Decimal(130), Decimal(22), True)


def test_a_header_that_is_a_penny_off_is_not_balanced():
    found = totals(a_shipment(GOODS, charges=(SHIPPING,), total=charge(ChargeKind.OTHER, "130.01", "22")))
    assert (found.is_balanced, found.off_by) == (False, Decimal("0.01"))


def test_shipping_that_a_line_carries_is_not_counted_again_from_the_header():
    line = a_line(charge(ChargeKind.PRODUCT, "80", "12"), SHIPPING)
    found = totals(a_shipment(line, charges=(SHIPPING,), total=charge(ChargeKind.OTHER, "110", "17")))
    assert (found.net, found.tax, found.is_balanced) == (Decimal(110), Decimal(17), True)


def test_a_shipment_whose_header_names_no_total_takes_the_sum():
    assert totals(a_shipment(GOODS, charges=(SHIPPING,))).net == Decimal(130)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_any_lines_whose_sum_is_the_total_are_balanced(pence: list[int]):
    lines = [a_line(charge(ChargeKind.PRODUCT, str(Decimal(p) / 100), "0")) for p in pence]
    total = charge(ChargeKind.OTHER, str(Decimal(sum(pence)) / 100), "0")
    assert totals(a_shipment(*lines, total=total)).is_balanced


LATER, EARLIER = NOON + timedelta(seconds=1), NOON - timedelta(seconds=1)
SIGHTS = [
    ("a later change replaces", "CONFIRMED", LATER, "ACCEPTED", True),
    ("an earlier change does not", "CONFIRMED", EARLIER, "ACCEPTED", False),
    ("the same moment, further on", "CONFIRMED", NOON, "ACCEPTED", True),
    ("the same moment, further back", "ACCEPTED", NOON, "CONFIRMED", False),
    ("the same sight twice", "ACCEPTED", NOON, "ACCEPTED", False),
    ("cancelled at the same moment", "CANCELLED", NOON, "CONFIRMED", True),
    ("nothing revives the cancelled", "ACCEPTED", LATER, "CANCELLED", False),
    ("a status nobody knows, later", "LEVITATING", LATER, "ACCEPTED", True),
]


@pytest.mark.parametrize(("name", "status", "moment", "known", "newer"), SIGHTS)
def test_which_sight_counts(name: str, status: str, moment: datetime, known: str, newer: bool):
    assert is_newer(status=status, at=moment, known_status=known, known_at=NOON) is newer


@given(st.permutations(sorted(RANK)), st.randoms(use_true_random=False))
def test_answers_in_any_order_end_with_the_latest_change(statuses: list[str], chance):
    sights = [(status, NOON + timedelta(seconds=n)) for n, status in enumerate(sorted(RANK, key=RANK.get))]
    chance.shuffle(sights)
    known_status, known_at = sights[0]
    for status, moment in sights[1:]:
        if is_newer(status=status, at=moment, known_status=known_status, known_at=known_at):
            known_status, known_at = status, moment
    assert known_status == "DELIVERED"


def test_rejection_ends_with_the_label():
    assert may_be_rejected("CONFIRMED", eligible=None)
    assert not may_be_rejected("SHIPLABEL_GENERATED", eligible=None)
    assert not may_be_rejected("CONFIRMED", eligible=frozenset({"ACCEPTED"}))


def test_an_empty_buyer_field_says_why():
    assert "only after" in why_hidden("name", state="hidden")
    assert "never shows the e-mail" in why_hidden("email", state="found")
    assert "Erased" in why_hidden("name", state="erased")


@pytest.mark.parametrize(
    ("bought", "is_before"),
    [(NOON, False), (NOON - timedelta(milliseconds=1), True)],
    ids=["in the second of the start, told without its fraction", "in the second before"],
)
def test_what_was_bought_in_the_second_in_which_a_channel_starts_is_not_before_it(
    bought: datetime, is_before: bool
):
    assert is_before_start("SHIPPED", bought, start=START) is is_before
    assert is_before_start("UNSHIPPED", bought, start=START) is False
