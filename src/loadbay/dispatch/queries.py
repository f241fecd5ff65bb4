"""Reading dispatch: field call enquiry and card, consignments, today's collection.

Frozen rows for screens, commands and papers. Nothing here changes anything. The bench and
picking have files of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from loadbay.core.errors import NotFound, WrongInput
from loadbay.dispatch.box_rules import size_words, weight_words
from loadbay.dispatch.leaving import kept_back
from loadbay.dispatch.models import (
    PACKED_OR_LABELLED,
    STILL_TO_PACK,
    Consignment,
    FieldCall,
    FieldCallLine,
    Label,
    Parcel,
    Printer,
)
from loadbay.dispatch.own_carrier import is_ours
from loadbay.dispatch.parts import goods_of
from loadbay.dispatch.pick_queries import PickLine, pick_lines
from loadbay.dispatch.print_rows import PrintRow, prints_of
from loadbay.orders.queries import page_key
from loadbay.stock.models import Reservation

PAGE_SIZE = 50


@dataclass(frozen=True)
class FieldCallFilter:
    """What to look for; empty means any. `carrier` is an agent's code or name, `text` a number or SKU."""

    carrier: str = ""
    collection_date: date | None = None
    state: str = ""
    channel: str = ""
    room: str = ""
    text: str = ""


@dataclass(frozen=True)
class FieldCallRow:
    """One line of the enquiry."""

    id: int
    number: str
    sale: str
    order_id: str
    shipment_id: str
    shipment_status: str
    channel: str
    carrier: str
    location: str
    collection_date: date
    collection_at: datetime
    state: str
    state_words: str
    units: int
    goods: str
    held_because: str


@dataclass(frozen=True)
class FieldCallPage:
    rows: tuple[FieldCallRow, ...]
    after: str | None
    """Key of the next page, or None."""


@dataclass(frozen=True)
class ParcelRow:
    id: int
    package_id: str
    carrier_name: str
    tracking_id: str
    consignment: str
    weight_g: int | None
    sides_mm: tuple[int | None, int | None, int | None]
    label_format: str
    has_label: bool
    told_shipped_at: datetime | None
    carrier_code: str
    ship_method: str
    serials: tuple[str, ...]

    @property
    def size(self) -> str:
        length, width, height = self.sides_mm
        return size_words((length, width, height)) if length and width and height else "–"

    @property
    def weight(self) -> str:
        return weight_words(self.weight_g) if self.weight_g else ""


@dataclass(frozen=True)
class FieldCallCard:
    """Everything about one field call."""

    row: FieldCallRow
    lines: tuple[PickLine, ...]
    parcels: tuple[ParcelRow, ...]
    prints: tuple[PrintRow, ...]
    problem: str
    packer: str
    station: str
    completed_at: datetime | None
    completed_by: str
    may_complete: bool
    may_label_again: bool
    may_put_back: bool
    """Whether goods of it wait to be put back on the shelf."""
    may_open_again: bool
    """Whether it is packed and its label was declined."""
    may_change_box: bool
    may_track: bool
    """Whether its tracking numbers are ours to give or correct."""
    may_tell_again: bool
    """Whether Amazon is still to be told that it left."""


_TRACKABLE = (*PACKED_OR_LABELLED, FieldCall.State.COMPLETED)


def enquiry(wanted: FieldCallFilter, *, after: str | None = None, size: int = PAGE_SIZE) -> FieldCallPage:
    """Field calls in order of pickup time, page by key."""
    rows = _filtered(wanted).order_by("collection_at", "id")
    if after:
        text, _, key_text = after.partition("~")
        moment, seen = _moment(text), page_key(key_text)
        rows = rows.filter(Q(collection_at__gt=moment) | Q(collection_at=moment, pk__gt=seen))
    # Which ones first, all about them after: with every table at once the planner reads too much.
    keys = list(rows.values_list("collection_at", "pk")[: size + 1])
    found = _with_rows(FieldCall.objects.filter(pk__in=[pk for _, pk in keys[:size]]))
    key = None
    if len(keys) > size:
        moment, pk = keys[size - 1]
        key = f"{moment.isoformat()}~{pk}"
    return FieldCallPage(tuple(_row(call) for call in found.order_by("collection_at", "id")), key)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise WrongInput(
            f"{text[:40]!r} is no key of a page. Take the key that the page before named."
        ) from None


