"""What follows for shipments when a channel's stock rooms or its order start change.

Nothing is built here: what may go on is put back in line (`building.build_again`).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from loadbay.channels.models import ChannelRoom, SalesChannel
from loadbay.channels.setting_rules import RoomInUse
from loadbay.inbox.services import close_task
from loadbay.orders import rules
from loadbay.orders.models import Shipment
from loadbay.orders.services.building import build_again

_NOT_BUILT = (Shipment.Building.STAGED, Shipment.Building.WAITING)


def refuse_stranding(channel_id: int, *, locations: Sequence[str]) -> None:
    """Raises `RoomInUse` when shipments still to be built belong to a location that goes."""
    rows = Shipment.objects.filter(channel_id=channel_id, building__in=_NOT_BUILT)
    for location in locations:
        waiting = rows.filter(location=location).exclude(status__in=rules.FINAL)
        first = waiting.order_by("id").values_list("shipment_id", flat=True).first()
        if first is not None:
            raise RoomInUse(
                "rooms",
                f"Shipment {first} waits at {location} to become a sale. Settle its task first, "
                "or leave the location its stock room.",
                part=location,
            )


@transaction.atomic
def go_on_where_rooms_are(channel_id: int) -> None:
    """Shipments that waited because no room fed their location go back in line, now that one does."""
    fed = set(ChannelRoom.objects.filter(channel_id=channel_id).values_list("location", flat=True))
    waiting = Shipment.objects.filter(
        channel_id=channel_id,
        building=Shipment.Building.WAITING,
        location__in=fed,
        held_because__startswith="No stock room of the sales channel",
    )
    build_again(list(waiting.values_list("pk", flat=True)))
    for location in fed:
        close_task("location_without_room", f"{channel_id}:{location}")


@transaction.atomic
def look_again_from_start(channel_id: int) -> int:
    """Shipped and cancelled shipments left out as older than the order start, and not older than the new one,
    go back in line. Returns how many."""
    start = SalesChannel.objects.values_list("order_start_at", flat=True).get(pk=channel_id)
    rows = Shipment.objects.filter(
        channel_id=channel_id,
        building=Shipment.Building.IGNORED,
        implied_status="Ignored",
        ignored_because__in=["", rules.BEFORE_START],
        status__in=rules.FINAL,
        created_at__gte=start,
    )
    return rows.update(building=Shipment.Building.STAGED, implied_status="", ignored_because="")
