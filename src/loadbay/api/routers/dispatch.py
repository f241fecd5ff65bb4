"""Around the field calls: bench, consignments, boxes, printers, the day's collections."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router

from loadbay import wiring
from loadbay.api.calls import Call, Page, call, file_answer
from loadbay.api.fields import Body, DryRun, Figure, Flag, InPath, Text
from loadbay.api.shapes import page_of, parts_of
from loadbay.core.clock import SystemClock
from loadbay.dispatch import print_queries, queries
from loadbay.dispatch.bench_queries import BenchView, bench
from loadbay.dispatch.bench_rules import BenchAnswer, check_station
from loadbay.dispatch.box_queries import HouseBoxRow, house_boxes, row_of
from loadbay.dispatch.paper_work import command_sheet_pdf, dock_sheet_pdf, trial_label
from loadbay.dispatch.print_queries import PrinterRow, printer_row
from loadbay.dispatch.queries import BatchView, Collection
from loadbay.dispatch.services import boxes, completing, printers
from loadbay.dispatch.services.bench import Bench, scan
from loadbay.jobs.looking import look_before_completing

bench_router = Router(tags=["Bench"])
consignments_router = Router(tags=["Consignments"])
boxes_router = Router(tags=["Boxes"])
printers_router = Router(tags=["Printers"])
_PDF = ("application/pdf",)
_BoxGone = parts_of("BoxGone", removed=str)
_HouseBox = parts_of("HouseBoxChosen", house_box=str)


class Scan(Body):
    """One scan at a bench."""

    code: Text = Field(..., description="As scanned: a command, a box, goods.", examples=["FC-000001"])
    key: UUID | None = Field(None, description="Of your own; the same key again gets the same answer.")


class ParcelsCounted(Body):
    """What was counted on the lorry."""

    parcels: Figure | None = Field(None, description="Compared with what is to leave, where given.")


class NewBox(Body):
    """A box of the house."""

    code: Text = Field(..., examples=["M"])
    size: Text = Field(..., description="Length x width x height in cm.", examples=["40x30x20"])
    weight: Text = Field(..., description="What it weighs empty, in kg.", examples=["0.15"])
    name: Text = ""
    is_house_box: Flag = Field(False, description="Taken where nobody says another box.")


class NewPrinter(Body):
    """Where labels come out. One called like a bench prints the labels of that bench."""

    name: Text = Field(..., examples=["Bench 1"])
    kind: Text = Field(..., description="raw, folder or browser.", examples=["raw"])
    address: Text = Field("", description="host:port, or the full path of a folder.")
    formats: Text = Field("", description="What it prints.", examples=["zpl,png"])
    is_default: Flag = False


@call(bench_router, "get", "/{station}", declared=Call("dispatch:read", BenchView))
def bench_view(request: HttpRequest, station: InPath) -> BenchView:
    """What stands on a bench"""
    check_station(station)
    return bench(station)


@call(
    bench_router,
    "post",
    "/{station}/scan",
    declared=Call("dispatch:write", parts_of("Scanned", answer=BenchAnswer, bench=BenchView)),
)
def take_scan(request: HttpRequest, station: InPath, given: Scan) -> dict[str, Any]:
    """Scan something at a bench: a field call, goods, a box or a command such as Packing Finished

    A scan that is not right is an answer as well: `tone` is then `stop`.
    """
    at = Bench(station, None, SystemClock().now())
    answer = scan(key=given.key or uuid4(), code=given.code, bench=at)
    return {"answer": answer, "bench": bench(station)}


@call(bench_router, "get", "/papers/commands.pdf", declared=Call("dispatch:read", None, file_types=_PDF))
def commands(request: HttpRequest) -> HttpResponse:
    """The bench's commands as barcodes, as a PDF"""
    return file_answer(command_sheet_pdf(), content_type=_PDF[0], name="commands.pdf")


@call(
    consignments_router,
    "get",
    "/collections",
    declared=Call("dispatch:read", page_of("collections", Collection)),
)
def collections(
    request: HttpRequest,
    day: Annotated[date | None, Query(description="Today, in UTC, when left out.")] = None,
) -> Page:
    """What the lorries take on a day, and how far it is packed"""
    return Page("collections", queries.collections_on(day or SystemClock().now().date()))


