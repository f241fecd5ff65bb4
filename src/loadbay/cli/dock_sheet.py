"""`loadbay dock-sheet`: the hand-over sheet of a consignment as a PDF."""

from __future__ import annotations

from pathlib import Path

import click

from loadbay.cli.output import Answer
from loadbay.cli.paper_file import save_paper
from loadbay.cli.shop_command import ShopCommand
from loadbay.core.clock import SystemClock
from loadbay.dispatch.paper_work import dock_sheet_pdf


@click.command(cls=ShopCommand)
@click.argument("consignment")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False))
def dock_sheet(consignment: str, target: Path) -> Answer:
    """Write the sheet that driver and packer sign, with the consignment number as a barcode.

    CONSIGNMENT is its number or any code of one of its parcels.
    """
    paper = dock_sheet_pdf(consignment, now=SystemClock().now())
    return save_paper(paper, target, name="Hand-over sheet")
