"""`loadbay pick-list`: what is to be fetched, as a PDF with a barcode per field call."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from loadbay.cli.output import Answer
from loadbay.cli.paper_file import save_paper
from loadbay.cli.shop_command import ShopCommand
from loadbay.core.clock import SystemClock
from loadbay.dispatch.paper_work import pick_list_pdf
from loadbay.dispatch.queries import FieldCallFilter


@click.command(cls=ShopCommand)
@click.option("--carrier", default="", help='Code or name, such as "Amazon SmartConnect".')
@click.option("--collection-date", type=click.DateTime(["%Y-%m-%d"]), help="YYYY-MM-DD.")
@click.option("--channel", default="")
@click.option("--room", default="")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False))
def pick_list(
    carrier: str, collection_date: datetime | None, channel: str, room: str, target: Path
) -> Answer:
    """Write the pick list of all field calls that are still to pack."""
    day = collection_date.date() if collection_date else None
    wanted = FieldCallFilter(carrier=carrier, collection_date=day, channel=channel, room=room)
    return save_paper(pick_list_pdf(wanted, now=SystemClock().now()), target, name="Pick list")
