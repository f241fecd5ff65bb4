"""Product files: every bad cell is named, and a hostile file is refused in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from loadbay.catalogue.sheet import MOST_BYTES, SheetNotUsable, read_sheet
from loadbay.core.money import Money

HEAD = "sku,name,barcode,price,currency,quantity,room\n"


def faults_of(row: str) -> list[tuple[int, str, str]]:
    return [(f.row, f.column, f.cure) for f in read_sheet((HEAD + row + "\n").encode()).faults]


def test_a_good_row_is_read_whole():
    sheet = read_sheet((HEAD + "RUG,Wool rug,5012345678900|RUG-OLD,12.99,gbp,4,shop\n").encode())
    (row,) = sheet.rows
    assert (row.product.sku, row.product.name) == ("RUG", "Wool rug")
    assert row.product.barcodes == ("5012345678900", "RUG-OLD")
    assert row.price == Money(Decimal("12.99"), "GBP")
    assert (row.units, row.room, row.number) == (4, "shop", 2)
    assert sheet.faults == ()


@pytest.mark.parametrize("text", ["\ufeff" + HEAD, HEAD.replace(",", ";"), HEAD.replace(",", "\t")])
def test_what_spreadsheets_write_is_read(text):
    separator = text.strip("\ufeff")[3]
    row = separator.join(["RUG", "Rug", "", "12.99", "GBP", "", ""])
    sheet = read_sheet(f"{text}{row}\r\n".encode())
    assert [row.product.sku for row in sheet.rows] == ["RUG"]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("RUG,Rug,5012345678901,,,,", "barcode", "should end in 0"),
        ("RUG,Rug,,twelve,GBP,,", "price", "is not a number"),
        ("RUG,Rug,,12.999,GBP,,", "price", "too many decimals"),
        ("RUG,Rug,,-1,GBP,,", "price", "out of range"),
        ("RUG,Rug,,0,GBP,,", "price", "above 0"),
        ("RUG,Rug,,1,XYZ,,", "price", "Currency 'XYZ' is not known"),
        ("RUG,Rug,,,,2.5,SHOP", "quantity", "not a whole number"),
        ("RUG,Rug,,,,-2,SHOP", "quantity", "not a whole number"),
        ("RUG,Rug,,,,000000000000999999999,SHOP", "quantity", "not a whole number"),
        ("RUG,Rug,,,," + "9" * 5000 + ",SHOP", "quantity", "not a whole number"),
        ("RUG,Rug,,,,2,", "room", "needs a stock room"),
        ("=SUM(A1),Rug,,,,,", "sku", "cannot be a SKU"),
        ("RUG,=HYPERLINK(1),,,,,", "name", "formula"),
        ("RUG,,,,,,", "name", "needs a name"),
        ("RUG," + "x" * 201 + ",,,,,", "name", "Shorten it to 200"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_column_and_cure(row, column, words):
    (fault,) = faults_of(row)
    assert fault[:2] == (2, column)
    assert words in fault[2]


def test_a_row_with_too_few_cells_is_named():
    assert faults_of("RUG,Rug")[0][2].startswith("The row has 2 cells, the first line 7.")


def test_every_bad_row_is_named_not_only_the_first():
    text = HEAD + "RUG,Rug,5012345678901,,,,\nLAMP,Lamp,,,,,\nPAN,Pan,,x,GBP,,\n"
    sheet = read_sheet(text.encode())
    assert [(fault.row, fault.column) for fault in sheet.faults] == [(2, "barcode"), (4, "price")]
    assert [row.product.sku for row in sheet.rows] == ["LAMP"]


def test_a_sku_or_barcode_twice_in_one_file_names_both_rows():
    text = HEAD + "RUG,Rug,5012345678900,,,,\nRUG,Rug,,,,,\nLAMP,Lamp,5012345678900,,,,\n"
    faults = read_sheet(text.encode()).faults
    assert [(fault.row, fault.column, fault.cure) for fault in faults] == [
        (3, "sku", "Row 2 has this SKU too. Keep one."),
        (4, "barcode", "Row 2 has this barcode too. Keep it on one product."),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no products"),
        (HEAD.encode(), "no products"),
        (b"\x00" * 100, "Line 1 holds a NUL byte"),
        (HEAD.encode() + b"RUG,Rug\x00,,,,,\n", "Line 2 holds a NUL byte"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (HEAD.encode() + "RUG,Rüg,,,,,\n".encode("latin-1"), "Line 2 is not UTF-8"),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"a" * (MOST_BYTES + 1), "larger than 8 MB"),
        (b"a" * 1_000_000, "is not CSV"),
        (b"name\nRug\n", "column 'sku' is missing"),
        (b"sku,name,sku\n", "is there twice"),
        (b"sku,name,colour\n", "Column 'colour' is not known"),
        (b"sku,name,price\n", "needs the column 'currency'"),
        (b'sku,name\nRUG,"open\n', "is not CSV"),
    ],
)
def test_a_file_that_is_no_product_file_is_refused_in_words(data, words):
    with pytest.raises(SheetNotUsable, match=words) as refused:
        read_sheet(data)
    assert refused.value.code == "sheet_not_usable"


def test_a_file_full_of_faults_does_not_drown_the_reader():
    text = HEAD + "".join(f"R{n},Rug,,x,GBP,,\n" for n in range(300))
    with pytest.raises(SheetNotUsable, match="more than 200 faults, the first: Row 2, price 'x'"):
        read_sheet(text.encode())


def test_one_barcode_in_two_spellings_on_two_products_is_named():
    rows = "RUG,Rug,036000291452,,,,\nLAMP,Lamp,0036000291452,,,,"
    ((row, column, cure),) = faults_of(rows)
    assert (row, column) == (3, "barcode")
    assert "Row 2 has this barcode too" in cure
