"""Letters, lines and bars: nothing unprintable reaches a paper, nothing is cut off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.papers import fonts
from loadbay.papers.barcodes import Barcode


@pytest.mark.parametrize(
    ("given_", "drawn"),
    [
        ("é ß Ł ’ € – ñ Ø", "é ß Ł ’ € – ñ Ø"),
        ("e\u0301", "é"),
        ("Ząbki, Győr, Třebíč, Łódź, Iași, İzmir", "Ząbki, Győr, Třebíč, Łódź, Iași, İzmir"),
        ("Αθήνα, Київ, Београд", "Αθήνα, Київ, Београд"),
        ("\N{MATHEMATICAL BOLD CAPITAL A}\N{CIRCLED DIGIT ONE}", "A1"),
        ("桌子", "??"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("\u202eright to left\u200b", "right to left"),
        ("", ""),
    ],
)
def test_a_letter_is_drawn_or_replaced_by_what_can_be_read(given_, drawn):
    assert fonts.printable(given_) == drawn


@given(st.text(max_size=300), st.floats(20, 400))
def test_lines_fit_and_lose_no_letter(text, room):
    lines = fonts.wrapped(text, size=9, room=room)
    assert all(fonts.width(line, size=9) <= room or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(fonts.printable(text).split())


@pytest.mark.parametrize("code", ["", "Łódź", "a\nb", "x" * 60])
def test_what_a_scanner_could_not_read_is_no_barcode(code):
    with pytest.raises(ValueError, match="barcode"):
        Barcode(code, room=170)
