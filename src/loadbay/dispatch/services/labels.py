"""Labels: what Amazon made is stored at once, the old one void, the parcel joins its consignment.

The sender asks; these functions store each answer alone. Stock turns from open to labelled with the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from loadbay.core.errors import NotFound, Refusal
from loadbay.core.events import record
from loadbay.core.locks import hold_for_transaction
from loadbay.core.numbers import take_numbers
from loadbay.core.transactions import joined
from loadbay.dispatch.bench_rules import check_station
from loadbay.dispatch.events import LabelsStored, LabelsWanted, PrintWanted
from loadbay.dispatch.leaving import kept_back
from loadbay.dispatch.models import PACKED_OR_LABELLED, Consignment, FieldCall, Label, Parcel, PrintJob
from loadbay.dispatch.own_carrier import OURS, is_ours
from loadbay.dispatch.packages import fingerprint
from loadbay.dispatch.parts import goods_of
from loadbay.dispatch.ports import LabelFile, MadeLabel, PackageToMake
from loadbay.dispatch.rules import (
    AFTER_ASK,
    Ask,
    State,
    Step,
    advance,
    collection_lock,
    collection_moment,
    retry_after,
)
from loadbay.dispatch.services.opening import site_of
from loadbay.dispatch.services.printers import printer_for_station
from loadbay.inbox.services import close_kinds, open_task
from loadbay.journal.services import note
from loadbay.orders.models import Shipment
from loadbay.orders.services.answering import accepted
from loadbay.stock import services as stock

ABOUT_LABELS = ("label_late", "label_declined")
"""Kinds of tasks that nobody needs once the label has come or is of no matter."""


class NoLabelYet(Refusal):
    """The field call has no label that could be printed."""

    code = "no_label_yet"


class GoodsGone(Refusal):
    """Goods that were promised to the field call are gone, so no label is asked for."""

    code = "goods_gone"


class NoPrinter(Refusal):
    """There is no printer to send a label to."""

    code = "no_printer"


@dataclass(frozen=True)
class ToLabel:
    """A field call whose labels are wanted, as the sender needs it."""

    pk: int
    number: str
    connection_id: int
    shipment_pk: int
    shipment_id: str
    status: str
    asked: str
    wanted: str


def to_label(field_call_id: int) -> ToLabel | None:
    """The field call when its labels are still wanted and nothing holds it, else None."""
    rows = _to_ask_for().filter(pk=field_call_id)
    shipment = ("connection_id", "pk", "shipment_id", "status", "asked")
    columns = ("pk", "number", *(f"sale__shipment__{name}" for name in shipment), "label_wanted")
    call = rows.values_list(*columns).first()
    return None if call is None else ToLabel(*call)


def due_labels(connection_id: int, *, now: datetime) -> list[int]:
    """Field calls whose labels are wanted and may be asked for now, oldest first."""
    rows = _to_ask_for().filter(channel__connection_id=connection_id).exclude(next_try_at__gt=now)
    return list(rows.order_by("packed_at", "id").values_list("pk", flat=True))


def _to_ask_for() -> QuerySet[FieldCall]:
    """One that became short waits for its goods, as its task says."""
    rows = FieldCall.objects.filter(state__in=PACKED_OR_LABELLED, channel__is_watching=False).exclude(OURS)
    stopped = Q(sale__shipment__is_short=True) | Q(sale__shipment__hold=Shipment.Hold.HELD)
    return rows.exclude(label_wanted="").exclude(stopped, state=FieldCall.State.PACKED)


@transaction.atomic
def store_made(field_call_id: int, made: Sequence[MadeLabel]) -> tuple[MadeLabel, ...]:
    """Save the links of made labels at once, older ones void; returns the packages that failed.

    Alone, so that nothing which hangs on the shipment's new status can lose them. What was made for a call
    that was cancelled meanwhile is kept, void.
    """
    states = FieldCall.objects.select_for_update().values_list("state", flat=True)
    is_void = states.get(pk=field_call_id) not in PACKED_OR_LABELLED
    parcels = {
        p.package_id: p for p in Parcel.objects.select_for_update().filter(field_call_id=field_call_id)
    }
    for label in made:
        parcel = parcels.get(label.package_id)
        if parcel is None or not label.is_made:
            continue
        Label.objects.filter(parcel=parcel, is_void=False).update(is_void=True, link=None)
        Label.objects.create(
            parcel=parcel,
            tracking_id=label.tracking_id,
            carrier_name=label.carrier_name[:60],
            pickup_from=label.pickup_from,
            link=None if is_void else label.url,
            is_void=is_void,
        )
        parcel.tracking_id, parcel.carrier_name = label.tracking_id, label.carrier_name[:60]
        parcel.save(update_fields=["tracking_id", "carrier_name"])
    return tuple(label for label in made if not label.is_made)


def packages_made(call: ToLabel, packages: Sequence[PackageToMake]) -> None:
    """Amazon made the packages: what it holds is saved alone first, then that the shipment has gone on."""
    packages_told(call.pk, packages)
    accepted(call.shipment_pk, status=AFTER_ASK[Ask.CREATE_PACKAGES])


@joined
def packages_told(field_call_id: int, packages: Sequence[PackageToMake]) -> None:
    """Amazon holds these packages as they are here."""
    for package in packages:
        parcels = Parcel.objects.filter(field_call_id=field_call_id, package_id=package.package_id)
        parcels.update(told=fingerprint(package))


@transaction.atomic
def package_updated(field_call_id: int, package: PackageToMake) -> None:
    """Amazon took a package anew: its label, should it have one, is void."""
    packages_told(field_call_id, [package])
    parcel = Parcel.objects.get(field_call_id=field_call_id, package_id=package.package_id)
    Label.objects.filter(parcel=parcel, is_void=False).update(is_void=True, link=None)
    number = FieldCall.objects.values_list("number", flat=True).get(pk=field_call_id)
    note(f"field_call:{number}", f"Amazon was told {package.package_id} anew.", what="label")


@transaction.atomic
def void_links(field_call_id: int) -> None:
    """The links have expired before their files were here: their labels are to be made anew."""
    Label.objects.filter(parcel__field_call_id=field_call_id, is_void=False, content__isnull=True).update(
        is_void=True, link=None
    )


@transaction.atomic
def store_file(label_id: int, file: LabelFile, *, now: datetime) -> None:
    """The label's bytes are here; the link is forgotten."""
    Label.objects.filter(pk=label_id, is_void=False).update(
        format=file.format.value, content=file.content, link=None, stored_at=now
    )


