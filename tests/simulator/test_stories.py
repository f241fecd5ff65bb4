"""Every shipped scenario is loaded and played; what a story may not say is refused with its place."""

from pathlib import Path
from typing import Any

import pytest

from amazon_simulator.scenarios.check import ScenarioError
from amazon_simulator.scenarios.load import load, shipped
from amazon_simulator.server import Options, create_app
from amazon_simulator.world.clock import MovableClock
from amazon_simulator.world.steps import seconds
from amazon_simulator.world.switches import Switches
from tests.simulator.shop import START, Shop

STORIES = [name for name in shipped() if name != "demo"]
# What a story is meant to run into: who plays it shall see these refusals and no others.
MEANT = {
    "cancellations": ["'cancel' is not possible while the shipment is SHIPPED"],
    "listing-waves": ["may be dangerous goods", "differs from CN"],
    "stock-trouble": [],
}


def played(name: str, *, hours: float, seed: int = 1) -> Shop:
    shop = Shop(scenario=name, seed=seed, is_judged=False)
    for _ in range(int(hours * 4)):
        shop.clock.advance(seconds=900)
        shop.inspect("clock")
    return shop


@pytest.mark.parametrize("name", STORIES)
def test_a_scenario_is_told_to_its_end(name: str) -> None:
    shop = played(name, hours=12 if name == "peak-day" else 60)
    story = shop.inspect("story?limit=10000")
    assert story["to_come"] == 0
    refused = [each["text"] for each in story["told"] if each["refused"]]
    meant = MEANT.get(name, [])
    surprising = [text for text in refused if not any(part in text for part in [*meant, *USUAL])]
    assert surprising == []
    for part in meant:
        assert any(part in text for text in refused), part
    assert len(story["told"]) > len(refused)


USUAL = ["sellable.", "found nothing for sale", "for sale by"]


def test_a_dozen_scenarios_are_shipped_and_each_says_what_it_is_about() -> None:
    assert len(STORIES) >= 12
    folder = Path(str(load.__globals__["files"]("amazon_simulator.scenarios")))
    for name in STORIES:
        text = (folder / f"{name}.toml").read_text()
        assert text.startswith('title = "')
        assert "\nabout = " in text


def test_a_peak_day_is_a_peak() -> None:
    shop = played("peak-day", hours=8)
    assert len(shop.inspect("orders?limit=5000")) > 1_500


def test_a_returns_week_brings_every_kind_of_return() -> None:
    shop = played("returns-week", hours=24 * 8)
    rows = shop.inspect("returns")
    assert {row["type"] for row in rows} == {"CUSTOMER", "REJECT"}
    assert {row["sub_type"] for row in rows} >= {"NORMAL", "EXCHANGE"}
    assert any(row["earlier_tracking_ids"] for row in rows)
    assert any(row["status"] == "PROCESSED" for row in rows)


def test_the_old_platform_spoils_what_it_still_holds() -> None:
    shop = played("old-platform", hours=2)
    assert shop.stock("LA-1100")["quantity"] == 8
    assert shop.stock("LA-1107")["quantity"] == 13
    issues = shop.inspect("listings/LA-1107")["issues"]
    assert [each["code"] for each in issues] == ["8572"]
    later = played("old-platform", hours=4)
    assert later.stock("LA-1107")["quantity"] == 5
    assert later.inspect("listings/LA-1107")["issues"] == []


def test_the_united_states_are_sold_in_by_a_seller_of_their_own() -> None:
    shop = played("several-marketplaces", hours=1)
    assert {row["id"]: row["region"] for row in shop.inspect("sellers")} == {
        "A2DEMOSELLER": "eu",
        "A3DEMOSELLERUS": "na",
    }
    with shop.app.desk.world.look() as memory:
        orders = {each.marketplace_id: each.seller_id for each in memory.state.orders.values()}
    assert orders == {
        "A1F83G8C2ARO7P": "A2DEMOSELLER",
        "A1PA6795UKMFR9": "A2DEMOSELLER",
        "A13V1IB3VIYZZH": "A2DEMOSELLER",
        "ATVPDKIKX0DER": "A3DEMOSELLERUS",
    }


def test_the_other_side_is_the_other_side_of_every_open_question() -> None:
    told, guessed = load("other-side").switches, Switches()
    same = {name for name in Switches.__struct_fields__ if getattr(told, name) == getattr(guessed, name)}
    assert same == {"listing_least_seconds", "listing_most_seconds", "roughness"}


def test_the_same_seed_tells_the_same_story_and_another_one_another() -> None:
    one, same, other = (played("stock-trouble", hours=5, seed=seed) for seed in (1, 1, 2))
    assert one.app.desk.world.state == same.app.desk.world.state
    assert one.inspect("orders") != other.inspect("orders")


def test_how_often_one_looks_changes_nothing() -> None:
    often = played("returns-week", hours=72)
    seldom = Shop(scenario="returns-week", is_judged=False)
    seldom.clock.advance(seconds=72 * 3600)
    seldom.inspect("clock")
    assert often.app.desk.world.state == seldom.app.desk.world.state


