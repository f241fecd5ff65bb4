"""Printers and prints: what is set up wrongly is refused, each end of a print is stored, browsers fetch."""

from datetime import timedelta

import pytest

from loadbay.core.errors import Misconfigured, NotFound, Rejected, Retryable, Unclear, WrongInput
from loadbay.dispatch import senders
from loadbay.dispatch.bench_queries import bench
from loadbay.dispatch.models import FieldCall, Label, Parcel, Printer, PrintJob
from loadbay.dispatch.ports import LabelPrinter, PaperFormat
from loadbay.dispatch.print_queries import browser_jobs, browser_label
from loadbay.dispatch.services import printers
from loadbay.inbox.models import Task
from loadbay.testing.fakes import FakeClock, FakeLabel, FakePrinter, Moment
from loadbay.wiring import printer_for
from tests.printing.pretend import pretend_printer, takes_all
from tests.services.printing_shop import PNG, a_labelled_call, a_print, a_printer, state_of

pytestmark = pytest.mark.django_db


def sent(job_id: int, printer: LabelPrinter, clock: FakeClock | None = None) -> object:
    return senders.print_labels(job_id, printer_for=lambda row: printer, clock=clock or FakeClock())


@pytest.mark.parametrize(
    ("kind", "address", "formats", "complaint"),
    [
        ("raw", "", "", "is no host:port"),
        ("raw", "192.168.1.40", "", "is no host:port"),
        ("raw", "192.168.1.40:0", "", "is no host:port"),
        ("raw", "192.168.1.40:99999", "", "is no host:port"),
        ("raw", "http://evil/:80", "", "is no host:port"),
        ("raw", "a b:9100", "", "is no host:port"),
        ("raw", "p:9100\nx:1", "", "unreadable"),
        ("folder", "labels", "", "is no full path"),
        ("folder", "/" + "a" * 300, "", "longer than 200"),
        ("browser", "here:80", "", "has no address"),
        ("browser", "", "zpl", "cannot print ZPL"),
        ("raw", "p:9100", "zpl,gif", "are not known"),
        ("telex", "", "", "is not known"),
    ],
)
def test_a_printer_set_up_wrongly_is_refused(kind, address, formats, complaint):
    with pytest.raises(WrongInput, match=complaint):
        a_printer("Dock", kind, address=address, formats=formats)
    assert Printer.objects.count() == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b"])
def test_a_printer_needs_a_name_that_can_be_shown(name):
    with pytest.raises(WrongInput, match="Printer name"):
        a_printer(name, "browser")


def test_a_name_is_taken_once():
    a_printer("Dock", "browser")
    with pytest.raises(WrongInput, match="already"):
        a_printer(" Dock ", "browser")


def test_the_first_printer_is_the_default_until_another_is_said_to_be():
    assert a_printer("Dock", "browser").is_default
    assert not a_printer("Bench 1", "browser").is_default
    printers.add_printer(printers.NewPrinter(name="Office", kind="browser", is_default=True))
    assert list(Printer.objects.filter(is_default=True).values_list("name", flat=True)) == ["Office"]


def test_a_bench_prints_on_the_printer_of_its_name_else_on_the_default_one():
    a_printer("Dock", "browser")
    a_printer("Bench 1", "browser")
    assert printers.printer_for_station("Bench 1").name == "Bench 1"
    assert printers.printer_for_station("Bench 2").name == "Dock"


def test_a_printed_label_is_printed_once():
    a_printer("Dock", "raw", address="p:9100")
    job, printer = a_print(a_labelled_call("FC-000001")), FakePrinter()
    assert sent(job, printer) is None
    assert sent(job, printer) is None
    assert printer.labels == [FakeLabel("FC-000001 P1", PaperFormat.PNG, PNG)]
    assert state_of(job) == ("printed", "")


