"""`loadbay box`: the boxes the house packs in: add, list, choose the house box, remove."""

from __future__ import annotations

import click

from loadbay.cli.output import Answer, table
from loadbay.cli.shop_command import ShopGroup
from loadbay.dispatch.box_queries import house_boxes, row_of
from loadbay.dispatch.services import boxes


@click.group(cls=ShopGroup)
def box() -> None:
    """Boxes of the house: add, list, house, remove."""


@box.command("add")
@click.argument("code")
@click.option("--size", required=True, help='Length x width x height in cm: 40x30x20, or "400x300x200 mm".')
@click.option("--weight", required=True, help='What it weighs empty, in kg: 0.15, or "150 g".')
@click.option("--name", default="")
@click.option("--house", "is_house_box", is_flag=True, help="Taken where nobody says another box.")
def add(code: str, size: str, weight: str, name: str, *, is_house_box: bool) -> Answer:
    """Add a box. The first one becomes the house box."""
    made = boxes.add_box(
        boxes.NewBox(code=code, size=size, weight=weight, name=name, is_house_box=is_house_box)
    )
    row = row_of(made)
    house = ", the house box" if row.is_house_box else ""
    words = (
        f"Box {row.code} is there{house}: {row.words}. Print its barcode {row.barcode}: loadbay command-sheet"
    )
    return Answer(row, words)


@box.command("list")
def list_() -> Answer:
    """Every box, with the barcode that the bench scans."""
    rows = house_boxes()
    heads = ["code", "name", "size and weight", "barcode", "house box"]
    cells = [[row.code, row.name, row.words, row.barcode, row.is_house_box] for row in rows]
    empty = "No box yet; 40 x 30 x 20 cm counts. Add one: loadbay box add M --size 40x30x20 --weight 0.15"
    return Answer(rows, table(heads, cells) if rows else empty)


@box.command("house")
@click.argument("code")
def house(code: str) -> Answer:
    """Take this box where nobody says another one."""
    boxes.make_house_box(code)
    return Answer({"house_box": code.upper()}, f"{code.upper()} is the house box now.")


@box.command("remove")
@click.argument("code")
def remove(code: str) -> Answer:
    """Remove a box. Parcels packed in it keep their measures."""
    boxes.remove_box(code)
    return Answer({"removed": code.upper()}, f"Box {code.upper()} is gone. Take its barcode off the bench.")
