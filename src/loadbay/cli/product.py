"""`loadbay product`: import a file of products, show one."""

from __future__ import annotations

from pathlib import Path

import click

from loadbay.catalogue import queries
from loadbay.catalogue.sheet import COLUMN_HELP, MOST_BYTES
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.errors import WrongInput
from loadbay.dispatch.services.serials import serialise
from loadbay.stock.intake import ImportReport, import_products
from loadbay.stock.item_queries import sku_of, skus_called

_COLUMNS = "\n".join(f"  {name}: {words}" for name, words in COLUMN_HELP.items())


@click.group(cls=ShopGroup)
def product() -> None:
    """Products: import, show, list, serialise."""


@product.command("import", epilog=f"Columns of the file:\n\n\b\n{_COLUMNS}")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
def import_(file: Path, *, dry_run: bool) -> Answer:
    """Import products from a CSV file, all of it or nothing. The first line names the columns."""
    report = import_products(read_file(file), apply=not dry_run)
    return Answer(report, _words(report))


@product.command("show")
@click.argument("code")
def show(code: str) -> Answer:
    """One product, by SKU, barcode or serial number: its fields, barcodes, contents and retail prices."""
    card = queries.product_card(sku_of(code))
    prices = [[line.category, line.price, line.valid_from, line.valid_until] for line in card.prices]
    lines = [
        f"{card.sku}  {card.name}{_kind(card)}",
        f"  barcodes {', '.join(card.barcodes) or 'none'}, origin {card.country_of_origin or 'not set'}",
        *(f"  contains {part.units} × {part.sku}" for part in card.contents),
        table(["category", "price", "from", "until"], prices) if prices else "  no retail price yet",
    ]
    return Answer(card, "\n".join(lines))


@product.command("serialise")
@click.argument("sku")
@click.option(
    "--serial",
    "serials",
    multiple=True,
    metavar="ROOM=NUMBER",
    help="The number of a unit on hand and the room it lies in; once for every unit.",
)
def serialise_(sku: str, serials: tuple[str, ...]) -> Answer:
    """Give every unit of a product its serial number, from now on. What is on hand is counted in."""
    numbers: dict[str, list[str]] = {}
    for given in serials:
        room, sign, number = given.partition("=")
        if not sign:
            raise click.UsageError(f"{given!r} names no room. Write ROOM=NUMBER, as in MAIN=SN-1.")
        numbers.setdefault(room, []).append(number)
    counted = serialise(sku, numbers=numbers)
    words = f"{sku} is serialised, with the numbers of {counted} items on hand."
    return Answer({"sku": sku, "items": counted}, words)


def _kind(card: queries.ProductCard) -> str:
    if card.is_bundle:
        return "  (soft bundle)"
    return "  (serialised)" if card.is_serialised else ""


@product.command("list")
@click.option("--search", default="", help="Beginnings of words, of the SKU, a barcode, or a serial number.")
@click.option("--after", default="", help="SKU after which the page begins.")
def list_(search: str, after: str) -> Answer:
    """Products by SKU, fifty at a time."""
    rows = queries.products(search=search, after_sku=after, also=skus_called(search))
    empty = "No product fits. Import some: loadbay product import FILE"
    return Answer(
        rows, table(["SKU", "name", "brand"], [[r.sku, r.name, r.brand] for r in rows]) if rows else empty
    )


def read_file(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file, and one more than it may have. Raises `WrongInput` when there are none."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise WrongInput(f"The file {path} does not exist. Check its name.") from None
    except OSError as error:
        raise WrongInput(f"The file {path} cannot be read: {error.strerror}.") from None


def _words(report: ImportReport) -> str:
    verb = "" if report.is_applied else "Would be: "
    done = (
        f"{verb}{report.created} products made, {report.updated} changed, {report.prices} prices set, "
        f"{report.units} units booked in."
    )
    if not report.faults:
        return done
    return "\n".join(["Nothing would be imported. Mend these cells first:", *map(str, report.faults)])
