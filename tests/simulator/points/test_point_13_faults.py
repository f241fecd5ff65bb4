"""Point 13: any operation fails in every way, once, each n-th time or by chance, by control or scenario."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from amazon_simulator.http.faults import FaultKind
from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.scenarios.check import ScenarioError
from tests.simulator.shop import SHIPMENTS, Shop

READ = f"{SHIPMENTS}?status=ACCEPTED"
NAMES = sorted(each.name for each in OPERATIONS)


def statuses(shop: Shop, times: int) -> list[int]:
    return [shop.call("GET", READ).status_code for _ in range(times)]


def fault(shop: Shop, **given: Any) -> None:
    shop.control("POST", "faults", {"operation": "getShipments", **given})


def rough_shop(**given: Any) -> Shop:
    """Nobody judges its answers: a fault is no answer of a model."""
    return Shop(is_judged=False, **given).signed_in()


def test_every_third_call_fails_until_it_is_cleared() -> None:
    shop = rough_shop()
    fault(shop, kind="503", every=3)
    assert statuses(shop, 7) == [200, 200, 503, 200, 200, 503, 200]
    shop.control("DELETE", "faults")
    assert statuses(shop, 3) == [200, 200, 200]


def test_every_nth_may_be_limited() -> None:
    shop = rough_shop()
    fault(shop, kind="500", every=2, times=1)
    assert statuses(shop, 4) == [200, 500, 200, 200]
    assert shop.control("GET", "faults") == []


def test_chance_is_the_seeds() -> None:
    seen = []
    for seed in (1, 1, 2):
        shop = rough_shop(seed=seed)
        fault(shop, kind="429", chance=0.3)
        seen.append(statuses(shop, 60))
    assert seen[0] == seen[1] != seen[2]
    assert 8 <= seen[0].count(429) <= 30


@pytest.mark.parametrize("name", NAMES)
def test_any_operation_can_be_hurt(name: str) -> None:
    shop = rough_shop()
    shop.control("POST", "faults", {"operation": name, "kind": "503"})
    (row,) = shop.control("GET", "faults")
    assert (row["operation"], row["kind"], row["left"], row["every"], row["chance"]) == (name, "503", 1, 1, 1)


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_can_stand_in_a_scenario(tmp_path: Path, kind: FaultKind) -> None:
    own = tmp_path / "trouble.toml"
    words = f'operation = "getShipments"\nkind = "{kind}"\nevery = 10\nseconds = 0.0\n'
    own.write_text(f'title = "Trouble"\nlike = "demo"\n[[faults]]\n{words}')
    (row,) = rough_shop(scenario=str(own)).control("GET", "faults")
    assert (row["operation"], row["kind"], row["every"], row["left"]) == ("getShipments", kind, 10, None)


def test_a_scenarios_trouble_is_there_from_the_first_call(tmp_path: Path) -> None:
    own = tmp_path / "trouble.toml"
    own.write_text(
        'title = "Trouble"\nlike = "demo"\n'
        '[[faults]]\noperation = "getShipments"\nkind = "html_503"\ntimes = 2\n'
    )
    assert statuses(rough_shop(scenario=str(own)), 3) == [503, 503, 200]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('operation = "nope"\nkind = "500"', "there is no operation 'nope'"),
        ('operation = "*"\nkind = "earthquake"', "earthquake"),
        ('operation = "*"\nkind = "500"\nevery = 0', "every counts from 1"),
        ('operation = "*"\nkind = "500"\nchance = 1.5', "chance is above 0"),
    ],
)
def test_a_scenario_with_a_trouble_that_is_none_is_refused(tmp_path: Path, words: str, said: str) -> None:
    own = tmp_path / "trouble.toml"
    own.write_text(f'title = "Trouble"\nlike = "demo"\n[[faults]]\n{words}\n')
    with pytest.raises(ScenarioError, match=said):
        Shop(scenario=str(own))


@pytest.mark.parametrize(
    "given", [{"every": 0}, {"chance": 0}, {"chance": 2}, {"times": 0}, {"seconds": 500}, {"often": 3}]
)
def test_a_control_with_numbers_that_are_none_is_refused(given: dict[str, Any]) -> None:
    shop = rough_shop()
    body = {"operation": "getShipments", "kind": "500", **given}
    assert shop.refused("POST", "faults", body) == (400, "invalid")
    assert shop.control("GET", "faults") == []


def test_a_scenario_has_the_troubles_of_the_one_it_is_like_unless_it_names_its_own(tmp_path: Path) -> None:
    demo = Path(str(files("amazon_simulator.scenarios")))
    content = json.loads((demo / "demo.json").read_text()) | {
        "catalogue": str(demo / "catalogue.csv"),
        "faults": [{"operation": "*", "kind": "500", "every": 2}],
        "holds": [{"operation": "getShipment", "moment": "after", "nth": 2}],
    }
    (tmp_path / "base.json").write_text(json.dumps(content))
    own = tmp_path / "own.toml"
    own.write_text('title = "Own"\nlike = "base.json"\n')
    shop = rough_shop(scenario=str(own))
    assert [(row["kind"], row["every"]) for row in shop.control("GET", "faults")] == [("500", 2)]
    assert [(row["operation"], row["nth"]) for row in shop.control("GET", "holds")] == [("getShipment", 2)]
    own.write_text('title = "Own"\nlike = "base.json"\n[[faults]]\noperation = "token"\nkind = "503"\n')
    assert [
        row["operation"] for row in Shop(scenario=str(own), is_judged=False).control("GET", "faults")
    ] == ["token"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('operation = "nope"\nmoment = "after"\n', r"holds\[0\]: there is no operation 'nope'"),
        ('operation = "*"\nmoment = "after"\n', r"holds\[0\]: there is no operation '\*'"),
        ('operation = "getShipment"\nmoment = "during"\n', r"holds\[0\]: Invalid enum value 'during'"),
        ('operation = "getShipment"\nmoment = "after"\nnth = 0\n', r"holds\[0\]: nth counts from 1"),
    ],
)
def test_a_hold_that_is_not_right_is_refused_with_its_place(tmp_path: Path, words: str, said: str) -> None:
    own = tmp_path / "held.toml"
    own.write_text(f'title = "Held"\nlike = "demo"\n[[holds]]\n{words}')
    with pytest.raises(ScenarioError, match=said):
        Shop(scenario=str(own))


def test_the_shipped_outages_are_in_force_from_the_first_call() -> None:
    shop = rough_shop(scenario="outages")
    hurt = {row["operation"] for row in shop.control("GET", "faults")}
    assert hurt == {"getShipments", "generateShipLabels", "batchInventory", "processShipment", "getOrder"}
    assert statuses(shop, 20) == ([200] * 9 + [503]) * 2
