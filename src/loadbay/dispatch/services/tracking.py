"""Parcels with a carrier of our own (MFN): their tracking numbers, at the bench, in the office, by command.

With the last number the field call is labelled: its goods are, and it joins its carrier's consignment of that
day. A number that is corrected after the marketplace was told goes there again, under the same reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from loadbay.catalogue.queries import product_of_code
from loadbay.channels.definition_queries import definitions
from loadbay.channels.definition_rules import OTHER, Outgoing, outgoing
from loadbay.core.errors import NotFound, Refusal, WrongInput
from loadbay.core.events import record
from loadbay.core.locks import hold_for_transaction
from loadbay.dispatch import bench_rules as words
from loadbay.dispatch.bench_rules import BenchAnswer
from loadbay.dispatch.events import FieldCallsCompleted
from loadbay.dispatch.models import FieldCall, Parcel, ParcelLine
from loadbay.dispatch.own_carrier import is_ours, without_tracking
from loadbay.dispatch.parts import goods_of
from loadbay.dispatch.rules import State, Step, advance, collection_lock
from loadbay.dispatch.services.labels import join_consignment
from loadbay.inbox.services import close_tasks
from loadbay.journal.services import note
from loadbay.orders.models import Sale
from loadbay.stock import services as stock

LONGEST_TRACKING, LONGEST_CARRIER = 80, 60
ABOUT_TELLING = ("shipped_late", "shipped_declined")
"""Kinds of tasks of a field call that nobody needs once the marketplace was told."""


class NotYours(Refusal):
    """The field call does not go with a carrier of the shop's own, or is not so far."""

    code = "no_own_carrier"


@dataclass(frozen=True)
class Shipped:
    """How the parcels of a field call travel; what is empty follows from its shipping agent.

    `tracking` has one number for each parcel, in packing order.
    """

    tracking: tuple[str, ...]
    carrier_code: str = ""
    carrier_name: str = ""
    method: str = ""


# --- at the bench ---


def is_awaited(call: FieldCall) -> bool:
    """Whether it is in hand, all its goods are in closed parcels, and only tracking numbers are missing."""
    if not is_ours(call) or call.state != FieldCall.State.PACKING:
        return False
    parcels = list(call.parcels.values_list("is_closed", "tracking_id"))
    if not parcels or not all(is_closed for is_closed, _ in parcels):
        return False
    packed = ParcelLine.objects.filter(parcel__field_call=call).aggregate(units=Sum("units"))["units"]
    return packed == call.lines.aggregate(units=Sum("units"))["units"]


def ask(call: FieldCall) -> BenchAnswer:
    """Packing is finished: the first tracking number is wanted. The call stays in hand for it."""
    parcels = list(call.parcels.order_by("id"))
    place = next(number for number, parcel in enumerate(parcels, start=1) if not parcel.tracking_id)
    return words.tracking_wanted(call.number, agent=call.agent.name, parcel=place, parcels=len(parcels))


def scanned(call: FieldCall, code: str, *, now: datetime) -> BenchAnswer:
    """A code at the bench, while a tracking number is awaited. The call's row is locked."""
    if product_of_code(code) is not None:
        return words.no_tracking(call.number, f"{code} is a product.")
    try:
        number = _read(code)
    except WrongInput as refusal:
        return words.no_tracking(call.number, refusal.sentence)
    if call.parcels.filter(tracking_id=number).exists():
        return words.no_tracking(call.number, f"{number} is on another parcel of {call.number} already.")
    parcel = without_tracking(call)[0]
    _write([parcel], Shipped((number,)), by=_carrier_of(call))
    if without_tracking(call):
        return ask(call)
    _finish(call, now=now)
    return words.tracked(call.number, agent=call.agent.name, consignment=_consignment(call))


def leave_for_later(call: FieldCall, *, now: datetime) -> BenchAnswer:
    """The packer has no number yet: the box is packed, and the office gives it."""
    call.state = advance(State(call.state), Step.FINISH, number=call.number).value
    call.state_since = call.packed_at = now
    call.save(update_fields=["state", "state_since", "packed_at"])
    note(f"field_call:{call.number}", "Packing finished; its tracking number comes later.", what="packed")
    return words.tracking_later(call.number)


# --- in the office and by command ---


@transaction.atomic
def ship(number: str, shipped: Shipped, *, now: datetime) -> str:
    """Give the tracking numbers of a packed field call, or correct those of one that left. Says what follows.

    Raises `NotFound`, `NotYours` or `WrongInput`; then nothing is changed.
    """
    call = _locked(number)
    parcels = list(call.parcels.order_by("id"))
    _refuse(call, parcels, shipped)
    numbers = tuple(_read(text) for text in shipped.tracking)
    if len(set(numbers)) < len(numbers):
        raise WrongInput("A tracking number is named twice. Give each parcel its own.")
    changed = _write(parcels, Shipped(numbers), by=_carrier(call, shipped))
    if call.state in {FieldCall.State.PACKING, FieldCall.State.PACKED}:
        _finish(call, now=now)
        return f"{call.number} is ready for the lorry, in {_consignment(call)}."
    if not changed:
        return f"{call.number} is as you say already; nothing was changed."
    note(f"field_call:{call.number}", f"Tracking: {', '.join(numbers)}.", what="tracking")
    if call.state == FieldCall.State.LABELLED:
        return f"{call.number} has its new tracking number."
    _tell_again(call)
    return f"{call.number} is corrected; Amazon is told again."


