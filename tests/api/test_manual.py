"""The integrator's page is true: its curl lines are run in their order, its tables hold what the code has."""

from __future__ import annotations

import re
import shlex

import pytest

from loadbay.api.problems import MEANINGS
from loadbay.people.token_rules import AREAS
from tests.api.programs import ROOT, Program
from tests.house.pages import page

pytestmark = pytest.mark.django_db
PAGE = "manual/integrator.md"
CURL = re.compile(r"^    (curl .+?)  # (\d{3})$", re.MULTILINE)


def run(line: str, caller: Program) -> int:
    """What curl would send, sent as a program."""
    words = iter(shlex.split(line)[1:])
    method, body, headers, address = "", None, {}, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value.replace("$TOKEN", caller.secret)
        elif word in {"-d", "--data-binary"}:
            body = next(words).encode()
        else:
            assert word.startswith("$URL/"), word
            address = word.removeprefix("$URL")
    assert headers.pop("Authorization") == f"Bearer {caller.secret}"
    caller.ask(method or ("post" if body is not None else "get"), address, body, **headers)
    return caller.status


def test_every_curl_line_of_the_manual_ends_as_it_says(api, shop):
    lines = CURL.findall(page(PAGE))
    assert len(lines) == page(PAGE).count("    curl ") >= 15
    wrong = [(line, status, api.error()) for line, status in lines if run(line, api) != int(status)]
    assert wrong == []
    assert api.get("/stock/MUG-01")["on_hand"] == 24


def test_the_manual_names_every_area_and_every_status():
    text = page(PAGE)
    assert [area for area in AREAS if f"| `{area}` |" not in text] == []
    assert [status for status in MEANINGS if not re.search(rf"^\| {status}\b", text, re.MULTILINE)] == []
    assert ROOT in text
