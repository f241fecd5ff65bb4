"""A PNG label drawn as ZPL shows the same dots; a picture that is none is refused."""

from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from loadbay.papers.zpl import UnusablePicture, png_to_zpl
from tests.papers.reading import barcodes_in
from tests.papers.zpl_reader import picture_of


def png(picture: Image.Image, **about: object) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", **about)
    return out.getvalue()


def label(*, scale: int = 3, size: tuple[int, int] = (812, 1218)) -> Image.Image:
    """White paper with a barcode in the middle."""
    code = zxingcpp.create_barcode("QA1234567890", zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=scale, add_quiet_zones=True))
    paper = Image.new("L", size, 255)
    paper.paste(bars.resize((bars.width, size[1] // 5), Image.Resampling.NEAREST), (40, size[1] // 3))
    return paper


@given(width=st.integers(1, 90), height=st.integers(1, 12), seed=st.binary(min_size=12, max_size=140))
@settings(max_examples=200, deadline=None)
def test_every_dot_is_the_same(width, height, seed):
    row = (seed * (width * height // len(seed) + 1))[: width * height]
    picture = Image.frombytes("L", (width, height), bytes(255 if byte & 3 else 0 for byte in row))
    drawn = picture_of(png_to_zpl(png(picture))).convert("L")
    assert drawn.crop((0, 0, width, height)).tobytes() == picture.tobytes()
    if drawn.width > width:
        assert drawn.crop((width, 0, drawn.width, height)).getextrema() == (255, 255)


@pytest.mark.parametrize(
    "picture",
    [Image.new("L", (812, 300), 0), Image.new("L", (812, 300), 255), Image.new("L", (9999, 2), 0)],
    ids=["all black", "all white", "very long runs"],
)
def test_plain_areas_stay_plain(picture):
    drawn = picture_of(png_to_zpl(png(picture))).convert("L").crop((0, 0, *picture.size))
    assert drawn.getextrema() == picture.getextrema()


def test_the_barcode_of_a_label_still_scans():
    zpl = png_to_zpl(png(label(), dpi=(203, 203)))
    assert zpl.startswith(b"^XA^PW812^LL1218")
    assert barcodes_in(picture_of(zpl).convert("L")) == ["QA1234567890"]


def test_a_label_made_for_300_dots_keeps_its_size_in_millimetres():
    zpl = png_to_zpl(png(label(scale=6, size=(1200, 1800)), dpi=(300, 300)))
    assert zpl.startswith(b"^XA^PW813^LL1219")
    assert barcodes_in(picture_of(zpl).convert("L")) == ["QA1234567890"]


def test_a_density_that_no_printer_has_is_not_believed():
    assert png_to_zpl(png(label(), dpi=(72, 72))) == png_to_zpl(png(label()))


def test_transparent_paper_is_white():
    picture = Image.new("RGBA", (16, 2), (0, 0, 0, 0))
    picture.putpixel((3, 1), (0, 0, 0, 255))
    drawn = picture_of(png_to_zpl(png(picture))).convert("L")
    assert [drawn.getpixel((x, 1)) for x in range(5)] == [255, 255, 255, 0, 255]


def test_a_label_becomes_a_tenth_of_its_plain_letters():
    assert len(png_to_zpl(png(label()))) < 812 // 8 * 2 * 1218 // 10


@pytest.mark.parametrize(
    "bytes_",
    [b"", b"^XA^XZ", b"\x89PNG\r\n\x1a\n", png(Image.new("1", (60, 60)))[:-30], b"%PDF-1.4"],
    ids=["nothing", "zpl", "only the head", "cut short", "pdf"],
)
def test_what_is_no_picture_is_refused(bytes_):
    with pytest.raises(UnusablePicture):
        png_to_zpl(bytes_)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked():
    with pytest.raises(UnusablePicture, match="9000 × 9000"):
        png_to_zpl(png(Image.new("1", (9000, 9000))))
