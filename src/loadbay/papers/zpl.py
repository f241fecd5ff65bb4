"""A PNG label as ZPL, for printers that understand nothing else: one graphic field, black and white.

Rule: the label keeps its size in millimetres; dots are only scaled where the picture says that it was made
for another density. Every row is packed in ZPL's own run-length letters, which all its printers read.
"""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image, UnidentifiedImageError

_INCH = 25.4
_MOST_DOTS = 40_000_000
"""Far more than any label has; beyond it somebody tries to fill the memory."""
_SAME = 0.02
"""203 dots to the inch are 8 dots to the millimetre but for a fraction."""
_RUN = re.compile(r"([0-9A-F])\1+")


class UnusablePicture(ValueError):
    """The bytes are no picture of a label."""


def png_to_zpl(png: bytes, *, dots_per_mm: int = 8) -> bytes:
    """A whole ZPL label that shows the picture. Raises `UnusablePicture`."""
    picture = _black_and_white(_opened(png), dots_per_mm)
    row_bytes = (picture.width + 7) // 8
    # In a one-bit picture black is 0; in a graphic field it is 1. Padding bits must stay white.
    raw = Image.new("1", (row_bytes * 8, picture.height), 1)
    raw.paste(picture, (0, 0))
    bits = bytes(byte ^ 0xFF for byte in raw.tobytes())
    rows = [bits[at : at + row_bytes].hex().upper() for at in range(0, len(bits), row_bytes)]
    total = row_bytes * picture.height
    head = f"^XA^PW{picture.width}^LL{picture.height}^LH0,0^FO0,0^GFA,{total},{total},{row_bytes},"
    return (head + _packed(rows) + "^FS^XZ\n").encode()


def _opened(png: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(png), formats=["PNG"])
        if picture.width * picture.height > _MOST_DOTS:
            raise UnusablePicture(f"the picture has {picture.width} × {picture.height} dots")
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise UnusablePicture(f"the picture cannot be read: {fault}") from fault
    return picture


def _black_and_white(picture: Image.Image, dots_per_mm: int) -> Image.Image:
    grey = _on_white(picture).convert("L")
    scale = _scale(picture, dots_per_mm)
    if scale != 1:
        size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        if size[0] * size[1] > _MOST_DOTS:
            raise UnusablePicture("its density would make it larger than any label")
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    return grey.point(lambda shade: 255 if shade >= 128 else 0).convert("1", dither=Image.Dither.NONE)


def _on_white(picture: Image.Image) -> Image.Image:
    """Paper is white where the picture is transparent."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper


def _scale(picture: Image.Image, dots_per_mm: int) -> float:
    """How many dots of the printer make one of the picture; without a density they are the same."""
    density = float(picture.info.get("dpi", (0, 0))[0]) / _INCH
    # 72 and 96 are what programs write that know nothing of paper.
    if not 5 < density < 50 or abs(density / dots_per_mm - 1) < _SAME:
        return 1
    return dots_per_mm / density


def _packed(rows: list[str]) -> str:
    """Rows in ZPL's letters: `:` as the row above, `,` white to the end, `!` black to the end, runs."""
    packed: list[str] = []
    above = ""
    for row in rows:
        packed.append(":" if row == above else _packed_row(row))
        above = row
    return "".join(packed)


def _packed_row(row: str) -> str:
    end = ""
    kept = row
    if row.endswith("0"):
        kept, end = row.rstrip("0"), ","
    elif row.endswith("F"):
        kept, end = row.rstrip("F"), "!"
    return _RUN.sub(_run, kept) + end


def _run(found: re.Match[str]) -> str:
    """`z` is 400 times, `g` 20 times more, `G` once more: the letters add up."""
    count, letters = len(found[0]), ""
    while count > 400:
        letters += "z"
        count -= 400
    twenties, ones = divmod(count, 20)
    letters += chr(ord("f") + twenties) if twenties else ""
    letters += chr(ord("F") + ones) if ones else ""
    return letters + found[1]
