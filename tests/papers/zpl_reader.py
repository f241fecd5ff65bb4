"""Reads a ZPL graphic field back into a picture, from the letters' published meaning.

Written without a look at `loadbay.papers.zpl`, so that the two can disagree.
"""

from __future__ import annotations

import re

from PIL import Image

_FIELD = re.compile(rb"\^FO0,0\^GFA,(\d+),(\d+),(\d+),([0-9A-Za-z:,!]*)\^FS")
_ONES = {letter: position for position, letter in enumerate("GHIJKLMNOPQRSTUVWXY", start=1)}
_TWENTIES = {letter: 20 * position for position, letter in enumerate("ghijklmnopqrstuvwxyz", start=1)}


def picture_of(zpl: bytes) -> Image.Image:
    """The picture, black on white. Fails where the field's counts do not agree with its data."""
    found = _FIELD.search(zpl)
    assert found is not None
    total, again, row_bytes = (int(found[at]) for at in (1, 2, 3))
    rows = _rows(found[4].decode(), row_bytes * 2)
    assert total == again == row_bytes * len(rows)
    bits = bytes.fromhex("".join(rows))
    return Image.frombytes("1", (row_bytes * 8, len(rows)), bytes(byte ^ 0xFF for byte in bits))


def _rows(letters: str, width: int) -> list[str]:
    rows: list[str] = []
    row, times = "", 0
    for letter in letters:
        if letter == ":":
            assert row == ""
            rows.append(rows[-1])
        elif letter in ",!":
            rows.append(row.ljust(width, "0" if letter == "," else "F"))
            row = ""
        elif letter in _ONES or letter in _TWENTIES:
            times += _ONES.get(letter, 0) + _TWENTIES.get(letter, 0)
        else:
            row, times = row + letter * (times or 1), 0
            assert len(row) <= width
            if len(row) == width:
                rows.append(row)
                row = ""
    assert row == ""
    return rows
