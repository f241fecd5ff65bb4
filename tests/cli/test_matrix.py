"""The order status matrix from the terminal: shown, checked, tried, changed; a refusal changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_channel_settings import channel as channel
from tests.cli.test_channel_settings import said as said


def test_lines_are_shown_edited_in_a_file_tried_and_saved(said, channel, tmp_path: Path):
    code, shown = said("matrix", "show", channel)
    assert (code, shown["channel"]) == (0, "UK")
    ready = {
        "channel_status": "ACCEPTED",
        "order_status": "No Order",
        "balanced": True,
        "existing_orders": None,
        "implied_status": "Ready",
    }
    assert ready in shown["lines"]
    file = tmp_path / "lines.json"
    lines = [line for line in shown["lines"] if line != ready] + [ready | {"implied_status": "Waiting"}]
    file.write_text(json.dumps({"lines": lines}))
    assert said("matrix", "check", channel, "--file", str(file)) == (
        0,
        {"channel": "UK", "lines": len(lines), "unknown_statuses": []},
    )
    tried = {"orders": 0, "changed": 0, "without_line": 0, "moves": []}
    assert said("matrix", "try", channel, "--file", str(file)) == (0, tried)
    code, answer = said("matrix", "set", channel, "--file", str(file))
    (change,) = answer["changes"]
    assert change.endswith("ACCEPTED × No Order × balanced × any → Ready became Waiting.")
    code, answer = said("matrix", "reset", channel)
    assert (code, len(answer["changes"])) == (0, 1)
    assert said("matrix", "show", channel)[1]["lines"] == sorted(
        shown["lines"], key=lambda line: said_last(line, ready)
    )


def said_last(line: dict, ready: dict) -> bool:
    """A line that came back is the newest."""
    return line == ready


def test_one_line_is_added_and_removed_and_contradictions_are_refused(said, channel):
    values = ("--status", "ON_HOLD", "--order-status", "no order")
    code, answer = said("matrix", "add", channel, *values, "--balanced", "yes", "--implied", "ready")
    assert (code, answer["unknown_statuses"]) == (0, ["ON_HOLD"])
    code, refused = said(
        "matrix",
        "add",
        channel,
        "--order-status",
        "No Order",
        "--balanced",
        "yes",
        "--existing-orders",
        "no",
        "--implied",
        "Error",
    )
    assert (code, refused["refused"]["code"]) == (1, "matrix_contradicts")
    assert "ACCEPTED × No Order × balanced × any → Ready" in refused["refused"]["sentence"]
    code, answer = said("matrix", "remove", channel, *values, "--balanced", "yes")
    assert answer["changes"] == [
        "Order status matrix: ON_HOLD × No Order × balanced × any → Ready was removed."
    ]
    assert said("matrix", "remove", channel, *values)[1]["refused"]["code"] == "not_found"
    assert said("matrix", "test", channel, "SHP-1")[1]["refused"]["code"] == "not_found"


def test_actions_are_added_listed_and_removed_without_showing_a_secret(said, channel, tmp_path: Path):
    assert said("status-action", "list", channel) == (0, [])
    (tmp_path / "hook").write_text("a secret of the shop\n")
    hook = ("--kind", "webhook", "--url", "https://erp.example/hook")
    code, refused = said("status-action", "add", channel, "--status", "error", *hook)
    assert (code, refused["refused"]["code"]) == (1, "action_not_usable")
    keyed = (*hook, "--secret-file", str(tmp_path / "hook"))
    code, action = said("status-action", "add", channel, "--status", "error", *keyed)
    assert (code, action["implied"], action["url"]) == (0, "Error", "https://erp.example/hook")
    assert said("status-action", "list", channel) == (0, [action])
    assert "a secret" not in json.dumps(action)
    assert said("status-action", "remove", channel, str(action["id"]))[0] == 0
    assert said("status-action", "list", channel) == (0, [])
    assert said("sale", "let-go", "SHP-1")[1]["refused"]["code"] == "not_found"
