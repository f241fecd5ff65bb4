"""`loadbay channel`: sales channels with their rooms, locations and pickup times."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from loadbay.channels import queries, services
from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.core.errors import WrongInput


@click.group(cls=ShopGroup)
def channel() -> None:
    """Sales channels: add, list, show, matrix."""


@channel.command("add")
@click.argument("code")
@click.option("--connection", required=True, help="Name of the connection.")
@click.option("--marketplace", required=True, help="Country code, such as GB.")
@click.option("--programme", required=True, help="smartconnect")
@click.option("--stock-room", "rooms", multiple=True, required=True, help="ROOM=LOCATION, several times.")
@click.option("--description", default="")
@click.option("--time-zone", default="Europe/London", show_default=True)
@click.option("--pickup", "pickups", multiple=True, help="Time of day of the lorry, such as 16:00.")
@click.option("--orders-from", type=click.DateTime(), help="UTC moment of the first order to import.")
def add(
    code: str,
    connection: str,
    marketplace: str,
    programme: str,
    rooms: tuple[str, ...],
    description: str,
    time_zone: str,
    pickups: tuple[str, ...],
    orders_from: datetime | None,
) -> Answer:
    """Add a sales channel; its placeholder customer, agent and order status matrix come with it."""
    services.add_channel(
        services.NewChannel(
            code=code,
            connection=connection,
            marketplace=marketplace.upper(),
            programme=programme.lower(),
            rooms=_rooms(rooms),
            description=description,
            time_zone=time_zone,
            pickups=pickups or services.DEFAULT_PICKUPS,
            order_start_at=orders_from.replace(tzinfo=UTC) if orders_from else None,
        )
    )
    card = queries.channel(code)
    return Answer(card, f"Sales channel {card.code} is there; shipments are asked for from now on.")


@channel.command("list")
def list_() -> Answer:
    """Every sales channel."""
    cards = queries.channels()
    rows = [
        [c.code, c.programme, c.marketplace, c.connection, "watching" if c.is_watching else "live"]
        for c in cards
    ]
    empty = "No sales channel yet. Add one: loadbay channel add CODE …"
    heads = ["code", "programme", "marketplace", "connection", "mode"]
    return Answer(cards, table(heads, rows) if rows else empty)


@channel.command("show")
@click.argument("code")
def show(code: str) -> Answer:
    """One sales channel."""
    card = queries.channel(code)
    pickups = ", ".join(f"{location} {at:%H:%M}" for location, at in card.pickups)
    lines = [
        f"{card.code}: {card.description}",
        f"  programme            {card.programme} in {card.marketplace}, connection {card.connection}",
        f"  stock rooms          {', '.join(f'{room.room} → {room.location}' for room in card.rooms)}",
        f"  pickups              {pickups} {card.time_zone}",
        f"  placeholder customer {card.placeholder_customer}",
        f"  shipping agent       {card.shipping_agent}",
        f"  orders from          {card.order_start_at:%Y-%m-%d %H:%M} UTC",
    ]
    return Answer(card, "\n".join(lines))


@channel.command("matrix")
@click.argument("code")
def matrix(code: str) -> Answer:
    """The order status matrix of a channel."""
    rows = queries.matrix_rows(code)
    heads = ["channel status", "BC order status", "balanced", "existing orders", "implied order status"]
    cells = [["any" if value in (None, "") else value for value in row.values()] for row in rows]
    return Answer(rows, table(heads, cells))


def _rooms(pairs: tuple[str, ...]) -> dict[str, str]:
    rooms = {}
    for pair in pairs:
        room, equals, location = pair.partition("=")
        if not equals or not room or not location:
            raise WrongInput(f"{pair!r} is no stock room with its location. Write it like MAIN=LBAY.")
        if room.strip() in rooms:
            raise WrongInput(f"Stock room {room.strip()} is named twice. Give each once, with one location.")
        rooms[room.strip()] = location.strip()
    return rooms
