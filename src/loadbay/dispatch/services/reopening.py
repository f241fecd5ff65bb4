"""A packed field call whose label was declined goes back to the bench.

Until Amazon holds its packages it may be packed anew. From then on their number and contents stand: Amazon
has a call that changes a package's box and weight, and none that adds or removes one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from loadbay.core.errors import NotFound, Refusal
from loadbay.core.locks import hold_for_transaction
from loadbay.dispatch.bench_rules import BenchAnswer, Outcome, Tone, check_station, plain
from loadbay.dispatch.models import PACKED_OR_LABELLED, FieldCall, Label, Parcel
from loadbay.dispatch.own_carrier import is_ours
from loadbay.dispatch.packages import remember_what_amazon_has
from loadbay.dispatch.rules import WITH_PACKAGES, State, Step, StepNotAllowed, advance
from loadbay.dispatch.services.labels import ABOUT_LABELS
from loadbay.inbox.services import close_kinds
from loadbay.journal.services import note
from loadbay.orders.rules import FINAL


class LabelAwaited(Refusal):
    """The label is still being asked for; what it is made for cannot change meanwhile."""

    code = "label_awaited"


class PackagesUnclear(Refusal):
    """It is not known whether Amazon has the packages, or it shows the shipment as gone."""

    code = "packages_unclear"


class BenchInUse(Refusal):
    """The bench has another field call in hand."""

    code = "bench_in_use"


def field_call_in_work(number: str) -> FieldCall:
    """The field call, locked, with its shipment. Raises `NotFound`."""
    wanted = number.strip().upper()
    rows = FieldCall.objects.select_for_update(of=("self",)).filter(number=wanted)
    call = rows.select_related("sale__shipment", "channel").defer("sale__shipment__raw").first()
    if call is None:
        raise NotFound(f"There is no field call {number[:40]}.")
    return call


def is_declined(call: FieldCall) -> bool:
    """Whether it is packed and nobody asks for its label any more, because it was declined."""
    return call.state == FieldCall.State.PACKED and not call.label_wanted and not is_ours(call)


def amazon_has_packages(call: FieldCall) -> bool:
    return call.sale.shipment.status in WITH_PACKAGES


def check_may_change(call: FieldCall) -> None:
    """Raises a refusal where the box of a packed call cannot be changed now."""
    shipment = call.sale.shipment
    if call.state not in PACKED_OR_LABELLED:
        raise StepNotAllowed(call.number, State(call.state), Step.OPEN_AGAIN)
    if call.label_wanted:
        raise LabelAwaited(
            f"The label of {call.number} is still being asked for. Wait until it has come or was declined."
        )
    if shipment.status in FINAL or shipment.asked:
        seen = shipment.status if shipment.status in FINAL else "not known to have its packages yet"
        raise PackagesUnclear(
            f"Amazon shows the shipment of {call.number} as {seen}. Press Label again: Loadbay looks first."
        )


@transaction.atomic
def open_again(number: str, *, station: str, user_id: int | None, now: datetime) -> FieldCall:
    """Put a packed call whose label was declined back on a bench, as it is packed.

    Raises `NotFound`, `StepNotAllowed`, `LabelAwaited`, `PackagesUnclear`, `BenchInUse` or `WrongInput`.
    """
    check_station(station)
    hold_for_transaction(f"bench:{station}")  # before the call's row, as a scan does it
    call = field_call_in_work(number)
    state = advance(State(call.state), Step.OPEN_AGAIN, number=call.number)
    check_may_change(call)
    other = FieldCall.objects.filter(station=station, state=FieldCall.State.PACKING).first()
    if other is not None:
        raise BenchInUse(f"{station} has {other.number} in hand. Finish it or put it back first.")
    remember_what_amazon_has(call.pk, status=call.sale.shipment.status)
    call.state, call.state_since, call.station, call.packer_id = state.value, now, station, user_id
    call.save(update_fields=["state", "state_since", "station", "packer"])
    _take_up_the_first_without_label(call)
    note(f"field_call:{call.number}", f"Opened again at {station}.", what="packing")
    return call


def _take_up_the_first_without_label(call: FieldCall) -> None:
    """Exactly one parcel is open: that whose label was declined, so that its box can be changed."""
    labelled = Label.objects.filter(parcel__field_call=call, is_void=False).values("parcel_id")
    parcels = call.parcels.order_by("id")
    first = parcels.exclude(pk__in=labelled).first() or parcels.first()
    call.parcels.exclude(pk=first.pk if first else None).update(is_closed=True)
    call.parcels.filter(pk=first.pk if first else None).update(is_closed=False)


def was_opened_again(call: FieldCall) -> bool:
    """Whether a call on the bench is one whose packages Amazon holds already."""
    return call.parcels.exclude(told="").exists()


def opened(call: FieldCall) -> BenchAnswer:
    if amazon_has_packages(call):
        what = "Amazon has its parcels: box and weight can be changed, what is in them cannot."
    else:
        what = "Change its box or weight, or scan Put Back and its number to pack it anew."
    return plain(
        Outcome.OPENED,
        Tone.NOTE,
        f"{call.number} is open again",
        f"{what} Then scan Packing Finished.",
        field_call=call.number,
    )


def declined(call: FieldCall) -> BenchAnswer:
    return plain(
        Outcome.DECLINED,
        Tone.STOP,
        f"{call.number} got no label",
        f"{_sentence(call.problem)} Scan {call.number} once more to open it and change its box.",
        field_call=call.number,
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def lay_aside(call: FieldCall) -> BenchAnswer:
    """Put back a call whose packages Amazon holds: it stays packed as it is, without its label."""
    call.state = advance(State(call.state), Step.LAY_ASIDE, number=call.number).value
    call.save(update_fields=["state"])
    call.parcels.update(is_closed=True)
    note(f"field_call:{call.number}", "Laid aside, still without a label.", what="packing")
    shipment, sentence = call.sale.shipment, "Put the box back on the trouble shelf: it still has no label"
    return plain(
        Outcome.LAID_ASIDE,
        Tone.STOP if shipment.is_short else Tone.NOTE,
        f"{call.number} laid aside",
        f"{shipment.held_because} {sentence}, and its task says what to do."
        if shipment.is_short
        else f"{sentence}.",
        field_call=call.number,
    )


def forget_declined(call: FieldCall) -> None:
    """It is to be packed from the start: what was declined is of no matter any more."""
    call.problem, call.tries, call.packed_at = "", 0, None
    call.save(update_fields=["problem", "tries", "packed_at"])
    close_kinds(ABOUT_LABELS, matter=call.number)


def next_of_the_told(call: FieldCall, parcel: Parcel | None) -> BenchAnswer:
    """`Next parcel` on a call whose packages Amazon holds: to its next one, never to a further one."""
    parcels = list(call.parcels.order_by("id"))
    if len(parcels) == 1:
        return plain(
            Outcome.PARCELS_FIXED,
            Tone.STOP,
            "No further parcel",
            f"Amazon has {call.number} as one parcel and takes no further one. Use a box that holds "
            "everything, or let the office decline the whole shipment.",
            field_call=call.number,
        )
    at = next((place for place, row in enumerate(parcels) if parcel is not None and row.pk == parcel.pk), -1)
    place = (at + 1) % len(parcels)
    call.parcels.update(is_closed=True)
    call.parcels.filter(pk=parcels[place].pk).update(is_closed=False)
    return plain(
        Outcome.NEXT_PARCEL,
        Tone.OK,
        f"Parcel {place + 1} of {len(parcels)}",
        "Its box and weight can be changed now.",
        field_call=call.number,
    )
