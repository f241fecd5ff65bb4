"""One browser and one desk for all browser tests of a worker; a page of its own for each test.

Rule: every page must be quiet: an error in the console or a blocked script fails the test that saw it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.opening_stock import PASSWORD
from tests.browser.processes import Desk, a_desk
from tests.chromium import ARGUMENTS, find
from tests.databases import Databases

# Playwright keeps an event loop in this thread; Django, all synchronous here, must not take offence.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"

COOKIE = "loadbay_station"
EXPECTED = ("status of 4", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
"""Console lines that a refusal or a pulled plug leaves behind."""


@pytest.fixture(scope="session")
def desk(databases: Databases, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Desk]:
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            url = stack.enter_context(databases.clone())
        yield stack.enter_context(a_desk(url, tmp_path_factory.mktemp("desk")))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=30_000)  # a busy machine answers late; what never comes is late enough
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions(chromium: Browser, desk: Desk) -> Callable[[str], Any]:
    """Signs each person in once, by the page; later windows start with that session."""
    known: dict[str, Any] = {}

    def session_of(name: str) -> Any:
        if name not in known:
            window = chromium.new_context(base_url=desk.address)
            page = window.new_page()
            page.goto("/sign-in/")
            page.get_by_label("Sign-in name").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda address: "/sign-in/" not in address)
            known[name] = window.storage_state()
            window.close()
        return known[name]

    return session_of


@pytest.fixture
def sign_in(chromium: Browser, desk: Desk, sessions: Callable[[str], Any]) -> Iterator[Callable[..., Page]]:
    """A window in which somebody has signed in; at the end nothing may have gone wrong in it."""
    windows: list[BrowserContext] = []
    complaints: list[str] = []

    def signed_in(name: str, *, station: str = "", **options: Any) -> Page:
        window = chromium.new_context(
            base_url=desk.address, locale="en-GB", storage_state=sessions(name), **options
        )
        windows.append(window)
        window.set_default_timeout(15_000)
        if station:
            window.add_cookies([{"name": COOKIE, "value": station, "url": desk.address}])
        page = window.new_page()
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda question: question.accept())
        return page

    yield signed_in
    for window in windows:
        window.close()
    assert [line for line in complaints if not any(part in line for part in EXPECTED)] == []
