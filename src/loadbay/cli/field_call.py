"""`loadbay field-call`: enquiry, card, completing, tracking, putting back, opening again, another box."""

from __future__ import annotations

from datetime import datetime

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries
from loadbay.dispatch.services import boxes, completing, reopening, stopping, tracking
from loadbay.jobs.looking import look_before_completing

TERMINAL = "terminal"


@click.group(cls=ShopGroup)
def field_call() -> None:
    """Field calls: list, show, ship, complete, put back, open again, change a box."""


@field_call.command("list")
@click.option("--carrier", default="", help='Code or name, such as "Amazon SmartConnect".')
@click.option("--collection-date", type=click.DateTime(["%Y-%m-%d"]), help="YYYY-MM-DD.")
@click.option("--state", default="", help="to_pack, packing, packed, labelled, completed or cancelled.")
@click.option("--channel", default="")
@click.option("--room", default="")
@click.option("--text", default="", help="Field call, sale, order or shipment number, or a SKU.")
@click.option("--after", default=None, help="Key of the next page.")
def list_(
    carrier: str,
    collection_date: datetime | None,
    state: str,
    channel: str,
    room: str,
    text: str,
    after: str | None,
) -> Answer:
    """Field calls in order of their pickup time."""
    wanted = queries.FieldCallFilter(
        carrier, collection_date.date() if collection_date else None, state, channel, room, text
    )
    page = queries.enquiry(wanted, after=after)
    rows = [
        [r.number, r.collection_at, r.state_words, r.goods, r.order_id, r.held_because] for r in page.rows
    ]
    heads = ["field call", "collection (UTC)", "state", "goods", "Amazon order", "held"]
    empty = "No field call fits. They come with the sales: loadbay sync"
    return Answer({"field_calls": page.rows, "after": page.after}, table(heads, rows) if rows else empty)


@field_call.command("show")
@click.argument("number")
def show(number: str) -> Answer:
    """One field call."""
    card = queries.field_call(number)
    lines = [
        f"{card.row.number}  {card.row.state_words}, collection {card.row.collection_at:%Y-%m-%d %H:%M} UTC",
        f"  sale {card.row.sale}, Amazon order {card.row.order_id}, shipment {card.row.shipment_status}",
        *([f"  problem: {card.problem}"] if card.problem else []),
        table(
            ["SKU", "name", "room", "bin", "units", "packed"],
            [[e.sku, e.name, e.room, e.bin, e.units, e.packed] for e in card.lines],
        ),
        *(f"  {p.package_id}: {p.tracking_id or 'no label yet'} {p.consignment}" for p in card.parcels),
    ]
    return Answer(card, "\n".join(lines))


@field_call.command("complete")
@click.argument("number")
def complete(number: str) -> Answer:
    """Say that a field call's parcels left on the lorry; Amazon is told shipped."""
    warning = look_before_completing([number])
    done = completing.complete(number, now=SystemClock().now())
    return Answer(done, f"{warning}{', '.join(done.numbers)} completed; Amazon is told shipped.")


@field_call.command("ship")
@click.argument("number")
@click.option(
    "--tracking", "tracking_ids", multiple=True, required=True, help="One for each parcel, in order."
)
@click.option("--carrier", default="", help="Amazon's code of the carrier; without it the agent's carrier.")
@click.option("--carrier-name", default="", help="Its name, for the carrier Other.")
@click.option("--method", default="", help="The service used, such as Next Day.")
def ship(number: str, tracking_ids: tuple[str, ...], carrier: str, carrier_name: str, method: str) -> Answer:
    """Give a packed field call of your own carrier its tracking numbers, or correct them."""
    wanted = tracking.Shipped(tracking_ids, carrier, carrier_name, method)
    sentence = tracking.ship(number, wanted, now=SystemClock().now())
    card = queries.field_call(number)
    return Answer({"field_call": card.row.number, "parcels": card.parcels}, sentence)


@field_call.command("tell-again")
@click.argument("number")
def tell_again(number: str) -> Answer:
    """Tell Amazon now what it did not take of a completed field call of your own carrier."""
    tracking.tell_again(number)
    sentence = f"Amazon is told of {number.upper()} again."
    return Answer({"field_call": number.upper(), "told_again": True}, sentence)


@field_call.command("put-back")
@click.argument("number")
def put_back(number: str) -> Answer:
    """Say that the goods of a cancelled, packed field call are back on the shelf."""
    stopping.put_back(number)
    return Answer({"field_call": number.upper(), "put_back": True}, f"{number.upper()}: goods are back.")


@field_call.command("open-again")
@click.argument("number")
@click.option("--station", default=TERMINAL, show_default=True, help="The bench that takes it up.")
def open_again(number: str, station: str) -> Answer:
    """Put a packed field call whose label was declined back on a bench."""
    call = reopening.open_again(number, station=station, user_id=None, now=SystemClock().now())
    answer = reopening.opened(call)
    data = {"field_call": call.number, "station": station, "state": call.state}
    return Answer(data, f"{answer.headline} at {station}. {answer.sentence}")


@field_call.command("box")
@click.argument("number")
@click.option("--parcel", "package_id", default="PKG-1", show_default=True)
@click.option("--box", default="", help="Code of a box of the house: see loadbay box list.")
@click.option(
    "--size", default="", help='Length x width x height in cm, such as 40x30x20, or "400x300x200 mm".'
)
@click.option("--weight", default="", help='In kg, such as 2.4, or "850 g".')
def box_(number: str, package_id: str, box: str, size: str, weight: str) -> Answer:
    """Give a packed parcel another box or weight; its label is asked for anew."""
    boxes.change_box(number, package_id=package_id, change=boxes.Change(size=size, weight=weight, box=box))
    card = queries.field_call(number)
    parcel = next(row for row in card.parcels if row.package_id == package_id.strip().upper())
    data = {"field_call": card.row.number, "parcel": parcel}
    return Answer(data, f"{parcel.package_id}: {parcel.size}, {parcel.weight}. Its label is asked for anew.")
