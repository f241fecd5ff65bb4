"""A packer at the bench, over HTTP to a real web process: scans codes and takes the time of each answer.

It speaks as the bench page's script does (`static/loadbay/bench.js`); the session is made in the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.test import Client

from loadbay.dispatch.bench_rules import COMMAND_FINISH
from loadbay.dispatch.queries import field_call
from loadbay.people.models import User
from loadbay.people.services import add_person

_TONE = re.compile(rb'data-answer data-tone="(\w*)"')


@dataclass
class Packer:
    """One bench with one person. `answers` are the seconds each scan took, in order."""

    address: str
    cookies: dict[str, str]
    answers: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        self._link = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        self._ask("GET", "/bench/")

    def pack(self, number: str, *, finish: bool) -> None:
        """Scan a field call and every item it wants; with `finish`, its Packing Finished too."""
        wanted = field_call(number).lines
        self.scan(number)
        for line in wanted:
            for _ in range(line.units):
                self.scan(line.barcode)
        if finish:
            self.scan(COMMAND_FINISH)

    def finish(self) -> None:
        self.scan(COMMAND_FINISH)

    def scan(self, code: str) -> None:
        before = perf_counter()
        status, body = self._ask("POST", "/bench/scan/", {"key": str(uuid4()), "code": code})
        self.answers.append(perf_counter() - before)
        tone = _TONE.search(body)
        if status != 200 or tone is None or tone.group(1) != b"ok":
            raise AssertionError(f"the bench answered {code} with {status}: {body[:2000].decode()}")

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, bytes]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get(settings.CSRF_COOKIE_NAME, ""),
            "X-Bench": "1",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._link.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self._link.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()


def packer(address: str, name: str) -> Packer:
    """Somebody who has signed in; the bench is called after them."""
    add_person(name, role="packer", password=f"{name} packs parcels")
    client = Client()
    client.force_login(User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
    return Packer(address, {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value})
