"""Amazon's own SDK reads every operation there is: a new row of their table needs a new call by the SDK."""

from collections.abc import Callable
from typing import Any

from amazon_simulator.http.operations import OPERATIONS
from tests.simulator import test_amazon_sdk, test_amazon_sdk_orders
from tests.simulator.serving import served

ROOMS = (test_amazon_sdk, test_amazon_sdk_orders)


def _answered(test: Callable[[Any], None], amazon: type[Any]) -> set[str]:
    """The operations that the SDK called and read in this test; its calls count only with a 2xx answer."""
    with served() as url:
        client = amazon(url)
        test(client)
        seen = client.control.get("inspect/calls").json()["operations"]
    return {name for name, row in seen.items() if any(status < "300" for status in row["answered"])}


def test_every_operation_is_driven_by_amazons_own_sdk() -> None:
    driven: set[str] = set()
    for room in ROOMS:
        for name, test in vars(room).items():
            if name.startswith("test_the_sdk_"):
                driven |= _answered(test, room.Amazon)
    assert driven - {"token", "document"} == {each.name for each in OPERATIONS if not each.is_open}
