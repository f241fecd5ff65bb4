"""A double of the wire: answers as told, keeps every request. The adapter above it is the real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2

from loadbay.amazon.account import AmazonAccount
from loadbay.amazon.caller import Caller
from loadbay.amazon.client import HttpClient
from loadbay.amazon.exchanges import ExchangeLog
from loadbay.amazon.rates import Priority
from loadbay.amazon.tokens import TokenKeeper
from loadbay.core.clock import SystemClock
from loadbay.journal.rules import Conversation
from loadbay.testing.fakes import FakeClock

ENDPOINT = "https://sellingpartnerapi-eu.amazon.com"
TOKEN_ENDPOINT = "https://api.amazon.com/auth/o2/token"
Handler = Callable[[httpx2.Request], httpx2.Response]


def an_account(**changes: Any) -> AmazonAccount:
    values: dict[str, Any] = {
        "connection_id": 1,
        "name": "main",
        "region": "eu",
        "seller_id": "A2DEMOSELLER",
        "client_id": "demo-client",
        "client_secret": "demo-secret",
        "refresh_token": "Atzr|demo",
        "endpoint": ENDPOINT,
        "token_endpoint": TOKEN_ENDPOINT,
        "marketplace_id": "A1F83G8C2ARO7P",
        "marketplace_country": "GB",
        "currency": "GBP",
        "language": "en_GB",
    }
    return AmazonAccount(**(values | changes))


@dataclass
class OpenBudget:
    """A budget that lets everything through and remembers what it was told."""

    taken: list[tuple[str, Priority]] = field(default_factory=list)
    told: list[tuple[str, str | None]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def take(self, operation: str, *, priority: Priority) -> None:
        self.taken.append((operation, priority))

    def learn(self, operation: str, header: str | None) -> None:
        self.told.append((operation, header))

    def refused(self, operation: str) -> timedelta:
        self.refusals.append(operation)
        return timedelta(seconds=7)


@dataclass
class Double:
    """Scripted answers, in order; once they run out the last one is given again."""

    account: AmazonAccount = field(default_factory=an_account)
    clock: FakeClock = field(default_factory=FakeClock)
    budget: OpenBudget = field(default_factory=OpenBudget)
    requests: list[httpx2.Request] = field(default_factory=list)
    exchanges: list[Conversation] = field(default_factory=list)
    tokens_given: int = 0
    answers: list[httpx2.Response | Exception] = field(default_factory=list)
    token_answers: list[httpx2.Response | Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = HttpClient(self.account, clock=self.clock, transport=httpx2.MockTransport(self._handle))
        log = ExchangeLog(self.account, self.clock, self._record)
        self.tokens = TokenKeeper(self.account, client=self.client, clock=self.clock, exchanges=log)
        self.caller = Caller(
            account=self.account,
            client=self.client,
            tokens=self.tokens,
            budget=self.budget,
            clock=self.clock,
            exchanges=log,
            guard=lambda asked: None,
        )

    def answering(self, *answers: Any) -> Double:
        """JSON values, (status, JSON) pairs, whole responses, or exceptions to raise."""
        self.answers = [_response(answer) for answer in answers]
        return self

    @property
    def last(self) -> httpx2.Request:
        return self.requests[-1]

    def _record(self, conversation: Conversation) -> int:
        self.exchanges.append(conversation)
        return len(self.exchanges)

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        if str(request.url) == self.account.token_address:
            return _given(self.token_answers, otherwise=self._token)
        self.requests.append(request)
        return _given(self.answers, otherwise=lambda: httpx2.Response(204))

    def _token(self) -> httpx2.Response:
        self.tokens_given += 1
        token = {"access_token": f"Atza|{self.tokens_given}", "token_type": "bearer", "expires_in": 3600}
        return httpx2.Response(200, json=token)


def caller_of(account: AmazonAccount) -> Caller:
    """The adapter over a real connection, without a database: no budget, exchanges forgotten."""
    clock = SystemClock()
    client = HttpClient(account, clock=clock)
    log = ExchangeLog(account, clock, lambda conversation: None)
    return Caller(
        account=account,
        client=client,
        tokens=TokenKeeper(account, client=client, clock=clock, exchanges=log),
        budget=OpenBudget(),
        clock=clock,
        exchanges=log,
        guard=lambda asked: None,
    )


def refusal(status: int, code: str, message: str = "", details: str = "") -> httpx2.Response:
    """Amazon's error envelope."""
    return httpx2.Response(status, json={"errors": [{"code": code, "message": message, "details": details}]})


def _given(
    script: list[httpx2.Response | Exception], *, otherwise: Callable[[], httpx2.Response]
) -> httpx2.Response:
    if not script:
        return otherwise()
    answer = script[0] if len(script) == 1 else script.pop(0)
    if isinstance(answer, Exception):
        raise answer
    return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)


def _response(answer: Any) -> httpx2.Response | Exception:
    if isinstance(answer, httpx2.Response | Exception):
        return answer
    status, body = answer if isinstance(answer, tuple) else (200, answer)
    return httpx2.Response(
        status, content=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
