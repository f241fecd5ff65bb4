"""What comes back decides the kind of trouble, and a lost answer to a write is never taken for a failure."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from loadbay.amazon.adapter import (
    AmazonLabelDesk,
    AmazonListingDesk,
    AmazonShipmentDesk,
    AmazonShipmentSource,
)
from loadbay.core.errors import Conflict, Misconfigured, Rejected, Retryable, Trouble, Unclear
from loadbay.core.ids import PackageId, ShipmentId, Sku
from tests.amazon.double import Double, refusal
from tests.amazon.samples import a_shipment

SHIPMENT = ShipmentId("SHP1")
HTML = httpx2.Response(
    200, content=b"<html>Sign in to the hotel's network</html>", headers={"content-type": "text/html"}
)


def reading(double: Double) -> Trouble:
    with pytest.raises(Trouble) as caught:
        AmazonShipmentSource(double.caller).shipment(SHIPMENT)
    return caught.value


def writing(double: Double) -> Trouble:
    with pytest.raises(Trouble) as caught:
        AmazonShipmentDesk(double.caller).confirm(SHIPMENT)
    return caught.value


def labelling(double: Double) -> Trouble:
    with pytest.raises(Trouble) as caught:
        AmazonLabelDesk(double.caller).make_labels(SHIPMENT, [PackageId("P1")])
    return caught.value


@pytest.mark.parametrize(
    ("answer", "read", "write"),
    [
        (httpx2.ConnectError("refused"), Retryable, Retryable),
        (httpx2.ConnectTimeout("slow"), Retryable, Retryable),
        (httpx2.PoolTimeout("busy"), Retryable, Retryable),
        (httpx2.ReadTimeout("silent"), Retryable, Unclear),
        (httpx2.WriteError("cut"), Retryable, Unclear),
        (httpx2.ReadError("cut"), Retryable, Unclear),
        (httpx2.RemoteProtocolError("closed without an answer"), Retryable, Unclear),
        (refusal(500, "InternalFailure"), Retryable, Unclear),
        (refusal(503, "ServiceUnavailable"), Retryable, Unclear),
        (httpx2.Response(503, content=b"<html>busy</html>"), Retryable, Unclear),
        (httpx2.Response(500), Retryable, Unclear),
        (HTML, Retryable, Unclear),
        (httpx2.Response(200, content=b'{"id": "SHP1", "lineIt'), Retryable, Unclear),
        (httpx2.Response(302, headers={"location": "https://evil.example/"}), Retryable, Unclear),
        (httpx2.Response(404, content=b"<html>nginx</html>"), Retryable, Unclear),
        (httpx2.Response(404), Retryable, Unclear),
        (httpx2.Response(403, content=b"blocked by the proxy"), Retryable, Unclear),
        (refusal(400, "InvalidInput", "no"), Rejected, Rejected),
        (refusal(404, "NotFound", "none"), Rejected, Rejected),
        (refusal(413, "TooLarge"), Rejected, Rejected),
        (refusal(415, "MediaType"), Rejected, Rejected),
        (refusal(409, "DuplicateRequest"), Conflict, Conflict),
        (refusal(422, "InvalidState"), Conflict, Conflict),
        (refusal(429, "QuotaExceeded"), Retryable, Retryable),
        (httpx2.Response(429), Retryable, Retryable),
        (
            refusal(403, "Unauthorized", "Access to requested resource is denied."),
            Misconfigured,
            Misconfigured,
        ),
        (
            refusal(401, "Unauthorized", "denied", "The access token is missing."),
            Misconfigured,
            Misconfigured,
        ),
    ],
    ids=str,
)
def test_the_kind_follows_from_what_came_back(answer: object, read: type[Trouble], write: type[Trouble]):
    assert reading(Double().answering(answer)).kind == read.kind
    assert writing(Double().answering(answer)).kind == write.kind


def test_labels_that_may_have_been_made_are_unclear():
    assert type(labelling(Double().answering(HTML))) is Unclear
    assert type(labelling(Double().answering({"labels": []}))) is Unclear


def test_a_confirmation_answered_with_a_web_page_is_not_taken_for_done():
    assert type(writing(Double().answering(HTML))) is Unclear


@pytest.mark.parametrize(
    "answer", [httpx2.Response(204), httpx2.Response(200), httpx2.Response(202, content=b"{}")]
)
def test_a_confirmation_answered_with_nothing_is_done(answer: httpx2.Response):
    double = Double().answering(answer)
    AmazonShipmentDesk(double.caller).confirm(SHIPMENT)
    assert [exchange.outcome for exchange in double.exchanges] == ["ok", "ok"]


def test_the_reason_is_the_status_and_the_words_are_amazons():
    trouble = reading(Double().answering(refusal(404, "NotFound", "entity SHP1 is not known", "SC_00003")))
    assert isinstance(trouble, Rejected)
    assert trouble.reason == "404"
    assert trouble.sentence == "Amazon declined getShipment: entity SHP1 is not known: SC_00003"


def test_errors_in_a_bare_list_are_amazons_too():
    trouble = reading(Double().answering((400, [{"code": "InvalidInput", "message": "no such status"}])))
    assert (type(trouble), trouble.sentence) == (Rejected, "Amazon declined getShipment: no such status")


def test_throttling_says_when_to_come_again_and_empties_the_bucket():
    double = Double().answering(refusal(429, "QuotaExceeded"))
    trouble = reading(double)
    assert isinstance(trouble, Retryable)
    assert trouble.after == timedelta(seconds=7)
    assert double.budget.refusals == ["getShipment"]


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ("The application is missing the role 'Amazon Fulfillment'.", "role"),
        ("", "role"),
        ("The merchant is not on the allow-list of External Fulfillment.", "allow_list"),
        ("SC_00005: no access for this seller, location or operation", "allow_list"),
        ("The seller belongs to the region na, not to eu.", "region"),
        ("The seller has revoked the authorization of this application.", "refresh_token"),
        ("The access token you provided is malformed.", "refresh_token"),
        ("The seller does not take part in this marketplace.", "marketplace"),
        ("The selling account is suspended.", "suspended"),
    ],
)
def test_a_forbidden_call_names_the_fault(details: str, fault: str):
    double = Double().answering(
        refusal(403, "Unauthorized", "Access to requested resource is denied.", details)
    )
    trouble = reading(double)
    assert isinstance(trouble, Misconfigured)
    assert trouble.fault == fault
    assert len(double.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_an_expired_token_is_renewed_once_and_the_call_made_again(status: int):
    expired = refusal(status, "Unauthorized", "denied", "The access token you provided has expired.")
    double = Double().answering(expired, a_shipment())
    assert AmazonShipmentSource(double.caller).shipment(SHIPMENT).shipment_id == "SHP1"
    assert [r.headers["x-amz-access-token"] for r in double.requests] == ["Atza|1", "Atza|2"]
    assert [operation for operation, _ in double.budget.taken] == ["getShipment", "getShipment"]


def test_a_token_that_is_refused_twice_is_a_fault_not_a_loop():
    double = Double().answering(refusal(403, "Unauthorized", "denied", "The access token has expired."))
    trouble = reading(double)
    assert isinstance(trouble, Misconfigured)
    assert (trouble.fault, len(double.requests), double.tokens_given) == ("refresh_token", 2, 2)


def test_a_listing_behind_a_broken_gateway_is_not_a_listing_that_does_not_exist():
    double = Double().answering(httpx2.Response(404, content=b"<html>404</html>"))
    with pytest.raises(Retryable):
        AmazonListingDesk(double.caller).read(Sku("RUG-02"))
    double.answering(refusal(404, "NOT_FOUND", "SKU not found"))
    assert AmazonListingDesk(double.caller).read(Sku("RUG-02")) is None


def test_trouble_bears_the_number_of_its_exchange():
    double = Double().answering(refusal(422, "InvalidState", "not now"))
    trouble = writing(double)
    assert trouble.exchange == 2
    assert double.exchanges[1].outcome == "rejected"


def test_an_answer_larger_than_any_page_is_trouble_and_not_read_to_its_end():
    double = Double().answering(httpx2.Response(200, content=b" " * (17 * 1024 * 1024)))
    assert isinstance(reading(double), Retryable)


def test_the_same_page_again_is_trouble_not_an_endless_loop():
    double = Double().answering({"shipments": [], "pagination": {"nextToken": "again"}})
    with pytest.raises(Retryable, match="same page"):
        AmazonShipmentSource(double.caller).shipments(
            status="ACCEPTED",
            updated_after=double.clock.now(),
            updated_before=None,
            location_id=None,
            token="again",
        )


def test_the_rate_amazon_names_reaches_the_budget():
    answer = httpx2.Response(200, json=a_shipment(), headers={"x-amzn-RateLimit-Limit": "2.0"})
    double = Double().answering(answer)
    AmazonShipmentSource(double.caller).shipment(SHIPMENT)
    assert double.budget.told == [("getShipment", "2.0")]
