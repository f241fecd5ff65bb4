"""Related > Setup > Definitions File: a chosen file shows what it would change, one click applies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import every_fault

pytestmark = pytest.mark.browser
FILE = "/office/sales-channel/AMZ-UK/setup/definitions-file/"
WRAP = {"code_type": "charge", "external_id": "GIFT_WRAP", "kind": "account", "number": "4010"}


def exported(page: Page, tmp_path: Path) -> dict[str, Any]:
    page.goto(FILE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export definitions").click()
    path = tmp_path / "definitions.json"
    download.value.save_as(path)
    return json.loads(path.read_text())


def choose(page: Page, path: Path, data: dict[str, Any]) -> None:
    """Each file has a name of its own: a browser says nothing when the same one is chosen again."""
    path.write_text(json.dumps(data))
    page.get_by_label("Definitions file").set_input_files(path)


def test_a_file_is_exported_changed_shown_and_applied(sign_in, desk, tmp_path):
    page = sign_in("ada", color_scheme="light")
    first = exported(page, tmp_path)
    choose(page, tmp_path / "wrong.json", first | {"currencies": [{"external_id": "EUR"}]})
    expect(page.get_by_text("EUR has no Currency Code")).to_be_visible()
    expect(page.get_by_role("button", name="Apply this file")).to_have_count(0)
    assert every_fault(page) == []
    choose(page, tmp_path / "changed.json", first | {"items": [*first["items"], WRAP]})
    expect(page.get_by_role("button", name="Apply this file")).to_be_visible()
    assert every_fault(page) == []
    page.get_by_role("button", name="Apply this file").click()
    expect(page.get_by_text("Definitions applied to AMZ-UK: 1 added")).to_be_visible()
    choose(page, tmp_path / "first.json", first)
    page.get_by_role("button", name="Apply this file").click()
    expect(page.get_by_text("Definitions applied to AMZ-UK: 0 added, 0 changed, 1 removed")).to_be_visible()
