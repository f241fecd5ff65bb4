"""Printers: adding them, choosing one for a bench, and what came of a print.

A print that broke off half way is not known to have come out: a person looks, nothing repeats by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from loadbay.core.errors import WrongInput
from loadbay.dispatch.models import Label, Printer, PrintJob
from loadbay.dispatch.rules import retry_after
from loadbay.inbox.services import open_task


@dataclass(frozen=True)
class NewPrinter:
    """`address` is host:port of a raw printer, the path of a folder, empty for the browser."""

    name: str
    kind: str
    address: str = ""
    formats: str = "zpl,png,pdf"
    is_default: bool = False


@transaction.atomic
def add_printer(new: NewPrinter) -> Printer:
    """Raises `WrongInput` naming the field."""
    if not new.name.strip() or Printer.objects.filter(name=new.name.strip()).exists():
        raise WrongInput(f"Printer name {new.name!r} is empty or taken. Choose another.")
    if new.kind not in Printer.Kind.values:
        raise WrongInput(f"Printer kind {new.kind!r} is not known. Use {', '.join(Printer.Kind.values)}.")
    _check_address(new)
    if new.is_default or not Printer.objects.exists():
        Printer.objects.update(is_default=False)
        is_default = True
    else:
        is_default = False
    formats = ",".join(part.strip() for part in new.formats.split(",") if part.strip())
    return Printer.objects.create(
        name=new.name.strip(),
        kind=new.kind,
        address=new.address.strip(),
        formats=formats,
        is_default=is_default,
    )


def _check_address(new: NewPrinter) -> None:
    if new.kind == Printer.Kind.RAW:
        host, _, port = new.address.strip().rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise WrongInput(f"Address {new.address!r} is no host:port. Write it like 192.168.1.40:9100.")
    if new.kind == Printer.Kind.FOLDER and not new.address.strip().startswith("/"):
        raise WrongInput(f"Folder {new.address!r} is no full path. Write it like /srv/labels.")
    if new.kind == Printer.Kind.BROWSER and "zpl" in new.formats:
        raise WrongInput("A browser cannot print ZPL. Give the formats png,pdf for this printer.")


def printer_for_station(station: str) -> Printer | None:
    """The printer called like the bench, else the default one."""
    return (
        Printer.objects.filter(Q(name=station) | Q(is_default=True))
        .order_by("is_default" if station else "-is_default", "id")
        .first()
    )


def due_prints(*, now: datetime) -> list[int]:
    """Waiting prints whose time has come, oldest first."""
    rows = PrintJob.objects.filter(state=PrintJob.State.WAITING).exclude(next_try_at__gt=now)
    return list(rows.order_by("id").values_list("pk", flat=True))


@transaction.atomic
def start_print(job_id: int) -> tuple[Label, Printer, str] | None:
    """Take a waiting print in hand: label, printer and title; None when it is not waiting (any more)."""
    job = (
        PrintJob.objects.select_for_update(of=("self",))
        .filter(pk=job_id, state=PrintJob.State.WAITING)
        .select_related("label__parcel__field_call", "printer")
        .first()
    )
    if job is None:
        return None
    if job.label.is_void:
        job.state, job.sentence = PrintJob.State.FAILED, "The label is void; a newer one was made."
        job.save(update_fields=["state", "sentence"])
        return None
    job.state = PrintJob.State.SENDING
    job.save(update_fields=["state"])
    return job.label, job.printer, f"{job.label.parcel.field_call.number} {job.label.parcel.package_id}"


@transaction.atomic
def printed(job_id: int, *, now: datetime) -> None:
    PrintJob.objects.filter(pk=job_id).update(state=PrintJob.State.PRINTED, sentence="", done_at=now)


@transaction.atomic
def print_later(job_id: int, *, now: datetime, reason: str) -> datetime:
    """Nothing reached the printer: try again by itself."""
    job = PrintJob.objects.select_for_update().get(pk=job_id)
    job.state, job.sentence = PrintJob.State.WAITING, reason
    job.next_try_at = now + retry_after(job.tries)
    job.tries += 1
    job.save(update_fields=["state", "sentence", "next_try_at", "tries"])
    if job.tries == 2:
        _tell(job, reason)
    return job.next_try_at


@transaction.atomic
def print_ended(job_id: int, *, state: str, reason: str) -> None:
    """It failed for good, or nobody knows whether it came out: a person decides."""
    job = PrintJob.objects.select_for_update().get(pk=job_id)
    job.state, job.sentence = state, reason
    job.save(update_fields=["state", "sentence"])
    _tell(job, reason)


@transaction.atomic
def settle_broken_prints(*, now: datetime, after: timedelta = timedelta(minutes=1)) -> int:
    """Prints that were under way when a process was killed: nobody knows whether they came out."""
    rows = PrintJob.objects.select_for_update(skip_locked=True).filter(
        state=PrintJob.State.SENDING, asked_at__lt=now - after
    )
    broken = list(rows)
    for job in broken:
        print_ended(job.pk, state=PrintJob.State.UNCLEAR, reason="The print was interrupted.")
    return len(broken)


def _tell(job: PrintJob, reason: str) -> None:
    number = job.label.parcel.field_call.number
    open_task(
        kind="print_trouble",
        matter=str(job.label_id),
        cause="outage",
        sentence=f"The label of {number} did not print at {job.printer.name}: {reason}",
        cure=f"Look at the printer. If no label came out, press Reprint in {number}.",
        subjects=[f"field_call:{number}"],
    )
