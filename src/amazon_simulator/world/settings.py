"""Commands that change the frame of the world: clock, speed, switches, locations, applications, sellers."""

from datetime import datetime, timedelta

from msgspec import structs

from amazon_simulator.world import baskets, carriers, grants, returns
from amazon_simulator.world.commands import (
    ChangeApplication,
    ChangeLocation,
    ChangeSeller,
    MoveClock,
    OpenLocation,
    SetSpeed,
    SetSwitches,
)
from amazon_simulator.world.lifecycle import Programme
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.pickups import next_pickup
from amazon_simulator.world.refusal import invalid, unknown
from amazon_simulator.world.state import Application, Channel, Location, Seller
from amazon_simulator.world.switches import Baskets, Switches

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def move_clock(memory: Memory, command: MoveClock, *, now: datetime) -> datetime:
    if command.seconds < 0:
        raise invalid("The clock only goes forward: give advance_seconds of zero or more.")
    memory.state.offset_seconds += command.seconds
    return now + timedelta(seconds=command.seconds)


def set_speed(memory: Memory, command: SetSpeed, *, now: datetime) -> None:
    if command.speed <= 0:
        raise invalid("The speed must be above zero.")
    memory.state.speed = command.speed


def set_switches(memory: Memory, command: SetSwitches, *, now: datetime) -> None:
    before, after = memory.state.switches, command.switches
    _check_numbers(after)
    memory.state.switches = after
    if after.baskets == Baskets.OFF:
        baskets.empty_all(memory, now=now)
    memory.count_reservations_again()
    if before.carrier != after.carrier:
        for location in memory.state.locations.values():
            carriers.plan_lorry(memory, location, now=now)
        for back in memory.state.returns.values():
            returns.plan_next(memory, back, now=now)


def _check_numbers(switches: Switches) -> None:
    numbers = {name: value for name, value in structs.asdict(switches).items() if type(value) is int}
    for name, value in numbers.items():
        if value < 0:
            raise invalid(f"{name} cannot be {value}: give zero or more.")
    if switches.shipment_burst_factor < 1:
        raise invalid("shipment_burst_factor counts from 1: else no call would ever be let through.")
    if switches.listing_least_seconds > switches.listing_most_seconds:
        raise invalid("listing_least_seconds cannot be more than listing_most_seconds.")


def change_location(memory: Memory, command: ChangeLocation, *, now: datetime) -> Location:
    location = memory.state.locations.get(command.location_id)
    if location is None:
        raise unknown("location", command.location_id)
    if command.pickups is not None:
        _check_pickups(location, command.pickups, now=now)
        location.pickups = command.pickups
        carriers.plan_lorry(memory, location, now=now)
    if command.label_format is not None:
        location.label_format = command.label_format
    if command.minutes_to_pack is not None:
        location.minutes_to_pack = command.minutes_to_pack
    return location


def _check_pickups(location: Location, pickups: list[str], *, now: datetime) -> None:
    trial = Location(id=location.id, seller_id=location.seller_id, pickups=pickups)
    try:
        next_pickup(trial, ready=now)
    except ValueError as error:
        raise invalid(f"pickups must be wall-clock times such as '17:00': {error}") from None


def open_location(memory: Memory, command: OpenLocation, *, now: datetime) -> dict[str, str]:
    """One node per channel; asking again with the same name gives the same nodes."""
    if command.seller_id not in memory.state.sellers:
        raise unknown("seller", command.seller_id)
    answer = {}
    for channel in command.channels or ["FBA", "MFN"]:
        found = _named(memory, command, channel)
        if found is None:
            found = _open(memory, command, Channel(channel))
            carriers.plan_lorry(memory, found, now=now)
        answer[channel] = found.id
    return answer


def _named(memory: Memory, command: OpenLocation, channel: str) -> Location | None:
    for location in memory.state.locations.values():
        is_same = location.name == command.name and location.channel == channel
        if is_same and location.seller_id == command.seller_id:
            return location
    return None


def _open(memory: Memory, command: OpenLocation, channel: Channel) -> Location:
    number = len(memory.state.locations)
    a, b = divmod(number, len(LETTERS))
    location = Location(
        id=f"SB{LETTERS[a % len(LETTERS)]}{LETTERS[b]}",
        seller_id=command.seller_id,
        marketplace_id=command.marketplace_id,
        channel=channel,
        programme=Programme.SMARTCONNECT if channel == Channel.FBA else Programme.EASY_SHIP,
        name=command.name,
    )
    memory.state.locations[location.id] = location
    return location


def change_application(memory: Memory, command: ChangeApplication, *, now: datetime) -> Application:
    application = memory.state.applications.get(command.client_id)
    if application is None:
        raise unknown("application", command.client_id)
    redirect_uris = grants.redirects(command.redirect_uris or [])
    if command.client_secret is not None:
        application.client_secret = command.client_secret
    if command.roles is not None:
        application.roles = command.roles
    for token in command.revoke:
        application.refresh_tokens.pop(token, None)
    application.refresh_tokens.update(command.authorise)
    if command.redirect_uris is not None:
        application.redirect_uris = redirect_uris
    return application


def change_seller(memory: Memory, command: ChangeSeller, *, now: datetime) -> Seller:
    seller = memory.state.sellers.get(command.seller_id)
    if seller is None:
        raise unknown("seller", command.seller_id)
    if command.templates is not None:
        if len({each.id for each in command.templates}) < len(command.templates):
            raise invalid("Each shipping template has an id of its own.")
        seller.templates = command.templates
    if command.may_use_external_fulfillment is not None:
        seller.may_use_external_fulfillment = command.may_use_external_fulfillment
    if command.is_suspended is not None:
        seller.is_suspended = command.is_suspended
    return seller
