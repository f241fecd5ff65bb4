"""Printers: adding them, choosing one for a bench, and what came of a print.

A print that broke off half way is not known to have come out: a person looks, nothing repeats by itself.
A browser printer is never sent anything: its prints wait until the bench page fetched them (`print_queries`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from loadbay.core.errors import WrongInput
from loadbay.dispatch.models import FieldCall, Label, Printer, PrintJob
from loadbay.dispatch.ports import PaperFormat
from loadbay.dispatch.print_rules import formats_of, needs_a_look, raw_address
from loadbay.dispatch.rules import retry_after
from loadbay.inbox.services import close_tasks, open_task

LONGEST_NAME, LONGEST_ADDRESS = 40, 200


@dataclass(frozen=True)
class NewPrinter:
    """`address` is host:port of a raw printer, the path of a folder, empty for the browser.

    `formats` as in `zpl,png`; empty means all that the kind can print.
    """

    name: str
    kind: str
    address: str = ""
    formats: str = ""
    is_default: bool = False


@transaction.atomic
def add_printer(new: NewPrinter) -> Printer:
    """The first printer becomes the default one. Raises `WrongInput` naming the field."""
    name, address = new.name.strip(), new.address.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongInput(f"Printer name {name[:60]!r} is empty or longer than {LONGEST_NAME} letters.")
    if Printer.objects.filter(name=name).exists():
        raise WrongInput(f"There is a printer called {name} already. Choose another name.")
    if new.kind not in Printer.Kind.values:
        raise WrongInput(f"Printer kind {new.kind!r} is not known. Use {', '.join(Printer.Kind.values)}.")
    _check_address(new.kind, address)
    formats = _formats(new)
    is_default = new.is_default or not Printer.objects.exists()
    if is_default:
        Printer.objects.update(is_default=False)
    return Printer.objects.create(
        name=name, kind=new.kind, address=address, formats=formats, is_default=is_default
    )


def _check_address(kind: str, address: str) -> None:
    if len(address) > LONGEST_ADDRESS or (address and not address.isprintable()):
        raise WrongInput(f"Address {address[:60]!r} is longer than {LONGEST_ADDRESS} letters or unreadable.")
    if kind == Printer.Kind.RAW:
        raw_address(address)
    if kind == Printer.Kind.FOLDER and not address.startswith("/"):
        raise WrongInput(f"Folder {address!r} is no full path. Write it like /srv/labels.")
    if kind == Printer.Kind.BROWSER and address:
        raise WrongInput("A browser printer has no address: it prints where the bench page is open.")


def _formats(new: NewPrinter) -> str:
    is_browser = new.kind == Printer.Kind.BROWSER
    formats = formats_of(new.formats or ("png,pdf" if is_browser else "zpl,png,pdf"))
    if is_browser and PaperFormat.ZPL in formats:
        raise WrongInput("A browser cannot print ZPL. Give the formats png,pdf for this printer.")
    return ",".join(format.value for format in formats)


def printer_for_station(station: str) -> Printer | None:
    """The printer called like the bench, else the default one."""
    return (
        Printer.objects.filter(Q(name=station) | Q(is_default=True))
        .order_by("is_default" if station else "-is_default", "id")
        .first()
    )


def due_prints(*, now: datetime) -> list[int]:
    """Waiting prints that are to be sent now, oldest first; those for the bench page are not."""
    rows = PrintJob.objects.filter(state=PrintJob.State.WAITING).exclude(next_try_at__gt=now)
    return list(rows.exclude(_for_the_page()).order_by("id").values_list("pk", flat=True))


def prints_for_page(station: str) -> QuerySet[PrintJob]:
    """Prints that wait for the page of this bench."""
    rows = PrintJob.objects.filter(_for_the_page(), state=PrintJob.State.WAITING, station=station)
    return rows.select_related("label__parcel__field_call", "printer").order_by("id")


def _for_the_page() -> Q:
    """A void label, and ZPL, which no browser prints, are not: the sender ends those with a reason."""
    return Q(printer__kind=Printer.Kind.BROWSER, label__is_void=False) & ~Q(
        label__format=PaperFormat.ZPL.value
    )


@transaction.atomic
def start_print(job_id: int, *, now: datetime) -> tuple[Label, Printer, str] | None:
    """Take a waiting print in hand: label, printer and title; None when there is nothing to send."""
    job = (
        PrintJob.objects.select_for_update(of=("self",))
        .filter(pk=job_id, state=PrintJob.State.WAITING)
        .exclude(_for_the_page())
        .select_related("label__parcel__field_call", "printer")
        .first()
    )
    if job is None:
        return None
    if job.label.is_void or job.label.content is None:
        why = "The label is void; a newer one was made." if job.label.is_void else "The label was erased."
        job.state, job.sentence = PrintJob.State.FAILED, why
        job.save(update_fields=["state", "sentence"])
        return None
    job.state, job.sending_since = PrintJob.State.SENDING, now
    job.save(update_fields=["state", "sending_since"])
    return job.label, job.printer, title_of(job)


def title_of(job: PrintJob) -> str:
    """What a print is called at the printer and on the screen."""
    return title_in(job.label.parcel.field_call.number, job.label.parcel.package_id)


def title_in(field_call: str, package_id: str) -> str:
    return f"{field_call} {package_id}"


@transaction.atomic
def printed(job_id: int, *, now: datetime) -> None:
    """The printer took the bytes, or the bench page fetched them. Saying it again is harmless."""
    PrintJob.objects.filter(pk=job_id).update(state=PrintJob.State.PRINTED, sentence="", done_at=now)
    calls = FieldCall.objects.filter(parcels__labels__prints=job_id).values_list("pk", "number")
    for pk, number in calls:
        newest = newest_prints([pk]).values_list("state", "tries")
        if not any(needs_a_look(state, tries) for state, tries in newest):
            prints_are_settled([number])


def newest_prints(field_call_ids: Sequence[int]) -> QuerySet[PrintJob]:
    """The last print of each valid label of these field calls; earlier ones do not count any more."""
    mine = Label.objects.filter(parcel__field_call_id__in=list(field_call_ids), is_void=False)
    rows = PrintJob.objects.filter(label__in=mine)
    return rows.order_by("label_id", "-id").distinct("label_id")


def prints_are_settled(numbers: Sequence[str]) -> None:
    """Nobody has to look for the labels of these field calls any more: they are out, or nothing is sent."""
    close_tasks("print_trouble", matters=numbers)


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
        state=PrintJob.State.SENDING, sending_since__lt=now - after
    )
    broken = list(rows)
    for job in broken:
        print_ended(job.pk, state=PrintJob.State.UNCLEAR, reason="The print was interrupted.")
    return len(broken)


def _tell(job: PrintJob, reason: str) -> None:
    number = job.label.parcel.field_call.number
    open_task(
        kind="print_trouble",
        matter=number,
        cause="outage",
        sentence=f"The label of {number} did not print at {job.printer.name}: {reason}",
        cure=f"Look at the printer. If no label came out, press Reprint in {number}.",
        subjects=[f"field_call:{number}"],
    )