def test_a_killed_world_goes_on_with_its_story(tmp_path: Path) -> None:
    plain = Shop(scenario="peak-day", is_judged=False)
    kept = Shop(scenario="peak-day", state=tmp_path / "world", is_judged=False)
    for shop in (plain, kept):
        shop.clock.advance(seconds=3 * 3600)
        shop.inspect("clock")
        shop.control("POST", "lorry/misses", {"location": "LBAY", "times": 1})
    assert kept.store is not None
    kept.store._lock.close()  # as a kill does: nothing is written, only the lock ends with the process
    clock = MovableClock(kept.clock.now())
    app, _ = create_app(
        Options(scenario="quiet-shop", state=tmp_path / "world", has_plans=False), clock=clock
    )
    clock.advance(seconds=3600)
    plain.clock.advance(seconds=3600)
    with app.desk.world.look() as again, plain.app.desk.world.look() as unbroken:
        assert again.state == unbroken.state
        assert len(again.state.orders) > 300


def test_speed_makes_a_story_shorter() -> None:
    shop = Shop(scenario="quiet-shop", speed=60, is_judged=False)
    shop.clock.advance(seconds=41)
    assert len(shop.inspect("orders")) >= 2


HEAD = 'title = "x"\nlike = "demo"\n'
WRONG = {
    "TOML": ("title = x\nlike = 1\n", "own.toml is not TOML: .*line 1"),
    "an unknown field": (HEAD + "speling = 1\n", "not right: Object contains unknown field `speling`"),
    "an unknown step": (HEAD + '[[story]]\ndo = "bye"\n', r"at story\[0\].*bye"),
    "a field of another step": (
        HEAD + '[[story]]\ndo = "lorry"\nlocation = "LBAY"\nsku = "X"\n',
        r"at story\[0\]: Object contains unknown field `sku`",
    ),
    "a missing field": (HEAD + '[[story]]\ndo = "lorry"\n', r"at story\[0\].*location"),
    "a time": (HEAD + '[[story]]\ndo = "lorry"\nlocation = "LBAY"\nat = "noon"\n', r"story\[0\].at: 'noon'"),
    "a name": (
        HEAD + '[[story]]\ndo = "cancel"\norder = "Ann"\n',
        r"story\[0\].order: no step before .*'Ann'",
    ),
    "a location": (
        HEAD + '[[story]]\ndo = "lorry"\nlocation = "X"\n',
        r"story\[0\].location: .*no location 'X'",
    ),
    "a switch": (
        HEAD + '[[story]]\ndo = "switch"\nset = { carrier = "pigeon" }\n',
        r"story\[0\].set: .*pigeon",
    ),
    "a switch at the start": (HEAD + '[switches]\ncarrier = "pigeon"\n', r"at switches.carrier"),
    "an ASIN": (
        HEAD + '[[story]]\ndo = "item"\nasin = "B0"\n',
        r"story\[0\].asin: the catalogue has no 'B0'",
    ),
    "times without every": (
        HEAD + '[[story]]\ndo = "lorry"\nlocation = "LBAY"\ntimes = 3\n',
        r"story\[0\].every",
    ),
    "a marketplace of another region": (
        HEAD + '[[sellers]]\nid = "A2X"\nname = "X"\nmarketplaces = ["A1F83G8C2ARO7P", "ATVPDKIKX0DER"]\n',
        r"at sellers\[0\].marketplaces: US is of the region na, and A2X of eu: give it a seller of its own",
    ),
    "a marketplace of nowhere": (
        HEAD + '[[sellers]]\nid = "A2X"\nname = "X"\nmarketplaces = ["MOON"]\n',
        r"at sellers\[0\].marketplaces: there is no marketplace 'MOON'",
    ),
    "nobody sells": ('title = "x"\n', "needs sellers, applications and a catalogue"),
    "like nothing": (
        'title = "x"\nlike = "nothing"\n',
        "There is no scenario 'nothing'. Shipped are .*peak-day",
    ),
    "like one that is like": ('title = "x"\nlike = "peak-day"\n', "name the one that has sellers"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_story_that_is_not_right_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(ScenarioError, match=said):
        load(str(own))


@pytest.mark.parametrize(("text", "worth"), [("0m", 0), ("90s", 90), ("1h30m", 5_400), ("2d", 172_800)])
def test_times_are_written_as_people_say_them(text: str, worth: int) -> None:
    assert seconds(text) == worth


@pytest.mark.parametrize("text", ["", "h", "1", "1.5h", "10m5h", "soon"])
def test_what_is_no_time_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        seconds(text)


def test_a_running_story_can_be_watched(shop: Shop) -> None:
    watched: Any = Shop(scenario="quiet-shop", is_judged=False)
    assert watched.inspect("story")["to_come"] > 0
    assert watched.clock.now() == START
    assert shop.inspect("story") == {"began": None, "steps": 0, "to_come": 0, "told": []}
