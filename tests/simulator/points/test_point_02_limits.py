"""Point 2: a bucket per program, seller and operation, with the published figures and a clock to move."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amazon_simulator.http.plans import PLANS, Buckets
from tests.simulator.shop import ORDERS, Shop

SEARCH = f"{ORDERS}?createdAfter=2026-09-01T00:00:00Z"
LIMIT = "x-amzn-RateLimit-Limit"


def test_a_search_is_one_call_in_three_minutes_after_its_burst() -> None:
    shop = Shop(has_plans=True).signed_in()
    answers = [shop.call("GET", SEARCH) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert {answer.headers[LIMIT] for answer in answers[:20]} == {"0.0056"}
    refused = answers[20]
    assert refused.json["errors"][0]["code"] == "QuotaExceeded"
    assert not {LIMIT, "Retry-After"} & set(refused.headers.keys())
    assert refused.headers["x-amzn-RequestId"]
    shop.clock.advance(seconds=178)
    assert shop.call("GET", SEARCH).status_code == 429
    shop.clock.advance(seconds=1)
    assert shop.call("GET", SEARCH).status_code == 200


START = datetime(2026, 9, 14, tzinfo=UTC)
WAITS = st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=60)


@given(waits=WAITS, name=st.sampled_from(sorted(PLANS)))
def test_no_time_gives_more_calls_than_the_burst_and_the_rate_allow(waits: list[float], name: str) -> None:
    buckets, (rate, burst), now, taken = Buckets(), PLANS[name], START, 0
    for wait in waits:
        now += timedelta(seconds=wait)
        taken += buckets.take(("app", "seller", name), now=now, rate=rate, burst=burst)
        assert taken <= burst + (now - START).total_seconds() * rate + 1e-6
    assert taken >= min(len(waits), int(burst))
