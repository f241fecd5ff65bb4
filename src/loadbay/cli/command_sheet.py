"""`loadbay command-sheet`: the card with the bench's commands as barcodes, as a PDF."""

from __future__ import annotations

from pathlib import Path

import click

from loadbay.cli.output import Answer
from loadbay.cli.paper_file import save_paper
from loadbay.cli.shop_command import ShopCommand
from loadbay.dispatch.paper_work import command_sheet_pdf


@click.command(cls=ShopCommand)
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False))
def command_sheet(target: Path) -> Answer:
    """Write the card to hang up at the bench."""
    return save_paper(command_sheet_pdf(), target, name="Command card")
