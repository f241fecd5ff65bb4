"""Which lorry takes what, once collection times changed: field calls without a label are reckoned anew.

A labelled one stays in its consignment, because Amazon's label names its collection. Doing it again changes
nothing, so the look by the clock (`rolling.py`) heals what a change just missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from loadbay.channels.models import SalesChannel
from loadbay.channels.setting_rules import RoomInUse
from loadbay.core.bulk import update_many
from loadbay.dispatch.models import IN_WORK, NOT_LABELLED, FieldCall, FieldCallLine
from loadbay.dispatch.rules import Site, collection_moment, next_pickup
from loadbay.dispatch.services.opening import site_of
from loadbay.journal.services import note_each

GRACE = timedelta(minutes=30)
"""So long after its pickup a field call may still be handed to that lorry."""


class _Planned(NamedTuple):
    """A field call with what decides on its lorry."""

    pk: int
    number: str
    location: str
    agent_id: int
    collection_at: datetime
    ship_by: datetime | None
    method_agent_id: int | None
    """Who carries it by its shipping method, whatever the channel's own agent is."""


@transaction.atomic
def plan_again(channel_id: int, *, now: datetime) -> int:
    """Give the channel's field calls without a label the lorry and carrier of its present settings.

    Returns how many that changed. A lorry that may still be at the door keeps what it was to take.
    """
    channel = SalesChannel.objects.get(pk=channel_id)
    rows = FieldCall.objects.filter(channel=channel, state__in=NOT_LABELLED)
    columns = ("pk", "number", "location", "agent_id", "collection_at")
    found = rows.values_list(*columns, "sale__shipment__expected_ship_at", "sale__agent_id").order_by("id")
    sites: dict[str, Site] = {}
    moments = {}
    for call in map(_Planned._make, found):
        if call.location not in sites:
            sites[call.location] = site_of(channel, call.location)
        at = _moment(call, site=sites[call.location], now=now)
        agent_id = call.method_agent_id or channel.shipping_agent_id
        if (at, agent_id) != (call.collection_at, call.agent_id):
            moments[call.pk] = (call._replace(agent_id=agent_id), at)
    still = rows.filter(pk__in=list(moments)).select_for_update(of=("self",)).order_by("id")
    changed = [moments[pk] for pk in still.values_list("pk", flat=True)]
    _write(changed, sites=sites)
    return len(changed)


def _moment(call: _Planned, *, site: Site, now: datetime) -> datetime:
    at = call.collection_at
    if now - GRACE <= at < now and next_pickup(at, site=site) == at:
        return at
    return collection_moment(call.ship_by or at, site=site, now=now)


def _write(changed: Sequence[tuple[_Planned, datetime]], *, sites: dict[str, Site]) -> None:
    local = {call.pk: at.astimezone(sites[call.location].zone) for call, at in changed}
    update_many(FieldCall, "collection_at", {call.pk: at for call, at in changed})
    update_many(FieldCall, "collection_date", {pk: moment.date() for pk, moment in local.items()})
    update_many(FieldCall, "agent_id", {call.pk: call.agent_id for call, _ in changed})
    note_each(
        [
            (f"field_call:{call.number}", f"Its lorry comes on {local[call.pk]:%d %b %Y at %H:%M} now.")
            for call, at in changed
            if at != call.collection_at
        ],
        what="planned",
    )


def refuse_stranding(channel_id: int, *, locations: Sequence[str], rooms: Sequence[str]) -> None:
    """Raises `RoomInUse` when field calls that have not left need a location or room that goes.

    Whoever was opening one there is done: the change waited for all promises (`sites.wait_for_promises`).
    """
    in_work = FieldCall.objects.filter(channel_id=channel_id, state__in=IN_WORK)
    for location in locations:
        numbers = list(in_work.filter(location=location).order_by("id").values_list("number", flat=True))
        if numbers:
            raise RoomInUse(
                "rooms",
                f"{_named(numbers)} still to leave from {location}. Complete them first, "
                "or leave the location its stock room.",
                part=location,
            )
    for room in rooms:
        picks = FieldCallLine.objects.filter(field_call__in=in_work, room__code=room)
        numbers = sorted(set(picks.values_list("field_call__number", flat=True)))
        if numbers:
            raise RoomInUse(
                "rooms",
                f"{_named(numbers)} to be picked from stock room {room}. Complete them first, "
                "or keep the room.",
                part=room,
            )


def _named(numbers: Sequence[str]) -> str:
    if len(numbers) == 1:
        return f"{numbers[0]} is"
    return f"{numbers[0]} and {len(numbers) - 1} more are"
