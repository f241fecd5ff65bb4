"""Reading what is to be printed: prints that wait for a bench page, printers, parcels of a consignment.

Nothing here changes anything: once the page has fetched a label it calls `services.printers.printed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from loadbay.core.errors import NotFound
from loadbay.dispatch.leaving import kept_back
from loadbay.dispatch.models import FieldCall, Parcel, Printer, PrintJob
from loadbay.dispatch.ports import PaperFormat
from loadbay.dispatch.services.printers import prints_for_page, title_in, title_of


@dataclass(frozen=True)
class BrowserJob:
    """A label that the page of a bench has to print."""

    id: int
    title: str
    field_call: str
    format: PaperFormat
    asked_at: datetime


@dataclass(frozen=True)
class BrowserLabel:
    """Its bytes, for the page."""

    title: str
    format: PaperFormat
    content: bytes


@dataclass(frozen=True)
class LoadedParcel:
    """A parcel that goes with a consignment."""

    field_call: str
    package_id: str
    tracking_id: str
    carrier: str
    weight_g: int | None


def browser_jobs(station: str) -> tuple[BrowserJob, ...]:
    """What the page of this bench has to print, oldest first."""
    if not PrintJob.objects.filter(state=PrintJob.State.WAITING, station=station).exists():
        return ()  # as on most benches at most times; what follows joins four tables, with every scan
    asked = ("pk", "label__parcel__field_call__number", "label__parcel__package_id", "label__format")
    return tuple(
        BrowserJob(pk, title_in(number, package), number, PaperFormat(kind), asked_at)
        for pk, number, package, kind, asked_at in prints_for_page(station).values_list(*asked, "asked_at")
    )


def browser_label(job_id: int, *, station: str) -> BrowserLabel:
    """The bytes of one of those. A print that is done, void or another bench's is not found."""
    job = prints_for_page(station).filter(pk=job_id).first()
    if job is None:
        raise NotFound(f"No label {job_id} waits for {station}. Press Reprint if it did not come out.")
    return BrowserLabel(title_of(job), PaperFormat(job.label.format), bytes(job.label.content))


def printer(name: str) -> Printer:
    """The printer of that name, as `wiring.printer_for` takes it."""
    found = Printer.objects.filter(name=name.strip()).first()
    if found is None:
        known = ", ".join(Printer.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        raise NotFound(f"There is no printer {name[:60]}. Known: {known}.")
    return found


def loaded_parcels(consignment: str) -> tuple[LoadedParcel, ...]:
    """What leaves or left with a consignment, in the order of its field calls; nothing without a label."""
    parcels = Parcel.objects.filter(consignment__number=consignment)
    labelled = parcels.filter(field_call__state=FieldCall.State.LABELLED)
    kept = kept_back(list(labelled.values_list("field_call_id", flat=True).distinct()))
    states = [FieldCall.State.LABELLED, FieldCall.State.COMPLETED]
    rows = parcels.filter(field_call__state__in=states).exclude(field_call_id__in=kept)
    return tuple(
        LoadedParcel(
            field_call=row.field_call.number,
            package_id=row.package_id,
            tracking_id=row.tracking_id,
            carrier=row.carrier_name,
            weight_g=row.weight_g,
        )
        for row in rows.select_related("field_call").order_by("field_call_id", "id")
    )


def zones(field_call_ids: list[int]) -> Mapping[int, ZoneInfo]:
    """The time zone of each field call's channel, which is that of its location."""
    rows = FieldCall.objects.filter(pk__in=field_call_ids).values_list("pk", "channel__time_zone")
    return {pk: ZoneInfo(name) for pk, name in rows}


def zone_of_consignment(consignment: str) -> ZoneInfo:
    """Of its parcels' channel; a consignment always has one."""
    name = (
        Parcel.objects.filter(consignment__number=consignment)
        .order_by("id")
        .values_list("field_call__channel__time_zone", flat=True)
        .first()
    )
    return ZoneInfo(name or "UTC")


@dataclass(frozen=True)
class PrinterRow:
    """A printer's settings, and how many labels wait for it."""

    name: str
    kind: str
    address: str
    formats: tuple[str, ...]
    is_default: bool
    waiting: int


def printer_row(found: Printer) -> PrinterRow:
    return PrinterRow(
        name=found.name,
        kind=found.kind,
        address=found.address,
        formats=tuple(found.formats.split(",")),
        is_default=found.is_default,
        waiting=PrintJob.objects.filter(printer=found, state=PrintJob.State.WAITING).count(),
    )
