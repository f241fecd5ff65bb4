"""The trouble page: a trainer lets calls go wrong or stand still, in words, and is refused in words."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from amazon_simulator.central.trouble_words import CALLS, KINDS
from amazon_simulator.http.faults import FaultKind
from amazon_simulator.http.operations import OPERATIONS
from tests.simulator.shop import SECRETS, Shop
from tests.simulator.test_central import press

PAGE = "/central/trouble"
FAULT = {
    "operation": "getMarketplaceParticipations",
    "kind": "503",
    "times": "2",
    "every": "1",
    "seconds": "10",
}
HOLD = {"operation": "token", "moment": "before", "nth": "1"}


def looked(shop: Shop) -> int:
    return shop.call("GET", "/sellers/v1/marketplaceParticipations").status_code


def test_every_trouble_has_words_and_no_call_has_words_that_does_not_exist() -> None:
    assert set(KINDS) == set(FaultKind)
    assert set(CALLS) <= {operation.name for operation in OPERATIONS}


def test_a_trainer_lets_calls_go_wrong_as_often_as_he_says(shop: Shop) -> None:
    said = press(shop, "/central/faults", **FAULT | {"every": "2"})
    assert said == (
        "test the connection (getMarketplaceParticipations): "
        "one of 2 is answered 503: Amazon is not there, 2 time(s)."
    )
    assert [looked(shop) for _ in range(3)] == [200, 503, 200]
    page = shop.client.get(PAGE).text
    assert '<td class="short">one of 2</td><td class="number">1</td><td class="number">3</td>' in page
    assert [looked(shop) for _ in range(3)] == [503, 200, 200]
    assert "Nothing goes wrong." in shop.client.get(PAGE).text


def test_a_trainer_ends_all_trouble(shop: Shop) -> None:
    press(shop, "/central/faults", **FAULT | {"operation": "*"})
    assert press(shop, "/central/faults/clear") == "Nothing goes wrong any more."
    assert looked(shop) == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operation": "nope"}, "The operation 'nope' is not known."),
        ({"kind": "earthquake"}, "'earthquake' is not a kind of trouble."),
        ({"times": "often"}, "times: 'often' is not a number."),
        ({"times": "0"}, "times counts from 1."),
        ({"every": "0"}, "every counts from 1."),
        ({"seconds": "900"}, "seconds are at most 120."),
    ],
)
def test_trouble_that_cannot_be_is_refused_in_words(shop: Shop, wrong: dict[str, str], said: str) -> None:
    assert press(shop, "/central/faults", **FAULT | wrong) == said
    assert shop.app.desk.faults.waiting() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operation": "*"}, "'*' is no call that can stand still."),
        ({"moment": "during"}, "'during' is no moment: a call stands still before or after it happened."),
        ({"nth": ""}, "nth: '' is not a number."),
        ({"nth": "0"}, "nth counts from 1."),
    ],
)
def test_a_hold_that_cannot_be_is_refused_in_words(shop: Shop, wrong: dict[str, str], said: str) -> None:
    assert press(shop, "/central/holds", **HOLD | wrong) == said
    assert shop.app.desk.holds.all() == []


def test_a_hold_that_is_gone_is_refused_in_words(shop: Shop) -> None:
    assert "hold-9" in press(shop, "/central/holds/hold-9/release")


def test_a_trainer_lets_a_call_stand_still_and_go_on(url: str) -> None:
    with (
        httpx2.Client(base_url=url, timeout=30, follow_redirects=True) as person,
        ThreadPoolExecutor() as aside,
    ):
        page = person.post("/central/holds", data=HOLD).text
        assert "sign in (token): call 1 from now stands still before anything happens." in page
        assert "is the next" in page
        held = aside.submit(httpx2.post, f"{url}/auth/o2/token", data=SECRETS, timeout=30)
        while "Stands still</span>" not in person.get(PAGE).text:
            assert not held.done()
        assert "The call goes on." in person.post("/central/holds/hold-1/release").text
        assert held.result(30).status_code == 200
        assert "went on" in person.get(PAGE).text
        assert "No call stands still." in person.post("/central/holds/clear").text
