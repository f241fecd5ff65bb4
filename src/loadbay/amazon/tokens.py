"""Login with Amazon: one access token per connection and process, renewed a minute before it ends.

Its rule: one renewal at a time; whoever waits for it uses what it brought. Nothing is stored on disk.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock
from urllib.parse import urlencode

import msgspec

from loadbay.amazon.account import AmazonAccount
from loadbay.amazon.calls import Answer
from loadbay.amazon.client import AnswerLost, HttpClient, NothingSent, Outgoing
from loadbay.amazon.errors import sign_in_trouble
from loadbay.amazon.exchanges import ExchangeLog, Said
from loadbay.amazon.hosts import ForeignHost
from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Retryable, Trouble

MARGIN = timedelta(seconds=60)
CLOCK_TOLERANCE = timedelta(minutes=5)
_LONGEST_SECONDS = 24 * 3600  # Amazon gives an hour; what says more is not believed further than this


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int | str = 3600


class TokenKeeper:
    """Gives the access token of one account."""

    def __init__(
        self, account: AmazonAccount, *, client: HttpClient, clock: Clock, exchanges: ExchangeLog
    ) -> None:
        self._account = account
        self._client = client
        self._clock = clock
        self._exchanges = exchanges
        self._lock = Lock()
        self._token = ""
        self._until: datetime | None = None

    def token(self) -> str:
        """A token good for at least a minute. Raises `Misconfigured` or `Retryable`."""
        with self._lock:
            if self._until is None or self._clock.now() >= self._until:
                self._renew()
            return self._token

    def renewed(self, stale: str) -> str:
        """A token other than the stale one; asks Amazon only if nobody renewed it meanwhile."""
        with self._lock:
            if self._token == stale:
                self._renew()
            return self._token

    def sign_in(self) -> None:
        """Ask for a fresh token, whatever is kept, and compare clocks: the connection test's first step."""
        with self._lock:
            answer = self._renew()
        self._compare_clocks(answer)

    def _renew(self) -> Answer:
        started = self._clock.now()
        request = self._request()
        said = Said(
            "token", "POST", self._account.token_address, started_at=started, request=request.body or b""
        )
        try:
            answer = self._client.send(request)
        except ForeignHost as error:
            raise self._exchanges.failed(said, Misconfigured(f"{error}.", fault="endpoint")) from error
        except (NothingSent, AnswerLost) as error:
            trouble = Retryable(f"Amazon's sign-in did not answer ({error}). It is tried again.")
            raise self._exchanges.failed(said, trouble) from error
        token = _read(answer)
        if isinstance(token, Trouble):
            raise self._exchanges.failed(said.answered(answer), token)
        self._exchanges.succeeded(said.answered(answer))
        self._token = token.access_token
        self._until = started + timedelta(seconds=min(_LONGEST_SECONDS, int(token.expires_in))) - MARGIN
        return answer

    def _request(self) -> Outgoing:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._account.refresh_token,
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
        }
        headers = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
        return Outgoing("POST", self._account.token_address, headers, urlencode(form).encode())

    def _compare_clocks(self, answer: Answer) -> None:
        try:
            theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        except (TypeError, ValueError):
            return
        if theirs.tzinfo and abs(theirs - self._clock.now()) > CLOCK_TOLERANCE:
            raise Misconfigured(
                f"This machine's clock says {self._clock.now():%Y-%m-%d %H:%M} UTC, Amazon's says"
                f" {theirs:%Y-%m-%d %H:%M}. Set the clock of this machine.",
                fault="clock",
            )


def _read(answer: Answer) -> _Token | Trouble:
    if not answer.is_success:
        return sign_in_trouble(answer)
    try:
        token = msgspec.json.decode(answer.body, type=_Token)
        usable = bool(token.access_token) and token.access_token.isascii() and int(token.expires_in) > 0
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        usable = False
    return token if usable else sign_in_trouble(answer)
