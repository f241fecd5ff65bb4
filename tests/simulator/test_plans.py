"""Amazon's usage plans: a full bucket at first, refilled by the clock, for each operation its own."""

import csv
import re

import pytest

from amazon_simulator.http.operations import OPERATIONS
from amazon_simulator.http.plans import PLANS
from tests.simulator import amazon_models
from tests.simulator.sellers import sellers, sign_in
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


@pytest.mark.parametrize(("factor", "reads", "writes"), [(1, 2, 1), (2, 4, 2), (5, 10, 5)])
def test_the_unknown_bursts_are_a_switch(planned: Shop, factor: int, reads: int, writes: int) -> None:
    planned.control("PATCH", "switches", {"shipment_burst_factor": factor})
    assert statuses(planned, LIST, reads + 1) == [200] * reads + [429]
    path = f"{SHIPMENTS}/NOPE?operation=CONFIRM"
    told = [planned.call("POST", path).status_code for _ in range(writes + 1)]
    assert told == [404] * writes + [429]
    assert statuses(planned, SEARCH, 21) == [200] * 20 + [429], "a published burst stays"


def test_a_burst_lets_at_least_one_call_through(planned: Shop) -> None:
    assert planned.refused("PATCH", "switches", {"shipment_burst_factor": 0}) == (400, "invalid")


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


def published() -> dict[tuple[str, str], tuple[str, str]]:
    """Rate and burst of each operation as the reference table beside Amazon's models has them."""
    path = amazon_models.folder().parent / "reference" / "usage_plans.csv"
    if not path.exists():
        pytest.skip("The table of usage plans is not here; set LOADBAY_SPAPI_MODELS to the models' folder.")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        (row["method"], re.sub(r"{\w+}", "*", row["path"])): (row["rate_per_second"], row["burst"])
        for row in rows
    }


def test_the_figures_are_those_that_amazon_published() -> None:
    known, compared, wrong = published(), 0, []
    for operation in OPERATIONS:
        told = known.get((operation.method, re.sub(r"<[\w:]+>", "*", operation.path)))
        if operation.is_open or told is None or not told[0]:
            continue
        compared += 1
        rate = float(told[0])
        burst = float(told[1]) if told[1] else 2 * rate  # the bursts of ten shipment operations are unknown
        if PLANS[operation.name] != (rate, burst):
            wrong.append((operation.name, PLANS[operation.name], (rate, burst)))
    assert wrong == []
    assert compared == 40


def test_the_sandbox_has_one_plan_for_everything(planned: Shop) -> None:
    path = f"/sandbox/eu{SEARCH}"
    assert planned.call("GET", path).headers[LIMIT] == "5.0"
    assert statuses(planned, path, 15) == [200] * 14 + [429]
    assert planned.call("GET", SEARCH).headers[LIMIT] == "0.0056"


def test_each_application_and_each_seller_has_a_bucket_of_its_own(planned: Shop) -> None:
    sellers(planned)
    token = planned.headers
    assert statuses(planned, LIST, 5) == [200] * 4 + [429]
    for client, refresh in (("second-client", "Atzr|second"), ("demo-client", "Atzr|other")):
        sign_in(planned, client, refresh)
        assert statuses(planned, LIST, 5) == [200] * 4 + [429]
    planned.headers = token
    assert planned.call("GET", LIST).status_code == 429


def test_every_answer_has_its_request_id_a_429_and_a_404_too(planned: Shop) -> None:
    statuses(planned, LIST, 4)
    for path, status in ((LIST, 429), ("/nothing/here", 404), (f"{ORDERS}?createdAfter=x", 400)):
        answer = planned.call("GET", path)
        assert (answer.status_code, bool(answer.headers["x-amzn-RequestId"])) == (status, True)