def test_a_printer_out_of_reach_is_tried_again_by_itself():
    a_printer("Dock", "raw", address="p:9100")
    job, printer, clock = a_print(a_labelled_call("FC-000001")), FakePrinter(), FakeClock()
    printer.troubles.next("print", Retryable("The printer is off."))
    due = sent(job, printer, clock)
    assert state_of(job) == ("waiting", "The printer is off.")
    assert printers.due_prints(now=clock.now()) == []
    assert printers.due_prints(now=due) == [job]
    assert sent(job, printer, clock) is None
    assert len(printer.labels) == 1


def test_a_print_that_broke_off_waits_for_a_person():
    a_printer("Dock", "raw", address="p:9100")
    job, printer = a_print(a_labelled_call("FC-000001")), FakePrinter()
    printer.troubles.next("print", Unclear("The line broke."), moment=Moment.AFTER)
    assert sent(job, printer) is None
    assert state_of(job) == ("unclear", "The line broke.")
    assert printers.due_prints(now=FakeClock().now() + timedelta(days=1)) == []
    assert "FC-000001" in Task.objects.get(kind="print_trouble").sentence


def test_a_label_that_a_printer_cannot_print_becomes_a_task():
    a_printer("Dock", "raw", address="p:9100")
    job, printer = a_print(a_labelled_call("FC-000001")), FakePrinter()
    printer.troubles.next("print", Rejected("It is a PDF label."))
    assert sent(job, printer) is None
    assert state_of(job) == ("failed", "It is a PDF label.")
    assert Task.objects.filter(kind="print_trouble").count() == 1


def test_a_void_label_is_not_printed():
    a_printer("Dock", "raw", address="p:9100")
    label, printer = a_labelled_call("FC-000001"), FakePrinter()
    job = a_print(label)
    Label.objects.filter(pk=label.pk).update(is_void=True)
    sent(job, printer)
    assert printer.labels == []
    assert state_of(job)[0] == "failed"


def test_a_print_that_a_killed_process_left_is_unclear_but_one_under_way_is_not():
    a_printer("Dock", "raw", address="p:9100")
    clock = FakeClock()
    left, under_way = (a_print(a_labelled_call(f"FC-00000{n}")) for n in (1, 2))
    PrintJob.objects.update(asked_at=clock.now() - timedelta(days=1))
    printers.start_print(left, now=clock.now() - timedelta(minutes=2))
    printers.start_print(under_way, now=clock.now() - timedelta(seconds=5))
    assert printers.settle_broken_prints(now=clock.now()) == 1
    assert state_of(left)[0] == "unclear"
    assert state_of(under_way)[0] == "sending"


def test_a_browser_print_waits_until_its_bench_page_fetched_it():
    a_printer("Bench 1", "browser")
    job, printer, clock = a_print(a_labelled_call("FC-000001")), FakePrinter(), FakeClock()
    assert printers.due_prints(now=clock.now()) == []
    assert sent(job, printer) is None
    assert printer.labels == []
    assert [(entry.id, entry.title) for entry in browser_jobs("Bench 1")] == [(job, "FC-000001 P1")]
    assert browser_jobs("Bench 2") == ()
    fetched = browser_label(job, station="Bench 1")
    assert (fetched.content, fetched.format) == (PNG, PaperFormat.PNG)
    printers.printed(job, now=clock.now())
    assert browser_jobs("Bench 1") == ()
    assert state_of(job) == ("printed", "")


def test_a_page_gets_no_label_of_another_bench_nor_one_that_is_done_or_void():
    a_printer("Dock", "browser")
    a_printer("Zebra", "raw", address="p:9100")
    mine, done, other, wired = (a_labelled_call(f"FC-00000{n}") for n in range(1, 5))
    jobs = [
        a_print(mine),
        a_print(done),
        a_print(other, station="Bench 2"),
        a_print(wired, station="Zebra"),
    ]
    printers.printed(jobs[1], now=FakeClock().now())
    Label.objects.filter(pk=mine.pk).update(is_void=True)
    for job in jobs:
        with pytest.raises(NotFound, match="Press Reprint"):
            browser_label(job, station="Bench 1")


