"""Makes one call: token, budget, request, judgement, exchange. All adapters go through `Caller.ask`.

Its rule: what comes out is the documented success shape or exactly one kind of trouble. It never repeats a
request, except once with a renewed token where Amazon refused the old one before doing anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from loadbay.amazon.account import AmazonAccount
from loadbay.amazon.calls import Answer, Call
from loadbay.amazon.client import AnswerLost, HttpClient, NothingSent, Outgoing
from loadbay.amazon.errors import doubtful, judge, speaks_of_expiry, strange
from loadbay.amazon.exchanges import ExchangeLog, Said
from loadbay.amazon.hosts import ForeignHost
from loadbay.amazon.rates import Budget
from loadbay.amazon.tokens import TokenKeeper
from loadbay.amazon.wire.loose import Unreadable
from loadbay.core.clock import Clock
from loadbay.core.errors import Misconfigured, Rejected, Retryable, Trouble

T = TypeVar("T")
_THROTTLED = 429


def nothing(body: bytes) -> None:
    """Reads the answer of an operation that answers nothing (204)."""
    if body.strip() not in {b"", b"{}", b"null"}:
        raise Unreadable("an answer without a body was expected")


def _no_subjects(_: object) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Caller:
    """Speaks for one account. One per connection and process; thread-safe.

    `guard` is called before anything goes out and raises when a business transaction is open.
    """

    account: AmazonAccount
    client: HttpClient
    tokens: TokenKeeper
    budget: Budget
    clock: Clock
    exchanges: ExchangeLog
    guard: Callable[[str], None]

    def ask(
        self,
        call: Call,
        read: Callable[[bytes], T],
        *,
        about: Callable[[T], Iterable[str]] = _no_subjects,
    ) -> T:
        """What `read` makes of the answer; `about` names its search keys for the exchange."""
        self.guard(f"Amazon {call.operation}")
        said, answer = self._converse(call)
        trouble = self._trouble(call, answer)
        if trouble is not None:
            raise self.exchanges.failed(said, trouble)
        try:
            value = read(answer.body)
        except Unreadable as error:
            trouble = strange(call, f"its answer is not the documented one ({error})")
            raise self.exchanges.failed(said, trouble) from error
        self.exchanges.succeeded(said.about(tuple(about(value))))
        return value

    def fetch(self, url: str, *, operation: str, limit: int) -> bytes:
        """The bytes behind a presigned link. Raises `Rejected` when the link is dead or leads elsewhere."""
        self.guard(f"Amazon {operation}")
        said = Said(operation, "GET", url, started_at=self.clock.now())
        try:
            answer = self.client.fetch(url, limit=limit)
        except ForeignHost as error:
            trouble: Trouble = Rejected(f"The link was not followed: {error}.", reason="foreign_host")
            raise self.exchanges.failed(said, trouble) from error
        except (NothingSent, AnswerLost) as error:
            trouble = Retryable(f"The document could not be fetched ({error}). It is tried again.")
            raise self.exchanges.failed(said, trouble) from error
        said = said.answered(answer).unkept(f"({len(answer.body)} bytes)")
        if not answer.is_success:
            raise self.exchanges.failed(said, _dead_link(answer))
        self.exchanges.succeeded(said)
        return answer.body

    def _converse(self, call: Call) -> tuple[Said, Answer]:
        token = self.tokens.token()
        said, answer = self._send(call, token)
        if answer.status in {401, 403} and speaks_of_expiry(answer):
            self.exchanges.failed(said, Retryable("Amazon called the access token expired; it was renewed."))
            said, answer = self._send(call, self.tokens.renewed(token))
        return said, answer

    def _send(self, call: Call, token: str) -> tuple[Said, Answer]:
        self.budget.take(call.operation, priority=call.priority)
        started = self.clock.now()
        said = Said(call.operation, call.method, call.target, started, call.body or b"", call.subjects)
        headers = {"x-amz-access-token": token}
        if call.body is not None:
            headers["content-type"] = "application/json"
        request = Outgoing(call.method, self.account.base + call.target, headers, call.body)
        try:
            answer = self.client.send(request)
        except ForeignHost as error:
            raise self.exchanges.failed(said, Misconfigured(f"{error}.", fault="endpoint")) from error
        except NothingSent as error:
            trouble = Retryable(f"Amazon could not be reached ({error}). It is tried again.")
            raise self.exchanges.failed(said, trouble) from error
        except AnswerLost as error:
            raise self.exchanges.failed(said, doubtful(call, f"no whole answer came ({error})")) from error
        self.budget.learn(call.operation, answer.headers.get("x-amzn-ratelimit-limit"))
        return said.answered(answer), answer

    def _trouble(self, call: Call, answer: Answer) -> Trouble | None:
        if answer.status == _THROTTLED:
            after = self.budget.refused(call.operation)
            return Retryable(f"Amazon throttled {call.operation}. It goes on by itself.", after=after)
        return judge(call, answer)


def _dead_link(answer: Answer) -> Trouble:
    if answer.status >= 500 or answer.status == _THROTTLED:
        return Retryable(f"The document's store answered {answer.status}. It is tried again.")
    return Rejected(
        f"The document's link no longer works (status {answer.status}). Ask for a new one.", reason="expired"
    )