@transaction.atomic
def erase_labels(order_ids: Sequence[int]) -> None:
    """A label names the buyer: its bytes go with the buyer's data; that it was made stays known."""
    labels = Label.objects.filter(parcel__field_call__sale__shipment__order_id__in=list(order_ids))
    labels.update(content=None, link=None)


@transaction.atomic
def labelled(field_call_id: int, *, now: datetime) -> None:
    """All labels are here: call and goods are labelled, the parcels join the consignment, it prints."""
    rows = FieldCall.objects.filter(pk=field_call_id, state__in=PACKED_OR_LABELLED)
    place = rows.values_list("location", "agent_id").first()
    if place is None:
        return
    hold_for_transaction(collection_lock(*place))
    same_place = rows.filter(location=place[0], agent_id=place[1])  # else the next look does it
    call = same_place.select_for_update(of=("self",)).select_related("sale", "channel").first()
    if call is None:
        return
    if call.state == FieldCall.State.PACKED:
        call.state = advance(State(call.state), Step.LABEL, number=call.number).value
        call.state_since = now
        stock.move_stage([goods_of(call)], to="labelled")
    join_consignment(call, now)
    call.label_wanted, call.problem, call.tries, call.next_try_at = "", "", 0, None
    call.save()
    close_kinds(ABOUT_LABELS, matter=call.number)
    note(f"field_call:{call.number}", "Label stored.", what="labelled")
    never_printed = Label.objects.filter(prints__isnull=True)
    jobs = _print_jobs(call, station=call.station, labels=never_printed)
    record(LabelsStored(field_call_id=call.pk, print_job_ids=jobs))


@transaction.atomic
def put_off(field_call_id: int, *, now: datetime, problem: str, after: timedelta | None = None) -> datetime:
    """The label could not be made yet; says when it is tried again. The third time becomes a task."""
    call = FieldCall.objects.select_for_update().get(pk=field_call_id)
    call.next_try_at = now + max(retry_after(call.tries), after or timedelta(0))
    call.tries += 1
    call.problem = problem
    call.save(update_fields=["next_try_at", "tries", "problem"])
    if call.tries == 3:
        open_task(
            kind="label_late",
            matter=call.number,
            cause="outage",
            sentence=f"The label of {call.number} has not come: {problem}",
            cure="Put the box on the trouble shelf. Loadbay goes on trying and prints it when it comes.",
            subjects=[f"field_call:{call.number}"],
        )
    return call.next_try_at


@transaction.atomic
def cannot_label(field_call_id: int, *, problem: str) -> None:
    """Amazon declined the label: the box goes back to the bench, and a task says why."""
    call = FieldCall.objects.select_for_update().get(pk=field_call_id)
    call.label_wanted, call.problem, call.next_try_at = "", problem, None
    call.save(update_fields=["label_wanted", "problem", "next_try_at"])
    open_task(
        kind="label_declined",
        matter=call.number,
        cause="decision",
        sentence=f"Amazon made no label for {call.number}: {problem}",
        cure="Put the box on the trouble shelf and mend what Amazon names: change the box in the field call, "
        "or scan its number twice at the bench; else press Label again.",
        subjects=[f"field_call:{call.number}"],
    )


