"""Amazon's usage plans: a full bucket at first, refilled by the clock, for each operation its own."""

import pytest

from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.http.plans import PLANS
from tests.simulator.shop import ORDERS, SHIPMENTS, Shop

LIST = f"{SHIPMENTS}?status=ACCEPTED"
SEARCH = f"{ORDERS}?createdAfter=2026-01-01T00:00:00Z"
LIMIT = "x-amzn-RateLimit-Limit"


@pytest.fixture
def planned() -> Shop:
    return Shop(has_plans=True).signed_in()


def statuses(shop: Shop, path: str, times: int) -> list[int]:
    return [shop.call("GET", path).status_code for _ in range(times)]


def test_the_burst_is_spent_and_comes_back_at_the_rate(planned: Shop) -> None:
    assert statuses(planned, LIST, 5) == [200] * 4 + [429]
    planned.clock.advance(seconds=0.5)
    assert statuses(planned, LIST, 2) == [200, 429]
    planned.clock.advance(seconds=60)
    assert statuses(planned, LIST, 5) == [200] * 4 + [429]


def test_a_429_has_the_usual_words_and_no_limit_header(planned: Shop) -> None:
    statuses(planned, LIST, 4)
    answer = planned.call("GET", LIST)
    assert answer.json["errors"][0]["code"] == "QuotaExceeded"
    assert LIMIT not in answer.headers
    assert "Retry-After" not in answer.headers


def test_the_header_tells_the_rate_on_good_and_bad_answers(planned: Shop) -> None:
    assert planned.call("GET", SEARCH).headers[LIMIT] == "0.0056"
    assert planned.call("GET", LIST).headers[LIMIT] == "2.0"
    assert planned.call("GET", f"{SHIPMENTS}?status=WRONG").headers[LIMIT] == "2.0"
    assert planned.call("GET", f"{SHIPMENTS}/NOPE").headers[LIMIT] == "2.0"


def test_speed_multiplies_the_rates_and_leaves_the_bursts() -> None:
    shop = Shop(has_plans=True, speed=100).signed_in()
    assert shop.call("GET", SEARCH).headers[LIMIT] == "0.56"
    assert statuses(shop, LIST, 5) == [200] * 4 + [429]
    shop.clock.advance(seconds=0.005)
    assert statuses(shop, LIST, 2) == [200, 429]


def test_one_operation_does_not_spend_the_calls_of_another(planned: Shop) -> None:
    statuses(planned, LIST, 5)
    assert planned.call("GET", f"{SHIPMENTS}/NOPE").status_code == 404


def test_without_plans_nothing_is_limited_and_the_header_says_so(shop: Shop) -> None:
    assert set(statuses(shop, LIST, 50)) == {200}
    assert float(shop.call("GET", LIST).headers[LIMIT]) >= 1_000_000


def test_every_operation_of_amazon_has_its_plan() -> None:
    assert {each.name for each in OPERATIONS if not each.is_open} == set(PLANS)
