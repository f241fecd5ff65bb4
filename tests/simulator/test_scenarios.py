"""The shipped scenario: believable goods, and clear words about a file that is not right."""

import ast
import json
from pathlib import Path

import pytest

import amazon_simulator
from amazon_simulator.__main__ import run
from amazon_simulator.scenarios.load import ScenarioError, load
from amazon_simulator.world import ids
from amazon_simulator.world.buyers import buyer_of
from amazon_simulator.world.marketplaces import MARKETPLACES

PACKAGE = Path(amazon_simulator.__file__).parent


def test_the_catalogue_holds_goods_of_many_kinds() -> None:
    products = list(load().products.values())
    assert len(products) >= 60
    assert len({each.product_type for each in products}) >= 40
    assert 5 <= sum(each.is_hazmat for each in products) <= 20
    assert 2 <= sum(bool(each.gate) for each in products) <= 6
    assert all(len(each.asin) == 10 for each in products)
    assert len({each.ean for each in products}) == len(products)


def test_every_barcode_has_its_check_digit() -> None:
    for product in load().products.values():
        digits = [int(digit) for digit in product.ean]
        assert len(digits) == 13
        assert (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_the_demo_seller_is_who_everybody_expects() -> None:
    state = load()
    assert state.applications["demo-client"].refresh_tokens == {"Atzr|demo": "A2DEMOSELLER"}
    assert state.sellers["A2DEMOSELLER"].marketplaces == ["A1F83G8C2ARO7P", "A1PA6795UKMFR9"]
    assert state.locations["LBAY"].label_format == "PNG"
    assert state.listings == {}


def test_identifiers_are_never_given_twice() -> None:
    for make in (ids.order_id, ids.order_item_id, ids.shipment_id, ids.tracking_id, ids.fnsku, ids.asin):
        assert len({make(1, number) for number in range(20_000)}) == 20_000
        assert make(1, 7) == make(1, 7) != make(2, 7)


@pytest.mark.parametrize("country", sorted({each.country for each in MARKETPLACES.values()}))
def test_a_buyer_is_the_same_for_the_same_order(country: str) -> None:
    assert buyer_of(7, country=country, seed=1) == buyer_of(7, country=country, seed=1)
    buyers = {buyer_of(number, country=country, seed=1) for number in range(200)}
    assert len(buyers) == 200
    assert {each.country for each in buyers} == {country}


def test_a_scenario_that_is_not_right_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nothere.json cannot be read"):
        load(str(tmp_path / "nothere.json"))
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"title": "x"}))
    with pytest.raises(ScenarioError, match="own.json needs sellers"):
        load(str(own))
    shipped = json.loads((PACKAGE / "scenarios" / "demo.json").read_text())
    own.write_text(json.dumps(shipped))
    (tmp_path / "catalogue.csv").write_text("asin,ean\nB0,5\n")
    with pytest.raises(ScenarioError, match=r"catalogue.csv, line 2"):
        load(str(own))


def test_the_command_line_says_why_it_does_not_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--scenario", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().err
    assert run(["--speed", "0"]) == 2


def test_the_simulator_knows_neither_loadbay_nor_django() -> None:
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not {name.split(".")[0] for name in names} & {"loadbay", "django", "asyncio"}, file


def test_the_world_touches_neither_wire_nor_disk() -> None:
    outside = {"werkzeug", "socket", "pathlib", "os", "http", "PIL", "zxingcpp"}
    for file in (PACKAGE / "world").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not {name.split(".")[0] for name in names} & outside, file
            assert not any(name.startswith("amazon_simulator.http") for name in names), file
