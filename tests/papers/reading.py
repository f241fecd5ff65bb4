"""Reads papers back as people and scanners do: the text of a PDF, and the barcodes on its drawn pages."""

from __future__ import annotations

import pypdfium2
import zxingcpp
from PIL import Image

DOTS_PER_INCH = 200
"""Poorer than any office printer."""


def page_texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def barcodes(pdf: bytes, *, page: int = 0) -> list[str]:
    """What a scanner finds, from top to bottom."""
    drawn = pypdfium2.PdfDocument(pdf)[page].render(scale=DOTS_PER_INCH / 72).to_pil()
    return barcodes_in(drawn)


def barcodes_in(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]
