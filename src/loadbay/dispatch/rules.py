"""The life of a field call, what Amazon is asked next for a label, and when the lorry comes.

Pure. Amazon's statuses are those of EF Shipments 2024-09-11; the order of its steps is FACTS 2.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from loadbay.core.errors import Refusal


class State(Enum):
    TO_PACK = "to_pack"
    PACKING = "packing"
    PACKED = "packed"
    LABELLED = "labelled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Step(Enum):
    START = "start"
    LEAVE = "leave"
    FINISH = "finish"
    OPEN_AGAIN = "open_again"
    LAY_ASIDE = "lay_aside"
    UNPACK = "unpack"
    LABEL = "label"
    COMPLETE = "complete"
    CANCEL = "cancel"


NEXT = {
    (State.TO_PACK, Step.START): State.PACKING,
    (State.PACKING, Step.LEAVE): State.TO_PACK,
    (State.PACKING, Step.FINISH): State.PACKED,
    (State.PACKING, Step.LAY_ASIDE): State.PACKED,
    (State.PACKED, Step.OPEN_AGAIN): State.PACKING,
    (State.PACKED, Step.UNPACK): State.TO_PACK,
    (State.LABELLED, Step.UNPACK): State.TO_PACK,
    (State.PACKED, Step.LABEL): State.LABELLED,
    (State.LABELLED, Step.COMPLETE): State.COMPLETED,
    (State.TO_PACK, Step.CANCEL): State.CANCELLED,
    (State.PACKING, Step.CANCEL): State.CANCELLED,
    (State.PACKED, Step.CANCEL): State.CANCELLED,
    (State.LABELLED, Step.CANCEL): State.CANCELLED,
}


class StepNotAllowed(Refusal):
    """A field call is not in the state that the step starts from."""

    code = "step_not_allowed"

    def __init__(self, number: str, state: State, step: Step) -> None:
        super().__init__(f"{number} is {_STATE_WORDS[state]}. {_CURES[step]}")


def advance(state: State, step: Step, *, number: str) -> State:
    try:
        return NEXT[state, step]
    except KeyError:
        raise StepNotAllowed(number, state, step) from None


_STATE_WORDS = {
    State.TO_PACK: "not packed yet",
    State.PACKING: "on the bench",
    State.PACKED: "packed, but its label has not come yet",
    State.LABELLED: "labelled",
    State.COMPLETED: "completed already",
    State.CANCELLED: "cancelled",
}
_CURES = {
    Step.START: "It cannot be packed now.",
    Step.LEAVE: "Only a field call on the bench can be put back.",
    Step.FINISH: "Scan its number at the bench first.",
    Step.OPEN_AGAIN: "Only a packed field call whose label was declined can be opened again.",
    Step.LAY_ASIDE: "Only a field call that was opened again can be laid aside.",
    Step.UNPACK: "Only a packed field call can be packed anew.",
    Step.LABEL: "A label is made after Packing Finished.",
    Step.COMPLETE: "Only a labelled field call can be completed: pack it and let its label print first.",
    Step.CANCEL: "It can no longer be cancelled; a parcel that has left becomes a return.",
}


class Ask(Enum):
    """What has to be asked of Amazon next, so that a packed field call gets its labels."""

    CONFIRM = "confirm"
    CREATE_PACKAGES = "create_packages"
    UPDATE = "update"
    OPTIONS = "options"
    MAKE = "make"
    REMAKE = "remake"
    FETCH = "fetch"
    NOTHING = "nothing"
    STOP_CANCELLED = "stop_cancelled"
    STOP_GONE = "stop_gone"
    LOOK = "look"


@dataclass(frozen=True)
class Labels:
    """How far the labels of a field call's parcels are: how many links, how many files, of how many."""

    parcels: int
    links: int
    files: int


_ASKS = {
    "CREATED": Ask.CONFIRM,
    "ACCEPTED": Ask.CONFIRM,
    "CONFIRMED": Ask.CREATE_PACKAGES,
    "PACKAGE_CREATED": Ask.OPTIONS,
    "PICKUP_SLOT_RETRIEVED": Ask.MAKE,
    "INVOICE_GENERATED": Ask.MAKE,
    "CANCELLED": Ask.STOP_CANCELLED,
    "SHIPPED": Ask.STOP_GONE,
    "DELIVERED": Ask.STOP_GONE,
}