def test_zpl_for_a_browser_ends_with_a_task_instead_of_waiting_for_ever():
    a_printer("Bench 1", "browser")
    job = a_print(a_labelled_call("FC-000001", content=b"^XA^XZ", kind="zpl"))
    assert browser_jobs("Bench 1") == ()
    assert printers.due_prints(now=FakeClock().now()) == [job]
    senders.print_labels(job, printer_for=printer_for, clock=FakeClock())
    state, sentence = state_of(job)
    assert state == "failed"
    assert "only prints PDF and PNG" in sentence


def test_the_stored_bytes_reach_the_printers_socket():
    with pretend_printer(takes_all) as there:
        a_printer("Dock", "raw", address=f"127.0.0.1:{there.port}")
        content = bytes(range(256)) * 50
        job = a_print(a_labelled_call("FC-000001", content=content))
        senders.print_labels(job, printer_for=printer_for, clock=FakeClock())
        assert there.received(1) == [content]
    assert state_of(job) == ("printed", "")


def test_the_stored_bytes_reach_the_folder(tmp_path):
    a_printer("Dock", "folder", address=str(tmp_path / "labels"))
    job = a_print(a_labelled_call("FC-000001"))
    senders.print_labels(job, printer_for=printer_for, clock=FakeClock())
    assert (tmp_path / "labels" / "FC-000001_P1.png").read_bytes() == PNG


def test_a_printer_whose_row_was_spoilt_is_told_and_not_guessed():
    row = a_printer("Dock", "raw", address="p:9100")
    row.address = "nonsense"
    with pytest.raises(Misconfigured, match="Dock is set up wrongly"):
        printer_for(row)


# --- several parcels of one field call ---


def two_prints(clock: FakeClock) -> tuple[int, int]:
    """Both parcels of a field call wait at the printer."""
    a_printer("Dock", "raw", address="p:9100")
    label = a_labelled_call("FC-000001")
    FieldCall.objects.update(packed_at=clock.now())
    parcel = Parcel.objects.create(field_call=label.parcel.field_call, package_id="P2")
    second = Label.objects.create(parcel=parcel, format="png", content=PNG, stored_at=clock.now())
    return a_print(label), a_print(second)


def to_look_at() -> int:
    return Task.objects.filter(kind="print_trouble", closed_at=None).count()


@pytest.mark.parametrize("trouble", [Rejected("It is a PDF label."), Unclear("The line broke.")])
def test_the_print_of_one_parcel_closed_the_task_of_another_that_failed(trouble: Exception):
    clock, printer = FakeClock(), FakePrinter()
    first, second = two_prints(clock)
    printer.troubles.next("print", trouble)
    sent(first, printer, clock)
    sent(second, printer, clock)
    assert (state_of(second)[0], to_look_at()) == ("printed", 1)
    assert bench("Bench 1").labels == (("FC-000001", *state_of(first)),)
    again = a_print(PrintJob.objects.get(pk=first).label)
    sent(again, printer, clock)
    assert to_look_at() == 0
    assert bench("Bench 1").labels == (("FC-000001", "printed", ""),)


def test_a_label_still_tried_keeps_its_task_when_another_one_prints():
    clock, printer = FakeClock(), FakePrinter()
    first, second = two_prints(clock)
    for _ in range(2):
        printer.troubles.next("print", Retryable("The printer is off."))
        sent(first, printer, clock)
    sent(second, printer, clock)
    assert to_look_at() == 1
    assert bench("Bench 1").labels == (("FC-000001", "waiting", "The printer is off."),)
    sent(first, printer, clock)
    assert to_look_at() == 0


def test_the_failed_print_of_a_label_that_is_void_needs_no_look_any_more():
    clock, printer = FakeClock(), FakePrinter()
    first, second = two_prints(clock)
    printer.troubles.next("print", Rejected("It is a PDF label."))
    sent(first, printer, clock)
    Label.objects.filter(prints=first).update(is_void=True)
    sent(second, printer, clock)
    assert to_look_at() == 0
