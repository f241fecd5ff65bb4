"""One signed POST of JSON to the address that a person configured; implements `StatusListener`.

Rule: it goes to that https address alone, follows no redirect, reads little of the answer, and leaves an
exchange each time. The signature is HMAC-SHA256 over `id.timestamp.body`, as the manual says.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx2

from loadbay import __version__
from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Trouble, Unclear
from loadbay.journal.rules import Conversation
from loadbay.orders.ports import StatusNotice

MOST_OF_ANSWER = 4_000
_BUSY = {408, 425, 429}
_TIMES = httpx2.Timeout(connect=5.0, read=15.0, write=10.0, pool=5.0)
_BEFORE_SENDING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.LocalProtocolError)
Record = Callable[[Conversation], int | None]


def body_of(notice: StatusNotice) -> bytes:
    """The JSON that is told: what the order is, and nothing of its buyer."""
    told = {
        "id": notice.event,
        "event": "implied_status.entered",
        "channel": notice.channel,
        "order": notice.order,
        "shipment": notice.shipment,
        "sale": notice.sale or None,
        "channel_status": notice.channel_status,
        "order_status": notice.order_status,
        "implied_status": notice.implied_status,
        "entered_at": notice.entered_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    return json.dumps(told, separators=(",", ":")).encode()


def signature(secret: str, *, event: str, timestamp: str, body: bytes) -> str:
    """What the receiver reckons too: HMAC-SHA256 over id, timestamp and body."""
    signed = f"{event}.{timestamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class PostingListener:
    """Implements `StatusListener`. `transport` is for tests."""

    url: str
    secret: str
    clock: Clock
    record: Record
    transport: httpx2.BaseTransport | None = None

    def tell(self, notice: StatusNotice) -> None:
        began, body = self.clock.now(), body_of(notice)
        status, answer, trouble = self._ask(notice, body, at=began)
        exchange = self._recorded(notice, body, began, status=status, answer=answer, trouble=trouble)
        if trouble is not None:
            trouble.exchange = exchange
            raise trouble

    def _ask(
        self, notice: StatusNotice, body: bytes, *, at: datetime
    ) -> tuple[int | None, bytes, Trouble | None]:
        if urlsplit(self.url).scheme != "https":
            return None, b"", Misconfigured(f"{self._host} is not asked by https; nothing was sent.")
        try:
            with (
                self._client() as http,
                http.stream(
                    "POST", self.url, content=body, headers=self._headers(notice, body, at)
                ) as answer,
            ):
                told = next(answer.iter_bytes(MOST_OF_ANSWER), b"")
                return answer.status_code, told, self._trouble(answer)
        except _BEFORE_SENDING as fault:
            return None, b"", Retryable(f"{self._host} cannot be reached ({type(fault).__name__}).")
        except httpx2.HTTPError as fault:
            return None, b"", Unclear(f"{self._host} gave no whole answer ({type(fault).__name__}).")

    def _client(self) -> httpx2.Client:
        return httpx2.Client(
            transport=self.transport, timeout=_TIMES, follow_redirects=False, trust_env=False
        )

    def _headers(self, notice: StatusNotice, body: bytes, at: datetime) -> dict[str, str]:
        timestamp = str(int(at.timestamp()))
        return {
            "content-type": "application/json",
            "user-agent": f"Loadbay/{__version__}",
            "loadbay-id": notice.event,
            "loadbay-timestamp": timestamp,
            "loadbay-signature": signature(self.secret, event=notice.event, timestamp=timestamp, body=body),
        }

    def _trouble(self, answer: httpx2.Response) -> Trouble | None:
        status = answer.status_code
        if 200 <= status < 300:
            return None
        if status >= 500 or status in _BUSY:
            return Retryable(f"{self._host} answered {status}.", after=_after(answer))
        return Rejected(f"{self._host} answered {status}.", reason=str(status))

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or "the address"

    def _recorded(  # noqa: PLR0913  the parts of one conversation
        self,
        notice: StatusNotice,
        body: bytes,
        began: datetime,
        *,
        status: int | None,
        answer: bytes,
        trouble: Trouble | None,
    ) -> int | None:
        return self.record(
            Conversation(
                system="webhook",
                operation="implied status",
                method="POST",
                target=urlsplit(self.url)._replace(query="", fragment="").geturl(),
                outcome=trouble.kind if trouble else "ok",
                sentence=trouble.sentence if trouble else "",
                started_at=began,
                milliseconds=max(0, round((self.clock.now() - began) / timedelta(milliseconds=1))),
                status=status,
                their_id=notice.event,
                subjects=(f"shipment:{notice.shipment}", f"order:{notice.order}"),
                request=body,
                answer=answer,
            )
        )


def _after(answer: httpx2.Response) -> timedelta | None:
    """The receiver's own advice, as far as it is one of seconds within a day."""
    seconds = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 6 else None
