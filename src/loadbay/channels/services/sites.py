"""Where a channel's goods come from and when the lorry comes: rooms and locations, pickups, holidays.

Checked values in, rows written; used when a channel is added and when it is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from loadbay.channels.models import ChannelRoom, Holiday, PickupTime, SalesChannel
from loadbay.channels.rules import AMAZONS_OWN
from loadbay.channels.setting_rules import SettingNotUsable, read_pickup
from loadbay.core.errors import NotFound
from loadbay.core.locks import hold_for_transaction, share_for_transaction
from loadbay.stock.models import StockRoom

LONGEST_LOCATION = 36
MOST_PICKUPS = 24
MOST_HOLIDAYS = 366

Pickup = tuple[str, time]
"""(location, time of day)"""


def checked_rooms(
    rooms: Mapping[str, str], *, channel: str, programme: str = SalesChannel.Programme.SMARTCONNECT
) -> list[tuple[StockRoom, str]]:
    """Stock room code → location, as rows, in the order in which they are taken from.

    The rooms of an MFN channel have no location.
    """
    has_locations = programme != SalesChannel.Programme.MFN
    if not rooms:
        form = "ROOM=LOCATION" if has_locations else "ROOM"
        raise SettingNotUsable("rooms", f"Channel {channel} has no stock room. Give at least one as {form}.")
    checked: list[tuple[StockRoom, str]] = []
    for code, location in rooms.items():
        room = StockRoom.objects.filter(code=code.strip().upper()).first()
        if room is None:
            raise NotFound(f"There is no stock room {code}. Add it first: loadbay stock-room add {code}.")
        if room in [known for known, _ in checked]:
            raise SettingNotUsable(
                "rooms", f"Stock room {room.code} is named twice. Give each once, with one location."
            )
        _check_location(location, room=room.code, is_wanted=has_locations)
        checked.append((room, location))
    return checked


def _check_location(location: str, *, room: str, is_wanted: bool) -> None:
    if not is_wanted and location:
        raise SettingNotUsable(
            "rooms",
            f"Stock room {room} of a merchant fulfilled channel has no Amazon location. Write just {room}.",
            part=room,
        )
    is_usable = location.isprintable() and " " not in location and len(location) <= LONGEST_LOCATION
    if is_wanted and (not location or not is_usable or location == AMAZONS_OWN):
        raise SettingNotUsable(
            "rooms",
            f"Stock room {room} has no usable Amazon location id. Write it like {room}=LBAY.",
            part=room,
        )


def checked_pickups(times: Mapping[str, Iterable[str]]) -> tuple[Pickup, ...]:
    """Location → times of day, each once, in order."""
    found: list[Pickup] = []
    for location, texts in times.items():
        mine = sorted({read_pickup(text, location=location) for text in texts})
        if len(mine) > MOST_PICKUPS:
            raise SettingNotUsable(
                "pickups", f"{location} has more than {MOST_PICKUPS} pickup times a day.", part=location
            )
        found += [(location, at) for at in mine]
    return tuple(sorted(found))


def checked_holidays(days: Iterable[date], *, today: date) -> tuple[date, ...]:
    """Days without a lorry from today on; those that are over are forgotten."""
    coming = tuple(sorted({day for day in days if day >= today}))
    if len(coming) > MOST_HOLIDAYS:
        raise SettingNotUsable(
            "holidays", f"{len(coming)} days without a lorry are too many. Give up to {MOST_HOLIDAYS}."
        )
    return coming


def keep_rooms(connection_id: int) -> None:
    """For who promises goods from the rooms of a connection's channels: they stay until the transaction ends.

    To be called before anything is locked, since a change that takes a room away is waited for.
    """
    share_for_transaction(_rooms_of(connection_id))


def wait_for_promises(connection_id: int) -> None:
    """For who takes a room away: all that was promised from the old rooms can be seen from now on."""
    hold_for_transaction(_rooms_of(connection_id))


def _rooms_of(connection_id: int) -> str:
    return f"rooms:{connection_id}"


def save_rooms(channel: SalesChannel, rooms: Sequence[tuple[StockRoom, str]]) -> None:
    ChannelRoom.objects.filter(channel=channel).delete()
    ChannelRoom.objects.bulk_create(
        ChannelRoom(channel=channel, room=room, location=location, position=position)
        for position, (room, location) in enumerate(rooms, start=1)
    )


def save_pickups(channel: SalesChannel, pickups: Iterable[Pickup]) -> None:
    PickupTime.objects.filter(channel=channel).delete()
    PickupTime.objects.bulk_create(
        PickupTime(channel=channel, location=location, at=at) for location, at in pickups
    )


def save_holidays(channel: SalesChannel, days: Iterable[date]) -> None:
    Holiday.objects.filter(channel=channel).delete()
    Holiday.objects.bulk_create(Holiday(channel=channel, day=day) for day in days)
