"""`loadbay stock`: goods in, disposal, transfer, and what lies where."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.stock import queries, services


@click.group(cls=ShopGroup)
def stock() -> None:
    """Stock: goods in, dispose, transfer, show, movements."""


@stock.command("goods-in")
@click.argument("sku")
@click.option("--room", required=True)
@click.option("--units", required=True, type=int)
@click.option("--reference", default="", help="Delivery note or order number.")
def goods_in(sku: str, room: str, units: int, reference: str) -> Answer:
    """Book units of a product into a stock room."""
    return _moved(services.goods_in(sku=sku, room=room, units=units, reference=reference))


@stock.command("dispose")
@click.argument("sku")
@click.option("--room", required=True)
@click.option("--units", required=True, type=int)
@click.option("--reason", required=True, help="Why the goods go, such as 'broken'.")
def dispose(sku: str, room: str, units: int, reason: str) -> Answer:
    """Take units out of a stock room for good."""
    return _moved(services.dispose(sku=sku, room=room, units=units, reason=reason))


@stock.command("transfer")
@click.argument("sku")
@click.option("--from", "source", required=True)
@click.option("--to", "target", required=True)
@click.option("--units", required=True, type=int)
def transfer(sku: str, source: str, target: str, units: int) -> Answer:
    """Carry units from one stock room to another."""
    return _moved(services.transfer(sku=sku, source=source, target=target, units=units))


@stock.command("show")
@click.argument("sku")
def show(sku: str) -> Answer:
    """What of a product lies where, what is promised, what is free."""
    card = queries.show(sku)
    heads = ["room", "on hand", "open", "labelled", "to put back", "other", "free"]
    rows = [
        [line.room, at.on_hand, at.open, at.labelled, at.put_back, at.other, at.free]
        for line in card.rooms
        for at in [line.position]
    ]
    parts = [[part.sku, part.units, part.free, part.bundles] for part in card.contents]
    detail = table(heads, rows) if rows else "  nothing was ever booked in"
    if card.is_bundle:
        detail = table(["contains", "units", "free", "makes"], parts)
    data = {
        "sku": card.sku,
        "name": card.name,
        "is_bundle": card.is_bundle,
        "on_hand": card.on_hand,
        "promised": card.promised,
        "free": card.free,
        "rooms": [_room(line) for line in card.rooms],
        "contents": card.contents,
    }
    return Answer(data, f"{card.sku}  {card.name}: {card.free} free\n{detail}")


@stock.command("movements")
@click.argument("sku")
def movements(sku: str) -> Answer:
    """The last movements of a product."""
    rows = queries.movements(sku)
    heads = ["at", "kind", "room", "units", "reason", "reference", "by"]
    cells = [[r.at, r.kind, r.room, r.units, r.reason, r.reference, r.actor] for r in rows]
    return Answer(rows, table(heads, cells) if rows else f"{sku} never moved.")


def _room(line: queries.RoomStock) -> dict[str, object]:
    at = line.position
    return {
        "room": line.room,
        "name": line.name,
        "on_hand": at.on_hand,
        "open": at.open,
        "labelled": at.labelled,
        "put_back": at.put_back,
        "other": at.other,
        "free": at.free,
    }


def _moved(done: services.Moved) -> Answer:
    rooms = ", ".join(f"{change.room} {change.before} → {change.after}" for change in done.rooms)
    words = f"{done.units} units of {done.sku}: {rooms} on hand."
    if done.uncovered:
        words += f" {done.uncovered} promised units do not lie there any more; bring goods or move the sales."
    data = {
        "sku": done.sku,
        "kind": done.kind,
        "units": done.units,
        "rooms": done.rooms,
        "uncovered": done.uncovered,
    }
    return Answer(data, words)
