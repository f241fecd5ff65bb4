"""What a printer takes goes through untouched, a PNG is drawn for a ZPL printer, the rest is refused."""

from io import BytesIO

import pytest
from PIL import Image

from loadbay.core.errors import Rejected, Retryable
from loadbay.dispatch.ports import PaperFormat
from loadbay.printing.browser import BrowserPrinter
from loadbay.printing.formats import FittingPrinter
from loadbay.testing.fakes import FakeLabel, FakePrinter
from tests.papers.zpl_reader import picture_of


def png() -> bytes:
    out = BytesIO()
    Image.new("1", (80, 40), 0).save(out, "PNG")
    return out.getvalue()


def zebra() -> tuple[FakePrinter, FittingPrinter]:
    driver = FakePrinter()
    return driver, FittingPrinter(driver, name="Zebra", takes=frozenset({PaperFormat.ZPL}))


def test_zpl_reaches_a_zpl_printer_untouched():
    driver, printer = zebra()
    printer.print(b"^XA^XZ", format=PaperFormat.ZPL, title="FC-1 P1")
    assert driver.labels == [FakeLabel("FC-1 P1", PaperFormat.ZPL, b"^XA^XZ")]


def test_a_png_reaches_a_zpl_printer_as_zpl():
    driver, printer = zebra()
    printer.print(png(), format=PaperFormat.PNG, title="FC-1 P1")
    assert [label.format for label in driver.labels] == [PaperFormat.ZPL]
    assert picture_of(driver.labels[0].content).size == (80, 40)


def test_a_png_reaches_a_printer_that_takes_png_untouched():
    driver = FakePrinter()
    FittingPrinter(driver, name="Any", takes=frozenset(PaperFormat)).print(
        png(), format=PaperFormat.PNG, title="FC-1 P1"
    )
    assert driver.labels == [FakeLabel("FC-1 P1", PaperFormat.PNG, png())]


def test_a_pdf_on_a_zpl_printer_is_refused_with_a_cure():
    driver, printer = zebra()
    with pytest.raises(Rejected) as trouble:
        printer.print(b"%PDF-1.4", format=PaperFormat.PDF, title="FC-1 P1")
    assert trouble.value.sentence == (
        "FC-1 P1 is a PDF label, and Zebra only prints ZPL. "
        "Print it on a printer that takes PDF, or add that format to this printer."
    )
    assert driver.labels == []


def test_a_broken_png_is_refused_before_anything_is_sent():
    driver, printer = zebra()
    with pytest.raises(Rejected, match="cannot be drawn for Zebra"):
        printer.print(png()[:45], format=PaperFormat.PNG, title="FC-1 P1")
    assert driver.labels == []


def test_nothing_is_sent_to_a_browser():
    with pytest.raises(Retryable, match="nothing of FC-1 P1 was sent"):
        BrowserPrinter("Bench 1").print(png(), format=PaperFormat.PNG, title="FC-1 P1")
    with pytest.raises(Rejected, match="cannot print ZPL"):
        BrowserPrinter("Bench 1").print(b"^XA^XZ", format=PaperFormat.ZPL, title="FC-1 P1")
