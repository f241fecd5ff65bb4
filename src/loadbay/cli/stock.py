"""`loadbay stock`: goods in, disposal, transfer, and what lies where."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.cli.stock_cap import cap
from loadbay.stock import item_queries, queries, services
from loadbay.stock.shown import item_shown, moved_shown, stock_shown

_numbers = click.option(
    "--serial",
    "serials",
    multiple=True,
    metavar="NUMBER",
    help="Of a serialised product, once for each item.",
)
_units = click.option("--units", type=int, help="How many; may be left out where each item is named.")


@click.group(cls=ShopGroup)
def stock() -> None:
    """Stock: goods in, dispose, transfer, show, movements, serialised items, global cap."""


stock.add_command(cap)


@stock.command("goods-in")
@click.argument("sku")
@click.option("--room", required=True)
@_units
@_numbers
@click.option("--reference", default="", help="Delivery note or order number.")
def goods_in(sku: str, room: str, units: int | None, serials: tuple[str, ...], reference: str) -> Answer:
    """Book units of a product into a stock room."""
    count = _count(units, serials)
    return _moved(services.goods_in(sku=sku, room=room, units=count, reference=reference, numbers=serials))


@stock.command("dispose")
@click.argument("sku")
@click.option("--room", required=True)
@_units
@_numbers
@click.option("--reason", required=True, help="Why the goods go, such as 'broken'.")
def dispose(sku: str, room: str, units: int | None, serials: tuple[str, ...], reason: str) -> Answer:
    """Take units out of a stock room for good."""
    count = _count(units, serials)
    return _moved(services.dispose(sku=sku, room=room, units=count, reason=reason, numbers=serials))


@stock.command("transfer")
@click.argument("sku")
@click.option("--from", "source", required=True)
@click.option("--to", "target", required=True)
@_units
@_numbers
def transfer(sku: str, source: str, target: str, units: int | None, serials: tuple[str, ...]) -> Answer:
    """Carry units from one stock room to another."""
    count = _count(units, serials)
    return _moved(services.transfer(sku=sku, source=source, target=target, units=count, numbers=serials))


@stock.command("show")
@click.argument("code")
def show(code: str) -> Answer:
    """What of a product lies where, what is promised, what is free; by SKU, barcode or serial number."""
    card = stock_shown(code)
    heads = ["room", "on hand", "open", "labelled", "to put back", "other", "free"]
    rows = [[at.room, at.on_hand, at.open, at.labelled, at.put_back, at.other, at.free] for at in card.rooms]
    parts = [[part.sku, part.units, part.free, part.bundles] for part in card.contents]
    detail = table(heads, rows) if rows else "  nothing was ever booked in"
    if card.is_bundle:
        detail = table(["contains", "units", "free", "makes"], parts)
    return Answer(card, f"{card.sku}  {card.name}: {card.free} free\n{detail}")


@stock.command("movements")
@click.argument("sku")
def movements(sku: str) -> Answer:
    """The last movements of a product."""
    rows = queries.movements(sku)
    heads = ["at", "kind", "room", "units", "reason", "reference", "by"]
    cells = [[r.at, r.kind, r.room, r.units, r.reason, r.reference, r.actor] for r in rows]
    return Answer(rows, table(heads, cells) if rows else f"{sku} never moved.")


@stock.command("items")
@click.argument("sku")
@click.option("--all", "is_all", is_flag=True, help="Those that left or were disposed of, too.")
@click.option("--after", default="", metavar="NUMBER", help="Number after which the page begins.")
def items(sku: str, *, is_all: bool, after: str) -> Answer:
    """The serialised items of a product, by number, fifty at a time."""
    page = item_queries.items(sku, only_here=not is_all, after=after)
    empty = (
        f"No item of {sku} lies in a stock room. Book some in: loadbay stock goods-in {sku} --serial NUMBER"
    )
    heads = ["number", "state", "room", "where it went", "since"]
    cells = [[row.number, row.state, row.room, row.went, row.since] for row in page.rows]
    return Answer({"items": page.rows, "after": page.after}, table(heads, cells) if cells else empty)


@stock.command("item")
@click.argument("number")
@click.option("--sku", default="", help="Needed where several products have an item of that number.")
def item(number: str, sku: str) -> Answer:
    """One serialised item: where it is, and what happened to it."""
    shown = item_shown(number, sku=sku)
    row = shown.item
    where = " ".join(filter(None, [row.state, row.room, row.went]))
    told = table(["at", "what", "by"], [[line.at, line.text, line.actor] for line in shown.timeline])
    return Answer(shown, f"{row.number}  {row.sku}: {where}\n{told}")


def _count(units: int | None, serials: tuple[str, ...]) -> int:
    if units is None and not serials:
        raise click.UsageError("Say how many: --units, or --serial for each serialised item.")
    return len(serials) if units is None else units


def _moved(done: services.Moved) -> Answer:
    rooms = ", ".join(f"{change.room} {change.before} → {change.after}" for change in done.rooms)
    words = f"{done.units} units of {done.sku}: {rooms} on hand."
    if done.uncovered:
        words += f" {done.uncovered} promised units do not lie there any more; bring goods or move the sales."
    return Answer(moved_shown(done), words)
