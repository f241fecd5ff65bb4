"""Settings of a sales channel and the global stock cap from the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import loadbay


@pytest.fixture
def said(tmp_path: Path, own_database_url: str) -> Any:
    """Runs a command and hands back its exit code and its JSON."""

    def run(*arguments: str) -> tuple[int, Any]:
        done = loadbay(*arguments, "--json", home=tmp_path, LOADBAY_DATABASE_URL=own_database_url)
        return done.returncode, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stderr

    return run


@pytest.fixture
def channel(said: Any, tmp_path: Path) -> str:
    (tmp_path / "secret").write_text("a-secret")
    said("stock-room", "add", "SHOP")
    said("stock-room", "add", "LOFT")
    keys = (
        "--client-secret-file",
        str(tmp_path / "secret"),
        "--refresh-token-file",
        str(tmp_path / "secret"),
    )
    said("connection", "add", "uk", "--region", "eu", "--seller-id", "A2", "--client-id", "id", *keys)
    where = ("--connection", "uk", "--marketplace", "GB", "--programme", "smartconnect")
    assert said("channel", "add", "UK", *where, "--stock-room", "SHOP=LBAY")[0] == 0
    return "UK"


def test_every_setting_is_set_from_the_terminal_and_shown(said, channel):
    code, answer = said(
        *("channel", "set", channel, "--watch", "--confirm-by-person", "--finish-with-last-scan"),
        *("--reservation-ends", "shipped", "--buyer-days", "14", "--send-mode", "on-schedule"),
        *("--weekdays", "1-6", "--holiday", "2031-12-25", "--holiday", "2031-12-26"),
        *("--pickup", "LBAY=11:00", "--pickup", "LBAY=16:30", "--stock-room", "LOFT=LBAY"),
        *("--time-zone", "Europe/Berlin", "--document-template", "{sale}", "--description", "Ours"),
        *("--orders-from", "2026-01-01", "--dimension-1", "SALES", "--price-category", "Retail"),
    )
    assert (code, answer["is_dry_run"], len(answer["changed"])) == (0, False, 16)
    assert answer["changed"][1] == {
        "setting": "time_zone",
        "name": "Time zone",
        "before": "Europe/London",
        "after": "Europe/Berlin",
    }
    code, card = said("channel", "show", channel)
    assert card == answer["settings"]
    assert (card["is_watching"], card["confirms_by_itself"], card["send_mode"]) == (
        True,
        False,
        "on_schedule",
    )
    assert (card["collection_weekdays"], card["holidays"]) == ("123456", ["2031-12-25", "2031-12-26"])
    assert card["pickups"] == [["LBAY", "11:00"], ["LBAY", "16:30"]]
    assert [room["room"] for room in card["rooms"]] == ["SHOP", "LOFT"]
    assert card["order_start_at"] == "2026-01-01T00:00:00Z"
    code, answer = said("channel", "set", channel, "--no-holiday", "2031-12-26", "--dimension-1", "")
    assert (answer["settings"]["holidays"], answer["settings"]["dimension_1"]) == (["2031-12-25"], "")


def test_a_dry_run_says_what_would_change_and_what_is_refused(said, channel):
    code, answer = said("channel", "set", channel, "--no-confirm", "--dry-run")
    assert code == 2
    code, answer = said("channel", "set", channel, "--watch", "--dry-run")
    assert (code, [one["after"] for one in answer["changed"]]) == (0, ["on"])
    assert said("channel", "show", channel)[1]["is_watching"] is False
    for words, refused in (
        (("--document-template", "{order_id}"), "setting_not_usable"),
        (("--pickup", "noon"), "wrong_input"),
        (("--no-stock-room", "LOFT"), "wrong_input"),
        (("--stock-room", "CELLAR=LBAY"), "not_found"),
    ):
        code, answer = said("channel", "set", channel, *words, "--dry-run")
        assert (code, answer["refused"]["code"]) == (1, refused), words


def test_the_global_stock_cap_is_set_shown_and_ended(said, channel):
    assert said("stock", "cap", "show")[1] == {"is_dry_run": False, "in_force": None, "caps": []}
    code, answer = said("stock", "cap", "set", "5", "--from", "2026-01-01", "--dry-run")
    assert (code, answer["caps"]) == (0, [])
    said("stock", "cap", "set", "5", "--from", "2026-01-01")
    code, answer = said("stock", "cap", "set", "3", "--from", "2031-01-01", "--until", "2031-01-31")
    assert (code, answer["in_force"]) == (0, 5)
    assert answer["caps"][1] == {"units": 3, "valid_from": "2031-01-01", "valid_until": "2031-01-31"}
    code, answer = said("stock", "cap", "set", "3", "--from", "2031-01-02", "--until", "2031-01-01")
    assert (code, answer["refused"]["code"]) == (1, "stock_rule_not_usable")
    code, answer = said("stock", "cap", "end", "--from", "2026-02-01")
    assert (answer["in_force"], [cap["valid_until"] for cap in answer["caps"]]) == (None, ["2026-01-31"])