@call(
    consignments_router,
    "get",
    "/{code}/dock-sheet.pdf",
    declared=Call("dispatch:read", None, file_types=_PDF),
)
def dock_sheet(request: HttpRequest, code: InPath) -> HttpResponse:
    """The hand-over sheet of a consignment, as a PDF"""
    content = dock_sheet_pdf(code, now=SystemClock().now())
    return file_answer(content, content_type=_PDF[0], name="dock-sheet.pdf")


@call(
    consignments_router,
    "post",
    "/{code}/complete",
    declared=Call(
        "dispatch:write",
        parts_of("BatchCompleted", consignment=str, completed=list[str], left=list[list[str]], warning=str),
    ),
)
def complete_all(request: HttpRequest, code: InPath, given: ParcelsCounted) -> dict[str, Any]:
    """Batch Complete: complete every labelled field call of a consignment; Amazon is told shipped"""
    view = queries.batch(code)
    warning = look_before_completing([row.number for row in view.loaded])
    done = completing.complete_all(view.consignment, parcels_counted=given.parcels, now=SystemClock().now())
    return {
        "consignment": view.consignment,
        "completed": done.numbers,
        "left": done.left,
        "warning": warning.strip(),
    }


@call(consignments_router, "get", "/{code}", declared=Call("dispatch:read", BatchView))
def consignment(request: HttpRequest, code: InPath) -> BatchView:
    """What a consignment number, or any parcel's code, leads to"""
    return queries.batch(code)


@call(boxes_router, "get", "", declared=Call("dispatch:read", page_of("boxes", HouseBoxRow)))
def list_boxes(request: HttpRequest) -> Page:
    """Every box of the house, with the barcode that the bench scans"""
    return Page("boxes", house_boxes())


@call(boxes_router, "post", "", declared=Call("dispatch:write", HouseBoxRow, 201, adds=True))
def add_box(request: HttpRequest, given: NewBox) -> HouseBoxRow:
    """Add a box; the first one becomes the house box"""
    return row_of(boxes.add_box(boxes.NewBox(**given.model_dump())))


@call(boxes_router, "post", "/{code}/house-box", declared=Call("dispatch:write", _HouseBox))
def house_box(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """Take this box where nobody says another one"""
    boxes.make_house_box(code)
    return {"house_box": code.upper()}


@call(boxes_router, "delete", "/{code}", declared=Call("dispatch:write", _BoxGone))
def remove_box(request: HttpRequest, code: InPath) -> dict[str, Any]:
    """Remove a box; parcels packed in it keep their measures"""
    boxes.remove_box(code)
    return {"removed": code.upper()}


@call(printers_router, "get", "", declared=Call("dispatch:read", page_of("printers", PrinterRow)))
def list_printers(request: HttpRequest) -> Page:
    """Every printer, and how many labels wait for it"""
    return Page("printers", [printer_row(found) for found in queries.printers()])


@call(printers_router, "post", "", declared=Call("dispatch:write", PrinterRow, 201, adds=True))
def add_printer(request: HttpRequest, given: NewPrinter) -> PrinterRow:
    """Add a printer"""
    return printer_row(printers.add_printer(printers.NewPrinter(**given.model_dump())))


@call(
    printers_router,
    "post",
    "/{name}/test",
    declared=Call("dispatch:write", parts_of("TrialPrint", printer=str, format=str, bytes=int, sent=bool)),
)
def try_printer(request: HttpRequest, name: InPath, dry_run: DryRun = False) -> dict[str, Any]:
    """Print a small trial label"""
    found = print_queries.printer(name)
    trial = trial_label(found, now=SystemClock().now())
    if not dry_run:
        wiring.printer_for(found).print(trial.content, format=trial.format, title=trial.title)
    return {
        "printer": found.name,
        "format": trial.format,
        "bytes": len(trial.content),
        "sent": not dry_run,
    }
