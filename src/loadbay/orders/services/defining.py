"""Orders that waited for a definition go back in line once it is mapped.

They are held by `holding.hold_for_definitions`, with the values they wait for as keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from loadbay.channels.definition_rules import Table
from loadbay.channels.services.unmapped import settle
from loadbay.orders.models import Shipment
from loadbay.orders.services.building import build_again
from loadbay.orders.services.paying import code_again

# A file of definitions may map tens of thousands of values at once.
_WAITS_FOR_ONE_OF = (
    "EXISTS (SELECT 1 FROM jsonb_array_elements_text(held_for) AS held (key)"
    " WHERE held.key = ANY (%s::text[]))"
)


@transaction.atomic
def go_on_where_defined(channel_id: int, keys: Sequence[str]) -> int:
    """Orders of the channel that waited for one of these values go back in line. Returns how many.

    What they still lack is told anew when they are built.
    """
    waiting = Shipment.objects.filter(channel_id=channel_id, building=Shipment.Building.WAITING)
    wanted = RawSQL(_WAITS_FOR_ONE_OF, [list(keys)], output_field=BooleanField())
    found = list(waiting.filter(wanted).values_list("pk", flat=True)) if keys else []
    build_again(found)
    settle(channel_id, keys)
    if any(key.startswith(f"{Table.PAYMENT_METHOD.value}:") for key in keys):
        code_again(channel_id)
    return len(found)


def held_keys(channel_id: int) -> list[str]:
    """Every value for which an order of the channel waits."""
    rows = Shipment.objects.filter(channel_id=channel_id, building=Shipment.Building.WAITING)
    held = rows.exclude(held_for=[]).values_list("held_for", flat=True)
    return sorted({key for keys in held for key in keys})
