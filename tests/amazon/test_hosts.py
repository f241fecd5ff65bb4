"""The adapter goes nowhere the configuration does not name."""

from __future__ import annotations

from time import perf_counter

import httpx2
import pytest

from loadbay.amazon.adapter import AmazonLabelDesk
from loadbay.amazon.client import Outgoing
from loadbay.amazon.hosts import ForeignHost, check_api, check_document
from loadbay.core.errors import Rejected, Retryable
from tests.amazon.double import ENDPOINT, Double, an_account


@pytest.mark.parametrize(
    "url",
    [
        f"{ENDPOINT}/documents/1",
        "https://bucket.s3.amazonaws.com/label?X-Amz-Signature=1",
        "https://bucket.s3.eu-west-1.amazonaws.com/label",
        "https://s3.amazonaws.com/bucket/label",
        "https://s3-eu-west-1.amazonaws.com/bucket/label",
        "https://bucket.name.s3.dualstack.eu-west-1.amazonaws.com/label",
    ],
)
def test_amazons_storage_and_the_endpoint_serve_documents(url: str):
    check_document(an_account(), url)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:5432/",
        "https://evil.example/s3.amazonaws.com",
        "https://s3.amazonaws.com.evil.example/",
        "https://evils3.amazonaws.com/",
        "https://ec2-1-2-3-4.compute-1.amazonaws.com/",
        "http://bucket.s3.amazonaws.com/label",
        "https://bucket.s3.amazonaws.com:8443/label",
        "https://user@bucket.s3.amazonaws.com/label",
        "https://api.amazon.com/auth/o2/token",
        "file:///etc/passwd",
        "ftp://bucket.s3.amazonaws.com/",
        "https://[::1]/",
        "https://bucket.s3.amazonaws.com:port/",
        "url",
        "",
    ],
)
def test_every_other_address_is_foreign(url: str):
    with pytest.raises(ForeignHost):
        check_document(an_account(), url)


@pytest.mark.parametrize("host", ["s3" + "-a" * 30 + "!", "s3." * 100_000, "s3" + "-a" * 100_000 + "!"])
def test_a_link_built_to_be_slow_to_check_is_foreign_at_once(host: str):
    started = perf_counter()
    with pytest.raises(ForeignHost):
        check_document(an_account(), f"https://{host}/label")
    assert perf_counter() - started < 1


def test_a_host_named_in_the_settings_may_serve_documents():
    check_document(an_account(document_hosts=("labels.amazon.example",)), "https://labels.amazon.example/1")


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "http://sellingpartnerapi-eu.amazon.com/", ENDPOINT + ":444/"]
)
def test_operations_go_to_the_configured_endpoint_only(url: str):
    with pytest.raises(ForeignHost):
        check_api(an_account(), url)
    double = Double()
    with pytest.raises(ForeignHost):
        double.client.send(Outgoing("GET", url, {"x-amz-access-token": "Atza|1"}))
    assert double.requests == []


def test_a_label_link_to_elsewhere_is_refused_without_asking():
    double = Double()
    with pytest.raises(Rejected) as caught:
        AmazonLabelDesk(double.caller).fetch_label("http://127.0.0.1/admin?x=1")
    assert caught.value.reason == "foreign_host"
    assert (double.requests, double.exchanges[-1].target) == ([], "http://127.0.0.1/admin")


def test_a_label_link_is_fetched_without_our_token_and_follows_no_redirect():
    double = Double().answering(httpx2.Response(302, headers={"location": "http://127.0.0.1/"}))
    with pytest.raises(Rejected):
        AmazonLabelDesk(double.caller).fetch_label("https://b.s3.amazonaws.com/label?X-Amz-Signature=abc")
    assert len(double.requests) == 1
    assert "x-amz-access-token" not in double.last.headers
    assert "abc" not in double.exchanges[-1].target


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Rejected), (404, Rejected), (500, Retryable), (429, Retryable)]
)
def test_a_dead_link_is_not_a_busy_store(status: int, kind: type):
    double = Double().answering(httpx2.Response(status, content=b"<Error/>"))
    with pytest.raises(kind):
        AmazonLabelDesk(double.caller).fetch_label("https://b.s3.amazonaws.com/label")