@transaction.atomic
def tell_again(number: str) -> None:
    """A person asks to tell the marketplace now what it did not take. Raises `NotYours`."""
    call = _locked(number)
    if call.state != FieldCall.State.COMPLETED or not call.parcels.filter(told_shipped_at=None).exists():
        raise NotYours(
            f"{call.number} has nothing that is still to be told to Amazon. What was told wrongly is told "
            "again when its tracking number is corrected."
        )
    _tell_again(call)


def _tell_again(call: FieldCall) -> None:
    call.problem, call.tries, call.next_try_at = "", 0, None
    call.save(update_fields=["problem", "tries", "next_try_at"])
    for kind in ABOUT_TELLING:
        close_tasks(kind, matters=[call.number])
    record(FieldCallsCompleted(connection_id=call.channel.connection_id, field_call_ids=[call.pk]))


def _locked(number: str) -> FieldCall:
    found = FieldCall.objects.filter(number=number.strip().upper()).values_list("pk", "sale_id").first()
    if found is None:
        raise NotFound(f"There is no field call {number}.")
    list(Sale.objects.select_for_update().filter(pk=found[1]))
    rows = FieldCall.objects.select_for_update(of=("self",)).filter(pk=found[0])
    return rows.select_related("channel", "agent", "sale").get()


def _refuse(call: FieldCall, parcels: Sequence[Parcel], shipped: Shipped) -> None:
    if not is_ours(call):
        raise NotYours(
            f"{call.number} gets its label and tracking number from Amazon. Make its labels at the bench."
        )
    is_early = call.state == FieldCall.State.TO_PACK or (
        call.state == FieldCall.State.PACKING and not is_awaited(call)
    )
    if is_early:
        raise NotYours(f"{call.number} is not packed. Pack it at the bench first.")
    if call.state == FieldCall.State.CANCELLED:
        raise NotYours(f"{call.number} is cancelled; nothing of it is to be sent. Put its goods back.")
    if len(shipped.tracking) != len(parcels):
        raise WrongInput(
            f"{call.number} has {len(parcels)} parcels, {len(shipped.tracking)} tracking numbers were "
            "given. Give one for each parcel, in packing order."
        )


def _carrier(call: FieldCall, shipped: Shipped) -> Outgoing:
    """What a person said of the carrier; the rest follows from the shipping agent."""
    usual = _carrier_of(call)
    if not shipped.carrier_code.strip():
        return Outgoing(usual.carrier_code, usual.carrier_name, _text(shipped.method) or usual.method)
    code, name = _text(shipped.carrier_code), _text(shipped.carrier_name)
    if code.casefold() == OTHER.casefold() and not name:
        raise WrongInput("The carrier Other needs the carrier's name. Give it as well.")
    return Outgoing(code, name or code, _text(shipped.method) or usual.method)


def _carrier_of(call: FieldCall) -> Outgoing:
    """The shipping agent in the channel's words."""
    service = call.sale.service.code if call.sale.service else ""
    defined = definitions([call.channel_id])[call.channel_id]
    return outgoing(defined, agent=call.agent.code, service=service, agent_name=call.agent.name)


def _write(parcels: Sequence[Parcel], shipped: Shipped, *, by: Outgoing) -> bool:
    """Whether something of it is new; what is new is not told yet."""
    changed = False
    for parcel, number in zip(parcels, shipped.tracking, strict=True):
        wanted = (number, by.carrier_code, by.carrier_name, by.method)
        if wanted == (parcel.tracking_id, parcel.carrier_code, parcel.carrier_name, parcel.ship_method):
            continue
        parcel.tracking_id, parcel.carrier_code, parcel.carrier_name, parcel.ship_method = wanted
        parcel.told_shipped_at, changed = None, True
        parcel.save(
            update_fields=["tracking_id", "carrier_code", "carrier_name", "ship_method", "told_shipped_at"]
        )
    return changed


def _finish(call: FieldCall, *, now: datetime) -> None:
    """Every parcel has its number: packed, labelled, and in its carrier's consignment."""
    hold_for_transaction(collection_lock(call.location, call.agent_id))
    if call.state == FieldCall.State.PACKING:
        call.state = advance(State(call.state), Step.FINISH, number=call.number).value
        call.packed_at = now
    call.state = advance(State(call.state), Step.LABEL, number=call.number).value
    call.state_since, call.problem = now, ""
    stock.move_stage([goods_of(call)], to="labelled")
    join_consignment(call, now)
    call.save()
    note(f"field_call:{call.number}", "Packed, with its tracking number.", what="labelled")


def _consignment(call: FieldCall) -> str:
    numbers = call.parcels.values_list("consignment__number", flat=True)
    return next((number for number in numbers if number), "")


def _read(text: str) -> str:
    number = text.strip()
    is_legible = number.isascii() and number.isprintable()
    if not number or len(number) > LONGEST_TRACKING or not is_legible:
        raise WrongInput(
            f"{number[:40]!r} is no tracking number. It has up to {LONGEST_TRACKING} plain signs: "
            "A to Z, digits, hyphens and the like, without accents."
        )
    return number


def _text(value: str) -> str:
    text = value.strip()
    if len(text) > LONGEST_CARRIER or (text and not text.isprintable()):
        raise WrongInput(
            f"{text[:40]!r} cannot be a carrier or method. Use up to {LONGEST_CARRIER} characters."
        )
    return text
