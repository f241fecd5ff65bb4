"""What a story must keep to before it is told: times that are times, names that were given before.

What the world will say to a step is not asked here; a refused step is part of the story.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from amazon_simulator.world import steps
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.marketplaces import MARKETPLACES, find_marketplace
from amazon_simulator.world.refusal import Refused
from amazon_simulator.world.return_life import ReturnStatus
from amazon_simulator.world.state import State
from amazon_simulator.world.switches import Switches


class ScenarioError(Exception):
    """A scenario file that cannot be used, and why."""


class _Wrong(Exception):
    """What is wrong with one field of one step."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def check_sellers(state: State, source: str) -> None:
    """A seller belongs to one region, and what he sells in lies there."""
    for index, seller in enumerate(state.sellers.values()):
        for name in seller.marketplaces:
            market = MARKETPLACES.get(name)
            if market is not None and market.region == seller.region:
                continue
            trouble = f"there is no marketplace '{name}'"
            if market is not None:
                trouble = (
                    f"{market.country} is of the region {market.region}, and {seller.id} of {seller.region}: "
                    "give it a seller of its own"
                )
            place = f"sellers[{index}].marketplaces"
            raise ScenarioError(f"The scenario {source} is not right at {place}: {trouble}.")


def check_story(state: State, source: str) -> None:
    names: set[str] = set()
    for index, step in enumerate(state.story):
        try:
            _check_times(step)
            for field, check in _CHECKS.items():
                value = getattr(step, field, None)
                if value:
                    check(state, names, value)
            _check_own(step)
        except _Wrong as wrong:
            place = f"story[{index}].{wrong.field}"
            raise ScenarioError(f"The scenario {source} is not right at {place}: {wrong}.") from None
        name = getattr(step, "name", "")
        if name:
            names.add(name)


def _check_times(step: steps.AnyStep) -> None:
    for field in ("at", "every", "until"):
        value = getattr(step, field, "")
        if value and not (field == "until" and isinstance(step, steps.Fulfil)):
            _seconds(field, value)
    if step.times < 1:
        raise _Wrong("times", f"{step.times} times is not once or more")
    if step.times > 1 and not step.every:
        raise _Wrong("every", "a step that happens several times says how often")


def _seconds(field: str, value: str) -> int:
    try:
        return steps.seconds(value)
    except ValueError as error:
        raise _Wrong(field, str(error)) from None


def _known_name(field: str) -> Callable[[State, set[str], Any], None]:
    def check(state: State, names: set[str], value: Any) -> None:
        if value not in names:
            raise _Wrong(field, f"no step before this one is called '{value}'")

    return check


def _location(state: State, names: set[str], value: Any) -> None:
    if value not in state.locations:
        raise _Wrong("location", f"there is no location '{value}'")


def _marketplace(state: State, names: set[str], value: Any) -> None:
    try:
        market = find_marketplace(value)
    except Refused:
        raise _Wrong("marketplace", f"there is no marketplace '{value}'") from None
    if all(market.id not in seller.marketplaces for seller in state.sellers.values()):
        raise _Wrong("marketplace", f"no seller of this scenario sells in '{value}'")


def _asin(state: State, names: set[str], value: Any) -> None:
    if value not in state.products:
        raise _Wrong("asin", f"the catalogue has no '{value}'")


def _return_status(state: State, names: set[str], value: Any) -> None:
    if value not in tuple(ReturnStatus):
        raise _Wrong("to", f"'{value}' is not a status of a return")


def _switches(state: State, names: set[str], value: Any) -> None:
    try:
        msgspec.convert({**msgspec.to_builtins(Switches()), **value}, type=Switches)
    except msgspec.ValidationError as error:
        raise _Wrong("set", str(error)) from None


_CHECKS: dict[str, Callable[[State, set[str], Any], None]] = {
    "order": _known_name("order"),
    "back": _known_name("back"),
    "location": _location,
    "marketplace": _marketplace,
    "asin": _asin,
    "to": _return_status,
    "set": _switches,
}
_REACHED = (Status.CONFIRMED, Status.PACKAGE_CREATED, Status.SHIPLABEL_GENERATED, Status.SHIPPED)


def _check_own(step: steps.AnyStep) -> None:
    if isinstance(step, steps.Fulfil) and step.until not in _REACHED:
        raise _Wrong("until", f"the shop cannot bring a shipment to '{step.until}'")
    if isinstance(step, steps.Listed) and bool(step.sku) == bool(step.items):
        raise _Wrong("sku", "a listing has a sku and an asin, or there are so many items")
    if isinstance(step, steps.Listed) and step.sku and not step.asin:
        raise _Wrong("asin", "a listing of one sku names its asin")
    if isinstance(step, steps.Buyers) and step.per_hour <= 0:
        raise _Wrong("per_hour", "so many buyers an hour is more than none")
