"""The contract of `StatusListener`, run against the fake and the adapter that posts."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable

import httpx2
import pytest

from loadbay.core.errors import Misconfigured, Rejected, Retryable, Unclear
from loadbay.journal.rules import Conversation
from loadbay.orders.ports import StatusListener
from loadbay.testing.contracts.status_listener import NOTICE, StatusListenerContract, Told
from loadbay.testing.fakes import FakeClock, FakeStatusListener
from loadbay.webhooks.posting import PostingListener

URL = "https://erp.example/hook?key=hidden"
SECRET = "a secret of the shop"


class TestFakeStatusListener(StatusListenerContract):
    @pytest.fixture
    def told(self) -> Told:
        listener = FakeStatusListener()
        return Told(listener, lambda: [notice.event for notice in listener.heard])

    @pytest.fixture
    def away(self) -> StatusListener:
        listener = FakeStatusListener()
        listener.troubles.next("tell", Retryable("It is away."))
        return listener

    @pytest.fixture
    def deaf(self) -> StatusListener:
        listener = FakeStatusListener()
        listener.troubles.next("tell", Rejected("It refuses.", reason="410"))
        return listener


def posting(
    answer: Callable[[httpx2.Request], httpx2.Response], *, url: str = URL, said: list | None = None
) -> PostingListener:
    def record(conversation: Conversation) -> int:
        if said is not None:
            said.append(conversation)
        return 7

    return PostingListener(url, SECRET, FakeClock(), record, httpx2.MockTransport(answer))


class TestPostingListener(StatusListenerContract):
    @pytest.fixture
    def told(self) -> Told:
        bodies: list[dict] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            bodies.append(json.loads(request.content))
            return httpx2.Response(204)

        return Told(posting(answer), lambda: [body["id"] for body in bodies])

    @pytest.fixture
    def away(self) -> StatusListener:
        return posting(_unreachable)

    @pytest.fixture
    def deaf(self) -> StatusListener:
        return posting(lambda _: httpx2.Response(410))


def _unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


def test_the_post_is_signed_over_id_time_and_body_and_holds_no_buyer_data():
    asked: list[httpx2.Request] = []
    said: list[Conversation] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, content=b"thanks")

    posting(answer, said=said).tell(NOTICE)
    (request,) = asked
    stamp = request.headers["loadbay-timestamp"]
    signed = f"{NOTICE.event}.{stamp}.".encode() + request.content
    wanted = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers["loadbay-signature"] == wanted
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.headers["loadbay-id"] == NOTICE.event
    assert json.loads(request.content) == {
        "id": NOTICE.event,
        "event": "implied_status.entered",
        "channel": "AMZ-UK",
        "order": "026-1234567-1234567",
        "shipment": "SHP-1",
        "sale": "S-000001",
        "channel_status": "ACCEPTED",
        "order_status": "Open",
        "implied_status": "In Progress",
        "entered_at": "2026-03-02T12:00:00Z",
    }
    (one,) = said
    assert (one.system, one.outcome, one.status, one.answer) == ("webhook", "ok", 200, b"thanks")
    assert one.target == "https://erp.example/hook"
    assert one.subjects == ("shipment:SHP-1", "order:026-1234567-1234567")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(301, Rejected), (400, Rejected), (404, Rejected), (429, Retryable), (500, Retryable), (503, Retryable)],
)
def test_the_answer_decides_whether_it_is_told_again(status: int, kind: type):
    said: list[Conversation] = []
    headers = {"retry-after": "90", "location": "https://elsewhere.example/"}
    listener = posting(lambda _: httpx2.Response(status, headers=headers), said=said)
    with pytest.raises(kind) as trouble:
        listener.tell(NOTICE)
    assert f"erp.example answered {status}." in trouble.value.sentence
    assert trouble.value.exchange == 7
    assert [one.status for one in said] == [status]  # no redirect is followed
    if kind is Retryable:
        assert trouble.value.after.total_seconds() == 90


def test_an_answer_that_breaks_off_may_have_been_heard():
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("gone", request=request)

    with pytest.raises(Unclear):
        posting(answer).tell(NOTICE)


def test_nothing_is_sent_to_an_address_without_encryption():
    with pytest.raises(Misconfigured):
        posting(lambda _: httpx2.Response(200), url="http://erp.example/hook").tell(NOTICE)
