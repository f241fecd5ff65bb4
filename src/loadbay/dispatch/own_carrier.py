"""Field calls whose carrier we choose ourselves (MFN): no label of the marketplace, our tracking number.

Its rule: whoever asks for labels leaves these out, whoever wants a tracking number takes just these.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from loadbay.channels.models import SalesChannel
from loadbay.dispatch.models import FieldCall, Parcel

OURS = Q(channel__programme=SalesChannel.Programme.MFN)
"""Of field calls."""


def is_ours(call: FieldCall) -> bool:
    return is_of_our_carrier(call.channel.programme)


def is_of_our_carrier(programme: str) -> bool:
    """Whether the channels of a programme choose the carrier."""
    return programme == SalesChannel.Programme.MFN


def ours_among(field_call_ids: Sequence[int]) -> set[int]:
    rows = FieldCall.objects.filter(OURS, pk__in=list(field_call_ids))
    return set(rows.values_list("pk", flat=True))


def without_tracking(call: FieldCall) -> list[Parcel]:
    """Parcels that have no tracking number yet, in packing order."""
    return list(call.parcels.filter(tracking_id="").order_by("id"))


def reference_of(number: str, package_id: str) -> str:
    """What the marketplace calls a parcel: digits, unique in its order, the same each time it is told.

    From the numbers of field call and parcel: FC-000123, PKG-2 is 12302.
    """
    call = "".join(sign for sign in number if sign.isdigit())
    parcel = "".join(sign for sign in package_id if sign.isdigit())
    return str(int(call or "0") * 100 + int(parcel or "1"))
