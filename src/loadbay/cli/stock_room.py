"""`loadbay stock-room`: the places where goods lie."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.stock import queries, services


@click.group(cls=ShopGroup)
def stock_room() -> None:
    """Stock rooms: add, list."""


@stock_room.command("add")
@click.argument("code")
@click.option("--name", default="", help="As people call it; the code when left out.")
@click.option("--allow-negative", is_flag=True, help="Let more leave the room than is on hand there.")
def add(code: str, name: str, *, allow_negative: bool) -> Answer:
    """Add a stock room."""
    room = services.add_room(code=code, name=name, allows_negative=allow_negative)
    return Answer(room, f"Stock room {room.code} ({room.name}) is there.")


@stock_room.command("list")
def list_() -> Answer:
    """Every stock room."""
    rows = [{"code": code, "name": name} for code, name in queries.rooms()]
    empty = "No stock room yet. Add one: loadbay stock-room add CODE"
    return Answer(rows, table(["code", "name"], [[r["code"], r["name"]] for r in rows]) if rows else empty)