def field_call(number: str) -> FieldCallCard:
    call = (
        _with_rows(FieldCall.objects.filter(number=number.strip().upper())).select_related("packer").first()
    )
    if call is None:
        raise NotFound(
            f"There is no field call {number}. Its number stands on the pick list, like FC-000123."
        )
    is_kept = call.state == FieldCall.State.LABELLED and call.pk in kept_back([call.pk])
    parcels, is_own = _parcels(call), is_ours(call)
    return FieldCallCard(
        row=_row(call),
        lines=pick_lines([call.pk])[call.pk],
        parcels=parcels,
        prints=prints_of(call),
        problem=call.problem,
        packer=call.packer.get_username() if call.packer else "",
        station=call.station,
        completed_at=call.completed_at,
        completed_by=call.completed_by,
        may_complete=call.state == FieldCall.State.LABELLED and not is_kept,
        may_label_again=not is_own
        and (call.state == FieldCall.State.PACKED or (is_kept and not call.label_wanted)),
        may_put_back=call.state == FieldCall.State.CANCELLED and waits_to_be_put_back(call),
        may_open_again=call.state == FieldCall.State.PACKED and not call.label_wanted and not is_own,
        may_change_box=call.state in PACKED_OR_LABELLED and not call.label_wanted and not is_own,
        may_track=is_own and call.state in _TRACKABLE,
        may_tell_again=is_own
        and call.state == FieldCall.State.COMPLETED
        and any(parcel.told_shipped_at is None for parcel in parcels),
    )


def waits_to_be_put_back(call: FieldCall) -> bool:
    """Whether the goods of a cancelled field call lie packed somewhere instead of on their shelf."""
    waiting = Reservation.objects.filter(holder=goods_of(call), stage=Reservation.Stage.PUT_BACK)
    return waiting.exists()


def label_bytes(number: str) -> tuple[tuple[str, str, bytes], ...]:
    """(package id, format, bytes) of every valid label of a field call."""
    labels = Label.objects.filter(
        parcel__field_call__number=number.strip().upper(), is_void=False, content__isnull=False
    ).select_related("parcel")
    found = tuple((row.parcel.package_id, row.format, bytes(row.content)) for row in labels.order_by("id"))
    if not found:
        raise NotFound(f"{number} has no label. Pack it and let its label come first.")
    return found


@dataclass(frozen=True)
class BatchView:
    """A consignment as Batch Complete shows it before Complete All."""

    consignment: str
    location: str
    carrier: str
    collection_at: datetime
    is_closed: bool
    loaded: tuple[FieldCallRow, ...]
    completed: tuple[FieldCallRow, ...]
    without_label: tuple[FieldCallRow, ...]
    cancelled: tuple[FieldCallRow, ...]
    parcels: int


def batch(code: str) -> BatchView:
    """The consignment that a scanned code leads to: its own number, or any code of one of its parcels."""
    found = _consignment_of(code.strip())
    if found is None:
        raise NotFound(
            f"{code[:60]} leads to no consignment. Scan the number on the dock sheet, or a parcel's label."
        )
    calls = FieldCall.objects.filter(pk__in=Parcel.objects.filter(consignment=found).values("field_call_id"))
    same_lorry = FieldCall.objects.filter(
        location=found.location, agent_id=found.agent_id, collection_at=found.collection_at
    )
    by_state: dict[str, list[FieldCallRow]] = {state: [] for state in FieldCall.State.values}
    for call in _with_rows(calls.order_by("id")):
        by_state[call.state].append(_row(call))
    kept = kept_back([row.id for row in by_state["labelled"]])
    loaded = tuple(row for row in by_state["labelled"] if row.id not in kept)
    without = FieldCall.objects.filter(pk__in=kept) | same_lorry.filter(
        state__in=[FieldCall.State.PACKED, FieldCall.State.PACKING]
    )
    packed_before = Label.objects.filter(parcel__field_call__in=same_lorry).values("parcel__field_call_id")
    gone = same_lorry.filter(state=FieldCall.State.CANCELLED, pk__in=packed_before)
    return BatchView(
        consignment=found.number,
        location=found.location,
        carrier=found.agent.name,
        collection_at=found.collection_at,
        is_closed=found.closed_at is not None,
        loaded=loaded,
        completed=tuple(by_state["completed"]),
        without_label=tuple(_row(call) for call in _with_rows(without.order_by("id"))),
        cancelled=tuple(_row(call) for call in _with_rows(gone.order_by("id"))),
        parcels=Parcel.objects.filter(consignment=found, field_call__in=[row.id for row in loaded]).count(),
    )


@dataclass(frozen=True)
class Collection:
    """One pickup: how far its field calls are."""

    collection_at: datetime
    location: str
    carrier: str
    to_pack: int
    packed: int
    labelled: int
    completed: int
    cancelled: int
    consignment: str


def collections_on(day: date) -> tuple[Collection, ...]:
    """The pickups of a collection date, earliest first, with counts by state."""
    rows = (
        FieldCall.objects.filter(collection_date=day)
        .values("collection_at", "location", "agent_id", "agent__name")
        .annotate(
            to_pack=Count("pk", filter=Q(state__in=STILL_TO_PACK)),
            packed=Count("pk", filter=Q(state="packed")),
            labelled=Count("pk", filter=Q(state="labelled")),
            completed=Count("pk", filter=Q(state="completed")),
            cancelled=Count("pk", filter=Q(state="cancelled")),
        )
        .order_by("collection_at")
    )
    numbers = {
        (row.location, row.agent_id, row.collection_at): row.number
        for row in Consignment.objects.filter(collection_at__in=[r["collection_at"] for r in rows])
    }
    return tuple(
        Collection(
            collection_at=row["collection_at"],
            location=row["location"],
            carrier=row["agent__name"],
            to_pack=row["to_pack"],
            packed=row["packed"],
            labelled=row["labelled"],
            completed=row["completed"],
            cancelled=row["cancelled"],
            consignment=numbers.get((row["location"], row["agent_id"], row["collection_at"]), ""),
        )
        for row in rows
    )


