"""What browser tests do again and again: waiting for what comes by itself, scanning like a scanner.

Rule: waiting means looking again (Playwright's own expect), never sleeping for a guessed time.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.processes import Desk

PATIENCE = 60


def reload_until(page: Page, address: str, is_there: Callable[[], bool]) -> None:
    """Load a page again and again until it shows what the jobs bring."""
    for _ in range(PATIENCE):
        page.goto(address)
        if is_there():
            return
        page.wait_for_timeout(700)
    raise AssertionError(f"{address} never showed it:\n{page.locator('main').inner_text()}")


def field_call_of(page: Page, order_id: str) -> str:
    """The field call of an Amazon order, once it was imported."""
    row = page.locator("tbody tr")
    reload_until(page, f"/office/field-calls/?text={order_id}", lambda: row.count() == 1)
    return page.locator("tbody th").inner_text()


def a_field_call(page: Page, desk: Desk, *, units: int = 1) -> str:
    """One that nobody has packed yet."""
    return field_call_of(page, desk.sales[units].pop())


def scan(page: Page, code: str) -> None:
    """As a scanner does it: keys, then Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def expect_answer(page: Page, tone: str, headline: str) -> None:
    expect(page.locator("[data-answer]")).to_have_attribute("data-tone", tone)
    expect(page.locator(".bench-headline")).to_have_text(re.compile(re.escape(headline)))
