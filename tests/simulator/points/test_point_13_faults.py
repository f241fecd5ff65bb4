"""Point 13: any operation fails in every way, once, each n-th time or by chance, by control or scenario."""

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
