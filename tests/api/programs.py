"""A program at the API: it sends JSON with its token and reads JSON."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from loadbay.core.clock import SystemClock
from loadbay.people import tokens
from loadbay.people.token_rules import SCOPES

ROOT = "/api/v1"
_numbers = count(1)


class Program:
    """`answer` is the last one as it came."""

    def __init__(self, secret: str, name: str) -> None:
        self.secret, self.name = secret, name
        self.client = Client(raise_request_exception=True)
        self.answer = HttpResponse()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of the answer, or its bytes where it is a file."""
        sent = {
            "Authorization": f"Bearer {self.secret}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = sent.pop("Content-Type", "application/json")
        self.answer = self.client.generic(
            method.upper(), f"{ROOT}{path}", data, content_type=kind, headers=sent
        )
        is_json = self.answer.headers.get("Content-Type", "").startswith("application/json")
        return json.loads(self.answer.content) if is_json else self.answer.content

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("post", path, body, **headers)

    @property
    def status(self) -> int:
        return self.answer.status_code

    def error(self) -> dict[str, str]:
        """Why the last call was not done."""
        return json.loads(self.answer.content)["error"]

    def said(self) -> tuple[int, str, str]:
        """Status, code and field of the last call that was not done."""
        why = self.error()
        return self.status, why["code"], why["field"]


def program_with(*scopes: str, days: int | None = None) -> Program:
    name = f"program-{next(_numbers)}"
    made = tokens.add_token(name, scopes=scopes or SCOPES, days=days, now=SystemClock().now())
    return Program(made.secret, name)
