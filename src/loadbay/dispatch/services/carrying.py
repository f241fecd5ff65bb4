"""What the marketplace was told of a parcel's carrier (MFN), and whether that is still what is here.

Its rule: a parcel is told only as it was sent. Whoever corrects it meanwhile has it told once more.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from loadbay.dispatch.models import Parcel
from loadbay.dispatch.services.completing import told_shipped
from loadbay.orders.services.answering import note_answered

IN_DOUBT = "in doubt"
"""Stands for a fingerprint while two ways of carrying it may have arrived."""


@transaction.atomic
def sending(parcel: Parcel) -> None:
    """Note what is about to be sent, before it is: its answer may be lost."""
    mine = _fingerprint(parcel)
    known = Parcel.objects.select_for_update().values_list("told", flat=True).get(pk=parcel.pk)
    Parcel.objects.filter(pk=parcel.pk).update(told=mine if known in {"", mine} else IN_DOUBT)


@transaction.atomic
def accepted(parcel: Parcel, *, now: datetime) -> None:
    """The marketplace has the parcel as it is in `parcel`; told only if nobody corrected it meanwhile."""
    mine = _fingerprint(parcel)
    current = (
        Parcel.objects.select_for_update(of=("self",)).select_related("field_call__sale").get(pk=parcel.pk)
    )
    Parcel.objects.filter(pk=parcel.pk).update(told=mine)
    if _fingerprint(current) == mine:
        told_shipped(parcel.pk, now=now)
    else:
        note_answered(current.field_call.sale.shipment_id)


def is_only_told_so(parcel: Parcel) -> bool:
    """Whether nothing else was ever sent of it than what is here now."""
    return parcel.told == _fingerprint(parcel)


def _fingerprint(parcel: Parcel) -> str:
    said = (parcel.tracking_id, parcel.carrier_code, parcel.carrier_name, parcel.ship_method)
    return sha256(repr(said).encode()).hexdigest()
