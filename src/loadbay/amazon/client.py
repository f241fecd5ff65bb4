"""The wire itself: the only module that knows httpx2. One request goes out, one whole answer comes back.

Its rule: it goes only where `hosts` allows, follows no redirect, reads no more than the limit, and says of
each failure whether anything can have been sent. What an answer means is `errors.py`'s matter.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx2

from loadbay import __version__
from loadbay.amazon.account import AmazonAccount
from loadbay.amazon.calls import Answer
from loadbay.amazon.hosts import check_api, check_document
from loadbay.core.clock import Clock

MEGABYTE = 1024 * 1024
API_LIMIT = 16 * MEGABYTE
USER_AGENT = f"Loadbay/{__version__} (Language=Python/{platform.python_version()})"
DEADLINE = timedelta(seconds=90)
# Raised before the first byte of the request left this machine.
_BEFORE_SENDING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.ProxyError,
    httpx2.LocalProtocolError,
)


class NothingSent(Exception):
    """The request never left: the same request can be made again without harm."""


class AnswerLost(Exception):
    """The request may have arrived, but no whole answer came back."""


class AnswerTooLarge(AnswerLost):
    """The answer is bigger than anything this operation gives."""


@dataclass(frozen=True)
class Outgoing:
    """A request ready to leave, with its address, headers and body."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None
    limit: int = API_LIMIT


class HttpClient:
    """A pool of connections for one account. Thread-safe; close it when the account's settings change."""

    def __init__(
        self,
        account: AmazonAccount,
        *,
        clock: Clock,
        transport: httpx2.BaseTransport | None = None,
        read_seconds: float = 30.0,
    ) -> None:
        self._account = account
        self._clock = clock
        self._http = httpx2.Client(
            transport=transport,
            timeout=httpx2.Timeout(connect=5.0, read=read_seconds, write=15.0, pool=10.0),
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=20.0),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": USER_AGENT, "accept": "application/json"},
        )

    def send(self, request: Outgoing) -> Answer:
        """An operation's request, to the endpoint or the token endpoint only."""
        check_api(self._account, request.url)
        return self._exchange(request)

    def fetch(self, url: str, *, limit: int) -> Answer:
        """A document behind a presigned link: plain GET, no token, no compression."""
        check_document(self._account, url)
        headers = {"accept": "*/*", "accept-encoding": "identity"}
        return self._exchange(Outgoing("GET", url, headers, limit=limit))

    def close(self) -> None:
        self._http.close()

    def _exchange(self, request: Outgoing) -> Answer:
        with (
            _named_failures(),
            self._http.stream(
                request.method, request.url, headers=request.headers, content=request.body
            ) as response,
        ):
            body = self._whole(response, limit=request.limit)
            return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    def _whole(self, response: httpx2.Response, *, limit: int) -> bytes:
        chunks, size, started = [], 0, self._clock.now()
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > limit:
                raise AnswerTooLarge(f"the answer is larger than {limit} bytes")
            if self._clock.now() - started > DEADLINE:
                raise AnswerLost("the answer came too slowly")
            chunks.append(chunk)
        return b"".join(chunks)


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except (*_BEFORE_SENDING, httpx2.InvalidURL) as error:
        raise NothingSent(_words(error)) from error
    except httpx2.HTTPError as error:
        raise AnswerLost(_words(error)) from error


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
