"""A shipment is understood however roughly Amazon writes it, and set aside when it cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.amazon.translate import shipments as translate
from loadbay.amazon.wire.loose import Unreadable, moment, moment_or_none
from loadbay.core.money import Money
from loadbay.orders.ports import Box, ChargeKind, Requirement, SeenShipment
from tests.amazon.samples import a_shipment, charge, line


def read(value: dict[str, Any]) -> SeenShipment:
    return translate.shipment(json.dumps(value).encode())


def test_a_whole_shipment_is_read_in_our_words():
    seen = read(a_shipment())
    assert (seen.shipment_id, seen.order_id, seen.location_id) == ("SHP1", "203-1234567-7654321", "LBAY")
    assert (seen.channel_name, seen.shipping_type, seen.status, seen.kind) == (
        "FBA",
        "MARKETPLACE",
        "ACCEPTED",
        "NEW",
    )
    assert seen.placed_at == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert seen.updated_at == datetime(2026, 3, 2, 9, 5, 0, 250_000, tzinfo=UTC)
    assert seen.earliest_pack_at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert seen.expected_ship_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert seen.rejectable_in == frozenset({"ACCEPTED", "CONFIRMED"})
    assert (seen.postal_code, seen.ship_method, seen.currency, seen.units) == (
        "DE4 3NS",
        "ATS_STANDARD",
        "GBP",
        2,
    )
    assert seen.recommended_boxes[0].box == Box(400, 300, 205, 2400)
    assert seen.recommended_boxes[0].line_ids == ("1",)


def test_money_is_net_after_discount_with_tax_apart_and_totals_do_not_count_twice():
    seen = read(a_shipment())
    (shipping,) = seen.charges
    assert (shipping.kind, shipping.net, shipping.tax) == (
        ChargeKind.SHIPPING,
        Money(Decimal("3.50"), "GBP"),
        Money(Decimal("0.70"), "GBP"),
    )
    (product,) = seen.lines[0].charges
    assert (product.kind, product.net, product.tax, product.discount) == (
        ChargeKind.PRODUCT,
        Money(Decimal("20.00"), "GBP"),
        Money(Decimal("4.00"), "GBP"),
        Money(Decimal(0), "GBP"),
    )


def test_requirements_of_a_line_are_kept():
    (seen,) = read(a_shipment()).lines
    assert (seen.serials, seen.hazmat_labels) == (Requirement.REQUIRED, Requirement.DISALLOWED)


@pytest.mark.parametrize(
    ("change", "attribute", "expected"),
    [
        ({"earliestPackDateTime": 1772445600}, "earliest_pack_at", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ({"earliestPackDateTime": "1772445600000"}, "earliest_pack_at", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (
            {"earliestPackDateTime": "2026-03-02T11:00:00+01:00"},
            "earliest_pack_at",
            datetime(2026, 3, 2, 10, tzinfo=UTC),
        ),
        ({"earliestPackDateTime": "soon"}, "earliest_pack_at", None),
        ({"earliestPackDateTime": 10**40}, "earliest_pack_at", None),
        ({"creationDateTime": None}, "created_at", datetime(2026, 3, 2, 9, 5, 0, 250_000, tzinfo=UTC)),
        ({"shippingInfo": None}, "expected_ship_at", None),
        ({"charges": None}, "charges", ()),
        ({"packages": None}, "packages", ()),
        ({"status": "SORTED_BY_ROBOT"}, "status", "SORTED_BY_ROBOT"),
        ({"id": 4711}, "shipment_id", "4711"),
        ({"somethingNew": {"deep": [1, 2]}}, "status", "ACCEPTED"),
        ({"shippingInfo": {"recommendedPackages": "none"}}, "recommended_boxes", ()),
        ({"shippingInfo": {"recommendedPackages": [{"weight": {}}, 7]}}, "recommended_boxes", ()),
    ],
)
def test_roughness_of_a_shipment_is_understood(change: dict[str, Any], attribute: str, expected: object):
    assert getattr(read(a_shipment(**change)), attribute) == expected


@pytest.mark.parametrize(
    ("change", "attribute", "expected"),
    [
        ({"numberOfUnits": "3"}, "units", 3),
        ({"numberOfUnits": 3.0}, "units", 3),
        ({"complianceAttributes": None}, "serials", Requirement.OPTIONAL),
        ({"complianceAttributes": {"serialNumberRequirement": "PERHAPS"}}, "serials", Requirement.OPTIONAL),
        ({"giftAttributes": {"giftWrapRequirement": "REQUIRED"}}, "gift_wrap", True),
        ({"giftAttributes": {"giftMessagePresence": "PRESENT"}}, "has_gift_message", True),
        ({"cancellations": [{"cancelledQuantity": "2"}]}, "cancelled_units", 2),
        ({"charges": []}, "charges", ()),
        ({"merchantSku": 1002400773021}, "sku", "1002400773021"),
    ],
)
def test_roughness_of_a_line_is_understood(change: dict[str, Any], attribute: str, expected: object):
    (seen,) = read(a_shipment(lineItems=[line(**change)])).lines
    assert getattr(seen, attribute) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("GIFT", ChargeKind.GIFT_WRAP), ("GIFT_WRAP", ChargeKind.GIFT_WRAP), ("TOLL", ChargeKind.OTHER)],
)
def test_charge_kinds_outside_the_model_have_a_home(kind: str, expected: ChargeKind):
    (seen,) = read(a_shipment(lineItems=[line(charges=[charge(kind, net=20, tax=4.0)])])).lines
    assert seen.charges[0].kind is expected
    assert seen.charges[0].net.amount == Decimal(20)


def test_tax_is_the_difference_when_only_totals_are_given():
    rough = charge(net="20.00")
    del rough["totalTax"]
    (seen,) = read(a_shipment(lineItems=[line(charges=[rough])])).lines
    assert seen.charges[0].tax.amount == Decimal("4.00")


def test_a_shipment_in_the_wrong_case_throughout_is_understood():
    def shouted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key[:1].upper() + key[1:]: shouted(entry) for key, entry in value.items()}
        return [shouted(entry) for entry in value] if isinstance(value, list) else value

    assert read(shouted(a_shipment())).lines == read(a_shipment()).lines


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"lineItems": []}, "without lines"),
        ({"lineItems": [line("1"), line("1")]}, "two lines with one id"),
        ({"lineItems": [line(units=0)]}, "no units"),
        ({"lineItems": [line(units=1.5)]}, "not a count"),
        ({"lineItems": [line(units=-1)]}, "not a count"),
        ({"lineItems": [line(units="NaN")]}, "not a count"),
        ({"lineItems": [line(charges=[charge(net="1e50")])]}, "not an amount"),
        ({"lineItems": [line(charges=[charge(net="Infinity")])]}, "not an amount"),
        ({"lineItems": [line(charges=[charge(currency="pounds")])]}, "not a currency"),
        ({"lineItems": [line("1"), line("2", charges=[charge(currency="EUR")])]}, "several currencies"),
        ({"lineItems": [line(charges=[{"chargeType": "PRODUCT"}])]}, "without an amount"),
        ({"id": ""}, "id is empty"),
        ({"shipmentInfo": {"buyerOrderId": " "}}, "buyerOrderId is empty"),
        ({"lineItems": [line(charges=[charge(net="1e999999999")])]}, "not an amount"),
        ({"lastUpdatedDateTime": "yesterday"}, "not a time"),
        ({"lastUpdatedDateTime": "--1772442000000"}, "not a time"),
        ({"lastUpdatedDateTime": 10**400}, "not a time"),
    ],
)
def test_what_decides_must_be_readable(change: dict[str, Any], word: str):
    with pytest.raises(Unreadable, match=word):
        read(a_shipment(**change))


def test_a_cancelled_shipment_may_have_lines_of_no_units():
    assert read(a_shipment(status="CANCELLED", lineItems=[line(units=0)])).units == 0


def test_one_poisonous_shipment_never_hides_the_rest_of_its_page():
    entries = [a_shipment("SHP1"), a_shipment("SHP2", lineItems=[]), "junk", a_shipment("SHP3")]
    page = translate.page(json.dumps({"shipments": entries, "pagination": {"nextToken": "next"}}).encode())
    assert [seen.shipment_id for seen in page.shipments] == ["SHP1", "SHP3"]
    assert [(entry.identity, bool(entry.reason)) for entry in page.spoiled] == [("SHP2", True), ("", True)]
    assert page.next_token == "next"


def test_a_recommended_box_of_absurd_size_is_only_left_out():
    shipment = a_shipment()
    shipment["shippingInfo"]["recommendedPackages"][0]["dimensions"]["length"]["value"] = "9e999999"
    assert read(shipment).recommended_boxes == ()


def test_each_shipment_of_a_page_keeps_its_own_bytes():
    body = json.dumps({"shipments": [a_shipment("SHP1"), a_shipment("SHP2")]}).encode()
    assert [json.loads(seen.raw)["id"] for seen in translate.page(body).shipments] == ["SHP1", "SHP2"]


def test_an_empty_page_may_carry_a_token():
    page = translate.page(b'{"shipments": [], "pagination": {"nextToken": "more"}}')
    assert (page.shipments, page.next_token) == ((), "more")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'{"shipments": null}',
        b'{"shipments": {}}',
        b'{"pagination": {"nextToken": "x"}}',
        b'{"shipments": [{"id"',
        b"<html><body>Service unavailable</body></html>",
        b'{"shipments": [\xff\xfe]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_page_of_shipments_is_never_an_empty_page(body: bytes):
    with pytest.raises(Unreadable):
        translate.page(body)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(a_shipment())), _json)
def test_any_field_may_hold_anything_without_breaking_the_page(name: str, value: Any):
    body = json.dumps({"shipments": [a_shipment(**{name: value}), a_shipment("SHP2")]}).encode()
    page = translate.page(body)
    assert len(page.shipments) + len(page.spoiled) == 2
    assert page.shipments[-1].shipment_id == "SHP2"


@given(st.sampled_from(sorted(line())), _json)
def test_any_field_of_a_line_may_hold_anything_without_breaking_the_page(name: str, value: Any):
    body = json.dumps({"shipments": [a_shipment(lineItems=[line(**{name: value})])]}).encode()
    page = translate.page(body)
    assert len(page.shipments) + len(page.spoiled) == 1


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  drawn without a zone
def test_every_spelling_of_a_moment_is_the_same_moment(drawn: datetime):
    exact = drawn.replace(microsecond=0, tzinfo=UTC)
    seconds = int(exact.timestamp())
    spellings = [
        exact.isoformat(),
        exact.isoformat().replace("+00:00", "Z"),
        exact.isoformat(sep=" ").replace("+00:00", "Z"),
        exact.isoformat().removesuffix("+00:00"),
        str(seconds * 1000),
    ]
    if seconds > 10**9:
        spellings += [seconds, str(seconds), f"{seconds}.000000000", float(seconds)]  # type: ignore[list-item]
    assert {moment(spelling) for spelling in spellings} == {exact}


@given(st.text() | st.integers() | st.floats())
def test_a_moment_is_aware_or_missing_but_never_breaks(value: Any):
    found = moment_or_none(value)
    assert found is None or found.tzinfo is UTC