@transaction.atomic
def want_label_again(number: str) -> None:
    """Ask for a label that was declined or put off, at once; the labels that are valid stay."""
    call = _call(number)
    _refuse_own_carrier(call)
    if call.state == FieldCall.State.LABELLED and call.label_wanted:
        raise NoLabelYet(f"A new label of {number} is asked for already. Wait until it has come.")
    if call.state == FieldCall.State.LABELLED and not kept_back([call.pk]):
        raise NoLabelYet(f"{number} has its label. Reprint it, or regenerate it to make a new one.")
    if call.state not in PACKED_OR_LABELLED:
        raise NoLabelYet(f"{number} is not packed. Pack it at the bench first.")
    shipment = call.sale.shipment
    if shipment.is_short or shipment.hold == Shipment.Hold.HELD:
        raise GoodsGone(f"{number} is held: {shipment.held_because} Its task says what to do.")
    call.label_wanted, call.next_try_at = "make", None
    call.save(update_fields=["label_wanted", "next_try_at"])
    record(LabelsWanted(field_call_id=call.pk))


@transaction.atomic
def regenerate(number: str) -> None:
    """A new label from Amazon; the old one becomes void when the new one is there."""
    call = _call(number)
    _refuse_own_carrier(call)
    if call.state != FieldCall.State.LABELLED:
        raise NoLabelYet(f"{number} has no label to make anew. Pack it and let its label come first.")
    call.label_wanted, call.next_try_at, call.tries = "remake", None, 0
    call.save(update_fields=["label_wanted", "next_try_at", "tries"])
    note(f"field_call:{number}", "A new label was asked for; the old one will be void.", what="label")
    record(LabelsWanted(field_call_id=call.pk))


@transaction.atomic
def reprint(number: str, *, station: str) -> list[int]:
    """Print the same bytes again. Raises `WrongInput`, `NotFound`, `NoPrinter` or `NoLabelYet`."""
    check_station(station)
    call = _call(number)
    if printer_for_station(station) is None:
        raise NoPrinter("There is no printer. Add one first, in Printers or with: loadbay printer add NAME.")
    jobs = _print_jobs(call, station=station, labels=Label.objects.all())
    if not jobs:
        raise NoLabelYet(f"{number} has no label yet. Pack it and let its label come first.")
    note(f"field_call:{number}", "Label printed again.", what="label")
    record(PrintWanted(print_job_ids=jobs))
    return jobs


def _refuse_own_carrier(call: FieldCall) -> None:
    if is_ours(call):
        raise NoLabelYet(
            f"{call.number} goes with a carrier of your own, whose label you make there. "
            "Give its tracking number in the field call."
        )


def _call(number: str) -> FieldCall:
    call = FieldCall.objects.select_for_update().filter(number=number.strip().upper()).first()
    if call is None:
        raise NotFound(f"There is no field call {number}.")
    return call


def _print_jobs(call: FieldCall, *, station: str, labels: QuerySet[Label]) -> list[int]:
    printer = printer_for_station(station)
    if printer is None:
        return []
    mine = labels.filter(parcel__field_call=call, is_void=False, content__isnull=False)
    return [
        PrintJob.objects.create(label=label, printer=printer, station=station).pk
        for label in mine.order_by("parcel_id", "id")
    ]


def join_consignment(call: FieldCall, now: datetime) -> None:
    """The parcels join the open consignment of their collection moment, as Amazon's label names it."""
    site = site_of(call.channel, call.location)
    windows = Label.objects.filter(parcel__field_call=call, is_void=False).values_list(
        "pickup_from", flat=True
    )
    named = [moment for moment in windows if moment is not None and _is_sane(moment, now)]
    ship_by = max(named) if named else call.collection_at
    at = collection_moment(max(ship_by, now), site=site, now=now)
    call.collection_at, call.collection_date = at, at.astimezone(site.zone).date()
    consignment = _open_consignment(call, at)
    Parcel.objects.filter(field_call=call).update(consignment=consignment)


def _is_sane(moment: datetime, now: datetime) -> bool:
    """Amazon's windows are sometimes absurd (FACTS 2.8); only near ones count."""
    return now - timedelta(days=2) < moment < now + timedelta(days=30)


def _open_consignment(call: FieldCall, at: datetime) -> Consignment:
    key = {"location": call.location, "agent_id": call.agent_id, "collection_at": at, "closed_at": None}
    found = Consignment.objects.filter(
        location=call.location, agent_id=call.agent_id, collection_at=at, closed_at__isnull=True
    ).first()
    if found is not None:
        return found
    number = take_numbers("consignment")[0]
    Consignment.objects.bulk_create([Consignment(number=number, **key)], ignore_conflicts=True)
    return Consignment.objects.get(
        location=call.location, agent_id=call.agent_id, collection_at=at, closed_at__isnull=True
    )
