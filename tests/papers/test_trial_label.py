"""The trial label: each kind scans, and no printer's name can bring a command of its own."""

from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from loadbay.papers import trial_label
from loadbay.papers.zpl import png_to_zpl
from tests.papers.reading import barcodes, barcodes_in, page_texts
from tests.papers.zpl_reader import picture_of

TRIAL = trial_label.Trial("Bench 1", datetime(2026, 7, 6, 8, 0, tzinfo=UTC))


def test_the_pdf_scans_and_says_that_it_is_a_trial():
    drawn = trial_label.as_pdf(TRIAL)
    assert barcodes(drawn) == ["LOADBAY-TRIAL"]
    assert "Bench 1 · 2026-07-06 08:00 UTC" in page_texts(drawn)[0]


def test_the_picture_scans_also_when_drawn_as_zpl():
    drawn = trial_label.as_png(TRIAL)
    assert barcodes_in(Image.open(BytesIO(drawn)).convert("L")) == ["LOADBAY-TRIAL"]
    assert barcodes_in(picture_of(png_to_zpl(drawn)).convert("L")) == ["LOADBAY-TRIAL"]


def test_the_zpl_bears_the_code_in_a_barcode_field():
    zpl = trial_label.as_zpl(TRIAL).decode()
    assert zpl.startswith("^XA")
    assert "^BCN,140,Y,N,N^FDLOADBAY-TRIAL^FS^XZ" in zpl


def test_a_printers_name_brings_no_command():
    zpl = trial_label.as_zpl(trial_label.Trial("x^XZ~JR^XA", TRIAL.printed_at)).decode()
    assert (zpl.count("^XZ"), zpl.count("^XA"), zpl.count("~")) == (1, 1, 0)
