"""A 207 is not a success: every entry has its own verdict."""

from __future__ import annotations

from typing import Any

import pytest

from loadbay.amazon.adapter import AmazonAccountDesk, AmazonStockDesk
from loadbay.amazon.rates import Priority
from loadbay.channels.ports import Feature
from loadbay.core.errors import Misconfigured, Retryable, Unclear
from loadbay.core.ids import LocationId, Sku
from loadbay.listings.ports import StockToTell, StockVerdict
from tests.amazon.double import Double

LBAY = LocationId("LBAY")


def figure(sku: str, quantity: int = 5) -> StockToTell:
    return StockToTell(Sku(sku), LBAY, quantity, 100)


def entry(sku: str, status: Any = 200, **body: Any) -> dict[str, Any]:
    return {"status": {"statusCode": status}, "body": {"locationId": "LBAY", "skuId": sku, **body}}


def told(*entries: Any, skus: tuple[str, ...] = ("A", "B", "C")) -> tuple[StockVerdict, ...]:
    double = Double().answering((207, {"responses": list(entries)}))
    return AmazonStockDesk(double.caller).tell([figure(sku) for sku in skus])


def test_mixed_entries_each_get_their_verdict():
    bad = {"actionableErrors": [{"errorType": "INVALID_SKU", "errorSubType": "Not linked yet."}]}
    a, b, c = told(
        entry("A", sellableQuantity="3", reservedQuantity=2, clientSequenceNumber="100"),
        entry("B", 400, **bad),
        entry("C", "503"),
    )
    assert a == StockVerdict(Sku("A"), LBAY, accepted=True, sellable=3, reserved=2, sequence=100)
    assert (b.accepted, b.is_stale, b.is_retryable, b.reason) == (
        False,
        False,
        False,
        "INVALID_SKU: Not linked yet.",
    )
    assert (c.accepted, c.is_retryable, c.reason) == (False, True, "status 503")


@pytest.mark.parametrize(
    ("answer", "stale", "retryable"),
    [
        (entry("A", 409, actionableErrors=[{"errorType": "DuplicateRequest"}]), True, False),
        (entry("A", 400, actionableErrors=[{"errorType": "STALE_SEQUENCE_NUMBER"}]), True, False),
        (entry("A", 409, errors=[{"code": "X", "message": "clientSequenceNumber 5 is lower"}]), True, False),
        (entry("A", 409, errors=[{"code": "SC_10000", "message": "ServerBusy"}]), False, True),
        (entry("A", 429), False, True),
        (entry("A", 404), False, False),
    ],
)
def test_a_stale_sequence_is_told_from_a_busy_server(answer: Any, stale: bool, retryable: bool):
    (verdict,) = told(answer, skus=("A",))
    assert (verdict.accepted, verdict.is_stale, verdict.is_retryable) == (False, stale, retryable)


def test_entries_out_of_order_find_their_figures():
    assert [v.sku for v in told(entry("C"), entry("A"), entry("B", 400))] == ["A", "B", "C"]
    assert [v.accepted for v in told(entry("C"), entry("A"), entry("B", 400))] == [True, False, True]


def test_entries_without_names_are_taken_in_order():
    nameless = {"status": {"statusCode": 200}}
    assert [v.accepted for v in told(nameless, entry("B", 400), nameless)] == [True, False, True]


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (entry("A"), entry("B")),
        (entry("A"), entry("B"), entry("X")),
        (entry("B"), entry("A"), entry("C", None)),
    ],
)
def test_entries_that_do_not_fit_leave_the_batch_unclear(entries: Any):
    with pytest.raises(Unclear):
        told(*entries)


@pytest.mark.parametrize(
    "odd", [{"body": {}}, entry("B", None), entry("B", "soon"), entry("B", 1.5), {"status": []}, "junk", None]
)
def test_one_entry_that_cannot_be_read_is_tried_again_and_hides_no_other(odd: Any):
    a, b, c = told(entry("A"), odd, entry("C", 400))
    assert (a.accepted, c.accepted, c.is_retryable) == (True, False, False)
    assert (b.sku, b.accepted, b.is_stale, b.is_retryable) == ("B", False, False, True)
    assert "cannot be read" in b.reason


@pytest.mark.parametrize("number", ["1e999999999", 2**63, -1, "NaN"])
def test_a_sequence_number_that_none_can_be_is_not_taken_over(number: Any):
    (verdict,) = told(entry("A", clientSequenceNumber=number), skus=("A",))
    assert (verdict.accepted, verdict.sequence) == (True, None)


@pytest.mark.parametrize("figure_seen", [-1, "1.5", "NaN", 10**12])
def test_an_accepted_figure_stays_accepted_whatever_stands_beside_it(figure_seen: Any):
    (verdict,) = told(entry("A", sellableQuantity=figure_seen, reservedQuantity=2), skus=("A",))
    assert (verdict.accepted, verdict.sellable, verdict.reserved) == (True, None, 2)


def test_reading_back_such_a_batch_is_only_tried_again():
    double = Double().answering((207, {"responses": []}))
    with pytest.raises(Retryable):
        AmazonStockDesk(double.caller).fetch([(LBAY, Sku("A"))])


def test_a_sold_out_sku_goes_ahead_of_other_stock():
    double = Double().answering((207, {"responses": [entry("A")]}))
    AmazonStockDesk(double.caller).tell([figure("A")])
    AmazonStockDesk(double.caller).tell([figure("A", 0)])
    AmazonStockDesk(double.caller, priority=Priority.URGENT_STOCK).tell([figure("A")])
    assert [priority for _, priority in double.budget.taken] == [
        Priority.STOCK,
        Priority.URGENT_STOCK,
        Priority.URGENT_STOCK,
    ]


def test_the_connection_test_tells_a_forbidden_location_from_an_unknown_sku():
    unknown = entry("x", 400, actionableErrors=[{"errorType": "INVALID_SKU"}]) | {}
    unknown["body"].pop("skuId")
    double = Double().answering((207, {"responses": [unknown]}))
    desk = AmazonAccountDesk(double.caller)
    desk.probe(Feature.STOCK, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY")
    unknown["body"] = {"errors": [{"code": "SC_00005", "message": "no access for this location"}]}
    double.answering((207, {"responses": [unknown]}))
    with pytest.raises(Misconfigured) as caught:
        desk.probe(Feature.STOCK, marketplace_id="A1F83G8C2ARO7P", location_id="LBAY")
    assert caught.value.fault == "allow_list"
