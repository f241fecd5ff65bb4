"""Products, prices and stock from the terminal: answers as JSON, refusals with code and sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import loadbay

FILE = "sku,name,barcode,price,currency,quantity,room\nRUG,Wool rug,5012345678900,12.99,GBP,7,SHOP\n"


@pytest.fixture
def said(tmp_path: Path, own_database_url: str) -> Any:
    """Runs a command and hands back its exit code and its JSON."""

    def run(*arguments: str) -> tuple[int, Any]:
        done = loadbay(*arguments, "--json", home=tmp_path, LOADBAY_DATABASE_URL=own_database_url)
        return done.returncode, json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stderr

    return run


def test_goods_come_in_move_and_go_from_the_terminal(said, tmp_path):
    (tmp_path / "goods.csv").write_text(FILE)
    assert said("stock-room", "add", "SHOP")[0] == 0
    assert said("stock-room", "add", "ATTIC", "--name", "Attic")[1]["name"] == "Attic"
    assert said("product", "import", str(tmp_path / "goods.csv"), "--dry-run")[1]["is_applied"] is False
    code, report = said("product", "import", str(tmp_path / "goods.csv"))
    assert (code, report["created"], report["units"]) == (0, 1, 7)
    code, price = said(
        "price", "set", "RUG", "--category", "Amazon", "--amount", "13.49", "--currency", "GBP"
    )
    assert (code, price["price"]) == (0, {"amount": "13.49", "currency": "GBP"})
    assert said("stock", "transfer", "RUG", "--from", "SHOP", "--to", "ATTIC", "--units", "3")[0] == 0
    assert said("stock", "dispose", "RUG", "--room", "SHOP", "--units", "1", "--reason", "torn")[0] == 0
    code, card = said("stock", "show", "RUG")
    assert (code, card["free"]) == (0, 6)
    assert [(room["room"], room["on_hand"]) for room in card["rooms"]] == [("ATTIC", 3), ("SHOP", 3)]


def test_bad_input_is_refused_with_code_and_sentence_and_changes_nothing(said, tmp_path):
    (tmp_path / "goods.csv").write_text(FILE)
    (tmp_path / "bad.csv").write_text(FILE + "LAMP,Lamp,5012345678901,x,GBP,-2,SHOP\n")
    said("stock-room", "add", "SHOP")
    said("product", "import", str(tmp_path / "goods.csv"))
    for words, refused in (
        (("product", "import", str(tmp_path / "bad.csv")), "sheet_has_faults"),
        (("product", "import", str(tmp_path / "none.csv")), "wrong_input"),
        (("stock", "dispose", "RUG", "--room", "SHOP", "--units", "8", "--reason", "x"), "not_enough_stock"),
        (("stock", "goods-in", "NONE", "--room", "SHOP", "--units", "1"), "product_unknown"),
        (("listing", "show", "RUG", "--channel", "UK"), "listing_unknown"),
    ):
        code, answer = said(*words)
        assert (code, answer["refused"]["code"]) == (1, refused)
        assert answer["refused"]["sentence"]
    assert said("stock", "goods-in", "RUG", "--room", "SHOP")[0] == 2
    assert said("product", "show", "LAMP")[0] == 1
    assert said("stock", "show", "RUG")[1]["on_hand"] == 7
    assert said("task", "list") == (0, [])


def test_serialised_items_come_in_are_found_and_go_by_number(said, tmp_path):
    (tmp_path / "goods.csv").write_text("sku,name,serialised\nSAW,Saw,yes\nRUG,Rug,no\n")
    for room in ("SHOP", "ATTIC"):
        said("stock-room", "add", room)
    said("product", "import", str(tmp_path / "goods.csv"))
    code, booked = said("stock", "goods-in", "SAW", "--room", "SHOP", "--serial", "SN-1", "--serial", "SN-2")
    assert (code, booked["units"]) == (0, 2)
    carried = said("stock", "transfer", "SAW", "--from", "SHOP", "--to", "ATTIC", "--serial", "SN-2")
    assert (carried[0], carried[1]["units"]) == (0, 1)
    code, page = said("stock", "items", "SAW")
    assert [(row["number"], row["state"], row["room"]) for row in page["items"]] == [
        ("SN-1", "in_stock", "SHOP"),
        ("SN-2", "in_stock", "ATTIC"),
    ]
    code, one = said("stock", "item", "SN-2")
    assert (one["item"]["sku"], [line["what"] for line in one["timeline"]]) == (
        "SAW",
        ["transferred", "booked_in"],
    )
    assert said("product", "show", "SN-1")[1]["sku"] == said("stock", "show", "SN-1")[1]["sku"] == "SAW"
    assert [row["sku"] for row in said("product", "list", "--search", "SN-1")[1]] == ["SAW"]
    gone = ("stock", "dispose", "SAW", "--room", "SHOP", "--reason", "broken", "--serial", "SN-1")
    assert said(*gone)[1]["rooms"][0]["after"] == 0
    code, answer = said(*gone)
    assert (code, answer["refused"]["code"]) == (1, "not_enough_stock")
    code, answer = said("stock", "goods-in", "SAW", "--room", "SHOP", "--units", "2", "--serial", "SN-3")
    assert (code, answer["refused"]["code"]) == (1, "numbers_differ")
    said("stock", "goods-in", "RUG", "--room", "SHOP", "--units", "1")
    code, answer = said("product", "serialise", "RUG", "--serial", "SHOP=R-1")
    assert (code, answer) == (0, {"sku": "RUG", "items": 1})
    assert said("product", "serialise", "RUG", "--serial", "R-1")[0] == 2