def printers() -> tuple[Printer, ...]:
    return tuple(Printer.objects.order_by("name"))


def _filtered(wanted: FieldCallFilter) -> QuerySet[FieldCall]:
    rows = FieldCall.objects.all()
    if wanted.carrier:
        rows = rows.filter(Q(agent__code=wanted.carrier.upper()) | Q(agent__name__iexact=wanted.carrier))
    if wanted.collection_date:
        rows = rows.filter(collection_date=wanted.collection_date)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.channel:
        rows = rows.filter(channel__code=wanted.channel.upper())
    if wanted.room:
        rows = rows.filter(
            pk__in=FieldCallLine.objects.filter(room__code=wanted.room).values("field_call_id")
        )
    if wanted.text:
        rows = _by_text(rows, wanted.text.replace("\x00", "").strip())
    return rows


def _by_text(rows: QuerySet[FieldCall], text: str) -> QuerySet[FieldCall]:
    """By field call, sale, order or shipment number, or by SKU; each by itself, so that an index answers."""
    ways = (
        FieldCall.objects.filter(number=text.upper()),
        FieldCall.objects.filter(sale__number=text.upper()),
        FieldCall.objects.filter(sale__shipment__shipment_id=text),
        FieldCall.objects.filter(sale__shipment__order__order_id=text),
        FieldCall.objects.filter(lines__product__sku=text),
    )
    first, *others = (way.values("pk") for way in ways)
    return rows.filter(pk__in=first.union(*others))


def _with_rows(rows: QuerySet[FieldCall]) -> QuerySet[FieldCall]:
    lines = FieldCallLine.objects.select_related("product").order_by("id")
    return (
        rows.select_related("sale__shipment__order", "channel", "agent")
        .defer("sale__shipment__raw", "sale__shipment__boxes")
        .prefetch_related(Prefetch("lines", queryset=lines))
    )


def _row(call: FieldCall) -> FieldCallRow:
    lines = list(call.lines.all())
    shipment = call.sale.shipment
    goods = ", ".join(f"{line.units} × {line.product.sku}" for line in lines[:3])
    return FieldCallRow(
        id=call.pk,
        number=call.number,
        sale=call.sale.number,
        order_id=shipment.order.order_id,
        shipment_id=shipment.shipment_id,
        shipment_status=shipment.status,
        channel=call.channel.code,
        carrier=call.agent.name,
        location=call.location,
        collection_date=call.collection_date,
        collection_at=call.collection_at,
        state=call.state,
        state_words=call.get_state_display(),
        units=sum(line.units for line in lines),
        goods=goods + (" …" if len(lines) > 3 else ""),
        held_because=shipment.held_because,
    )


def _parcels(call: FieldCall) -> tuple[ParcelRow, ...]:
    rows = call.parcels.select_related("consignment").prefetch_related("labels", "lines").order_by("id")
    return tuple(_parcel(row) for row in rows)


def _parcel(row: Parcel) -> ParcelRow:
    label = next((label for label in row.labels.all() if not label.is_void and label.format), None)
    return ParcelRow(
        id=row.pk,
        package_id=row.package_id,
        carrier_name=row.carrier_name,
        tracking_id=row.tracking_id,
        consignment=row.consignment.number if row.consignment else "",
        weight_g=row.weight_g,
        sides_mm=(row.length_mm, row.width_mm, row.height_mm),
        label_format=label.format if label else "",
        has_label=label is not None,
        told_shipped_at=row.told_shipped_at,
        carrier_code=row.carrier_code,
        ship_method=row.ship_method,
        serials=tuple(serial for line in row.lines.all() for serial in line.serials),
    )


def _consignment_of(code: str) -> Consignment | None:
    rows = Consignment.objects.select_related("agent")
    found = rows.filter(number=code.upper()).first()
    if found is not None:
        return found
    parcels = Parcel.objects.filter(
        Q(tracking_id=code)
        | Q(field_call__number=code.upper())
        | Q(field_call__sale__shipment__shipment_id=code)
        | Q(field_call__sale__shipment__order__order_id=code)
    )
    ids = parcels.filter(consignment__isnull=False).order_by("-id").values_list("consignment_id", flat=True)
    return rows.filter(pk=ids[0]).first() if ids else None


def connection_of_field_call(field_call_id: int) -> int:
    rows = FieldCall.objects.filter(pk=field_call_id)
    return int(rows.values_list("channel__connection_id", flat=True).get())


def connections_of_field_calls(numbers: Sequence[str]) -> list[int]:
    rows = FieldCall.objects.filter(number__in=[number.strip().upper() for number in numbers])
    return sorted(set(rows.values_list("channel__connection_id", flat=True)))
