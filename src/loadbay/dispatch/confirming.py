"""Telling the marketplace of parcels that went with a carrier of our own (MFN): each once, order by order.

What was asked and not answered is looked after before it is repeated; what is refused is told to a person
and tried again. No transaction is open during a call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.core.clock import Clock
from loadbay.core.errors import Conflict, Misconfigured, Rejected, Retryable, Trouble, Unclear
from loadbay.core.ids import AmazonOrderId, MarketplaceId
from loadbay.core.locks import alone
from loadbay.dispatch.models import FieldCall, Parcel
from loadbay.dispatch.own_carrier import OURS, reference_of
from loadbay.dispatch.packages import packages_to_make
from loadbay.dispatch.ports import ConfirmationDesk, ShippedParcel
from loadbay.dispatch.services import carrying, completing
from loadbay.orders.readers import look
from loadbay.orders.senders import conversation_lock
from loadbay.orders.services import answering


@dataclass(frozen=True)
class ConfirmDeps:
    """What confirming needs from outside: the marketplace and the time."""

    desk: ConfirmationDesk
    clock: Clock


def confirm_shipped(field_call_id: int, deps: ConfirmDeps) -> datetime | None:
    """Tell of every parcel of a completed field call that it left. When to try again, or None."""
    call = completing.call_to_tell(field_call_id, OURS)
    if call is None:
        return None
    with alone(conversation_lock(call.sale.shipment_id)):
        try:
            _confirm_each(call, deps)
        except (Conflict, Unclear, Retryable, Rejected) as trouble:
            return _after_trouble(call, deps, trouble)
    return None


def _confirm_each(call: FieldCall, deps: ConfirmDeps) -> None:
    for parcel_id in completing.parcels_to_tell(call.pk):
        shipment = completing.shipment_of(call)
        if shipment.asked:
            _see_what_is_told(call, deps)
            shipment = completing.shipment_of(call)
        if shipment.status == "CANCELLED" or parcel_id not in completing.parcels_to_tell(call.pk):
            continue
        sent = Parcel.objects.get(pk=parcel_id)
        parcel = _as_told(call, sent)
        answering.note_asking(shipment.pk, f"confirm:{parcel.reference}"[:30], now=deps.clock.now())
        carrying.sending(sent)
        try:
            deps.desk.confirm_shipped(_order(call), parcel, marketplace_id=_marketplace(call))
        except (Conflict, Unclear):
            raise
        except (Trouble, Misconfigured):
            answering.note_answered(shipment.pk)  # a plain no: nothing is unclear
            raise
        carrying.accepted(sent, now=deps.clock.now())


def _as_told(call: FieldCall, parcel: Parcel) -> ShippedParcel:
    """A parcel as the marketplace hears of it: units of whole sold lines, whatever lies in it."""
    made = next(one for one in packages_to_make(call.pk) if one.package_id == parcel.package_id)
    is_named = parcel.carrier_code.casefold() == "other"
    return ShippedParcel(
        reference=reference_of(call.number, parcel.package_id),
        carrier_code=parcel.carrier_code,
        carrier_name=parcel.carrier_name if is_named else "",
        method=parcel.ship_method,
        tracking_id=parcel.tracking_id,
        shipped_at=call.completed_at or call.state_since,
        lines=tuple((line.line_id, line.units) for line in made.lines),
    )


def _see_what_is_told(call: FieldCall, deps: ConfirmDeps) -> None:
    """Look at the order: parcels that the marketplace has under our reference and number are told.

    It shows no carrier: of a parcel that it may know otherwise, the look is no proof, and it is told again.
    """
    seen = deps.desk.look(_order(call))
    look(call.sale.shipment.connection_id, see=lambda: seen)
    told = {(str(package.package_id), package.tracking_id) for package in seen.packages}
    for parcel in _untold(call):
        is_there = (reference_of(call.number, parcel.package_id), parcel.tracking_id) in told
        if is_there and carrying.is_only_told_so(parcel):
            carrying.accepted(parcel, now=deps.clock.now())
    answering.note_answered(call.sale.shipment_id)


def _untold(call: FieldCall) -> Iterable[Parcel]:
    return Parcel.objects.filter(pk__in=completing.parcels_to_tell(call.pk)).order_by("id")


def _after_trouble(call: FieldCall, deps: ConfirmDeps, trouble: Trouble) -> datetime | None:
    """After a lost answer or a no: look whether it is known there all the same, then later again."""
    if not isinstance(trouble, Retryable):
        try:
            _see_what_is_told(call, deps)
        except (Retryable, Unclear, Rejected):
            pass  # still unclear: `asked` stays, and the next try looks first
    if not completing.is_still_to_tell(call.pk):
        return None
    if isinstance(trouble, Rejected) and not isinstance(trouble, Conflict):
        completing.shipped_declined(call.pk, reason=trouble.sentence)
    after = getattr(trouble, "after", None)
    return completing.tell_later(call.pk, now=deps.clock.now(), reason=trouble.sentence, after=after)


def _order(call: FieldCall) -> AmazonOrderId:
    return AmazonOrderId(call.sale.shipment.shipment_id)


def _marketplace(call: FieldCall) -> MarketplaceId:
    return MarketplaceId(MARKETPLACES[call.channel.marketplace].marketplace_id)