def next_ask(status: str, labels: Labels) -> Ask:
    """The next question on the way to printed labels, from Amazon's status and what is stored here.

    A label that Amazon made but whose answer never reached us is made anew (REGENERATE): its link is lost.
    """
    if labels.files == labels.parcels:
        return Ask.NOTHING
    if status in {"CANCELLED"}:
        return Ask.STOP_CANCELLED
    if labels.links + labels.files == labels.parcels:
        return Ask.FETCH
    if status == "SHIPLABEL_GENERATED":
        return Ask.REMAKE
    return _ASKS.get(status, Ask.LOOK)


WITH_PACKAGES = frozenset(
    {"PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED", "INVOICE_GENERATED", "SHIPLABEL_GENERATED"}
)
"""Amazon's statuses in which it holds the packages of a shipment that is still here. From then on there is a
call that changes one package and none that adds or removes one (EF Shipments 2024-09-11)."""

AFTER_ASK = {
    Ask.CONFIRM: "CONFIRMED",
    Ask.CREATE_PACKAGES: "PACKAGE_CREATED",
    Ask.OPTIONS: "PICKUP_SLOT_RETRIEVED",
    Ask.MAKE: "SHIPLABEL_GENERATED",
    Ask.REMAKE: "SHIPLABEL_GENERATED",
}
"""The status a shipment has for us once Amazon accepted the question. OPTIONS may leave another one at
Amazon (FACTS 11.3); to us it means that the options were asked for."""


@dataclass(frozen=True)
class Site:
    """When the lorry comes to a location: local times, ISO weekdays, days without one, its time zone."""

    zone: ZoneInfo
    pickups: tuple[time, ...]
    weekdays: frozenset[int]
    holidays: frozenset[date] = frozenset()


def collection_lock(location: str, agent_id: int) -> str:
    """Who joins a consignment and who closes it take turns, per place and carrier."""
    return f"collection:{location}:{agent_id}"


END_OF_DAY = time(23, 59)
LOOK_BACK_DAYS = 15


def collection_moment(ship_by: datetime, *, site: Site, now: datetime) -> datetime:
    """The pickup that takes a shipment: the last one not after `ship_by` that is still to come.

    `ship_by` and `now` are aware; the answer is aware in UTC. A day without a lorry sends its shipments with
    the last one before it. When the last fitting pickup has gone, it is the next one the site has, however
    late. A site without pickup times is collected at the day's end.
    """
    day = ship_by.astimezone(site.zone).date()
    fitting = [moment for moment in _pickups_on(day, site) if moment <= ship_by]
    wanted = max(fitting, default=None) or min(_pickups_on(day, site), default=None)
    if wanted is None:
        wanted = _last_before(day, site=site, now=now)
    if wanted is not None and wanted >= now:
        return wanted.astimezone(ZoneInfo("UTC"))
    return next_pickup(now if wanted is not None else max(now, ship_by), site=site)


def _last_before(day: date, *, site: Site, now: datetime) -> datetime | None:
    """The last pickup before a day without one that is still to come; None when there is none so near."""
    for offset in range(1, LOOK_BACK_DAYS + 1):
        coming = [moment for moment in _pickups_on(day - timedelta(days=offset), site) if moment >= now]
        if coming:
            return max(coming)
    return None


def next_pickup(after: datetime, *, site: Site) -> datetime:
    """The first pickup of the site at or after a moment (aware UTC)."""
    day = after.astimezone(site.zone).date()
    weeks = len(site.holidays) + 2  # every holiday may be the site's only weekday
    for offset in range(7 * weeks):
        for moment in sorted(_pickups_on(day + timedelta(days=offset), site)):
            if moment >= after:
                return moment.astimezone(ZoneInfo("UTC"))
    return datetime.combine(day, END_OF_DAY, tzinfo=site.zone).astimezone(ZoneInfo("UTC"))


def _pickups_on(day: date, site: Site) -> list[datetime]:
    if day.isoweekday() not in site.weekdays or day in site.holidays:
        return []
    times = site.pickups or (END_OF_DAY,)
    return [datetime.combine(day, at, tzinfo=site.zone) for at in times]


RETRY_DELAYS = (2, 5, 15, 30, 60, 120, 300)
"""Seconds between tries of a label or of telling shipped, while Amazon is in trouble."""


def retry_after(tries: int) -> timedelta:
    return timedelta(seconds=RETRY_DELAYS[min(tries, len(RETRY_DELAYS) - 1)])
