"""Reading a product file (CSV): every bad cell is named with its row, column, value and cure.

Pure, and suspicious: the file may be anything. Applying it is `services.save_sheet`, with opening stock
`stock.intake`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.rules import (
    MOST_GRAMS,
    MOST_MILLIMETRES,
    read_barcode,
    read_country,
    read_sku,
    same_barcodes,
)
from loadbay.core.errors import Refusal, WrongInput
from loadbay.core.money import Money, parse_money

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 100_000
MOST_FAULTS = 200
_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}


class SheetNotUsable(Refusal):
    """A file that is not a product file at all."""

    code = "sheet_not_usable"


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be used. Row 1 holds the column names."""

    row: int
    column: str
    value: str
    cure: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column} {self.value!r}: {self.cure}"


@dataclass(frozen=True)
class SheetRow:
    """One good row: the product, and what else the file says about it."""

    number: int
    product: ProductFields
    price: Money | None = None
    category: str = "Amazon"
    units: int | None = None
    room: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file as read. Only the columns it has are changed on products that exist."""

    rows: tuple[SheetRow, ...]
    columns: frozenset[str]
    faults: tuple[Fault, ...]


@dataclass
class _Reading:
    """What has been seen so far: for duplicates, and for the faults."""

    faults: list[Fault] = field(default_factory=list)
    skus: dict[str, int] = field(default_factory=dict)
    barcodes: dict[str, int] = field(default_factory=dict)


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file with the columns documented in `COLUMN_HELP`. Raises `SheetNotUsable`."""
    text = _decoded(data)
    first_line = text.lstrip("\n").partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    reading, columns = _Reading(), tuple[str, ...]()
    rows = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells)
                continue
            rows.append(_row(cells, number=lines.line_num, columns=columns, reading=reading))
            if len(rows) > MOST_ROWS:
                _refuse(f"The file has more than {MOST_ROWS} rows. Cut it into parts.")
    except csv.Error as broken:
        raise SheetNotUsable(
            f"Line {lines.line_num} is not CSV ({broken}). Check its quotes, or save it as CSV again."
        ) from None
    if not rows:
        _refuse(
            "The file has no products. The first line names the columns, each further line is one product."
        )
    good = tuple(row for row in rows if row is not None)
    return Sheet(rows=good, columns=frozenset(columns), faults=tuple(reading.faults))


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        _refuse(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Cut it into parts.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse("The file is UTF-16. Save it as 'CSV UTF-8' and try again.")
    if data.startswith(b"PK\x03\x04"):
        _refuse("The file is an Excel workbook. Save it as 'CSV UTF-8' and try again.")
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        _refuse(f"Line {line} holds a NUL byte, so this is not a text file. Save it as 'CSV UTF-8'.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as broken:
        line = data[: broken.start].count(b"\n") + 1
        raise SheetNotUsable(
            f"Line {line} is not UTF-8. Save the file as 'CSV UTF-8' and try again."
        ) from None


def _columns(cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip().lower().replace(" ", "_") for cell in cells)
    for name in names:
        if name not in COLUMN_HELP:
            known = ", ".join(COLUMN_HELP)
            _refuse(f"Column {name[:40]!r} is not known. Rename or remove it; known columns: {known}.")
        if names.count(name) > 1:
            _refuse(f"Column {name!r} is there twice. Remove one of them.")
    for needed in ("sku", "name"):
        if needed not in names:
            _refuse(f"The column {needed!r} is missing. The first line must name the columns.")
    for column, partner in (("price", "currency"), ("quantity", "room"), ("serial_numbers", "quantity")):
        if column in names and partner not in names:
            _refuse(f"The column {column!r} needs the column {partner!r} beside it. Add it.")
    return names


def _row(cells: list[str], *, number: int, columns: tuple[str, ...], reading: _Reading) -> SheetRow | None:
    """The row, or None when one of its cells is at fault."""
    before = len(reading.faults)
    if len(reading.faults) >= MOST_FAULTS:
        _refuse(f"The file has more than {MOST_FAULTS} faults, the first: {reading.faults[0]}")
    if len(cells) != len(columns):
        cure = f"The row has {len(cells)} cells, the first line {len(columns)}. Check commas and quotes."
        reading.faults.append(Fault(number, columns[0], cells[0][:60], cure))
        return None
    texts = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    values: dict[str, Any] = {}
    for column, text in texts.items():
        try:
            values[column] = _READERS[column](text)
        except Refusal as refusal:
            reading.faults.append(Fault(number, column, text[:60], refusal.sentence))
    if len(reading.faults) == before:
        _check_row(texts, values=values, number=number, reading=reading)
    if len(reading.faults) > before:
        return None
    return _built(texts, values=values, number=number)


def _check_row(texts: Mapping[str, str], *, values: dict[str, Any], number: int, reading: _Reading) -> None:
    """What only shows when cells or rows are seen together."""
    first = reading.skus.setdefault(values["sku"], number)
    if first != number:
        reading.faults.append(Fault(number, "sku", texts["sku"], f"Row {first} has this SKU too. Keep one."))
    for code in values.get("barcode", ()):
        first = min(reading.barcodes.setdefault(form, number) for form in same_barcodes(code))
        if first != number:
            cure = f"Row {first} has this barcode too. Keep it on one product."
            reading.faults.append(Fault(number, "barcode", code, cure))
    if values.get("quantity") and not values["room"]:
        reading.faults.append(Fault(number, "room", "", "A quantity needs a stock room. Fill in the room."))
    if texts.get("price"):
        try:
            values["price"] = _price(texts["price"], currency=texts["currency"])
        except Refusal as refusal:
            reading.faults.append(Fault(number, "price", texts["price"][:60], refusal.sentence))


def _built(texts: Mapping[str, str], *, values: Mapping[str, Any], number: int) -> SheetRow:
    product = {name: values[column] for column, name in _PRODUCT_COLUMNS.items() if column in values}
    return SheetRow(
        number=number,
        product=ProductFields(**product),
        price=values["price"] if texts.get("price") else None,
        category=values.get("category") or "Amazon",
        units=values.get("quantity") or None,
        room=values.get("room", ""),
        numbers=values.get("serial_numbers", ()),
    )


def _refuse(sentence: str) -> NoReturn:
    raise SheetNotUsable(sentence)


# --- cells ---


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise WrongInput(f"It has {len(text)} characters. Shorten it to {longest}.")
        if any(ord(sign) < 32 for sign in text):
            raise WrongInput("It holds a line break or another control sign. Write it on one line.")
        if text[:1] in ("=", "+", "@", "-"):
            raise WrongInput(
                f"It begins with {text[0]!r}, which spreadsheets run as a formula. Remove the sign."
            )
        return text

    return read


def _name(text: str) -> str:
    if not text:
        raise WrongInput("A product needs a name. Fill it in.")
    return _text(200)(text)


def _number(most: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > most:
            raise WrongInput(f"It is not a whole number from 0 to {most}. Write digits only.")
        return int(text)

    return read


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise WrongInput("Write yes or no.")
    return text.lower() in _YES


def _barcodes(text: str) -> tuple[str, ...]:
    codes = [part for part in text.split("|") if part.strip()]
    return tuple(dict.fromkeys(read_barcode(code)[0] for code in codes))


def _serial_numbers(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _price(text: str, *, currency: str) -> Money:
    money = parse_money(text, currency=currency, field="price")
    if money.amount == 0:
        raise WrongInput(
            "A price of nothing cannot be sold at. Give a price above 0, or leave the cell empty."
        )
    return money


COLUMN_HELP: dict[str, str] = {
    "sku": "Required. Up to 40 letters, digits, spaces and . _ / # + -",
    "name": "Required. Up to 200 characters.",
    "barcode": "EAN, UPC, GTIN or our own code; several with | between them.",
    "brand": "Up to 80 characters.",
    "serialised": "yes or no.",
    "country_of_origin": "Two letters, such as GB.",
    "hazmat_class": "Up to 40 characters.",
    "customs_code": "Up to 20 characters.",
    "weight_g": "Grams.",
    "length_mm": "Millimetres.",
    "width_mm": "Millimetres.",
    "height_mm": "Millimetres.",
    "bin": "Where it lies in the room; up to 20 characters.",
    "price": "Retail price, tax included, such as 12.99; needs currency.",
    "currency": "Three letters, such as GBP.",
    "category": "Customer category of the price; Amazon when empty.",
    "quantity": "Units booked in by this file; needs room.",
    "room": "Code of the stock room of the quantity.",
    "serial_numbers": "The number of each unit booked in, if serialised, with | between; needs quantity.",
}
_READERS: dict[str, Callable[[str], Any]] = {
    "sku": read_sku,
    "name": _name,
    "barcode": _barcodes,
    "brand": _text(80),
    "serialised": _yes_or_no,
    "country_of_origin": read_country,
    "hazmat_class": _text(40),
    "customs_code": _text(20),
    "weight_g": _number(MOST_GRAMS),
    "length_mm": _number(MOST_MILLIMETRES),
    "width_mm": _number(MOST_MILLIMETRES),
    "height_mm": _number(MOST_MILLIMETRES),
    "bin": _text(20),
    "price": str,
    "currency": str,
    "category": _text(40),
    "quantity": _number(1_000_000),
    "room": _text(20),
    "serial_numbers": _serial_numbers,
}
_PRODUCT_COLUMNS = {
    "sku": "sku",
    "name": "name",
    "barcode": "barcodes",
    "brand": "brand",
    "serialised": "is_serialised",
    "country_of_origin": "country_of_origin",
    "hazmat_class": "hazmat_class",
    "customs_code": "customs_code",
    "weight_g": "weight_g",
    "length_mm": "length_mm",
    "width_mm": "width_mm",
    "height_mm": "height_mm",
    "bin": "bin",
}
