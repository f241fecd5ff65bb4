"""Which labelled field calls must not leave yet: their box would go out without a valid label.

A label is valid until Amazon made another one, or until Amazon was told of another box. So a call whose new
label was only asked for may leave with its old one; one whose box was changed, or of which nobody knows what
Amazon did, may not. What its state allows is `rules.NEXT`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from loadbay.dispatch.models import FieldCall, Label, Parcel
from loadbay.dispatch.own_carrier import OURS
from loadbay.dispatch.packages import changed_packages


def kept_back(field_call_ids: Sequence[int]) -> dict[int, str]:
    """Field call → why it must not leave, and what to do; those that may leave are not in it."""
    labelled = Label.objects.filter(is_void=False, stored_at__isnull=False)
    bare = Parcel.objects.filter(field_call_id__in=list(field_call_ids)).exclude(
        pk__in=labelled.values("parcel_id")
    )
    own = FieldCall.objects.filter(OURS, pk__in=list(field_call_ids))
    bare = bare.exclude(Q(field_call__in=own) & ~Q(tracking_id=""))  # its carrier's label is on it
    without: dict[int, list[str]] = {}
    for call, package in bare.order_by("id").values_list("field_call_id", "package_id"):
        without.setdefault(call, []).append(package)
    asking = FieldCall.objects.filter(pk__in=list(field_call_ids)).exclude(label_wanted="")
    asked = dict(asking.values_list("pk", "sale__shipment__asked"))
    found = {}
    for call in field_call_ids:
        if call in asked and (call in without or asked[call] or changed_packages(call)):
            found[call] = _COMING
        elif call in without:
            found[call] = f"{', '.join(without[call])} without a valid label. {_AGAIN}"
    return found


_COMING = (
    "the label on its box is not valid any more and a new one is asked for. "
    "Keep it here until the new one has printed and is on the box."
)
_AGAIN = "Keep it here and press Label again in the field call."
