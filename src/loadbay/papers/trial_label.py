"""A small label to try a printer with: as ZPL, PNG or PDF, each with a barcode that scans.

Rule: it says in words and in its code that it is a trial, so that nobody sticks it on a parcel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import inch, mm
from reportlab.pdfgen.canvas import Canvas

from loadbay.papers import fonts
from loadbay.papers.barcodes import Barcode

CODE = "LOADBAY-TRIAL"
_DOTS_PER_INCH = 203
_WIDTH, _HEIGHT = 812, 406
_WORDS = ("Loadbay trial label", "Not for a parcel")


@dataclass(frozen=True)
class Trial:
    """`printed_at` is aware."""

    printer: str
    printed_at: datetime

    @property
    def line(self) -> str:
        return f"{fonts.printable(self.printer)} · {self.printed_at:%Y-%m-%d %H:%M %Z}".rstrip()


def as_zpl(trial: Trial) -> bytes:
    """In the printer's own letters and bars."""
    # ^ and ~ begin commands: a name must not bring any.
    line = re.sub(r"[\^~]", " ", trial.line)
    return (
        f"^XA^CI28^PW{_WIDTH}^LL{_HEIGHT}^FO30,30^A0N,48,48^FD{_WORDS[0]}^FS"
        f"^FO30,90^A0N,30,30^FD{_WORDS[1]}^FS^FO30,130^A0N,26,26^FD{line}^FS"
        f"^FO60,190^BY3^BCN,140,Y,N,N^FD{CODE}^FS^XZ\n"
    ).encode()


def as_png(trial: Trial) -> bytes:
    """A picture of 4 by 2 inches at 203 dots."""
    picture = Image.new("L", (_WIDTH, _HEIGHT), 255)
    pen = ImageDraw.Draw(picture)
    for text, name, size, top in (
        (_WORDS[0], fonts.BOLD, 40, 24),
        (_WORDS[1], fonts.REGULAR, 26, 80),
        (trial.line, fonts.REGULAR, 22, 120),
        (CODE, fonts.BOLD, 24, 366),
    ):
        pen.text((30, top), text, font=ImageFont.truetype(fonts.file(name), size), fill=0)
    symbol = zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(symbol, scale=3, add_quiet_zones=True))
    picture.paste(bars.resize((bars.width, 190), Image.Resampling.NEAREST), (30, 165))
    out = BytesIO()
    picture.convert("1", dither=Image.Dither.NONE).save(out, "PNG", dpi=(_DOTS_PER_INCH, _DOTS_PER_INCH))
    return out.getvalue()


def as_pdf(trial: Trial) -> bytes:
    """A page of 4 by 2 inches."""
    fonts.ready()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(4 * inch, 2 * inch), invariant=1)
    canvas.setTitle(_WORDS[0])
    for text, name, size, top in (
        (_WORDS[0], fonts.BOLD, 14, 9),
        (_WORDS[1], fonts.REGULAR, 9, 14),
        (trial.line, fonts.REGULAR, 8, 18),
    ):
        canvas.setFont(name, size)
        canvas.drawString(4 * mm, 2 * inch - top * mm, text)
    Barcode(CODE, room=92 * mm, bar_height=20 * mm).draw(canvas, x=4 * mm, top=2 * inch - 21 * mm)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
