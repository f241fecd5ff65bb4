"""`loadbay ledger` as a program on a new shop, and its commands on books with a sale in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import loadbay

_FIVE = ("--amount", "5.00", "--account", "1210", "--reference", "BANK 1")


@pytest.fixture
def said(tmp_path: Path, own_database_url: str) -> Any:
    """Runs a command and hands back its exit code and its JSON."""

    def run(*arguments: str) -> tuple[int, Any]:
        done = loadbay("ledger", *arguments, "--json", home=tmp_path, LOADBAY_DATABASE_URL=own_database_url)
        return done.returncode, json.loads(done.stdout)

    return run


def test_the_books_of_a_new_shop_from_the_terminal(said, tmp_path):
    assert said("documents") == (0, {"rows": [], "after": None})
    assert [row["number"] for row in said("accounts")[1]][:2] == ["1100", "1200"]
    assert said("account-set", "4300", "--name", "Rugs", "--kind", "income")[0] == 0
    assert said("account-set", "4300", "--blocked")[1]["is_blocked"] is True
    code, (card,) = said("series", "invoice", "--prefix", "R-", "--next", "7")
    assert (code, card["prefix"], card["next_number"]) == (0, "R-", 7)
    file = tmp_path / "entries.json"
    period = ("--since", "2026-01-01", "--until", "2026-12-31", "--format", "json", "--to", str(file))
    assert said("export", "entries", *period)[0] == 0
    assert json.loads(file.read_text()) == []


def test_what_cannot_be_is_refused_by_its_code(said):
    for arguments, refused in (
        (("show", "NOPE"), "not_found"),
        (("credit", "S-1", "--reason", "x"), "not_found"),
        (("series", "invoice", "--prefix", "R1"), "series_not_usable"),
        (("account-set", "4300"), "wrong_input"),
        (("account-set", "4000", "--blocked"), "account_not_usable"),
        (("credit", "S-1", "--reason", "x", "--line", "a=b"), "wrong_input"),
        (("account-set", "4300", "--name", "x", "--kind", "income", "--payments"), "account_not_usable"),
        (("payment", "NOPE", *_FIVE), "not_found"),
        (("refund", "NOPE", *_FIVE), "not_found"),
        (("payment-reverse", "PAY-1", "--reason", "x"), "not_found"),
    ):
        code, answer = said(*arguments)
        assert (code, answer["refused"]["code"]) == (1, refused), arguments
