"""When the carrier comes to a location: wall-clock times of its own time zone, every day.

The rule: a pickup counts for a parcel when there are still `minutes_to_pack` until it.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from amazon_simulator.world.state import Location


def next_pickup(location: Location, *, ready: datetime) -> datetime:
    """The first pickup at or after a moment, in UTC."""
    zone = ZoneInfo(location.time_zone)
    day = ready.astimezone(zone).date()
    times = sorted(time.fromisoformat(text) for text in location.pickups)
    for ahead in range(3):
        for at in times:
            pickup = datetime.combine(day + timedelta(days=ahead), at, tzinfo=zone).astimezone(UTC)
            if pickup >= ready:
                return pickup
    raise ValueError(f"The location {location.id} has no pickup times.")


def ship_by(location: Location, *, ordered: datetime) -> datetime:
    return next_pickup(location, ready=ordered + timedelta(minutes=location.minutes_to_pack))


def pickup_after(location: Location, *, now: datetime) -> datetime:
    """The first pickup strictly after a moment: for a lorry that has just been there."""
    return next_pickup(location, ready=now + timedelta(milliseconds=1))
